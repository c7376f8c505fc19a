"""The other browsers in which the built pages are tried: Firefox and WebKit.

python -m tools.browsers            say where they are
python -m tools.browsers --install  on a Debian, as root, install those that are missing; elsewhere
                                    they are not asked for, and their tests are skipped
"""

import shutil
import sys

from tools.chromium import install_from_debian

# {browser: {a program that it needs: its names}}; WebKit has no headless way, hence a screen
PROGRAMS = {
    "firefox": {"firefox": ["firefox-esr", "firefox"]},
    "webkit": {"driver": ["WebKitWebDriver"], "screen": ["Xvfb"]},
}
PACKAGES = {"firefox": ["firefox-esr"], "webkit": ["webkit2gtk-driver", "xvfb"]}


def find(browser):
    """The paths of what a browser needs, {program: path}; None if one of them is missing."""
    paths = {
        program: next(filter(None, map(shutil.which, names)), None)
        for program, names in PROGRAMS[browser].items()
    }
    return paths if all(paths.values()) else None


def missing():
    """The browsers that are not there."""
    return [browser for browser in PROGRAMS if not find(browser)]


if __name__ == "__main__":
    if "--install" in sys.argv and missing():
        install_from_debian(*(package for browser in missing() for package in PACKAGES[browser]))
    for browser in PROGRAMS:
        print(browser, *(find(browser) or {"": "is not here; its tests are skipped"}).values())
