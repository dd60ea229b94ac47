"""Sessions: who is signed in, and what happens when a session has ended under somebody's hand."""

import secrets
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from ..extensions import db, login_manager
from ..languages import gettext as _
from ..permissions import PUBLIC_ENDPOINTS
from ..transaction import transaction
from ..typed_text import number_in
from . import devices, parked, passwords, return_paths, second_factor, throttling, user_sessions
from .errors import TooManyTries
from .late_forms import OPEN_TOO_LONG, SESSION_ENDED, Typed
from .models import User, UserSession

LANDING = "landing"  # in the cookie session: the page that follows signing in
TOKEN = "session_token"  # noqa: S105  (its name in the cookie session)
CODES = frozenset({"accounts.second_step", "accounts.confirm_second_factor"})  # forms that hold what signs somebody in
# What pages send by themselves: it may be of somebody who has signed out here, and is kept for nobody else.
BY_SCRIPTS = frozenset({"queue.autosave", "queue.tell_presence", "intake.autosave"})
UNATTENDED = frozenset({"queue.news", "queue.tell_presence"})  # what open pages ask for by themselves, whoever sits before them
BEFORE_SECOND_FACTOR = frozenset({"accounts.second_factor", "accounts.begin_second_factor", "accounts.confirm_second_factor"})


def set_up(app: Flask) -> None:
    """Tell Flask-Login who people are, and take care of forms whose session has ended."""
    login_manager.init_app(app)
    login_manager.user_loader(load_user)
    login_manager.unauthorized_handler(ask_to_sign_in)
    app.before_request(note_use)
    app.before_request(ask_for_second_factor)
    app.after_request(lead_away_from_what_is_not_theirs)
    app.register_error_handler(CSRFError, take_up_stale_form)


def the_user() -> User:
    """The person who is signed in; only for views that require it."""
    user: User = current_user._get_current_object()
    return user


def knows_password(user: User, password: str) -> bool:
    """Whether this is the password of the account; tries are counted as at sign-in. Raises TooManyTries."""
    browser = devices.known_browser(user.email)
    with transaction():
        throttling.count_sign_in(user.email_key, request.remote_addr, browser=browser)
    if not passwords.check_password(user.password_hash, password):
        return False
    with transaction():
        throttling.sign_in_was_right(user.email_key, request.remote_addr, browser=browser)
    return True


def load_user(session_id: str) -> User | None:
    """The person of a session (`User.get_id`), while they may sign in, keep their session key, and the session has not ended."""
    found = user_sessions.with_person(session.get(TOKEN, ""), _id_in(session_id))
    if found is None:
        return None
    user, row = found
    if not user.is_active or not secrets.compare_digest(user.get_id().encode(), session_id.encode()):
        return None
    if not user_sessions.lasts(row, user):
        return None
    g.session_to_note = row.id if user_sessions.is_due(row) else None
    g.passed_second_factor = row.passed_second_factor
    return user


def note_use() -> None:
    """Write down, at most once a minute, that this session is used (run before each request, in a transaction of its own).

    A busy database does not keep anybody from reading a page: then the next request writes it down.
    """
    endpoint = request.endpoint or ""
    if endpoint.endswith("static") or endpoint in UNATTENDED or not current_user.is_authenticated:
        return
    row_id = g.pop("session_to_note", None)
    if row_id is None:
        return
    try:
        with transaction():
            user_sessions.note_seen(row_id)
    except OperationalError as error:
        structlog.get_logger().warning("session_use_not_noted", reason=type(error.orig).__name__)


def sign_in(user: User, *, remember: bool = False, passed_second_factor: bool = False) -> None:
    """Begin a new session for this person; of the old one only the keys to parked forms are kept. Needs an open transaction.

    Only providers are remembered.
    """
    parked.claim(user)
    _begin_session_anew()
    remember = remember and not user.is_staff
    browser, network = devices.browser_in_words(request.user_agent.string), throttling.network(request.remote_addr)
    session[TOKEN] = user_sessions.start(
        user, browser=browser, network=network, is_remembered=remember, passed_second_factor=passed_second_factor
    )
    session.permanent = remember
    devices.note(user, browser=browser, network=network)
    login_user(user)


def go_on(user: User) -> None:
    """Go on in this browser, in a fresh session, after all of this person were ended. Needs an open transaction."""
    sign_in(user, remember=session.permanent, passed_second_factor=bool(g.get("passed_second_factor")))


def after_sign_in(user: User, then: str) -> Response:
    """Lead somebody who has just signed in to where they wanted to go, or to where they start."""
    session[LANDING] = urlsplit(then).path
    return redirect(then or start_page(user), code=303)


def lead_away_from_what_is_not_theirs(response: Response) -> Response:
    """Lead somebody who signed in over a page of somebody else to where they start (run after each request)."""
    landing = session.get(LANDING)
    if not landing or not current_user.is_authenticated or request.method != "GET":
        return response
    if request.path == landing:
        session.pop(LANDING)
        if response.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            flash(_("You cannot open the page that was open here before, so this is where you start."), "info")
            return redirect(start_page(the_user()), code=303)
    return response


