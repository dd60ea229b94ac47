"""One draft of the help ticket: who edits it, how it changes hands, and what a stale save keeps."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.intake import definition_editing as edit
from helpdesk.intake import drafting
from helpdesk.intake.models import FormDraft
from helpdesk.intake.queries import current_definition
from helpdesk.one_draft import DraftExists
from helpdesk.transaction import transaction
from tests.admin.ticket_drafts import FORM, change, drafted, editing, the_draft
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_lead, an_admin
from tests.queue.cases import at_once, at_the_desk


def test_administrators_find_the_form_in_the_settings_and_leads_do_not(app: Flask) -> None:
    admin = at_the_desk(app, an_admin(), "/admin").follow("Help ticket form")

    assert admin.h1 == "Help ticket form"
    for told in ("Temperature excursion", "82 questions", "Vaccine at risk? Do this now", "The form a new desk starts with"):
        assert told in admin.text
    assert at_the_desk(app, a_lead(), FORM).status == 403


def test_without_a_draft_everything_can_be_read_and_nothing_changed(app: Flask) -> None:
    admin = at_the_desk(app, an_admin(), f"{FORM}/questions/reach_phone")

    assert "Only if “Best way to reach you” is “Phone”" in admin.text
    assert not admin.has_button("Save in the draft")
    admin.press("Begin a draft")
    assert (admin.h1, the_draft().base_version) == ("Help ticket form", 1)
    assert admin.open(f"{FORM}/questions/reach_phone").has_button("Save in the draft")


@pytest.mark.both_databases
def test_there_is_one_draft_for_the_desk(app: Flask) -> None:
    admins = [an_admin(), an_admin()]
    desks = [at_the_desk(app, admin, FORM) for admin in admins]

    at_once(*[lambda desk=desk: desk.press("Begin a draft") for desk in desks])

    assert sorted("The draft is yours" in desk.text for desk in desks) == [False, True]
    late = next(desk for desk in desks if "Somebody has begun a draft already" in desk.text)
    assert f"{the_draft().editor.name} edits a draft since today 9 a.m." in late.text
    with pytest.raises(DraftExists), transaction():
        drafting.start(by=admins[0])


def test_whoever_takes_the_draft_over_is_asked_first(app: Flask) -> None:
    first = an_admin(first_name="Maria")
    editing(app, by=first)
    with clock.at(MONDAY_9_AM.replace(hour=MONDAY_9_AM.hour + 1)):
        second = at_the_desk(app, an_admin(first_name="Grace"), FORM).follow("Take the draft over")
        assert f"{first.name} edits it since" in second.text
        second.press("Take it over")

    assert "The draft is yours now." in second.text
    assert (the_draft().editor.first_name, the_draft().saver.first_name) == ("Grace", "Maria")
    assert the_draft().edited_since_at > the_draft().saved_at


@pytest.mark.both_databases
def test_of_two_windows_the_later_save_is_told_what_differs_and_keeps_what_was_typed(app: Flask) -> None:
    admin = an_admin()
    one = editing(app, "/topics/TMP-EXC", by=admin)
    two = at_the_desk(app, admin, f"{FORM}/topics/TMP-EXC")

    at_once(
        lambda: one.press("Save in the draft", name="Fridge too warm"),
        lambda: two.press("Save in the draft", name="Fridge too cold"),
    )

    assert sorted(window.status for window in (one, two)) == [200, 409]
    late = next(window for window in (one, two) if window.status == 409)
    won, lost = drafted().topics["TMP-EXC"].name, late.values("Save in the draft")["name"]
    assert {won, lost} == {"Fridge too warm", "Fridge too cold"}
    assert won in late.page.select_one(".differences .line-old").get_text()
    assert lost in late.page.select_one(".differences .line-new").get_text()
    late.press("Save in the draft")
    assert drafted().topics["TMP-EXC"].name == lost


def test_what_is_typed_when_somebody_takes_over_is_kept_and_can_be_saved_by_taking_it_back(app: Flask) -> None:
    first = editing(app, "/questions/lot")
    other = an_admin(first_name="Grace")
    with transaction():
        drafting.take_over(by=other)

    first.press("Save in the draft", label="Lot number")

    assert (first.status, "Grace" in first.text) == (409, True)
    assert drafted().question["lot"].label == "Lot"
    first.press("Take the draft over, and save")
    assert drafted().question["lot"].label == "Lot number"
    assert the_draft().editor_id != other.id


def test_what_is_typed_when_the_draft_is_published_begins_another(app: Flask) -> None:
    admin = an_admin()
    window = editing(app, "/sections/reach", by=admin)
    with transaction():
        drafting.discard(seen=1, by=admin)

    window.press("Save in the draft", title="Your phone and e-mail")

    assert (window.status, "There is no draft any more" in window.text) == (409, True)
    window.press("Begin another draft, and save")
    assert {section.title for section in drafted().sections} >= {"Your phone and e-mail"}
    assert current_definition().sections[-1].title == "How we reach you"


def test_a_draft_is_thrown_away_after_it_was_asked_what_is_lost(app: Flask) -> None:
    admin = an_admin()
    window = editing(app, by=admin)
    change(lambda d: edit.move_question(d, "lot", up=True), by=admin)
    window.open(FORM).follow("Throw the draft away")
    assert "Order of the questions" in window.text

    window.press("Throw it away")

    assert "The draft is thrown away." in window.text
    assert db.session.scalar(sa.select(FormDraft)) is None


def test_lists_are_put_in_order_by_their_buttons(app: Flask) -> None:
    window = editing(app, "/groups/TMP").press("Down")
    assert [topic.code for topic in drafted().groups[4].topics] == ["TMP-EQP", "TMP-EXC"]
    assert [a.get_text() for a in window.page.select(".sentences a")] == [
        "Storage unit, data logger or power failure",
        "Temperature excursion",
    ]
    fields = {**window.values("Down"), "kind": "group", "up": "TMP"}
    assert window.post(f"{FORM}/move", fields).h1 == "Help ticket form"
    assert [group.code for group in drafted().groups][3:5] == ["TMP", "INV"]
    fields |= {"kind": "section", "version": str(the_draft().version), "up": "reach"}
    window.post(f"{FORM}/move", fields)
    assert drafted().sections[-1].key == "urgency"

    stale = window.post(f"{FORM}/move", fields)
    assert "Nothing was done" in stale.text
    for odd in ({"kind": "galaxy"}, {"up": "NO-SUCH", "version": str(the_draft().version)}):
        assert window.post(f"{FORM}/move", {**fields, **odd}).status == 404


def test_nobody_but_its_editor_moves_or_throws_away(app: Flask) -> None:
    editing(app)
    other = at_the_desk(app, an_admin(), FORM)
    fields = {"csrf_token": other.values("Sign out")["csrf_token"], "version": "1", "kind": "topic", "down": "TMP-EXC"}

    for path in ("/move", "/discard", "/catch-up"):
        assert "is not yours any more" in other.post(f"{FORM}{path}", fields).text
    assert the_draft().version == 1
