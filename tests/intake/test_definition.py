"""What the help ticket asks about a topic, given the answers so far: among it the follow-ups of DOMAIN section 5.2."""

import pytest

from helpdesk.intake.definition import Definition, Kind
from helpdesk.intake.definition_reading import read
from helpdesk.intake.definition_writing import write
from tests.intake import definitions

# DOMAIN section 5: the fields that are asked about every topic (its topic and its place are fields of the page).
FOR_ALL = {
    "for_self", "role", "organization", "location", "provider_pin", "system", "subject", "description", "error_text",
    "started_at", "impact", "urgency", "attachments", "reach_by", "reply_language", "copies", "no_patient_data",
}  # fmt: skip
ORDER = {"shipment_number", "product", "doses", "expected_on", "tracking", "distributor_told"}
DOSE = {"record_id", "record_count", "dose_number", "product", "lot", "given_on", "what_should_change"}
APPLICATION = {"application_id", "application_section", "submitted_on", "application_status"}
SWITCH = {"from_system", "to_system", "wanted_on", "doses_on_hand", "open_transfers"}
USER = {"user_email", "user_role", "user_locations", "user_change", "approved_by", "upload_error_rows"}
TEMPERATURE = {
    "unit_type", "unit_name", "product", "lot", "doses", "temperature_scale", "lowest_temperature", "highest_temperature",
    "excursion_state", "minutes_out", "marked_do_not_use", "manufacturer_called", "doses_given_since",
}  # fmt: skip
# DOMAIN section 5.2, row by row.
FOLLOW_UPS = {
    "ENR-SECA": APPLICATION,
    "ENR-ATT": APPLICATION,
    "ENR-STAT": APPLICATION,
    "ENR-SIGN": APPLICATION | {"officer", "officer_email", "signature_mail", "officer_changed"},
    "ENR-STOR": APPLICATION | {"unit_type", "unit_model", "unit_capacity", "data_logger"},
    "ENR-PRAC": APPLICATION | {"practicing_count", "license_type", "license_number"},
    "ENR-SYS": SWITCH,
    "DAT-MIG": SWITCH,
    "ACC-NCID": {"ncid_user_name", "ncid_problem", "ncid_self_service"},
    "ACC-CVMS": USER,
    "ACC-NCIR": USER,
    "ORD-REQ": ORDER,
    "ORD-LATE": ORDER,
    "ORD-DMG": ORDER | {"delivered_at", "monitor_reading", "set_apart"},
    "INV-RECV": {"product", "lot", "doses_in_system", "doses_counted", "expiration_shown"},
    "INV-ADJ": {"product", "lot", "doses_in_system", "doses_counted", "expiration_shown"},
    "INV-XFER": {
        "sender", "receiver", "receiver_enrolled", "product", "lot", "doses", "transfer_status", "cold_chain_planned",
    },
    "INV-WAST": {"product", "lot", "doses", "waste_reason", "wasted_on"},
    "TMP-EXC": TEMPERATURE,
    "TMP-EQP": TEMPERATURE,
    "REC-FIND": DOSE,
    "REC-DOSE": DOSE,
    "REC-SCHED": {"record_id", "record_count", "what_should_change"},
    "REC-BULK": DOSE | {"template_version", "rows", "rows_failed", "upload_error"},
    "DAT-RPT": {"report_name", "range_from", "range_to", "ehr_vendor", "message_control_id"},
    "SYS-DOWN": {"browser", "device", "page_address", "error_number", "others_affected"},
    "SYS-ERR": {"browser", "device", "page_address", "error_number", "others_affected"},
    "GEN-TRN": {"training_session", "people_count", "training_language"},
    "GEN-OTHER": set(),
}  # fmt: skip


@pytest.fixture(scope="module")
def seeded() -> Definition:
    return read(definitions.the_seeded())


def keys(definition: Definition, topic: str, **answers: str) -> set[str]:
    return {question.key for question in definition.asked(topic, answers)}


@pytest.mark.parametrize("topic", FOLLOW_UPS)
def test_each_topic_has_the_questions_of_all_and_its_own(seeded: Definition, topic: str) -> None:
    assert keys(seeded, topic) == FOR_ALL | FOLLOW_UPS[topic]


@pytest.mark.parametrize(
    ("topic", "answers", "more"),
    [
        ("GEN-OTHER", {"for_self": "no"}, {"affected_name", "affected_email"}),
        ("GEN-OTHER", {"reach_by": "phone"}, {"reach_phone", "reach_times"}),
        ("TMP-EXC", {"excursion_state": "ended"}, {"ended_at"}),
        ("TMP-EQP", {"manufacturer_called": "yes"}, {"manufacturer_reference"}),
        ("TMP-EXC", {"excursion_state": "ongoing", "manufacturer_called": "no"}, set()),
    ],
)
def test_an_answer_leads_to_more(seeded: Definition, topic: str, answers: dict[str, str], more: set[str]) -> None:
    assert keys(seeded, topic, **answers) - keys(seeded, topic) == more


def test_an_answer_to_what_is_not_asked_leads_nowhere() -> None:
    raw = definitions.the_seeded()
    definitions.question(raw, "excursion_state")["when"] = [{"question": "unit_type", "is": ["freezer"]}]
    definition = read(raw)

    assert "ended_at" not in keys(definition, "TMP-EXC", excursion_state="ended")
    assert "ended_at" in keys(definition, "TMP-EXC", excursion_state="ended", unit_type="freezer")


def test_what_is_retired_is_not_asked_and_still_known() -> None:
    raw = definitions.the_seeded()
    definitions.question(raw, "lot")["is_active"] = False
    definition = read(raw)

    assert "lot" not in keys(definition, "INV-ADJ")
    assert definition.question["lot"].label == "Lot"


def test_what_is_written_is_read_as_the_same(seeded: Definition) -> None:
    written = write(seeded)

    assert write(read(written)) == written


def test_questions_are_asked_in_the_order_of_the_file(seeded: Definition) -> None:
    order = [question.key for question in seeded.questions]
    asked = [question.key for question in seeded.asked("TMP-EXC", {})]

    assert asked == [key for key in order if key in asked]
    assert {q.kind for q in seeded.questions} == set(Kind)
