"""What has to hold across a definition: names that exist, answers that can be given, and what the desk itself needs to know."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ..accounts.models import Language
from ..cases.choices import Impact, ProviderRole, System, Urgency
from ..languages import gettext as _
from .definition import CHOSEN, Clause, Definition, Kind, Question
from .errors import BadDefinition
from .forms import TicketForm

# What every case needs: how it is asked, and where only these answers make sense, which.
NEEDED: dict[str, tuple[frozenset[Kind], frozenset[str]]] = {
    "role": (CHOSEN, frozenset(ProviderRole)),
    "organization": (frozenset({Kind.TEXT}), frozenset()),
    "location": (frozenset({Kind.TEXT}), frozenset()),
    "system": (CHOSEN, frozenset(System)),
    "subject": (frozenset({Kind.TEXT}), frozenset()),
    "description": (frozenset({Kind.PARAGRAPHS}), frozenset()),
    "impact": (CHOSEN, frozenset(Impact)),
    "urgency": (CHOSEN, frozenset(Urgency)),
    "reply_language": (CHOSEN, frozenset(Language)),
}
ALWAYS_REQUIRED = frozenset(NEEDED) - {"location"}  # whether that one is required is said by the topic
LONGEST = {"subject": 120, "organization": 120, "location": 120, "description": 5000}
# Names of other fields of the page, of its buttons and of what a form has besides its fields.
TAKEN = frozenset(
    {"asked", "change", "csrf_token", "definition", "draft", "files", "find", "form_key", "is_private", "next", "pick", "place"}
    | {"places", "problem", "remove", "shown", "then", "topic", "version"}
)
FEWEST_CHOICES = 2
ONE_OF_A_KIND = frozenset({Kind.FILES, Kind.PEOPLE})  # there is one place for them in a case


def check(definition: Definition) -> None:
    """Raise BadDefinition for the first thing that does not fit."""
    for problem in problems(definition):
        raise problem


def problems(definition: Definition) -> Iterator[BadDefinition]:
    """Everything that does not fit, each with its place."""
    yield from _in_names(definition)
    if not any(topic.is_active for topic in definition.topics.values()):
        yield BadDefinition("groups", _("at least one topic has to be on offer"))
    sections = {section.key for section in definition.sections}
    places = {*definition.topics, *(group.code for group in definition.groups)}
    earlier: dict[str, Question] = {}
    for question in definition.questions:
        place = f"questions.{question.key}"
        if question.section not in sections:
            yield BadDefinition(f"{place}.section", _("there is no section %(name)s", name=question.section))
        if unknown := [code for code in question.topics if code not in places]:
            yield BadDefinition(f"{place}.topics", _("there is no topic or group %(name)s", name=unknown[0]))
        yield from _in_question(question, place)
        for clause in question.when:
            yield from _in_clause(question, clause, earlier, f"{place}.when")
        earlier[question.key] = question
    yield from _in_what_is_needed(definition)


def _in_names(definition: Definition) -> Iterator[BadDefinition]:
    topics = [topic.code for group in definition.groups for topic in group.topics]
    yield from _twice("groups", [*topics, *(group.code for group in definition.groups)])
    yield from _twice("sections", [section.key for section in definition.sections])
    yield from _twice("questions", [question.key for question in definition.questions])
    known = {group.code for group in definition.groups}
    for group in definition.groups:
        for topic in group.topics:
            if topic.code.partition("-")[0] not in known:
                problem = _("the code of the topic %(code)s has to begin with that of a group", code=topic.code)
                yield BadDefinition(f"groups.{group.code}", problem)


def _twice(place: str, names: Iterable[str]) -> Iterator[BadDefinition]:
    for name, number in Counter(names).items():
        if number > 1:
            yield BadDefinition(place, _("%(name)s is there twice", name=name))


def _in_question(question: Question, place: str) -> Iterator[BadDefinition]:
    if question.key in TAKEN or hasattr(TicketForm, question.key):
        yield BadDefinition(f"{place}.key", _("the page needs this name itself"))
    yield from _twice(f"{place}.choices", [choice.value for choice in question.choices])
    if question.kind in CHOSEN and len(question.offered) < FEWEST_CHOICES:
        yield BadDefinition(f"{place}.choices", _("there have to be at least two answers to choose from"))
    if question.kind not in CHOSEN and question.choices:
        yield BadDefinition(f"{place}.choices", _("only a radio or a select has answers to choose from"))
    if question.least is not None and question.most is not None and question.least > question.most:
        yield BadDefinition(f"{place}.least", _("is more than the most"))
    if question.kind is not Kind.NUMBER and (question.least or 0) < 0:
        yield BadDefinition(f"{place}.least", _("a text cannot be shorter than nothing"))


def _in_clause(question: Question, clause: Clause, earlier: dict[str, Question], place: str) -> Iterator[BadDefinition]:
    asked = earlier.get(clause.question)
    if asked is None:
        yield BadDefinition(place, _("%(key)s is no earlier question", key=clause.question))
        return
    possible = {choice.value for choice in asked.choices}
    if not possible:
        yield BadDefinition(place, _("%(key)s has no answers to choose from", key=clause.question))
        return
    if unknown := [value for value in clause.values if value not in possible]:
        yield BadDefinition(place, _("%(key)s cannot be answered by %(value)s", key=clause.question, value=unknown[0]))
    elif question.is_active and not _can_hold(clause, asked):
        yield BadDefinition(place, _("%(key)s can no longer be answered so: this would never be asked", key=clause.question))


def _can_hold(clause: Clause, asked: Question) -> bool:
    return asked.is_active and any(choice.value in clause.values for choice in asked.offered)


def _in_what_is_needed(definition: Definition) -> Iterator[BadDefinition]:
    for key, (kinds, answers) in NEEDED.items():
        question, place = definition.question.get(key), f"questions.{key}"
        if question is None or not question.is_active or question.topics or question.when:
            yield BadDefinition(place, _("every case needs this question, whatever its topic"))
            continue
        if question.kind not in kinds:
            yield BadDefinition(f"{place}.kind", _("has to be one of: %(names)s", names=", ".join(sorted(kinds))))
        if key in ALWAYS_REQUIRED and not question.is_required:
            yield BadDefinition(f"{place}.required", _("every case needs an answer to it"))
        if unknown := sorted({choice.value for choice in question.choices} - answers):
            yield BadDefinition(f"{place}.choices", _("the desk does not know the answer %(value)s", value=unknown[0]))
        if key in LONGEST and not 0 < (question.most or 0) <= LONGEST[key]:
            yield BadDefinition(f"{place}.most", _("has to be from 1 to %(most)s", most=LONGEST[key]))
    active = [question.kind for question in definition.questions if question.is_active]
    for kind in ONE_OF_A_KIND:
        if active.count(kind) > 1:
            yield BadDefinition("questions", _("there can be one question of the kind %(kind)s", kind=kind.value))
