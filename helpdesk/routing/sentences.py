"""A rule as sentences that a team lead reads: "When the topic is NCIR user, send to NCIR Support and make it at least P2."."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .rules import ALWAYS, TOPIC_TEAM, Actions, Condition, Group, GroupKind, Operator, Rule
from .vocabulary import Vocabulary
from .wording import FACT_NAMES, fact_name

# What stands behind the name of a fact: where it holds, and where it must not.
_SAID: dict[Operator, tuple[Any, Any]] = {
    Operator.IS: (_l("%(fact)s is %(value)s"), _l("%(fact)s is not %(value)s")),
    Operator.IS_ONE_OF: (_l("%(fact)s is %(value)s"), _l("%(fact)s is not %(value)s")),
    Operator.HAS_WORD: (_l("%(fact)s has “%(value)s”"), _l("%(fact)s does not have “%(value)s”")),
    Operator.AT_LEAST: (_l("%(fact)s is at least %(value)s"), _l("%(fact)s is not at least %(value)s")),
    Operator.AT_MOST: (_l("%(fact)s is at most %(value)s"), _l("%(fact)s is not at most %(value)s")),
    Operator.MORE_THAN: (_l("%(fact)s is more than %(value)s"), _l("%(fact)s is not more than %(value)s")),
    Operator.LESS_THAN: (_l("%(fact)s is less than %(value)s"), _l("%(fact)s is not less than %(value)s")),
    Operator.EQUALS: (_l("%(fact)s is %(value)s"), _l("%(fact)s is not %(value)s")),
}
_PRIORITY_AT_LEAST = (_l("%(fact)s is %(value)s or more urgent"), _l("%(fact)s is less urgent than %(value)s"))
_HEADINGS: dict[GroupKind, Any] = {
    GroupKind.ALL: _l("All of these"),
    GroupKind.ANY: _l("At least one of these"),
    GroupKind.NONE: _l("None of these"),
}
# Facts whose names are words of their own; the others are questions in quotation marks, or have their article.
_WITH_ARTICLE = frozenset(FACT_NAMES) - {"subject", "text", "patient_data"}


@dataclass(frozen=True)
class Branch:
    """What has to hold: a comparison, or a heading with what stands below it."""

    text: str
    members: "tuple[Branch, ...]" = ()
    place: tuple[int, ...] = ()  # from the outside inwards, the number of each member, from 0 on


def condition_tree(rule: Rule, known: Vocabulary) -> Branch:
    """When the rule fits, as a list in which groups are lists; one comparison, or "Every case", stands alone."""
    if rule.when == ALWAYS:
        return Branch(_("Every case"))
    if rule.when.kind is GroupKind.ALL and len(rule.when.members) == 1:
        return _branch(rule.when.members[0], known, (0,))
    return _branch(rule.when, known, ())


def in_one_line(rule: Rule, known: Vocabulary) -> str:
    """The whole rule as one sentence."""
    does = _does(rule.then, known)
    if rule.when == ALWAYS:
        return _("In every case, also %(does)s.", does=does) if rule.also else _("Always %(does)s.", does=does)
    when = in_words(rule.when, known)
    if rule.also:
        return _("When %(when)s, also %(does)s.", when=when, does=does)
    return _("When %(when)s, %(does)s.", when=when, does=does)


def in_words(condition: Condition | Group, known: Vocabulary) -> str:
    """A comparison, or a group with all that stands in it, as a part of a sentence."""
    if condition == ALWAYS:
        return _("in every case")
    return _in_words(condition, known, holds=True, is_inner=False)


def actions(rule: Rule, known: Vocabulary) -> list[str]:
    """What the rule does, one sentence without its full stop for each action."""
    return [text for _part, text in actions_by_part(rule.then, known)]


def actions_by_part(then: Actions, known: Vocabulary) -> list[tuple[str, str]]:
    """What a rule does: the name of each part of it that says something, and what it says."""
    return list(_actions(then, known))


def listed(texts: Sequence[str], word: str) -> str:
    """Texts in a row, with a word before the last of them: "A, B and C"."""
    if len(texts) < 2:  # noqa: PLR2004 - one needs no word
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def team_name(code: str, known: Vocabulary) -> str:
    """A team as a sentence names it."""
    if code == TOPIC_TEAM:
        return _("the team of the topic")
    return known.teams[code].name if code in known.teams else code


def named(key: str, known: Vocabulary) -> str:
    """A fact as a sentence speaks of it: "the role", "the description", or the question in quotation marks."""
    fact = known.facts.get(key)
    name = fact.name if fact else fact_name(key, {})
    return _("the %(name)s", name=name) if key in _WITH_ARTICLE else name


def quoted(label: str) -> str:
    """In quotation marks where it has words or marks that the sentence around it has, too."""
    return f"“{label}”" if set(label) & set(",;:") or any(word in label.split() for word in ("and", "or", "is")) else label


def _branch(member: Condition | Group, known: Vocabulary, place: tuple[int, ...]) -> Branch:
    if isinstance(member, Condition):
        return Branch(capitalized(_comparison(member, known, holds=True)), place=place)
    members = tuple(_branch(inner, known, (*place, number)) for number, inner in enumerate(member.members))
    return Branch(str(_HEADINGS[member.kind]), members, place)


def _in_words(member: Condition | Group, known: Vocabulary, *, holds: bool, is_inner: bool) -> str:
    """Whether it holds, or does not: then every comparison in it is turned round, and `and` and `or` change places."""
    if isinstance(member, Condition):
        return _comparison(member, known, holds=holds)
    is_and = (member.kind is not GroupKind.ANY) is holds
    each_holds = holds is not (member.kind is GroupKind.NONE)
    parts = [_in_words(inner, known, holds=each_holds, is_inner=len(member.members) > 1) for inner in member.members]
    text = (_(" and ") if is_and else _(" or ")).join(parts)
    return f"({text})" if is_inner and len(parts) > 1 else text


def _comparison(condition: Condition, known: Vocabulary, *, holds: bool) -> str:
    is_urgency = condition.operator is Operator.AT_LEAST and condition.number is None
    said = _PRIORITY_AT_LEAST if is_urgency else _SAID[condition.operator]
    fact = known.facts.get(condition.fact)
    name = named(condition.fact, known)
    labels = fact.values if fact else {}
    values = [quoted(labels.get(value, value)) for value in condition.values]
    if condition.operator is Operator.HAS_WORD:
        values = list(condition.values)
    return str(
        said[0 if holds else 1]
        % {
            "fact": name,
            "value": listed(values, _("or")),
        }
    )


def _actions(then: Actions, known: Vocabulary) -> Iterator[tuple[str, str]]:
    if then.team:
        yield _("Team"), _("Send to %(team)s", team=team_name(then.team, known))
    if then.priority_at_least:
        yield _("Priority"), _("Make it at least %(priority)s", priority=then.priority_at_least.value)
    if then.priority_exactly:
        yield _("Priority"), _("Make it %(priority)s", priority=then.priority_exactly.value)
    if then.tags:
        yield _("Tags"), _("Tag it %(tags)s", tags=listed(then.tags, _("and")))
    if then.macro:
        macro = _titled(then.macro, known)
        waits = _("Send the macro %(macro)s and wait for the answer", macro=macro)
        yield _("Macro"), waits if then.is_pending else _("Attach the macro %(macro)s", macro=macro)
    if then.watchers:
        yield _("Watchers"), _("Let %(teams)s watch it", teams=_teams(then.watchers, known))
    if then.notify:
        yield _("Notify"), _("Tell the lead of %(teams)s", teams=_teams(then.notify, known))
    if then.skills:
        yield _("Skills"), _("Give it to somebody with the skill %(skills)s", skills=listed(then.skills, _("and")))
    if then.without_skill:
        yield _("Without the skill"), _without_skill(then, known)


def _does(then: Actions, known: Vocabulary) -> str:
    """All that a rule does in a row; where the case goes instead stands last."""
    texts = [_uncapitalized(text) for _part, text in _actions(replace(then, without_skill=None), known)]
    is_two = len(texts) == 2 and " and " in texts[0]  # noqa: PLR2004 - then another "and" needs its comma
    does = _("%(first)s, and %(second)s", first=texts[0], second=texts[1]) if is_two else listed(texts, _("and"))
    return f"{does}; {_uncapitalized(_without_skill(then, known))}" if then.without_skill else does


def _without_skill(then: Actions, known: Vocabulary) -> str:
    instead = then.without_skill
    if instead is None:
        return ""
    team = team_name(instead.team, known)
    if not instead.tags:
        return _("If nobody there has the skill, send to %(team)s", team=team)
    return _("If nobody there has the skill, send to %(team)s tagged %(tags)s", team=team, tags=listed(instead.tags, _("and")))


def _titled(macro: str, known: Vocabulary) -> str:
    title = known.macros.get(macro)
    return f"{macro} “{title}”" if title else macro


def _teams(codes: Sequence[str], known: Vocabulary) -> str:
    names = [team_name(code, known) for code in codes]
    return listed([quoted(name) for name in names] if len(names) > 1 else names, _("and"))


def capitalized(text: str) -> str:
    """A part of a sentence as the beginning of one."""
    return text[:1].upper() + text[1:]


def _uncapitalized(text: str) -> str:
    return text[:1].lower() + text[1:]
