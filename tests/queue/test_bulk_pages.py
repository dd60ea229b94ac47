"""Many cases of the queue at once: ticked, said what to do, shown what will happen, done, and undone."""

import pytest
import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.cases import commands, marks
from helpdesk.cases.batch_models import Batch
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import PASSWORD, an_agent
from tests.macro_factories import a_macro
from tests.queue.cases import a_stock, at_the_desk, statements
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run
GO_ON, PREVIEW, DO_IT = "Go on with the ticked cases", "Show what will happen", "Do it with the ticked cases"
NOTE = "CVMS sign-in works again since 11 a.m."


@pytest.fixture
def agent(app):
    return an_agent("ENR")


def ticked(*cases: Case) -> list[str]:
    return [f"{case.id}:{case.version}" for case in cases]


def asked(app, agent, act: str, *cases: Case):
    """The form of an act, for cases ticked in the queue."""
    return at_the_desk(app, agent).press(GO_ON, cases=ticked(*cases), act=act)


def work(page):
    timed_jobs.do_batches(StopSign())
    return page.open(page.path)


def test_ticked_cases_are_resolved_as_the_preview_has_said_and_opened_again(app, agent):
    cases = [a_case(), a_case()]
    page = asked(app, agent, "resolve", *cases)
    assert (page.h1, "For 2 cases." in page.text) == ("Resolve", True)
    assert "Choose how they were resolved." in page.press(PREVIEW, note=NOTE).text
    assert page.status == 422

    page.press(PREVIEW, code="fixed")
    assert (page.h1, "Nothing has been done yet." in page.text) == ("Resolve as “Fixed”: 2 cases", True)
    assert (NOTE in page.text, "Each gets a mail of their own: leaves today" in page.text) == (True, True)
    for case in cases:
        assert f"mail to {case.requester.name}, {case.requester.email}" in page.text
        assert case.status is Status.NEW

    page.press(DO_IT)
    assert (page.path, "2 waits for its turn" in page.text) == (f"/agent/batches/{_last().id}", True)
    assert "2 done" in work(page).text
    assert {db.session.get_one(Case, case.id).status for case in cases} == {Status.RESOLVED}

    page.press("Undo this batch")
    assert "2 cases are set back, where they still can be." in page.text
    assert "2 undone" in work(page).text
    assert not page.has_button("Undo this batch")
    assert "2 undone" in page.open("/agent/queue").follow("Done with many").text


def _last() -> Batch:
    return db.session.scalars(sa.select(Batch).order_by(Batch.id.desc())).first()


def test_all_cases_of_the_page_are_ticked_at_once_without_a_script(app, agent):
    a_stock(30)
    page = at_the_desk(app, agent)

    page.press(GO_ON, all=page.page.select_one("#bulk-all")["value"], act="tag")

    assert "For 25 cases." in page.text


def test_nothing_ticked_is_said_where_one_was(app, agent):
    a_case()
    page = at_the_desk(app, agent, "/agent/queue?show=unassigned&priority=P3").press(GO_ON, act="tag")

    assert "Tick the cases first." in page.text
    assert page.page.select_one("select#priority option[selected]")["value"] == "P3"


def test_the_preview_says_of_each_case_why_it_is_left_and_what_has_changed(app, agent):
    plain, changed, has_it, done = a_case(), a_case(), a_case(status=Status.OPEN, agent=agent), a_case(status=Status.RESOLVED)
    foreign = a_case(topic="DAT-HL7")
    seen = ticked(plain, changed, has_it, done, foreign)
    with transaction():
        commands.add_note(changed, by=agent, body="They called again.")
    page = at_the_desk(app, agent).post("/agent/batches/choose", {"act": "assign", "cases": seen})

    page.press(PREVIEW, to=str(agent.id))

    assert "3 cases are left as they are" in page.text
    assert "It is so already." in page.text
    assert "The case is resolved already." in page.text
    assert f"{foreign.number} : You do not see this case" in page.text
    assert foreign.subject not in page.text or foreign.subject == plain.subject
    assert "Changed since it was shown, so it is not ticked:" in page.text
    assert page.values(DO_IT)["cases"] == f"{plain.id}:{plain.version}"
    assert f"with {agent.name}, now with nobody" in page.text


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("assign", {}, "Choose to whom the cases are given."),
        ("priority", {"to": "P2"}, "Choose why."),
        ("priority", {"to": "P2", "reason": "other"}, "Say in the note why."),
        ("tag", {"tags": " , "}, "Type one to ten tags."),
        ("untag", {"tags": "x" * 31}, "is too long for a tag."),
        ("tag", {"tags": "DOB 3/4/1956"}, "looks like data of a patient."),
        ("move", {"reason": "other"}, "Choose the team."),
        ("reply", {}, "Choose a macro, or write the reply."),
        ("resolve", {"code": "fixed", "note": "ok"}, "Say a little more in the note"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(app, agent, act, fields, said):
    page = asked(app, agent, act, a_case()).press(PREVIEW, **fields)

    assert (page.status, said in page.text) == (422, True)
    kept = page.values(PREVIEW)
    assert {name: kept[name].strip() for name in fields} == {name: value.strip() for name, value in fields.items()}


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("priority", {"to": "P1", "reason": "more_pressing"}, "P1, now P3; its clocks follow"),
        ("tag", {"tags": "Flu season, flu-season"}, "gets flu-season"),
        ("move", {"to": "NCIR", "reason": "wrong_topic"}, "to NCIR Support, now with"),
        ("reply", {"body": "We look into it.", "wait": "y"}, "your reply, then it waits for the provider"),
    ],
)
def test_each_act_is_shown_before_it_is_done(app, agent, act, fields, said):
    an_agent("NCIR")
    case = a_case()
    page = asked(app, agent, act, case).press(PREVIEW, **fields)
    assert said in page.text

    assert "1 done" in work(page.press(DO_IT)).text


