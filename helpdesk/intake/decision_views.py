"""Why a case is where it is: every rule that was asked, with what the case said.

It stands here because it needs the form, whose questions and answers the rules speak of.
"""

from flask import Blueprint, render_template

from ..accounts.sessions import the_user
from ..cases import queries as cases
from ..cases.models import Case
from ..extensions import db
from ..permissions import Permission, requires
from ..routing import queries as routing
from ..routing import wording
from .errors import NoDefinition
from .views import Answer, without_a_form
from .vocabulary import current_vocabulary

bp = Blueprint("decisions", __name__, url_prefix="/agent/cases")
bp.register_error_handler(NoDefinition, without_a_form)


@bp.get("/<number>/decision")
@requires(Permission.SEE_QUEUE)
def decision(number: str) -> Answer:
    """The decision on a case, as it was made and stored."""
    case: Case = db.one_or_404(cases.numbered(the_user(), number))
    made = db.first_or_404(routing.decision_of(case.id).limit(1))
    known = current_vocabulary()
    texts = {fact.key: fact.values for fact in known.facts.values()}
    names = {fact.key: fact.name for fact in known.facts.values()}
    return render_template("decisions/decision.html", case=case, decision=made, rules=wording.table(made, texts, names))
