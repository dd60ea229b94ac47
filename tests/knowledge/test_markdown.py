"""Articles are written in Markdown, and no article can run a script in a reader's browser."""

import pytest
from bs4 import BeautifulSoup

from helpdesk.extensions import db
from helpdesk.knowledge import markdown
from helpdesk.knowledge.models import Article
from helpdesk.transaction import transaction
from tests.visitor import Visitor

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "<javascript:alert(1)>",
    '[click](https://example.org "x\\" onclick=\\"alert(1)")',
    "![picture](https://elsewhere.example.org/pixel.png)",
    "<iframe src='https://elsewhere.example.org'></iframe>",
    "<style>body{display:none}</style>",
    "| a |\n| --- |\n| <svg onload=alert(1)> |",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_no_script_picture_or_style_comes_out(text):
    page = BeautifulSoup(markdown.to_html(text), "html.parser")

    assert page.find(["script", "img", "iframe", "style", "svg"]) is None
    assert [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")] == []
    assert [a["href"] for a in page.find_all("a", href=True) if a["href"].startswith(("javascript:", "data:"))] == []


def test_article_page_shows_an_attack_as_text(app):
    with transaction():
        db.session.query(Article).filter_by(slug="who-to-call").update(
            {"body": "<script>alert(1)</script>", "title": "<b>Who</b>"}
        )

    visitor = Visitor(app).open("/learn/who-to-call")

    assert "<script>alert(1)" not in visitor.html
    assert visitor.h1 == "<b>Who</b>"


def test_what_articles_need_is_rendered():
    page = BeautifulSoup(markdown.to_html("## Now\n\n1. **Call** [us](tel:+18778736247)\n2. Wait\n\n- a\n"), "html.parser")

    assert page.h2.get_text() == "Now"
    assert [li.get_text() for li in page.ol.find_all("li")] == ["Call us", "Wait"]
    assert page.a["href"] == "tel:+18778736247"


def test_cells_of_a_table_know_the_heading_of_their_column():
    page = BeautifulSoup(markdown.to_html("| What | CVMS | NCIR |\n| --- | --- | --- |\n| Made for | one | all |"), "html.parser")

    assert [td.get("data-label") for td in page.find_all("td")] == [None, "CVMS", "NCIR"]


def test_facts_are_filled_in_and_unknown_ones_stay():
    html = markdown.to_html("Call [[phone]] or [[fax]].", facts={"phone": "911"})

    assert str(html) == "<p>Call 911 or [[fax]].</p>\n"
