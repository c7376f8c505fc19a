"""One explorable on a page of its own, as Jupyter or a page of the book shows it.

A module of tests says `EXPLORABLE = HandFit` and has the fixtures `default`, that explorable as it
stands in the book, and `mount`, a function that shows one (both in conftest.py).
"""

import contextlib
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import from_jupyter

from tabs import settle

ADDRESS = "http://localhost/book.html"  # served by nobody: the test answers

# what stands around an explorable: the book's style sheet, or what JupyterLab's two themes define
ROOT = Path(__file__).resolve().parents[1]
BOOK = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
LAB = {
    "light": "body { color: #000; background: #fff; --jp-ui-font-color1: rgba(0,0,0,.87);"
    "--jp-ui-font-color2: rgba(0,0,0,.54); --jp-layout-color0: #fff }",
    "dark": "body { color: #fff; background: #111; --jp-ui-font-color1: rgba(255,255,255,1);"
    "--jp-ui-font-color2: rgba(255,255,255,.7); --jp-layout-color0: #111 }",
}

HOST = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>An explorable</title>
<style>{page_css}</style><style>{css}</style></head>
<body data-jp-theme-light="{is_light}"><main><h1>An explorable</h1><div id="place"></div></main>
<script>
const state = {state}, handlers = new Set();
window.model = {{  // the part of anywidget's model that a view may use
  saved: [], sent: [], pending: {{}}, handlers,
  get: (key) => state[key],
  set(key, value) {{ state[key] = value; this.pending[key] = value; this.tell(); }},
  save_changes() {{ this.saved.push(this.pending); this.pending = {{}}; }},
  send(message) {{ this.sent.push(message); }},
  on(name, f) {{ if (name === "change") handlers.add(f); }},
  off(name, f) {{ handlers.delete(f); }},
  tell() {{ for (const f of handlers) f(); }},
  receive(changes) {{ Object.assign(state, changes); this.tell(); }},
}};
const page = {page};
const url = URL.createObjectURL(new Blob([{esm}], {{ type: "text/javascript" }}));
import(url).then(({{ default: {{ render }} }}) => {{
  const el = document.createElement("div");
  window.leave = render({{ model, el, page }});
  document.getElementById("place").append(el); // as in the book: after it was built
}});
</script></body></html>"""


@contextlib.contextmanager
def mounting(tabs):
    """A function that shows an explorable on a page of its own, in Jupyter's way or the book's.

    id: the figure's name in a page of the book; None: as in Jupyter.  stored: its state as a
    notebook keeps it, with all names in alphabetical order.  At the end no page may have
    said anything in its console.
    """
    with contextlib.ExitStack() as stack:

        def mount(
            explorer, *, id=None, at="", theme="light", width=1280, book=False,
            stored=False, ready=".fit-plot svg svg", **options,
        ):  # fmt: skip
            own = {k: v for k, v in explorer.get_state().items() if not k.startswith("_")}
            html = HOST.format(
                theme=theme, is_light="true" if theme == "light" else "false", css=explorer._css,
                page_css=BOOK if book else LAB[theme],
                state=json.dumps(own, sort_keys=stored),  # as a notebook stores it
                esm=json.dumps(explorer._esm), page=json.dumps({"id": id}) if id else "undefined",
            )  # fmt: skip
            visit = tabs.lent(urlsplit(ADDRESS)[:2], (width, 1000), theme, **options)
            visit = stack.enter_context(visit)
            stack.callback(lambda: no_errors(visit))
            page = visit.page
            page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
            page.goto(ADDRESS + at)
            page.wait_for_selector(ready)
            return page

        yield mount


# the name of a control, as a reader finds it
NAME = "e => e.ariaLabel ?? e.labels?.[0]?.firstChild.textContent ?? e.textContent"
# whether it shows that it has the focus: by an outline, or a handle by its ring
SHOWS = """e => e.matches(".fit-handle")
    ? getComputedStyle(e.querySelector(".fit-handle-focus")).stroke !== "none"
    : getComputedStyle(e).outlineStyle === "solid\""""


def reached_by_tab(page, count):
    """The names of what the next so many Tabs reach; each shows it, and JupyterLab gets no key."""
    names = []
    for _ in range(count):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        names.append(focused.evaluate(NAME))
        assert focused.get_attribute("data-lm-suppress-shortcuts") == "true", names
        assert focused.evaluate(SHOWS), f"{names[-1]} shows no focus"
    return names


CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def copied_link(page):
    """What the button *Copy link* puts into the clipboard, of a page with CLIPBOARD."""
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("document.querySelector('.fit-copied').textContent === 'Copied.'")
    return page.evaluate("navigator.clipboard.readText()")


def figure_of(explorable):
    """The `<figure>` of an explorable at rest, as the book makes it of what a notebook holds."""
    rest = explorable.figure_at_rest()
    return from_jupyter.figure_element(rest.bundle()[0], rest.caption, explorable.name)


def live_through(page, rng, actions, count):
    """So many actions at random: nothing comes out that is no number; leaving leaves nothing."""
    for _ in range(count):
        rng.choice(actions)()
    html = page.locator(".fit-explorable").evaluate("e => e.outerHTML")
    assert not re.search(r"NaN|undefined|not a number", html)
    page.evaluate("leave()")
    assert page.locator(".fit-explorable").count() == 0
    assert page.evaluate("model.handlers.size") == 0
    settle(page)  # what was still to come must not complain


def no_errors(visit):
    assert visit.console == []


def hash_of(page):
    """The address' part after #, when it has been written."""
    settle(page)
    return page.evaluate("location.hash")


def unreadable(value):
    """Typography back to ASCII: "−0.5" -> "-0.5"."""
    return value.replace("−", "-")
