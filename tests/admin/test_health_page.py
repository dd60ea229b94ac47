"""Health of the desk: the page and the command say the same, and cost the same whatever is stored."""

import pytest
import sqlalchemy as sa

from helpdesk import create_app
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.portal import health
from helpdesk.scheduler import Scheduler
from helpdesk.transaction import transaction
from tests import databases
from tests.case_factories import a_case
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.notifications.mails import a_mail, some_mail
from tests.queue.cases import statements
from tests.smtp_servers import scripted_server
from tests.visitor import Visitor

THE_CALENDAR = 2  # statements
MOST = 17


@pytest.fixture
def fine(app, monkeypatch):
    """A desk with nothing to do."""
    monkeypatch.setitem(app.config, "DISK_LEAST_FREE_MB", 0)
    Scheduler(app).keep_lease()
    with transaction():
        db.session.execute(sa.text("UPDATE closures SET closed_on = '2027-12-31' WHERE id = (SELECT max(id) FROM closures)"))


def doctor(app):
    """What the command prints, and its exit status."""
    result = app.test_cli_runner().invoke(args=["doctor"])
    return result.output, result.exit_code


@pytest.mark.both_databases
def test_doctor_of_a_healthy_desk_ends_with_0(app, fine):
    said, status = doctor(app)

    assert status == 0
    assert said.splitlines()[:3] == ["Database: answers", "Migrations: at the newest", "Scheduler: seen 0 seconds ago"]


@pytest.mark.both_databases
def test_doctor_of_a_desk_with_a_fault_ends_with_1_and_says_what_to_do(app, fine):
    a_mail()
    with scripted_server(app, RCPT="550 5.1.1 no such mailbox"):
        delivery.deliver_due()

    said, status = doctor(app)

    assert status == 1
    assert "FAULT: Failed mail: 1 message could not be sent.\n    What to do: Tell these people by phone" in said


def test_doctor_says_when_the_database_does_not_answer(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    app = create_app(databases.settings(f"sqlite:///{folder}/desk.sqlite3", tmp_path))
    folder.rmdir()
    said, status = doctor(app)

    assert status == 1
    assert said.startswith("FAULT: Database: does not answer.\n    What to do: Start it")


def test_doctor_tells_its_exit_status(app):
    assert "Exit status: 0 when all is fine, 1" in app.test_cli_runner().invoke(args=["doctor", "--help"]).output


@pytest.mark.parametrize("somebody", [an_agent, a_lead, an_admin])
def test_staff_read_what_is_wrong_and_what_to_do(app, fine, somebody):
    visitor = Visitor(app).sign_in(somebody())
    assert "All is well There is nothing to do." in visitor.open("/admin/health").text

    a_mail()
    with scripted_server(app, RCPT="550 5.1.1 no such mailbox"):
        delivery.deliver_due()

    assert "Fault: Failed mail 1 message could not be sent." in visitor.open("/admin/health").text
    assert "FAULT: Failed mail: 1 message could not be sent." in visitor.open("/readyz").html


def test_providers_and_visitors_do_not(app, fine):
    assert Visitor(app).sign_in(a_provider()).open("/admin/health").status == 403
    assert Visitor(app).open("/admin/health").path == "/login"


def test_the_settings_lead_there(app, fine):
    assert Visitor(app).sign_in(a_lead()).open("/admin").follow("Health of the desk").h1 == "Health of the desk"


@pytest.mark.both_databases
def test_the_look_costs_the_same_whatever_is_stored(app, fine):
    with statements() as before:
        health.findings()
    some_mail(30)
    for _ in range(3):
        a_case(agent=an_agent("ENR"))
    with statements() as asked:
        health.findings()

    assert len(asked) - len(before) <= THE_CALENDAR  # read where a time is said
    assert len(asked) <= MOST


@pytest.mark.both_databases
def test_failed_mail_is_found_by_an_index_of_what_is_not_settled(app, fine):
    with statements() as asked:
        health.findings()

    (failed,) = [statement for statement in asked if "state = 'failed'" in statement]
    assert "ix_outbox_messages_unsettled" in plan_of(failed)


def plan_of(statement: str) -> str:
    """How the database answers a statement, the size of the table aside."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        if not on_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return "\n".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' * on_sqlite}{statement}"))