def start_page(user: User) -> str:
    """Where this person goes on after signing in, where nothing else was asked for."""
    return url_for("queue.index" if user.is_staff else "portal.vaccine_provider")


def is_here(row: UserSession) -> bool:
    """Whether this is the session of this browser."""
    return user_sessions.is_of(row, session.get(TOKEN, ""))


def pass_second_factor() -> None:
    """The person of this session has just shown a second factor. Needs an open transaction."""
    user_sessions.pass_second_factor(session.get(TOKEN, ""))


def ask_for_second_factor() -> Response | None:
    """Lead somebody who must have a second factor to where it is set up, before anything else (run before each request).

    Whoever has one, but signed in before it was asked for, signs in again. Either way what they have typed is kept.
    """
    endpoint = request.endpoint or ""
    if endpoint in PUBLIC_ENDPOINTS or endpoint in BEFORE_SECOND_FACTOR or not current_user.is_authenticated:
        return None
    user = the_user()
    if g.get("passed_second_factor") or not second_factor.is_required_of(user):
        return None
    if second_factor.of(user) is None:
        flash(_("Your account needs a second factor. Set it up here, then go on."), "info")
        if request.method == "POST" and _park() is Typed.KEPT:
            flash(_("What you typed is kept: afterwards, open its page again."), "info")
        return redirect(url_for("accounts.second_factor"), code=303)
    with transaction():
        sign_out()
    if request.method != "POST":
        flash(_("Please sign in again, with your second factor."), "info")
    return ask_to_sign_in()


def sign_out() -> None:
    """End the session of this browser, and with it every copy of its cookie. Needs an open transaction."""
    logout_user()
    _begin_session_anew()


def ask_to_sign_in() -> Response:
    """Send a visitor to the sign-in page and from there back; what they have typed is kept."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.login", next=return_paths.local(request.full_path.rstrip("?")) or None))
    page = return_paths.page_for(request.path)
    flash(parked.with_files_told(str(SESSION_ENDED[_park()])), "info")
    return redirect(url_for("accounts.login", next=page), code=303)


def take_up_stale_form(error: CSRFError) -> Response:
    """Answer a form that came without a valid key: its session has ended, or its page was open too long.

    What another site sends in somebody's name is refused, and touches neither their session nor our database. So is what a page
    sends by itself after its reader has signed out: it is kept for nobody else.
    """
    signed_in = current_user.is_authenticated
    if _comes_from_elsewhere() or (request.endpoint in BY_SCRIPTS and (signed_in or _whose_session() is None)):
        return current_app.handle_http_exception(BadRequest(error.description))  # type: ignore[return-value]
    if request.endpoint == "accounts.logout" and not signed_in:
        return redirect(url_for("portal.home"), code=303)
    if request.endpoint == "accounts.login" and signed_in:  # a double click: the first one has begun a new session
        return redirect(url_for("accounts.login", next=return_paths.local(request.form.get("next")) or None), code=303)
    if not signed_in and request.endpoint not in PUBLIC_ENDPOINTS:
        return ask_to_sign_in()
    flash(parked.with_files_told(str(OPEN_TOO_LONG[_park()])), "warn")
    return redirect(return_paths.page_for(request.path), code=303)


def _park() -> Typed:
    """Keep what was typed, if there was anything and if we can; codes are typed anew."""
    if request.endpoint in CODES:
        return Typed.NOTHING
    owner_id = _whose_session()
    try:
        with transaction():
            if owner_id is None:
                throttling.count_parked_form(request.remote_addr)
            parked.park(request.path, request.form.to_dict(flat=False), owner_id=owner_id)
    except parked.NothingTyped:
        return Typed.NOTHING
    except (parked.FormTooLarge, TooManyTries) as refusal:
        structlog.get_logger().warning("form_not_parked", reason=type(refusal).__name__, endpoint=request.endpoint)
        return Typed.TOO_MUCH if isinstance(refusal, parked.FormTooLarge) else Typed.TOO_OFTEN
    return Typed.KEPT


def _whose_session() -> int | None:
    """Whose session this is or, as its cookie still tells, was."""
    told = session.get("_user_id") or _expired_session().get("_user_id")
    user = db.session.get(User, _id_in(str(told))) if told else None
    return user.id if user else None


def _expired_session() -> dict[str, object]:
    interface = cast(SecureCookieSessionInterface, current_app.session_interface)
    serializer = interface.get_signing_serializer(current_app)
    if serializer is None:
        return {}
    try:  # signed by us; its age does not matter here
        return dict(serializer.loads(request.cookies.get(interface.get_cookie_name(current_app), "")))
    except BadSignature:
        return {}


def _begin_session_anew() -> None:
    if token := session.get(TOKEN):
        user_sessions.end(token)
    tokens = parked.tokens_held()
    session.clear()
    if tokens:
        session[parked.SESSION_KEY] = tokens


def _id_in(session_id: str) -> int:
    return number_in(session_id.partition(".")[0]) or 0


def _comes_from_elsewhere() -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    ours = {request.host, urlsplit(current_app.config["BASE_URL"]).netloc}
    return origin is not None and urlsplit(origin).netloc not in ours
