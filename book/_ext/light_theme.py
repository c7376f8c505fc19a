"""The theme without the weight and the defects that a small offline book has no use for.

What the templates in `_templates` leave out (icon scripts, the search index on every page) is here
also taken out of the site, so that nothing lies about unread: a default page weighs over 1 MB.
"""

import re
import shutil
from pathlib import Path

# Rules of the icon font; our templates draw their few icons themselves.
ICON_FONT = re.compile(r"@font-face\{[^}]*Awesome[^}]*\}")
ICON_RULES = re.compile(r"(?<=[};])(?:[^{}@;]*\.fa-[\w-]+[^{}]*)\{[^{}]*\}")

# Files of the theme that no page of ours refers to.
UNUSED = [
    "scripts/bootstrap.js*",
    "scripts/fontawesome.js*",
    "vendor/fontawesome",
    "locales",
    "images/logo_*",
    "webpack-macros.html",
    "sbt-webpack-macros.html",
    "scripts/*.map",
    "styles/*.map",
    "scripts/*.LICENSE.txt",
    "design-tabs.js",
]
# Browsers from before 2024 do not know light-dark(): they get each theme's colours spelt out.
TWO_COLOURS = re.compile(r"(--[\w-]+): light-dark\((#\w+), (#\w+)\);")

# Scripts that extensions add to every page: tabs, which we do not use.
UNUSED_SCRIPTS = {"_static/design-tabs.js"}


def prune_scripts(_app, _page, _template, context, _doctree):
    """Take unused scripts off the page."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if str(getattr(script, "filename", script)).split("?")[0] not in UNUSED_SCRIPTS
    ]


def prune_roles(_app, _page, _template, context, _doctree):
    """Docutils writes roles around references that ARIA has since withdrawn."""
    for role in (' role="doc-biblioentry"', ' role="list"'):
        context["body"] = context.get("body", "").replace(role, "")


def prune_files(app, error):
    """Take unused files out of the site, and the icon font out of the theme's style sheet."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for path in {path for pattern in UNUSED for path in static.glob(pattern)}:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in ["pydata-sphinx-theme.css", "sphinx-book-theme.css"]:
        sheet = static / "styles" / name
        css = ICON_FONT.sub("", sheet.read_text(encoding="utf-8"))
        css = re.sub(r"/\*#.*?\*/", "", ICON_RULES.sub("", css))
        sheet.write_text(css, encoding="utf-8")
    for script in static.glob("scripts/*.js"):  # their source maps are gone
        text = re.sub(r"//# sourceMappingURL=\S+", "", script.read_text(encoding="utf-8"))
        # it talks to the console of every reader; ours stays empty, so that an error is seen
        script.write_text(text.replace("console.log(", "void("), encoding="utf-8")


def spell_out_colours(app, error):
    """Append to our style sheet what stands in for light-dark() in older browsers."""
    if error or app.builder.format != "html":
        return
    sheet = Path(app.outdir) / "_static" / "book.css"
    css = sheet.read_text(encoding="utf-8")
    colours = TWO_COLOURS.findall(css)
    light = " ".join(f"{name}: {value};" for name, value, _ in colours)
    dark = " ".join(f"{name}: {value};" for name, _, value in colours)
    rules = f':root {{ {light} }} html[data-theme="dark"] {{ {dark} }}'
    css += f"\n@supports not (color: light-dark(#000, #fff)) {{ {rules} }}\n"
    sheet.write_text(css, encoding="utf-8")


def setup(app):
    # Jupyter Book always sets this value of sphinx_comments, which we do not load
    app.add_config_value("comments_config", {}, "html")
    app.connect("html-page-context", prune_scripts, priority=900)
    app.connect("html-page-context", prune_roles)
    app.connect("build-finished", prune_files)
    app.connect("build-finished", spell_out_colours)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
