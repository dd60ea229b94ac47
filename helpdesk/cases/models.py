"""The case: what is asked, where it stands, what was said and what happened to it."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import clock
from ..accounts.models import Team, User
from ..database import Json, text_enum
from ..extensions import db
from ..providers.models import Location, Organization
from ..routing.models import Priority
from .choices import Channel, Impact, ProviderRole, System, Urgency
from .errors import CaseClosed, IllegalMove, StaleCase
from .kinds import PASSING_OF_TIME, PUBLIC_KINDS, EventKind, MessageKind
from .numbers import number_of
from .ratings import CaseRating
from .waits import INDEXES, Waits


class Status(StrEnum):
    """Where a case stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"  # waits for the provider
    ON_HOLD = "on_hold"  # waits for someone else
    RESOLVED = "resolved"
    CLOSED = "closed"  # final: takes no more messages
    CANCELED = "canceled"  # final: withdrawn by the requester before work began


# Every legal move; any other is refused by name.
MOVES: dict[Status, frozenset[Status]] = {
    Status.NEW: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CANCELED}),
    Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.RESOLVED}),
    Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.RESOLVED, Status.CANCELED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.RESOLVED}),
    Status.RESOLVED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.CANCELED: frozenset(),
}
UNFINISHED = frozenset({Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD})
WAITS = frozenset({Status.PENDING, Status.ON_HOLD})  # for somebody else: clocks stand still
FINAL = frozenset({Status.CLOSED, Status.CANCELED})


class ResolutionCode(StrEnum):
    """How a case was resolved (DOMAIN section 9)."""

    ANSWERED = "answered"
    FIXED = "fixed"
    ACCESS_GRANTED = "access_granted"
    FORWARDED = "forwarded"
    DUPLICATE = "duplicate"
    NO_RESPONSE = "no_response"
    NOT_SUPPORTED = "not_supported"


SHORTEST_NOTE = 10  # characters of a resolution's note: "ok" explains nothing to anybody
MOVED = "kind = 'moved' AND actor_id IS NOT NULL"  # by somebody, as an index wants it
IN_THE_QUEUE = "status IN ('new', 'open', 'pending', 'on_hold')"  # UNFINISHED, as an index wants it

NARROWED_BY = ("status", "priority", "system", "topic_code", "assignee_id", "organization_id", "location_id")


