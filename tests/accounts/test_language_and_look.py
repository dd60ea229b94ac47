"""The language and the look of one's pages."""

import pytest
from flask import Flask

from helpdesk.accounts.models import AccountAct, AccountEvent, Appearance, Language, User
from helpdesk.extensions import db
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app)


def language_of(visitor: Visitor) -> str:
    return str(visitor.page.html["lang"])


@pytest.mark.parametrize(
    ("wanted", "shown"), [("es-MX,es;q=0.9,en;q=0.5", "es"), ("en-US,en;q=0.9,es;q=0.5", "en"), ("fr", "en"), ("", "en")]
)
def test_a_visitor_gets_the_language_their_browser_asks_for(visitor, wanted, shown):
    answer = visitor.client.get("/learn", headers={"Accept-Language": wanted})

    assert f'<html lang="{shown}"' in answer.get_data(as_text=True)


def test_a_visitor_chooses_a_language_before_signing_in_and_stays_on_the_page(visitor):
    link = next(a for a in visitor.open("/learn?q=fridge").page.find_all("a") if a.get_text() == "Español")

    assert visitor.client.get(str(link["href"])).headers["Location"] == "/learn?q=fridge"
    assert language_of(visitor.open("/")) == "es"
    assert language_of(visitor.open("/").follow("English")) == "en"


def test_a_provider_chooses_for_good_and_it_is_recorded(app, visitor):
    provider = a_provider()

    visitor.sign_in(provider).open("/cases").press("Español")

    assert (visitor.path, language_of(visitor)) == ("/cases", "es")
    assert db.session.get_one(User, provider.id).language is Language.SPANISH
    changed = db.session.query(AccountEvent).filter_by(user_id=provider.id, act=AccountAct.DETAILS_CHANGED).one()
    assert (changed.old, changed.new, changed.actor_id) == ({"language": "en"}, {"language": "es"}, provider.id)
    assert language_of(Visitor(app).sign_in(provider).open("/learn")) == "es"


def test_the_pages_of_the_staff_are_in_english_whatever_language_their_mail_is_in(visitor):
    agent = an_agent(language=Language.SPANISH)

    visitor.sign_in(agent).open("/agent/queue")

    assert language_of(visitor) == "en"
    assert not visitor.has_button("Español")


@pytest.mark.parametrize("elsewhere", ["https://evil.example.org/", "//evil.example.org", "/language/en", "/no-such-page"])
def test_the_choice_leads_to_pages_of_this_desk_only(visitor, elsewhere):
    answer = visitor.client.get("/language/es", query_string={"next": elsewhere})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_who_is_about_to_sign_in_stays_there_in_the_other_language(visitor):
    visitor.open("/login?next=/cases").follow("Español")

    assert (visitor.path, language_of(visitor)) == ("/login", "es")


def test_who_registers_on_spanish_pages_is_offered_mail_in_spanish(visitor):
    visitor.open("/register").follow("Español")

    assert visitor.page.select_one("#language option[selected]")["value"] == "es"


def test_a_language_we_do_not_speak_does_not_exist(visitor):
    assert visitor.client.get("/language/fr").status_code == 404


def test_the_look_is_chosen_on_the_account_page_and_rendered_by_the_server(visitor):
    provider = a_provider()
    visitor.sign_in(provider).open("/account")
    assert "data-bs-theme" not in visitor.page.html.attrs

    visitor.press("Save the look", appearance="dark")

    assert visitor.page.html["data-bs-theme"] == "dark"
    assert db.session.get_one(User, provider.id).appearance is Appearance.DARK
    assert "data-bs-theme" not in visitor.open("/account").press("Save the look", appearance="system").page.html.attrs


def test_a_look_that_does_not_exist_is_refused(visitor):
    provider = a_provider()
    visitor.sign_in(provider).open("/account")
    fields = {**visitor.values("Save the look"), "appearance": "pink"}

    assert visitor.post("/account/appearance", fields).status == 422
    assert db.session.get_one(User, provider.id).appearance is Appearance.SYSTEM
