"""Where each page of the desk is for each role, on a desk where there is something to see on it.

A new route that can be asked for with GET is a page unless it is listed here as something else; one whose address needs more
than `tests/world.py` knows gets it in `_furnish`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands as accounts
from helpdesk.accounts import invitations, own_account
from helpdesk.accounts.models import Team, User
from helpdesk.cases import batches, copying, holding, links, marking, merging, moving, problems, waves
from helpdesk.cases.batch_models import BatchAct, Order
from helpdesk.cases.kinds import HoldReason, MoveReason
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.cases.new_case import Answer
from helpdesk.cases.problems import KnownProblem
from helpdesk.cases.waits import default_look_again
from helpdesk.extensions import db
from helpdesk.hours import commands as hours
from helpdesk.hours import queries
from helpdesk.intake import drafting, drafts
from helpdesk.intake.models import Purpose
from helpdesk.notifications.models import MailState
from helpdesk.permissions import Role
from helpdesk.providers.models import Organization
from helpdesk.queue import asked, saving
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail
from tests.accounts.test_second_factor import with_an_app
from tests.architecture.route_expectations import ADMIN, AGENT, ALL, ENDS_THE_SESSION, LEAD, PROVIDER, VISITOR, WHO_MAY
from tests.case_factories import a_case, mail_of
from tests.directory_factories import ADMINISTRATOR, works_at
from tests.factories import a_provider, an_agent
from tests.problem_factories import these
from tests.routing.drafts import a_draft_to_look_at
from tests.routing.past import moved_by
from tests.world import OWN, World, a_world

# What GET gives that is no page: files, tables and words for programs.
FILES = frozenset(
    {
        "static",
        "bootstrap.static",
        "styles.static",
        "portal.healthz",
        "portal.readyz",
        "cases.own_data",
        "cases.download",
        "queue.download",
        "admin.export_organizations",
        "admin.sample_of_organizations",
        "admin.mail_export_table",
        "admin.export_rules",
        "admin.export_draft",
    }
)
# What a script asks for: parts of a page, and whether something was kept. Pages with them are looked at in tests of their own.
FOR_SCRIPTS = frozenset(
    {
        "intake.topics",
        "intake.questions",
        "intake.autosave",
        "filing.topics",
        "filing.questions",
        "admin.backtest_progress",
        "queue.news",
        "queue.autosave",
        "queue.tell_presence",
    }
)
# What leads to another page at once: addresses of forms that somebody opens again, and choices made by a link.
LEADS_ON = frozenset(
    {
        "accounts.visit_in",
        "accounts.second_step",  # without a password before it; the page itself is seen in test_second_factor_in_chromium.py
        "cases.back_from_files",
        "cases.back_to_case",
        "cases.back_from_copy",
        "queue.back_from_files",
        "queue.back_to_articles",
        "queue.back_to_case",
        "queue.back_to_filters",
        "queue.back_from_batch",
        "queue.back_to_batch",
        "queue.back_to_redaction",
        "queue.back_to_request",
        "queue.back_to_reroute",
        "queue.back_to_problem",
        "queue.back_to_ended_problem",
        "providers.back_to_mine",
        "admin.back_to_import",
        "intake.back_from_files",
        "intake.check",
        "filing.check",
    }
)
FOR_VISITORS = frozenset({"accounts.login", "accounts.register"})  # lead on for whoever is signed in


@dataclass
class Desk:
    """The desk and what stands in the address of each of its pages."""

    app: Flask
    world: World
    special: dict[str, dict[str, object]] = field(default_factory=dict)  # by endpoint, what differs from the world
    own: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)  # by role and endpoint, what only they may see
    by_mail: dict[str, str] = field(default_factory=dict)  # the path in a mail, by endpoint

    def staff(self) -> Iterator[tuple[str, User]]:
        """Those who work at the desk, by role."""
        for role in (AGENT, LEAD, ADMIN):
            if person := self.world.people[role]:
                yield role, person

    def pages(self, role: str, *, first_seen_by: bool = False) -> Iterator[tuple[str, str]]:
        """Endpoint and path of each page for a role; perhaps only those that no role before it in ALL may see."""
        for endpoint in self._endpoints("GET", role, first_seen_by=first_seen_by):
            if endpoint not in FILES | LEADS_ON | FOR_SCRIPTS and (role == VISITOR or endpoint not in FOR_VISITORS):
                yield endpoint, self.path(endpoint, role, method="GET")

    def forms(self, role: str, *, first_seen_by: bool = False) -> Iterator[tuple[str, str]]:
        """Endpoint and path of each route that takes a form, but for those that end the session."""
        for endpoint in self._endpoints("POST", role, first_seen_by=first_seen_by):
            if endpoint not in ENDS_THE_SESSION | FOR_SCRIPTS:
                yield endpoint, self.path(endpoint, role, method="POST")

    def _endpoints(self, method: str, role: str, *, first_seen_by: bool) -> Iterator[str]:
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
            roles = WHO_MAY[rule.endpoint]
            is_first = role == next((one for one in ALL if one in roles), None)
            if method in (rule.methods or ()) and role in roles and (is_first or not first_seen_by):
                yield rule.endpoint

    def path(self, endpoint: str, role: str, *, method: str) -> str:
        """The address of a route for a role."""
        if endpoint in self.by_mail:
            return self.by_mail[endpoint]
        rule = next(rule for rule in self.app.url_map.iter_rules(endpoint) if method in (rule.methods or ()))
        values = {**self.world.values(rule, OWN), **self.special.get(endpoint, {}), **self.own.get((role, endpoint), {})}
        return self.app.url_map.bind("localhost").build(endpoint, values, method=method)


def a_furnished_desk(app: Flask) -> Desk:
    """A desk whose pages all show something: cases, mail, an open request, hours to come, links that work."""
    desk = Desk(app, a_world())
    desk.world.others["slug"] = "temperature-out-of-range"
    _furnish(desk)
    _move_cases(desk)
    _write_links(desk)
    return desk


def _furnish(desk: Desk) -> None:
    world, special = desk.world, desk.special
    provider = world.people[PROVIDER]
    assert provider is not None
    organization = db.session.get_one(Organization, world.others["organization_id"])
    works_at(provider, organization, ADMINISTRATOR)
    works_at(colleague := a_provider(), organization)
    with transaction():
        world.cases[OWN].listed_organization = organization
        copying.copy_new(world.cases[OWN], [colleague], by=provider)
    special["cases.end_copy"] = special["queue.end_copy"] = special["cases.back_from_copy"] = {"person_id": colleague.id}
    special["cases.ask_cancel"] = {"number": a_case(requester=provider, status=Status.NEW).number}
    special["cases.rate"] = {"number": a_case(requester=provider, status=Status.CLOSED).number}
    a_case(requester=provider, status=Status.PENDING)
    special["queue.search"] = {"q": "section"}
    special["filing.caller"] = {"q": provider.last_name}
    special["filing.ticket"] = {"caller": provider.id, "topic": "TMP-EXC"}
    marked = a_case(description="We cannot find patient Wanda Castellow, DOB 3/4/1956, in CVMS.")
    special["queue.ask_redact"] = special["queue.redact"] = special["queue.check_redaction"] = {"number": marked.number}
    with transaction():
        drafts.save(provider, Purpose.OWN, "a" * 32, {"topic": ["INV-RECV"], "subject": ["Half a ticket"]})
    special["static"] = {"filename": "theme.js"}
    special["bootstrap.static"] = {"filename": "css/bootstrap.min.css"}
    person = an_agent("ENR")
    with_an_app(person)
    special["admin.reset_second_factor"] = {"person_id": person.id}
    unreached = a_case()
    with transaction():
        mail_of(unreached)[0].state = MailState.FAILED
    special["queue.ask_address"] = special["queue.correct_address"] = {"number": unreached.number}
    with transaction():
        week = queries.calendar().schedule_on(date(2027, 2, 1))
        assert week is not None
        schedule = hours.adopt_schedule(date(2027, 2, 1), zone="America/New_York", week=week.week, at=clock.now())
        admin = world.people[ADMIN]
        assert admin is not None
        drafting.start(by=admin)
    a_draft_to_look_at(admin)
    moved_by(person, a_case(requester=provider), "NCIR")
    special["admin.misrouted_cases"] = {"rule": "enrollment", "answer": "ENR-SECB"}
    special["admin.try_rules"] = {"number": world.cases[OWN].number}
    special["admin.withdraw_schedule"] = {"schedule_id": schedule.id}


def _move_cases(desk: Desk) -> None:
    """What rules and agents do with cases: a text made ready, a case that was moved, a decision that is asked about."""
    special = desk.special
    submitted = Answer("Date submitted", "2026-11-25", "submitted_on", "2026-11-25", decides=True)
    in_review = a_case(topic="ENR-STAT", answers=(submitted,))  # a rule has M5 ready for it
    agent = desk.world.people[AGENT]
    assert agent is not None
    moved = a_case()
    with transaction():
        moving.move(moved, "SD", seen=moved.version, by=agent, reason=MoveReason.WRONG_TOPIC)
    held = a_case(status=Status.OPEN, agent=agent)
    with transaction():
        chosen = {"reason": HoldReason.MAKER, "look_again_on": default_look_again(clock.now())}
        holding.put_on_hold(held, seen=held.version, by=agent, note="Vendor ticket 4711.", **chosen)
    on_hold = ("queue.ask_hold", "queue.ask_correct", "queue.ask_assign", "queue.targets")
    special |= {endpoint: {"number": held.number} for endpoint in on_hold}
    special["queue.moved"] = {"number": moved.number}
    special["queue.ask_reroute"] = {"number": in_review.number, "team": "NCIR", "reason": "wrong_topic"}
    special["queue.index"] = {"show": "all", "priority": "P3", "q": "section"}
    special["queue.ask_filter"] = {"status": "open", "priority": "P2"}
    _save_filters(desk)
    special["decisions.decision"] = {"why-not": "ncir-records", "to": "VMGT"}
    _merge_cases(desk, agent)
    _begin_batches(desk, in_review)
    special["queue.use_macro"] = {"number": in_review.number, "macro": "M1"}


def _save_filters(desk: Desk) -> None:
    """Two filters of everybody who works at the desk, and one of the team."""
    narrow = asked.read({"status": "open", "priority": "P1"})
    for role, person in desk.staff():
        with transaction():
            first = saving.save(narrow, name="Urgent and open", by=person, team=None)
            saving.save(asked.read({"due": "today"}), name="Due today", by=person, team=None)
            if role == LEAD:
                saving.save(narrow, name="Ours", by=person, team=person.memberships[0].team)
        for endpoint in ("rename_filter", "move_filter", "ask_delete_filter", "delete_filter", "back_to_filters"):
            desk.own[role, f"queue.{endpoint}"] = {"filter_id": first.id}


def _begin_batches(desk: Desk, *cases: Case) -> None:
    """Something that everybody who works at the desk does with many cases at once."""
    order = Order(BatchAct.RESOLVE, {"to": ResolutionCode.FIXED.value}, "It works again since 9 a.m.")
    for role, person in desk.staff():
        with transaction():
            batch = batches.write_down(order, {case.id: case.version for case in cases}, by=person)
        for endpoint in ("batch", "undo_batch", "back_to_batch"):
            desk.own[role, f"queue.{endpoint}"] = {"batch_id": batch.id}


def _merge_cases(desk: Desk, agent: User) -> None:
    """A case that can be merged into another, and one that was, with marks."""
    provider = desk.world.people[PROVIDER]
    absorbed, linked, root = (a_case(requester=provider, status=Status.OPEN) for _each in range(3))
    with transaction():
        merging.merge(absorbed, into=root, by=agent, note="We go on in your other case.", seen=absorbed.version)
    with transaction():
        links.link(root, linked, by=agent)
        marking.tag(root, ["second-call"], by=agent)
        marking.let_watch(root, agent, by=agent)
    problem = db.session.get_one(KnownProblem, desk.world.others["problem_id"])
    with transaction():
        problems.tie(problem, [root, linked], by=agent)
        waves.begin_wave(problem, these(linked), by=agent, code=ResolutionCode.FIXED, note="It works again since 9 a.m.")
    marked = {"number": root.number}
    desk.special["queue.ask_merge"] = desk.special["queue.merge"] = {"number": linked.number, "other": root.number}
    desk.special["queue.ask_unmerge"] = desk.special["queue.unmerge"] = {"number": absorbed.number}
    desk.special |= dict.fromkeys(("queue.links_of_case", "queue.marks_of_case", "queue.case"), marked)
    desk.special["cases.mine_case"] = {"number": absorbed.number}


def _write_links(desk: Desk) -> None:
    """Have each kind of link mailed to somebody, and keep where it leads."""
    provider, admin = desk.world.people[PROVIDER], desk.world.people[ADMIN]
    assert provider is not None
    assert admin is not None
    new, invited, forgetful = a_provider(verified=False), "grace@desk.example.org", a_provider()
    team = db.session.scalars(sa.select(Team).where(Team.code == "ENR")).one()
    with transaction():
        accounts.send_verification(new)
        accounts.send_reset(forgetful)
        own_account.ask_for_address(provider, "another.address@example.org")
        named = {"email": invited, "first_name": "Grace", "last_name": "Lindqvist"}
        invitations.invite(**named, role=Role.AGENT, teams=[team], leads=[], by=admin)
    desk.by_mail |= {
        "accounts.verify": link_in_mail(new.email),
        "accounts.reset_password": link_in_mail(forgetful.email),
        "accounts.confirm_address": link_in_mail("another.address@example.org"),
        "accounts.accept_invitation": link_in_mail(invited),
    }
