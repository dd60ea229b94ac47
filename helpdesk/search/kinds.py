"""What the index knows of a case, by who may find it."""

from enum import StrEnum


class Kind(StrEnum):
    """One kind of text of a case; each has words of its own in the index."""

    HEAD = "head"  # number, subject, requester, organization, location
    SAID = "said"  # the question and its answers, replies, resolutions
    FILES = "files"  # the names of files that were sent with these
    STAFF = "staff"  # for staff alone: notes and their files, what was taken back, the address of the requester


# Whoever does not work at the desk finds a case by these, by a positive list.
PUBLIC = frozenset({Kind.HEAD, Kind.SAID, Kind.FILES})
ALL = frozenset(Kind)
