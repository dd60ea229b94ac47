"""What the help ticket is filled in with before its requester has typed anything."""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ..accounts.models import User
from . import queries
from .places import Place, only_location, places_of

NEVER_FILLED_IN = frozenset({"no_patient_data", "is_private"})  # a box that is not ticked is not sent: that is an answer, too


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
