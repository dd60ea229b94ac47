"""A draft of the rules is put in force, begun like an older version, and takes in what was published meanwhile."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.extensions import db
from helpdesk.routing import checks, drafting, history
from helpdesk.routing.checks import Item
from helpdesk.routing.errors import HasToBeMended, NotAccepted, NotChecked, NothingNew, PublishedMeanwhile
from helpdesk.routing.models import RuleAct, RuleDraft, RuleSetVersion
from helpdesk.routing.proof_findings import Severity
from helpdesk.routing.vocabulary import KnownTeam
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.routing.drafts import A_CASE, FIRST, SECOND, WHY, begun, drafted, entries, keys, publish_with, put_in_force, save
from tests.routing.examples import TRIAGE, a_rule, known, publish


@pytest.mark.both_databases
def test_publishing_puts_the_draft_in_force_and_ends_it(app: Flask) -> None:
    editor = begun(FIRST)
    save([FIRST, SECOND, TRIAGE], cases=[A_CASE], by=editor)

    found = Item(Severity.ASKS, "Rule 1 is shadowed")
    version = put_in_force(seen=2, upon=2, by=editor, accepted=[found.text], items=[found]).version

    newest = db.session.get_one(RuleSetVersion, 3)
    assert (version, newest.reason, newest.published_by, newest.restored_from) == (3, WHY, editor.id, None)
    assert ([rule["key"] for rule in newest.rules], newest.golden[0]["name"]) == (["first", "second", "triage"], A_CASE["name"])
    assert db.session.scalar(sa.select(RuleDraft)) is None
    entry = entries()[0]
    assert (entry.act, entry.old, entry.new) == (
        RuleAct.PUBLISHED,
        {"version": 2},
        {"version": 3, "reason": WHY, "accepted": ["Rule 1 is shadowed"]},
    )


@pytest.mark.both_databases
def test_a_draft_is_published_only_upon_what_it_was_compared_with(app: Flask) -> None:
    editor = begun(FIRST)
    with pytest.raises(NothingNew):
        put_in_force(seen=1, upon=2, by=editor)
    save([FIRST, SECOND, TRIAGE], by=editor)
    publish(a_rule("other"))

    with pytest.raises(PublishedMeanwhile):
        put_in_force(seen=2, upon=2, by=editor)

    assert (drafted().version, entries()[0].act) == (2, RuleAct.DRAFT_SAVED)


@pytest.mark.both_databases
def test_an_older_version_comes_back_as_a_draft_and_then_as_a_new_version(app: Flask) -> None:
    editor = begun(FIRST)
    save([FIRST, SECOND, TRIAGE], cases=[A_CASE], by=editor)
    put_in_force(seen=2, upon=2, by=editor)
    with transaction():
        drafting.start(by=editor, like=db.session.get_one(RuleSetVersion, 2))

    draft = drafted()
    assert (keys(), draft.base_version, draft.restored_from) == (["first", "triage"], 3, 2)
    assert [case["name"] for case in draft.golden] == [A_CASE["name"]]
    assert entries()[0].new == {"base_version": 3, "restored_from": 2}
    put_in_force(seen=1, upon=3, by=editor)
    assert db.session.get_one(RuleSetVersion, 4).restored_from == 2


def test_what_was_changed_after_it_came_back_is_not_called_the_older_version(app: Flask) -> None:
    editor = an_admin()
    publish(FIRST)
    publish(SECOND)
    with transaction():
        drafting.start(by=editor, like=db.session.get_one(RuleSetVersion, 2))
    save([FIRST, a_rule("third"), TRIAGE], by=editor)

    put_in_force(seen=2, upon=3, by=editor)

    assert db.session.get_one(RuleSetVersion, 4).restored_from is None


@pytest.mark.both_databases
def test_a_draft_takes_in_what_was_published_meanwhile(app: Flask) -> None:
    editor = begun(FIRST, SECOND, a_rule("third"))
    changed = {**FIRST, "title": "Mine"}
    save([a_rule("mine"), changed, {**SECOND, "title": "Mine"}, a_rule("third"), TRIAGE], cases=[A_CASE], by=editor)
    theirs = {**A_CASE, "name": "Theirs"}
    publish_with([FIRST, a_rule("theirs"), {**SECOND, "title": "Theirs"}, TRIAGE], [theirs])

    with transaction():
        clashes = drafting.catch_up(seen=2, by=editor)

    assert (clashes, keys()) == (("second",), ["mine", "first", "theirs", "second", "triage"])
    assert [rule["title"] for rule in drafted().rules[1:4]] == ["Mine", "A rule", "Mine"]
    assert [case["name"] for case in drafted().golden] == [A_CASE["name"], "Theirs"]
    assert (drafted().base_version, drafted().version) == (3, 3)


def test_the_order_of_whoever_changed_it_is_taken(app: Flask) -> None:
    editor = begun(FIRST, SECOND, a_rule("third"))
    save([FIRST, SECOND, a_rule("third"), a_rule("mine"), TRIAGE], by=editor)
    publish_with([a_rule("third"), SECOND, FIRST, TRIAGE], [])

    with transaction():
        assert drafting.catch_up(seen=2, by=editor) == ()

    assert keys() == ["third", "mine", "second", "first", "triage"]


def test_catching_up_with_what_the_draft_says_already_is_seen_as_another_state(app: Flask) -> None:
    editor = begun(FIRST)
    save([FIRST, SECOND, TRIAGE], by=editor)
    publish(FIRST, SECOND)

    with transaction():
        drafting.catch_up(seen=2, by=editor)

    assert (drafted().base_version, drafted().version) == (3, 3)


def test_a_draft_is_published_only_as_the_check_lets_it(app: Flask) -> None:
    editor = begun(FIRST)
    save([FIRST, SECOND, TRIAGE], by=editor)
    with pytest.raises(NotChecked), transaction():
        drafting.publish(seen=2, upon=2, reason=WHY, by=editor, known=known())
    with pytest.raises(HasToBeMended):
        put_in_force(seen=2, upon=2, by=editor, items=[Item(Severity.BLOCKS, "No such team")])
    asked = [Item(Severity.ASKS, "One"), Item(Severity.ASKS, "Two")]
    with pytest.raises(NotAccepted):
        put_in_force(seen=2, upon=2, by=editor, items=asked, accepted=["One"])

    assert (
        put_in_force(seen=2, upon=2, by=editor, items=[*asked, Item(Severity.WARNS, "Hm")], accepted=["One", "Two"]).version == 3
    )


def test_a_check_holds_for_what_was_checked_and_for_what_rules_could_speak_of(app: Flask) -> None:
    editor = begun(FIRST)
    content = drafting.content_of(drafted())
    found = Item(Severity.ASKS, "One", rules=("first",), example={"topic": "INV-ADJ"})
    with transaction():
        checks.keep([found], content, known(), by=editor)
        history.record(RuleAct.CHECKED, by=None, new={"file": "rules.yaml", "blocks": 0})

    kept = checks.last(content, known())
    assert kept is not None
    assert (kept.items, kept.by, kept.blocks, kept.asks) == ((found,), editor.name, [], [found])
    assert checks.last(replace(content, golden=[A_CASE]), known()) is None
    closed = {**known().teams, "TRN": KnownTeam("Training", is_active=False)}
    assert checks.last(content, replace(known(), teams=closed)) is None
