"""What a reader waits for in the built page: from the click to the end, and the first visit."""

import re

import numpy as np

from tools.bench.serving import ROOT, visit

# no page begins with the recipe: its link asks for it
PAGES = {
    (64, 5): "book/index.html#fit?width=64&depth=5",
    (16, 2): "notebooks/fitting_sine.html",
}
TARGETS = {((64, 5), "first"): 400, ((64, 5), "warm"): 60, ((16, 2), "warm"): 12}  # ms
TOLERANCE = 5e-4  # of the MSE over all 10,000 points
HEAVIEST = 250  # kB over the wire
FIT = '.fit-explorable[data-explorable="fit"]'
WAIT = 60_000  # ms
PAUSE = 300  # ms: a reader looks before clicking again, and the page is at rest by then

# From the moment of the click, as the browser noted it, until the figure says that it is done, by
# data-state and data-step, and until that picture was on the screen.
WATCH = """(selector) => {
    const root = document.querySelector(selector);
    let clicked = null;
    window.waits = [];
    addEventListener("click", (event) => { clicked = event.timeStamp; }, true);
    const note = () => {
        const ended = ["converged", "stopped", "failed"].includes(root.dataset.state);
        if (clicked === null || !ended) return;
        const wait = { done: performance.now() - clicked, ...root.dataset };
        const from = clicked;
        clicked = null;
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => {
                port1.close();
                window.waits.push({ ...wait, drawn: performance.now() - from });
            };
            port2.postMessage(null);
        });
    };
    new MutationObserver(note).observe(root, { attributes: true, attributeFilter: ["data-state"] });
}"""


class Figure:
    """The explorable of a visited page."""

    def __init__(self, page):
        self._page = page
        page.wait_for_selector(f"{FIT}, .fit-apology")
        if apology := page.query_selector(".fit-apology"):
            raise RuntimeError(f"{page.url}: {apology.text_content()}")
        page.evaluate(WATCH, FIT)
        self._root = page.locator(FIT).first
        self._root.scroll_into_view_if_needed()
        page.wait_for_timeout(PAUSE)

    def train(self):
        """Press Train; returns the milliseconds to the end and to its picture."""
        self._page.evaluate("window.waits.length = 0")
        self._root.get_by_role("button", name="Train", exact=True).click()
        self._page.wait_for_function("window.waits.length", timeout=WAIT)
        wait = self._page.evaluate("window.waits[0]")
        if wait["state"] != "converged" or not float(wait["mse"]) < TOLERANCE:
            raise RuntimeError(f"the page did not get there: {wait}")
        self._page.wait_for_timeout(PAUSE)
        return wait["done"], wait["drawn"]

    def choose(self, seed):
        """Type a seed, with which the page trains at once."""
        self._page.evaluate(f"document.querySelector('{FIT}').dataset.state = 'none'")
        self._root.locator("details:has(input)").evaluate("e => { e.open = true; }")
        field = self._root.get_by_role("spinbutton", name="seed", exact=True)
        field.fill(str(seed))
        field.press("Enter")
        ended = f"document.querySelector('{FIT}').dataset.state === 'converged'"
        self._page.wait_for_function(ended, timeout=WAIT)
        self._page.wait_for_timeout(PAUSE)


def click_waits(browser, url, visits, clicks, seeds):
    """Milliseconds to the end and to its picture, (n, 2): first clicks, warm ones, other seeds."""
    first, warm, others = [], [], []
    for _ in range(visits):
        with visit(browser, url) as page:
            figure = Figure(page)
            first.append(figure.train())
            warm += [figure.train() for _ in range(clicks)]
    with visit(browser, url) as page:
        figure = Figure(page)
        figure.train()
        for seed in range(1, seeds + 1):  # the page itself starts with seed 0
            figure.choose(seed)
            others.append(figure.train())
    return np.array(first), np.array(warm), np.array(others)


def print_clicks(report, browser, address, visits, clicks, seeds):
    """How long does a reader wait after pressing Train?"""
    report.part(
        "Click to done in the built page",
        "from pressing Train to data-step with data-state=converged: MSE below 5e-4 on all points",
        "drawn after so many ms: until that picture was on the screen",
    )
    for (width, depth), name in PAGES.items():
        waits = click_waits(browser, f"{address}/{name}", visits, clicks, seeds)
        report.case(f"({width}, {depth})")
        kinds = ("first", "warm", "seeds")
        words = ("first click on a fresh page", "warm clicks", f"warm clicks, seeds 1 to {seeds}")
        for kind, said, found in zip(kinds, words, waits, strict=True):
            wanted, (done, drawn) = TARGETS.get(((width, depth), kind)), found.T
            remark = f"drawn after {np.median(drawn):.0f}"
            if wanted:
                goal = f"click to done, ({width}, {depth}), {kind} click"
                remark += "; " + report.goal(goal, np.median(done), "ms", most=wanted)
            report.row(said, done, "ms", remark=remark)


def print_weights(report, browser, address):
    """How heavy is the first visit of each page?"""
    report.part("Weight of the pages", "over the wire on a first visit, gzip as a server sends it")
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    weights = {}
    for name in [*re.findall(r"(?:root|file): (\S+)", toc), "search"]:
        pieces = []
        with visit(browser, f"{address}/{name}.html", weigh=pieces.append) as page:
            page.wait_for_timeout(PAUSE)
        weights[name] = sum(pieces) / 1e3
    heaviest = max(weights, key=weights.get)
    limit = report.goal(f"heaviest page, {heaviest}", weights[heaviest], "kB", most=HEAVIEST)
    for name, weight in weights.items():
        report.row(name, weight, "kB", remark=limit if name == heaviest else "")
