"""The Chromium that looks at the built pages.

python tools/chromium.py            print its path; exit 1 if there is none
python tools/chromium.py --install  see to it that there is one: from Debian if this is a Debian and
                                    we may, else Playwright's own

Where there is a headless shell, it is the one: the same engine without the frame of a browser,
whose own parts cost every new window half a second that no page needs.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"
NAMES = [SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
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


def install_from_debian(*packages):
    """Install packages of Debian's, if this is a Debian and we may."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return
    print(f"Installing Debian's {', '.join(packages)} ...")
    quietly = {
        "stdout": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    asked = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    for command in (["apt-get", "update"], asked):
        subprocess.run(command, check=False, **quietly)


def install():
    """Install a Chromium: Debian's package for root, else (or if there is none) Playwright's."""
    install_from_debian(SHELL)
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
