"""Widgets in the built page: the figure at rest is shown, and brought to life without a kernel.

An explorable's output holds, once from_jupyter has read it, its figure at rest (text/html) and its
widget (a model id). The page gets both in one `<div class="fit-live">`: the figure, which needs no
JavaScript, and the id in an inert `<script>`. With the state that myst-nb writes into the page,
`live_host.js` turns the one into the other. A plain ipywidget has no figure at rest; the page then
says how to run it.

Sources that several pages need stand in files of their own, once: `_static/live/`. They are classic
scripts that hold strings, because a page opened from the disk may load neither modules nor data.
"""

import collections
import json
import re
from pathlib import Path

import from_jupyter
from docutils import nodes
from from_jupyter import STATE, VIEW
from light_styles import compact
from sphinx.transforms.post_transforms import SphinxPostTransform

from fitlab.engine import WASM
from fitlab.explorables import EXPLORABLES, sources

NEEDS_PYTHON = (
    f'<p class="fit-needs-python">{from_jupyter.NEEDS_PYTHON.removesuffix(".")} '
    "(<code>make lab</code>).</p>"
)
NEEDS_SCRIPT = (
    '<noscript><p class="fit-needs-script">With JavaScript, this figure comes to life: '
    "its controls appear here.</p></noscript>"
)
START = "window.fitlab ??= { parts: {}, workers: {} };\n"
KIT = "kit"  # what most explorables share: parts in one script, and the style sheet
HOST = Path(__file__).with_name("live_host.js")
# comments that have their lines to themselves: a reader's device has no use for them
COMMENTS = re.compile(r"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
# nor for those at the end of a line (what may be in a string is left alone), nor for indents
REMARKS = re.compile(r"[ \t]+//[^\n`\"']*$|^[ \t]+", re.MULTILINE)


class ShowFigureAtRest(SphinxPostTransform):
    """Runs before myst-nb chooses one format of every output (priority 4)."""

    default_priority = 3

    def run(self, **_kwargs):
        for bundle in self.document.findall(_is_bundle):
            formats = {part["mime_type"]: part for part in bundle.children}
            if VIEW not in formats:
                continue
            view = formats[VIEW]
            bundle.remove(view)
            if "text/html" in formats:
                rest = formats["text/html"]
                rest.insert(0, nodes.raw("", '<div class="fit-live">', format="html"))
                rest += [*view.children, nodes.raw("", f"{NEEDS_SCRIPT}</div>", format="html")]
            else:
                bundle.children = [nodes.container(mime_type="text/html")]
                bundle.children[0] += nodes.raw("", NEEDS_PYTHON, format="html")


def _is_bundle(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def _parts(explorable):
    return sources.parts(f"explorables/{explorable.name}")


def shared_parts():
    """What most explorables need, in the order of one of them: it comes as one file, the kit."""
    uses = collections.Counter(name for each in EXPLORABLES for name in _parts(each))
    return [name for name, count in uses.items() if 2 * count > len(EXPLORABLES)]


def files_of_parts():
    """{file: the parts that it holds}: the kit, and what one explorable alone needs in one file."""
    uses = collections.defaultdict(list)
    for each in EXPLORABLES:
        for name in _parts(each):
            uses[name].append(f"explorables/{each.name}")
    shared, files = shared_parts(), collections.defaultdict(list)
    for name, users in uses.items():
        own = users[0] if len(users) == 1 else name
        files[KIT if name in shared else own].append(name)
    return {**files, KIT: shared}


def without_comments(source):
    """A script without its comments and indents: no string of ours goes over several lines."""
    return REMARKS.sub("", COMMENTS.sub("", source))


def write_sources(app):
    """What the pages with explorables load: the parts of their modules, the engine, the host."""
    folder = Path(app.outdir) / "_static" / "live"
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: source for e in EXPLORABLES for name, source in _parts(e).items()}
    for file, names in files_of_parts().items():
        path = folder / f"{file}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        said = {name: json.dumps(without_comments(parts[name])) for name in names}
        kept = (f"window.fitlab.parts[{json.dumps(n)}] = {text};\n" for n, text in said.items())
        path.write_text("".join([START, *kept]), encoding="utf-8")
    wasm = WASM.read_bytes().hex()  # in base64 it would be compressed by a fifth less
    script = f"{START}window.fitlab.engine = {json.dumps(wasm)};\n"
    (folder / "engine.js").write_text(script, encoding="utf-8")
    for name in {e.worker for e in EXPLORABLES if e.worker}:
        source = json.dumps(without_comments(sources.script(f"engine/{name}")))
        script = f"{START}window.fitlab.workers[{json.dumps(name)}] = {source};\n"
        (folder / f"{name}.js").write_text(script, encoding="utf-8")
    host = without_comments(HOST.read_text(encoding="utf-8"))
    (folder / "host.js").write_text(host, encoding="utf-8")
    (folder / f"{KIT}.css").write_text(compact(sources.style()), encoding="utf-8")


def use_sources(app, _page, _template, context, _doctree):
    """In a page with explorables, name the parts of their modules instead of repeating them."""
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") != STATE:
            continue
        stored = json.loads(attributes["body"])
        models = {k: m for k, m in stored["state"].items() if m["model_module"] == "anywidget"}
        needed = {}  # in the order of the parts
        for model in models.values():
            needed.update(dict.fromkeys(_use_parts(model["state"])))
        stored["state"] = models  # plain ipywidgets have nothing to drive them here
        # "</script" would end the script element, and "<!--<script" would not let it end
        attributes["body"] = json.dumps(stored, separators=(",", ":")).replace("<", r"\u003c")
        if models:
            app.add_css_file(f"live/{KIT}.css", priority=900)  # after the theme
            file_of = {name: file for file, names in files_of_parts().items() for name in names}
            own = [
                file_of.get(name, name) for name in needed
            ]  # engine and workers have files of their own
            files = dict.fromkeys([KIT, *own] if needed else [])
            for file in [*files, "host"]:
                app.add_js_file(f"live/{file}.js", loading_method="defer")
        return


def _use_parts(state):
    """Let a model name the parts of its module; returns them. A widget not ours keeps its own."""
    for explorable in EXPLORABLES:
        parts = _parts(explorable)
        if sources.joined(parts.values()) == state["_esm"]:
            names = list(parts)
            state |= {"_esm": names, "_css": ""}
            return [*names, "engine", explorable.worker] if explorable.worker else names
    return []


def setup(app):
    app.add_post_transform(ShowFigureAtRest)
    app.connect("builder-inited", write_sources)
    app.connect("html-page-context", use_sources, priority=800)  # after myst_nb, before light_theme
    return {"parallel_read_safe": True, "parallel_write_safe": True}
