"""Cases linked by hand, tags, and people and teams that watch a case."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Team, User
from helpdesk.cases import commands, links, marking, marks, queries, redaction
from helpdesk.cases.links import LinkedToItself
from helpdesk.cases.marking import NotOfTheDesk, TagTooLong, TagWithPatientData, TooManyTags
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Status
from helpdesk.cases.redaction import Wanted
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.timed_jobs import close_resolved, remind_requesters
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_case, mail_of
from tests.cases.digests import change
from tests.cases.waiting_jobs import DAYS, run
from tests.factories import a_lead, a_provider, an_agent
from tests.runs import postgresql_in_the_long_run

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]


def do(verb, case: Case, *given, by: User):
    with transaction():
        return verb(case, *given, by=by)


def said(case: Case) -> str:
    db.session.expire(case, ["events"])
    return event_sentence(case.events[-1])


def sees(person: User, case: Case) -> bool:
    return db.session.scalar(queries.visible_to(person).where(Case.id == case.id)) is not None


def team(code: str) -> Team:
    return db.session.scalars(sa.select(Team).where(Team.code == code)).one()


def test_two_cases_are_linked_both_ways_once_until_somebody_ends_it(app, agent):
    older, newer = a_case(), a_case()

    assert [do(links.link, newer, older, by=agent), do(links.link, older, newer, by=agent)] == [True, False]
    assert [list(db.session.scalars(links.linked_to(case.id))) for case in (older, newer)] == [[newer.id], [older.id]]
    assert [said(case) for case in (older, newer)] == [f"Dana Osei linked it to {one.number}" for one in (newer, older)]

    assert [do(links.unlink, older, newer, by=agent), do(links.unlink, newer, older, by=agent)] == [True, False]
    assert said(newer) == f"Dana Osei ended the link to {older.number}"
    assert list(db.session.scalars(links.linked_to(older.id))) == []
    with pytest.raises(LinkedToItself):
        do(links.link, older, older, by=agent)


def test_tags_are_kept_in_one_way_of_writing(app):
    assert marking.tags_in(" Second Call, second_call ,, VIP,Año-nuevo") == ["second-call", "vip", "año-nuevo"]
    with pytest.raises(TagTooLong):
        marking.tags_in("x" * 31)
    with pytest.raises(TagWithPatientData):
        marking.tags_in("DOB 3/4/1956")


def test_tags_by_hand_are_given_once_named_by_who_did_it_and_taken_off(app, agent):
    case = a_case()

    assert [do(marking.tag, case, ["vip", "second-call"], by=agent), do(marking.tag, case, ["vip"], by=agent)] == [
        ["vip", "second-call"],
        [],
    ]
    assert said(case) == "Dana Osei tagged it: vip, second-call"
    assert [do(marking.untag, case, "vip", by=agent), do(marking.untag, case, "vip", by=agent)] == [True, False]
    assert (said(case), marks.tags_of(case.id)) == ("Dana Osei removed the tag vip", ["second-call"])
    with pytest.raises(TooManyTags):
        do(marking.tag, case, [f"tag-{number}" for number in range(10)], by=agent)
    assert marks.tags_of(case.id) == ["second-call"]


def test_a_tag_that_is_taken_off_stays_on_other_cases(app, agent):
    case, other = a_case(), a_case()
    for one in (case, other):
        do(marking.tag, one, ["vip"], by=agent)

    do(marking.untag, case, "vip", by=agent)

    assert (marks.tags_of(case.id), marks.tags_of(other.id)) == ([], ["vip"])


def test_a_passage_that_is_removed_goes_from_tags_and_their_entries_as_well(app):
    case, lead = a_case(), a_lead()
    do(marking.tag, case, ["castellow", "vip"], by=lead)

    with transaction():
        redaction.redact(case, Wanted(("Castellow",)), by=lead, reason="It names a patient.")

    tagged = next(event for event in case.events if event.kind is EventKind.TAGGED)
    assert (marks.tags_of(case.id), "castellow" in str(tagged.new)) == (["vip"], False)


def test_somebody_of_another_team_who_watches_a_case_sees_it_until_that_ends(app, agent):
    case, watcher = a_case(), an_agent("NCIR", first_name="Rosa", last_name="Iyer")
    assert not sees(watcher, case)

    assert do(marking.let_watch, case, watcher, by=agent)
    assert (sees(watcher, case), said(case)) == (True, "Dana Osei lets Rosa Iyer watch it")
    assert do(marking.end_watching, case, watcher, by=watcher)
    assert (sees(watcher, case), said(case)) == (False, "Rosa Iyer watches it no more")
    assert not do(marking.end_watching, case, watcher, by=watcher)

    do(marking.let_watch, case, agent, by=agent)
    assert said(case) == "Dana Osei watches it"
    with pytest.raises(NotOfTheDesk):
        do(marking.let_watch, case, a_provider(), by=agent)


def test_a_team_is_let_watch_a_case_and_no_more(app, agent):
    case, there = a_case(), an_agent("NCIR")

    assert do(marking.let_team_watch, case, team("NCIR"), by=agent)
    assert (sees(there, case), said(case)) == (True, "Dana Osei lets NCIR Support watch it")
    assert do(marking.end_watching_of_team, case, team("NCIR"), by=agent)
    assert (sees(there, case), said(case)) == (False, "Dana Osei ended that NCIR Support watch it")


def test_who_watches_is_mailed_only_if_they_want_and_never_about_what_they_did(app, agent):
    case = a_case(agent=agent, status=Status.OPEN)
    keen, calm = an_agent(), an_agent()
    change(keen, wants_watch_mail=True)
    for person in (keen, calm):
        do(marking.let_watch, case, person, by=person)

    with transaction():
        commands.reply(case, by=case.requester, body="It is our practice manager.")
        commands.add_note(case, by=agent, body="Only for us.")
    assert [mail.to_address for mail in mail_of(case, "case_watched")] == [keen.email]

    with transaction():
        commands.reply(case, by=keen, body="Thank you, we have it.")
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=SOLUTION)
    with transaction():
        commands.reject(case, by=case.requester, body="It came back.")
    told = mail_of(case, "case_watched")
    assert [mail.to_address for mail in told] == [keen.email] * 3
    assert "It stands at: Resolved." in told[1].text_body
    assert f"by {case.requester.name}. It stands at: Open." in told[2].text_body


def test_whoever_has_the_case_is_told_in_their_own_way_alone(app, agent):
    case = a_case(agent=agent, status=Status.OPEN)
    change(agent, wants_watch_mail=True)
    do(marking.let_watch, case, agent, by=agent)

    with transaction():
        commands.reply(case, by=case.requester, body="It is our practice manager.")

    assert (len(mail_of(case, "case_came_back")), mail_of(case, "case_watched")) == (1, [])


def test_who_watches_is_told_also_of_what_the_desk_does_by_itself(app, agent):
    keen = an_agent()
    change(keen, wants_watch_mail=True)
    with clock.at(MONDAY_9_AM):
        pending, resolved = (a_case(agent=agent, status=status) for status in (Status.PENDING, Status.RESOLVED))
        for case in (pending, resolved):
            do(marking.let_watch, case, keen, by=keen)

    for at in (DAYS[2], DAYS[4], DAYS[7]):
        run(remind_requesters, at=at)
    run(close_resolved, at=DAYS[10])

    for case, status in ((pending, "Resolved"), (resolved, "Closed")):
        (mail,) = mail_of(case, "case_watched")
        assert f"by The desk. It stands at: {status}." in mail.text_body
