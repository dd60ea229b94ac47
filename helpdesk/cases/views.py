"""The provider's own cases: the list, one case, and what a provider can do with it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..search import query
from ..search.ranking import MOST_RANKED
from ..transaction import transaction
from ..typed_text import number_in
from . import attachment_wording, attachments, commands, listing, merging, privacy, queries, searching, states, tombstones
from .arrivals import takes_files
from .case_page import case_page, reject_page, too_late
from .errors import AlreadyRated, CaseClosed, CaseResolved, IllegalMove, NotClosed, NotTheRequester, WorkHasBegun
from .forms import CaseSearchForm, ConfirmForm, RatingForm, RejectForm, ReplyForm
from .listing import Look, Standing
from .models import Case, MessageKind, Status
from .numbers import id_of
from .search_wording import where
from .visibility import Whose, places_of
from .wording import label, score_in_words

bp = Blueprint("cases", __name__)
bp.add_app_template_global(label, "label")
bp.add_app_template_global(score_in_words, "score_in_words")
bp.add_app_template_global(attachment_wording.about, "about_file")
bp.add_app_template_filter(tombstones.shown, "with_tombstones")

Answer = str | Response | tuple[str, int]


@bp.get("/cases")
@requires(Permission.SEE_OWN_CASES)
def mine() -> Answer:
    """One's own cases and those of colleagues that one may see, the latest first; a number that is typed leads to its case."""
    user, form = the_user(), CaseSearchForm(request.args)
    words, places = form.q.data or "", places_of(user)
    if id_of(words) and (case := db.session.scalar(queries.numbered(user, words))):
        return redirect(url_for(".mine_case", number=case.number))
    look = Look(
        user,
        places,
        whose=next((w for w in places.offered if w == request.args.get("show")), Whose.ALL),
        standing=next((s for s in Standing if s == request.args.get("state")), Standing.ALL),
        words=words,
    )
    return _found(look, form) if words else _listed(look, form)


def _listed(look: Look, form: CaseSearchForm) -> str:
    """The cases of this look, the latest first."""
    before = id_of(request.args.get("before", "")) or None
    page = listing.page(look, before=before)
    now = states.of(page.cases, reader=look.user)
    return render_template("cases/mine.html", look=look, form=form, page_of_cases=page, before=before, states=now)


def _found(look: Look, form: CaseSearchForm) -> str:
    """Those of them in which the words stand, the best first."""
    number = number_in(request.args.get("page")) or 1
    found = searching.page(look.user, query.read(look.words), number=number, among=look.ids)
    now = states.of([row.case for row in found.rows], reader=look.user)
    shown = {"found": found, "most_ranked": MOST_RANKED, "where": where, "states": now}
    return render_template("cases/mine.html", look=look, form=form, **shown)


@bp.get("/cases/<number>")
@requires(Permission.SEE_OWN_CASES)
def mine_case(number: str) -> Answer:
    """One case: where it stands, what happens next, what was said."""
    case = my_case(number)
    typed = next((fields for path in _boxes(case) if (fields := parked.fields_for(path))), {})
    return case_page(case, unsent=str(typed.get("body", "")))


@bp.post("/cases/<number>/replies")
@requires(Permission.SEE_OWN_CASES)
@takes_files
def add_reply(number: str) -> Answer:
    """Add a message to one's case or, where that was merged into another of one's own, to that one."""
    seen, form = my_case(number), ReplyForm()
    root = merging.goes_on_for(seen, the_user())
    case = root or seen
    if not take_in(form, case) or form.is_held_up(case):
        return case_page(case, form), refusal(form)
    try:
        with transaction():
            commands.reply(case, by=the_user(), body=form.body.data, with_files=True, through=seen if root else None)
            _forget_typed(seen)
    except CaseClosed:
        return too_late(case, form.body.data)
    except CaseResolved:
        flash(_("Your message was not sent: the case has been resolved since you opened the page. Did this solve it?"), "warn")
        return case_page(case, unsent=form.body.data), 409
    flash(_("Your message is with the team."), "ok")
    return redirect(url_for(".mine_case", number=case.number))


@bp.get("/cases/<number>/replies")
@bp.get("/cases/<number>/accept")
@bp.get("/cases/<number>/privacy")
@bp.get("/cases/<number>/rating")
@bp.get("/cases/<number>/copies")
@requires(Permission.SEE_OWN_CASES)
def back_to_case(number: str) -> Answer:
    """Whoever opens the address of a button again comes back to the case."""
    return redirect(url_for(".mine_case", number=my_case(number).number))


@bp.post("/cases/<number>/accept")
@requires(Permission.SEE_OWN_CASES)
def accept(number: str) -> Answer:
    """This solved it: the case is closed."""
    case = my_case(number)
    must_be_requester(case)
    try:
        with transaction():
            commands.accept(case, by=the_user())
    except CaseClosed:
        flash(_("This case is closed already."), "info")
    except IllegalMove:
        flash(_("This case is open again, so it cannot be closed now. Here is how it stands."), "warn")
    else:
        flash(_("Thank you. The case is closed."), "ok")
    return redirect(url_for(".mine_case", number=case.number))


