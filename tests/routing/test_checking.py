"""What a check says about rules: the proof and the golden cases together."""

from dataclasses import replace

import pytest

from helpdesk.routing import checking
from helpdesk.routing.golden import GoldenCase
from helpdesk.routing.models import Priority
from helpdesk.routing.proof_findings import Budget, Kind, Undecided
from helpdesk.routing.vocabulary import KnownTeam
from tests.routing.examples import a_rule, a_rule_set, known, seeded

SPOILED = GoldenCase("A spoiled vial", {"topic": "INV-WAST", "waste_reason": "spoiled_by_temperature"}, "VMGT", Priority.P2)


@pytest.fixture(autouse=True)
def _in_english(app):
    """The words of the desk."""


def kinds(found):
    """Of which kind findings are."""
    return [finding.kind for finding in found]


def test_the_rules_of_a_new_desk_are_fine():
    report = checking.check(seeded(), [SPOILED], known())

    assert report.is_fine
    assert (report.blocks, report.asks, report.warns, report.failing) == ((), (), (), ())
    assert [result.rule for result in report.golden] == ["spoiled"]


def test_a_dead_target_blocks_and_a_team_without_a_member_warns():
    teams = {
        **known().teams,
        "NCIR": KnownTeam("NCIR Support", is_active=False),
        "SD": KnownTeam("Service Desk", has_member=False),
    }

    report = checking.check(seeded(), [], replace(known(), teams=teams))

    assert (kinds(report.blocks), kinds(report.warns), report.is_fine) == ([Kind.CLOSED_TEAM], [Kind.TEAM_WITHOUT_MEMBER], False)


def test_a_golden_case_that_goes_elsewhere_asks_for_a_word_and_does_not_block():
    elsewhere = replace(SPOILED, name="Elsewhere", team="INV")

    report = checking.check(seeded(), [SPOILED, elsewhere], known())

    assert (report.blocks, report.is_fine) == ((), False)
    assert [asking.golden.name for asking in report.asks] == ["Elsewhere"]
    assert report.asks == report.failing


def test_a_rule_that_never_decides_asks_for_a_word():
    report = checking.check(a_rule_set(a_rule("first"), a_rule("second")), [], known())

    assert Kind.SHADOWED in kinds(report.asks)
    assert report.blocks == ()


def test_what_could_not_be_found_out_asks_for_a_word():
    report = checking.check(seeded(), [SPOILED], known(), budget=Budget(seconds=0))

    assert report.asks
    assert all(isinstance(asking, Undecided) for asking in report.asks)
    assert (report.golden[0].passes, report.is_fine) == (True, False)
