"""Drafts of the rules in tests: who has begun one, what is saved in it, what it says, and what is in the history."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.intake.vocabulary import current_vocabulary
from helpdesk.routing import checks, commands, drafting, history, reading, rule_editing, writing
from helpdesk.routing.checks import Item
from helpdesk.routing.models import RuleDraft, RuleEvent, RuleSetVersion
from helpdesk.routing.proof_findings import Severity
from helpdesk.routing.rules import RuleSet
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.routing.examples import MONDAY, a_rule, known, publish

WHY = "Less to do by hand"
A_CASE = {"name": "Inventory in NCIR", "facts": {"system": "ncir", "topic": "INV-ADJ"}, "team": "NCIR", "priority": "P3"}
FIRST, SECOND = a_rule("first"), a_rule("second")


def begun(*rules: dict[str, Any], by: User | None = None) -> User:
    """Whoever edits a draft that was begun when these rules were in force, or those of the desk."""
    editor = by or an_admin()
    if rules:
        publish(*rules)
    with transaction():
        drafting.start(by=editor)
    return editor


def save(rules: list[dict[str, Any]], *, by: User, cases: list[dict[str, Any]] | None = None, seen: int | None = None) -> bool:
    """Save the draft, with the golden cases that it has unless others are given."""
    with transaction():
        draft = drafting.the_draft()
        assert draft is not None
        return drafting.save(rules, draft.golden if cases is None else cases, seen=seen or draft.version, by=by)


def drafted() -> RuleDraft:
    """The draft as it is stored."""
    db.session.rollback()
    found = drafting.the_draft()
    assert found is not None
    return found


def keys() -> list[str]:
    """The keys of the rules in the draft."""
    return [rule["key"] for rule in drafted().rules]


def entries() -> list[RuleEvent]:
    """The history of the rules, the latest first."""
    db.session.rollback()
    return list(db.session.scalars(history.entries()))


def drafted_version() -> int:
    """Which state of the draft is the newest, read inside a transaction."""
    draft = drafting.the_draft()
    assert draft is not None
    return draft.version


def publish_with(rules: list[dict[str, Any]], cases: list[dict[str, Any]]) -> None:
    """Put these rules and golden cases in force."""
    with transaction():
        commands.publish(rules, golden=cases, reason="A test", by=None, at=MONDAY)


def put_in_force(*, seen: int, upon: int, by: User, accepted: Sequence[str] = (), items: Sequence[Item] = ()) -> RuleSetVersion:
    """Publish the draft after a check that has found these things."""
    with transaction():
        draft = drafting.the_draft()
        if draft is not None:
            checks.keep(items, drafting.content_of(draft), known(), by=by)
        return drafting.publish(seen=seen, upon=upon, reason=WHY, by=by, known=known(), accepted=accepted)


def a_draft_to_look_at(by: User) -> None:
    """A draft with a rule that is new, one that is changed and one that is elsewhere, golden cases, and a check of it."""
    with transaction():
        draft = drafting.start(by=by)
        rules = list(reading.read(draft.rules).rules)
        rules[4] = replace(rules[4], title="One person cannot get in")
        rules.insert(2, reading.read_rule(a_rule("hl7", when={"any": [{"fact": "topic", "is": "DAT-HL7"}]}), number=3))
        moved = rule_editing.move(rules, "billing", up=True)
        cases = [A_CASE, {**A_CASE, "name": "Goes elsewhere", "facts": {"topic": "GEN-BILL"}}]
        drafting.save(writing.write(RuleSet(moved)), cases, seen=1, by=by)
        items = [
            Item(Severity.ASKS, "Rule 4 never fits.", ("outage-many",), example={"topic": "SYS-DOWN", "impact": "everyone"}),
            Item(Severity.ASKS, "The golden case “Goes elsewhere” goes to Service Desk, P3.", ("billing",), "Goes elsewhere"),
            Item(Severity.WARNS, "Nobody works in Training."),
        ]
        checks.keep(items, drafting.content_of(draft), current_vocabulary(), by=by)
