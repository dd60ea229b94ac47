"""Where the files of people lie: under generated names in a fan-out of folders, outside of what the web serves.

A file is whole and on the disk, and so is its name in its folder, before the row that tells of it is committed. What a crash
between the two leaves is a file without a row, which the sweep takes away.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path

import structlog
from flask import current_app

PIECE = 256 * 1024  # bytes that are read at once
FAN_OUT = 2  # as many characters of a name are that of its folder: 256 folders


def new_name() -> str:
    """A name that nobody can guess and no other file has."""
    return secrets.token_hex(16)


def path_of(name: str) -> Path:
    """Where the file of this name is."""
    return folder() / name[:FAN_OUT] / name


def folder() -> Path:
    """The folder of all of them (ATTACHMENTS_DIR)."""
    return Path(current_app.config["ATTACHMENTS_DIR"])


def create(name: str) -> FileIO:
    """A new file to be written, without a buffer of its own. Raises OSError."""
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb", buffering=0)


def make_durable(name: str, file: FileIO) -> None:
    """Return when what was written, and where it is, outlives a power cut. Raises OSError."""
    os.fsync(file.fileno())
    for place in (path_of(name).parent, folder()):
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove(name: str) -> None:
    """Take the file away, if it is there; where that fails the log says so, and the sweep tries again."""
    try:
        path_of(name).unlink(missing_ok=True)
    except OSError as error:
        structlog.get_logger().error("attachment_not_removed", file=name, reason=error.strerror)


def is_there(name: str, *, size: int) -> bool:
    """Whether the file is there and as large as it was."""
    try:
        return path_of(name).stat().st_size == size
    except OSError:
        return False


def pieces(name: str) -> Iterator[bytes]:
    """The content, a piece at a time.

    The file is open only while a piece is read: a server whose reader has gone may never finish or close what it sends.
    Raises OSError.
    """
    return _pieces(path_of(name))  # found now: what is sent is read when the request is over


def is_writable() -> bool:
    """Whether files could be kept now, as far as that can be told without keeping one."""
    nearest = next(place for place in (folder(), *folder().parents) if os.access(place, os.F_OK))
    return nearest.is_dir() and os.access(nearest, os.R_OK | os.W_OK | os.X_OK)


def names() -> Iterator[tuple[str, float]]:
    """The name of each file, and when it was last written, in seconds since 1970. Raises OSError."""
    if not folder().is_dir():
        return
    for place in folder().iterdir():
        if len(place.name) == FAN_OUT and place.is_dir():
            for file in place.iterdir():
                with suppress(FileNotFoundError):  # what is refused goes at any moment
                    yield file.name, file.stat().st_mtime


def _pieces(path: Path) -> Iterator[bytes]:
    position = 0
    while piece := _read(path, position):
        yield piece
        position += len(piece)


def _read(path: Path, position: int) -> bytes:
    with path.open("rb") as file:
        file.seek(position)
        return file.read(PIECE)
