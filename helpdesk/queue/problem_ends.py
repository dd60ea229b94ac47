"""A known problem is said to be over, after a question, and to be open again where that was a mistake."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ..accounts.sessions import the_user
from ..cases import problems as known
from ..cases.problems import ProblemEnded, ProblemNotEnded
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from .blueprint import bp
from .problem_acts import open_cases, problem_of

Answer = str | Response


@bp.get("/problems/<int(max=2147483647):problem_id>/end")
@requires(Permission.WORK_ON_CASES)
def ask_end_problem(problem_id: int) -> Answer:
    """Ask before a problem is over, and say what that changes."""
    found = problem_of(problem_id)
    if not found.is_open:
        return redirect(url_for(".problem", problem_id=problem_id))
    left = db.session.scalar(db.select(db.func.count()).select_from(open_cases(found).subquery()))
    return render_template("queue/ask_end_problem.html", problem=found, left=left)


@bp.post("/problems/<int(max=2147483647):problem_id>/end")
@requires(Permission.WORK_ON_CASES)
def end_problem(problem_id: int) -> Answer:
    """Say that it is over."""
    try:
        with transaction():
            known.end(problem_of(problem_id), by=the_user())
    except ProblemEnded:
        flash(_("It is over already."), "info")
    else:
        flash(_("It is over. The form shows it no more."), "ok")
    return redirect(url_for(".problem", problem_id=problem_id), code=303)


@bp.post("/problems/<int(max=2147483647):problem_id>/reopen")
@requires(Permission.WORK_ON_CASES)
def reopen_problem(problem_id: int) -> Answer:
    """Say that it is not over after all."""
    try:
        with transaction():
            known.reopen(problem_of(problem_id), by=the_user())
    except ProblemNotEnded:
        flash(_("It is open already."), "info")
    else:
        flash(_("It is open again. The form of its topics shows it from now on."), "ok")
    return redirect(url_for(".problem", problem_id=problem_id), code=303)


@bp.get("/problems/<int(max=2147483647):problem_id>/reopen")
@requires(Permission.SEE_QUEUE)
def back_to_ended_problem(problem_id: int) -> Answer:
    """Whoever opens the address of the button again comes back to the problem."""
    return redirect(url_for(".problem", problem_id=problem_of(problem_id).id))
