"""Templates: named after what they answer, used, translated, and without inline script or style."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest
from jinja2 import meta

from tests.architecture import sources

FOLDER = sources.ROOT / "templates"
NOT_PAGES = {"_macros", "errors", "email"}  # folders whose templates are no endpoint's page
# Where `|safe` stands, and why it can do no harm there: nothing so far; rendered Markdown comes as Markup.
MAY_SAY_SAFE: set[str] = set()
READ_ALOUD = {"alt", "title", "aria-label", "placeholder", "label"}
SAME_IN_EVERY_LANGUAGE = {"ET", "CVMS", "NCIR", "NCID"}
ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)

ALL = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())


def test_pages_are_named_after_their_endpoints(development_app):
    pages = [Path(name) for name in ALL if "/" in name and Path(name).parts[0] not in NOT_PAGES]
    endpoints = {rule.endpoint for rule in development_app.url_map.iter_rules()}

    homeless = [str(page) for page in pages if page.name[0] != "_" and f"{page.parts[0]}.{page.stem}" not in endpoints]

    assert not homeless, (
        f"Name a page after its endpoint (queue/case.html), a part with an underscore (queue/_rows.html): {homeless}"
    )


def test_where_a_page_stands_is_written_in_one_way():
    by_hand = [name for name in ALL if name != "_macros/page.html" and 'class="crumbs"' in (FOLDER / name).read_text()]

    assert not by_hand, f"Use page.crumbs: {by_hand}"


def test_every_template_is_used():
    used = _named_in_python() | _named_in_templates()

    unused = [name for name in ALL if not any(fnmatch(name, pattern) for pattern in used)]

    assert not unused, f"Nothing shows these any more; delete them: {unused}"


def test_every_template_that_is_named_exists():
    missing = [name for name in _named_in_python() | _named_in_templates() if not any(fnmatch(known, name) for known in ALL)]

    assert not missing, f"There are no such files below templates/: {missing}"


def test_mail_has_a_text_part_and_an_html_part():
    kinds = {Path(name).stem: set() for name in ALL if name.startswith("email/") and Path(name).name[0] != "_"}
    for name in ALL:
        if name.startswith("email/") and Path(name).stem in kinds:
            kinds[Path(name).stem].add(Path(name).suffix)

    lonely = [kind for kind, parts in kinds.items() if parts != {".txt", ".html"}]

    assert not lonely, f"Every kind of mail is a pair of templates, .txt and .html: {lonely}"


@pytest.mark.parametrize("name", ALL)
def test_sentences_go_through_gettext(name):
    untranslated = [text for text in _Texts(name).found if _is_language(text)]

    assert not untranslated, f"Write {{{{ _('...') }}}} around what a person reads in {name}: {untranslated}"


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith("email/")])
def test_pages_hold_no_inline_script_or_style(name):
    found = _Texts(name).inline

    assert not found, (
        f"The content security policy refuses these in {name}; use a class in desk.css or a file in static/: {found}"
    )


@pytest.mark.parametrize("name", [name for name in ALL if name not in MAY_SAY_SAFE])
def test_nothing_is_declared_safe(name):
    lines = [line for line in _source(name).splitlines() if re.search(r"\|\s*safe\b|autoescape\s+false", line)]

    assert not lines, f"Let Jinja escape it, or build it as Markup where it is made; {name}: {lines}"


def test_the_frame_of_every_page_sets_no_names():
    names = re.findall(r"{%-?\s*set\s+(\w+)", _source("base.html"))

    assert not names, f"Use {{% with %}} in base.html: what it sets hides what a view hands to a block of its page: {names}"


def test_forms_protect_themselves():
    bare = [
        name
        for name in ALL
        for form in re.findall(r'<form[^>]*method="post".*?</form>', _source(name), re.DOTALL | re.IGNORECASE)
        if "csrf" not in form
    ]

    assert not bare, f"Put {{{{ forms.csrf() }}}} into every form that posts: {bare}"


class _Texts(HTMLParser):
    """What a template says by itself: its text, the attributes that are read aloud, and its inline script and style."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []
        self.in_another_language = ""  # the element that says so by its lang
        self.feed(_without_jinja(_source(name)))
        self.close()

    def handle_data(self, data: str) -> None:
        if not self.in_another_language:
            self.found += [text for line in data.splitlines() if (text := line.strip())]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        attributes = dict(attrs)
        if attributes.get("lang") and tag != "html":
            self.in_another_language = self.in_another_language or tag
        self.found += [text for name in READ_ALOUD & set(attributes) if (text := (attributes[name] or "").strip())]
        self.inline += [f"<{tag} {name}>" for name in attributes if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in attributes):
            self.inline.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.in_another_language:
            self.in_another_language = ""


def _is_language(text: str) -> bool:
    """Whether there is a word in it: not a mark, a number, a name that stays as it is, or the end of an id."""
    words = re.findall(r"(?<![-\w])[^\W\d_]{2,}", text)
    return bool(set(words) - SAME_IN_EVERY_LANGUAGE)


def _without_jinja(source: str) -> str:
    """The data of a template: no expressions, no statements, no comments; neither what is translated nor the block `kind`."""
    kept, statement, silent = [], [], False
    for _line, token, value in ENVIRONMENT.lex(source):
        if token == "block_begin":
            statement = []
        elif token == "name":
            statement.append(value)
        elif token == "block_end":
            silent = statement[:1] == ["trans"] or statement[:2] == ["block", "kind"]
        elif token == "data" and not silent:
            kept.append(value)
    return "".join(kept)


def _named_in_templates() -> set[str]:
    return {name for known in ALL for name in meta.find_referenced_templates(ENVIRONMENT.parse(_source(known))) if name}


def _named_in_python() -> set[str]:
    """Names of templates in the package's strings; `{...}` in an f-string stands for anything."""
    names = {text for source in sources.of("helpdesk") for text in _strings(source.tree)}
    return {
        name for name in names if re.fullmatch(r"(_macros|[a-z]+)/[\w*]+\.(html|txt)", name) and (FOLDER / name).parent.is_dir()
    }


def _strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)


def _source(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")
