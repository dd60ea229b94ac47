"""A definition as a mapping again, in one stable order: what reading makes of it is the same definition."""

from typing import Any

from .definition import Choice, Definition, Question, TopicDefinition


def write(definition: Definition) -> dict[str, Any]:
    """Everything but the version; what has its usual value is left out."""
    written: dict[str, Any] = {
        "groups": [{"code": g.code, "name": g.name, "topics": [_topic(t) for t in g.topics]} for g in definition.groups],
        "urgent": {
            "title": definition.urgent.title,
            "steps": list(definition.urgent.steps),
            "outside_hours": definition.urgent.outside_hours,
        },
        "sections": [{"key": s.key, "title": s.title} | ({"help": s.help} if s.help else {}) for s in definition.sections],
        "questions": [_question(question) for question in definition.questions],
    }
    optional = {"spanish": dict(sorted(definition.spanish.items())), "same_words": list(definition.same_words)}
    return written | {name: value for name, value in optional.items() if value}


def _topic(topic: TopicDefinition) -> dict[str, Any]:
    return {
        "code": topic.code,
        "name": topic.name,
        "priority": topic.priority.value,
        "team": topic.team,
        **({} if topic.needs_location else {"needs_location": False}),
        **({"is_urgent": True} if topic.is_urgent else {}),
        **({"keywords": topic.keywords} if topic.keywords else {}),
        **({} if topic.is_active else {"is_active": False}),
    }


def _question(question: Question) -> dict[str, Any]:
    optional = {
        "help": question.help,
        "required": question.is_required,
        "missing": question.missing,
        "past": question.is_past,
        "decimals": question.has_decimals,
        "topics": list(question.topics),
        "when": [{"question": clause.question, "is": list(clause.values)} for clause in question.when],
        "choices": [_choice(choice) for choice in question.choices],
    }
    limits = {"least": question.least, "most": question.most}
    return {
        "key": question.key,
        "section": question.section,
        "kind": question.kind.value,
        "label": question.label,
        **{name: value for name, value in optional.items() if value},
        **{name: value for name, value in limits.items() if value is not None},
        **({} if question.is_active else {"is_active": False}),
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {"value": choice.value, "label": choice.label, **({} if choice.is_active else {"is_active": False})}
