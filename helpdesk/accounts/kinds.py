"""The sets of values of accounts: languages, what mailed links are for, how pages look, what happens to people and teams."""

from enum import StrEnum


class Language(StrEnum):
    """The languages a person can ask for."""

    ENGLISH = "en"
    SPANISH = "es"


class TokenPurpose(StrEnum):
    """What a mailed link is for; a token of one purpose is worth nothing for another."""

    VERIFY_ADDRESS = "verify_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    CHANGE_ADDRESS = "change_address"
    INVITATION = "invitation"


class Appearance(StrEnum):
    """How a person's pages look."""

    SYSTEM = "system"  # as their device is set
    LIGHT = "light"
    DARK = "dark"


class AccountAct(StrEnum):
    """What happens to accounts and teams, as their history names it."""

    CREATED = "created"
    REGISTERED = "registered"
    REGISTERED_AGAIN = "registered_again"  # before the address was confirmed, perhaps by somebody else
    ACTIVATED = "activated"  # the address is confirmed
    INVITED = "invited"
    DETAILS_CHANGED = "details_changed"
    MAIL_CHOSEN = "mail_chosen"  # what somebody is mailed about
    ADDRESS_CHANGED = "address_changed"
    ADDRESS_RECOVERED = "address_recovered"  # by an agent, for somebody who has lost the mailbox
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    ROLE_CHANGED = "role_changed"
    JOINED_TEAM = "joined_team"
    LEFT_TEAM = "left_team"
    LEAD_CHANGED = "lead_changed"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    CLOSED = "closed"  # an account by its own person, a team by an administrator
    REOPENED = "reopened"
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_RESET = "second_factor_reset"  # by an administrator
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    WAITS_ENDED = "waits_ended"  # after wrong passwords or many mailed links, by an administrator
    ON_DUTY = "on_duty"
    OFF_DUTY = "off_duty"
    SKILLS_CHANGED = "skills_changed"
    DISTRIBUTION_CHANGED = "distribution_changed"  # how a team gives out its cases
    FILTER_SAVED = "filter_saved"  # of the queue
    FILTER_RENAMED = "filter_renamed"
    FILTER_MOVED = "filter_moved"
    FILTER_DELETED = "filter_deleted"


# What staff can choose to be mailed about, and the column that keeps it.
MAIL_CHOICES = {
    "digest": "wants_digest",
    "assignments": "wants_assignment_mail",
    "targets": "wants_target_mail",
    "watched": "wants_watch_mail",
}
