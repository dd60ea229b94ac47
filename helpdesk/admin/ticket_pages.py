"""The help ticket form in the hands of administrators: what is in force, the draft and who edits it, how a change is saved."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, render_template, request
from sqlalchemy.orm import defer, joinedload

from ..accounts import parked
from ..accounts.models import Team
from ..accounts.sessions import the_user
from ..extensions import db
from ..intake import definition_editing as editing
from ..intake import drafting
from ..intake.definition import Definition
from ..intake.definition_differences import differences
from ..intake.definition_wording import question_sentence, topic_sentence, without_spanish
from ..intake.drafting import Change
from ..intake.errors import BadDefinition
from ..intake.models import FormDraft, FormVersion
from ..intake.named_by_rules import listed, named_by_rules
from ..intake.queries import current_definition, form_versions
from ..knowledge.models import Article, ArticleTopic
from ..languages import gettext as _
from ..one_draft import DraftExists
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from .blueprint import bp
from .drafts import CHANGED, Conflict, DraftedDesk, say_that_it_changed, taken, tell_conflict, to
from .hours_pages import Answer
from .ticket_forms import ActForm, DraftForm

VERSIONS = 20  # on a page
MOVES = {
    "topic": editing.move_topic,
    "group": editing.move_group,
    "section": editing.move_section,
    "question": editing.move_question,
}


@dataclass(frozen=True)
class Desk(DraftedDesk):
    """What is in force, and the draft if there is one; `shown` is the draft, or else what is in force."""

    current: Definition
    draft: FormDraft | None
    shown: Definition


def the_desk() -> Desk:
    """The form as it is, and as it is being edited."""
    current, draft = current_definition(), drafting.the_draft()
    return Desk(current, draft, drafting.definition_in(draft) if draft else current)


def page(name: str, desk: Desk, **about: Any) -> str:
    """A page about the form, with what all of them show."""
    tell_conflict(about.get("form"), desk)
    return render_template(
        f"admin/{name}.html",
        desk=desk,
        named=named_by_rules(),
        listed=listed,
        topic_sentence=topic_sentence,
        question_sentence=question_sentence,
        **about,
    )


@bp.get("/form")
@requires(Permission.EDIT_FORM)
def ticket() -> Answer:
    """Topics in their groups, sections with their questions, versions."""
    desk, before = the_desk(), number_in(request.args.get("before"))
    every = form_versions().options(joinedload(FormVersion.publisher), defer(FormVersion.definition))
    rows = list(db.session.scalars((every.where(FormVersion.version < before) if before else every).limit(VERSIONS + 1)))
    counts: dict[str, int] = defaultdict(int)
    for question in desk.shown.questions:
        counts[question.section] += question.is_active
    return page(
        "ticket",
        desk,
        counts=counts,
        versions=rows[:VERSIONS],
        before=before,
        following=rows[VERSIONS - 1].version if len(rows) > VERSIONS else None,
        english_only=without_spanish(desk.shown, set(editing.texts(desk.shown))),
    )


@bp.post("/form/draft")
@requires(Permission.EDIT_FORM)
def begin_ticket() -> Answer:
    """Begin the draft with what is in force."""
    try:
        with transaction():
            drafting.start(by=the_user())
    except DraftExists:
        flash(_("Somebody has begun a draft already: see below who edits it."), "warn")
        return to("ticket")
    flash(_("The draft is yours. Providers see nothing of it until it is published."), "ok")
    return to("ticket")


@bp.route("/form/take-over", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def take_over_ticket() -> Answer:
    """Ask before the draft changes hands; then edit it in place of whoever did."""
    desk = the_desk()
    if request.method != "POST":
        return page("take_over_ticket", desk)
    if desk.draft is None:
        return to("ticket")
    with transaction():
        drafting.take_over(by=the_user())
    flash(_("The draft is yours now. What its editor types meanwhile cannot be saved; they are told so."), "ok")
    return to("ticket")


@bp.route("/form/discard", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def discard_ticket() -> Answer:
    """Ask before the draft is thrown away, showing what it would change; then throw it away."""
    desk, form = the_desk(), ActForm()
    if request.method != "POST":
        form.version.data = str(desk.seen)
        return page("discard_ticket", desk, form=form, differences=differences(desk.current, desk.shown))
    if acted(lambda: drafting.discard(seen=form.seen_version, by=the_user())):
        flash(_("The draft is thrown away. What is in force stays as it is."), "ok")
    return to("ticket")


@bp.post("/form/catch-up")
@requires(Permission.EDIT_FORM)
def catch_up_ticket() -> Answer:
    """Take in what was published meanwhile and the draft has not."""
    form = ActForm()
    if acted(lambda: drafting.catch_up(seen=form.seen_version, by=the_user())):
        flash(_("The draft has what was added meanwhile. Look below at what it would change."), "ok")
    return to("publish_ticket")


@bp.post("/form/move")
@requires(Permission.EDIT_FORM)
def move_in_ticket() -> Answer:
    """Let something change places with the one above or below, and go back to its list."""
    form, kind = ActForm(), request.form.get("kind", "")
    name, up = request.form.get("up") or request.form.get("down", ""), "up" in request.form
    move = MOVES.get(kind)
    if move is None:
        abort(404)

    def change(definition: Definition) -> Definition:
        return move(definition, name, up=up)

    try:
        acted(lambda: drafting.save(change, seen=form.seen_version, by=the_user()))
        return _to_list(kind, name)
    except (KeyError, ValueError, StopIteration):
        abort(404)


def acted(act: Callable[[], Any]) -> bool:
    """Do something with the draft that is no form to be kept; False, and said why, where it is another's or another by now."""
    try:
        with transaction():
            act()
    except CHANGED:
        say_that_it_changed()
        return False
    return True


