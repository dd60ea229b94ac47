"""The page of a case as its requester and their colleagues see it."""

from flask import flash, render_template, url_for
from werkzeug.datastructures import MultiDict

from ..accounts import parked
from ..accounts.sessions import the_user
from ..languages import gettext as _
from . import attachments, copies, following, merging, privacy, progress, queries, sent_because
from .filing import beside
from .forms import CopyForm, RatingForm, RejectForm, ReplyForm
from .models import Case, MessageKind, Status, public_messages


def reject_page(case: Case, form: RejectForm) -> str:
    """The page that asks what is still wrong."""
    return render_template("cases/reject.html", case=case, form=form, waiting=_files(case).waiting.get(MessageKind.REPLY, ()))


def case_page(
    case: Case,
    form: ReplyForm | RejectForm | None = None,
    *,
    unsent: str = "",
    rating_form: RatingForm | None = None,
    copy_form: CopyForm | None = None,
) -> str:
    """The page of a case, with the form that fits its status; what was typed but not sent stands in it."""
    said, is_mine = public_messages(queries.messages_of(case)), case.requester_id == the_user().id
    copied = copies.of(case.id, case.organization_id)
    if form is None:
        kind = RejectForm if case.status is Status.RESOLVED and is_mine else ReplyForm
        form = kind(MultiDict({"body": unsent}) if unsent else None)
    files, (follows, followed_by) = _files(case), following.beside(case, reader=the_user())
    resolutions = [m for m in said if m.kind is MessageKind.RESOLUTION and m.withdrawn_at is None]
    return render_template(
        "cases/mine_case.html",
        case=case,
        messages=said,
        resolution=resolutions[-1] if resolutions and case.resolution_code else None,
        form=form,
        files=files.said,
        waiting=files.waiting.get(MessageKind.REPLY, ()),
        unsent=unsent,
        progress=progress.of(case, reader=the_user()),
        is_mine=is_mine,
        beside=beside(case, reader=the_user()),
        follows=follows,
        followed_by=followed_by,
        because=sent_because.in_words(sent_because.because(case)),
        who_sees=privacy.who_sees(case, reader=the_user(), copied=copied),
        copied=copied,
        goes_on=merging.goes_on_for(case, the_user()),
        absorbed=merging.absorbed_by(case, the_user()),
        copy_form=copy_form or _copy_form(case),
        rating_form=(rating_form or _rating_form(case)) if is_mine and case.awaits_rating else None,
    )


def _files(case: Case) -> attachments.OnCase:
    return attachments.of_case(case, reader=the_user())


def _rating_form(case: Case) -> RatingForm:
    typed = parked.fields_for(url_for("cases.rate", number=case.number))
    return RatingForm(MultiDict(typed) if typed else None)


def _copy_form(case: Case) -> CopyForm:
    typed = parked.fields_for(url_for("cases.add_copies", number=case.number))
    return CopyForm(MultiDict(typed) if typed else None)


def too_late(case: Case, typed: str) -> tuple[str, int]:
    """The case has closed under the hand: say so, and leave what was typed to be copied."""
    flash(_("This case is closed and takes no more messages. What you wrote is below; you can send it as a new case."), "warn")
    return case_page(case, unsent=typed), 409
