"""Somebody has lost their app and their recovery codes."""

from helpdesk.accounts import second_factor
from helpdesk.accounts.models import AccountAct
from tests.accounts.mail import mail_to
from tests.accounts.test_second_factor import with_an_app
from tests.admin.desk_people import acts, an_administrator_at, page_of
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor


def test_an_administrator_takes_it_away_with_a_reason(app):
    person = an_agent()
    with_an_app(person)
    visitor = an_administrator_at(app, page_of(person)).follow("Reset their second factor")
    assert visitor.press("Reset the second factor", reason="").status == 422

    visitor.press("Reset the second factor", reason="The phone was lost; called back.")

    assert f"The second factor of {person.name} is reset" in visitor.text
    assert second_factor.of(person) is None
    assert acts(of=person)[-1] == AccountAct.SECOND_FACTOR_RESET
    assert "An administrator has reset" in mail_to(person.email)[-1].text_body
    assert Visitor(app).sign_in(person).path == "/agent/queue"


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
