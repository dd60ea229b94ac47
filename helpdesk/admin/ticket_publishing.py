"""A draft of the help ticket before providers see it, and after: preview, check, publish; versions, and the way back to one."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import flash, render_template, request, url_for
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from ..accounts import parked
from ..accounts.models import Language
from ..accounts.sessions import the_user
from ..accounts.wording import label
from ..extensions import db
from ..intake import drafting, likely
from ..intake.definition import Definition
from ..intake.definition_checks import problems
from ..intake.definition_differences import differences
from ..intake.errors import BadDefinition, NothingNew, PublishedMeanwhile
from ..intake.forms import TicketForm, ticket_form
from ..intake.models import FormVersion
from ..intake.named_by_rules import named_by_rules, warnings
from ..intake.publishing import obstacles
from ..intake.queries import definition_of
from ..languages import gettext as _
from ..one_draft import DraftExists
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from .blueprint import bp
from .drafts import CHANGED, to
from .hours_pages import Answer, typed
from .ticket_forms import PublishForm
from .ticket_pages import Desk, page, the_desk

VERSION = "/form/versions/<int(max=2147483647):version>"
CHECK = "check"  # the button that checks the answers of a preview


@dataclass(frozen=True)
class Fault:
    """What keeps the draft from being published, and the page on which it is mended."""

    text: str
    address: str


@bp.route("/form/preview", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def preview_ticket() -> Answer:
    """The form as providers will see it, in either language. Nothing can be sent from it, and nothing is kept."""
    desk = the_desk()
    faults = _faults(desk, problems(desk.shown))
    sent = request.form if request.method == "POST" else request.args
    language = next((known for known in Language if known == sent.get("language")), Language.ENGLISH)
    form, part = (None, Markup("")) if faults else _preview(desk.shown, language)
    return page(
        "preview_ticket", desk, faults=faults, part=part, form=form, language=language, languages=list(Language), label=label
    )


@bp.route("/form/publish", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def publish_ticket() -> Answer:
    """Show what is wrong, what changes and which rules are concerned; then put the draft in force."""
    desk = the_desk()
    cautions = list(warnings(desk.current, desk.shown, named_by_rules()))
    if request.method != "POST":
        return _publish_page(_publish_form(desk, cautions), desk, cautions)
    form = PublishForm(has_warnings=bool(cautions))
    if not form.validate():
        return _publish_page(form, desk, cautions), 422
    try:
        with transaction():
            upon = number_in(form.upon.data) or 0
            version = drafting.publish(seen=form.seen_version, upon=upon, reason=form.reason.data, by=the_user()).version
            parked.forget(request.path)
    except BadDefinition:
        return _publish_page(form, the_desk(), cautions), 422
    except NothingNew:
        flash(_("The draft says what is in force already: there is nothing to publish."), "info")
        return to("publish_ticket")
    except (*CHANGED, PublishedMeanwhile) as conflict:
        return _refused(conflict, form)
    flash(_("Version %(number)s is in force: providers are asked by it from now on.", number=version), "ok")
    return to("ticket")


@bp.get(VERSION)
@requires(Permission.EDIT_FORM)
def ticket_version(version: int) -> Answer:
    """One version: who published it and why, and how it differs from another."""
    found = _version_of(version)
    against = request.args.get("against", version - 1, type=int)
    other = db.session.get(FormVersion, against) if 0 < against <= version + 1_000_000 and against != version else None
    old, new = (definition_of(other) if other else None), definition_of(found)
    return page(
        "ticket_version",
        the_desk(),
        version=found,
        other=other,
        numbers=[
            n for n in db.session.scalars(sa.select(FormVersion.version).order_by(FormVersion.version.desc())) if n != version
        ],
        differences=differences(old, new) if old else [],
        topics=sum(topic.is_active for topic in new.topics.values()),
        questions=sum(question.is_active for question in new.questions),
    )


@bp.post(f"{VERSION}/restore")
@requires(Permission.EDIT_FORM)
def restore_ticket(version: int) -> Answer:
    """Begin a draft with an older version; what is known only since then is retired in it."""
    found = _version_of(version)
    try:
        with transaction():
            drafting.start(by=the_user(), like=definition_of(found))
    except DraftExists:
        flash(_("There is a draft already. Publish it, or throw it away, before you go back to an older version."), "warn")
        return to("ticket")
    flash(_("The draft says what version %(number)s said. Nothing is in force until you publish it.", number=version), "ok")
    return to("publish_ticket")


def _version_of(number: int) -> FormVersion:
    wanted = sa.select(FormVersion).where(FormVersion.version == number).options(joinedload(FormVersion.publisher))
    found: FormVersion = db.one_or_404(wanted)
    return found


def _preview(definition: Definition, language: Language) -> tuple[TicketForm, Markup]:
    """The form, and the part of the page that a provider would see, in their language."""
    sent = MultiDict(request.form) if request.method == "POST" else None
    if sent and sent.get("pick"):
        sent["topic"] = sent["pick"]  # one of the likely topics
    here = url_for("admin.preview_ticket")
    with force_locale(language.value):
        form = ticket_form(definition, places=(), formdata=sent, known={})
        if sent and sent.get("then") == CHECK:
            form.validate()
        found = likely.topics_for(form.problem.data, definition)
        part = render_template("admin/_ticket_preview.html", form=form, likely=found, waiting=[], keep_at=here, pick_at=here)
    return form, Markup(part)  # noqa: S704  a template made it


def _faults(desk: Desk, found: Any) -> list[Fault]:
    return [Fault(str(problem), _address_of(problem.place, desk.shown)) for problem in found]


def _address_of(place: str, definition: Definition) -> str:
    """The page on which the place is mended."""
    kind, _dot, rest = place.partition(".")
    name = rest.partition(".")[0]
    if kind == "questions" and name in definition.question:
        return url_for("admin.ticket_question", question_key=name)
    if kind == "groups" and name in definition.topics:
        return url_for("admin.ticket_topic", topic_code=name)
    return url_for("admin.ticket")


def _publish_form(desk: Desk, cautions: list[str]) -> PublishForm:
    form = PublishForm(formdata=typed(), has_warnings=bool(cautions))
    form.version.data, form.upon.data = str(desk.seen), str(desk.current.version)
    return form


def _publish_page(form: PublishForm, desk: Desk, cautions: list[str], *, said: str = "") -> str:
    wrong = list(problems(desk.shown))
    return page(
        "publish_ticket",
        desk,
        form=form,
        faults=_faults(desk, wrong or obstacles(desk.shown)),
        cautions=cautions,
        differences=differences(desk.current, desk.shown),
        said=said,
    )


def _refused(conflict: Exception, form: PublishForm) -> Answer:
    """Somebody was first: tell what became of the draft, with the reason kept where it can still be published."""
    desk = the_desk()
    if desk.draft is None:
        flash(_("Somebody has published the draft, or thrown it away, a moment ago. Your reason was not used."), "warn")
        return to("ticket")
    form.version.data, form.upon.data = str(desk.seen), str(desk.current.version)
    return _publish_page(form, desk, list(warnings(desk.current, desk.shown, named_by_rules())), said=desk.refusal(conflict)), 409
