"""What staff type and choose when they remove a patient's data from a case."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from ..cases.redaction import SHORTEST, Wanted
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import lines, number_in, one_line
from .mail_forms import LONGEST_REASON

MOST_PASSAGES = 50
LONGEST_PASSAGE = 300


class RedactionForm(FlaskForm):  # type: ignore[misc]
    """Passages that were found and chosen, others that were typed, files, and why."""

    version = HiddenField()
    more = TextAreaField(
        _l("Other passages"),
        description=_l("If there are any: exactly as they stand in the case, each on a line of its own."),
        filters=[lines],
    )
    reason = StringField(
        _l("Why is it removed?"),
        description=_l("It stays in the timeline, with your name. Leave the data itself out of it."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say why it is removed.")),
            Length(max=LONGEST_REASON, message=_l("Up to 300 characters, please.")),
        ],
    )
    tells = BooleanField(_l("Begin a reply that tells the requester"), default=True)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = [one_line(text) for text in request.form.getlist("passage")]
        typed = [one_line(text) for text in (self.more.data or "").split("\n")]
        self.passages = tuple(dict.fromkeys(text for text in (*chosen, *typed) if text))
        self.files = frozenset(n for n in map(number_in, request.form.getlist("file")) if n)

    @property
    def wanted(self) -> Wanted:
        """What is to be removed."""
        return Wanted(self.passages, self.files)

    @property
    def seen_version(self) -> int:
        """The version of the case that was on the page; none that ever was, if the page did not say."""
        seen = number_in(self.version.data)
        return -1 if seen is None else seen

    def validate_more(self, field: TextAreaField) -> None:
        """Refuse a form that removes nothing, and passages that are too short or too many to be looked for."""
        if not self.passages and not self.files:
            raise ValidationError(_("Choose a passage, type one, or choose a file."))
        if len(self.passages) > MOST_PASSAGES:
            raise ValidationError(_("Up to %(most)s passages at once, please.", most=MOST_PASSAGES))
        for passage in self.passages:
            if not SHORTEST <= len(passage) <= LONGEST_PASSAGE:
                words = {"passage": passage[:40], "least": SHORTEST, "most": LONGEST_PASSAGE}
                raise ValidationError(_("“%(passage)s”: a passage has %(least)s to %(most)s characters.", **words))
