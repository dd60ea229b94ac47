"""The languages of the desk: catalogs as translators write them, and which language what is kept is written in.

Pages and mail are in the language of whoever reads them. What is stored for everybody, the reasons of mail and the answers of a
ticket among it, is in English, and is translated where it is shown: `translated`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

import flask_babel
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app
from flask.ctx import AppContext
from flask.globals import app_ctx
from flask_babel import LazyString, force_locale, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

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
        return [self.default_locale, *_catalogs(_folder(current_app))]


class Domain(flask_babel.Domain):  # type: ignore[misc]
    """Sentences in the language of a page or a mail; a catalog is read when it is needed first."""

    def get_translations(self) -> NullTranslations:
        """The sentences in the language of the moment; English ones stand for themselves."""
        return _sentences()


def gettext(sentence: str, /, **variables: object) -> str:
    """A sentence in the language of whoever reads it, with its variables filled in; outside of an application in English.

    What `flask_babel.gettext` says, by the shortest way: a page asks for hundreds of sentences.
    """
    said: str = _sentences().ugettext(sentence)
    return said % variables if variables else said


def lazy_gettext(sentence: str, /, **variables: object) -> LazyString:
    """A sentence that is put into the language of whoever reads it when it is read."""
    return LazyString(gettext, sentence, **variables)


def _sentences() -> NullTranslations:
    try:
        here: AppContext = app_ctx._get_current_object()  # type: ignore[attr-defined]
    except RuntimeError:
        return NullTranslations()
    locale = _locale(here)
    return _read(_folder(here.app), locale.language if locale else OF_THE_RECORD)


def _locale(here: AppContext) -> Locale | None:
    """`get_locale()` by the shortest way: what Flask-Babel has noted for this request, if it notes it where it does now."""
    noted = getattr(here.g, "_flask_babel", None)
    return getattr(noted, "babel_locale", None) or get_locale()


def speak_in_templates(app: Flask) -> None:
    """Look up the sentences of templates by the shortest way: a page asks for hundreds of them.

    What Jinja and Flask-Babel do for `_`, each with some calls in between, takes several times as long.
    """

    @pass_eval_context
    def speak(context: EvalContext, sentence: str, /, **variables: object) -> str:
        said = _sentences().ugettext(sentence)
        safe = Markup(said) if context.autoescape else said  # noqa: S704  # catalogs are ours
        return safe % variables if variables or "%" in said else safe

    app.jinja_env.globals.update(_=speak, gettext=speak)


def translated(text: str) -> str:
    """A name or sentence that was stored in English, in the language of the page; what is not known stays as it is."""
    return str(gettext(text)) if text else text


def is_translated(text: str) -> bool:
    """Whether the catalog has this text in the language of the page, be it in the same words."""
    return text in getattr(_sentences(), "_catalog", {})


@contextmanager
def for_the_record() -> Iterator[None]:
    """Sentences within the block are in English, whoever is looking at a page."""
    with force_locale(OF_THE_RECORD):
        yield


def _folder(app: Flask) -> str:
    folder: str = app.extensions["babel"].translation_directories[0]
    return folder


@cache
def _catalogs(folder: str) -> tuple[Locale, ...]:
    """The languages of the catalogs in a folder, looked for once."""
    return tuple(Locale.parse(file.parents[1].name) for file in Path(folder).glob(f"*/{CATALOG}"))


@cache
def _read(folder: str, language: str) -> NullTranslations:
    file = Path(folder, language, CATALOG)
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text))
    compiled.seek(0)
    return Translations(compiled)
