"""A desk with people of every role and a case of every kind, and what stands in the address of each of its routes."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from werkzeug.routing import Rule

from helpdesk.accounts.models import User
from helpdesk.cases.models import Case, MessageKind, Status
from helpdesk.extensions import db
from helpdesk.hours.models import Closure, ServiceSchedule
from helpdesk.knowledge.models import Article, Video
from helpdesk.providers.models import Organization
from tests.architecture.route_expectations import ADMIN, AGENT, LEAD, PROVIDER, VISITOR
from tests.attachment_factories import a_file_on
from tests.case_factories import a_case, mail_of
from tests.directory_factories import a_location, a_request, works_at
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.knowledge.shelves import a_session
from tests.macro_factories import a_macro
from tests.problem_factories import a_problem
from tests.routing.past import a_backtest_that_is_done

OWN, SAME_TEAM, OTHER_TEAM, TRIAGE = "own", "same team", "other team", "triage"
WHOSE = (OWN, SAME_TEAM, OTHER_TEAM, TRIAGE)


@dataclass
class World:
    """People of every role, a case of every kind, and somebody to whom things may happen."""

    people: dict[str, User | None]
    cases: dict[str, Case]
    files: dict[str, int]  # the id of a file of each case
    others: dict[str, Any]

    def values(self, rule: Rule, whose: str) -> dict[str, Any]:
        """What stands in the address of this rule, about a case of this kind."""
        case = self.cases[whose]
        known = {
            **self.others,
            "number": case.number,
            "mail_id": mail_of(case, "case_resolved")[0].id,
            "message_id": next(m.id for m in case.messages if m.kind is MessageKind.RESOLUTION),
            "file_id": self.files[whose],
        }
        missing = set(rule.arguments) - set(known)
        assert not missing, f"say what stands for {missing} in {rule.rule}"
        return {name: known[name] for name in rule.arguments}


def a_world() -> World:
    """People and cases on an empty desk; tokens and names in addresses are of nobody."""
    provider, other = a_provider(phone="919-555-0142"), a_provider()
    people = {VISITOR: None, PROVIDER: provider, AGENT: an_agent("ENR"), LEAD: a_lead("ENR"), ADMIN: an_admin()}
    an_agent("NCIR"), an_agent("SD")
    cases = {
        OWN: a_case(requester=provider, status=Status.RESOLVED),
        SAME_TEAM: a_case(requester=other, status=Status.RESOLVED),
        OTHER_TEAM: a_case(requester=other, status=Status.RESOLVED, topic="DAT-HL7"),
        TRIAGE: a_case(requester=other, status=Status.RESOLVED, topic="GEN-OTHER"),
    }
    assert [case.team.code for case in cases.values()] == ["ENR", "ENR", "NCIR", "SD"]
    place = a_location()
    others = {
        "organization_id": place.organization_id,
        "location_id": place.id,
        "affiliation_id": works_at(other, place).id,
        "request_id": a_request(other, db.session.get_one(Organization, place.organization_id)).id,
        "person_id": an_agent("ENR").id,
        "macro": "M2",
        "macro_id": a_macro(team="ENR").id,
        "box": "note",
        "problem_id": a_problem().id,
        "code": "TRN",  # to which the back-test sends everything
        "kind": "case_resolved",
        "token": "no-such-token",
        "slug": "no-such-article",
        "section_name": "vaccine",
        "language": "es",
        "filename": "no-such-file",
        "key": "no-such-mail",
        "session_id": 1_000_000,
        "filter_id": 1_000_000,
        "batch_id": 1_000_000,
        "closure_id": db.session.scalar(sa.select(sa.func.min(Closure.id))),
        "article_id": db.session.scalar(sa.select(sa.func.min(Article.id))),
        "version": 1,
        "group_code": "TMP",
        "topic_code": "TMP-EXC",
        "section_key": "details",
        "question_key": "reach_by",
        "rule_key": "at-risk",
        "backtest_id": a_backtest_that_is_done(),
        "place": 1,
        "video_id": db.session.scalar(sa.select(sa.func.min(Video.id))),
        "training_id": a_session().id,
        "schedule_id": db.session.scalar(sa.select(sa.func.min(ServiceSchedule.id))),
    }
    files = {whose: a_file_on(case.messages[-1]).id for whose, case in cases.items()}
    return World(people, cases, files, others)