def _index(name: str, *columns: str, where: str) -> sa.Index:
    """An index of the cases that meet a condition."""
    return sa.Index(f"ix_cases_{name}", *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Case(Waits, db.Model):  # type: ignore[name-defined]
    """One question of one requester, from the ticket they filled in to its end."""

    __tablename__ = "cases"
    __table_args__ = (
        # One index for each order that the queue is read in; the first holds what narrows it, too.
        _index("queue", "team_id", "due_at", "id", *NARROWED_BY, where=IN_THE_QUEUE),
        _index("unassigned", "team_id", "due_at", "id", where=f"{IN_THE_QUEUE} AND assignee_id IS NULL"),
        _index("mine", "assignee_id", "due_at", "id", where=f"{IN_THE_QUEUE} AND assignee_id IS NOT NULL"),
        _index("urgent", "team_id", "due_at", "id", where=f"{IN_THE_QUEUE} AND priority = 'P1'"),
        _index("suspected", "updated_at", "id", where="patient_data_suspected_at IS NOT NULL"),
        _index("resolved", "team_id", "updated_at", "id", where="status = 'resolved'"),
        sa.Index("ix_cases_latest", "team_id", "updated_at", "id"),
        sa.Index("ix_cases_requester", "requester_id", "id"),
        sa.Index("ix_cases_organization", "organization_id", "id"),
        sa.Index("ix_cases_location", "location_id", "id"),
        *INDEXES,
        _index("merged", "merged_into_id", where="merged_into_id IS NOT NULL"),
        _index("problem", "problem_id", "id", where="problem_id IS NOT NULL"),
        sa.CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR (status = 'closed' AND resolution_code = 'duplicate')", name="merged_is_a_closed_duplicate"
        ),
        sa.CheckConstraint("status <> 'resolved' OR resolution_code IS NOT NULL", name="resolution_has_a_code"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)  # counts the events: every change is one
    form_key: Mapped[str] = mapped_column(unique=True)  # one submission, one case
    form_digest: Mapped[str]
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    channel: Mapped[Channel] = mapped_column(text_enum(Channel, "channel"), default=Channel.WEB)
    provider_role: Mapped[ProviderRole] = mapped_column(text_enum(ProviderRole, "provider_role"))
    organization: Mapped[str]  # as it was called when the case was made, or as its requester named it
    location: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"))  # where the directory knows it
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("locations.id"))
    is_private: Mapped[bool] = mapped_column(default=False)  # to its requester: colleagues do not see it
    system: Mapped[System] = mapped_column(text_enum(System, "system"))
    topic_code: Mapped[str] = mapped_column(sa.ForeignKey("topics.code"))
    topic_name: Mapped[str]  # as it was called when the case was made
    subject: Mapped[str]
    impact: Mapped[Impact] = mapped_column(text_enum(Impact, "impact"))
    urgency: Mapped[Urgency] = mapped_column(text_enum(Urgency, "urgency"))
    answers: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # questions and answers as they were shown
    form_version: Mapped[int | None] = mapped_column(sa.ForeignKey("form_versions.version"))  # that asked; none for the oldest
    status: Mapped[Status] = mapped_column(text_enum(Status, "status"), default=Status.NEW)
    priority: Mapped[Priority] = mapped_column(text_enum(Priority, "priority"))
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("teams.id"))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    due_at: Mapped[datetime | None]  # the nearest running target; none while nothing runs
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]  # the first public answer of staff
    closed_at: Mapped[datetime | None]
    resolution_code: Mapped[ResolutionCode | None] = mapped_column(text_enum(ResolutionCode, "resolution_code"))
    merged_into_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("cases.id")
    )  # where it goes on; that may have been merged, too
    problem_id: Mapped[int | None] = mapped_column(sa.ForeignKey("known_problems.id"))  # that it is about, as somebody has said
    patient_data_suspected_at: Mapped[datetime | None]  # mail about it leaves its texts out
    redacted_at: Mapped[datetime | None]  # when subject or answers last lost a passage

    requester: Mapped[User] = relationship(foreign_keys=[requester_id])
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    team: Mapped[Team] = relationship()
    listed_organization: Mapped[Organization | None] = relationship()
    listed_location: Mapped[Location | None] = relationship()
    messages: Mapped[list["Message"]] = relationship(back_populates="case", order_by="Message.id")
    events: Mapped[list["Event"]] = relationship(back_populates="case", order_by="Event.id")
    rating: Mapped[CaseRating | None] = relationship()

    @property
    def number(self) -> str:
        """The number people use: NCV-000123."""
        return number_of(self.id)

    @property
    def answer_rows(self) -> list[tuple[str, str]]:
        """Questions and answers as they were shown, in order."""
        return [(row["question"], row["answer"]) for row in self.answers]

    @property
    def is_final(self) -> bool:
        """Whether nothing can be said or changed any more."""
        return self.status in FINAL

    @property
    def awaits_rating(self) -> bool:
        """Whether its requester can say now how it was handled: it is closed, goes on nowhere else, and they have not."""
        return self.status is Status.CLOSED and self.merged_into_id is None and self.rating is None

    @property
    def work_has_begun(self) -> bool:
        """Whether somebody has taken or answered the case, not only been given it; until then the requester can cancel it."""
        return self.status is not Status.NEW and not self.waits_untouched

    @property
    def waits_untouched(self) -> bool:
        """Whether it waits for an answer to what the desk itself has asked, before anybody has worked on it."""
        return self.status is Status.PENDING and self.answered_at is None and self.assignee_id is None

    def hold(self) -> None:
        """Lock this row, as `queries.locked` does, and read it afresh, so that two people are never half-way at once."""
        db.session.flush()  # what an earlier verb of this transaction has changed would be read over
        held = _HELD.execution_options(populate_existing=True)  # what belongs to it is read when it is needed
        db.session.scalars(held, {"case_id": sa.inspect(self).identity[0]}).one()

    def expect_version(self, version: int) -> None:
        """Lock the case; raise StaleCase if somebody has done something to it since that version was shown."""
        self.hold()
        if self.version != version and (version > self.version or self._is_changed_since(version)):
            raise StaleCase(self.number, since=version)

    def _is_changed_since(self, version: int) -> bool:
        """Whether anything but the passing of time has happened to it."""
        later = sa.select(Event.id).where(Event.case_id == self.id, Event.version > version, Event.kind.not_in(PASSING_OF_TIME))
        return db.session.scalar(later.limit(1)) is not None

    def move_to(self, status: Status) -> None:
        """Change the status; raise IllegalMove if MOVES does not allow it."""
        if status is self.status:
            return
        if self.status in FINAL:
            raise CaseClosed(self.number)
        if status not in MOVES[self.status]:
            raise IllegalMove(self.number, self.status.value, status.value)
        self.status = status
        self.wait_from(clock.now() if status in WAITS else None)

    def add_message(self, kind: MessageKind, *, author: User | None, body: str, at: datetime) -> "Message":
        """Append a message (by nobody: the desk itself); raises CaseClosed on a closed or canceled case."""
        if self.is_final:
            raise CaseClosed(self.number)
        message = Message(case=self, kind=kind, author=author, body=body, sent_at=at)
        db.session.add(message)  # which does not read the others, as a list of them would
        return message

    def record(
        self,
        kind: EventKind,
        *,
        by: User | None,
        at: datetime,
        old: dict[str, Any] | None = None,
        new: dict[str, Any] | None = None,
    ) -> "Event":
        """Append an entry to the timeline (by nobody: the desk itself) and count the version up."""
        self.version = (self.version or 0) + 1
        self.updated_at = at
        event = Event(case=self, kind=kind, actor=by, at=at, old=old or {}, new=new or {}, version=self.version)
        db.session.add(event)
        return event


