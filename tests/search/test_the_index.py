"""The index keeps step with its cases: what is said, taken back, changed or erased; and it can be made anew."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from click.testing import Result
from flask import Flask

import config
from helpdesk.accounts.models import User
from helpdesk.cases import closing as accounts_that_close
from helpdesk.cases import commands, indexing, redaction, withdrawal
from helpdesk.cases.models import Case, MessageKind, ResolutionCode, Status
from helpdesk.cases.redaction import Wanted
from helpdesk.extensions import db
from helpdesk.portal import health
from helpdesk.search import postgresql as on_postgresql
from helpdesk.transaction import transaction
from tests import databases, postgresql
from tests.attachment_factories import a_file_on, another, waiting_on
from tests.case_factories import a_case
from tests.factories import a_lead, a_provider, an_agent
from tests.queue.cases import a_stock
from tests.search.found import found, indexed

pytestmark = pytest.mark.both_databases
MIGRATION = "search_of_cases"  # by its name: its number changes where branches are joined
ANSWERS = (
    commands.Answer("Serial number", "SN 4711-B", "serial"),
    commands.Answer("Where does it happen?", "Everywhere", "where", "everywhere"),
)


@pytest.fixture
def new_app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, whose schema can be changed."""
    if database == "sqlite":
        yield from _app_on(f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path)
        return
    with postgresql.new_database("helpdesk_search") as url:
        yield from _app_on(url, tmp_path)


def _app_on(url: str, folder: Path) -> Iterator[Flask]:
    app = databases.make_app(url, folder)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def a_long_life() -> Case:
    """A case on which everything has been said that can be."""
    agent, requester = an_agent(), a_provider(first_name="Inés", last_name="Quillfeather")
    case = a_case(subject="Kühlschrank", requester=requester, agent=agent, answers=ANSWERS)
    with closing(another("Readings of Monday.csv")) as file:
        waiting_on(case, agent, file, kind=MessageKind.NOTE)
    with transaction():
        commands.add_note(case, by=agent, body="Zebra: called them.", with_files=True)
        commands.reply(case, by=requester, body="It is still warm.")
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note="The thermometer was wrong.")
        commands.reject(case, by=requester, body="It is not; see tiger.")
        commands.reply(case, by=agent, body="A giraffe, sorry.")
        withdrawal.take_back(case, case.messages[-1], by=agent)
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note="An antelope, sorry.")
        withdrawal.revise(case, case.messages[-1], by=agent, body="A new thermometer was sent.")
    with closing(another("Photo.csv")) as file:
        a_file_on(case.messages[0], file)
    return case


def run(app: Flask, *arguments: str) -> Result:
    answered = app.test_cli_runner().invoke(args=["search", *arguments])
    db.session.rollback()
    return answered


def test_every_verb_leaves_what_writing_anew_would(app):
    case = a_long_life()
    step_by_step = indexed()
    with transaction():
        indexing.write(case)

    assert step_by_step == indexed()
    words = step_by_step[case.id]
    assert {"head:kuhlschrank", "head:ines", "said:4711", "said:tiger", "files:photo", "said:sent"} <= words
    assert {"staff:zebra", "staff:monday", "staff:giraffe", "staff:antelope"} <= words
    assert not words & {"said:zebra", "said:giraffe", "said:antelope", "files:monday", "said:everywhere"}


def test_what_was_taken_back_is_found_by_staff_alone(app):
    agent, case = an_agent(), a_case()
    with transaction():
        reply = commands.reply(case, by=agent, body="A giraffe.")
    assert found(case.requester, "giraffe") == [case]
    with transaction():
        withdrawal.take_back(case, reply, by=agent)

    assert found(case.requester, "giraffe") == []
    assert found(agent, "giraffe") == [case]


def test_what_was_told_in_other_words_is_found_by_the_new_ones(app):
    agent, case = an_agent(), a_case(status=Status.RESOLVED)
    with transaction():
        withdrawal.revise(case, case.messages[-1], by=agent, body="We sent a giraffe instead.")

    assert (found(case.requester, "giraffe"), found(case.requester, "signature")) == ([case], [])


def test_a_passage_that_is_erased_goes_from_the_index(app):
    lead, case = a_lead("ENR"), a_case(subject="Zyxwald Quillfeather", description="Zyxwald is not found, chart 778812.")
    with transaction():
        commands.add_note(case, by=lead, body="Quillfeather called.")
    with closing(another("Zyxwald.csv")) as file:
        a_file_on(case.messages[0], file)
    with transaction():
        redaction.redact(case, Wanted(("Zyxwald", "Quillfeather", "778812")), by=lead, reason="It was a mistake.")

    for erased in ("zyxwald", "quillfeather", "778812"):
        assert found(lead, erased) == []
        assert erased not in str(indexed()[case.id])
    assert found(lead, "chart") == [case]
    assert found(lead, "removed patient data") == [], "what stands in place of a passage is no word of the case"


