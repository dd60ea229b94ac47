"""Every kind of mail, as it would be written about a real case; a test of it goes to whoever asks, and to nobody else."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts.models import User
from ..accounts.sessions import the_user
from ..cases import queries as cases
from ..cases.models import Case
from ..extensions import db
from ..languages import gettext as _
from ..notifications import outbox, reading, wording
from ..notifications.errors import UnknownKind
from ..notifications.kinds import KINDS, Audience, Kind, kind_named
from ..permissions import Permission, requires
from ..transaction import transaction
from . import mail_examples
from .blueprint import bp

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Example:
    """What a kind of mail tells in its preview, to whom; `case` is the one it is about, if it is about one."""

    facts: dict[str, Any] | None
    to: User
    case: Case | None
    is_case_missing: bool = False  # it is about a case, and the one asked for, or any at all, is not there


@bp.get("/mail/kinds")
@requires(Permission.CONFIGURE)
def mail_kinds() -> Answer:
    """Every kind, who gets it and when it leaves."""
    rows = [(kind, wording.KINDS.get(kind.name), wording.AUDIENCES[kind.audience]) for kind in KINDS.values()]
    return render_template("admin/mail_kinds.html", rows=rows, kind_name=wording.kind_name)


@bp.get("/mail/kinds/<kind>")
@requires(Permission.CONFIGURE)
def mail_kind(kind: str) -> Answer:
    """One kind, written about a case."""
    what, number = _kind(kind), request.args.get("case", "").strip()
    example = _example(what, number)
    words = outbox.words(what, to=example.to.recipient, about=example.facts) if example.facts else None
    return render_template(
        "admin/mail_kind.html",
        kind=what,
        name=wording.kind_name(kind),
        about=wording.KINDS.get(kind),
        example=example,
        number=number,
        words=words,
        text=reading.linked(words["text_body"]) if words else "",
        html=reading.cleaned(words["html_body"]) if words else "",
    )


@bp.post("/mail/kinds/<kind>")
@requires(Permission.CONFIGURE)
def send_test(kind: str) -> Answer:
    """Send the person who asks the mail that the preview shows."""
    what, number = _kind(kind), request.form.get("case", "").strip()
    me = the_user().recipient
    with transaction():
        example = _example(what, number)
        if example.facts is None:
            abort(404)
        outbox.enqueue(kind, to=me, about=example.facts, key=f"test/{secrets.token_hex(8)}", is_test=True)
    flash(_("A test is on its way to %(address)s. It changes nothing about any case.", address=me.address), "ok")
    return redirect(url_for(".mail_kind", kind=kind, case=number or None), code=303)


def _kind(name: str) -> Kind:
    try:
        return kind_named(name)
    except UnknownKind:
        abort(404)


def _example(kind: Kind, number: str) -> Example:
    """What the preview tells: of the case with this number, or of the newest one."""
    me = the_user()
    if kind.audience is Audience.ACCOUNT:
        return Example(mail_examples.about_an_account(kind.name, me), to=me, case=None)
    wanted = cases.numbered(me, number) if number else cases.latest_first(me, before=None).limit(1)
    case = db.session.scalars(wanted).first()
    if case is None:
        return Example(None, to=me, case=None, is_case_missing=True)
    to = case.requester if kind.audience is Audience.REQUESTER else me
    return Example(mail_examples.about_a_case(kind.name, case), to=to, case=case)
