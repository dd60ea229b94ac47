"""The rules of a case that can be broken, by name."""

from ..errors import HelpDeskError


class CaseClosed(HelpDeskError):
    """The case is closed or canceled and takes nothing more."""


class IllegalMove(HelpDeskError):
    """The case cannot go from its status to that one."""


class StaleCase(HelpDeskError):
    """Something has happened to the case since the person saw it."""

    def __init__(self, number: str, *, since: int) -> None:
        super().__init__(number, since)
        self.since = since


class AlreadyTaken(HelpDeskError):
    """Somebody else has the case."""

    def __init__(self, number: str, assignee: str) -> None:
        super().__init__(number, assignee)
        self.assignee = assignee


class WorksElsewhere(HelpDeskError):
    """Cases of this team are of those who work there, and this person does not (any more); names both."""

    def __init__(self, who: str, team: str) -> None:
        super().__init__(who, team)
        self.who, self.team = who, team


class WorkHasBegun(HelpDeskError):
    """The requester can cancel only before somebody works on the case."""


class CaseResolved(HelpDeskError):
    """The case is resolved: its requester says first whether this solved it."""


class NotTakenBack(HelpDeskError):
    """The message cannot be taken back or changed: its mail has left, or it is not one that a mail tells."""


class NotARequester(HelpDeskError):
    """Staff correct the addresses of requesters, never each other's."""


class MailArrives(HelpDeskError):
    """Mail reaches the address that is on file: only a call-back, or an administrator, gives the person another one."""


class NoPhone(HelpDeskError):
    """No phone number is on file, so that nobody can be called back."""


class NotTheRequester(HelpDeskError):
    """Only the person who asked says whether it is solved, cancels the case or hides it from colleagues."""


class CannotCopy(HelpDeskError):
    """Nobody can be copied by what was typed; says why, names the addresses and says what to do."""


class NotCopiedByThem(HelpDeskError):
    """Whom a case is copied to is decided by its requester and by staff; a colleague can only take themselves off."""


class NotClosed(HelpDeskError):
    """How a case was handled is said once it is closed, by its requester."""


class AlreadyRated(HelpDeskError):
    """Its requester has said how the case was handled; the first word counts."""


class NoteMissing(HelpDeskError):
    """No resolution without a public note of substance."""


class FormKeyReused(HelpDeskError):
    """A form key that has made a case came again with other content."""


class NothingWaits(HelpDeskError):
    """The case does not wait for anybody, so that nobody can go on with it."""


class DayIsPast(HelpDeskError):
    """Somebody looks again on a day to come, on which the desk opens."""
