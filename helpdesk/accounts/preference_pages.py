"""Choosing the language and the look of one's pages, from any page or from the account page; and mail about copies."""

from flask import abort, current_app, flash, redirect, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response

from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import preferences, return_paths, sessions
from .account_forms import AppearanceForm, CopyMailForm
from .models import Appearance, Language
from .registration import Answer, bp

KEPT_FOR = 365 * 24 * 60 * 60  # seconds


@bp.get("/language/<language>")
def visit_in(language: str) -> Answer:
    """Show visitors the pages in another language: a cookie keeps it, nothing is stored here. Then back to their page."""
    if language not in preferences.LANGUAGES:
        abort(404)
    return _back_with_cookie(language)


@bp.post("/account/language")
@requires(Permission.OWN_ACCOUNT)
def choose_language() -> Answer:
    """Show one's pages in another language from now on, and write one's mail in it."""
    chosen = request.form.get("language", "")
    if chosen not in preferences.LANGUAGES:
        abort(422)
    with transaction():
        preferences.choose(sessions.the_user(), language=Language(chosen))
    with force_locale(chosen):
        flash(_("Your pages are in English from now on, and so is the mail we write to you."), "ok")
    return _back_with_cookie(chosen)


@bp.post("/account/appearance")
@requires(Permission.OWN_ACCOUNT)
def choose_appearance() -> Answer:
    """Choose light or dark pages, or those that the device asks for."""
    form = AppearanceForm()
    if not form.validate():
        abort(422)
    with transaction():
        preferences.choose(sessions.the_user(), appearance=Appearance(form.data["appearance"]))
    flash(_("Saved. This is how your pages look from now on."), "ok")
    return redirect(url_for(".account", _anchor="look"), code=303)


@bp.post("/account/copies")
@requires(Permission.SEE_OWN_CASES)
def choose_copy_mail() -> Answer:
    """Save whether a provider is mailed about the cases that colleagues copy to them."""
    form = CopyMailForm()
    with transaction():
        preferences.choose_copy_mail(sessions.the_user(), is_wanted=form.wants_copy_mail.data)
    if form.wants_copy_mail.data:
        flash(_("Saved. You are mailed about cases that are copied to you."), "ok")
    else:
        flash(_("Saved. You see cases that are copied to you under My cases, and get no mail about them."), "ok")
    return redirect(url_for(".account", _anchor="copies"), code=303)


@bp.post("/account/shortcuts")
@requires(Permission.WORK_ON_CASES)
def choose_shortcuts() -> Answer:
    """Switch the keyboard shortcuts of one's pages on or off."""
    are_wanted = bool(request.form.get("shortcuts"))
    with transaction():
        preferences.choose_shortcuts(sessions.the_user(), are_wanted=are_wanted)
    if are_wanted:
        flash(_("Saved. Press ? on a page of the desk to see what the keys do."), "ok")
    else:
        flash(_("Saved. Single keys do nothing on your pages from now on."), "ok")
    return redirect(url_for(".account", _anchor="shortcuts"), code=303)


def _back_with_cookie(language: str) -> Answer:
    """To the page where the choice was made; the cookie is what counts when nobody is signed in."""
    page = return_paths.local(request.values.get("next"), signs_in=True) or url_for("portal.home")
    answer: Response = redirect(page, code=303)  # type: ignore[assignment]
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(preferences.COOKIE, language, max_age=KEPT_FOR, secure=secure, httponly=True, samesite="Lax")
    return answer
