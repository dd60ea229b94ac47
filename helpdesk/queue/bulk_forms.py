"""What somebody says who does one thing with many cases: a form for each act, and which cases, by the version they have seen."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice, enum_choices
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from ..accounts.models import Team, User
from ..cases import marking, suspicion
from ..cases.batch_models import BatchAct, Order
from ..cases.correcting_wording import REASONS as CORRECTION_REASONS
from ..cases.kinds import CorrectionReason
from ..cases.macros import Macro
from ..cases.marking import MOST_TAGS, TagRefused, TagTooLong
from ..cases.models import SHORTEST_NOTE, ResolutionCode
from ..cases.moving_wording import REASONS as MOVE_REASONS
from ..cases.suspicion import Suspicion
from ..cases.wording import PRIORITIES, label
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing.models import Priority
from ..typed_text import lines, number_in, one_line, readable_length
from .forms import LONGEST_TEXT
from .life_forms import CHOOSE
from .mail_forms import LONGEST_REASON
from .merge_forms import LONGEST_LINE
from .move_forms import OFFERED

NOBODY = "0"
_TEXT = Length(max=LONGEST_TEXT, message=_l("Up to 10,000 characters, please."))
_FOR_STAFF = _l("Only staff can read it. It stands on each case.")


def chosen_in(form: Any) -> dict[int, int]:
    """The ids of the cases that a form has chosen, each with the version that was seen; made-up ones are left aside."""
    ticked = [*form.getlist("cases"), *form.get("all", "").split(",")]
    pairs = [one.partition(":") for one in ticked]
    numbers = [(number_in(case_id), number_in(version)) for case_id, _colon, version in pairs]
    return dict(sorted((case_id, version) for case_id, version in numbers if case_id and version is not None))


def written(cases: Mapping[int, int]) -> str:
    """The same as a form sends it."""
    return ",".join(f"{case_id}:{version}" for case_id, version in cases.items())


class BulkForm(FlaskForm):  # type: ignore[misc]
    """One act, with what there is to say about it."""

    act: BatchAct
    public_text = ""  # the name of the field that requesters read

    @abstractmethod
    def order(self) -> Order:
        """What a valid form wants done."""

    def suspicion(self) -> Suspicion | None:
        """Whether patients' data is suspected in what requesters would read."""
        if not self.public_text:
            return None
        field = self[self.public_text]
        return suspicion.look([(field.label.text, field.data or "")])


