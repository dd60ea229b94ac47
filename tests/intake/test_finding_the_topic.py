"""Get Help finds the topic: what somebody types shows the likely ones, and nothing is chosen before they choose it."""

import pytest
from flask import Flask

from helpdesk.accounts.models import Language
from helpdesk.knowledge.models import Audience
from helpdesk.transaction import transaction
from tests.factories import a_provider, an_agent
from tests.intake import definitions
from tests.intake.test_filling_in_the_form import FORM
from tests.knowledge import shelves
from tests.knowledge.written import an_article
from tests.queue.cases import statements
from tests.visitor import Visitor

TOPICS = f"{FORM}/topics"


@pytest.fixture
def provider(app: Flask) -> Visitor:
    """A provider who has signed in."""
    return Visitor(app).sign_in(a_provider(email="pat@example.org"))


def likely(visitor: Visitor) -> list[str]:
    return [str(button["value"]) for button in visitor.page.select("button[name=pick]")]


def chosen(visitor: Visitor) -> str:
    return str(visitor.values("Continue")["topic"])


def test_what_is_wrong_shows_the_likely_topics_and_chooses_none(provider: Visitor) -> None:
    provider.open(FORM).press("Find the topic", problem="fridge was at 12 degrees")

    assert likely(provider)[0] == "TMP-EXC"
    assert 1 < len(likely(provider)) <= 5
    assert provider.has_button("Temperature excursion Temperature")  # the topic, and its group
    assert chosen(provider) == ""
    assert provider.values("Continue")["problem"] == "fridge was at 12 degrees"


def test_a_likely_topic_is_chosen_by_its_button_and_its_questions_follow(provider: Visitor) -> None:
    provider.open(FORM).press("Find the topic", problem="ncid locked").press("NCID: locked, forgotten, new Sign-in and access")

    assert chosen(provider) == "ACC-NCID"
    assert "ncid_user_name" in provider.values("Continue")
    assert provider.values("Continue")["problem"] == "ncid locked"
    assert likely(provider) == []


def test_the_full_list_stays(provider: Visitor) -> None:
    provider.open(FORM).press("Find the topic", problem="ncid locked")

    assert len(provider.page.select("select[name=topic] optgroup")) == 9
    assert len(provider.page.select("select[name=topic] optgroup option")) == 40


def test_somebody_who_has_chosen_can_look_again_and_keeps_the_choice_and_the_answers(provider: Visitor) -> None:
    provider.open(f"{FORM}?topic=INV-RECV").press("Find the topic", problem="ncid locked", subject="We cannot receive it")

    assert likely(provider)[0] == "ACC-NCID"
    assert chosen(provider) == "INV-RECV"
    assert provider.values("Continue")["subject"] == "We cannot receive it"


def test_nothing_found_says_so_kindly(provider: Visitor) -> None:
    provider.open(FORM).press("Find the topic", problem="xyzzy")

    assert likely(provider) == []
    assert "We found no topic for these words. Try other words, or choose from the list below." in provider.text


@pytest.mark.parametrize("problem", ["", "  ", "\x00"])
def test_nothing_typed_says_nothing(provider: Visitor, problem: str) -> None:
    provider.open(FORM).press("Find the topic", problem=problem)

    assert provider.status == 200
    assert likely(provider) == []
    assert "We found no topic" not in provider.text


def test_the_problem_can_come_with_the_address(provider: Visitor) -> None:
    provider.open(f"{FORM}?problem=shipment+has+not+arrived")

    assert provider.values("Continue")["problem"] == "shipment has not arrived"
    assert likely(provider)[0] == "ORD-LATE"
    assert chosen(provider) == ""


def test_who_continues_without_a_topic_sees_the_likely_ones_beside_the_error(provider: Visitor) -> None:
    provider.open(FORM).press("Continue", problem="ncid locked")

    assert provider.status == 422
    assert likely(provider)[0] == "ACC-NCID"


