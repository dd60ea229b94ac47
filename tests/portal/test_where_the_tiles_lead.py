"""The pages behind the tiles."""

import pytest

from tests.factories import a_provider
from tests.visitor import Visitor


@pytest.mark.parametrize("path", ["/vaccine-provider", "/local-health-department", "/employer"])
def test_get_help_is_the_one_main_action(visitor, path):
    visitor.open(path)

    main_buttons = [a.get_text() for a in visitor.page.select("main .btn-primary")]
    assert main_buttons == ["Get Help"]


def test_vaccine_provider_offers_help_cases_and_learning(visitor):
    visitor.open("/vaccine-provider")

    links = {a.get_text(): a["href"] for a in visitor.page.select("main a")}
    assert links["Get Help"] == "/vaccine-provider/get-help"
    assert links["My cases"] == "/cases"
    assert links["Learn"] == "/learn"


def test_visitor_is_told_about_login_and_a_provider_is_not(app, visitor):
    visitor.open("/vaccine-provider")
    provider = Visitor(app).sign_in(a_provider()).open("/vaccine-provider")

    assert "You will be asked to sign in first." in visitor.text
    assert "You will be asked to sign in first." not in provider.text


def test_vaccine_provider_says_what_to_do_when_vaccine_is_at_risk(visitor):
    visitor.open("/vaccine-provider")

    emergency = visitor.page.select_one(".emergency").get_text(" ", strip=True)
    assert "DO NOT USE" in emergency
    assert "(877) 873-6247" in emergency


def test_employers_are_asked_not_to_send_lists_of_people(visitor):
    visitor.open("/employer")

    assert "Please do not send us your list of people" in visitor.text


def test_employers_find_on_the_form_what_their_page_names(app, visitor):
    named = [strong.get_text() for strong in visitor.open("/employer").page.select("main li strong")]

    form = Visitor(app).sign_in(a_provider()).open("/vaccine-provider/get-help?topic=GEN-OTHER").page

    assert named[:2] == ["Other or not sure", "Something else"]
    assert "Other or not sure" in [label.get_text() for label in form.select("label")]
    assert "Something else" in [option.get_text() for option in form.select("option")]


def test_public_gets_the_number_of_the_public_line_and_no_form(visitor):
    visitor.open("/public")

    assert visitor.page.select_one("main a[href='tel:+18886754567']").get_text() == "888-675-4567"
    assert not visitor.page.select("main form")
    assert "/vaccine-provider/get-help" not in [a["href"] for a in visitor.page.select("main a")]


def test_public_page_has_a_passage_in_spanish_marked_as_such(visitor):
    visitor.open("/public")

    spanish = visitor.page.select_one("section[lang=es]").get_text(" ", strip=True)
    assert "llame al" in spanish
    assert "888-675-4567" in spanish
