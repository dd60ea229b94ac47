"""Where a patient's data can stand, and how a passage is taken out of a text."""

import pytest
import sqlalchemy as sa

from helpdesk.cases import redaction, redaction_wording
from helpdesk.cases.erasing import Eraser
from helpdesk.cases.tombstones import TOMBSTONE
from helpdesk.extensions import db


def test_every_kind_of_place_has_its_words():
    assert set(redaction_wording.PLACES) == set(redaction.PlaceKind)


@pytest.mark.parametrize(
    ("passage", "text", "left"),
    [
        ("3092", "chart 3092, lot 30921, NCV-003092", f"chart {TOMBSTONE}, lot 30921, NCV-003092"),
        ("Ann Lee", "Ann  Lee, ANN\nLEE, Joann Leeds", f"{TOMBSTONE}, {TOMBSTONE}, Joann Leeds"),
        ("4/4/1991", "14/4/1991 and 4/4/1991.", f"14/4/1991 and {TOMBSTONE}."),
        ("773120", "mrn773120", f"mrn{TOMBSTONE}"),
        ("A.* (b)", "A.* (b) AxB", f"{TOMBSTONE} AxB"),
        ("Ann Lee", "/learn/where-is-ann-lee-now", f"/learn/where-is-{TOMBSTONE}-now"),
    ],
)
def test_a_passage_goes_where_it_stands_by_itself(passage, text, left):
    assert Eraser([passage]).text(text) == left


def test_of_two_passages_the_longer_one_goes_first():
    assert Eraser(["Ann", "Ann Lee"]).text("Ann Lee and Ann") == f"{TOMBSTONE} and {TOMBSTONE}"


def test_a_tombstone_is_never_taken_for_a_passage():
    once = Eraser(["Wanda"]).text("patient Wanda, data of Wanda")

    assert Eraser(["patient", "data"]).text(once) == f"{TOMBSTONE} {TOMBSTONE}, {TOMBSTONE} of {TOMBSTONE}"
    assert Eraser(["data"]).html(f"<p>{TOMBSTONE} data</p>") == f"<p>{TOMBSTONE} {TOMBSTONE}</p>"


def test_in_html_it_goes_as_it_was_escaped():
    assert Eraser(["O'Neil & Co"]).html("<p>O&#39;Neil<br> &amp; Co</p>") == f"<p>{TOMBSTONE}</p>"


def _columns(text: str) -> set[str]:
    """The columns of tables, each line a table and some of its columns."""
    lines = (line.split() for line in text.strip().splitlines())
    return {f"{table}.{column}" for table, *columns in lines for column in columns}


def _is_free(kind: sa.types.TypeEngine) -> bool:
    is_listed = isinstance(kind, sa.Enum)
    return not is_listed and (isinstance(kind, sa.String | sa.JSON | sa.LargeBinary))


HOLDS_A_COPY = _columns(
    """
    account_events reason
    article_versions title summary body keywords reason
    articles slug title summary body keywords
    attachments name
    case_ratings comment
    case_batches text
    case_drafts body
    case_tags tag
    cases organization location subject answers
    delivery_attempts greeting answer
    drafts answers
    events old new
    knowledge_events old new
    mail_events reason
    messages body
    outbox_messages reason stop_reason subject text_body html_body
    parked_forms fields
    problem_waves note note_es
    routing_decisions facts
    team_tags tag
    """
)
# Names and addresses of people and places, hashes and codes, what the desk itself writes, and what is said about no case.
HOLDS_NONE = _columns(
    """
    account_events old new
    account_tokens token_hash new_address
    alarms name detail
    batch_cases why
    backtests rules holder error result
    article_feedback comment
    article_topics topic_code
    attachments media_type sha256 stored_as
    calendar_changes old new
    case_batches wanted
    case_drafts code macro
    case_skills skill
    cases form_key form_digest topic_code topic_name
    closures reason
    delivery_attempts stage
    directory_events old new
    drafts form_key
    failed_attempts subject
    form_drafts definition
    form_versions definition digest reason
    join_requests named_organization named_location pin words answer
    known_devices token_hash
    known_problems title body body_es topics systems
    leases name holder
    locations name name_key street city zip_code county pin primary_coordinator_name primary_coordinator_email
    locations backup_coordinator_name backup_coordinator_email
    macro_events old new
    macros code title body body_es tags
    mail_events old new
    organizations legal_name name_key administrator_name administrator_email cmo_name cmo_email ceo_name ceo_email
    outbox_messages kind dedupe_key message_id to_address to_name language headers held_because lease_holder
    parked_forms token_hash path
    problem_wave_cases why
    recovery_codes code_hash
    refused_addresses address answer
    routing_decisions trace winner outcome
    rule_additions rule
    rule_drafts rules golden
    rule_events old new
    rule_set_versions rules golden reason
    second_factors encrypted_secret
    saved_filters name query
    service_schedules zone
    sla_clocks runs
    sla_policies priority
    teams code name purpose
    topics code name group_code group_name team_code
    training_sessions title summary zone url
    user_sessions token_hash browser network
    user_skills skill
    users email email_key first_name last_name phone pin password_hash session_key
    videos title summary url transcript
    """
)


def test_every_column_that_can_hold_a_copy_is_known():
    """A new column of text has to be thought of: `redaction_places` erases it, or nothing that is typed on a case gets there."""
    free = {f"{t.name}.{c.name}" for t in db.metadata.sorted_tables for c in t.columns if _is_free(c.type)}

    assert not HOLDS_A_COPY & HOLDS_NONE
    assert free == HOLDS_A_COPY | HOLDS_NONE
