"""The parts of a mail as a page can show them.

Our policy for content allows no styles from outside and no frames, and whoever reads a mail here wants to see what it says and
where its links lead: the HTML part is cleaned of everything but structure.
"""

import re

import nh3
from markupsafe import Markup, escape

URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
TAGS = {
    "p",
    "br",
    "a",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "hr",
    "blockquote",
}
LINKS = {"http", "https", "mailto", "tel"}
NOT_TEXT = {"script", "style", "title"}  # these go with what they hold


def linked(text: str) -> Markup:
    """Text with its web addresses made into links."""
    parts: list[Markup] = []
    end = 0
    for found in URL.finditer(text):
        parts += [escape(text[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(found.group())]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def cleaned(html: str) -> Markup:
    """HTML without styles, pictures and scripts."""
    clean = nh3.clean(html, tags=TAGS, clean_content_tags=NOT_TEXT, attributes={"a": {"href"}}, url_schemes=LINKS)
    return Markup(clean)  # noqa: S704 - cleaned in the line above


def without_addresses(text: str, *, instead: str) -> str:
    """Text, or HTML, in which these words stand in place of every web address, and nothing is a link any more."""
    return URL.sub(instead, re.sub(r"<a\b[^>]*>|</a>", "", text))
