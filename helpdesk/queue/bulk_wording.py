"""What is said of many cases at once: what will happen to each, what became of each, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import ngettext

from ..accounts.models import Team, User
from ..cases import macro_wording
from ..cases.batch_acts import Why
from ..cases.batch_models import BatchAct, BatchState, Order
from ..cases.macros import Macro
from ..cases.models import Case, ResolutionCode
from ..cases.wording import event_sentence, label
from ..extensions import db
from ..languages import gettext as _
from ..languages import lazy_gettext as _l

__all__ = ["ACTS", "STATES", "WHY", "effect", "event_sentence", "names_of", "sentence", "title", "told", "why"]  # for templates

ACTS = {
    BatchAct.ASSIGN: _l("Assign"),
    BatchAct.PRIORITY: _l("Set the priority"),
    BatchAct.TAG: _l("Add tags"),
    BatchAct.UNTAG: _l("Remove tags"),
    BatchAct.MOVE: _l("Move to another team"),
    BatchAct.REPLY: _l("Reply"),
    BatchAct.RESOLVE: _l("Resolve"),
}
STATES = {
    BatchState.WAITING: _l("Waits for its turn"),
    BatchState.DONE: _l("Done"),
    BatchState.SKIPPED: _l("Not done"),
    BatchState.TO_UNDO: _l("Is being undone"),
    BatchState.UNDONE: _l("Undone"),
    BatchState.KEPT: _l("Not undone"),
}
# Each says what to do, where something can be done.
WHY = {
    Why.NOT_SEEN: _l("You do not see this case, or not any more. Nothing is to be done."),
    Why.CLOSED: _l("The case is closed. A follow-up case can be opened from its page."),
    Why.RESOLVED: _l("The case is resolved already. Open it to say more there."),
    Why.CHANGED: _l("Somebody has done something on the case since it was shown. Look at it, then do it there."),
    Why.ALREADY: _l("It is so already. Nothing is to be done."),
    Why.NOT_THEIRS: _l("They do not work in its team, or not any more. Move the case first, or choose somebody of its team."),
    Why.NOBODY_THERE: _l("Nobody works in that team right now. Choose another team on the page of the case."),
    Why.TOO_MANY_TAGS: _l("A case has at most ten tags. Take one off on its page first."),
    Why.OTHER_TEAM: _l("The macro is for another team, was changed or is not in use any more. Reply on the page of the case."),
    Why.REDACTED: _l("A passage was taken out of the text before its turn came. Write it on the page of the case."),
    Why.GONE_ON: _l("Somebody has gone on with the case since. Change it on its page, if it is still to be changed."),
    Why.MAIL_LEFT: _l("Its mail has left, or somebody has gone on since. Write to the provider on the page of the case."),
}


@dataclass(frozen=True)
class Names:
    """Who and what an order names, as people call them."""

    order: Order
    to: str = ""
    macro: str = ""


def names_of(order: Order) -> Names:
    """Look up what an order names."""
    wanted = order.wanted.get("to")
    macros = db.metadata.tables["macros"]
    match order.act:
        case BatchAct.ASSIGN:
            person = db.session.get(User, wanted or 0)
            return Names(order, person.name if person else "")
        case BatchAct.MOVE:
            return Names(order, db.session.scalar(db.select(Team.name).where(Team.code == wanted)) or str(wanted))
        case BatchAct.RESOLVE:
            return Names(order, label(ResolutionCode(str(wanted))))
        case BatchAct.REPLY:
            title = db.select(macros.c.title).where(macros.c.code == order.wanted.get("macro", ""))
            return Names(order, macro=db.session.scalar(title) or "")
        case _:
            return Names(order, str(wanted or ""))


def not_done(order: Order) -> list[str]:
    """What the macro of a reply does on the page of a case, and a batch does not."""
    macro = db.session.scalar(db.select(Macro).filter_by(code=order.wanted.get("macro", "")))
    return macro_wording.effects(macro) if macro else []


def sentence(names: Names) -> str:
    """What a batch does, in a sentence."""
    order, words = names.order, {"to": names.to, "tags": names.order.text}
    if order.act is BatchAct.ASSIGN and not names.to:
        return _("Put back into the queue")
    if order.act is BatchAct.REPLY:
        return _("Reply with the macro “%(title)s”", title=names.macro) if names.macro else _("Reply")
    return str(_SENTENCES[order.act]) % words


def effect(case: Case, names: Names) -> str:
    """What will happen to a case."""
    order, nobody = names.order, _("nobody")
    now = case.assignee.name if case.assignee else nobody
    match order.act:
        case BatchAct.ASSIGN:
            return _("with %(new)s, now with %(old)s", new=names.to or nobody, old=now)
        case BatchAct.PRIORITY:
            return _("%(new)s, now %(old)s; its clocks follow", new=names.to, old=case.priority.value)
        case BatchAct.MOVE:
            moved = _("to %(new)s, now with %(old)s", new=names.to, old=case.team.name)
            return _("%(moved)s; %(who)s has it no more", moved=moved, who=now) if case.assignee else moved
        case BatchAct.RESOLVE:
            return _("resolved as “%(code)s”, now %(status)s", code=names.to, status=label(case.status).lower())
        case BatchAct.REPLY if order.wanted.get("wait"):
            return _("your reply, then it waits for the provider")
        case _:
            return str(_EFFECTS[order.act]) % {"tags": order.text}


_SENTENCES = {
    BatchAct.ASSIGN: _l("Assign to %(to)s"),
    BatchAct.PRIORITY: _l("Set the priority to %(to)s"),
    BatchAct.TAG: _l("Add the tags %(tags)s"),
    BatchAct.UNTAG: _l("Remove the tags %(tags)s"),
    BatchAct.MOVE: _l("Move to %(to)s"),
    BatchAct.RESOLVE: _l("Resolve as “%(to)s”"),
}
_EFFECTS = {
    BatchAct.TAG: _l("gets %(tags)s"),
    BatchAct.UNTAG: _l("loses %(tags)s"),
    BatchAct.REPLY: _l("your reply; it is open then"),
}


def why(value: str) -> str:
    """Why a case was left as it is: a reason of ours, or the name of an error."""
    if value in set(Why):
        return str(WHY[Why(value)])
    said = _("Something unforeseen went wrong (%(error)s). Try it on the page of the case; the log of the desk says more.")
    return said % {"error": value}


def told(counts: Mapping[BatchState, int]) -> str:
    """How far a batch is: "12 done · 1 not done"."""
    return " · ".join(f"{counts[state]} {str(STATES[state]).lower()}" for state in BatchState if state in counts)


def title(names: Names, cases: int) -> str:
    """What a batch does, with how many cases."""
    return ngettext("%(act)s: %(num)s case", "%(act)s: %(num)s cases", cases, act=sentence(names))
