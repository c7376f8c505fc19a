"""Print constraints.txt: every package of one environment, exactly.

python tools/constraints.py PIP     PIP is the pip of that environment (see `make constraints`)
"""

import subprocess
import sys

HEADER = """\
# Every package in the environment, as resolved for requirements.txt and tests/requirements.txt by
# `make constraints`. Installing under these makes a build in a year this build."""


def frozen(pip):
    """Lines such as `numpy==2.4.6`; a local version (torch's `+cpu`) would bind to one index."""
    command = [pip, "freeze", "--all", "--exclude-editable", "--exclude", "pip"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return sorted((line.split("+")[0] for line in lines), key=str.lower)


if __name__ == "__main__":
    print(HEADER, *frozen(sys.argv[1]), sep="\n")
