"""A case that has to do with others: what is removed from it goes as well from what merges and notes for many have spread."""

from datetime import date

import pytest

from helpdesk import clock
from helpdesk.cases import commands, correcting, holding, marking, marks, moving, problems, redaction, waves
from helpdesk.cases.correcting import Correction
from helpdesk.cases.kinds import CorrectionReason, HoldReason, MoveReason
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.cases.redaction import Wanted
from helpdesk.cases.tombstones import TOMBSTONE
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, a_case, mail_of
from tests.cases.test_merging import merge, two_cases, unmerge
from tests.cases.test_redaction import NAME, REASON, where_it_stands
from tests.cases.test_waves import states, work
from tests.factories import a_lead, an_agent
from tests.problem_factories import a_problem, these

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


def left_after_redacting(case: Case) -> set[str]:
    lead = a_lead("ENR")
    with transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)
    return where_it_stands()


def test_what_a_merge_has_taken_along_goes_with_it(app, agent):
    with clock.at(FRIDAY_7_PM):
        case, into = two_cases(agent)
        with transaction():
            commands.reply(case, by=agent, body=f"About {NAME}.")
            marking.tag(case, ["zyxwald-quillfeather", "vip"], by=agent)
        merge(case, into, by=agent, note=f"{NAME} is known in the other case.")

    assert left_after_redacting(case) == set()
    assert marks.tags_of(into.id) == ["vip"]


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_what_went_along_a_chain_goes_from_the_entries_on_it_too(app, agent, is_taken_back):
    (case, into), root = two_cases(agent), a_case(agent=agent, status=Status.OPEN)
    with transaction():
        marking.tag(case, ["zyxwald-quillfeather"], by=agent)
    merge(case, into, by=agent)
    merge(into, root, by=agent)
    if is_taken_back:
        unmerge(case, by=agent)

    assert left_after_redacting(case) == set()
    assert [marks.tags_of(one.id) for one in (case, into, root)] == [[], [], []]


def test_mail_of_a_case_merged_into_it_that_named_it_loses_it(app, agent):
    with clock.at(FRIDAY_7_PM):
        case = a_case(agent=agent, status=Status.OPEN)
        into = a_case(agent=agent, status=Status.OPEN, requester=case.requester, subject=f"{NAME} is not found")
        with transaction():
            commands.reply(case, by=agent, body="The officer signs in the portal.")
        merge(case, into, by=agent)
        assert NAME in mail_of(case, "case_replied")[-1].subject

    assert left_after_redacting(into) == set()


def test_notes_and_reasons_of_holds_corrections_and_moves_lose_it(app, agent):
    case, _somebody_there = a_case(agent=agent, status=Status.OPEN), an_agent("NCIR")
    with transaction():
        held = {"reason": HoldReason.MAKER, "look_again_on": date(2026, 12, 2)}
        holding.put_on_hold(case, seen=case.version, by=agent, note=f"{NAME} is at the maker.", **held)
        place, why = Correction(location=f"Ward of {NAME}"), CorrectionReason.OTHER
        correcting.correct(case, place, seen=case.version, by=agent, reason=why, note=f"{NAME} said so.")
        moving.move(case, "NCIR", seen=case.version, by=agent, reason=MoveReason.OTHER, note=f"{NAME} is in NCIR.")

    assert left_after_redacting(case) == set()


def test_a_note_for_the_cases_of_a_problem_loses_it_and_resolves_no_more_of_them(app, agent):
    problem, cases = a_problem(by=agent), [a_case(), a_case()]
    texts = {"note": f"{NAME} can sign in again.", "note_es": f"{NAME} puede entrar."}
    with transaction():
        problems.tie(problem, cases, by=agent)
        wave = waves.begin_wave(problem, these(*cases), by=agent, code=ResolutionCode.FIXED, **texts)
    with transaction():
        waves.do_one(wave.id, cases[0].id)

    assert left_after_redacting(cases[0]) == set()
    work()

    assert (wave.note, states(wave)) == (f"{TOMBSTONE} can sign in again.", ["resolved", "skipped"])
    assert cases[1].status is Status.NEW
