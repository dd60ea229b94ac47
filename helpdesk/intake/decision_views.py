"""Why a case is where it is: every rule with what the case said, why not another one, and what would change it.

It stands here because it needs the form, whose questions and answers the rules speak of.
"""

from collections.abc import Sequence

from flask import Blueprint, render_template, request

from ..accounts.sessions import the_user
from ..cases import queries as cases
from ..cases.models import Case, EventKind
from ..extensions import db
from ..permissions import Permission, requires
from ..routing import explaining, reading, what_if, wording
from ..routing import queries as routing
from ..routing.models import RoutingDecision
from ..routing.sentences import team_name
from ..routing.vocabulary import FactKind, Vocabulary
from ..routing.what_if import WhatIf
from ..routing.what_if_wording import sentence
from ..typed_text import number_in
from .errors import NoDefinition
from .views import Answer, without_a_form
from .vocabulary import current_vocabulary

RULES_A_PAGE = 50

bp = Blueprint("decisions", __name__, url_prefix="/agent/cases")
bp.register_error_handler(NoDefinition, without_a_form)


@bp.get("/<number>/decision")
@requires(Permission.SEE_QUEUE)
def decision(number: str) -> Answer:
    """A decision on a case, as it was made and stored; the latest, unless another one is asked for."""
    case: Case = db.one_or_404(cases.numbered(the_user(), number))
    every = db.session.scalars(routing.decision_of(case.id)).all()
    made = _asked_for(every) or db.first_or_404(routing.decision_of(case.id).limit(1))
    known, key, to = current_vocabulary(), request.args.get("why-not", ""), request.args.get("to", "")
    rules = explaining.explained(made, known)
    first = min((number_in(request.args.get("from")) or 1), max(len(rules), 1))
    return render_template(
        "decisions/decision.html",
        case=case,
        made=made,
        every=every,
        sentence=wording.sentence(made, team_name(made.outcome["team"], known)),
        priority=wording.priority_sentence(made),
        moved_since=_moved_since(case, made),
        rules=rules[first - 1 : first - 1 + RULES_A_PAGE],
        count=len(rules),
        following=first + RULES_A_PAGE if len(rules) >= first + RULES_A_PAGE else None,
        first=first,
        why_not=explaining.why_not(made, key, known) if key else None,
        facts=_facts(made, known),
        teams=known.teams,
        to=to if to in known.teams else "",
        **_what_if(made, known, to),
    )


def _asked_for(every: Sequence[RoutingDecision]) -> RoutingDecision | None:
    wanted = number_in(request.args.get("made"))
    return next((one for one in every if one.id == wanted), None)


def _moved_since(case: Case, made: RoutingDecision) -> bool:
    """Whether the case is somewhere else by now, or went elsewhere at once."""
    return any(event.kind is EventKind.MOVED and event.at >= made.decided_at for event in cases.events_of(case))


def _facts(made: RoutingDecision, known: Vocabulary) -> list[tuple[str, str]]:
    """What was known of the case then, as people read it; what somebody wrote stands on the case."""
    values, labels, names = made.facts["values"], made.facts["labels"], made.facts.get("names", {})
    texts = {"subject", "text"} | {key for key, fact in known.facts.items() if fact.kind is FactKind.TEXT}
    found = []
    for key, value in values.items():
        if key not in texts:
            fact = known.facts.get(key)
            label = labels.get(key) or (fact.values.get(value) if fact else None) or value
            found.append((fact.name if fact else wording.fact_name(key, names), label))
    return found


def _what_if(made: RoutingDecision, known: Vocabulary, to: str) -> dict[str, list[str]]:
    """What would lead elsewhere: one other answer, by what is answered; with a team, what leads there, two together as well."""
    rule_set, facts = reading.read(made.rule_set.rules), made.facts["values"]
    singles = what_if.changes(rule_set, facts, known)
    if to not in known.teams:
        return {"single": _said(singles, known), "both": []}
    both = what_if.pairs(rule_set, facts, known, team=to) if to != made.outcome["team"] else []
    return {"single": _said([one for one in singles if one.team == to], known), "both": _said(both, known)}


def _said(found: list[WhatIf], known: Vocabulary) -> list[str]:
    return [sentence(one, known) for one in found]
