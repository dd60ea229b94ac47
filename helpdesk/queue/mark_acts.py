"""Tags and watchers of a case by hand, on a page of their own; watching it oneself is a button on the case."""

from functools import lru_cache
from typing import TypeVar

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked, people
from ..accounts.anybody import Anybody, anybody_like, filled_in
from ..accounts.models import Team, User
from ..accounts.sessions import the_user
from ..cases import marking, marks, merge_marks
from ..cases.marking import NotOfTheDesk, TagRefused, TagTooLong, TooManyTags
from ..cases.models import Case
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from .blueprint import bp
from .mail_acts import case_of
from .merge_forms import TagsForm, WatchersForm
from .shelf import tags_for

Answer = str | Response | tuple[str, int]
Row = TypeVar("Row", Team, User)
MOST_OFFERED = 50


@bp.get("/cases/<number>/marks")
@requires(Permission.WORK_ON_CASES)
def marks_of_case(number: str) -> Answer:
    """Its tags and who watches it, and boxes for more."""
    typed = parked.fields_for(request.path)
    return _page(case_of(number), TagsForm(MultiDict(typed) if typed else None))


@bp.post("/cases/<number>/marks")
@requires(Permission.WORK_ON_CASES)
def change_marks(number: str) -> Answer:
    """Do what the button says: each changes one thing."""
    case = case_of(number)
    if "tags" in request.form:
        return _add_tags(case)
    with transaction():
        done = _changed(case)
        parked.forget(request.path)
    flash(done or _("Nothing has changed."), "ok" if done else "info")
    return redirect(url_for(".case" if "me" in request.form else ".marks_of_case", number=case.number), code=303)


def _add_tags(case: Case) -> Answer:
    form = TagsForm()
    if not form.validate():
        return _page(case, form), 422
    try:
        tags = marking.tags_in(form.tags.data)
        with transaction():
            new = marking.tag(case, tags, by=the_user())
            parked.forget(request.path)
    except TagRefused as refused:
        words = {"tag": refused.tag}
        too_long, about_patient = (
            _("“%(tag)s” is too long for a tag.", **words),
            _("“%(tag)s” looks like data of a patient.", **words),
        )
        form.tags.errors = [too_long if isinstance(refused, TagTooLong) else about_patient]
        return _page(case, form), 422
    except TooManyTags:
        form.tags.errors = [_("A case has at most ten tags. Take one off first.")]
        return _page(case, form), 422
    flash(_("Tagged: %(tags)s.", tags=", ".join(new)) if new else _("Nothing has changed."), "ok" if new else "info")
    return redirect(url_for(".marks_of_case", number=case.number), code=303)


def _changed(case: Case) -> str:
    """Change what the pressed button stands for; returns what is said about it, or nothing where nothing has changed."""
    pressed, me = request.form, the_user()
    if "untag" in pressed:
        return _("The tag is removed.") if marking.untag(case, [pressed["untag"]], by=me) else ""
    if "me" in pressed:
        return _watch_myself(case, me, is_wanted=pressed["me"] == "watch")
    if team := _named(Team, pressed.get("end_team") or pressed.get("team")):
        return _change_team(case, team, ends="end_team" in pressed)
    if person := _named(User, pressed.get("end_person") or pressed.get("person")):
        return _change_person(case, person, ends="end_person" in pressed)
    return ""


def _watch_myself(case: Case, me: User, *, is_wanted: bool) -> str:
    if is_wanted:
        return _("You watch this case. It stands under “Watched”.") if marking.let_watch(case, me, by=me) else ""
    return _("You watch this case no more.") if marking.end_watching(case, me, by=me) else ""


def _change_team(case: Case, team: Team, *, ends: bool) -> str:
    if ends:
        is_changed = marking.end_watching_of_team(case, team, by=the_user())
        return _("%(name)s watches it no more.", name=team.name) if is_changed else ""
    is_changed = team.is_active and marking.let_team_watch(case, team, by=the_user())
    return _("%(name)s watches it now.", name=team.name) if is_changed else ""


def _change_person(case: Case, person: User, *, ends: bool) -> str:
    if ends:
        is_changed = marking.end_watching(case, person, by=the_user())
        return _("%(name)s watches it no more.", name=person.name) if is_changed else ""
    try:
        is_changed = marking.let_watch(case, person, by=the_user())
    except NotOfTheDesk:
        return ""
    return _("%(name)s watches it now, and sees it whoever has it.", name=person.name) if is_changed else ""


def _named(kind: type[Row], typed: str | None) -> Row | None:
    number = number_in(typed)
    return db.session.get(kind, number) if number else None


def _offered_to(user: User) -> list[str]:
    return list(db.session.scalars(_offered(anybody_like(user)), filled_in(user)))


@lru_cache(maxsize=8)
def _offered(who: Anybody) -> sa.Select[str]:
    return tags_for(who, most=MOST_OFFERED)


def _page(case: Case, form: TagsForm) -> str:
    tags, watching = marks.tags_of(case.id), marks.people_watching(case.id)
    staff = db.session.scalars(people.who_work_here()).all()
    return render_template(
        "queue/marks_of_case.html",
        case=case,
        form=form,
        tags=tags,
        in_use=[tag for tag in _offered_to(the_user()) if tag not in tags],
        teams=marks.teams_watching(case.id),
        people=watching,
        watchers=WatchersForm(
            formdata=None,
            teams=merge_marks.teams_open_to_watch(case),
            people=[person for person in staff if person not in watching],
        ),
    )
