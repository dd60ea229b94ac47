"""The languages of the desk: catalogs as translators write them, and which language what is kept is written in.

Pages and mail are in the language of whoever reads them. What is stored for everybody, the reasons of mail and the answers of a
ticket among it, is in English, and is translated where it is shown: `translated`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from pathlib import Path

import flask_babel
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import current_app
from flask_babel import force_locale, get_locale, gettext

OF_THE_RECORD = "en"
CATALOG = "LC_MESSAGES/messages.po"


class Babel(flask_babel.Babel):  # type: ignore[misc]
    """Flask-Babel that reads catalogs as they are kept (.po): nothing has to be compiled before the desk starts."""

    @cached_property
    def domain_instance(self) -> "Domain":
        """Where sentences are looked up."""
        return Domain(domain=self.domain)

    def list_translations(self) -> list[Locale]:
        """English, and the languages that there are catalogs of."""
        return [self.default_locale, *(Locale.parse(file.parents[1].name) for file in Path(_folder()).glob(f"*/{CATALOG}"))]


class Domain(flask_babel.Domain):  # type: ignore[misc]
    """Sentences in the language of a page or a mail; a catalog is read when it is needed first."""

    def get_translations(self) -> NullTranslations:
        """The sentences in the language of the moment; English ones stand for themselves."""
        locale = get_locale()
        key = folder, language = _folder(), locale.language if locale else OF_THE_RECORD
        if key not in self.cache:
            self.cache[key] = _read(Path(folder, language, CATALOG))
        found: NullTranslations = self.cache[key]
        return found


def translated(text: str) -> str:
    """A name or sentence that was stored in English, in the language of the page; what is not known stays as it is."""
    return str(gettext(text)) if text else text


def is_translated(text: str) -> bool:
    """Whether the catalog has this text in the language of the page, be it in the same words."""
    catalog = flask_babel.get_domain().get_translations()
    return text in getattr(catalog, "_catalog", {})


@contextmanager
def for_the_record() -> Iterator[None]:
    """Sentences within the block are in English, whoever is looking at a page."""
    with force_locale(OF_THE_RECORD):
        yield


def _folder() -> str:
    folder: str = current_app.extensions["babel"].translation_directories[0]
    return folder


def _read(file: Path) -> NullTranslations:
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text))
    compiled.seek(0)
    return Translations(compiled)
