"""Migrations: numbered in one line, equal to the models, and the way back works."""

import re
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy.exc import IntegrityError

from helpdesk import clock
from helpdesk.accounts import history, tokens
from helpdesk.accounts.models import AccountAct, AccountEvent, AccountToken, Language, Team, TokenPurpose, User
from helpdesk.cases.attachment_models import Attachment
from helpdesk.cases.copies import CaseCopy
from helpdesk.cases.models import Case, Channel, Event, EventKind, Message, Status
from helpdesk.cases.ratings import CaseRating
from helpdesk.extensions import db
from helpdesk.intake import drafting, drafts
from helpdesk.intake.models import Draft, Purpose
from helpdesk.knowledge.models import Article, Section
from helpdesk.notifications.models import MailAct, MailEvent, OutboxMessage
from helpdesk.providers.models import Organization, OrganizationType
from helpdesk.search import index
from helpdesk.transaction import transaction
from tests.architecture import sources
from tests.attachment_factories import a_file_on
from tests.case_factories import a_case, mail_of
from tests.factories import a_provider
from tests.runs import postgresql_in_the_long_run

YOUNGER_KINDS = (
    EventKind.TAKEN_BACK,
    EventKind.HANDED_BACK,
    EventKind.RATED,
    EventKind.COPIED,
    EventKind.REDACTED,
    EventKind.ASSIGNED,
)
FOLDER = sources.ROOT / "migrations"


def test_migrations_are_numbered_in_one_line():
    numbers = [script.revision for script in reversed(_scripts())]
    names = [Path(script.path).name for script in _scripts()]

    assert len(ScriptDirectory(str(FOLDER)).get_heads()) == 1, "Two migrations follow the same one: renumber yours to come last."
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)], f"Number migrations 0001, 0002, ...: {numbers}"
    assert all(
        re.fullmatch(rf"{script.revision}_[a-z0-9_]+\.py", name) for script, name in zip(_scripts(), names, strict=True)
    ), names


def test_migrations_import_nothing_of_ours():
    ours = [f"{source}:{line}" for source in sources.of("migrations/versions") for line, _name in sources.imports(source)]

    assert not ours, f"A migration must mean the same in ten years; write the types out: {ours}"


@pytest.mark.both_databases
def test_migrations_lead_to_the_models(app):
    with db.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": lambda name, kind, _parents: kind != "table" or not index.is_part(name)}
        differences = compare_metadata(MigrationContext.configure(connection, opts=opts), db.metadata)

    assert not differences, f"Write a migration (flask --app wsgi db migrate -m 'What it does'): {differences}"


@pytest.mark.both_databases
def test_migrations_make_the_checks_of_the_models(app, empty_app):
    db.create_all()
    with app.app_context():
        migrated = _checks()

    assert migrated == _checks(), (
        "A check or the values of an enumeration changed; write a migration that changes the constraint."
    )


@pytest.mark.both_databases
def test_migrations_make_the_indexes_of_the_models(app, empty_app):
    db.create_all()
    with app.app_context():
        migrated = _indexes()

    assert migrated == _indexes()


def test_a_number_is_never_given_twice_also_after_all_migrations(app):
    assert "AUTOINCREMENT" in db.session.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'cases'"))


@pytest.mark.both_databases
def test_the_way_down_leaves_nothing(migrated_app):
    flask_migrate.downgrade(revision="base")

    left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert not left, f"downgrade() must drop what upgrade() made: {left}"


@pytest.mark.both_databases
def test_a_desk_in_use_goes_down_to_the_first_schema_and_up_again(migrated_app):
    teams = db.session.scalars(sa.select(Team.code).order_by(Team.code)).all()
    db.session.rollback()

    flask_migrate.downgrade(revision="0001")
    flask_migrate.upgrade()

    assert db.session.scalars(sa.select(Team.code).order_by(Team.code)).all() == teams


@postgresql_in_the_long_run
def test_cases_and_their_mail_go_down_to_the_first_schema_and_up_again(migrated_app):
    case = a_case(status=Status.RESOLVED)
    with transaction():
        case.channel = Channel.PHONE
        mail = mail_of(case, "case_resolved")[0]
        mail.events.append(MailEvent(at=clock.now(), act=MailAct.MOVED, old={}, new={}))
        case.messages[-1].withdrawn_at = clock.now()
        case.record(EventKind.TAKEN_BACK, by=case.assignee, at=clock.now())
        case.record(EventKind.HANDED_BACK, by=None, at=clock.now())
        case.record(EventKind.RATED, by=case.requester, at=clock.now())
        case.record(EventKind.REDACTED, by=case.assignee, at=clock.now())
        case.record(EventKind.ASSIGNED, by=None, at=clock.now())
        case.patient_data_suspected_at = case.redacted_at = case.messages[0].redacted_at = clock.now()
        mail.events.append(MailEvent(at=clock.now(), act=MailAct.REDACTED, old={}, new={}))
        db.session.add(CaseRating(case_id=case.id, user_id=case.requester_id, score=5, at=clock.now()))
        case.record(
            EventKind.COPIED, by=case.requester, at=clock.now(), new={"person": "Ines Marin", "person_id": case.assignee_id}
        )
        db.session.add(CaseCopy(case_id=case.id, user_id=case.assignee_id, since=clock.now()))
        case.listed_organization = an_organization()
        tokens.issue(case.requester, TokenPurpose.INVITATION)
        tokens.issue(case.requester, TokenPurpose.RESET_PASSWORD)
        drafts.save(case.requester, Purpose.OWN, "a-key", {"subject": ["Help"]})
    a_file_on(case.messages[0])
    before = _said_and_mailed()

    flask_migrate.downgrade(revision="0001")
    flask_migrate.upgrade()

    assert _said_and_mailed() == before
    assert db.session.scalars(sa.select(Attachment.id).union(sa.select(Draft.id))).all() == []
    assert db.session.scalars(sa.select(Case.channel)).all() == [Channel.WEB]
    assert set(db.session.scalars(sa.select(OutboxMessage.settlement))) == {"open"}
    assert db.session.scalars(sa.select(User.wants_digest)).all() == [True, True]
    assert db.session.scalars(sa.select(User.wants_copy_mail)).all() == [True, True]
    assert db.session.scalars(sa.select(CaseCopy)).all() == []
    assert db.session.scalars(sa.select(AccountToken.purpose)).all() == [TokenPurpose.RESET_PASSWORD]


