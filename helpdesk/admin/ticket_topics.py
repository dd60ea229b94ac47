"""Topics of the help ticket in their groups, and what it says when vaccine is at risk: seen, added and changed."""

from dataclasses import replace
from http import HTTPStatus

from flask import abort, request

from ..accounts.sessions import the_user
from ..intake import definition_editing as editing
from ..intake import drafting
from ..intake.definition import Definition, TopicDefinition, TopicGroup
from ..intake.definition_wording import topic_facts, urgent_facts
from ..languages import gettext as _
from ..permissions import Permission, requires
from .blueprint import bp
from .drafts import to
from .hours_pages import Answer, typed
from .ticket_forms import ActForm, AddGroupForm, AddTopicForm, GroupForm, TopicForm
from .ticket_pages import Desk, acted, articles_about, open_teams, page, save, the_desk
from .ticket_urgent_form import UrgentForm, WordsForm

GROUP, TOPIC = "/form/groups/<group_code>", "/form/topics/<topic_code>"


@bp.route(GROUP, methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def ticket_group(group_code: str) -> Answer:
    """A group with its topics; its name and place can be changed."""
    desk = the_desk()
    group = _group_of(desk, group_code)
    if request.method != "POST":
        kept, place = typed(), desk.shown.groups.index(group) + 1
        begun = {"name": group.name, "name_es": desk.shown.spanish.get(group.name, ""), "place": place, "version": str(desk.seen)}
        return _group_page(GroupForm(formdata=kept) if kept else GroupForm(formdata=None, data=begun), desk, group)
    form = GroupForm()
    if not form.validate():
        return _group_page(form, desk, group), 422

    def change(definition: Definition) -> Definition:
        found = next(g for g in definition.groups if g.code == group_code)
        changed = editing.put_group(definition, replace(found, name=form.name.data), place=form.place.data)
        return editing.say(changed, form.spoken())

    status = save(form, change)
    return (
        to("ticket_group", group_code=group_code) if status is HTTPStatus.OK else (_group_page(form, the_desk(), group), status)
    )


@bp.route("/form/groups/add", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def add_ticket_group() -> Answer:
    """A new group with its first topic, behind the others."""
    desk = the_desk()
    if request.method != "POST":
        kept = typed()
        begun = {"version": str(desk.seen), "needs_location": True, "priority": "P3"}
        return _add_group_page(AddGroupForm(desk.shown, open_teams(), formdata=kept, data=None if kept else begun), desk)
    form = AddGroupForm(desk.shown, open_teams())
    if not form.validate():
        return _add_group_page(form, desk), 422
    status = save(form, lambda d: editing.say(editing.put_group(d, form.new_group), form.spoken()))
    if status is not HTTPStatus.OK:
        return _add_group_page(form, the_desk()), status
    return to("ticket_group", group_code=form.new_group.code)


@bp.route(f"{GROUP}/add", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def add_ticket_topic(group_code: str) -> Answer:
    """A new topic, behind the others of its group."""
    desk = the_desk()
    group = _group_of(desk, group_code)
    if request.method != "POST":
        kept = typed()
        begun = {"version": str(desk.seen), "needs_location": True, "priority": "P3", "team": group.topics[-1].team}
        return _add_page(AddTopicForm(desk.shown, open_teams(), group, formdata=kept, data=None if kept else begun), desk, group)
    form = AddTopicForm(desk.shown, open_teams(), group)
    if not form.validate():
        return _add_page(form, desk, group), 422
    code = form.whole_code
    status = save(form, lambda d: editing.say(editing.put_topic(d, form.topic(code), group=group_code), form.spoken()))
    return to("ticket_topic", topic_code=code) if status is HTTPStatus.OK else (_add_page(form, the_desk(), group), status)


@bp.route(TOPIC, methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def ticket_topic(topic_code: str) -> Answer:
    """One topic, who names it, and what can be changed of it."""
    desk = the_desk()
    topic = _topic_of(desk, topic_code)
    teams = open_teams(also=topic.team)
    if request.method != "POST":
        kept = typed()
        form = (
            TopicForm(desk.shown, teams, formdata=kept) if kept else TopicForm.of(desk.shown, topic, teams=teams, seen=desk.seen)
        )
        return _topic_page(form, desk, topic)
    form = TopicForm(desk.shown, teams)
    if not form.validate():
        return _topic_page(form, desk, topic), 422
    before = desk.shown.group_of[topic_code]
    if form.group.data != before.code and len(before.topics) == 1:
        form.group.errors = [_("It is the only topic of its group, which has to keep one.")]
        return _topic_page(form, desk, topic), 422

    def change(definition: Definition) -> Definition:
        place = form.place.data if form.group.data == before.code else None
        return editing.say(
            editing.put_topic(definition, form.topic(topic_code), group=form.group.data, place=place), form.spoken()
        )

    status = save(form, change)
    return (
        to("ticket_topic", topic_code=topic_code) if status is HTTPStatus.OK else (_topic_page(form, the_desk(), topic), status)
    )


@bp.post(f"{TOPIC}/remove")
@requires(Permission.EDIT_FORM)
def remove_ticket_topic(topic_code: str) -> Answer:
    """Take a topic that was never published out of the draft."""
    desk, form = the_desk(), ActForm()
    _topic_of(desk, topic_code)
    if topic_code in desk.current.topics:
        abort(404)
    acted(lambda: drafting.save(lambda d: editing.remove_topic(d, topic_code), seen=form.seen_version, by=the_user()))
    return to("ticket")


@bp.route("/form/urgent", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def ticket_urgent() -> Answer:
    """What the form says when vaccine is at risk."""
    desk = the_desk()
    if request.method != "POST":
        kept = typed()
        return _urgent_page(UrgentForm(formdata=kept) if kept else UrgentForm.of(desk.shown, seen=desk.seen), desk)
    form = UrgentForm()
    if not form.validate():
        return _urgent_page(form, desk), 422
    status = save(form, lambda d: editing.say(replace(d, urgent=form.urgent), form.spoken()))
    return to("ticket") if status is HTTPStatus.OK else (_urgent_page(form, the_desk()), status)


@bp.route("/form/words", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def ticket_words() -> Answer:
    """Words that mean the same where a topic is looked for."""
    desk = the_desk()
    if request.method != "POST":
        kept, begun = typed(), {"same_words": "\n".join(desk.shown.same_words), "version": str(desk.seen)}
        return page("ticket_words", desk, form=WordsForm(formdata=kept) if kept else WordsForm(formdata=None, data=begun))
    form = WordsForm()
    if not form.validate():
        return page("ticket_words", desk, form=form), 422
    status = save(form, lambda d: replace(d, same_words=form.lists))
    return to("ticket") if status is HTTPStatus.OK else (page("ticket_words", the_desk(), form=form), status)


def _group_of(desk: Desk, code: str) -> TopicGroup:
    return next((group for group in desk.shown.groups if group.code == code), None) or abort(404)


def _topic_of(desk: Desk, code: str) -> TopicDefinition:
    return desk.shown.topics.get(code) or abort(404)


def _group_page(form: GroupForm, desk: Desk, group: TopicGroup) -> str:
    form.tell_catalog()
    articles = articles_about([topic.code for topic in group.topics])
    return page("ticket_group", desk, form=form, group=group, teams=open_teams(), articles=articles)


def _topic_page(form: TopicForm, desk: Desk, topic: TopicDefinition) -> str:
    form.tell_catalog()
    return page(
        "ticket_topic",
        desk,
        form=form,
        topic=topic,
        facts=topic_facts(desk.shown, topic) if topic.code in desk.shown.topics else [],
        articles=articles_about([topic.code])[topic.code],
        questions=desk.shown.questions_of(topic.code),
        is_new=topic.code not in desk.current.topics,
    )


def _add_page(form: AddTopicForm, desk: Desk, group: TopicGroup) -> str:
    form.tell_catalog()
    return page("add_ticket_topic", desk, form=form, group=group)


def _add_group_page(form: AddGroupForm, desk: Desk) -> str:
    form.tell_catalog()
    return page("add_ticket_group", desk, form=form)


def _urgent_page(form: UrgentForm, desk: Desk) -> str:
    form.tell_catalog()
    return page("ticket_urgent", desk, form=form, facts=urgent_facts(desk.shown))
