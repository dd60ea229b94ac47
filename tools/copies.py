"""A second desk beside the one under instance/: the project copied to a folder of its own, for `tools/run.py` to start there."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = (
    *("Makefile", "Procfile", "gunicorn.conf.py", "config.py", "wsgi.py", "requirements.txt", "requirements-dev.txt"),
    *("helpdesk", "migrations", "templates", "tools"),
)


def copy_to(folder: Path) -> Path:
    """Copy what a fresh clone has of the desk itself; data, keys and the environment stay behind."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, folder / part)
    return folder
