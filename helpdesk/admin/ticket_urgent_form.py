"""What administrators type about what to do when vaccine is at risk, and about words that mean the same."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from ..intake.definition import Definition, Urgent
from ..intake.definition_reading import LONGEST, MOST
from ..intake.definition_wording import catalog_spanish
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import lines, one_line
from .ticket_forms import SPANISH, DraftForm, text_field


class WordsForm(DraftForm):
    """Words that mean the same to whoever looks for a topic."""

    same_words = TextAreaField(
        _l("Words that mean the same"),
        description=_l("A list to a line, its words separated by commas, such as “fridge, nevera”; in any language."),
        filters=[lines],
        validators=[Optional()],
    )

    def validate_same_words(self, field: TextAreaField) -> None:
        """Refuse too many lists, and one that is too long."""
        if len(self.lists) > MOST["same_words"] or any(len(words) > LONGEST for words in self.lists):
            told = _("Up to %(lists)s lists of up to %(most)s characters.", lists=MOST["same_words"], most=LONGEST)
            raise ValidationError(told)
        if alone := [words for words in self.lists if not words.strip(", ").count(",")]:
            raise ValidationError(_("“%(word)s” stands alone: write what means the same behind it.", word=alone[0]))

    @property
    def lists(self) -> tuple[str, ...]:
        """What was typed, a list to a line."""
        typed = (one_line(line) for line in (self.same_words.data or "").splitlines())
        return tuple(line for line in typed if line)


class UrgentForm(DraftForm):
    """What to do when vaccine is at risk."""

    title = text_field(_l("Title"), missing=_l("Enter a title."))
    title_es = text_field(_l("Title in Spanish"))
    steps = TextAreaField(
        _l("What to do now"),
        description=_l("One step to a line; the call to the desk, with its phone and hours, follows by itself."),
        filters=[lines],
        validators=[DataRequired(_l("Say what to do."))],
    )
    steps_in_spanish = TextAreaField(
        _l("What to do now, in Spanish"),
        filters=[lines],
        validators=[Optional()],
    )
    outside_hours = text_field(
        _l("What to do while we are closed"), missing=_l("Say what to do until the desk opens."), most=LONGEST
    )
    outside_hours_es = text_field(_l("What to do while we are closed, in Spanish"), most=LONGEST)

    @classmethod
    def of(cls, definition: Definition, *, seen: int) -> "UrgentForm":
        """The form filled in with what the definition says."""
        urgent, spanish = definition.urgent, definition.spanish
        values = {"title": urgent.title, "steps": "\n".join(urgent.steps), "outside_hours": urgent.outside_hours}
        if any(step in spanish for step in urgent.steps):
            values["steps_in_spanish"] = "\n".join(spanish.get(step) or catalog_spanish(step) or step for step in urgent.steps)
        translations = {f"{name}{SPANISH}": spanish.get(values[name], "") for name in ("title", "outside_hours")}
        return cls(formdata=None, data={**values, **translations, "version": str(seen)})

    def tell_catalog(self) -> None:
        """Say what providers read as long as nothing is written in Spanish."""
        super().tell_catalog()
        known = [catalog_spanish(step) or step for step in self._lines(self.steps)]
        self.steps_in_spanish.description = _(
            "As many lines, in the same order. As long as it is empty, providers read: “%(steps)s”", steps=" / ".join(known)
        )

    def validate_steps(self, field: TextAreaField) -> None:
        """Refuse too many steps, and one that is no sentence any more."""
        steps = self._lines(field)
        if len(steps) > MOST["steps"] or any(len(step) > LONGEST for step in steps):
            raise ValidationError(_("Up to %(steps)s steps of up to %(most)s characters.", steps=MOST["steps"], most=LONGEST))

    def validate_steps_in_spanish(self, field: TextAreaField) -> None:
        """Refuse steps that do not stand beside the English ones."""
        if len(self._lines(field)) not in (0, len(self._lines(self.steps))):
            raise ValidationError(_("Write as many lines as there are steps in English, or none."))
        if any(len(step) > LONGEST for step in self._lines(field)):
            raise ValidationError(_("Up to %(most)s characters, please.", most=LONGEST))

    @property
    def urgent(self) -> Urgent:
        """What a valid form says."""
        return Urgent(self.title.data, tuple(self._lines(self.steps)), self.outside_hours.data)

    def spoken(self) -> dict[str, str]:
        """The Spanish of each text, by the text."""
        steps, spanish = self._lines(self.steps), self._lines(self.steps_in_spanish)
        said = dict(zip(steps, spanish, strict=True)) if spanish else dict.fromkeys(steps, "")
        return {**super().spoken(), **{step: words for step, words in said.items() if words != catalog_spanish(step)}}

    @staticmethod
    def _lines(field: TextAreaField) -> list[str]:
        return [line.strip() for line in (field.data or "").splitlines() if line.strip()]
