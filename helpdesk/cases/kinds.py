"""What can be said on a case, what can happen to it, and why people move it."""

from enum import StrEnum


class MessageKind(StrEnum):
    """What a message is. Only those in PUBLIC_KINDS are ever shown or sent to a requester."""

    QUESTION = "question"  # what the requester wrote first
    REPLY = "reply"
    NOTE = "note"  # internal
    RESOLUTION = "resolution"
    NOT_SOLVED = "not_solved"  # why the requester says it is not solved


PUBLIC_KINDS = frozenset({MessageKind.QUESTION, MessageKind.REPLY, MessageKind.RESOLUTION, MessageKind.NOT_SOLVED})


class EventKind(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    ROUTED = "routed"
    TAKEN = "taken"
    NOTED = "noted"
    REPLIED = "replied"
    STATUS_CHANGED = "status_changed"
    RESOLVED = "resolved"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELED = "canceled"
    MOVED = "moved"
    TAKEN_BACK = "taken_back"  # a reply or a resolution, before its mail left
    REVISED = "revised"  # the note of a resolution, before its mail left
    MAIL_FAILED = "mail_failed"
    MAIL_STOPPED = "mail_stopped"  # a flood of mail, or somebody who cannot be written to
    MAIL_SETTLED = "mail_settled"
    ADDRESS_CORRECTED = "address_corrected"
    ADDRESS_RELEASED = "address_released"
    HANDED_BACK = "handed_back"  # to the queue of its team: whoever had it works here no more
    HANDED_OVER = "handed_over"  # back to them: that was undone
    PRIVACY_CHANGED = "privacy_changed"
    RATED = "rated"  # by its requester, after it was closed
    PATIENT_DATA_SUSPECTED = "patient_data_suspected"  # in something that was sent all the same
    PATIENT_DATA_CLEARED = "patient_data_cleared"  # somebody has read it, and there is none
    REDACTED = "redacted"
    COPIED = "copied"  # to a colleague of its requester
    COPY_ENDED = "copy_ended"
    ASSIGNED = "assigned"  # by the desk, to whoever was in turn
    LEFT_IN_QUEUE = "left_in_queue"  # because nobody is there whom the desk could give it
    TAGGED = "tagged"  # by the rules, as all that follows here
    WATCHED = "watched"  # by another team, whose members see it from then on
    LEADS_TOLD = "leads_told"
    SKILLS_NEEDED = "skills_needed"
    MACRO_OFFERED = "macro_offered"  # to whoever answers
    NOT_APPLIED = "not_applied"  # something that a rule wants, and that there is not (any more)
    TARGET_NEAR = "target_near"  # most of the time of a target is used
    TARGET_MISSED = "target_missed"
    REMINDED = "reminded"  # its requester, of what the desk waits for
    LOOK_AGAIN = "look_again"  # the day has come to look again at a case on hold
    CLOSED = "closed"  # by the desk: nobody reopened it in time
    FOLLOWED_UP = "followed_up"  # by another case, after it was closed
    CORRECTED = "corrected"  # its topic, system, location or priority, with a reason
    MERGED = "merged"  # into another case
    ABSORBED = "absorbed"  # another case
    UNMERGED = "unmerged"
    LINKED = "linked"  # to another case
    UNLINKED = "unlinked"
    UNTAGGED = "untagged"
    UNWATCHED = "unwatched"
    TIED = "tied"  # to a known problem
    UNTIED = "untied"


# Entries that contradict nobody's text.
PASSING_OF_TIME = frozenset({EventKind.TARGET_NEAR, EventKind.TARGET_MISSED, EventKind.REMINDED})


class MoveReason(StrEnum):
    """Why somebody moves a case to another team."""

    WRONG_TOPIC = "wrong_topic"  # it is about another topic than the one that was chosen
    WRONG_RULE = "wrong_rule"  # the topic is right, and the rules sent it to the wrong team
    OTHER_SKILL = "other_skill"
    BELONGS_TOGETHER = "belongs_together"  # with another case
    OTHER = "other"
    UNDONE = "undone"  # back where it came from; nobody chooses this one


class HoldReason(StrEnum):
    """Whom or what a case on hold waits for."""

    AGENCY = "agency"  # another office of the state
    MAKER = "maker"  # of a system: CVMS, NCIR, NCID
    DELIVERY = "delivery"
    REVIEW = "review"  # of an enrollment
    AGREED_DAY = "agreed_day"
    OTHER = "other"


class CorrectionReason(StrEnum):
    """Why somebody corrects what a case says of itself."""

    WRONGLY_CHOSEN = "wrongly_chosen"  # by its requester
    LEARNED_MORE = "learned_more"  # from what was said since
    MORE_PRESSING = "more_pressing"
    LESS_PRESSING = "less_pressing"
    OTHER = "other"


class PlaceKind(StrEnum):
    """What kind of place a passage was taken out of; an entry in the history names no more than this."""

    CASE = "case"
    ANSWER = "answer"
    TAG = "tag"
    MESSAGE = "message"
    NOTE = "note"
    RATING = "rating"
    DECISION = "decision"
    HISTORY = "history"
    ACCOUNT_HISTORY = "account_history"
    MAIL = "mail"
    FILE_NAME = "file_name"
    FILE = "file"
    DRAFT = "draft"
    KEPT_FORM = "kept_form"
    ARTICLE = "article"
