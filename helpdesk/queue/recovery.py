"""Somebody who has lost the mailbox calls: who they are is checked by a call-back, then they get another address."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from .. import clock
from ..accounts import parked, people
from ..accounts.errors import AccountClosed, AddressTaken
from ..accounts.sessions import the_user
from ..cases import mail_decisions
from ..cases.errors import NoPhone, NotARequester
from ..cases.mail_decisions import CallBack
from ..cases.models import Case
from ..hours.queries import calendar
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import one_line
from .blueprint import bp
from .mail_acts import case_of
from .mail_forms import LONGEST_REASON, AddressForm

Answer = str | Response | tuple[str, int]
_TOO_LONG = _l("Up to 300 characters, please.")


class MomentField(DateTimeLocalField):  # type: ignore[misc]
    """A day and time at the desk; what was typed stays in the field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time, and say in our words what is wrong with it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter the day and time of the call, such as 2026-11-30 09:15.")) from None


class RecoverAddressForm(AddressForm):
    """The new address, and the call that makes sure that it is theirs."""

    called_at = MomentField(
        _l("Called back at"),
        description=_l("Day and time at the desk, as 2026-11-30 09:15."),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired(_l("Say when you called back."))],
    )
    confirmed_by = StringField(
        _l("Who confirmed?"),
        description=_l("The name of the person who answered at that number and confirmed who is asking."),
        filters=[one_line],
        validators=[DataRequired(_l("Say who confirmed.")), Length(max=LONGEST_REASON, message=_TOO_LONG)],
    )
    reason = StringField(
        _l("What happened to the old mailbox?"),
        description=_l("For example: has left that office. It is kept in the history, with your name."),
        filters=[one_line],
        validators=[DataRequired(_l("Say what happened to the old mailbox.")), Length(max=LONGEST_REASON, message=_TOO_LONG)],
    )

    @property
    def called(self) -> datetime:
        """The instant of the call, in a form with a time."""
        return self.called_at.data.replace(tzinfo=ZoneInfo(calendar().zone))

    def validate_called_at(self, field: Any) -> None:
        """Refuse a call that is still to come."""
        if field.data is not None and self.called > clock.now():
            raise ValidationError(_("Call back first: this time is still to come."))


@bp.route("/cases/<number>/recover-address", methods=["GET", "POST"])
@requires(Permission.RECOVER_ADDRESS)
def recover_address(number: str) -> Answer:
    """Give the requester of a case another address after a call-back to the number on file."""
    case = case_of(number)
    if request.method != "POST":
        typed = parked.fields_for(request.path)
        return _page(case, RecoverAddressForm(MultiDict(typed) if typed else None))
    form = RecoverAddressForm()
    if not form.validate():
        return _page(case, form), 422
    try:
        with transaction():
            call = CallBack(at=form.called, confirmed_by=form.confirmed_by.data)
            again = mail_decisions.recover_address(case, to=form.email.data, by=the_user(), call=call, reason=form.reason.data)
            parked.forget(request.path)
    except AddressTaken:
        form.email.errors = [_("Somebody else has an account with this address. They may have registered anew: look under it.")]
        return _page(case, form), 409
    except (NoPhone, NotARequester, AccountClosed):
        return _page(case, form), 409
    sent_again = ngettext("%(num)s mail is sent again.", "%(num)s mails are sent again.", again) if again else ""
    flash(" ".join(part for part in (_("The address is changed, and both addresses are told."), sent_again) if part), "ok")
    return redirect(url_for(".case", number=case.number), code=303)


def _page(case: Case, form: RecoverAddressForm) -> str:
    phone = people.phone_to_call(case.requester)
    return render_template("queue/recover_address.html", case=case, form=form, phone=phone)
