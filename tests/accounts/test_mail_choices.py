"""What staff are mailed about: seen and changed on the page of one's own account."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts import commands
from helpdesk.accounts.models import AccountAct, AccountEvent, User
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.factories import PASSWORD, a_lead, a_provider, an_admin, an_agent
from tests.visitor import Visitor

AT_FIRST = {"wants_digest", "wants_assignment_mail", "wants_target_mail"}
ALL = {*AT_FIRST, "wants_watch_mail"}


def at_their_account(app: Flask, user: User) -> Visitor:
    """This person with the page of their account open."""
    return Visitor(app).sign_in(user).open("/account")


def ticked(visitor: Visitor) -> set[str]:
    """The boxes about mail that are ticked on the page."""
    return {
        str(box["name"])
        for box in visitor.page.select("input[type=checkbox][checked]")
        if box["name"] in {*ALL, "wants_copy_mail"}
    }


def save(visitor: Visitor, *wanted: str) -> Visitor:
    """Tick these boxes and no other, and save."""
    hidden = {name: value for name, value in visitor.values("Save").items() if name not in ALL}
    return visitor.post("/account", {**hidden, **dict.fromkeys(wanted, "y")})


def wanted_by(user: User) -> set[str]:
    """What the row of this person says."""
    db.session.expire_all()
    return {name for name in ALL if getattr(db.session.get_one(User, user.id), name)}


@pytest.mark.parametrize("somebody", [an_agent, a_lead, an_admin])
def test_staff_are_mailed_about_everything_but_what_they_watch_until_they_choose(app, somebody):
    visitor = at_their_account(app, somebody())

    assert ticked(visitor) == AT_FIRST
    assert "One mail at opening: what came since the desk closed" in visitor.text


@pytest.mark.both_databases
@pytest.mark.parametrize("wanted", [set(), {"wants_digest"}, {"wants_assignment_mail", "wants_target_mail"}, ALL])
def test_what_is_chosen_is_saved_confirmed_and_shown(app, wanted):
    agent = an_agent()
    visitor = save(at_their_account(app, agent), *wanted)

    assert "Saved. From now on you are mailed about what you chose." in visitor.text
    assert (visitor.path, ticked(visitor), wanted_by(agent)) == ("/account", wanted, wanted)


def test_the_choice_of_one_person_changes_nothing_for_another(app):
    agent, other = an_agent(), an_agent()
    save(at_their_account(app, agent))

    assert (wanted_by(agent), wanted_by(other)) == (set(), AT_FIRST)


def test_the_boxes_have_labels_and_help(app):
    page = at_their_account(app, an_agent()).page

    for name in ALL:
        box = page.select_one(f"input[name={name}]")
        assert page.select_one(f"label[for={box['id']}]").get_text(strip=True)
        assert page.find(id=box["aria-describedby"]).get_text(strip=True)


def test_providers_neither_see_these_choices_nor_change_them(app):
    provider = a_provider()
    visitor = at_their_account(app, provider)
    token = visitor.page.select_one("input[name=csrf_token]")["value"]

    assert (ticked(visitor), visitor.has_button("Save")) == ({"wants_copy_mail"}, False)
    assert "What you are mailed about" not in visitor.text
    assert (visitor.post("/account", {"csrf_token": token}).status, wanted_by(provider)) == (403, AT_FIRST)


@pytest.mark.parametrize("wanted", [set(), {"wants_digest"}])
def test_what_was_chosen_before_the_session_ended_is_there_after_sign_in(app, wanted):
    agent = an_agent()
    visitor = at_their_account(app, agent)
    with transaction():
        db.session.get_one(User, agent.id).session_key = commands.new_session_key()

    save(visitor, *wanted)
    assert (visitor.path, wanted_by(agent)) == ("/login", AT_FIRST)
    visitor.press("Sign in", email=agent.email, password=PASSWORD)
    assert (visitor.path, ticked(visitor)) == ("/account", wanted)
    save(visitor, *wanted).open("/account")
    assert (ticked(visitor), wanted_by(agent)) == (wanted, wanted)


def test_a_request_from_nowhere_changes_nothing(app):
    agent = an_agent()
    visitor = at_their_account(app, agent)
    visitor.post("/account", {"wants_digest": "y"})

    assert wanted_by(agent) == AT_FIRST


@pytest.mark.both_databases
def test_providers_choose_whether_they_are_mailed_about_copies(app):
    provider = a_provider()
    visitor = at_their_account(app, provider)
    token = visitor.page.select_one("input[name=csrf_token]")["value"]

    visitor.post("/account/copies", {"csrf_token": token})
    assert "and get no mail about them" in visitor.text
    assert (ticked(visitor), wants_copies(provider)) == (set(), False)
    visitor.press("Save this choice", wants_copy_mail="y")
    assert "Saved. You are mailed about cases that are copied to you." in visitor.text
    assert (ticked(visitor), wants_copies(provider)) == ({"wants_copy_mail"}, True)
    told = [(e.old, e.new) for e in db.session.scalars(sa.select(AccountEvent).where(AccountEvent.act == AccountAct.MAIL_CHOSEN))]
    assert told == [({"copies": True}, {"copies": False}), ({"copies": False}, {"copies": True})]


def test_staff_have_no_copies_to_choose_about(app):
    visitor = at_their_account(app, agent := an_agent())
    token = visitor.page.select_one("input[name=csrf_token]")["value"]

    assert "Cases copied to you" not in visitor.text
    assert (visitor.post("/account/copies", {"csrf_token": token}).status, wants_copies(agent)) == (403, True)


def wants_copies(user: User) -> bool:
    """What the row of this person says."""
    db.session.expire_all()
    return db.session.get_one(User, user.id).wants_copy_mail
