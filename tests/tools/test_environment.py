"""The environment is built from the lock, once, on the system's own Python; what is missing is said in one line."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import config
from tools import environment

SYSTEM_PATH = "/usr/bin:/bin"  # without uv, wherever it is


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project of one dependency, which lies on this machine."""
    shutil.copytree(config.ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(config.ROOT / "Makefile", tmp_path)
    (tmp_path / "wheels").mkdir()
    lock(tmp_path, version="1.0")
    return tmp_path


def test_an_old_python_is_named_with_the_one_that_is_needed():
    with pytest.raises(environment.Problem, match=r"Python 3\.9 is too old; the help desk needs 3\.11"):
        environment.check_version((3, 9, 18))


def test_this_python_is_not_too_old():
    environment.check_version(sys.version_info[:3])


def test_a_missing_venv_module_is_one_line_that_says_what_to_install(tree):
    (tree / "ensurepip.py").write_text("raise ImportError")

    done = build(tree, PYTHONPATH=str(tree))

    assert done.returncode == 1
    assert one_line(done).startswith("Python's venv module is missing; install it with: apt-get install python3-venv")


def test_a_missing_python_is_one_line(tree):
    done = subprocess.run(["make", "environment", "PYTHON=python3.99"], cwd=tree, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "python3.99 was not found; install Python 3.11 or later."


@pytest.mark.long
def test_it_is_built_once_and_again_when_the_lock_has_changed(tree):
    assert build(tree).stdout == "Making the Python environment in .venv ...\nInstalling packages ...\n"
    assert installed_version(tree) == "1.0"
    assert build(tree).stdout == ""

    lock(tree, version="2.0")

    assert build(tree).stdout == "Installing packages ...\n"
    assert installed_version(tree) == "2.0"


@pytest.mark.long
def test_a_package_that_is_not_the_one_that_was_locked_is_refused_and_asked_for_again(tree):
    lock(tree, version="1.0", digest="0" * 64)

    assert one_line(build(tree)).startswith("The packages could not be installed")
    assert one_line(build(tree)).startswith("The packages could not be installed")


@pytest.mark.long
def test_an_environment_whose_python_is_gone_is_made_anew(tree):
    (tree / ".venv" / "bin").mkdir(parents=True)
    (tree / ".venv" / "bin" / "python").symlink_to(tree / "gone")

    assert build(tree).returncode == 0
    assert installed_version(tree) == "1.0"


def build(tree: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Build the environment of the tree as `make run` does, without any index."""
    return subprocess.run(
        [sys.executable, "tools/environment.py", "desk"],
        cwd=tree,
        env={"PATH": SYSTEM_PATH, "HOME": str(tree), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tree / "wheels"), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The last line of what went wrong, which is ours; a traceback is not."""
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr.splitlines()[-1]


def lock(tree: Path, *, version: str, digest: str = "") -> None:
    """Write a wheel, and the lock that wants it."""
    wheel = tree / "wheels" / f"deskling-{version}-py3-none-any.whl"
    info = f"deskling-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: deskling\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
    (tree / "requirements.txt").write_text(f"deskling=={version} --hash=sha256:{digest}{os.linesep}")


def installed_version(tree: Path) -> str:
    """The version of the dependency that the environment has."""
    ask = "import importlib.metadata as m; print(m.version('deskling'))"
    return subprocess.run([tree / ".venv/bin/python", "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
