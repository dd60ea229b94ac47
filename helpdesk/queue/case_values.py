"""What differs from case to case in the statements of its page, which are put together once.

Each value has a name in them. A statement is kept for each Shape, that is for each choice of its parts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..cases import case_drafts, presence
from ..cases.models import UNFINISHED, Case
from ..permissions import Permission, may

CASE_ID: sa.BindParameter[int] = sa.bindparam("case_id")
READER_ID: sa.BindParameter[int] = sa.bindparam("reader_id")
REQUESTER_ID: sa.BindParameter[int] = sa.bindparam("requester_id")
ADDRESS: sa.BindParameter[str] = sa.bindparam("address")  # of the requester
ORGANIZATION_ID: sa.BindParameter[int] = sa.bindparam("organization_id")
TEAM_ID: sa.BindParameter[int] = sa.bindparam("team_id")
FOLLOWS_ID: sa.BindParameter[int] = sa.bindparam("follows_id")
MERGED_INTO_ID: sa.BindParameter[int] = sa.bindparam("merged_into_id")
PROBLEM_ID: sa.BindParameter[int] = sa.bindparam("problem_id")
MACRO: sa.BindParameter[str] = sa.bindparam("macro")  # the code of the one whose text is read
NOW: sa.BindParameter[datetime] = sa.bindparam("now")
BELIEVED_SINCE: sa.BindParameter[datetime] = sa.bindparam("believed_since")
KEPT_SINCE: sa.BindParameter[datetime] = sa.bindparam("kept_since")


@dataclass(frozen=True)
class Shape:
    """What decides which parts a statement has: what its reader may see, and what the case has to do with others."""

    every_team: bool
    follows: bool
    is_merged: bool
    is_tied: bool  # to a known problem
    may_be_tied: bool


def shape(case: Case, reader: User) -> Shape:
    """What decides about this case and this reader."""
    is_tied = case.problem_id is not None
    return Shape(
        every_team=may(reader, Permission.SEE_EVERY_TEAM),
        follows=case.follows_id is not None,
        is_merged=case.merged_into_id is not None,
        is_tied=is_tied,
        may_be_tied=not is_tied and case.status in UNFINISHED,
    )


def values(case: Case, reader: User) -> dict[str, Any]:
    """What the names stand for."""
    return {
        CASE_ID.key: case.id,
        READER_ID.key: reader.id,
        REQUESTER_ID.key: case.requester_id,
        ADDRESS.key: case.requester.email,
        ORGANIZATION_ID.key: case.organization_id,
        TEAM_ID.key: case.team_id,
        FOLLOWS_ID.key: case.follows_id,
        MERGED_INTO_ID.key: case.merged_into_id,
        PROBLEM_ID.key: case.problem_id,
        NOW.key: clock.now(),
        BELIEVED_SINCE.key: presence.believed_since(),
        KEPT_SINCE.key: case_drafts.kept_since(),
    }
