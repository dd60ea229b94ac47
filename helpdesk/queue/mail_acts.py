"""What staff do to the mail of a case: take back or change what has not left, settle what failed, correct the address."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked, people
from ..accounts.errors import AccountClosed, AddressTaken
from ..accounts.sessions import the_user
from ..cases import mail, mail_decisions, withdrawal
from ..cases import queries as case_queries
from ..cases.errors import MailArrives, NotARequester, NoteMissing, NotTakenBack
from ..cases.models import Case, Message
from ..extensions import db
from ..languages import gettext as _
from ..notifications import acts
from ..notifications.errors import HasLeft, NothingToSettle
from ..notifications.models import MailState, OutboxMessage, Settlement
from ..permissions import Permission, requires
from ..transaction import transaction
from . import wording
from .blueprint import bp
from .mail_forms import AddressForm, ReviseForm, SendNowForm

AGAIN = "again"  # beside the values of Settlement

Answer = str | Response | tuple[str, int]


@bp.post("/cases/<number>/messages/<int(max=2147483647):message_id>/take-back")
@requires(Permission.WORK_ON_CASES)
def take_back(number: str, message_id: int) -> Answer:
    """Withdraw a reply or a resolution before its mail leaves."""
    case = case_of(number)
    message = _message(case, message_id)
    try:
        with transaction():
            withdrawal.take_back(case, message, by=the_user())
    except NotTakenBack:
        flash(_("Too late: that cannot be taken back any more. How the mail stands is said below."), "warn")
    else:
        flash(_("Taken back. No mail leaves; %(name)s sees it as withdrawn.", name=case.requester.first_name), "ok")
    return _to_case(case)


@bp.get("/cases/<number>/messages/<int(max=2147483647):message_id>/change")
@requires(Permission.WORK_ON_CASES)
def ask_revise(number: str, message_id: int) -> Answer:
    """Offer the text of a reply or a resolution to be changed before its mail leaves."""
    case = case_of(number)
    message = _message(case, message_id)
    typed = parked.fields_for(request.path)
    return _revise_page(case, message, ReviseForm(MultiDict(typed or {"body": message.body})))


@bp.post("/cases/<number>/messages/<int(max=2147483647):message_id>/change")
@requires(Permission.WORK_ON_CASES)
def revise(number: str, message_id: int) -> Answer:
    """Tell it in other words: the new mail takes the place of the old one."""
    case, form = case_of(number), ReviseForm()
    message = _message(case, message_id)
    if not form.validate() or form.is_held_up(case):
        return _revise_page(case, message, form), 422
    try:
        with transaction():
            withdrawal.revise(case, message, by=the_user(), body=form.body.data)
            parked.forget(request.path)
    except NoteMissing:
        form.body.errors = [_("Say a little more in the note: it is what the provider will read.")]
        return _revise_page(case, message, form), 422
    except NotTakenBack:
        return _revise_page(case, message, form), 409
    flash(_("Changed. By mail: %(leaves)s", leaves=wording.mail_told()), "ok")
    return _to_case(case)


@bp.post("/cases/<number>/mail/<int(max=2147483647):mail_id>/settle")
@requires(Permission.SETTLE_MAIL)
def settle_mail(number: str, mail_id: int) -> Answer:
    """Decide about a mail that failed or is in doubt: send it again, or write down what follows."""
    case, how = case_of(number), request.form.get("how", "")
    row = mail_of_case(case, mail_id)
    decide_about(row, case, how)
    return _to_case(case)


@bp.get("/cases/<number>/mail/<int(max=2147483647):mail_id>/send-now")
@requires(Permission.SEND_NOW)
def ask_send_now(number: str, mail_id: int) -> Answer:
    """Ask why a held mail is to leave outside service hours."""
    case = _case_to_hurry(number)
    row = mail_of_case(case, mail_id)
    return render_template("queue/ask_send_now.html", case=case, mail=row, form=SendNowForm(), wording=wording)


@bp.post("/cases/<number>/mail/<int(max=2147483647):mail_id>/send-now")
@requires(Permission.SEND_NOW)
def send_now(number: str, mail_id: int) -> Answer:
    """Let a held mail leave at once, for a reason that is kept."""
    case, form = _case_to_hurry(number), SendNowForm()
    row = mail_of_case(case, mail_id)
    if not form.validate():
        return render_template("queue/ask_send_now.html", case=case, mail=row, form=form, wording=wording), 422
    try:
        with transaction():
            mail_decisions.send_now(case, row, by=the_user(), reason=form.reason.data)
    except HasLeft:
        flash(_("That mail is not held any more. How it stands is said below."), "info")
    else:
        flash(_("The mail leaves now. Your reason is kept with it."), "ok")
    return _to_case(case)


@bp.get("/cases/<number>/address")
@requires(Permission.SETTLE_MAIL)
def ask_address(number: str) -> Answer:
    """Offer to correct the e-mail address of the requester."""
    typed = parked.fields_for(request.path)
    return _address_page(case_of(number), AddressForm(MultiDict(typed) if typed else None))


@bp.post("/cases/<number>/address")
@requires(Permission.SETTLE_MAIL)
def correct_address(number: str) -> Answer:
    """Correct the address; what failed is sent again."""
    case, form = case_of(number), AddressForm()
    again = 0
    if form.validate():
        try:
            with transaction():
                again = mail_decisions.correct_address(case, to=form.email.data, by=the_user(), reason=form.reason.data)
                parked.forget(request.path)
        except AddressTaken:
            form.email.errors = [_("Somebody else has an account with this address. Check it with them by phone.")]
        except NotARequester:
            form.email.errors = [_("This person works at the desk. An administrator changes their address.")]
        except (MailArrives, AccountClosed):
            return _address_page(case, form), 409
    if form.errors:
        return _address_page(case, form), 422
    sent_again = ngettext("%(num)s mail is sent again.", "%(num)s mails are sent again.", again) if again else ""
    flash(_("The address is corrected.") + (f" {sent_again}" if sent_again else ""), "ok")
    return _to_case(case)


@bp.post("/cases/<number>/address/release")
@requires(Permission.SETTLE_MAIL)
def release_address(number: str) -> Answer:
    """Let mail go again to an address that had refused it."""
    case = case_of(number)
    with transaction():
        was_marked = mail_decisions.release_address(case, by=the_user())
    if was_marked:
        flash(_("Mail goes to this address again. What failed is not sent by itself: press “Send it again”."), "ok")
    else:
        flash(_("Mail goes to this address already."), "info")
    return _to_case(case)


def decide_about(row: OutboxMessage, case: Case | None, how: str) -> None:
    """Let the mail leave again, or write down how it is settled; say what follows. What makes no sense is answered with 400."""
    if how not in {AGAIN, *Settlement} - {Settlement.OPEN}:
        abort(400)
    try:
        with transaction():
            if how == AGAIN:
                mail_decisions.send_again(case, row, by=the_user())
            else:
                mail_decisions.settle(case, row, Settlement(how), by=the_user())
    except NothingToSettle:
        flash(_("There is nothing left to decide about that mail: somebody has just done so."), "info")
    else:
        flash(wording.settled(how, row), "ok")


def case_of(number: str) -> Case:
    """The case, if this person may see it: foreign and missing ones look alike."""
    found = case_queries.seen_by_staff(the_user(), number)
    return found or abort(404)


def mail_of_case(case: Case, mail_id: int) -> OutboxMessage:
    """A mail about this case, and no other."""
    found: OutboxMessage = db.one_or_404(db.select(OutboxMessage).filter_by(id=mail_id, case_id=case.id))
    return found


def _case_to_hurry(number: str) -> Case:
    """The case, for those who lead its team."""
    case = case_of(number)
    if not case_queries.may_send_now(the_user(), case):
        abort(403)
    return case


def _message(case: Case, message_id: int) -> Message:
    found: Message = db.one_or_404(db.select(Message).filter_by(id=message_id, case_id=case.id))
    return found


def _revise_page(case: Case, message: Message, form: ReviseForm) -> str:
    """The text to be changed; when its mail has left meanwhile, that is said and the text can be copied."""
    held = mail.mail_of(case, message)
    is_held = held is not None and held.state is not MailState.SUPERSEDED and acts.can_be_taken_back(held)
    return render_template("queue/ask_revise.html", case=case, message=message, form=form, is_held=is_held, wording=wording)


def _address_page(case: Case, form: AddressForm) -> str:
    """The form or, where mail arrives at the address on file, what to do instead."""
    arrives = mail_decisions.mail_arrives(case.requester)
    phone = people.phone_to_call(case.requester)
    return render_template("queue/ask_address.html", case=case, form=form, arrives=arrives, phone=phone)


def _to_case(case: Case) -> Response:
    return redirect(url_for("queue.case", number=case.number), code=303)
