"""Who reads: what they can read, and in which language."""

from dataclasses import dataclass

from flask_babel import get_locale
from flask_login import current_user

from ..accounts.models import Language


@dataclass(frozen=True)
class Reader:
    """Somebody's language, and whether they work at the desk."""

    language: Language = Language.ENGLISH
    is_staff: bool = False


def the_reader() -> Reader:
    """Who reads the page that is asked for."""
    return Reader(Language(str(get_locale())), is_staff=bool(current_user.is_authenticated and current_user.is_staff))
