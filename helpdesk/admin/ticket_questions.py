"""Questions of the help ticket in their sections: looked at, added and changed in the draft."""

from http import HTTPStatus

from flask import abort, request

from ..accounts.sessions import the_user
from ..intake import definition_editing as editing
from ..intake import drafting
from ..intake.definition import Definition, Kind, Question, Section
from ..intake.definition_checks import NEEDED
from ..intake.definition_wording import question_facts
from ..permissions import Permission, requires
from .blueprint import bp
from .drafts import to
from .hours_pages import Answer, typed
from .ticket_additions import AddQuestionForm, AddSectionForm
from .ticket_forms import ActForm, SectionForm
from .ticket_pages import Desk, acted, page, save, the_desk
from .ticket_question_forms import QuestionForm, question_form

SECTION, QUESTION = "/form/sections/<section_key>", "/form/questions/<question_key>"
ROWS = 70  # questions on a page
ANSWERS = "answers"  # the button that shows the answers to a question that another is to depend on


@bp.route(SECTION, methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def ticket_section(section_key: str) -> Answer:
    """A section with its questions; its title and place can be changed."""
    desk = the_desk()
    section = _section_of(desk, section_key)
    if request.method != "POST":
        kept = typed()
        form = SectionForm(formdata=kept) if kept else SectionForm.of(desk.shown, section, seen=desk.seen)
        return _section_page(form, desk, section)
    form = SectionForm()
    if not form.validate():
        return _section_page(form, desk, section), 422

    def change(definition: Definition) -> Definition:
        changed = editing.put_section(definition, form.section(section_key), place=form.place.data)
        return editing.say(changed, form.spoken())

    status = save(form, change)
    if status is not HTTPStatus.OK:
        return _section_page(form, the_desk(), section), status
    return to("ticket_section", section_key=section_key)


@bp.route("/form/sections/add", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def add_ticket_section() -> Answer:
    """A new section, behind the others."""
    desk = the_desk()
    if request.method != "POST":
        kept = typed()
        form = AddSectionForm(desk.shown, formdata=kept, data=None if kept else {"version": str(desk.seen)})
        return _add_section_page(form, desk)
    form = AddSectionForm(desk.shown)
    if not form.validate():
        return _add_section_page(form, desk), 422
    section = form.section()
    status = save(form, lambda d: editing.say(editing.put_section(d, section), form.spoken()))
    if status is not HTTPStatus.OK:
        return _add_section_page(form, the_desk()), status
    return to("ticket_section", section_key=section.key)


@bp.post(f"{SECTION}/remove")
@requires(Permission.EDIT_FORM)
def remove_ticket_section(section_key: str) -> Answer:
    """Take a section that has no question out of the draft."""
    desk, form = the_desk(), ActForm()
    _section_of(desk, section_key)
    if _questions_in(desk, section_key):
        abort(404)
    acted(lambda: drafting.save(lambda d: editing.remove_section(d, section_key), seen=form.seen_version, by=the_user()))
    return to("ticket")


@bp.route(f"{SECTION}/add", methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def add_ticket_question(section_key: str) -> Answer:
    """A new question, behind the others of its section; the rest of it is said on its page."""
    desk = the_desk()
    section = _section_of(desk, section_key)
    if request.method != "POST":
        kept = typed()
        form = AddQuestionForm(
            desk.shown, formdata=kept, data=None if kept else {"version": str(desk.seen), "kind": Kind.TEXT.value}
        )
        return page("add_ticket_question", desk, form=form, section=section)
    form = AddQuestionForm(desk.shown)
    if not form.validate():
        return page("add_ticket_question", desk, form=form, section=section), 422
    place = f"questions.{form.key.data}"
    status = save(form, lambda d: editing.put_question(d, form.question(section_key)), about=place, place=place)
    if status is not HTTPStatus.OK:
        return page("add_ticket_question", the_desk(), form=form, section=section), status
    return to("ticket_question", question_key=form.key.data)


@bp.route(QUESTION, methods=["GET", "POST"])
@requires(Permission.EDIT_FORM)
def ticket_question(question_key: str) -> Answer:
    """One question, who names it, and what can be changed of it."""
    desk = the_desk()
    question = _question_of(desk, question_key)
    published = desk.current.question.get(question_key)
    if request.method != "POST":
        kept = typed()
        if kept:
            return _question_page(question_form(desk.shown, question, published=published, formdata=kept), desk, question)
        return _question_page(question_form(desk.shown, question, published=published, seen=desk.seen), desk, question)
    form = question_form(desk.shown, question, published=published, formdata=request.form)
    if request.form.get("then") == ANSWERS:
        return _question_page(form, desk, question)
    if not form.validate():
        return _question_page(form, desk, question), 422

    def change(definition: Definition) -> Definition:
        place = form.place.data if form.section.data == question.section else None
        return editing.say(editing.put_question(definition, form.question(), place=place), form.spoken())

    place = f"questions.{question_key}"
    status = save(form, change, about=place, place=place)
    if status is not HTTPStatus.OK:
        return _question_page(form, the_desk(), question), status
    return to("ticket_question", question_key=question_key)


@bp.post(f"{QUESTION}/remove")
@requires(Permission.EDIT_FORM)
def remove_ticket_question(question_key: str) -> Answer:
    """Take a question that was never published out of the draft."""
    desk, form = the_desk(), ActForm()
    section = _question_of(desk, question_key).section
    if question_key in desk.current.question:
        abort(404)
    acted(lambda: drafting.save(lambda d: editing.remove_question(d, question_key), seen=form.seen_version, by=the_user()))
    return to("ticket_section", section_key=section)


def _section_of(desk: Desk, key: str) -> Section:
    return next((section for section in desk.shown.sections if section.key == key), None) or abort(404)


def _question_of(desk: Desk, key: str) -> Question:
    return desk.shown.question.get(key) or abort(404)


def _questions_in(desk: Desk, section: str) -> list[Question]:
    return [question for question in desk.shown.questions if question.section == section]


def _section_page(form: SectionForm, desk: Desk, section: Section) -> str:
    form.tell_catalog()
    every, start = _questions_in(desk, section.key), max(request.args.get("start", 0, type=int), 0)
    following = start + ROWS if start + ROWS < len(every) else None
    shown = every[start : start + ROWS]
    return page(
        "ticket_section", desk, form=form, section=section, questions=shown, total=len(every), start=start, following=following
    )


def _add_section_page(form: AddSectionForm, desk: Desk) -> str:
    form.tell_catalog()
    return page("add_ticket_section", desk, form=form)


def _question_page(form: QuestionForm, desk: Desk, question: Question) -> str:
    form.tell_catalog()
    return page(
        "ticket_question",
        desk,
        form=form,
        question=question,
        facts=question_facts(desk.shown, question),
        is_needed=question.key in NEEDED,
        is_new=question.key not in desk.current.question,
        depending=[q for q in desk.shown.questions if any(clause.question == question.key for clause in q.when)],
    )