class AssignForm(BulkForm):
    """To whom the cases are given."""

    act = BatchAct.ASSIGN
    to = SelectField(_l("To whom?"), validate_choice=False)

    def __init__(self, *args: Any, me: User, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        myself, nobody = SelectChoice(str(me.id), _l("To me")), SelectChoice(NOBODY, _l("To nobody: back to the queue"))  # type: ignore[arg-type]
        others = [SelectChoice(str(person.id), person.name) for person in people if person.id != me.id]
        self.to.choices = [CHOOSE, myself, nobody, *others]

    def validate_to(self, field: SelectField) -> None:
        """Refuse nobody knows whom."""
        _one_of(field, [choice.value for choice in field.choices], _l("Choose to whom the cases are given."))

    def order(self) -> Order:
        """Give them to this person, or to nobody."""
        return Order(self.act, {"to": int(self.to.data)})


class PriorityForm(BulkForm):
    """How urgent the cases are, and why."""

    act = BatchAct.PRIORITY
    to = SelectField(_l("Priority"), validate_choice=False)
    reason = SelectField(_l("Why?"), validate_choice=False)
    note = TextAreaField(_l("Internal note"), description=_FOR_STAFF, filters=[lines], validators=[Optional(), _TEXT])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to.choices = [CHOOSE, *(SelectChoice(one.value, words) for one, words in PRIORITIES.items())]
        self.reason.choices = [CHOOSE, *(SelectChoice(one.value, words) for one, words in CORRECTION_REASONS.items())]

    def validate_to(self, field: SelectField) -> None:
        """Refuse a priority that is not on the list."""
        _one_of(field, set(Priority), _l("Choose the priority."))

    def validate_reason(self, field: SelectField) -> None:
        """Refuse it without a reason; another one is told in the note."""
        _one_of(field, set(CorrectionReason), _l("Choose why."))
        if field.data == CorrectionReason.OTHER and not self.note.data:
            raise ValidationError(_l("Say in the note why."))

    def order(self) -> Order:
        """Let them be so urgent."""
        return Order(self.act, {"to": self.to.data, "reason": self.reason.data}, self.note.data or "")


class TagForm(BulkForm):
    """The tags that the cases get."""

    act = BatchAct.TAG
    tags = StringField(
        _l("Tags"),
        description=_l("Put commas between several: second-call, flu-season."),
        filters=[one_line],
        validators=[DataRequired(_l("Type a tag.")), Length(max=LONGEST_LINE, message=_l("Up to 200 characters, please."))],
    )

    def validate_tags(self, field: StringField) -> None:
        """Refuse what is no tag, and more than a case can have."""
        try:
            found = marking.tags_in(field.data)
        except TagTooLong as refused:
            raise ValidationError(_("“%(tag)s” is too long for a tag.", tag=refused.tag)) from None
        except TagRefused as refused:
            raise ValidationError(_("“%(tag)s” looks like data of a patient.", tag=refused.tag)) from None
        if not 0 < len(found) <= MOST_TAGS:
            raise ValidationError(_l("Type one to ten tags."))

    def order(self) -> Order:
        """Give or take off these tags."""
        return Order(self.act, {}, ", ".join(marking.tags_in(self.tags.data)))


class UntagForm(TagForm):
    """The tags that are taken off the cases."""

    act = BatchAct.UNTAG


class MoveForm(BulkForm):
    """To which team the cases go, and why."""

    act = BatchAct.MOVE
    to = SelectField(_l("Team"), validate_choice=False)
    reason = SelectField(_l("Why?"), validate_choice=False)
    note = StringField(
        _l("Note"),
        description=_FOR_STAFF,
        filters=[one_line],
        validators=[Optional(), Length(max=LONGEST_REASON, message=_l("Up to 300 characters, please."))],
    )

    def __init__(self, *args: Any, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to.choices = [CHOOSE, *(SelectChoice(team.code, team.name) for team in teams)]
        self.reason.choices = [CHOOSE, *(SelectChoice(one.value, MOVE_REASONS[one]) for one in OFFERED)]

    def validate_to(self, field: SelectField) -> None:
        """Refuse a team in which nobody works."""
        _one_of(field, [choice.value for choice in field.choices], _l("Choose the team."))

    def validate_reason(self, field: SelectField) -> None:
        """Refuse a move without a reason."""
        _one_of(field, OFFERED, _l("Choose why."))

    def order(self) -> Order:
        """Move them there."""
        return Order(self.act, {"to": self.to.data, "reason": self.reason.data}, self.note.data or "")


class ReplyForm(BulkForm):
    """What is said on the cases in public: a text, or that of a macro."""

    act, public_text = BatchAct.REPLY, "body"
    macro = SelectField(
        _l("Macro"),
        description=_l("Its text is filled in for each case, in the language of each. What it does beside that is not done."),
        validate_choice=False,
    )
    body = TextAreaField(
        _l("Reply, if no macro is chosen"),
        description=_l("No patient names, birth dates or medical details."),
        filters=[lines],
        validators=[Optional(), _TEXT],
    )
    wait = BooleanField(_l("Then wait for the provider: the cases become pending"))

    def __init__(self, *args: Any, macros: Iterable[Macro], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {macro.code: macro for macro in macros}
        none = SelectChoice("", _l("None: I write the reply"))  # type: ignore[arg-type]
        self.macro.choices = [none, *(SelectChoice(macro.code, macro.title) for macro in self.offered.values())]

    def validate_macro(self, field: SelectField) -> None:
        """Refuse a macro that is not on offer, one that leaves something to be filled in, and one beside a text."""
        if not field.data:
            if not (self.body.data or "").strip():
                raise ValidationError(_l("Choose a macro, or write the reply."))
            return
        if field.data not in self.offered:
            raise ValidationError(_l("Choose one of the answers on the list."))
        if self.body.data:
            raise ValidationError(_l("Choose a macro or write the reply, not both. Both are kept here."))
        macro = self.offered[field.data]
        if blanks := macro.blanks:
            told = _("This macro leaves something to be filled in on each case: %(blanks)s. Choose another, or write the reply.")
            raise ValidationError(told % {"blanks": ", ".join(blanks)})

    def order(self) -> Order:
        """Say this on each."""
        wanted: dict[str, Any] = {"wait": self.wait.data}
        if macro := self.offered.get(self.macro.data or ""):
            return Order(self.act, {**wanted, "macro": macro.code, "version": macro.version})
        return Order(self.act, wanted, self.body.data)


class ResolveForm(BulkForm):
    """How the cases were resolved, and the note that their requesters read."""

    act, public_text = BatchAct.RESOLVE, "note"
    code = SelectField(_l("How were they resolved?"), validate_choice=False)
    note = TextAreaField(
        _l("Resolution note"),
        description=_l("Each provider reads it on their own case and in a mail of their own."),
        filters=[lines],
        validators=[DataRequired(_l("Write the resolution note: it is what the providers will read.")), _TEXT],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.choices = [CHOOSE, *enum_choices(ResolutionCode, label=label)]

    def validate_code(self, field: SelectField) -> None:
        """Refuse a code that is missing or not on the list."""
        _one_of(field, set(ResolutionCode), _l("Choose how they were resolved."))

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse a note too short to tell anybody anything."""
        if readable_length(field.data) < SHORTEST_NOTE:
            raise ValidationError(_l("Say a little more in the note: it is what the providers will read."))

    def order(self) -> Order:
        """Resolve them so."""
        return Order(self.act, {"to": self.code.data}, self.note.data)


def _one_of(field: SelectField, known: Iterable[str], said: Any) -> None:
    if not field.data or field.data not in known:
        raise ValidationError(said)
