"""The text of an article as a page shows it."""

from flask_babel import force_locale
from markupsafe import Markup

from . import facts, markdown
from .models import Article


def body_of(article: Article) -> Markup:
    """The body as HTML, with the facts that it names, such as the hours, in the language of the article."""
    with force_locale(article.language.value):
        return markdown.to_html(article.body, facts=facts.known())
