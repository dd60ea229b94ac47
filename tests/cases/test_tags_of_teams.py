"""A team knows the tags of its cases, however these and the cases came there; what is removed lives on nowhere."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.accounts.models import Team, User
from helpdesk.admin import staffing
from helpdesk.cases import batches, commands, correcting, marking, marks, moving, redaction, rerouting, topics
from helpdesk.cases.batch_models import BatchAct
from helpdesk.cases.correcting import Correction
from helpdesk.cases.kinds import CorrectionReason, MoveReason
from helpdesk.cases.marks import TeamTag
from helpdesk.cases.models import Case, Status
from helpdesk.cases.redaction import Wanted
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.admin.desk_people import team
from tests.case_factories import a_case
from tests.cases.test_at_the_same_moment import elsewhere
from tests.cases.test_batches import done, work
from tests.cases.test_merging import merge, unmerge
from tests.cases.test_owners import gone
from tests.factories import a_lead, an_admin, an_agent
from tests.macro_factories import a_macro
from tests.queue.cases import at_once, on_case
from tests.queue.test_macros_in_use import WITH_IT, with_macro
from tests.routing.examples import a_rule, publish

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]
ENROLLMENT = {"fact": "topic_group", "is": "ENR"}
OF_NCIR = "DAT-HL7"  # a topic


def known(code: str) -> list[str]:
    """The tags that a team knows, in order."""
    db.session.rollback()
    found = sa.select(TeamTag.tag).join(Team, Team.id == TeamTag.team_id).where(Team.code == code)
    return list(db.session.scalars(found.order_by(TeamTag.tag)))


def tag(case: Case, *tags: str, by: User) -> None:
    with transaction():
        marking.tag(case, tags, by=by)


def untag(case: Case, *tags: str, by: User) -> None:
    with transaction():
        marking.untag(case, tags, by=by)


def redact(case: Case, *passages: str) -> None:
    lead = a_lead("ENR")
    with transaction():
        redaction.redact(case, Wanted(passages), by=lead, reason="It was there by mistake.")


def to_ncir() -> None:
    """From now on the rules send what is about enrollment there, and nothing to Provider Enrollment."""
    publish(a_rule(when=ENROLLMENT, then={"team": "NCIR"}))


def test_a_team_knows_the_tags_that_a_rule_a_person_and_a_batch_give_its_cases(app, agent):
    publish(a_rule(when=ENROLLMENT, then={"team": "ENR", "tags": ["by-rule"]}))
    case, another = a_case(), a_case()

    tag(case, "by-hand", by=agent)
    done(BatchAct.TAG, case, another, by=agent, text="by-batch")

    assert (known("ENR"), known("NCIR"), known("SD")) == (["by-batch", "by-hand", "by-rule"], [], [])


def test_a_rule_that_finds_no_team_has_its_tags_known_where_the_case_comes_to_be(app):
    publish(a_rule(when=ENROLLMENT, then={"team": "VMGT", "tags": ["by-rule"]}))

    case = a_case()

    assert (case.team.code, known("VMGT"), known("SD")) == ("SD", [], ["by-rule"])


def test_the_tags_of_a_macro_are_known_to_the_team_that_it_moves_the_case_to(app, agent):
    an_agent("NCIR")
    case = a_case()
    tag(case, "before", by=agent)

    with_macro(on_case(app, agent, case), a_macro(tags=["by-macro"])).press(WITH_IT)
    assert known("ENR") == ["before", "by-macro"]
    moving_on = a_macro(title="Registry", body="They will look into it.", tags=["moved"], to_team="NCIR")
    with_macro(on_case(app, agent, case), moving_on).press(WITH_IT)

    assert (known("ENR"), known("NCIR")) == (["before", "by-macro"], ["before", "by-macro", "moved"])


def moved(case: Case, by: User) -> None:
    with transaction():
        moving.move(case, "NCIR", seen=case.version, by=by, reason=MoveReason.WRONG_TOPIC)


def moved_among_many(case: Case, by: User) -> None:
    done(BatchAct.MOVE, case, by=by, to="NCIR", reason="wrong_topic")


def routed_again(case: Case, by: User) -> None:
    to_ncir()
    with transaction():
        rerouting.route_again(case, seen=case.version, by=by)


def corrected(case: Case, by: User) -> None:
    correction, why = Correction(topic=topics.with_code(OF_NCIR)), CorrectionReason.WRONGLY_CHOSEN
    with transaction():
        correcting.correct(case, correction, seen=case.version, by=by, reason=why, route=True)


def handed_on(_case: Case, by: User) -> None:
    admin = an_admin()
    to_ncir()
    with transaction():
        staffing.close_team(team("ENR"), by=admin, version=0, reason="One team is enough.", taker=team("NCIR"))


@pytest.mark.parametrize("goes", [moved, moved_among_many, routed_again, corrected, handed_on])
def test_the_tags_of_a_case_are_known_to_the_team_that_it_goes_to(app, agent, goes: Callable[[Case, User], None]):
    an_agent("NCIR")
    case, stays = a_case(agent=agent), a_case(agent=agent, status=Status.CLOSED)
    tag(case, "second-call", "vip", by=agent)
    tag(stays, "of-old", by=agent)
    assert known("NCIR") == []

    goes(case, agent)

    assert (db.session.get_one(Case, case.id).team.code, known("NCIR")) == ("NCIR", ["second-call", "vip"])
    assert known("ENR") == ["of-old", "second-call", "vip"], "a team goes on knowing what its cases had"


def test_a_case_that_comes_back_brings_the_tags_that_it_was_given_elsewhere(app, agent):
    case, there = a_case(), an_agent("NCIR")
    moved(case, agent)
    tag(case, "meanwhile", by=there)
    assert known("ENR") == []

    done(BatchAct.MOVE, case, by=there, to="ENR", reason="wrong_topic")

    assert known("ENR") == ["meanwhile"]


def test_triage_knows_the_tags_of_what_comes_to_it_because_a_team_has_nobody(app, agent):
    an_agent("SD")
    waits, comes_back = a_case(agent=agent), a_case(agent=agent, status=Status.RESOLVED)
    tag(waits, "waits", by=agent)
    tag(comes_back, "came-back", by=agent)
    gone(agent)

    timed_jobs.find_owners(StopSign())
    assert known("SD") == ["waits"]
    with transaction():
        commands.reject(comes_back, by=comes_back.requester, body="It came back.")

    assert known("SD") == ["came-back", "waits"]


def test_what_a_merge_takes_along_is_known_to_the_team_of_the_case_that_goes_on(app, agent):
    an_agent("NCIR")
    case, into = a_case(agent=agent), a_case(topic=OF_NCIR)
    tag(case, "vip", by=agent)

    merge(case, into, by=agent)
    assert known("NCIR") == ["vip"]
    unmerge(case, by=agent)

    assert (marks.tags_of(into.id), known("NCIR"), known("ENR")) == ([], ["vip"], ["vip"])


def test_a_slip_of_the_pen_is_known_nowhere_once_no_case_has_it(app, agent):
    case, another = a_case(), a_case()
    an_agent("NCIR")
    tag(case, "second-call", "secnd-call", by=agent)
    tag(another, "second-call", by=agent)
    moved(case, agent)

    untag(case, "second-call", "secnd-call", by=agent)

    assert (known("ENR"), known("NCIR")) == (["second-call"], ["second-call"])


def test_a_batch_that_is_undone_leaves_no_word_and_one_that_takes_tags_off_gives_them_back(app, agent):
    case = a_case()
    tag(case, "vip", by=agent)
    given, taken = done(BatchAct.TAG, case, by=agent, text="flu"), done(BatchAct.UNTAG, case, by=agent, text="vip")
    assert known("ENR") == ["flu"]

    for batch in (taken, given):
        with transaction():
            batches.undo(batch)
        work()

    assert known("ENR") == ["vip"]


def test_what_is_redacted_is_known_to_no_team_that_the_case_was_with(app, agent):
    an_agent("NCIR")
    case = a_case()
    tag(case, "castellow", "vip", by=agent)
    moved(case, agent)

    redact(case, "Castellow")

    assert (known("ENR"), known("NCIR")) == (["vip"], ["vip"])


def test_a_tag_that_was_taken_off_before_is_redacted_as_well_but_stays_where_another_case_has_it(app, agent):
    case, elsewhere_too = a_case(), a_case(topic=OF_NCIR)
    tag(elsewhere_too, "castellow", by=an_agent("NCIR"))
    tag(case, "castellow", by=agent)
    untag(case, "castellow", by=agent)
    assert known("ENR") == ["castellow"]

    redact(case, "castellow")

    assert (known("ENR"), known("NCIR")) == ([], ["castellow"])


def test_words_that_did_not_stand_on_the_case_stay_though_no_case_of_the_team_has_them(app, agent):
    case, other, elsewhere_too = a_case(subject="About Castellow"), a_case(), a_case(topic=OF_NCIR)
    tag(elsewhere_too, "quiet", by=an_agent("NCIR"))
    tag(other, "quiet", by=agent)
    untag(other, "quiet", by=agent)

    redact(case, "Castellow", "quiet")

    assert known("ENR") == ["quiet"]


def test_many_who_give_cases_of_a_team_the_same_new_words_at_once_all_do(app, agent):
    cases, words = [a_case() for _each in range(6)], ["b-new", "a-new", "c-new"]
    people = [an_agent() for _each in cases]
    given = [words if number % 2 else list(reversed(words)) for number in range(len(cases))]
    acts = [
        elsewhere(app, lambda case, by, tags=tags: marking.tag(case, tags, by=by), case, by)
        for case, by, tags in zip(cases, people, given, strict=True)
    ]
    db.session.rollback()

    assert at_once(*acts) == ["done"] * len(cases)
    assert known("ENR") == sorted(words)
    assert [marks.tags_of(case.id) for case in cases] == [sorted(words)] * len(cases)


def test_cases_with_the_same_new_words_come_to_a_team_at_once(app, agent):
    an_agent("NCIR")
    cases, people = [a_case() for _each in range(4)], [an_agent() for _each in range(4)]
    for number, case in enumerate(cases):
        tag(case, *(["one", "two", "three"] if number % 2 else ["three", "two", "one"]), by=agent)
    move = {"code": "NCIR", "reason": MoveReason.WRONG_TOPIC}
    acts = [elsewhere(app, moving.move, case, by, seen=case.version, **move) for case, by in zip(cases, people, strict=True)]
    db.session.rollback()

    assert at_once(*acts) == ["done"] * 4
    assert known("NCIR") == ["one", "three", "two"]


def test_the_last_case_loses_a_word_while_another_gets_it(app, agent):
    case, another, colleague = a_case(), a_case(), an_agent()
    tag(case, "flu", by=agent)
    give = elsewhere(app, lambda case, by: marking.tag(case, ["flu"], by=by), another, colleague)
    take = elsewhere(app, lambda case, by: marking.untag(case, ["flu"], by=by), case, agent)
    db.session.rollback()

    assert at_once(give, take) == ["done", "done"]
    assert (marks.tags_of(case.id), marks.tags_of(another.id)) == ([], ["flu"])