@postgresql_in_the_long_run
def test_a_draft_of_the_form_is_one_and_goes_with_its_table(migrated_app):
    somebody = a_provider()
    with transaction():
        drafting.start(by=somebody)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.text("UPDATE form_drafts SET id = 2"))

    flask_migrate.downgrade(revision="0011")
    flask_migrate.upgrade()

    assert db.session.scalars(sa.text("SELECT version FROM form_versions")).all() == [1]
    assert db.session.scalars(sa.text("SELECT id FROM form_drafts")).all() == []


@postgresql_in_the_long_run
def test_articles_come_up_published_and_go_down_without_drafts_and_translations(empty_app):
    flask_migrate.upgrade(revision="0008")
    with db.engine.begin() as connection:
        for slug in ("power-outage", "our-own"):
            connection.execute(
                sa.text(
                    "INSERT INTO articles (slug, title, summary, body, position, on_home, updated_at) "
                    "VALUES (:slug, 'Title', 'Summary', 'Body', 1, :no, '2026-01-05 15:00:00')"
                ),
                {"slug": slug, "no": False},
            )

    flask_migrate.upgrade()
    articles = {article.slug: article for article in db.session.scalars(sa.select(Article))}
    with transaction():
        db.session.add(_article("power-outage", language=Language.SPANISH, version=1))
        db.session.add(_article("begun-only", version=0))

    assert {slug: article.section for slug, article in articles.items()} == {
        "power-outage": Section.VACCINE,
        "our-own": Section.START,
    }
    assert all(article.is_published and article.published_at == article.updated_at for article in articles.values())
    assert [(version.number, version.body) for version in articles["our-own"].versions] == [(1, "Body")]

    db.session.rollback()
    flask_migrate.downgrade(revision="0008")

    assert db.session.scalars(sa.text("SELECT slug FROM articles ORDER BY slug")).all() == ["our-own", "power-outage"]


@postgresql_in_the_long_run
def test_the_history_of_accounts_is_carried_along_and_no_entry_is_lost(migrated_app):
    person = a_provider()
    with transaction():
        history.record(AccountAct.WAITS_ENDED, user=person, by=person, reason="asked by phone", new={"x": 1})
    before = _history_of_accounts()

    flask_migrate.downgrade(revision="0009")
    flask_migrate.upgrade()

    assert [row[1:] for row in _history_of_accounts()] == [row[1:] for row in before]
    assert [row.act for row in before] == [AccountAct.CREATED, AccountAct.WAITS_ENDED]
    assert [row.act for row in _history_of_accounts()] == [AccountAct.CREATED, AccountAct.DETAILS_CHANGED]


def _history_of_accounts() -> list[Any]:
    kept = (AccountEvent.act, AccountEvent.id, AccountEvent.at, AccountEvent.user_id, AccountEvent.reason, AccountEvent.new)
    found = list(db.session.execute(sa.select(*kept).order_by(AccountEvent.id)))
    db.session.rollback()
    return found


def _article(slug: str, *, version: int, language: Language = Language.ENGLISH) -> Article:
    text = {"title": "T", "summary": "S", "body": "B"}
    return Article(slug=slug, language=language, version=version, position=1, updated_at=clock.now(), **text)


def an_organization() -> Organization:
    """One of the directory."""
    kind = OrganizationType.PHARMACY
    return Organization(legal_name="Cedar Fork Pharmacy", name_key="cedar fork pharmacy", type=kind, created_at=clock.now())


def _said_and_mailed() -> list[Any]:
    """What the rows of a case hold that every schema knows."""
    said = db.session.execute(sa.select(Message.id, Message.kind, Message.body)).all()
    mailed = db.session.execute(sa.select(OutboxMessage.id, OutboxMessage.subject, OutboxMessage.state)).all()
    happened = db.session.execute(sa.select(Event.kind).where(Event.kind.not_in(YOUNGER_KINDS)).order_by(Event.id)).all()
    db.session.rollback()
    return [said, mailed, happened]


def _scripts() -> list[Script]:
    return list(ScriptDirectory(str(FOLDER)).walk_revisions())


def _checks() -> dict[str, list[tuple[Any, str]]]:
    inspector = sa.inspect(db.engine)
    return {
        table: sorted((check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table))
        for table in db.metadata.tables
    }


def _indexes() -> dict[str, list[tuple[Any, ...]]]:
    inspector = sa.inspect(db.engine)
    return {
        table: sorted(
            (index["name"], index["column_names"], index["unique"], _where(index)) for index in inspector.get_indexes(table)
        )
        for table in db.metadata.tables
    }


def _where(index: Any) -> list[str]:
    """What a partial index is limited to."""
    return [str(value) for name, value in sorted(index.get("dialect_options", {}).items()) if name.endswith("_where")]
