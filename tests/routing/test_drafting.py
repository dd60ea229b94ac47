"""Rules are written in a draft that one person edits at a time; every act leaves its entry in the history."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.one_draft import DraftExists, DraftGone, NotTheEditor, StaleDraft
from helpdesk.routing import drafting, queries, writing
from helpdesk.routing.errors import BadGolden, BadRule, BadRuleSet
from helpdesk.routing.models import RuleAct, RuleDraft
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.queue.cases import at_once
from tests.routing.drafts import A_CASE, FIRST, SECOND, begun, drafted, drafted_version, entries, keys, save
from tests.routing.examples import TRIAGE, a_rule


@pytest.mark.both_databases
def test_a_draft_begins_with_what_is_in_force_and_is_the_only_one(app: Flask) -> None:
    editor, other = begun(), an_admin()

    draft = drafted()
    assert draft.rules == writing.write(queries.current_rule_set())
    assert (draft.base_version, draft.editor_id, draft.version, draft.restored_from) == (1, editor.id, 1, None)
    with pytest.raises(DraftExists), transaction():
        drafting.start(by=other)
    assert [(e.act, e.actor_id, e.old, e.new) for e in entries()] == [
        (RuleAct.DRAFT_STARTED, editor.id, {}, {"base_version": 1}),
    ]


@pytest.mark.both_databases
def test_of_two_who_begin_at_once_one_has_the_draft(app: Flask) -> None:
    people = [an_admin().id, an_admin().id]

    def begin(person: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    drafting.start(by=db.session.get_one(User, person))
            except DraftExists:
                return "late"
            return "first"

    assert sorted(at_once(*[lambda person=person: begin(person) for person in people])) == ["first", "late"]
    assert len(entries()) == 1


@pytest.mark.both_databases
def test_a_save_keeps_what_was_and_what_is_of_the_parts_that_differ(app: Flask) -> None:
    editor = begun(FIRST, SECOND)

    assert save([a_rule("new"), {**FIRST, "title": "Other"}, TRIAGE], cases=[A_CASE], by=editor)

    entry = entries()[0]
    assert (entry.act, entry.old["rules"]["new"], entry.old["rules"]["first"]["title"]) == (
        RuleAct.DRAFT_SAVED,
        None,
        "A rule",
    )
    assert (entry.new["rules"]["second"], entry.new["rules"]["first"]["title"], entry.new["draft"]) == (None, "Other", 2)
    assert (entry.old["order"], entry.new["order"]) == (["first", "second", "triage"], ["new", "first", "triage"])
    assert (entry.old["golden"], entry.new["golden"]) == ({A_CASE["name"]: None}, {A_CASE["name"]: drafted().golden[0]})
    assert "triage" not in entry.new["rules"]


def test_a_save_that_changes_nothing_leaves_nothing(app: Flask) -> None:
    editor = begun(FIRST)

    assert not save([{**FIRST, "then": {"team": " NCIR "}}, TRIAGE], by=editor)

    assert (drafted().version, len(entries())) == (1, 1)


@pytest.mark.parametrize(
    ("rules", "cases", "error"),
    [
        ([FIRST], [], BadRuleSet),
        ([FIRST, FIRST, TRIAGE], [], BadRule),
        ([{**FIRST, "then": {}}, TRIAGE], [], BadRule),
        ([FIRST, TRIAGE], [{**A_CASE, "priority": "P9"}], BadGolden),
    ],
)
def test_what_could_not_decide_is_not_saved(app: Flask, rules: Any, cases: Any, error: type[Exception]) -> None:
    editor = begun(FIRST)

    with pytest.raises(error):
        save(rules, cases=cases, by=editor)

    assert (keys(), drafted().version) == (["first", "triage"], 1)


@pytest.mark.both_databases
def test_a_stale_save_and_a_save_of_another_change_nothing(app: Flask) -> None:
    editor, other = begun(FIRST), an_admin()
    save([FIRST, SECOND, TRIAGE], by=editor)

    with pytest.raises(StaleDraft):
        save([FIRST, TRIAGE], by=editor, seen=1)
    with pytest.raises(NotTheEditor):
        save([FIRST, TRIAGE], by=other)
    assert keys() == ["first", "second", "triage"]

    with transaction():
        drafting.take_over(by=other)
    with pytest.raises(NotTheEditor):
        save([FIRST, TRIAGE], by=editor)
    assert save([FIRST, TRIAGE], by=other)
    assert (entries()[1].act, entries()[1].old["editor"], entries()[1].new["editor"]) == (
        RuleAct.DRAFT_TAKEN_OVER,
        editor.name,
        other.name,
    )


@pytest.mark.both_databases
def test_of_two_windows_that_save_at_once_one_wins(app: Flask) -> None:
    editor = begun(FIRST).id

    def add(key: str) -> str:
        with app.app_context():
            try:
                save([FIRST, a_rule(key), TRIAGE], by=db.session.get_one(User, editor), seen=1)
            except StaleDraft:
                return "stale"
            return "saved"

    assert sorted(at_once(lambda: add("one"), lambda: add("two"))) == ["saved", "stale"]
    assert (drafted().version, len(keys())) == (2, 3)


def test_taking_over_what_one_edits_oneself_is_nothing(app: Flask) -> None:
    editor = begun()

    with transaction():
        drafting.take_over(by=editor)

    assert (drafted().version, len(entries())) == (1, 1)


@pytest.mark.both_databases
def test_the_last_save_is_taken_back_and_taken_back_again(app: Flask) -> None:
    editor = begun(FIRST, SECOND)
    save([a_rule("new"), {**FIRST, "title": "Other"}, TRIAGE], cases=[A_CASE], by=editor)

    for expected, cases in ((["first", "second", "triage"], []), (["new", "first", "triage"], [A_CASE["name"]])):
        with transaction():
            assert drafting.undo(seen=drafted_version(), by=editor)
        assert (keys(), [case["name"] for case in drafted().golden]) == (expected, cases)
    assert drafted().rules[1]["title"] == "Other"


def test_what_somebody_else_saved_is_not_taken_back_by_whoever_takes_over(app: Flask) -> None:
    editor, other = begun(FIRST), an_admin()
    save([FIRST, SECOND, TRIAGE], by=editor)

    with transaction():
        drafting.take_over(by=other)
        assert not drafting.undo(seen=drafted_version(), by=other)

    assert drafting.the_last_save(drafted()) is None
    assert keys() == ["first", "second", "triage"]


@pytest.mark.both_databases
def test_a_draft_that_is_thrown_away_stays_in_the_history(app: Flask) -> None:
    editor = begun(FIRST)
    save([FIRST, SECOND, TRIAGE], by=editor)

    with pytest.raises(StaleDraft), transaction():
        drafting.discard(seen=1, by=editor)
    with transaction():
        drafting.discard(seen=2, by=editor)

    assert db.session.scalar(sa.select(RuleDraft)) is None
    entry = entries()[0]
    assert (entry.act, entry.old["rules"]["second"]["key"], entry.new["rules"]["second"]) == (
        RuleAct.DRAFT_DISCARDED,
        "second",
        None,
    )
    with pytest.raises(DraftGone), transaction():
        drafting.discard(seen=2, by=editor)