def test_learn_takes_along_what_was_looked_for(provider: Visitor) -> None:
    provider.open("/learn?q=xyzzy")
    provider.open(str(provider.page.select_one("main .empty a")["href"]))

    assert provider.values("Continue")["problem"] == "xyzzy"


def test_html_stays_text_and_much_text_is_cut(provider: Visitor) -> None:
    provider.open(FORM).press("Find the topic", problem="<script>alert(1)</script> ncid " + "a" * 10_000)

    assert provider.status == 200
    assert "<script>alert" not in provider.html
    assert likely(provider)[0] == "ACC-NCID"
    assert len(provider.values("Continue")["problem"]) == 500


def test_the_list_speaks_spanish(app: Flask) -> None:
    provider = Visitor(app).sign_in(a_provider(language=Language.SPANISH))

    provider.open(FORM).press("Buscar el tema", problem="la nevera estaba a 12 grados")

    assert likely(provider)[0] == "TMP-EXC"
    assert "Puede ser uno de estos. Elija el que corresponda, o elija de la lista de abajo." in provider.text


def test_the_script_gets_the_list_alone(provider: Visitor) -> None:
    provider.open(f"{TOPICS}?problem=ncid+locked")

    assert provider.status == 200
    assert provider.page.find("html") is None
    assert likely(provider)[0] == "ACC-NCID"
    said = provider.page.select_one("[data-said]")["data-said"]
    assert said == f"{len(likely(provider))} likely topics"


@pytest.mark.parametrize(
    ("query", "said"),
    [("", ""), ("?problem=", ""), ("?problem=xyzzy", "We found no topic for these words."), ("?problem=" + "%00" * 9, "")],
)
def test_the_script_is_told_what_to_announce(provider: Visitor, query: str, said: str) -> None:
    provider.open(TOPICS + query)

    assert provider.status == 200
    assert provider.page.select_one("[data-said]")["data-said"] == said


@pytest.mark.parametrize("problem", ["ncid locked", ""])
def test_looking_writes_nothing_and_takes_two_statements_at_most(provider: Visitor, problem: str) -> None:
    provider.open(f"{TOPICS}?problem={problem}")  # the session has been seen, the definition read

    with statements() as seen:
        provider.open(f"{TOPICS}?problem={problem}")

    assert [statement for statement in seen if not statement.startswith("SELECT")] == []
    about_topics = [statement for statement in seen if "form_versions" in statement or "article_topics" in statement]
    assert len(about_topics) == (2 if problem else 1)


def test_a_new_version_of_the_form_is_found_by_its_words_at_once(provider: Visitor) -> None:
    provider.open(f"{TOPICS}?problem=zebra")
    assert likely(provider) == []

    changed = definitions.the_seeded()
    definitions.topic(changed, "GEN-BILL")["keywords"] = "zebra"
    definitions.topic(changed, "GEN-TRN").update(keywords="zebra", is_active=False)
    changed["same_words"] = ["zebra, okapi"]
    definitions.publish(changed)

    assert likely(provider.open(f"{TOPICS}?problem=zebra")) == ["GEN-BILL"]
    assert likely(provider.open(f"{TOPICS}?problem=okapi")) == ["GEN-BILL"]


def test_articles_that_answer_a_topic_lend_it_their_words_while_everybody_can_read_them(provider: Visitor) -> None:
    with transaction():
        shelves.remove()
    an_article("for-staff", title="Zebra for staff", topics=("GEN-BILL",), audience=Audience.INTERNAL)
    assert likely(provider.open(f"{TOPICS}?problem=zebra")) == []

    an_article("stripes", title="About the zebra", topics=("GEN-TRN",))

    assert likely(provider.open(f"{TOPICS}?problem=zebra")) == ["GEN-TRN"]


def test_visitors_are_asked_to_sign_in_and_staff_are_refused(app: Flask) -> None:
    assert Visitor(app).open(f"{TOPICS}?problem=ncid").path == "/login"
    assert Visitor(app).sign_in(an_agent()).open(f"{TOPICS}?problem=ncid").status == 403
