"""Misrouted cases: which rules send cases where agents move them away by hand, where to, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ..cases import misroutes as report
from ..cases import moving_wording
from ..cases.choices import Channel, Impact, ProviderRole, System, Urgency
from ..cases.misroutes import Misroute, MisroutedCase, Pattern
from ..cases.numbers import number_of
from ..cases.wording import label
from ..extensions import db
from ..intake.models import Topic
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..routing.models import RuleSetVersion
from ..routing.queries import versions
from ..typed_text import number_in
from . import backtest_tables as tables
from . import backtest_wording as wording
from .backtest_forms import DaysForm
from .blueprint import bp
from .hours_pages import Answer, today

LONGEST_SPAN = timedelta(days=366)
MOST_SHOWN = 50  # rules and answers
CASES = 50  # on a page
PATTERNS: dict[Pattern, Any] = {
    Pattern.TOPIC: _l("Topic"),
    Pattern.SYSTEM: _l("System"),
    Pattern.ROLE: _l("Role"),
    Pattern.IMPACT: _l("Impact"),
    Pattern.URGENCY: _l("Urgency"),
    Pattern.CHANNEL: _l("Channel"),
}
_CHOICES: dict[Pattern, Any] = {
    Pattern.SYSTEM: System,
    Pattern.ROLE: ProviderRole,
    Pattern.IMPACT: Impact,
    Pattern.URGENCY: Urgency,
    Pattern.CHANNEL: Channel,
}


class ReportForm(DaysForm):
    """The days of the report, and what the cases of a rule are told apart by; it stands in the address."""

    class Meta:
        """Whoever follows a link to a report has no token."""

        csrf = False

    by = SelectField(
        _l("Tell apart by"),
        default=Pattern.TOPIC.value,
        choices=[SelectChoice(value=one.value, label=words) for one, words in PATTERNS.items()],
    )

    def validate_until(self, field: Any) -> None:
        """Refuse days of which the second comes first, and more of them than can be counted while somebody waits."""
        super().validate_until(field)
        if self.since.data and field.data and field.data - self.since.data > LONGEST_SPAN:
            raise ValidationError(_l("Please choose at most a year."))

    @property
    def pattern(self) -> Pattern:
        """What the cases are told apart by."""
        return Pattern(self.by.data)

    @property
    def asked(self) -> dict[str, str]:
        """The report as the parameters of an address."""
        return {"since": self.since.data.isoformat(), "until": self.until.data.isoformat(), "by": self.by.data}


@dataclass(frozen=True)
class Names:
    """What people read for rules, teams, answers and reasons."""

    rules: Mapping[str, str]
    teams: Mapping[str, str]
    answers: Mapping[str, str]

    def rule(self, key: str) -> str:
        """The title of a rule, as it is called now; of one that is gone its key."""
        return self.rules.get(key, key)

    def team(self, code: str) -> str:
        """The name of a team."""
        return self.teams.get(code, code)

    def answer(self, value: str) -> str:
        """An answer as it is shown."""
        return self.answers.get(value, value)

    def reason(self, code: str) -> str:
        """Why an agent has moved a case."""
        return moving_wording.reason(code)


@bp.get("/rules/misroutes")
@requires(Permission.SEE_RULES)
def misroutes() -> Answer:
    """Every rule and answer whose cases agents have moved elsewhere, the most cases first."""
    form = _form()
    is_valid = form.validate()
    found = report.misroutes(form.span, form.pattern) if is_valid else []
    rows = [row for row in found if row.moved]
    shown = render_template(
        "admin/misroutes.html",
        form=form,
        rows=rows[:MOST_SHOWN],
        more=len(rows) - MOST_SHOWN,
        sent=sum(row.sent for row in found),
        moved=sum(row.moved for row in rows),
        names=_names(form.pattern) if is_valid else None,
        places=places,
        pattern=PATTERNS[form.pattern] if is_valid else "",
        words=wording,
    )
    return shown if is_valid else (shown, 422)


@bp.get("/rules/misroutes/cases")
@requires(Permission.SEE_RULES)
def misrouted_cases() -> Answer:
    """The cases of one rule and answer that agents have moved elsewhere, the latest first."""
    form, before = _form(), number_in(request.args.get("before"))
    if not form.validate():
        abort(404)
    asked = {name: request.args.get(name, "").replace("\0", "") for name in ("rule", "answer")}
    wanted = report.misrouted_cases(form.span, form.pattern, **asked, before=before).limit(CASES + 1)
    rows = [MisroutedCase(**row) for row in db.session.execute(wanted).mappings()]
    return render_template(
        "admin/misrouted_cases.html",
        form=form,
        asked=asked,
        rows=rows[:CASES],
        before=before,
        following=rows[CASES - 1].decision_id if len(rows) > CASES else None,
        names=_names(form.pattern),
        pattern=PATTERNS[form.pattern],
        number_of=number_of,
    )


def places(row: Misroute, names: Names) -> list[str]:
    """Where agents moved the cases of a row, and why: "NCIR Support: 12 (another topic was meant 10, another reason 2)"."""
    teams: dict[str, list[tuple[str, int]]] = {}
    for some in row.away:
        teams.setdefault(some.team, []).append((names.reason(some.reason), some.cases))
    return [
        _(
            "%(team)s: %(cases)s (%(reasons)s)",
            team=names.team(team),
            cases=wording.number(sum(cases for _reason, cases in reasons)),
            reasons=", ".join(f"{reason} {wording.number(cases)}" for reason, cases in reasons),
        )
        for team, reasons in sorted(teams.items(), key=lambda one: -sum(cases for _reason, cases in one[1]))
    ]


def _form() -> ReportForm:
    """What the address asks for; the last 90 days by topic, where it says nothing."""
    usual = ReportForm(formdata=None, today=today()).asked
    given = {name: request.args[name] for name in usual if request.args.get(name)}
    return ReportForm(formdata=MultiDict({**usual, **given}), today=today())


def _names(by: Pattern) -> Names:
    newest = db.session.scalars(versions().with_only_columns(RuleSetVersion.rules).limit(1)).first() or []
    if by is Pattern.TOPIC:
        answers = {topic.code: topic.name for topic in db.session.execute(sa.select(Topic.code, Topic.name))}
    else:
        answers = {member.value: str(label(member)) for member in _CHOICES[by]}
    return Names({rule["key"]: rule["title"] for rule in newest}, tables.team_names(), answers)
