"""What the help ticket is filled in with before its requester has typed anything."""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ..accounts.models import User
from ..cases import following
from ..providers.places import NOT_LISTED, Place, only_location, places_of
from . import queries

# A box that is not ticked is not sent: that is an answer, too.
NEVER_FILLED_IN = frozenset({"no_patient_data", "is_private", "follows"})


def known_of(user: User, places: tuple[Place, ...]) -> dict[str, Any]:
    """What the account and the last case of this person tell."""
    usual = {"for_self": "yes", "reach_by": "email", "reply_language": user.language.value, "reach_phone": user.phone}
    known = {**usual, "provider_pin": user.pin or "", "place": only_location(places)}
    last = queries.last_case_of(user)
    if last is None:
        return known
    before = [p.value for p in places if (p.organization_id, p.location_id) == (last.organization_id, last.location_id)]
    place = {"place": before[0]} if before else {}
    return {**known, **place, "role": last.provider_role.value, "organization": last.organization, "location": last.location}


def known_of_case(user: User, number: str) -> dict[str, Any]:
    """What a closed case of this person tells about the one that is to follow it; nothing where it is not such a case."""
    case = following.closed_case(user, number)
    if case is None:
        return {}
    place = f"location-{case.location_id}" if case.location_id else f"organization-{case.organization_id}"
    place = place if case.organization_id else NOT_LISTED
    subject = {} if case.redacted_at else {"subject": case.subject}
    asked = {"topic": case.topic_code, "system": case.system.value, "role": case.provider_role.value, **subject}
    where = {"place": place, "organization": case.organization, "location": case.location}
    return {"follows": case.number, **asked, **where}


def filled_in(sent: MultiDict[str, str], user: User) -> MultiDict[str, Any]:
    """What was sent, and what is known for the questions that were not on the page it was sent from."""
    return completed(sent, lambda: known_of(user, places_of(user)))


def completed(sent: MultiDict[str, str], known: Callable[[], Mapping[str, Any]]) -> MultiDict[str, Any]:
    """What was sent, and what is `known` for the questions that were not on the page: it is asked for where there are any."""
    fields: MultiDict[str, Any] = MultiDict(sent)
    if picked := sent.get("pick"):
        fields["topic"] = picked
    if sent.get("shown", "") == fields.get("topic", ""):
        return fields
    for name, value in known().items():
        if name not in fields and name not in NEVER_FILLED_IN and value:
            fields[name] = value
    return fields