def test_the_name_of_somebody_who_closes_their_account_goes_from_the_index(app):
    requester = a_provider(last_name="Quillfeather", email="quill@example.org")
    cases, agent = [a_case(requester=requester) for _n in range(2)], an_agent()
    assert found(agent, "quill@example.org") == found(agent, "quillfeather") == cases[::-1]

    with transaction():
        accounts_that_close.close_account(requester)

    assert "quill" not in str(indexed())
    assert found(agent, "coordinator") == cases[::-1]


def test_nothing_is_indexed_of_what_is_rolled_back(app):
    agent, case = an_agent(), a_case()
    with pytest.raises(ZeroDivisionError), transaction():
        commands.reply(case, by=agent, body="A giraffe.")
        raise ZeroDivisionError

    assert found(agent, "giraffe") == []


def test_the_migration_finds_the_cases_that_are_there(new_app):
    a_long_life()
    a_case(subject="疫苗 ﬁn e-mail x" + "y" * 100)
    kept = indexed()
    scripts = ScriptDirectory(str(config.ROOT / "migrations")).walk_revisions()
    [before] = [script.down_revision for script in scripts if MIGRATION in script.path]

    flask_migrate.downgrade(revision=before)
    flask_migrate.upgrade()

    assert indexed() == kept
    assert len(kept) == 2


def test_a_new_index_knows_names_that_have_changed(app):
    case, agent = a_case(), an_agent()
    with transaction():
        db.session.get_one(User, case.requester_id).last_name = "Quillfeather"
    assert found(agent, "quillfeather") == []

    assert run(app, "reindex").output == "cases: 1\n"

    assert found(agent, "quillfeather") == [case]


def test_cases_that_are_missing_are_told_of_and_can_be_added(app, monkeypatch):
    monkeypatch.setitem(app.config, "DISK_LEAST_FREE_MB", 0)
    case, ids, agent = a_case(), a_stock(indexing.AT_ONCE + 1), an_agent()

    assert _said() == f"{len(ids)} of the newest cases cannot be found"
    assert run(app, "reindex", "--missing").output == f"cases: {len(ids)}\n"

    assert _said() == "the newest cases can be found"
    assert found(agent, f"Question {indexing.AT_ONCE}")[0].id == ids[-1]
    assert found(agent, "coordinator") == [case]


def _said() -> str:
    [finding] = [finding for finding in health.findings() if finding.subject == "Search"]
    assert finding.is_fine or "search reindex --missing" in finding.to_do
    return finding.seen


def test_a_new_index_holds_nothing_of_cases_that_are_no_more(app):
    case_id = a_case(description="A giraffe").id
    with transaction():
        for table in ("outbox_messages", "routing_decisions", "sla_clocks", "events", "messages"):
            db.session.execute(sa.text(f"DELETE FROM {table}"))
        db.session.execute(sa.delete(Case))

    run(app, "reindex")

    assert case_id not in indexed()


def test_nothing_of_what_was_erased_stays_in_the_files_of_a_new_index(app):
    lead, case = a_lead("ENR"), a_case(description="Zyxwald is not found.")
    with transaction():
        redaction.redact(case, Wanted(("Zyxwald",)), by=lead, reason="It was a mistake.")

    run(app, "reindex")

    if db.engine.dialect.name == "sqlite":
        blocks = db.session.scalars(sa.text("SELECT block FROM search_documents_data"))
        assert not any(b"zyxwald" in block for block in blocks)


def test_a_case_without_end_is_indexed_as_far_as_it_fits(app):
    """PostgreSQL refuses a vector of more than 1 MB; nobody is kept from writing on such a case."""
    agent, case, at_once = an_agent(), a_case(), 10_000
    for start in range(0, 200_000, at_once):
        with transaction():
            commands.add_note(case, by=agent, body=" ".join(f"{n:09d}" for n in range(start, start + at_once)))
    with transaction():
        indexing.write(case)
        commands.add_note(case, by=agent, body="A giraffe.")

    assert found(agent, f"{1:09d}") == [case]
    if db.engine.dialect.name == "postgresql":
        size = db.session.scalar(sa.text("SELECT pg_column_size(words) FROM search_documents"))
        assert on_postgresql.LARGEST < size < 1_000_000
