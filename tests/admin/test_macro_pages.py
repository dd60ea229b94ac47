"""Leads write the macros of the teams they lead, administrators all; what depends on one is said, and nothing is deleted."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import Team, TeamMember, User
from helpdesk.cases import macro_places, macro_wording
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.macros import Macro, MacroAct, MacroEvent
from helpdesk.cases.models import EventKind, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_lead, an_admin, an_agent
from tests.macro_factories import a_macro
from tests.queue.cases import at_the_desk
from tests.routing.examples import a_rule, publish
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

NEW = {"title": "Freezer alarms", "body": "Hello [[name]], this is about [[number]].", "tags": "freezer, cold  chain, freezer"}


def who_leads(team: str, *, is_lead: bool = True) -> User:
    """A lead who works in this team, and leads it or none."""
    lead = a_lead(team)
    with transaction():
        db.session.execute(sa.update(TeamMember).where(TeamMember.user_id == lead.id).values(is_lead=is_lead))
    return lead


def titles(visitor: Visitor) -> list[str]:
    return [link.get_text() for link in visitor.page.select(".sentences .sentence a")]


def one(title: str) -> Macro:
    db.session.rollback()
    return db.session.scalars(sa.select(Macro).where(Macro.title == title)).one()


def test_an_administrator_writes_one_sees_it_on_a_case_and_saves_it(app: Flask) -> None:
    case = a_case()
    visitor = at_the_desk(app, an_admin(), "/admin/macros").follow("Write a macro")

    visitor.press("Preview", **NEW, status="resolved", code="fixed")
    assert "Preview: nothing has been saved yet" in visitor.text
    assert f"Hello {case.requester.first_name}, this is about {case.number}." in visitor.text
    assert "The case is resolved: Fixed. The reply is its resolution note." in visitor.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Macro)) == 12

    visitor.press("Save")

    macro = one("Freezer alarms")
    assert (macro.status, macro.resolution_code) == (Status.RESOLVED, ResolutionCode.FIXED)
    assert (macro.tags, macro.team_id, macro.code) == (["freezer", "cold chain"], None, f"OWN-{macro.id}")
    assert visitor.path == f"/admin/macros/{macro.id}"
    assert "Written by" in visitor.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Give it a title."),
        ({"body": ""}, "Write the text."),
        ({"body": "Hello [[nmae]]"}, "The desk cannot fill this in: [[nmae]]. See the list."),
        ({"body": "Hello [[ name ]]"}, "The desk cannot fill this in: [[ name ]]."),
        ({"body_es": "Hola [[name"}, "The desk cannot fill this in: [[."),
        ({"status": "resolved"}, "Choose how it was resolved."),
        ({"code": "fixed"}, "Only a macro that resolves the case has this."),
        ({"status": "on_hold", "hold_days": "5"}, "Choose whom or what the case waits for."),
        ({"status": "on_hold", "hold_reason": "maker"}, "Say in how many working days, from 1 to 60, somebody looks at it"),
        ({"status": "on_hold", "hold_reason": "maker", "hold_days": "61"}, "Say in how many working days, from 1 to 60"),
        ({"status": "on_hold", "hold_reason": "maker", "hold_days": "soon"}, "Say in how many working days, from 1 to 60"),
        ({"hold_reason": "maker"}, "Only a macro that puts the case on hold has this. Choose “Choose one”."),
        ({"hold_days": "5"}, "Only a macro that puts the case on hold has this. Leave it empty."),
        ({"status": "resolved", "code": "fixed", "to_team": "ENR"}, "A case that is resolved stays with its team."),
        ({"tags": ",".join(map(str, range(11)))}, "Up to 10 tags of up to 40 characters each, please."),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed(app: Flask, wrong: dict[str, str], said: str) -> None:
    an_agent("ENR")
    if "to_team" in wrong:
        wrong = wrong | {"to_team": str(db.session.scalar(sa.select(Team.id).where(Team.code == "ENR")))}
    visitor = at_the_desk(app, an_admin(), "/admin/macros/add").press("Save", **{**NEW, **wrong})

    assert (visitor.status, said in visitor.text) == (422, True)
    assert visitor.values("Save")["tags"] == (wrong.get("tags") or NEW["tags"].replace("  ", " "))


@pytest.mark.both_databases
def test_one_that_puts_on_hold_says_for_what_and_for_how_long_and_a_change_of_that_is_in_the_history(app: Flask) -> None:
    hold = {"status": "on_hold", "hold_reason": "delivery", "hold_days": "1"}
    visitor = at_the_desk(app, an_admin(), "/admin/macros/add").press("Save", **NEW, **hold)

    assert "it waits for a delivery, its clocks stand still, and somebody looks at it again in 1 working day." in visitor.text
    visitor.follow("Change it").press("Save", hold_reason="maker", hold_days="10")
    assert "in 10 working days." in visitor.text
    changed = ("waits for: a delivery", "working days on hold: 1", "waits for: whoever runs the system (CVMS, NCIR, NCID)")
    assert all(told in visitor.text for told in changed)
    macro = one("Freezer alarms")
    assert (macro.hold_reason, macro.hold_days) == (HoldReason.MAKER, 10)
    visitor.follow("Change it").press("Save", status="", hold_reason="", hold_days="")
    assert (one("Freezer alarms").status, macro.hold_reason, macro.hold_days) == (None, None, None)


@postgresql_in_the_long_run
def test_a_change_is_in_the_history_and_a_stale_one_is_refused_with_what_was_typed(app: Flask) -> None:
    macro, admin = a_macro(), an_admin()
    page = f"/admin/macros/{macro.id}/edit"
    late = at_the_desk(app, an_admin(), page)
    first = at_the_desk(app, admin, page).press("Save", body="Please use form C.", status="pending")

    assert first.path == f"/admin/macros/{macro.id}"
    assert f"Changed by {admin.name}" in first.text
    assert "the case becomes: as the button says → Since then: text: Please use form C.; the case becomes: Pending" in first.text

    late.press("Save", body="Please use form D.")
    assert late.status == 409
    assert "Somebody has changed it since you opened this page." in late.text
    assert "Please use form C." in late.text
    assert late.values("Save")["body"] == "Please use form D."
    late.press("Save")
    assert one("Form B").body == "Please use form D."
    acts = db.session.scalars(sa.select(MacroEvent.act).where(MacroEvent.macro_id == macro.id).order_by(MacroEvent.id)).all()
    assert acts == [MacroAct.CREATED, MacroAct.CHANGED, MacroAct.CHANGED]


@postgresql_in_the_long_run
def test_leads_write_those_of_the_teams_they_lead_and_read_the_rest(app: Flask) -> None:
    theirs, shared, other = a_macro(title="Ours", team="ENR"), a_macro(title="Shared"), a_macro(title="Others", team="INV")
    visitor = at_the_desk(app, who_leads("ENR"), "/admin/macros")
    assert {"Ours", "Shared", "Others"} <= set(titles(visitor))

    visitor.follow("Ours").follow("Change it").press("Save", title="Ours indeed")
    assert one("Ours indeed").id == theirs.id
    for macro in (shared, other):
        assert visitor.open(f"/admin/macros/{macro.id}").status == 200
        assert "Change it" not in visitor.text
        assert visitor.open(f"/admin/macros/{macro.id}/edit").status == 404
        assert visitor.open(f"/admin/macros/{macro.id}/deactivate").status == 404
    visitor.open("/admin/macros/add")
    assert [option.get_text() for option in visitor.page.select("#team option")] == [theirs.team.name]
    visitor.press("Save", **NEW, team="")
    assert visitor.status == 422, "nobody makes one of everybody's by sending another form"
    visitor.open(f"/admin/macros/{theirs.id}/edit").press("Save", team=str(other.team_id))
    assert visitor.status == 422


def test_whoever_leads_no_team_is_told_so(app: Flask) -> None:
    assert "You lead no team" in at_the_desk(app, who_leads("ENR", is_lead=False), "/admin/macros/add").text


def test_rules_go_on_without_one_that_is_out_of_use_and_its_page_says_which_they_are(app: Flask) -> None:
    macro = a_macro()
    publish(a_rule(title="All to enrollment", when="always", then={"team": "ENR", "macro": macro.code}))
    visitor = at_the_desk(app, an_admin(), f"/admin/macros/{macro.id}").follow("Put it out of use")
    assert "Rules in force name it All to enrollment" in visitor.text

    visitor.press("Put it out of use")

    assert "It is out of use" in visitor.text
    case = a_case()
    assert case.team.code == "ENR"
    assert EventKind.NOT_APPLIED in [event.kind for event in case.events]
    visitor.press("Put it into use again")
    assert EventKind.MACRO_OFFERED in [event.kind for event in a_case().events]


def test_one_that_a_rule_sends_by_itself_leaves_nothing_to_be_filled_in(app: Flask) -> None:
    macro = a_macro()
    rule = a_rule(title="Ask them", when="always", then={"team": "ENR", "macro": macro.code, "status": "pending"})
    publish(rule)

    visitor = at_the_desk(app, an_admin(), f"/admin/macros/{macro.id}/edit").press("Save", body="Write to {address}.")

    assert (visitor.status, "A rule sends it by itself (Ask them)" in visitor.text) == (422, True)


def test_many_are_searched_and_paged(app: Flask) -> None:
    admin = an_admin()
    for number in range(50):
        a_macro(title=f"Number {number:02}", by=admin)
    visitor = at_the_desk(app, admin, "/admin/macros")
    assert len(titles(visitor)) == 50
    assert len(titles(visitor.follow("Next page"))) == 12

    assert titles(visitor.open("/admin/macros?q=number+07")) == ["Number 07"]
    assert titles(visitor.open("/admin/macros?q=desbloquéelo")) == ["NCID self-service steps"]
    assert "No macro matches “zzz”." in visitor.open("/admin/macros?q=zzz").text


def test_it_is_shown_on_the_case_that_is_named(app: Flask) -> None:
    macro, first, _second = a_macro(body_es="Hola [[name]]"), a_case(), a_case()
    visitor = at_the_desk(app, an_admin(), f"/admin/macros/{macro.id}").press("Show", number=first.number)

    assert f"please use form B for {first.number}." in visitor.text
    assert f"Hola {first.requester.first_name}" in visitor.text
    assert "There is no such case that you see" in visitor.press("Show", number="NCV-999999").text


def test_every_place_is_explained_and_every_macro_of_the_desk_knows_its_places(app: Flask) -> None:
    assert set(macro_wording.PLACES) == set(macro_places.FACTS)
    for macro in db.session.scalars(sa.select(Macro)):
        assert macro_places.unknown(macro.body + macro.body_es) == [], macro.code
