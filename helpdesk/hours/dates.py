"""Days in words by the patterns of Babel, each worked out once: the pages of a day name the same few."""

from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from flask_babel import get_locale


def in_pattern(day: date, pattern: str) -> str:
    """A day by a pattern such as "EEE, MMM d", in the language of the moment."""
    return _in_language(get_locale(), day, pattern)


@lru_cache(maxsize=1024)
def _in_language(language: Locale | None, day: date, pattern: str) -> str:
    return str(format_date(day, pattern, locale=language))
