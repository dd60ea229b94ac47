"""The text of an article as a page shows it."""

from flask_babel import force_locale
from markupsafe import Markup

from ..accounts.models import Language
from . import facts, markdown
from .models import Article


def body_of(article: Article) -> Markup:
    """The body as HTML, with the facts that it names, such as the hours, in the language of the article."""
    return html_of(article.body, article.language)


def html_of(text: str, language: Language) -> Markup:
    """A text in this language as HTML, perhaps one that nobody has saved yet."""
    with force_locale(language.value):
        return markdown.to_html(text, facts=facts.known())