_HELD = sa.select(Case).where(Case.id == sa.bindparam("case_id")).with_for_update(key_share=True)


class Message(db.Model):  # type: ignore[name-defined]
    """Something said on a case: in public (question, reply, resolution) or among staff (note)."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the desk itself
    kind: Mapped[MessageKind] = mapped_column(text_enum(MessageKind, "kind"))
    body: Mapped[str]
    sent_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]  # a reply or resolution that was taken back; the requester sees it as withdrawn
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    redacted_at: Mapped[datetime | None]  # when it last lost a passage

    case: Mapped[Case] = relationship(back_populates="messages")
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])

    @property
    def is_internal(self) -> bool:
        """Whether only staff may read it."""
        return self.kind not in PUBLIC_KINDS

    @property
    def author_name(self) -> str:
        """Who has written it, or the name of the desk."""
        return self.author.name if self.author else str(current_app.config["DESK_NAME"])

    @property
    def is_of_staff(self) -> bool:
        """Whether somebody of the staff has written it, or the desk itself."""
        return self.author is None or self.author.is_staff

    def withdraw(self, *, by: User, at: datetime) -> None:
        """Take it back: it stays to be seen, as withdrawn."""
        self.withdrawn_by, self.withdrawn_at = by, at


class Event(db.Model):  # type: ignore[name-defined]
    """One entry of the timeline: append-only; what people typed stands in messages, not here."""

    __tablename__ = "events"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "version"),
        sa.Index("ix_events_moved", "case_id", "id", sqlite_where=sa.text(MOVED), postgresql_where=sa.text(MOVED)),
        sa.Index("ix_events_moved_at", "at", "case_id", sqlite_where=sa.text(MOVED), postgresql_where=sa.text(MOVED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    version: Mapped[int]
    kind: Mapped[EventKind] = mapped_column(text_enum(EventKind, "kind"))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    old: Mapped[dict[str, Any]] = mapped_column(Json)
    new: Mapped[dict[str, Any]] = mapped_column(Json)

    case: Mapped[Case] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()


def public_messages(messages: Iterable[Message]) -> list[Message]:
    """The messages a requester may read, by a positive list of kinds."""
    return [message for message in messages if message.kind in PUBLIC_KINDS]
