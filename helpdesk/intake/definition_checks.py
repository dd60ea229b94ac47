"""What has to hold across a definition: names that exist, answers that can be given, and what the desk itself needs to know."""

from collections import Counter
from collections.abc import Iterable

from flask_babel import gettext as _

from ..accounts.models import Language
from ..cases.choices import Impact, ProviderRole, System, Urgency
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
    _check_names(definition)
    if not any(topic.is_active for topic in definition.topics.values()):
        raise BadDefinition("groups", _("at least one topic has to be on offer"))
    sections = {section.key for section in definition.sections}
    places = {*definition.topics, *(group.code for group in definition.groups)}
    earlier: dict[str, Question] = {}
    for question in definition.questions:
        place = f"questions.{question.key}"
        if question.section not in sections:
            raise BadDefinition(f"{place}.section", _("there is no section %(name)s", name=question.section))
        if unknown := [code for code in question.topics if code not in places]:
            raise BadDefinition(f"{place}.topics", _("there is no topic or group %(name)s", name=unknown[0]))
        _check_question(question, place)
        for clause in question.when:
            _check_clause(clause, earlier, f"{place}.when")
        earlier[question.key] = question
    _check_needed(definition)


def _check_names(definition: Definition) -> None:
    topics = [topic.code for group in definition.groups for topic in group.topics]
    _none_twice("groups", [*topics, *(group.code for group in definition.groups)])
    _none_twice("sections", [section.key for section in definition.sections])
    _none_twice("questions", [question.key for question in definition.questions])
    for group in definition.groups:
        for topic in group.topics:
            if not topic.code.startswith(f"{group.code}-"):
                raise BadDefinition(
                    f"groups.{group.code}", _("the code of the topic %(code)s has to begin with it", code=topic.code)
                )


def _none_twice(place: str, names: Iterable[str]) -> None:
    twice = [name for name, number in Counter(names).items() if number > 1]
    if twice:
        raise BadDefinition(place, _("%(name)s is there twice", name=twice[0]))


def _check_question(question: Question, place: str) -> None:
    if question.key in TAKEN or hasattr(TicketForm, question.key):
        raise BadDefinition(f"{place}.key", _("the page needs this name itself"))
    values = [choice.value for choice in question.choices]
    _none_twice(f"{place}.choices", values)
    if question.kind in CHOSEN and len(values) < FEWEST_CHOICES:
        raise BadDefinition(f"{place}.choices", _("there have to be at least two answers to choose from"))
    if question.kind not in CHOSEN and values:
        raise BadDefinition(f"{place}.choices", _("only a radio or a select has answers to choose from"))
    if question.least is not None and question.most is not None and question.least > question.most:
        raise BadDefinition(f"{place}.least", _("is more than the most"))
    if question.kind is not Kind.NUMBER and (question.least or 0) < 0:
        raise BadDefinition(f"{place}.least", _("a text cannot be shorter than nothing"))


def _check_clause(clause: Clause, earlier: dict[str, Question], place: str) -> None:
    asked = earlier.get(clause.question)
    if asked is None:
        raise BadDefinition(place, _("%(key)s is no earlier question", key=clause.question))
    possible = {choice.value for choice in asked.choices}
    if not possible:
        raise BadDefinition(place, _("%(key)s has no answers to choose from", key=clause.question))
    if unknown := [value for value in clause.values if value not in possible]:
        raise BadDefinition(place, _("%(key)s cannot be answered by %(value)s", key=clause.question, value=unknown[0]))


def _check_needed(definition: Definition) -> None:
    for key, (kinds, answers) in NEEDED.items():
        question, place = definition.question.get(key), f"questions.{key}"
        if question is None or not question.is_active or question.topics or question.when:
            raise BadDefinition(place, _("every case needs this question, whatever its topic"))
        if question.kind not in kinds:
            raise BadDefinition(f"{place}.kind", _("has to be one of: %(names)s", names=", ".join(sorted(kinds))))
        if key in ALWAYS_REQUIRED and not question.is_required:
            raise BadDefinition(f"{place}.required", _("every case needs an answer to it"))
        if unknown := sorted({choice.value for choice in question.choices} - answers):
            raise BadDefinition(f"{place}.choices", _("the desk does not know the answer %(value)s", value=unknown[0]))
        if key in LONGEST and not 0 < (question.most or 0) <= LONGEST[key]:
            raise BadDefinition(f"{place}.most", _("has to be from 1 to %(most)s", most=LONGEST[key]))
    active = [question.kind for question in definition.questions if question.is_active]
    for kind in ONE_OF_A_KIND:
        if active.count(kind) > 1:
            raise BadDefinition("questions", _("there can be one question of the kind %(kind)s", kind=kind.value))
