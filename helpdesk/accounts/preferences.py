"""In which language and look the pages of a person are shown, what single keys do there, and mail about copies."""

from flask import has_request_context, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from . import history
from .models import AccountAct, Appearance, Language, User

COOKIE = "language"
LANGUAGES = tuple(language.value for language in Language)


def locale() -> str:
    """The language of the page that is asked for: a provider's own, a visitor's choice, or what their browser asks for.

    The pages of the desk's people are in English.
    """
    if not has_request_context():
        return Language.ENGLISH.value
    user = _who_asks()
    if user is not None:
        return Language.ENGLISH.value if user.is_staff else user.language.value
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or Language.ENGLISH.value


def appearance() -> Appearance:
    """How the page that is asked for is to look; visitors see it as their device is set."""
    user = _who_asks()
    return user.appearance if user is not None else Appearance.SYSTEM


def choose(user: User, *, language: Language | None = None, appearance: Appearance | None = None) -> None:
    """Let somebody choose the language or the look of their pages; the mail they get is in that language, too."""
    chosen = {"language": language, "appearance": appearance}
    new = {name: value for name, value in chosen.items() if value is not None and value is not getattr(user, name)}
    if not new:
        return
    old = {name: str(getattr(user, name)) for name in new}
    for name, value in new.items():
        setattr(user, name, value)
    history.record(AccountAct.DETAILS_CHANGED, user=user, by=user, old=old, new={name: str(v) for name, v in new.items()})


def choose_copy_mail(user: User, *, is_wanted: bool) -> None:
    """Let a provider be mailed about the cases that are copied to them, or not, from now on."""
    if user.wants_copy_mail is is_wanted:
        return
    user.wants_copy_mail = is_wanted
    history.record(AccountAct.MAIL_CHOSEN, user=user, by=user, old={"copies": not is_wanted}, new={"copies": is_wanted})


def choose_shortcuts(user: User, *, are_wanted: bool) -> None:
    """Let single keys do something on the pages of somebody of the staff, or not, from now on."""
    if user.uses_shortcuts is are_wanted:
        return
    user.uses_shortcuts = are_wanted
    old, new = {"shortcuts": not are_wanted}, {"shortcuts": are_wanted}
    history.record(AccountAct.DETAILS_CHANGED, user=user, by=user, old=old, new=new)


def _who_asks() -> User | None:
    """Who is signed in; nobody where the database cannot be asked: a page that says so must have its words all the same."""
    try:
        user: User | None = current_user._get_current_object() if current_user.is_authenticated else None
    except SQLAlchemyError:
        return None
    return user
