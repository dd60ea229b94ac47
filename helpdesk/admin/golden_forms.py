"""What administrators type about a golden case: its name, what is known of it, and where it has to go."""

from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from ..cases.wording import PRIORITIES
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing.decide import Facts
from ..routing.errors import BadRule, BadRuleSet
from ..routing.golden import GoldenCase
from ..routing.models import Priority
from ..routing.reading_places import LONGEST_TEXT
from ..routing.vocabulary import Vocabulary
from ..typed_text import one_line
from .article_forms import choices
from .fact_fields import FOLLOWING, FOLLOWS_FROM, FactsForm, sent_facts
from .rules_desk import Book


class GoldenForm(FactsForm):
    """A golden case."""

    name = StringField(
        _l("Name"),
        description=_l("What the example shows, such as “Fridge broke overnight”."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter a name.")),
            Length(max=LONGEST_TEXT, message=_l("Up to %(most)s characters, please.", most=LONGEST_TEXT)),
        ],
    )
    team = SelectField(_l("Has to go to"), validators=[DataRequired(_l("Choose the team that it has to go to."))])
    priority = SelectField(_l("With the priority"), choices=choices(PRIORITIES))
    other_names: frozenset[str] = frozenset()

    def set_up(self, known: Vocabulary, book: Book, *, but: str = "") -> "GoldenForm":
        """Say which teams there are, and which names are taken by other golden cases than this one."""
        kept = self.team.data or ""
        teams = {code: team.name for code, team in known.teams.items() if team.is_active or code == kept}
        if kept and kept not in teams:
            teams[kept] = _("%(code)s (no such team)", code=kept)
        self.team.choices = [SelectChoice("", _l("Choose")), *(SelectChoice(*team) for team in teams.items())]
        self.other_names = frozenset(case.name for case in book.cases) - {but}
        return self

    def validate_name(self, field: StringField) -> None:
        """Refuse a name that another golden case has."""
        if field.data in self.other_names:
            raise ValidationError(_("Another golden case has this name."))

    def refuse(self, wrong: BadRule | BadRuleSet) -> None:
        """Say that nothing is known of the case."""
        self.form_errors.append(wrong.problem.capitalize() if isinstance(wrong, BadRule) else str(wrong))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Something has to be known of a case."""
        is_valid = super().validate(*args, **kwargs)
        if not self.facts:
            self.form_errors.append(_("Say something about the case: at least its topic."))
        return is_valid and bool(self.facts)

    def golden(self, before: GoldenCase | None) -> GoldenCase:
        """What a valid form says; facts that it does not ask stay, but for those that follow from what has changed."""
        facts = {**_kept(before, self.facts, frozenset(fact.key for fact in self.asked)), **self.facts}
        team, priority = self.team.data, Priority(self.priority.data)
        return GoldenCase(self.name.data, facts, team, priority, before.case if before else "")


def sent_for(golden: GoldenCase, *, seen: int) -> dict[str, str]:
    """What a form would send that says what a golden case says."""
    said = {"name": golden.name, "team": golden.team, "priority": golden.priority.value, "version": str(seen)}
    return {**said, **sent_facts(golden.facts)}


def _kept(before: GoldenCase | None, now: Facts, asked: frozenset[str]) -> Facts:
    if before is None:
        return {}
    is_other = any(before.facts.get(fact, "") != now.get(fact, "") for fact in FOLLOWS_FROM)
    gone = asked | (FOLLOWING if is_other else frozenset())
    return {fact: value for fact, value in before.facts.items() if fact not in gone}
