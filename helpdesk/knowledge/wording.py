"""What readers of Learn are told: names of sections and languages, lengths of videos, and when sessions are."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date
from markupsafe import Markup

from ..accounts.models import Language
from ..hours.wording import clock_time, zone_name
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .models import Section, TrainingSession

MINUTE = 60


@dataclass(frozen=True)
class SectionWords:
    """The name of a section, and what is in it."""

    name: str
    lead: str


_SECTIONS = {
    Section.START: (_l("Getting started"), _l("The application in brief, CVMS or NCIR, and how this help desk works.")),
    Section.ENROLLMENT: (_l("Provider enrollment"), _l("Sections A and B, signatures, review, and changes after approval.")),
    Section.ACCESS: (_l("Sign-in and access"), _l("NCID, users and roles in CVMS and NCIR, work at several locations.")),
    Section.VACCINE: (
        _l("Vaccine: storage, shipments, inventory"),
        _l("Temperatures, shipments, transfers, waste and expiration."),
    ),
    Section.RECORDS: (_l("Recipients and doses"), _l("Records without names, doses, uploads, and work while a system is down.")),
}
# Each in its own words.
_READ_IN = {Language.ENGLISH: "Read this article in English", Language.SPANISH: "Lea este artículo en español"}
_NOT_YOURS = {Language.ENGLISH: _l("in English"), Language.SPANISH: _l("in Spanish")}


def section_words(section: Section) -> SectionWords:
    """How a section is called, and what is in it."""
    name, lead = _SECTIONS[section]
    return SectionWords(str(name), str(lead))


def read_in(language: Language) -> str:
    """The words of a link to the article in this language, in this language."""
    return _READ_IN[language]


def in_language(language: Language) -> str:
    """That a text is in this language: "in Spanish"."""
    return str(_NOT_YOURS[language])


def video_length(seconds: int) -> str:
    """How long a video is: "45 s", "4 min", "4 min 30 s"."""
    minutes, rest = divmod(seconds, MINUTE)
    if not minutes:
        return _("%(seconds)s s", seconds=rest)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest) if rest else _("%(minutes)s min", minutes=minutes)


def session_time(session: TrainingSession) -> Markup:
    """When a session is, in its own zone, in `time` elements: "Wednesday, November 25, 2026, 10 a.m. to 11 a.m. ET"."""
    zone = ZoneInfo(session.zone)
    begins, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    until = _time_of(ends) if ends.date() == begins.date() else _in_full(ends)
    words = {"begins": _element(begins, _in_full(begins)), "ends": _element(ends, until), "zone": zone_name(session.zone, begins)}
    return Markup(_("%(begins)s to %(ends)s %(zone)s")) % words  # noqa: S704  our own sentence; its parts are escaped


def _in_full(wall: datetime) -> str:
    return _("%(day)s, %(time)s", day=format_date(wall.date(), "full"), time=_time_of(wall))


def _time_of(wall: datetime) -> str:
    """A time of day that is not broken into two lines."""
    return clock_time(wall.time()).replace(" ", "\u00a0")


def _element(wall: datetime, said: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(wall.isoformat(timespec="minutes"), said)
