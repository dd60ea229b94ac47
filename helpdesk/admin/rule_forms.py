"""What administrators type about a rule: what it is called, when it fits, what it does."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..cases.wording import PRIORITIES
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing import reading
from ..routing.errors import BadRule, BadRuleSet
from ..routing.reading import LONGEST_TITLE, MOST_RULES
from ..routing.rules import TOPIC_TEAM, Actions, Rule
from ..routing.vocabulary import KnownTeam, Vocabulary
from ..typed_text import one_line
from . import rule_conditions, rule_sketch
from .rule_sketch import Line, Sent
from .rules_desk import RulesForm

DECIDES, ADDS = "decides", "adds"
LONGEST_LIST = 1000  # characters
FIELDS = {"then.team": "team", "then.macro": "macro", "then.status": "is_pending", "then.without_skill": "without_team"}


def _listed(label: Any, help_text: Any) -> StringField:
    too_long = Length(max=LONGEST_LIST, message=_l("Up to %(most)s characters, please.", most=LONGEST_LIST))
    return StringField(label, description=help_text, filters=[one_line], validators=[Optional(), too_long])


def _ticked(label: Any, help_text: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        description=help_text,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )


class RuleForm(RulesForm):
    """A rule. `rule_form` adds the fields of its conditions."""

    title = StringField(
        _l("Title"),
        description=_l("What the rule is about, as it is named in explanations."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter a title.")),
            Length(max=LONGEST_TITLE, message=_l("Up to %(most)s characters, please.", most=LONGEST_TITLE)),
        ],
    )
    place = IntegerField(
        _l("Number"),
        description=_l("1 is asked first. The rule that fits everything stays the last."),
        validators=[Optional(), NumberRange(min=1, max=MOST_RULES, message=_l("Enter a number from 1 on."))],
    )
    role = RadioField(
        _l("What it is"),
        choices=[
            SelectChoice(DECIDES, _l("It decides: the case goes to a team, and no later rule is asked")),
            SelectChoice(ADDS, _l("It adds (“also”): it is always asked, and leaves the team alone")),
        ],
        default=DECIDES,
    )
    team = SelectField(_l("Team"), description=_l("A rule that adds has none."))
    priority = SelectField(_l("Priority"))
    tags = _listed(_l("Tags"), _l("Several with commas between them, such as “interpreter, press”."))
    watchers = _ticked(_l("Teams that watch it"), _l("They see the case in their queue as watched."))
    notify = _ticked(_l("Teams whose leads are told"), _l("They are mailed when the case comes in."))
    skills = _listed(_l("Skills that its agent needs"), _l("Several with commas between them, such as “es”."))
    without_team = SelectField(_l("If nobody in the team has them, send it to"))
    without_tags = _listed(_l("and tag it"), _l("Several with commas between them."))
    macro = StringField(_l("Macro"), filters=[one_line], validators=[Optional()])
    is_pending = BooleanField(_l("Send the macro at once; the case waits for the answer"))

    def __init__(self, known: Vocabulary, *args: Any, shown: tuple[Line, ...], kept: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.lines = known, shown
        teams = {code: team for code, team in known.teams.items() if team.is_active or code in kept}
        named = [SelectChoice(code, _name_of(team)) for code, team in teams.items()]
        named += [SelectChoice(code, _("%(code)s (no such team)", code=code)) for code in sorted(kept - set(known.teams))]
        self.team.choices = [SelectChoice("", _l("None")), SelectChoice(TOPIC_TEAM, _l("The team of the topic")), *named]
        self.without_team.choices = [SelectChoice("", _l("Nobody else: it waits in its queue")), *named]
        self.watchers.choices = self.notify.choices = named
        self.priority.choices = _priorities()
        self.skills.description = _skills_help(known) or self.skills.description

    def validate_team(self, field: SelectField) -> None:
        """A rule that decides has a team, one that adds has none."""
        adds = self.role is not None and self.role.data == ADDS
        if adds and field.data:
            raise ValidationError(_("A rule that adds leaves the team alone: choose “None”, or let it decide."))
        if not adds and not field.data:
            raise ValidationError(_("Choose the team that the case goes to."))
        if self.role is None and field.data == TOPIC_TEAM:
            raise ValidationError(_("The last rule names a team: some topics have none."))

    def validate_role(self, field: RadioField) -> None:
        """A rule that adds does something."""
        if field.data == ADDS and not set(self._then()) - {"team"}:
            raise ValidationError(_("It does nothing yet: choose a priority, tags, teams, skills or a macro."))

    def validate_is_pending(self, field: BooleanField) -> None:
        """What is waited for is said by a macro."""
        if field.data and not self.macro.data:
            raise ValidationError(_("Name the macro that says what the case waits for."))

    def validate_without_team(self, field: SelectField) -> None:
        """Where a case goes without the skill needs a skill."""
        if field.data and not self.skills.data:
            raise ValidationError(_("Name the skill that could be missing, or choose “Nobody else”."))

    def validate_without_tags(self, field: StringField) -> None:
        """A tag for a case without the skill needs a team."""
        if field.data and not self.without_team.data:
            raise ValidationError(_("Choose the team that the case goes to then."))

    def refuse(self, wrong: BadRule | BadRuleSet) -> None:
        """Say what is wrong at its field."""
        place = wrong.place if isinstance(wrong, BadRule) else ""
        name = FIELDS.get(place, place.removeprefix("then.").partition("[")[0])
        if name in self._fields and isinstance(wrong, BadRule):
            self[name].errors = [*self[name].errors, wrong.problem.capitalize()]
        else:
            super().refuse(wrong)

    def stored(self, key: str) -> dict[str, Any]:
        """The rule of a valid form as it is stored."""
        also = {"also": True} if self.role is not None and self.role.data == ADDS else {}
        when = "always" if self.role is None else rule_conditions.stored(self)
        return {"key": key, "title": self.title.data, **also, "when": when, "then": self._then()}

    def rule(self, key: str) -> Rule:
        """The rule of a valid form. Raises BadRule."""
        return reading.read_rule(self.stored(key), number=1, known=self.known)

    def _then(self) -> dict[str, Any]:
        how, _colon, priority = (self.priority.data or "").partition(":")
        without = {"team": self.without_team.data, "tags": _split(self.without_tags.data)}
        parts: dict[str, Any] = {
            "team": self.team.data,
            **({how: priority} if priority else {}),
            "tags": _split(self.tags.data),
            "watchers": self.watchers.data,
            "notify": self.notify.data,
            "skills": _split(self.skills.data),
            "without_skill": without if without["team"] else None,
            "macro": self.macro.data,
            "status": "pending" if self.is_pending.data else "",
        }
        return {name: part for name, part in parts.items() if part}


class LastRuleForm(RuleForm):
    """The rule that fits everything: it has no conditions, and stays where it is."""

    role = place = None


def rule_form(known: Vocabulary, sent: Sent, *, rule: Rule | None = None, is_last: bool = False) -> RuleForm:
    """The form of a rule, with what was sent, or what `sent_for` says of it; teams that it names stay, though they are closed."""
    kept = rule.then.teams if rule else frozenset()
    parts = {} if is_last else dict(rule_conditions.fields(sent, known))
    parts |= {"macro": _macro(known, rule.then.macro if rule else "")} if known.macros else {}
    make = type("RuleForm", (LastRuleForm if is_last else RuleForm,), parts)
    shown = () if is_last else rule_sketch.lines(sent)
    form: RuleForm = make(known, formdata=sent, shown=shown, kept=kept)
    return form


def sent_for(rule: Rule, known: Vocabulary, *, place: int, seen: int) -> Sent:
    """What a form would send that says what this rule says."""
    then = rule.then
    sent: dict[str, list[str]] = {
        **rule_sketch.sent_for(rule.when, known),
        "version": [str(seen)],
        "title": [rule.title],
        "place": [str(place)],
        "role": [ADDS if rule.also else DECIDES],
        **_sent_for_actions(then),
    }
    return MultiDict(sent)


def nothing_yet(*, seen: int) -> Sent:
    """What a form for a new rule begins with."""
    return MultiDict({"version": str(seen), "role": DECIDES, "when": "all"})


def _sent_for_actions(then: Actions) -> Mapping[str, list[str]]:
    at_least, exactly, without = then.priority_at_least, then.priority_exactly, then.without_skill
    priority = f"priority_at_least:{at_least}" if at_least else f"priority_exactly:{exactly}" if exactly else ""
    return {
        "team": [then.team],
        "priority": [priority],
        "tags": [", ".join(then.tags)],
        "watchers": list(then.watchers),
        "notify": list(then.notify),
        "skills": [", ".join(then.skills)],
        "without_team": [without.team if without else ""],
        "without_tags": [", ".join(without.tags) if without else ""],
        "macro": [then.macro],
        **({"is_pending": ["y"]} if then.is_pending else {}),
    }


def _priorities() -> list[SelectChoice]:
    leave = SelectChoice("", _l("Leave it as topic, impact and urgency make it"))
    at_least = [SelectChoice(f"priority_at_least:{p.value}", _l("At least %(name)s", name=t)) for p, t in PRIORITIES.items()]
    exactly = [SelectChoice(f"priority_exactly:{p.value}", _l("Exactly %(name)s", name=t)) for p, t in PRIORITIES.items()]
    return [leave, *at_least, *exactly]


def _macro(known: Vocabulary, kept: str) -> SelectField:
    named = dict(known.macros) if not kept or kept in known.macros else {**known.macros, kept: _("no longer there")}
    options = [SelectChoice(code, f"{code}: {title}") for code, title in named.items()]
    return SelectField(_l("Macro"), choices=[SelectChoice("", _l("None")), *options])


def _name_of(team: KnownTeam) -> str:
    return team.name if team.is_active else _("%(team)s (closed)", team=team.name)


def _skills_help(known: Vocabulary) -> str:
    if not known.skills:
        return ""
    return _("Several with commas between them. Somebody has: %(skills)s.", skills=", ".join(sorted(known.skills)))


def _split(text: str | None) -> list[str]:
    return [part for part in (one_line(part) for part in (text or "").split(",")) if part]
