"""Files as they arrive: written into the store while the request is read, and gone with the request if nobody takes them.

Only a view that `takes_files` gets them so, and only from somebody who may use it; everywhere else a request stays as small
as MAX_CONTENT_LENGTH says.
"""

import errno
import hashlib
from collections.abc import Callable
from enum import StrEnum
from io import FileIO
from typing import IO, Any, TypeVar, cast

import structlog
from flask import Flask, Request, current_app, request
from flask_login import current_user

from ..permissions import may
from . import attachment_store as store
from . import attachment_types as types

View = TypeVar("View", bound=Callable[..., Any])

MOST_FILES = 5  # of a form or a message
MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Problem(StrEnum):
    """Why a file is not kept."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    TOO_MANY = "too many"
    NOT_TAKEN = "not taken"  # of a kind that is not taken
    NO_ROOM = "no room"  # the disk is full
    NOT_KEPT = "not kept"  # the store cannot be written

    @property
    def is_ours(self) -> bool:
        """Whether it is the desk that failed."""
        return self in (Problem.NO_ROOM, Problem.NOT_KEPT)


class Arrival:
    """One file of a request: what is written to it goes into the store, and nothing of a file that is refused stays there."""

    def __init__(self, name: str, *, problem: Problem | None = None) -> None:
        self.name = name
        self.problem = problem
        self.stored_as = store.new_name()
        self.size = 0
        self.media_type: types.MediaType | None = None
        self._digest = hashlib.sha256()
        self._file: FileIO | None = None  # while it is written
        self._is_in_store = False  # and nobody has taken it

    @property
    def sha256(self) -> str:
        """The hash of its content."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Take the next bytes; once there is a problem they are let go by."""
        if self.problem is None and data:
            self.size += len(data)
            if self.size > LARGEST_FILE:
                self._refuse(Problem.TOO_LARGE)
            else:
                self._keep(data)
        return len(data)

    def seek(self, _position: int, _whence: int = 0) -> int:
        """What a parser does when it has written all; what was written is read in the store."""
        return 0

    def finish(self) -> None:
        """All has been written: find out what it is, and make it durable."""
        if self.problem is None and not self.size:
            self.problem = Problem.EMPTY
        if self.problem is not None or self.media_type is not None or self._file is None:
            return
        try:
            with store.path_of(self.stored_as).open("rb") as content:
                self.media_type = types.examine(content, name=self.name)
            store.make_durable(self.stored_as, self._file)
            self._file.close()
            self._file = None
        except types.NotTaken:
            self._refuse(Problem.NOT_TAKEN)
        except OSError as error:
            self._fail(error)

    def take(self) -> None:
        """A row tells of it: it outlives its request, whatever becomes of the transaction.

        Should that be rolled back, the sweep takes the file away; it cannot be known of every commit whether it was made.
        """
        self._is_in_store = False

    def close(self) -> None:
        """Let go of the file, and take it away if nobody has taken it."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._is_in_store:
            store.remove(self.stored_as)
            self._is_in_store = False

    def _keep(self, data: bytes) -> None:
        self._digest.update(data)
        try:
            if self._file is None:
                self._file = store.create(self.stored_as)
                self._is_in_store = True
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        structlog.get_logger().error("attachment_not_kept", file=self.stored_as, reason=error.strerror)
        self._refuse(Problem.NO_ROOM if error.errno in NO_ROOM else Problem.NOT_KEPT)

    def _refuse(self, problem: Problem) -> None:
        self.problem = problem
        self.close()


class DeskRequest(Request):
    """A request whose files go straight into the store, where a view takes files."""

    takes_files = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.arrivals: list[Arrival] = []

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if not self.takes_files:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        is_one_too_many = sum(bool(arrival.name) for arrival in self.arrivals) >= MOST_FILES
        arrival = Arrival(filename or "", problem=Problem.TOO_MANY if is_one_too_many else None)
        self.arrivals.append(arrival)
        return cast(IO[bytes], arrival)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        for arrival in self.arrivals:
            arrival.finish()


def set_up(app: Flask) -> None:
    """Receive files where views take them; call it before CSRF protection is set up, which reads the whole request."""
    app.request_class = DeskRequest
    app.before_request(open_to_files)
    app.teardown_request(let_go_of_files)


def takes_files(view: View) -> View:
    """Mark a view that takes files; it stands below `@requires`, whose people may send them."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def open_to_files() -> None:
    """Let a request be as large as its files, if its view takes some, and the person who sends it may use that view."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "takes_files", False):
        return
    if may(current_user, view.required_permission):  # type: ignore[union-attr]
        _this_request().takes_files = True
        request.max_content_length = MOST_FILES * LARGEST_FILE + current_app.config["MAX_CONTENT_LENGTH"]


def let_go_of_files(_error: BaseException | None = None) -> None:
    """Close what has arrived with this request, and take away what nobody took."""
    for arrival in _this_request().arrivals:
        arrival.close()


def _this_request() -> DeskRequest:
    return cast(DeskRequest, request)
