"""A page that was used before must be as good as a new one."""

from urllib.parse import urlsplit

SEEN = """() => ({
  print: matchMedia("print").matches,
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  still: matchMedia("(prefers-reduced-motion: reduce)").matches,
  stored: localStorage.length,
  cookies: document.cookie,
  size: [innerWidth, innerHeight],
})"""


def test_nothing_of_an_earlier_use_is_left(tabs, address):
    url, home, size = f"{address}/404.html", urlsplit(address)[:2], (1280, 844)
    with tabs.lent(home, size) as first:
        page = first.page
        page.goto(url)
        as_new = page.evaluate(SEEN)
        page.evaluate("localStorage.setItem('a', 'b'); document.cookie = 'c=d'")
        page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce")
        page.set_viewport_size({"width": 400, "height": 300})
        page.route("**/*", lambda route: route.abort())
        left = page.evaluate(SEEN)
        assert all(left[name] != as_new[name] for name in as_new)
    with tabs.lent(home, size) as second:
        assert second.page is page, "nothing is shown by a page that was not used before"
        page.goto(url)
        assert page.evaluate(SEEN) == as_new
        assert not second.failed
