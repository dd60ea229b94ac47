"""What somebody has typed into the form and not sent: kept for them, for nobody else, and not for ever."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.accounts.parked import LARGEST_FORM
from helpdesk.cases import attachments
from helpdesk.extensions import db
from helpdesk.intake import drafts
from helpdesk.intake.models import Draft, Purpose
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.timed_jobs import sweep
from helpdesk.transaction import transaction
from tests.attachment_factories import another, files_kept, rows
from tests.case_factories import a_case
from tests.factories import a_provider, an_admin
from tests.queue.cases import at_once
from tests.visitor import Visitor

OWN = Purpose.OWN
SECRET = "The fridge of Cedar Fork hums"


def a_draft(owner, **fields):
    with transaction():
        return drafts.save(owner, OWN, "a-key", {name: [value] for name, value in fields.items()})


@pytest.mark.both_databases
def test_what_was_typed_last_is_offered_again(app):
    owner, other = a_provider(), a_provider()
    a_draft(owner, subject="Help", description="One\r\ntwo")
    first = drafts.of(owner, OWN).id
    with transaction():
        drafts.save(owner, OWN, "b-key", {"product": ["A", "B"], "csrf_token": ["x"], "password": ["y"], "note": ["a\0b\ud800"]})

    draft = drafts.of(owner, OWN)
    assert (draft.id, draft.form_key, draft.answers) == (first, "b-key", {"product": ["A", "B"], "note": ["ab?"]})
    assert drafts.of(other, OWN) is None


def test_more_than_we_keep_is_refused_and_what_was_kept_stays(app):
    owner = a_provider()
    a_draft(owner, subject="Help")

    with pytest.raises(drafts.DraftTooLarge):
        a_draft(owner, description="x" * LARGEST_FORM)

    assert drafts.of(owner, OWN).answers == {"subject": ["Help"]}


@pytest.mark.both_databases
def test_two_devices_that_begin_at_once_have_one_draft(app):
    owner_id = a_provider().id

    def save():
        with app.app_context(), transaction():
            drafts.save(db.session.get_one(User, owner_id), OWN, "key", {"subject": ["Help"]})

    db.session.rollback()
    at_once(save, save)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 1


@pytest.mark.both_databases
def test_it_goes_with_its_files_when_it_is_sent_or_a_month_old(app):
    sender, forgetful, busy = a_provider(), a_provider(), a_provider()
    before = set(files_kept())
    for owner in (sender, forgetful, busy):
        draft = a_draft(owner, subject="Help")
        with transaction():
            attachments.receive([another()], on=attachments.with_draft(owner, draft.id))
    with transaction():
        drafts.remove(drafts.of(sender, OWN))
    with clock.at(clock.now() + timedelta(days=20)):
        a_draft(busy, subject="Help!")

    with clock.at(clock.now() + timedelta(days=31)):
        assert drafts.of(forgetful, OWN) is None
        sweep(StopSign())
        left = drafts.of(busy, OWN)

    assert [(file.owner_id, file.draft_id) for file in rows()] == [(busy.id, left.id)]
    assert len(set(files_kept()) - before) == 1


def test_one_that_is_too_old_to_be_offered_does_not_come_back_with_its_files(app):
    owner = a_provider()
    draft = a_draft(owner, subject="Help")
    with transaction():
        attachments.receive([another()], on=attachments.with_draft(owner, draft.id))

    with clock.at(clock.now() + timedelta(days=31)):
        a_draft(owner, subject="Another thing")
        assert drafts.of(owner, OWN).answers == {"subject": ["Another thing"]}

    assert rows() == []


def test_its_owner_finds_it_among_their_own_data_and_staff_find_it_nowhere(app):
    owner, admin = a_provider(), an_admin()
    case, draft = a_case(requester=owner), a_draft(owner, subject=SECRET)
    with transaction():
        attachments.receive([another("hum.csv")], on=attachments.with_draft(owner, draft.id))

    own = Visitor(app).sign_in(owner).open("/account/data")
    assert SECRET in own.html
    assert '"hum.csv"' in own.html
    staff, file_page = Visitor(app).sign_in(admin), f"/agent/cases/{case.number}/files/{rows()[0].id}/hum.csv"
    for page in (f"/agent/cases/{case.number}", f"/admin/people/{owner.id}", file_page):
        html = staff.open(page).html
        assert SECRET not in html
        assert "Time,Temperature" not in html
    assert staff.status == 404
