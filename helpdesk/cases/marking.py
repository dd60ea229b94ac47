"""Tags and watchers by hand; those that rules add are written when the case is routed."""

import re
from collections.abc import Collection, Iterable

from .. import clock
from ..accounts.models import Team, User
from ..errors import HelpDeskError
from ..typed_text import one_line
from . import marks, moving, patient_data
from .models import Case, EventKind

LONGEST_TAG = 30
MOST_TAGS = 10  # of one case
_BETWEEN = re.compile(r"[\s_-]+")


class TagRefused(HelpDeskError):
    """A tag cannot be given; names it."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


class TagTooLong(TagRefused):
    """It has too many characters."""


class TagWithPatientData(TagRefused):
    """It looks like a passage about a patient."""


class TooManyTags(HelpDeskError):
    """A case has at most MOST_TAGS tags."""


class NotOfTheDesk(HelpDeskError):
    """Only people of the desk watch cases."""


def tags_in(text: str) -> list[str]:
    """The tags of a text in which commas stand between them, as they are kept: lower case, hyphens for spaces, each once.

    Raises TagTooLong and TagWithPatientData.
    """
    tags = [_BETWEEN.sub("-", one_line(part).casefold()).strip("-") for part in text.split(",")]
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            raise TagTooLong(tag)
        if any(patient_data.find(shown) for shown in (tag, tag.replace("-", " "))):
            raise TagWithPatientData(tag)
    return list(dict.fromkeys(tag for tag in tags if tag))


def tag(case: Case, tags: Iterable[str], *, by: User) -> list[str]:
    """Give a case tags, as `tags_in` reads them; returns those that are new. Raises TooManyTags."""
    case.hold()
    new = marks.tag(case.id, tags, team_id=case.team_id)
    if len(marks.tags_of(case.id)) > MOST_TAGS:
        raise TooManyTags(case.number)
    if new:
        case.record(EventKind.TAGGED, by=by, at=clock.now(), new={"tags": new})
    return new


def untag(case: Case, tags: Collection[str], *, by: User) -> bool:
    """Take tags off a case; returns whether it had any of them."""
    case.hold()
    had = marks.untag(case.id, tags)
    if had:
        case.record(EventKind.UNTAGGED, by=by, at=clock.now(), old={"tags": had})
    return bool(had)


def let_team_watch(case: Case, team: Team, *, by: User) -> bool:
    """Let the members of a team see a case of another; returns whether it did not watch it before."""
    case.hold()
    new = marks.let_watch(case.id, [team])
    if new:
        case.record(EventKind.WATCHED, by=by, at=clock.now(), new={"teams": [team.name]})
    return bool(new)


def let_watch(case: Case, person: User, *, by: User) -> bool:
    """Let somebody of the staff watch a case, perhaps oneself; returns whether they did not before. Raises NotOfTheDesk."""
    moving.hold_person(person)
    case.hold()
    if not (person.is_staff and person.is_active):
        raise NotOfTheDesk(person.id)
    new = marks.let_people_watch(case.id, [person])
    if new:
        case.record(EventKind.WATCHED, by=by, at=clock.now(), new={"people": [person.name], "people_ids": [person.id]})
    return bool(new)


def end_watching_of_team(case: Case, team: Team, *, by: User) -> bool:
    """Let a team watch a case no more; returns whether it did."""
    case.hold()
    if team not in marks.teams_watching(case.id):
        return False
    marks.end_watching(case.id, team_ids=[team.id])
    case.record(EventKind.UNWATCHED, by=by, at=clock.now(), old={"teams": [team.name]})
    return True


def end_watching(case: Case, person: User, *, by: User) -> bool:
    """Let somebody watch a case no more; returns whether they did."""
    case.hold()
    if person not in marks.people_watching(case.id):
        return False
    marks.end_watching(case.id, user_ids=[person.id])
    case.record(EventKind.UNWATCHED, by=by, at=clock.now(), old={"people": [person.name], "people_ids": [person.id]})
    return True