@bp.get("/cases/<number>/reject")
@requires(Permission.SEE_OWN_CASES)
def ask_reject(number: str) -> Answer:
    """Ask what is still wrong."""
    case = my_case(number)
    must_be_requester(case)
    if case.status is not Status.RESOLVED:
        return redirect(url_for(".mine_case", number=case.number))
    typed = parked.fields_for(request.path)
    return reject_page(case, RejectForm(MultiDict(typed) if typed else None))


@bp.post("/cases/<number>/reject")
@requires(Permission.SEE_OWN_CASES)
@takes_files
def reject(number: str) -> Answer:
    """This did not solve it: the case is open again for the same team."""
    case, form = my_case(number), RejectForm()
    must_be_requester(case)
    if not take_in(form, case) or form.is_held_up(case):
        return reject_page(case, form), refusal(form)
    try:
        with transaction():
            commands.reject(case, by=the_user(), body=form.body.data, with_files=True)
            _forget_typed(case)
    except CaseClosed:
        return too_late(case, form.body.data)
    except IllegalMove:
        flash(_("Your case is open already. Add your message below."), "info")
        return case_page(case, unsent=form.body.data), 409
    flash(_("Your case is open again, with the same team."), "ok")
    return redirect(url_for(".mine_case", number=case.number))


@bp.get("/cases/<number>/cancel")
@requires(Permission.SEE_OWN_CASES)
def ask_cancel(number: str) -> Answer:
    """Ask before the case is canceled."""
    case = my_case(number)
    must_be_requester(case)
    if case.is_final or case.work_has_begun:
        return redirect(url_for(".mine_case", number=case.number))
    return render_template("cases/cancel.html", case=case, form=ConfirmForm())


@bp.post("/cases/<number>/cancel")
@requires(Permission.SEE_OWN_CASES)
def cancel(number: str) -> Answer:
    """Withdraw one's case before work has begun."""
    case = my_case(number)
    must_be_requester(case)
    try:
        with transaction():
            commands.cancel(case, by=the_user())
    except CaseClosed:
        flash(_("This case is closed already."), "info")
    except WorkHasBegun:
        flash(
            _("Somebody has begun to work on it, so it cannot be canceled any more. Write below if you no longer need help."),
            "warn",
        )
    else:
        flash(_("Your case is canceled. Nobody will work on it."), "ok")
    return redirect(url_for(".mine_case", number=case.number))


@bp.post("/cases/<number>/rating")
@requires(Permission.SEE_OWN_CASES)
def rate(number: str) -> Answer:
    """Say once how one's closed case was handled."""
    case, form = my_case(number), RatingForm()
    must_be_requester(case)
    if not form.validate():
        return case_page(case, rating_form=form), 422
    try:
        with transaction():
            commands.rate(case, by=the_user(), score=int(form.score.data), comment=form.comment.data)
            parked.forget(request.path)
    except NotClosed:
        flash(_("You can tell us how we handled the case once it is closed."), "info")
    except AlreadyRated:
        flash(_("You have rated this case already, so it stays with what you said first."), "info")
    else:
        flash(_("Thank you. The team reads what you told us."), "ok")
    return redirect(url_for(".mine_case", number=case.number))


def my_case(number: str) -> Case:
    """The case, if it is one's own or one may see it as a colleague: foreign and missing ones look alike."""
    case: Case = db.one_or_404(queries.numbered(the_user(), number))
    return case


def take_in(form: ReplyForm | RejectForm, case: Case) -> bool:
    """Validate a form, and let its files wait with what is written, whether that can be sent or not.

    Says whether all is well; what is not stands beside the fields.
    """
    is_valid = form.validate()
    if form.files.data:
        with transaction():
            shelf = attachments.on_case(the_user(), case, MessageKind.REPLY)
            _kept, refused = attachments.receive(form.files.data, on=shelf)
        form.files.refuse(refused)
    return is_valid and not form.errors


def refusal(form: ReplyForm | RejectForm) -> int:
    """The status of a form that was not taken: whose fault it is."""
    return 503 if form.files.is_our_fault else 422


def _boxes(case: Case) -> list[str]:
    """Where what is typed on the page of a case is sent."""
    return [url_for(endpoint, number=case.number) for endpoint in (".add_reply", ".reject", ".keep_files")]


def _forget_typed(case: Case) -> None:
    for path in _boxes(case):
        parked.forget(path)


def must_be_requester(case: Case) -> None:
    """Colleagues read and reply; what ends or hides a case is its requester's."""
    try:
        privacy.must_be_requester(case, the_user())
    except NotTheRequester:
        abort(403)
