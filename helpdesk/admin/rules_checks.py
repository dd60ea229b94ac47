"""The draft of the rules before it decides about cases: checked, compared, published with a reason."""

from typing import Any

from flask import flash, request
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from ..accounts import parked
from ..accounts.sessions import the_user
from ..intake.vocabulary import current_vocabulary
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..routing import checking, checks, drafting
from ..routing.checks import Check
from ..routing.errors import BadRule, BadRuleSet, HasToBeMended, NotAccepted, NotChecked, NothingNew, PublishedMeanwhile
from ..transaction import transaction
from ..typed_text import number_in
from .blueprint import bp
from .check_words import items_of
from .drafts import CHANGED, reason_field, say_that_it_changed, to
from .fact_fields import sent_facts
from .hours_pages import Answer, typed
from .people_forms import VersionedForm
from .rules_desk import RulesDesk, RulesForm, page, the_desk
from .rules_pages import has_backtests

PUBLISH = "publish"  # the button that checks on the way to publishing


class PublishRulesForm(VersionedForm):
    """Why the draft is put in force, and upon which version; a tick where the check asks for a word."""

    upon = HiddenField()
    reason = reason_field(_l("What changes for cases, and why. It is kept with the version, with your name."))
    despite = BooleanField(_l("I have read what the check asks about, and publish all the same"))

    def __init__(self, *args: Any, check: Check | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if check is None or not check.asks:
            del self.despite

    def validate_despite(self, field: BooleanField) -> None:
        """Ask for the tick."""
        if not field.data:
            raise ValidationError(_("Read what the check asks about, and tick this box."))


@bp.get("/rules/check")
@requires(Permission.SEE_RULES)
def check_rules() -> Answer:
    """What the last check of the draft, or else of what is in force, has found."""
    desk = the_desk()
    return page("check_rules", desk, check=_last_check(desk), numbers=_numbers(desk), sent_facts=sent_facts)


@bp.post("/rules/check")
@requires(Permission.SEE_RULES)
def run_check() -> Answer:
    """Prove the rules and decide every golden case; what is found is kept with the history of the rules."""
    desk = the_desk()
    content, known = drafting.content_of(desk.draft or desk.current), desk.known
    items = items_of(checking.check(desk.shown.rule_set, desk.shown.cases, known), desk.shown, known)
    with transaction():
        checks.keep(items, content, known, by=the_user())
    return to("publish_rules" if request.form.get("then") == PUBLISH else "check_rules")


@bp.route("/rules/publish", methods=["GET", "POST"])
@requires(Permission.EDIT_RULES)
def publish_rules() -> Answer:
    """Show what changes and what the check has found; then put the draft in force."""
    desk = the_desk()
    check = _last_check(desk)
    if request.method != "POST":
        return _publish_page(_begun(PublishRulesForm(formdata=typed(), check=check), desk), desk, check)
    form = PublishRulesForm(check=check)
    if not form.validate():
        return _publish_page(form, desk, check), 422
    try:
        with transaction():
            number = _published(form, check)
            parked.forget(request.path)
    except NothingNew:
        flash(_("The draft says what is in force already: there is nothing to publish."), "info")
        return to("publish_rules")
    except (BadRule, BadRuleSet, HasToBeMended, NotAccepted, NotChecked):
        return _publish_page(form, desk, check, said=_("The check does not let it be published as it is.")), 422
    except (*CHANGED, PublishedMeanwhile) as conflict:
        return _refused(conflict, form)
    flash(_("Version %(number)s is in force: every new case is routed by it from now on.", number=number), "ok")
    return to("rules")


@bp.post("/rules/catch-up")
@requires(Permission.EDIT_RULES)
def catch_up_rules() -> Answer:
    """Take into the draft what was changed by versions that were published meanwhile."""
    form = RulesForm()
    try:
        with transaction():
            clashes = drafting.catch_up(seen=form.seen_version, by=the_user())
    except CHANGED:
        say_that_it_changed()
        return to("publish_rules")
    except (BadRule, BadRuleSet) as wrong:
        flash(_("It could not be taken in: %(problem)s Change it by hand.", problem=str(wrong)), "warn")
        return to("publish_rules")
    flash(_("The draft has what was changed meanwhile. Look below at what it would change."), "ok")
    if clashes:
        both = ", ".join(f"“{name}”" for name in clashes)
        flash(_("Changed on both sides, and left as the draft has it: %(names)s.", names=both), "warn")
    return to("publish_rules")


def _last_check(desk: RulesDesk) -> Check | None:
    return checks.last(drafting.content_of(desk.draft or desk.current), desk.known)


def _numbers(desk: RulesDesk) -> dict[str, int]:
    """The number of each rule that is shown, by its key."""
    return {rule.key: number for number, rule in enumerate(desk.shown.rules, start=1)}


def _published(form: PublishRulesForm, check: Check | None) -> int:
    accepted = [item.text for item in check.asks] if check and form.despite else []
    version = drafting.publish(
        seen=form.seen_version,
        upon=number_in(form.upon.data) or 0,
        reason=form.reason.data,
        by=the_user(),
        known=current_vocabulary(),
        accepted=accepted,
    )
    return version.version


def _begun(form: PublishRulesForm, desk: RulesDesk) -> PublishRulesForm:
    form.version.data, form.upon.data = str(desk.seen), str(desk.current.version)
    return form


def _publish_page(form: PublishRulesForm, desk: RulesDesk, check: Check | None, *, said: str = "") -> str:
    about = {"check": check, "numbers": _numbers(desk), "sent_facts": sent_facts, "has_backtests": has_backtests()}
    return page("publish_rules", desk, form=form, said=said, **about)


def _refused(conflict: Exception, form: PublishRulesForm) -> Answer:
    """Somebody was first: tell what became of the draft, with the reason kept where it can still be published."""
    desk = the_desk()
    if desk.draft is None:
        flash(_("Somebody has published the draft, or thrown it away, a moment ago. Your reason was not used."), "warn")
        return to("rules")
    return _publish_page(_begun(form, desk), desk, _last_check(desk), said=desk.refusal(conflict)), 409
