"""Removing a patient's data from a case: what is to go, where it stands, gone."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import attachments, redaction, suspicion
from ..cases import queries as cases
from ..cases.attachment_models import Attachment
from ..cases.errors import StaleCase
from ..cases.models import Case, MessageKind
from ..cases.redaction import NothingToRedact, ReasonTells
from ..cases.suspicion import NotSuspected, Part
from ..cases.tombstones import TOLD_BY_REPLY
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from .blueprint import bp
from .mail_acts import case_of
from .redaction_forms import RedactionForm

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Text:
    """One text of the case: where it stands, what it is called, its pieces, each with whether it was found."""

    key: str
    label: str
    pieces: tuple[tuple[str, bool], ...]


@bp.get("/cases/<number>/redact")
@requires(Permission.REDACT)
def ask_redact(number: str) -> Answer:
    """The texts of the case, or one of them, with what was found in it; what else is to go can be typed."""
    typed = parked.fields_for(request.path) or parked.fields_for(url_for(".check_redaction", number=number))
    return _page(case_of(number), RedactionForm(MultiDict(typed) if typed else None))


@bp.post("/cases/<number>/redact/check")
@requires(Permission.REDACT)
def check_redaction(number: str) -> Answer:
    """Every place that will lose it, and what cannot be taken back."""
    case, form = case_of(number), RedactionForm()
    if not form.validate():
        return _page(case, form), 422
    plan = redaction.plan(case, form.wanted)
    if plan.not_found:
        form.more.errors = [_("“%(passage)s” stands nowhere on this case.", passage=passage) for passage in plan.not_found]
        return _page(case, form), 422
    form.tells.data = True  # offered, until it is taken back there
    return render_template("queue/check_redaction.html", case=case, form=form, plan=plan)


@bp.post("/cases/<number>/redact")
@requires(Permission.REDACT)
def redact(number: str) -> Answer:
    """Remove it for good, on the version of the case that was looked at."""
    case, form = case_of(number), RedactionForm()
    if not form.validate():
        return _page(case, form), 422
    try:
        with transaction():
            case.expect_version(form.seen_version)
            redaction.redact(case, form.wanted, by=the_user(), reason=form.reason.data)
            for path in (request.path, url_for(".check_redaction", number=case.number)):
                parked.forget(path)
            if form.tells.data and not case.is_final:
                _begin_reply(case)
    except ReasonTells:
        form.reason.errors = [_("The reason holds what is to be removed, or other patient data. It would stay: say it without.")]
        return _page(case, form), 422
    except StaleCase:
        flash(_("The case has changed since you looked. Nothing was removed: look again at what stands where."), "warn")
        form.version.data = ""
        return _page(case_of(number), form), 409
    except NothingToRedact:
        flash(_("That stands nowhere on this case any more."), "info")
    else:
        flash(_("Removed, wherever it stood. The timeline says so, and not what it was."), "ok")
        if case.patient_data_suspected_at is not None:
            flash(_("The case stays marked, and its mail without texts, until you say that no patient data is left."), "info")
    return redirect(url_for(".case", number=number), code=303)


@bp.post("/cases/<number>/no-patient-data")
@requires(Permission.REDACT)
def clear_suspicion(number: str) -> Answer:
    """Say that there is no patient data in the case, so that mail about it tells its texts again."""
    case = case_of(number)
    try:
        with transaction():
            suspicion.clear(case, by=the_user())
    except NotSuspected:
        flash(_("Nothing is suspected in this case any more."), "info")
    else:
        flash(_("The mark is taken off. Mail about this case tells its texts again."), "ok")
    return redirect(url_for(".case", number=number), code=303)


@bp.get("/cases/<number>/redact/check")
@bp.get("/cases/<number>/no-patient-data")
@requires(Permission.REDACT)
def back_to_redaction(number: str) -> Answer:
    """Whoever opens the address of a button again begins anew."""
    return redirect(url_for(".ask_redact", number=case_of(number).number))


def _page(case: Case, form: RedactionForm) -> str:
    everything = _texts(case)
    shown = [text for text in everything if text.key == request.args.get("at")] or everything
    found = list(dict.fromkeys(" ".join(piece.split()) for text in shown for piece, is_found in text.pieces if is_found))
    if not form.version.data:
        form.version.data = str(case.version)
    files = [file for file in _files_said(case) if file.redacted_at is None]
    chosen = form.passages if request.method == "POST" else found
    return render_template(
        "queue/ask_redact.html",
        case=case,
        form=form,
        texts=shown,
        found=found,
        chosen=chosen,
        files=files,
        shows_all=len(shown) == len(everything),
    )


def _texts(case: Case) -> list[Text]:
    """Everything that people have typed on the case, with what is found in it."""
    typed = [("subject", _("Subject"), case.subject)]
    typed += [(f"answer-{n}", row["question"], row["answer"]) for n, row in enumerate(case.answers) if row["answer"]]
    typed += [(f"message-{m.id}", _said_by(m.kind, m.author_name), m.body) for m in cases.messages_of(case)]
    typed += [(f"file-{file.id}", _("The name of a file"), file.name) for file in _files_said(case)]
    return [Text(key, label, _pieces(label, text)) for key, label, text in typed]


def _files_said(case: Case) -> list[Attachment]:
    """The files that came with what was said."""
    return [file for on_message in attachments.of_case(case, reader=the_user()).said.values() for file in on_message]


def _pieces(label: str, text: str) -> tuple[tuple[str, bool], ...]:
    found = suspicion.look([(label, text)])
    parts: tuple[Part, ...] = found.parts if found else ()
    return parts[0].pieces if parts else ((text, False),)


def _said_by(kind: MessageKind, who: str) -> str:
    return _("Note by %(who)s", who=who) if kind is MessageKind.NOTE else _("What %(who)s wrote", who=who)


def _begin_reply(case: Case) -> None:
    """Let a reply wait in the composer that tells the requester, unless one is being written."""
    path = url_for(".reply", number=case.number)
    if parked.fields_for(path) is None:
        with force_locale(case.requester.language.value):
            words = str(TOLD_BY_REPLY)
        parked.park(path, {"body": [words]}, owner_id=the_user().id)
