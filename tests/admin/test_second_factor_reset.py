"""Somebody has lost their app and their recovery codes."""

from helpdesk.accounts import second_factor
from helpdesk.accounts.models import AccountAct
from tests.accounts.mail import link_in_mail, mail_to
from tests.accounts.test_second_factor import with_an_app
from tests.admin.desk_people import acts, an_administrator_at, page_of
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor

SHORT = "kd73hvbq"  # good enough beside a second factor


def test_an_administrator_takes_it_away_with_a_reason(app):
    person = an_agent(phone="919-555-0142")
    with_an_app(person)
    visitor = an_administrator_at(app, page_of(person)).follow("Reset their second factor")
    assert "call 919-555-0142" in visitor.text
    assert visitor.press("Reset the second factor", reason="").status == 422

    visitor.press("Reset the second factor", reason="The phone was lost; called back.")

    assert f"The second factor of {person.name} is reset" in visitor.text
    assert second_factor.of(person) is None
    assert acts(of=person)[-1] == AccountAct.SECOND_FACTOR_RESET
    assert "An administrator has reset" in mail_to(person.email)[-1].text_body


def test_a_short_password_does_not_become_the_only_factor(app):
    person = an_agent()
    at_work = Visitor(app).sign_in(person)
    with_an_app(person)
    at_work.open("/account/password").press("Set the password", current_password=PASSWORD, password=SHORT)

    visitor = an_administrator_at(app, page_of(person, "/second-factor/reset"))
    visitor.press("Reset the second factor", reason="The phone was lost; called back.")

    assert at_work.open("/agent/queue").path == "/login"
    assert Visitor(app).sign_in(person, SHORT).status == 422
    told = Visitor(app).open(link_in_mail(person.email))
    told.press("Send the link", email=person.email).open(link_in_mail(person.email))
    assert told.press("Set the password", password=SHORT).status == 422
    told.press("Set the password", password=PASSWORD)
    assert Visitor(app).sign_in(person).path == "/agent/queue"


def test_who_is_left_with_a_short_password_alone_chooses_a_longer_one_at_the_next_sign_in(app):
    person = a_provider(password=SHORT)

    refused = Visitor(app).sign_in(person, SHORT)

    assert (refused.status, "alone it is too short" in refused.text) == (422, True)
    assert refused.open("/account").path == "/login"
    refused.sign_in(person, SHORT).press("Send me a link to set a new password")
    refused.open(link_in_mail(person.email)).press("Set the password", password=PASSWORD)
    assert Visitor(app).sign_in(person).path == "/vaccine-provider"


def test_a_page_from_before_somebody_else_changed_the_person_resets_nothing(app):
    person = an_agent()
    with_an_app(person)
    visitor = an_administrator_at(app, page_of(person, "/second-factor/reset"))
    an_administrator_at(app, page_of(person)).press("Sign out everywhere")

    visitor.press("Reset the second factor", reason="The phone was lost; called back.")

    assert (visitor.status, second_factor.of(person) is not None) == (409, True)
    visitor.press("Reset the second factor", reason="The phone was lost; called back.")
    assert second_factor.of(person) is None


def test_nobody_is_asked_about_where_there_is_none(app):
    person = a_provider()

    visitor = an_administrator_at(app, page_of(person, "/second-factor/reset"))

    assert (visitor.path, "has no second factor" in visitor.text) == (page_of(person), True)


def test_who_runs_the_desk_alone_is_helped_on_the_command_line(app):
    person = an_agent()
    with_an_app(person)
    runner = app.test_cli_runner()

    done = runner.invoke(args=["users", "reset-second-factor", person.email.upper()])
    again = runner.invoke(args=["users", "reset-second-factor", person.email])

    assert (done.exit_code, again.exit_code, second_factor.of(person)) == (0, 1, None)
    assert "Nobody with the address" in again.output
    link = done.output.split()[-1].removeprefix(app.config["BASE_URL"])
    Visitor(app).open(link).press("Set the password", password=PASSWORD)
    assert Visitor(app).sign_in(person).path == "/agent/queue"
