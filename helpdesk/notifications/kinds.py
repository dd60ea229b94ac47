"""Every kind of mail in one place: what its subject says, what it may tell, and whether it waits for service hours.

A template sees the facts listed here and nothing else, so what is not on the list cannot leave the desk by mail.
"""

from ..languages import lazy_gettext as _l
from .errors import UnknownKind
from .kind import Audience, Kind, Timing

_LINK = frozenset({"link", "first_name", "hours_valid"})
_CASE = frozenset({"number", "subject", "path", "team"})
_LEFT_OUT = frozenset({"left_out"})  # why the texts of a case are not told
_COPY = _CASE | {"requester"}
_TARGET = _CASE | {"target", "due_by"}
_DIGEST = frozenset({"path", "day", "headline", "closed_since", "opened_at", "due", "failed", "new", "requests", "left"})

_ALL = (
    Kind("verify_address", Audience.ACCOUNT, Timing.IMMEDIATE, _l("Activate your help desk account"), needs=_LINK),
    Kind(
        "already_registered",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("You already have a help desk account"),
        needs=frozenset({"link"}),
        may_tell=_LINK,
    ),
    Kind(
        "reset_password", Audience.ACCOUNT, Timing.IMMEDIATE, _l("Choose a new password for your help desk account"), needs=_LINK
    ),
    Kind(
        "invitation",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("%(by)s invites you to work at the help desk"),
        needs=frozenset({"link", "first_name", "days_valid", "by"}),
    ),
    Kind(
        "invitation_of_provider",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("Choose a password for your help desk account"),
        needs=frozenset({"link", "first_name", "days_valid"}),
    ),
    Kind(
        "address_changed",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("The e-mail address of your help desk account has changed"),
        needs=frozenset({"first_name", "old_address", "new_address", "link"}),
        may_tell=frozenset({"by_yourself"}),
    ),
    Kind(
        "confirm_new_address",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("Confirm this address for your help desk account"),
        needs=_LINK,
    ),
    Kind(
        "address_change_asked",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("Somebody asked to change the address of your help desk account"),
        needs=frozenset({"first_name", "new_address", "link"}),
    ),
    Kind(
        "password_changed",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("The password of your help desk account has changed"),
        needs=frozenset({"first_name", "when", "link"}),
    ),
    Kind(
        "account_closed",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("Your help desk account is closed"),
        needs=frozenset({"first_name", "when"}),
    ),
    Kind(
        "new_device",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("New sign-in to your help desk account"),
        needs=frozenset({"first_name", "browser", "network", "when", "link"}),
    ),
    Kind(
        "second_factor_changed",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("The second factor of your help desk account has changed"),
        needs=frozenset({"first_name", "change", "link"}),
    ),
    Kind(
        "recovery_code_used",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("A recovery code of your help desk account was used"),
        needs=frozenset({"first_name", "codes_left", "link"}),
    ),
    Kind(
        "case_received",
        Audience.REQUESTER,
        Timing.IMMEDIATE,
        _l("[%(number)s] We received your case: %(subject)s"),
        needs=_CASE | {"answers", "expect"},
        may_tell=_LEFT_OUT | {"filed", "is_invited", "because"},
    ),
    Kind(
        "case_replied",
        Audience.REQUESTER,
        Timing.WINDOWED,
        _l("[%(number)s] New reply: %(subject)s"),
        needs=_CASE | {"note"},
        may_tell=_LEFT_OUT | {"author", "files"},
    ),
    Kind(
        "case_resolved",
        Audience.REQUESTER,
        Timing.WINDOWED,
        _l("[%(number)s] %(outcome)s: %(subject)s"),
        needs=_CASE | {"note", "code_label", "outcome"},
        may_tell=_LEFT_OUT | {"author", "files", "is_merged"},
    ),
    Kind(
        "case_reminder",
        Audience.REQUESTER,
        Timing.WINDOWED,
        _l("[%(number)s] We are waiting for your answer: %(subject)s"),
        needs=_CASE | {"answer_by"},
        may_tell=_LEFT_OUT,
    ),
    Kind(
        "case_closed",
        Audience.REQUESTER,
        Timing.WINDOWED,
        _l("[%(number)s] Closed: %(subject)s"),
        needs=_CASE | {"resolved_on"},
        may_tell=_LEFT_OUT,
    ),
    # What the requester is told, for each colleague whom the case is copied to.
    Kind(
        "copy_received",
        Audience.COPIED,
        Timing.IMMEDIATE,
        _l("[%(number)s] %(by)s copied you: %(subject)s"),
        needs=_COPY | {"by"},
        may_tell=_LEFT_OUT,
    ),
    Kind(
        "copy_replied",
        Audience.COPIED,
        Timing.WINDOWED,
        _l("[%(number)s] New reply: %(subject)s"),
        needs=_COPY | {"note"},
        may_tell=_LEFT_OUT | {"author", "files"},
    ),
    Kind(
        "copy_resolved",
        Audience.COPIED,
        Timing.WINDOWED,
        _l("[%(number)s] %(outcome)s: %(subject)s"),
        needs=_COPY | {"note", "code_label", "outcome"},
        may_tell=_LEFT_OUT | {"author", "files", "is_merged"},
    ),
    Kind(
        "could_not_be_told",
        Audience.STAFF,
        Timing.IMMEDIATE,
        _l("[%(number)s] %(requester)s could not be told"),
        needs=frozenset({"number", "subject", "path", "requester", "phone", "mail_subject", "why", "in_doubt"}),
        may_tell=frozenset({"is_copied"}),
    ),
    Kind(
        "team_is_empty",
        Audience.STAFF,
        Timing.IMMEDIATE,
        _l("[%(number)s] Nobody works in %(team)s"),
        needs=frozenset({"number", "path", "team", "moved_to"}),
        may_tell=frozenset({"others"}),  # how many cases beside this one, where it is not a new one
    ),
    # It is written only while the desk is open, and nobody takes it back.
    Kind("staff_digest", Audience.STAFF, Timing.IMMEDIATE, _l("%(day)s: %(headline)s"), needs=_DIGEST),
    Kind(
        "case_assigned",
        Audience.STAFF,
        Timing.WINDOWED,
        _l("[%(number)s] Yours now: %(subject)s"),
        needs=_CASE | {"by", "priority"},
    ),
    # Two kinds, because what is urgent does not wait for the desk to open.
    Kind(
        "case_for_leads",
        Audience.STAFF,
        Timing.WINDOWED,
        _l("[%(number)s] %(priority)s, for the leads of %(led)s: %(subject)s"),
        needs=_CASE | {"priority", "led", "instead"},
    ),
    Kind(
        "urgent_case_for_leads",
        Audience.STAFF,
        Timing.IMMEDIATE,
        _l("[%(number)s] Urgent, for the leads of %(led)s: %(subject)s"),
        needs=_CASE | {"priority", "led", "instead"},
    ),
    # Written in service hours, by the job that counts them.
    Kind(
        "urgent_case_unassigned",
        Audience.STAFF,
        Timing.IMMEDIATE,
        _l("[%(number)s] Urgent, and nobody has it: %(subject)s"),
        needs=_CASE | {"opened"},
    ),
    Kind(
        "case_came_back",
        Audience.STAFF,
        Timing.WINDOWED,
        _l("[%(number)s] %(what)s: %(subject)s"),
        needs=_CASE | {"what", "by", "is_rejected"},
        may_tell=frozenset({"waited_for"}),
    ),
    Kind(
        "case_watched",
        Audience.STAFF,
        Timing.WINDOWED,
        _l("[%(number)s] You watch: %(subject)s"),
        needs=_CASE | {"by", "status"},
    ),
    # Not windowed: its clock runs in service hours, so it is written in them; a warning that waits for the next opening, or for
    # a rest in which nobody would take it back, comes when the time is over.
    Kind(
        "case_target_near",
        Audience.STAFF,
        Timing.IMMEDIATE,
        _l("[%(number)s] %(target)s due %(due_by)s: %(subject)s"),
        needs=_TARGET,
    ),
    Kind(
        "case_target_missed",
        Audience.STAFF,
        Timing.WINDOWED,
        _l("[%(number)s] %(target)s missed: %(subject)s"),
        needs=_TARGET,
    ),
    Kind(
        "join_requested",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("%(person)s asks to join %(place)s"),
        needs=frozenset({"first_name", "person", "person_email", "place", "role", "path"}),
    ),
    Kind(
        "join_decided",
        Audience.ACCOUNT,
        Timing.IMMEDIATE,
        _l("Your request to join %(place)s"),
        needs=frozenset({"first_name", "place", "role", "is_confirmed", "answer", "path"}),
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}


def kind_named(name: str) -> Kind:
    """The kind of that name; raises UnknownKind."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None
