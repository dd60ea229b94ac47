"""What the words of mail read like on a page. None of them claims more than our mail server has said."""

from typing import Any, NamedTuple

from ..languages import lazy_gettext as _l
from .answers import Stage
from .kinds import Audience
from .models import AttemptOutcome, MailAct, MailState, Settlement


class KindWords(NamedTuple):
    """A kind of mail for people: its name, what it says, and who gets it."""

    name: Any
    says: Any
    goes_to: Any


KINDS: dict[str, KindWords] = {
    "verify_address": KindWords(
        _l("Confirm an address"),
        _l("Asks somebody who has registered to confirm their address, so that their account is ready."),
        _l("Whoever has just registered, or asks for a new link"),
    ),
    "already_registered": KindWords(
        _l("Already registered"),
        _l("Tells somebody who registers again that they have an account, and where to sign in."),
        _l("Whoever owns the address that was entered"),
    ),
    "reset_password": KindWords(
        _l("New password"),
        _l("Brings the link to choose a new password."),
        _l("Whoever owns the address that was entered"),
    ),
    "invitation": KindWords(
        _l("Invitation"),
        _l("Brings the link under which somebody who is to work at the desk chooses a password."),
        _l("Whoever an administrator has invited"),
    ),
    "invitation_of_provider": KindWords(
        _l("Invitation of a caller"),
        _l("Brings the link under which somebody who asked by phone or in person chooses a password, to follow their case."),
        _l("A provider for whom staff has filed a case, and who had no account"),
    ),
    "case_received": KindWords(
        _l("Receipt"),
        _l("Says that the case has arrived: its number, its team, a copy of the answers, and when to expect a first answer."),
        _l("The person who asked"),
    ),
    "case_replied": KindWords(
        _l("Reply"),
        _l("Brings a public reply of staff. Internal notes are never mailed."),
        _l("The person who asked"),
    ),
    "case_resolved": KindWords(
        _l("Resolution"),
        _l("Says how the case was resolved, with the notes, and asks whether it helped."),
        _l("The person who asked"),
    ),
    "case_reminder": KindWords(
        _l("Reminder"),
        _l("Says that we wait for an answer, and until when. The question itself stands on the page of the case."),
        _l("The person who asked, two and four working days after a question that they have not answered"),
    ),
    "case_closed": KindWords(
        _l("Closing"),
        _l("Says that the case is closed, and that one question about how it was handled stands on its page."),
        _l("The person who asked, ten working days after a resolution that they have said nothing to"),
    ),
    "copy_received": KindWords(
        _l("Copy of a receipt"),
        _l("Says who has copied them on which case, what that means, and where they can take themselves off. No answers."),
        _l("A colleague whom the case is copied to, if they want it"),
    ),
    "copy_replied": KindWords(
        _l("Copy of a reply"),
        _l("Brings a public reply of staff to the requester. Internal notes are never mailed."),
        _l("A colleague whom the case is copied to, if they want it"),
    ),
    "copy_resolved": KindWords(
        _l("Copy of a resolution"),
        _l("Says how the case of a colleague was resolved, with the notes."),
        _l("A colleague whom the case is copied to, if they want it"),
    ),
    "address_changed": KindWords(
        _l("Another address"),
        _l("Says that the address of the account has changed, by our staff or by its owner."),
        _l("Whoever owns the account, at the old and the new address"),
    ),
    "confirm_new_address": KindWords(
        _l("Confirm a new address"),
        _l("Brings the link that confirms another address for an account."),
        _l("The new address"),
    ),
    "address_change_asked": KindWords(
        _l("Another address was asked for"),
        _l("Says that somebody who is signed in to the account wants to change its address."),
        _l("Whoever owns the account, at the old address"),
    ),
    "password_changed": KindWords(
        _l("Password changed"),
        _l("Says when the password was changed, and what to do if it was somebody else."),
        _l("Whoever owns the account"),
    ),
    "account_closed": KindWords(
        _l("Account closed"),
        _l("Says that the account is closed, and what to do if it was somebody else."),
        _l("Whoever owned the account"),
    ),
    "new_device": KindWords(
        _l("New browser"),
        _l("Says when, with which browser and from which network somebody signed in where they had not before."),
        _l("Whoever owns the account"),
    ),
    "second_factor_changed": KindWords(
        _l("Second factor"),
        _l("Says that a second factor was set up, turned off or reset."),
        _l("Whoever owns the account"),
    ),
    "recovery_code_used": KindWords(
        _l("Recovery code used"),
        _l("Says that a recovery code let somebody in, and how many are left."),
        _l("Whoever owns the account"),
    ),
    "could_not_be_told": KindWords(
        _l("To staff: the requester could not be told"),
        _l("Says which mail failed or stayed in doubt, why, and whom to call."),
        _l("Whoever has the case, else the leads of its team"),
    ),
    "case_assigned": KindWords(
        _l("To the assignee: a new case"),
        _l("Says that somebody has given a case to them."),
        _l("Whoever has the case now, if they want it"),
    ),
    "case_for_leads": KindWords(
        _l("To the leads: a case"),
        _l("Says that a case has come of which a routing rule wants the leads of a team to know."),
        _l("The leads of the team that the rule names, else the administrators"),
    ),
    "urgent_case_for_leads": KindWords(
        _l("To the leads: an urgent case"),
        _l("The same of a case of priority P1: it leaves at once."),
        _l("The leads of the team that the rule names, else the administrators"),
    ),
    "urgent_case_unassigned": KindWords(
        _l("Urgent, and nobody has it"),
        _l("Says that an urgent case has waited for 15 minutes of service time without anybody taking it."),
        _l("The leads of its team, and administrators"),
    ),
    "case_came_back": KindWords(
        _l("To the assignee: it came back"),
        _l("Says that the requester has replied, that it is not solved, or that the day to look again has come; no words of it."),
        _l("Whoever has the case, if they want it; of a case on hold that nobody has, the leads of its team"),
    ),
    "case_target_near": KindWords(
        _l("To the team: due soon"),
        _l("Says that most of the time promised for a case is used up."),
        _l("Whoever has the case, else the leads of its team, if they want it"),
    ),
    "case_target_missed": KindWords(
        _l("To the team: over"),
        _l("Says that the time promised for a case is over."),
        _l("Whoever has the case, else the leads of its team, if they want it"),
    ),
    "case_watched": KindWords(
        _l("To watchers: something new"),
        _l("Says that something was said in public on a case that somebody watches, or that it stands elsewhere now."),
        _l("Whoever watches the case themselves, if they want it"),
    ),
    "staff_digest": KindWords(
        _l("Digest"),
        _l("How the day begins: what is due, what failed, what came and what left."),
        _l("Everybody at the desk who wants it, once a day after the opening"),
    ),
    "team_is_empty": KindWords(
        _l("To the leads: an empty team"),
        _l("Says that cases went to triage, or could not, because nobody active works in their team."),
        _l("Administrators, and the leads of the Service Desk"),
    ),
    "join_requested": KindWords(
        _l("Request to join"),
        _l("Says that somebody asks to be known as working at the organization; it is confirmed or declined on a page."),
        _l("The administrators of the organization"),
    ),
    "join_decided": KindWords(
        _l("Answer to a request to join"),
        _l("Says that the request was confirmed or declined, and why."),
        _l("Whoever has asked"),
    ),
}
AUDIENCES: dict[Audience, Any] = {
    Audience.ACCOUNT: _l("About one's own account"),
    Audience.REQUESTER: _l("About one's own case"),
    Audience.COPIED: _l("About the case of a colleague"),
    Audience.STAFF: _l("For staff"),
}
STATES: dict[MailState, Any] = {
    MailState.HELD: _l("Held"),
    MailState.DUE: _l("Waiting to be sent"),
    MailState.SENDING: _l("Being sent now"),
    MailState.SENT: _l("Accepted by the mail server"),
    MailState.RETRY: _l("Not accepted yet"),
    MailState.FAILED: _l("Could not be sent"),
    MailState.DOUBTFUL: _l("In doubt"),
    MailState.CANCELLED: _l("Not sent"),
    MailState.SUPERSEDED: _l("Replaced"),
}
OUTCOMES: dict[AttemptOutcome, Any] = {
    AttemptOutcome.UNKNOWN: _l("In hand; no result is written down yet"),
    AttemptOutcome.ACCEPTED: _l("The mail server accepted it"),
    AttemptOutcome.REFUSED_FOR_NOW: _l("The mail server refused it for now"),
    AttemptOutcome.REFUSED: _l("Refused for good"),
    AttemptOutcome.NO_CONNECTION: _l("There was no connection to the mail server"),
    AttemptOutcome.CUT: _l("The line broke before the end of the mail: the server cannot have taken it"),
    AttemptOutcome.SILENT: _l("No answer came after the end of the mail: the server may have taken it"),
    AttemptOutcome.NOT_BEGUN: _l("Given back without being begun; this does not count as a try"),
}
STAGES: dict[str, Any] = {
    Stage.BEFORE: _l("before anything was said"),
    Stage.COMPOSE: _l("writing the mail"),
    Stage.CONNECT: _l("connecting to the mail server"),
    Stage.LOGIN: _l("signing in at the mail server"),
    Stage.MAIL: _l("naming the sender"),
    Stage.RCPT: _l("naming the recipient"),
    Stage.DATA: _l("announcing the text"),
    Stage.TEXT: _l("sending the text"),
    Stage.END: _l("after the end of the text"),
}
ACTS: dict[MailAct, Any] = {
    MailAct.MOVED: _l("%(who)s moved it to another time, because the service hours changed"),
    MailAct.READDRESSED: _l("%(who)s gave it another address"),
    MailAct.RETARGETED: _l("%(who)s moved it to another case"),
    MailAct.TAKEN_BACK: _l("%(who)s took it back"),
    MailAct.CANCELLED: _l("%(who)s stopped it"),
    MailAct.SUPERSEDED: _l("%(who)s replaced it by a newer one"),
    MailAct.SENT_AGAIN: _l("%(who)s had it sent once more"),
    MailAct.SENT_NOW: _l("%(who)s let it leave outside service hours"),
    MailAct.SETTLED: _l("%(who)s settled it"),
    MailAct.REPORTED: _l("%(who)s told the team that it could not be sent"),
    MailAct.REDACTED: _l("%(who)s removed patient data from it"),
}
SETTLEMENTS: dict[Settlement, Any] = {
    Settlement.OPEN: _l("Not settled"),
    Settlement.TOLD: _l("Told in another way"),
    Settlement.ARRIVED: _l("Has arrived, says the recipient"),
    Settlement.LEFT: _l("Left as it is"),
}
# What changes may be about; keys of MailEvent.old and .new.
CHANGED: dict[str, Any] = {
    "due_at": _l("Leaves"),
    "to_address": _l("Address"),
    "address": _l("Address"),
    "case": _l("Case"),
    "case_id": _l("Case"),
    "state": _l("State"),
    "settlement": _l("Settled as"),
}


def kind_name(kind: str) -> str:
    """What a kind of mail is called; a kind that is gone keeps the name it had among us."""
    return str(KINDS[kind].name) if kind in KINDS else kind.replace("_", " ").capitalize()
