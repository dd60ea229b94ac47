"""Build the Python environment from the locked requirements, and only when they have changed.

Runs on the system's own Python, with nothing installed: it uses the standard library alone, and says in one line what is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
LOCKS = {"desk": ["requirements.txt"], "development": ["requirements.txt", "requirements-dev.txt"]}


class Problem(Exception):
    """Why there is no environment: one line for the person who can mend it."""


def check_version(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old."""
    if tuple(version[:2]) < OLDEST:
        raise Problem(
            "Python {}.{} is too old; the help desk needs 3.11 or later (choose one with: make PYTHON=python3.11 ...).".format(
                *version
            )
        )


def check_tools() -> None:
    """Refuse a Python that cannot make environments, unless uv is there to do it."""
    if shutil.which("uv"):
        return
    try:
        import ensurepip
        import venv
    except ImportError:
        name = "python{}.{}-venv".format(*sys.version_info)
        raise Problem(f"Python's venv module is missing; install it with: apt-get install python3-venv (or {name}).") from None
    del ensurepip, venv


def build(venv: Path, purpose: str) -> None:
    """Make the environment if it is not there, and install the locked packages if they have changed."""
    if not _works(venv):
        print(f"Making the Python environment in {venv.name} ...", flush=True)
        _create(venv)
    stamp = venv / "installed.json"
    installed = json.loads(stamp.read_text()) if stamp.exists() else {}
    wanted = {lock: hashlib.sha256((ROOT / lock).read_bytes()).hexdigest() for lock in LOCKS[purpose]}
    if all(installed.get(lock) == digest for lock, digest in wanted.items()):
        return
    print("Installing packages ...", flush=True)
    _install(venv, list(wanted))
    stamp.write_text(json.dumps({**installed, **wanted}))


def _works(venv: Path) -> bool:
    python = venv / "bin" / "python"
    return python.exists() and subprocess.run([python, "-c", ""], stderr=subprocess.DEVNULL, check=False).returncode == 0


def _create(venv: Path) -> None:
    if venv.exists():
        shutil.rmtree(venv)
    uv = shutil.which("uv")
    command = [uv, "venv", "--quiet", "--python", sys.executable, str(venv)] if uv else [sys.executable, "-m", "venv", str(venv)]
    if subprocess.run(command, check=False).returncode:
        raise Problem(f"The Python environment could not be made in {venv}; what went wrong stands above.")


def _install(venv: Path, locks: list[str]) -> None:
    python = str(venv / "bin" / "python")
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        command = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
    for lock in locks:
        command += ["-r", str(ROOT / lock)]
    if subprocess.run(
        [*command, "--require-hashes"], check=False, env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    ).returncode:
        raise Problem("The packages could not be installed; what went wrong stands above. Is the package index within reach?")


def main() -> None:
    """Build the environment for a purpose, or end with one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=LOCKS)
    parser.add_argument("--venv", default=".venv", help="where the environment is (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        check_version(sys.version_info[:3])
        check_tools()
        build(ROOT / arguments.venv, arguments.purpose)
    except Problem as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
