"""Compile engine.c to engine.wasm, which is committed, so that readers need no compiler.

python -m fitlab.engine.build          compile, after a change to engine.c or what it includes
python -m fitlab.engine.build --check  exit 1 if the committed engine.wasm is not what comes out
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from fitlab.engine import WASM

SOURCE = Path(__file__).with_name("engine.c")

# No instruction set beyond what every browser has (no relaxed SIMD: its results may differ from
# machine to machine), no contraction of a * b + c, no C library, nothing of the folder in the file.
FLAGS = [
    "--target=wasm32-freestanding", "-mcpu=generic+simd128+bulk_memory", "-std=c11", "-O3",
    "-ffp-contract=off", "-fno-math-errno", "-nostdlib", "-Wall", "-Wextra", "-Werror",
    "-Wl,--no-entry", "-Wl,--strip-all", "-Wl,-z,stack-size=65536",
]  # fmt: skip


def compile(path, source=SOURCE):
    """Compile `source`, with what it includes, to the file `path`: the same bytes everywhere.

    Raises ImportError without the compiler, RuntimeError with its words if it refuses the source.
    """
    if importlib.util.find_spec("ziglang") is None:
        raise ImportError(
            "compiling the engine needs a C compiler for WebAssembly: "
            "pip install -r tests/requirements.txt -c constraints.txt (or pip install ziglang)"
        )
    # in the source's folder and by its bare name, so that no path can get into the bytes
    command = [sys.executable, "-m", "ziglang", "cc", *FLAGS, Path(source).name]
    command += ["-o", str(Path(path).resolve())]
    run = subprocess.run(
        command, cwd=Path(source).resolve().parent, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise RuntimeError(f"{source} does not compile:\n{run.stderr}")
    Path(path).chmod(0o644)  # it is not a program for a shell


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    if not parser.parse_args(arguments).check:
        compile(WASM)
        return None
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / WASM.name
        compile(fresh)
        if WASM.exists() and fresh.read_bytes() == WASM.read_bytes():
            return None
    return f"{WASM} is not what {SOURCE.name} compiles to: run python -m fitlab.engine.build"


if __name__ == "__main__":
    sys.exit(main())
