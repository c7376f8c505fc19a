// Reads one formula a line from stdin, {"tex": "...", "display": true}; writes {"html"} or {"error"} a line.
// The argument is the path of KaTeX. "strict" makes doubtful TeX an error instead of a guess.
const katex = require(process.argv[2]);
const lines = require("node:readline").createInterface({ input: process.stdin });

function typeset({ tex, display }) {
  try {
    return { html: katex.renderToString(tex, { displayMode: display, strict: "error" }) };
  } catch (error) {
    return { error: error.message };
  }
}

lines.on("line", (line) => process.stdout.write(JSON.stringify(typeset(JSON.parse(line))) + "\n"));