def test_a_case_that_left_ones_sight_stands_on_the_page_of_the_batch_by_its_number_alone(app, agent):
    an_agent("NCIR")
    case = a_case(subject="Only they should read this")
    page = asked(app, agent, "move", case).press(PREVIEW, to="NCIR", reason="other").press(DO_IT)

    work(page)

    assert (case.number in page.text, case.subject in page.text) == (True, False)
    assert "1 undone" in work(page.press("Undo this batch")).text


def test_a_macro_is_shown_as_each_reads_it_and_one_with_blanks_is_refused(app, agent):
    macro = a_macro(body="This is about [[number]].", tags=["form b"])
    blank = a_macro(title="With blanks", body="See {page}.")
    cases = [a_case(), a_case()]
    page = asked(app, agent, "reply", *cases)
    assert "leaves something to be filled in on each case: {page}" in page.press(PREVIEW, macro=blank.code).text

    page.press(PREVIEW, macro=macro.code)

    for case in cases:
        assert f"This is about {case.number}." in page.text
    assert "Only the text of the macro is used" in page.text
    assert "The case is tagged: form b." in page.text
    assert page.h1 == "Reply with the macro “Form B”: 2 cases"


def test_a_text_that_looks_like_a_patients_data_is_asked_about_first(app, agent):
    case = a_case()
    page = asked(app, agent, "reply", case).press(PREVIEW, body="Patient DOB 3/4/1956 is in CVMS.")
    assert "Does this tell of a patient?" in page.text
    assert not page.has_button(DO_IT)
    changed = page.press("Do it anyway", body="Patient DOB 3/4/1957 is in CVMS.")
    assert (changed.status, "3/4/1957" in page.text, _last()) == (422, True, None), "only what was shown is confirmed"

    page.press("Edit the text", body="Patient DOB 3/4/1956 is in CVMS.")
    assert page.values(PREVIEW)["body"] == "Patient DOB 3/4/1956 is in CVMS."
    work(page.press(PREVIEW).press("Do it anyway"))
    assert db.session.get_one(Case, case.id).patient_data_suspected_at is not None


def test_more_than_two_hundred_are_refused_in_a_clear_sentence(app, agent):
    many = ",".join(f"{number}:1" for number in range(1, 202))
    page = asked(app, agent, "tag", a_case()).press(PREVIEW, tags="flu", all=many)

    assert page.status == 422
    assert "A batch has at most 200 cases, and 201 are ticked. Nothing was done: tick fewer." in page.text


def test_cases_that_nobody_showed_are_never_changed(app, agent):
    foreign, own = a_case(topic="DAT-HL7"), a_case()
    page = asked(app, agent, "tag", own).press(PREVIEW, tags="flu")

    work(page.press(DO_IT, cases=[*ticked(foreign, own), "999999:1", "x:y"]))

    assert (marks.tags_of(foreign.id), marks.tags_of(own.id)) == ([], ["flu"])


def test_a_batch_is_its_authors_alone_and_the_empty_list_says_how_to_begin(app, agent):
    page = asked(app, agent, "tag", a_case()).press(PREVIEW, tags="flu").press(DO_IT)

    other = at_the_desk(app, an_agent("ENR"), page.path)
    assert other.status == 404
    assert "Tick cases in the queue" in other.open("/agent/batches").text


def test_what_was_typed_survives_the_end_of_the_session(app, agent):
    page = asked(app, agent, "resolve", a_case(), a_case())
    page.client.delete_cookie("session")
    page.press(PREVIEW, code="fixed", note=NOTE)

    page.press("Sign in", email=agent.email, password=PASSWORD)

    assert (page.values(PREVIEW)["note"], "For 2 cases." in page.text) == (NOTE, True)


def test_the_queue_pays_no_statement_for_the_boxes_and_stays_small(app, agent):
    a_stock(110, assignee_id=agent.id)
    page = at_the_desk(app, agent)

    with statements() as used:
        page.open("/agent/queue?rows=100")

    assert len(used) <= 8
    assert page.html.count('name="cases"') == 100
