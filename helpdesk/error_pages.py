"""The pages shown when a request fails: what happened, what to do, and the phone."""

import sqlite3
from dataclasses import dataclass
from math import ceil

from flask import Flask, current_app, render_template, request
from flask_babel import LazyString
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from . import clock
from .extensions import limiter
from .languages import lazy_gettext as _l


@dataclass(frozen=True)
class Words:
    """What an error page says."""

    title: LazyString
    happened: LazyString
    to_do: LazyString


PAGES: dict[int, Words] = {
    400: Words(
        _l("We could not read that request"),
        _l("Your browser sent something that we did not understand, or the page had been open for too long."),
        _l("Go back, reload the page and try again. What you typed may still be there."),
    ),
    403: Words(
        _l("Your account cannot open this page"),
        _l("You are signed in, but this page is for people with other rights."),
        _l("If you need it for your work, call us, or ask the person who set up your account."),
    ),
    404: Words(
        _l("We cannot find that page"),
        _l("The address may be mistyped, or the page may not be meant for your account."),
        _l("Check the address, or start again from the home page."),
    ),
    405: Words(
        _l("That page does not work this way"),
        _l("The address is right, but it is the target of a button and cannot be opened by itself."),
        _l("Go back to the page with the button, or start again from the home page."),
    ),
    413: Words(
        _l("That is more than we can take at once"),
        _l("What you sent is too large, so nothing was stored."),
        _l(
            "Go back, shorten the text or send fewer files, and send it again. "
            "If the page was open for long, sign in first in another window: files are taken from people who are signed in."
        ),
    ),
    422: Words(
        _l("Something in that form needs another look"),
        _l("We could not store it as it was sent, so nothing has changed."),
        _l("Go back, check what you entered and send it again."),
    ),
    429: Words(
        _l("Too many tries in a short time"),
        _l("To protect every account, we pause for a while after many tries. Nothing is wrong with your account."),
        _l("Wait a few minutes, then try again."),
    ),
    500: Words(
        _l("Something went wrong on our side"),
        _l("It is not your fault. The failure has been written down for the people who run this desk."),
        _l("Try again in a few minutes. If you were sending a case, look under My cases first to see whether it arrived."),
    ),
    503: Words(
        _l("The help desk is not available right now"),
        _l("We are probably back in a few minutes."),
        _l("Try again shortly. If you were just sending something, go back and send it again: nothing was stored."),
    ),
}
KEPT_HEADERS = frozenset({"Allow", "Retry-After"})
RETRY_AFTER = 10  # seconds: a busy database is free again sooner, one that starts anew soon after
CSRF_FIELD = "csrf_token"  # given anew
BARE = frozenset({500, 503})  # shown without anything that would ask the database


def set_up(app: Flask) -> None:
    """Answer every error of PAGES with a page of our own; an error that nobody caught is a 500."""
    for code in PAGES:
        app.register_error_handler(code, show)


def show(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    """The page of an HTTP error, with the headers that the error itself asks for."""
    if isinstance(error, InternalServerError) and _is_absence(error.original_exception):  # which Flask has logged
        error = ServiceUnavailable(retry_after=RETRY_AFTER)
    code = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    if isinstance(error, RateLimitExceeded):
        headers["Retry-After"] = str(_seconds_until_served())
    if code not in BARE:
        return render_template("errors/error.html", code=code, words=PAGES[code]), code, headers
    # Straight from the template: the context processors would load the person from a database that may be gone.
    kept = _typed() if code == ServiceUnavailable.code else []
    template = current_app.jinja_env.get_template("errors/error.html")
    page = template.render(code=code, words=PAGES[code], bare=True, kept=kept, had_files=_had_files(kept), request=request)
    return page, code, {**headers, "Cache-Control": "no-store"}


def _typed() -> list[tuple[str, str]]:
    """What the form held that could not be stored, to be sent again from the page; a form with a password is not repeated."""
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name != CSRF_FIELD]
    except HTTPException:  # more than we take, asked for now for the first time
        return []
    return [] if any("password" in name for name, _value in fields) else fields


def _had_files(kept: list[tuple[str, str]]) -> bool:
    """Whether files came with what was typed; they cannot be sent again from this page."""
    return bool(kept) and any(file.filename for file in request.files.values())


def _seconds_until_served() -> int:
    """How long a visitor whose requests are too many has to wait: to the end of the minute counted, rounded up."""
    limit = limiter.current_limit
    return max(1, ceil(limit.reset_at - clock.now().timestamp())) if limit else 1


def _is_absence(error: BaseException | None) -> bool:
    """Whether the database was busy, full or gone, rather than asked for what it does not have."""
    while isinstance(error, OperationalError):
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
            return True
        error = error.__context__  # a full SQLite gives up the whole transaction; then its savepoint cannot be found
        error = error.__context__ if isinstance(error, sqlite3.Error) else error
    return isinstance(error, PoolTimeout)
