"""The Chromium that looks at the built pages.

python tools/chromium.py            print its path; exit 1 if there is none
python tools/chromium.py --install  see to it that there is one: from Debian if this is a Debian and
                                    we may, else Playwright's own
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PLACES = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
# no sandbox: it does not work for root, and the only pages shown are our own;
# the rest keeps a fresh Chromium from calling home
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find():
    """The path of a Chromium, or None: the one named by $CHROMIUM, the machine's, Playwright's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    on_path = (shutil.which(name) for name in NAMES)
    in_place = (place for place in PLACES if Path(place).exists())
    return next(filter(None, [*on_path, *in_place]), None) or playwrights_own()


def playwrights_own():
    """The path of the Chromium that Playwright downloaded, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install():
    """Install a Chromium: Debian's package for root, else (or if that fails) Playwright's."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium ...")
        quietly = {
            "stdout": subprocess.DEVNULL,
            "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        }
        subprocess.run(["apt-get", "update"], check=False, **quietly)
        subprocess.run(["apt-get", "install", "--yes", "chromium"], check=False, **quietly)
        if find():
            return
    print("Installing Playwright's chromium ...")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if "--install" in sys.argv and not find():
        install()
    path = find()
    if not path:
        sys.exit("No Chromium found. Install one, or say where it is: CHROMIUM=/path/to/chromium")
    print(path)
