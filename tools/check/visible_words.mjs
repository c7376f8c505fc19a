// Words that a reader sees and that do not go through t`...`, in the .mjs files of a project:
//   node visible_words.mjs TSCONFIG TYPESCRIPT  ->  [{ file, start, end, text }] as JSON
// A literal is seen if it stands where words are shown, if it is part of a sentence, or if it reads
// like one: several words, and neither code nor the name of a class.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [config, typescript] = process.argv.slice(2).map((path) => resolve(path));
const load = (path) => import(pathToFileURL(`${typescript}/dist/${path}`).href);
const [{ API }, { SyntaxKind: Kind }] = await Promise.all([load("api/sync/api.js"), load("ast/index.js")]);

const SHOWN = new Set([
  "aria-label", "aria-valuetext", "title", "name", "label", "summary", "caption", "columns", "unit",
  "xLabel", "yLabel", "words", "shown",
]); // properties whose values are shown, or functions that give what is shown
const LITERALS = new Set([Kind.StringLiteral, Kind.NoSubstitutionTemplateLiteral, Kind.TemplateExpression]);
const FROM_CHILDREN = { element: 2, svgElement: 2, plural: 1 }; // the arguments that are words
const NAMES = /^(class|className|role|viewBox|d|clipPath)$/; // properties that no reader sees
const PROSE = /[A-Za-zπ’“”]{2,}[,.:;)”]* +(\S* )?[A-Za-z“(0]|[a-z] $/; // two words, or a word and a number
const IDENTIFIERS = new Set(["out of steps", "network shuffle-cnn"]); // an ending; two classes
const NAMING = new Set(["group", "path", "chart", "add", "toggle", "query", "querySelector", "querySelectorAll", "get", "matchMedia"]);
const CODE = new Set(["pytorchCell", "planeCell", "ownPoints"]); // functions that write a program, not a sentence
const ENGINE = "/lib/fitlab/engine/"; // shows nothing: its words are names of choices, and errors for programmers

const nameOf = (node) => node?.text ?? node?.name?.text ?? "";
const calleeOf = (call) => nameOf(call.expression);

/** Where a literal's value goes: up through whatever hands it on. */
function placeOf(node) {
  for (let [child, parent] = [node, node.parent]; parent; [child, parent] = [parent, parent.parent]) {
    const condition = parent.kind === Kind.ConditionalExpression && parent.condition === child;
    if (condition) return { place: null };
    if (parent.kind === Kind.BinaryExpression) {
      const operator = parent.operatorToken.kind;
      if (operator === Kind.EqualsToken) return { place: "assigned", parent, child };
      if ([Kind.PlusToken, Kind.BarBarToken, Kind.QuestionQuestionToken, Kind.AmpersandAmpersandToken].includes(operator)) continue;
      return { place: null }; // it is compared
    }
    if (parent.kind === Kind.TemplateSpan) return { place: "sentence", parent };
    if (parent.kind === Kind.PropertyAssignment) return parent.initializer === child ? { place: "property", parent } : { place: null };
    if (parent.kind === Kind.CallExpression) return { place: "argument", parent, child };
    const passes = [
      Kind.ConditionalExpression, Kind.ParenthesizedExpression, Kind.ArrayLiteralExpression, Kind.ArrowFunction, Kind.SpreadElement,
    ];
    if (!passes.includes(parent.kind)) return { place: "other" };
  }
  return { place: "other" };
}

function isShown(node, text) {
  const { place, parent, child } = placeOf(node);
  if (place === null || IDENTIFIERS.has(node.text)) return false;
  const prose = PROSE.test(text.replace(/\$\{[^}]*\}/g, "0"));
  if (place === "property") {
    const name = nameOf(parent.name);
    if (NAMES.test(name)) return false;
    const explorable = name === "name" && calleeOf(parent.parent.parent) === "instantExplorable";
    return prose || (SHOWN.has(name) && !explorable);
  }
  if (place === "argument") {
    const callee = calleeOf(parent);
    if (NAMING.has(callee) && parent.arguments.indexOf(child) === 0) return false;
    return prose || (callee in FROM_CHILDREN && parent.arguments.indexOf(child) >= FROM_CHILDREN[callee]);
  }
  if (place === "assigned") return nameOf(parent.left) === "textContent";
  return prose || (place === "sentence" && isSentence(parent.parent));
}

/** Whether a template is one for people: it goes through t, or should. */
const isSentence = (template) =>
  template.parent.kind === Kind.TaggedTemplateExpression || isShown(template, template.getText());

const isTagged = ({ parent }) => parent.kind === Kind.TaggedTemplateExpression && nameOf(parent.tag) === "t";

/** All literals that are seen, below a node. */
function* unmarked(node) {
  const code = (node.kind === Kind.FunctionDeclaration && CODE.has(nameOf(node.name))) || node.kind === Kind.ThrowStatement;
  if (code || node.kind === Kind.ImportDeclaration || node.kind === Kind.LiteralType) return;
  if (LITERALS.has(node.kind) && !isTagged(node)) {
    const text = node.getText();
    const own = text.replace(/\$\{[^]*\}/g, ""); // what is written here, not what is filled in
    if (/[A-Za-z]/.test(own) && isShown(node, text)) yield node;
  }
  const children = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* unmarked(child);
}

const api = new API({ cwd: process.cwd() });
const [project] = api.updateSnapshot({ openProject: config }).getProjects();
const found = [];
for (const name of project.rootFiles.filter((path) => path.endsWith(".mjs") && !path.includes(ENGINE))) {
  const file = project.program.getSourceFile(name);
  for (const node of unmarked(file)) found.push({ file: name, start: node.getStart(), end: node.end, text: node.getText() });
}
api.close();
console.log(JSON.stringify(found));
