"""The rules a new desk starts with, as a table: what a ticket says, and where it goes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.cases.models import Channel, Impact, ProviderRole, System, Urgency
from helpdesk.routing.decide import Verdict, decide
from helpdesk.routing.models import Priority
from tests.routing.examples import a_ticket, seeded, topics

# topic, what else the ticket says -> rule, team, priority, whatever else follows
EXAMPLES: list[tuple[str, dict[str, str], str, str, str, dict[str, Any]]] = [
    ("TMP-EXC", {}, "temperature", "VMGT", "P1", {"macro": "M2", "notify": ("VMGT",)}),
    ("TMP-EQP", {"system": "ncir"}, "temperature", "VMGT", "P1", {"macro": "M2"}),
    ("GEN-TRN", {"urgency": "at_risk"}, "at-risk", "VMGT", "P1", {}),
    ("SYS-DOWN", {"urgency": "at_risk", "impact": "everyone"}, "at-risk", "VMGT", "P1", {}),
    ("TMP-EXC", {"urgency": "at_risk"}, "temperature", "VMGT", "P1", {"macro": "M2"}),
    ("ORD-DMG", {}, "shipment-damaged", "VMGT", "P1", {"watchers": ("ALLOC",)}),
    ("SYS-DOWN", {"impact": "several"}, "outage-many", "CVMS", "P1", {}),
    ("SYS-DOWN", {"impact": "everyone"}, "outage-many", "CVMS", "P1", {}),
    ("SYS-DOWN", {"impact": "me"}, "outage-one", "SD", "P3", {}),
    ("SYS-DOWN", {"impact": "location"}, "topic-team", "CVMS", "P1", {}),
    ("REC-FIND", {"system": "ncir"}, "ncir-records", "NCIR", "P3", {}),
    ("INV-XFER", {"system": "ncir"}, "ncir-records", "NCIR", "P2", {}),
    ("INV-XFER", {"system": "cvms"}, "topic-team", "ALLOC", "P2", {}),
    ("ACC-NCIR", {"system": "ncir"}, "ncir-access", "NCIR", "P2", {}),
    ("ACC-CVMS", {"system": "ncir"}, "ncir-access", "NCIR", "P2", {}),
    ("ACC-NCID", {"system": "ncir"}, "ncid", "ACC", "P2", {"macro": "M4"}),
    ("ACC-NCID", {"system": "ncid", "urgency": "stopped"}, "ncid", "ACC", "P2", {"macro": "M4"}),
    ("ACC-CVMS", {"role": "cvms_location_manager"}, "cvms-users", "ACC", "P2", {"macro": ""}),
    ("ACC-CVMS", {"role": "coordinator_primary"}, "cvms-users", "ACC", "P2", {"macro": ""}),
    ("ACC-CVMS", {"role": "coordinator_backup"}, "cvms-users", "ACC", "P2", {"macro": ""}),
    ("ACC-CVMS", {"role": "office_staff"}, "cvms-users-approval", "ACC", "P2", {"macro": "M3"}),
    ("ENR-SECB", {"system": "ncir"}, "enrollment", "ENR", "P3", {}),
    ("ENR-STAT", {"urgency": "stopped"}, "enrollment", "ENR", "P2", {}),
    ("TMP-EXC", {"language": "es"}, "temperature", "VMGT", "P1", {"skills": ("es",)}),
    ("GEN-CLIN", {"language": "es"}, "topic-team", "CLIN", "P3", {"skills": ("es",)}),
    ("ENR-SIGN", {"officer_changed": "yes"}, "officer-changed", "ENR", "P2", {}),
    ("ENR-SIGN", {"officer_changed": "no"}, "enrollment", "ENR", "P3", {}),
    ("ENR-STAT", {"submitted_on.working_days_ago": "9"}, "in-review", "ENR", "P4", {"macro": "M5"}),
    ("ENR-STAT", {"submitted_on.working_days_ago": "10"}, "enrollment", "ENR", "P3", {}),
    ("ENR-STAT", {"submitted_on.working_days_ago": "-1"}, "enrollment", "ENR", "P3", {}),
    ("ENR-SYS", {"doses_on_hand": "1"}, "moving-with-stock", "NCIR", "P3", {"watchers": ("INV",)}),
    ("DAT-MIG", {"doses_on_hand": "0", "open_transfers": "yes"}, "moving-with-stock", "NCIR", "P3", {"watchers": ("INV",)}),
    ("ENR-SYS", {"doses_on_hand": "0", "open_transfers": "not_sure"}, "enrollment", "ENR", "P3", {"watchers": ()}),
    ("INV-XFER", {"receiver_enrolled": "no"}, "transfer-to-stranger", "ENR", "P2", {"watchers": ("ALLOC",)}),
    ("INV-WAST", {"waste_reason": "spoiled_by_temperature"}, "spoiled", "VMGT", "P2", {}),
    ("INV-WAST", {"waste_reason": "expired"}, "topic-team", "INV", "P3", {}),
    ("REC-BULK", {"rows_failed": "501"}, "upload-failed", "REC", "P2", {}),
    ("REC-BULK", {"rows_failed": "500"}, "topic-team", "REC", "P3", {}),
    ("REC-DOSE", {"given_on.days_ago": "4"}, "topic-team", "REC", "P2", {}),
    ("REC-DOSE", {"given_on.days_ago": "3"}, "topic-team", "REC", "P3", {}),
    ("GEN-OTHER", {"subject": "Employer portal: upload refused"}, "employer", "SD", "P3", {}),
    ("ACC-CVMS", {"role": "other"}, "cvms-users-approval", "ACC", "P2", {"macro": "M3", "is_pending": True}),
    ("GEN-BILL", {}, "billing", "SD", "P4", {"macro": "M8"}),
    ("GEN-OTHER", {"subject": "A LAWSUIT is coming"}, "topic-team", "SD", "P3", {"watchers": ("SD",), "notify": ("SD",)}),
    ("ENR-SECA", {"text": "The press called us."}, "enrollment", "ENR", "P3", {"watchers": ("SD",)}),
    ("ENR-SECA", {"text": "The tablet is pressed."}, "enrollment", "ENR", "P3", {"watchers": ()}),
    ("REC-FIND", {"patient_data": "suspected"}, "topic-team", "REC", "P3", {"tags": ("phi-suspected",)}),
    ("ORD-REQ", {}, "topic-team", "ALLOC", "P3", {}),
    ("GEN-OTHER", {"topic_team": ""}, "triage", "SD", "P3", {}),
]


@pytest.mark.parametrize(("topic", "said", "rule", "team", "priority", "more"), EXAMPLES)
def test_ticket_goes_where_the_table_says(topic, said, rule, team, priority, more):
    decision = decide(seeded(), a_ticket(topic, **said))

    assert (decision.winner, decision.team, decision.priority) == (rule, team, priority)
    assert {name: getattr(decision, name) for name in more} == more


def test_every_rule_has_an_example():
    acted = {
        trace.rule
        for topic, said, *_ in EXAMPLES
        for trace in decide(seeded(), a_ticket(topic, **said)).trace
        if trace.verdict in (Verdict.DECIDED, Verdict.ADDED)
    }

    assert acted == {rule.key for rule in seeded().rules}


@pytest.mark.parametrize("topic", topics())
def test_every_topic_without_anything_special_has_its_own_team(topic):
    decision = decide(seeded(), a_ticket(topic, system="other", impact="location"))

    assert decision.team == topics()[topic]["team"]


def test_ncid_trouble_that_stops_vaccination_is_high_even_where_the_topic_is_not():
    decision = decide(seeded(), a_ticket("ACC-NCID", urgency="stopped") | {"base_priority": "P3"})

    assert decision.priority is Priority.P2
    assert [change.rule for change in decision.changes] == ["ncid-stopped"]


ANY_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "topic": st.sampled_from([*topics(), "NEW-TOPIC"]),
        "topic_group": st.sampled_from(["ENR", "ACC", "INV", "REC", "GEN", "NEW"]),
        "topic_team": st.sampled_from(["ENR", "REC", "NEW", ""]),
        "system": st.sampled_from([*System, ""]),
        "role": st.sampled_from(list(ProviderRole)),
        "impact": st.sampled_from(list(Impact)),
        "urgency": st.sampled_from(list(Urgency)),
        "base_priority": st.sampled_from(list(Priority)),
        "language": st.sampled_from(["en", "es", "fr"]),
        "channel": st.sampled_from([*Channel, "pigeon"]),
        "doses_on_hand": st.sampled_from(["0", "12", "many", "-1", "NaN", "1e9"]),
        "given_on.days_ago": st.integers(-5, 5).map(str),
        "subject": st.text(),
        "text": st.text(),
    },
)


@settings(deadline=None)  # the machine may be busy
@given(ANY_FACTS)
def test_there_is_always_one_rule_that_decides_and_a_team(facts):
    decision = decide(seeded(), facts)

    assert decision.team
    assert [t.rule for t in decision.trace if t.verdict is Verdict.DECIDED] == [decision.winner]
    assert [t.rule for t in decision.trace] == [rule.key for rule in seeded().rules]


@settings(deadline=None)  # the machine may be busy
@given(ANY_FACTS)
def test_the_same_facts_are_always_decided_alike(facts):
    assert decide(seeded(), dict(facts)) == decide(seeded(), dict(reversed(facts.items())))
