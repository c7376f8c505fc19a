"""Pages of one browser that are used again and again, each time as if they were new.

A new page costs a second of a processor's time, for a process of its own; an old one that is shown
something else a fifth of that.
"""

import contextlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

EMPTY = "about:blank"
# Remembers what a page has put off for later, so that a test can wait until it is done.
REMEMBER_TIMERS = """
window.putOff = new Set();
const { setTimeout, clearTimeout } = window;
window.setTimeout = (call, delay = 0, ...values) => {
  const id = setTimeout((...given) => {
    putOff.delete(id);
    if (typeof call === "function") call(...given);
  }, delay, ...values);
  if (delay < 2_000) putOff.add(id);
  return id;
};
window.clearTimeout = (id) => (putOff.delete(id), clearTimeout(id));
"""

# every figure that comes to life has done so, and has drawn and named its pictures
ALL_LIVE = """() => [...document.querySelectorAll(".fit-live")].every((place) => {
    const alive = place.querySelector(".fit-explorable"); // the ledger has no pictures
    const pictures = [...place.querySelectorAll(".fit-explorable svg[role=img]")];
    return alive && pictures.every((e) => e.hasAttribute("aria-label"));
})"""


@dataclass
class Visit:
    """One page, and what it did since it was opened."""

    page: object
    home: tuple = ()  # scheme and host of what is visited
    elsewhere: list = field(default_factory=list)  # requests to other hosts
    failed: list = field(default_factory=list)
    console: list = field(default_factory=list)

    def listeners(self):
        """What to call on which of the page's events."""
        return {
            "request": self._note_request,
            "requestfailed": lambda request: self.failed.append(request.url),
            "response": lambda r: r.status >= 400 and self.failed.append(r.url),
            "console": lambda message: self.console.append(message.text),
            "pageerror": lambda error: self.console.append(str(error)),
        }

    def _note_request(self, request):
        here = urlsplit(request.url)
        if here[:2] != self.home and here.scheme not in {"data", "blob"}:
            self.elsewhere.append(request.url)


class Tabs:
    """The pages of a browser: one is lent out for a while, and cleaned when it comes back."""

    def __init__(self, browser):
        self._browser, self._free = browser, defaultdict(list)

    @contextlib.contextmanager
    def lent(self, home, size, theme="light", reduced_motion="no-preference", **options):
        """A Visit to an empty page.

        home: the scheme and host of what will be visited, as `urlsplit` gives them.  size: width
        and height.  options: of the browser's context; pages with other options are other pages.
        """
        free = self._free[json.dumps([home, options], sort_keys=True)]
        page = free.pop() if free else self._new_page(options)
        page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        page.emulate_media(media="screen", color_scheme=theme, reduced_motion=reduced_motion)
        visit = Visit(page, home)
        listeners = visit.listeners()
        for event, listener in listeners.items():
            page.on(event, listener)
        yield visit
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        if not page.is_closed():
            _clean(page)
            free.append(page)

    def _new_page(self, options):
        context = self._browser.new_context(**options)
        context.add_init_script(REMEMBER_TIMERS)
        return context.new_page()


def settle(page):
    """Wait until a page has done all that it has put off by now, and has drawn what came of it.

    Not what it puts off meanwhile: the page of the search counts its dots for ever.
    """
    page.evaluate("window.now = [...putOff]")
    page.wait_for_function("() => !now.some((id) => putOff.has(id))")
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")


def finger(page):
    """A function that puts fingers on the page: ("touchStart", (x, y)), "touchMove", "touchEnd"."""
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        points = [dict(zip("xy", map(float, point), strict=True)) for point in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


def _clean(page):
    """Leave nothing behind: no route, no button held, nothing stored, no document, no worker."""
    page.unroute_all(behavior="ignoreErrors")
    page.mouse.up()
    page.mouse.move(0, 0)
    page.evaluate("try { localStorage.clear(); sessionStorage.clear() } catch {}")
    page.goto(EMPTY)
    page.context.clear_cookies()
