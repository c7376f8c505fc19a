"""Claims that a reader can check in the page: what a click on "Check it here" brings.

A page whose cards have such buttons (`cards.py`, `ledger.py`) loads one small script, and that the
others, from `_static/live/`, when they are asked for: the panel, the worker, what the claims are,
and the scanned digits. They are classic scripts that hold strings, as in `live_figures.py`.
"""

import json
from importlib.metadata import version
from pathlib import Path

from light_styles import compact
from live_figures import START, shared_parts, without_comments

from fitlab.claims import plans, record
from fitlab.claims.plans import UNUSED
from fitlab.classification.datasets import digits_as_text
from fitlab.display import typeset
from fitlab.explorables import sources

MODULE, WORKER, DATA, DIGITS, HOST = "check", "check_worker", "checks", "digits", "check_here"
OF_DIGITS = {"digits", "codes"}  # tasks whose networks see them
BUTTON = "fit-check-open"


def what_is_checked():
    """What the panel has to know of every claim that a page can check, as JSON."""
    on_record, seconds = record.load(), plans.seconds()
    return {
        "version": version("fitlab"),
        "unused": UNUSED[0],
        "style": compact(Path(__file__).with_name(f"{MODULE}.css").read_text(encoding="utf-8")),
        "module": list(sources.parts(f"explorables/{MODULE}")),
        "claims": {id: _claim(id, on_record[id], seconds[id]) for id in plans.all_planned()},
    }


def _claim(id, entry, seconds):
    plan = plans.as_json(id)
    numbers = {
        name: [typeset(name), typeset(text).replace("-", "−")]
        for name, text in entry["numbers"].items()
    }
    return {
        "says": typeset(entry["says"]),
        "verdict": entry["verdict"],
        "literally": entry.get("literally"),
        "numbers": numbers,
        "seeds": entry["seeds"],
        "seconds": seconds,
        "digits": any(trial["task"] in OF_DIGITS for trial in plan["trials"]),
        "plan": plan,
    }


def write_scripts(app):
    """What a click brings."""
    folder = Path(app.outdir) / "_static" / "live"
    folder.mkdir(parents=True, exist_ok=True)
    parts = sources.parts(f"explorables/{MODULE}")
    own = {name: without_comments(parts[name]) for name in parts if name not in shared_parts()}
    worker = without_comments(sources.script(f"engine/{WORKER}"))
    scripts = {
        MODULE: f"Object.assign(window.fitlab.parts, {json.dumps(own)});\n",
        WORKER: f"window.fitlab.workers[{json.dumps(WORKER)}] = {json.dumps(worker)};\n",
        DATA: f"window.fitlab.checks = {json.dumps(what_is_checked(), ensure_ascii=False)};\n",
        DIGITS: f"window.fitlab.digits = {json.dumps(digits_as_text())};\n",
    }
    for name, script in scripts.items():
        (folder / f"{name}.js").write_text(START + script, encoding="utf-8")
    host = Path(__file__).with_name(f"{HOST}.js").read_text(encoding="utf-8")
    (folder / f"{HOST}.js").write_text(without_comments(host), encoding="utf-8")


def use_host(app, _page, _template, context, _doctree):
    """In a page with such buttons, the script that hears them."""
    if BUTTON in context.get("body", ""):
        app.add_js_file(f"live/{HOST}.js", loading_method="defer")


def setup(app):
    app.connect("builder-inited", write_scripts)
    app.connect("html-page-context", use_host, priority=850)  # after the scripts of live figures
    return {"parallel_read_safe": True, "parallel_write_safe": True}
