"""Trying the rules: what the draft makes of a case, beside what those in force make of it."""

from dataclasses import dataclass

from flask import request
from wtforms import StringField

from ..accounts.sessions import the_user
from ..cases.models import Case
from ..cases.queries import numbered
from ..extensions import db
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..routing.decide import Facts
from ..routing.golden import FREE_TEXTS, completed
from ..routing.models import Priority, RoutingDecision
from ..routing.queries import decision_of
from ..routing.trying import Tried, try_out
from ..typed_text import one_line
from .blueprint import bp
from .fact_fields import FACT, FactsForm, asked_facts, facts_form, in_words
from .hours_pages import Answer
from .rules_desk import RulesDesk, page, the_desk


class TryForm(FactsForm):
    """A case that is there, by its number, or one that is typed in."""

    number = StringField(_l("Number of the case"), description=_l("Such as NCV-000123."), filters=[one_line])


@dataclass(frozen=True)
class Trial:
    """What rules make of a case: those in force, and those of the draft if there is one."""

    facts: list[tuple[str, str]]
    in_force: Tried
    draft: Tried | None

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Each part of the outcome: what it is called, what it is in force, and what it is in the draft."""
        drafted = self.draft.outcome if self.draft else {}
        names = dict.fromkeys([*self.in_force.outcome, *drafted])
        return [(name, self.in_force.outcome.get(name, ""), drafted.get(name, "")) for name in names]

    @property
    def shown(self) -> Tried:
        """The rules that are shown one by one."""
        return self.draft or self.in_force


@bp.route("/rules/try", methods=["GET", "POST"])
@requires(Permission.SEE_RULES)
def try_rules() -> Answer:
    """Choose a case, and see each rule and each comparison asked of it. Nothing is kept of what is typed."""
    desk = the_desk()
    sent = request.form if request.method == "POST" else request.args
    form = facts_form(TryForm, asked_facts((desk.in_force.rule_set, desk.shown.rule_set), desk.known), desk.known, sent)
    if request.method == "POST":
        if not form.validate():
            return page("try_rules", desk, form=form), 422
        return page("try_rules", desk, form=form, trial=trial_of(desk, completed(form.facts, desk.known)))
    if example := _example(desk):
        return page("try_rules", desk, form=form, trial=trial_of(desk, completed(example, desk.known)))
    if not form.number.data:
        return page("try_rules", desk, form=form)
    case, decision = found(form.number.data)
    if case is None or decision is None:
        form.number.errors = [_("There is no case with this number that was routed by rules, or you may not see it.")]
        return page("try_rules", desk, form=form), 404
    return page("try_rules", desk, form=form, case=case, decision=decision, trial=trial_of(desk, decision.facts["values"]))


def _example(desk: RulesDesk) -> Facts:
    """Facts that stand in the address, as those of the example of a finding do."""
    said = {name.removeprefix(FACT): value for name, value in request.args.items() if name.startswith(FACT) and value}
    known = {key: value for key, value in said.items() if key in desk.known.facts}
    return {key: value for key, value in known.items() if key != "base_priority" or value in set(Priority)}


def found(number: str) -> tuple[Case | None, RoutingDecision | None]:
    """A case that this person may see, and the decision that was made on it."""
    case = db.session.scalar(numbered(the_user(), number))
    return case, db.session.scalars(decision_of(case.id).limit(1)).first() if case else None


def trial_of(desk: RulesDesk, facts: Facts) -> Trial:
    """What the rules make of these facts."""
    drafted = try_out(desk.shown.rule_set, facts, desk.known) if desk.draft else None
    shown = {fact: value for fact, value in facts.items() if fact not in FREE_TEXTS}  # what was written stands elsewhere
    return Trial(in_words(shown, desk.known), try_out(desk.in_force.rule_set, facts, desk.known), drafted)