def save(form: DraftForm, change: Change, *, about: str = "", place: str = "") -> HTTPStatus:
    """Save the draft with a change, after taking it over or beginning another where that was the button.

    Else the form says what is wrong, or whose draft it is by now and what differs; `place` is where its fields belong.
    """
    try:
        with transaction():
            seen = taken(drafting, request.form.get("then", ""), form.seen_version)
            is_other = drafting.save(change, seen=seen, by=the_user(), about=about)
            parked.forget(request.path)
    except BadDefinition as wrong:
        name = {"required": "is_required"}.get(wrong.place.removeprefix(f"{place}."), wrong.place.removeprefix(f"{place}."))
        if name in form:
            form[name].errors = [*form[name].errors, wrong.problem.capitalize()]
        else:
            form.form_errors.append(wrong.problem.capitalize())
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except (*CHANGED, DraftExists):
        form.conflict = _conflict(change)
        form.version.data = str(the_desk().seen)
        return HTTPStatus.CONFLICT
    flash(_("Saved in the draft.") if is_other else _("Nothing has been changed."), "ok" if is_other else "info")
    return HTTPStatus.OK


def open_teams(also: str = "") -> dict[str, str]:
    """Names of the teams that a topic can be sent to, by code; `also` a closed one that it names already."""
    found = sa.select(Team.code, Team.name).where(Team.is_active | (Team.code == also)).order_by(Team.name)
    return {row.code: row.name for row in db.session.execute(found)}


def articles_about(codes: list[str]) -> dict[str, list[Article]]:
    """The published articles that answer these topics, by topic."""
    pairs = sa.select(ArticleTopic.topic_code, Article).join(Article, Article.id == ArticleTopic.article_id)
    published = pairs.where(ArticleTopic.topic_code.in_(codes), Article.version > 0, Article.withdrawn_at.is_(None))
    found = defaultdict[str, list[Article]](list)
    for code, article in db.session.execute(published.order_by(Article.title)):
        found[code].append(article)
    return found


def _conflict(change: Change) -> Conflict:
    desk = the_desk()
    try:
        differ = tuple(differences(desk.shown, change(desk.shown)))
    except (BadDefinition, LookupError, StopIteration):
        differ = ()
    return desk.conflict(differ)


def _to_list(kind: str, name: str) -> Answer:
    shown = the_desk().shown
    if kind == "topic":
        return to("ticket_group", group_code=shown.group_of[name].code, _anchor=f"row-{name}")
    if kind == "question":
        return to("ticket_section", section_key=shown.question[name].section, _anchor=f"row-{name}")
    return to("ticket", _anchor="topics" if kind == "group" else "questions")
