"""Markdown to HTML that cannot carry a script: raw HTML is not read, and what comes out is cleaned once more."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "hr"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"data-label"}}
SCHEMES = {"http", "https", "mailto", "tel"}
PLACE = re.compile(r"\[\[([a-z_]+)\]\]")


def to_html(text: str, *, facts: Mapping[str, str] | None = None) -> Markup:
    """Render Markdown; `[[name]]` is replaced by the fact of that name, itself Markdown (an unknown name stays as it is)."""
    known = facts or {}
    return _to_html(PLACE.sub(lambda match: known.get(match[1], match[0]), text))


@lru_cache(maxsize=512)  # articles change rarely, and are read often
def _to_html(text: str) -> Markup:
    tokens = PARSER.parse(text)
    _name_cells(tokens)
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    clean = nh3.clean(html, tags=TAGS | TABLE_TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    return Markup(clean)  # noqa: S704  cleaned in the line above


def _name_cells(tokens: list[Token]) -> None:
    """Give each table cell but the first of a row its column's heading, which narrow screens show beside it."""
    headings: list[str] = []
    column = 0
    for token, inner in pairwise(tokens):
        if token.type == "table_open":
            headings = []
        elif token.type == "th_open":
            headings.append(inner.content)
        elif token.type == "tr_open":
            column = 0
        elif token.type == "td_open":
            if column:
                token.attrSet("data-label", headings[column])
            column += 1
