"""People, the teams they work in, and the tokens that prove they read their mail."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Json, text_enum
from ..extensions import db
from ..notifications.models import Recipient
from ..permissions import Role
from .duty_models import Distribution
from .kinds import AccountAct, Appearance, Language, TokenPurpose

NO_PASSWORD = ""  # stored for somebody who has not set one: no password is right


class User(UserMixin, db.Model):  # type: ignore[name-defined, misc]
    """A person with an account of this desk (never their NCID)."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)  # the address as compared: normalized and case-folded
    first_name: Mapped[str]
    last_name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    pin: Mapped[str] = mapped_column(default="")  # the provider PIN they gave when they registered: six digits
    language: Mapped[Language] = mapped_column(text_enum(Language, "language"), default=Language.ENGLISH)
    appearance: Mapped[Appearance] = mapped_column(text_enum(Appearance, "appearance"), default=Appearance.SYSTEM)
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    password_hash: Mapped[str]
    session_key: Mapped[str]  # part of every session of this person; a new one signs them out everywhere
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # by the person; the name is masked then, and deactivated_at is set, too
    # What staff are mailed about, by their own choice.
    wants_digest: Mapped[bool] = mapped_column(default=True)
    wants_assignment_mail: Mapped[bool] = mapped_column(default=True)
    wants_target_mail: Mapped[bool] = mapped_column(default=True)
    wants_watch_mail: Mapped[bool] = mapped_column(default=False)  # about cases that they watch themselves
    wants_copy_mail: Mapped[bool] = mapped_column(default=True)  # what a provider is mailed about, who is copied on a case
    uses_shortcuts: Mapped[bool] = mapped_column(default=True)  # single keys do something on the pages of staff
    on_duty_since: Mapped[datetime | None]  # since when the desk may give them cases

    memberships: Mapped[list["TeamMember"]] = relationship(back_populates="user", cascade="all, delete-orphan")

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def short_name(self) -> str:
        """First name and initial, where space is scarce: "Dana O."."""
        return short_name(self.first_name, self.last_name)

    @property
    def is_active(self) -> bool:
        """Whether this person can sign in: the address is verified and nobody has deactivated them."""
        return self.verified_at is not None and self.deactivated_at is None

    @property
    def is_invited(self) -> bool:
        """Whether staff has made this account and its owner has not come yet: they choose the first password there is."""
        return self.verified_at is None and self.deactivated_at is None and self.password_hash == NO_PASSWORD

    @property
    def is_unconfirmed(self) -> bool:
        """Whether somebody has registered and nobody has confirmed the address: whoever typed the rest may be a stranger."""
        has_begun = self.verified_at is None and self.deactivated_at is None and not self.role.is_staff
        return has_begun and not self.is_invited

    @property
    def is_staff(self) -> bool:
        """Whether this person works at the desk."""
        return self.role.is_staff

    @property
    def recipient(self) -> Recipient:
        """This person as somebody to write to; mail to people of the desk is in English, as their pages are."""
        language = Language.ENGLISH if self.is_staff else self.language
        return Recipient(user_id=self.id, address=self.email, name=self.name, language=language.value)

    def get_id(self) -> str:
        """What the session holds (Flask-Login): the id, and the key that ends when all sessions end."""
        return f"{self.id}.{self.session_key}"


class Team(db.Model):  # type: ignore[name-defined, misc]
    """A group of agents that works a queue."""

    __tablename__ = "teams"
    __table_args__ = (sa.CheckConstraint("cap > 0", name="cap_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    distribution: Mapped[Distribution] = mapped_column(text_enum(Distribution, "distribution"), default=Distribution.TAKE)
    cap: Mapped[int] = mapped_column(default=25)  # unfinished cases of one agent, up to which the desk gives out more
    emptied_at: Mapped[datetime | None]  # its cases went to triage because nobody works there, and nobody does yet

    members: Mapped[list["TeamMember"]] = relationship(back_populates="team", cascade="all, delete-orphan")


class TeamMember(db.Model):  # type: ignore[name-defined, misc]
    """That a person works in a team, and whether they lead it."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(sa.ForeignKey("teams.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True, index=True)
    is_lead: Mapped[bool] = mapped_column(default=False)

    team: Mapped[Team] = relationship(back_populates="members")
    user: Mapped[User] = relationship(back_populates="memberships")


def short_name(first_name: str, last_name: str) -> str:
    """First name and initial, where space is scarce: "Dana O."."""
    return f"{first_name} {last_name[:1]}."


class AccountToken(db.Model):  # type: ignore[name-defined, misc]
    """A mailed link: for one purpose, used once, with an end, stored only as a hash."""

    __tablename__ = "account_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(text_enum(TokenPurpose, "purpose"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    new_address: Mapped[str] = mapped_column(default="")  # the address that a CHANGE_ADDRESS link confirms

    user: Mapped[User] = relationship()

    def is_good(self, *, at: datetime) -> bool:
        """Whether the link still does what it was mailed for."""
        return self.used_at is None and at < self.expires_at and self.user.deactivated_at is None


class UserSession(db.Model):  # type: ignore[name-defined, misc]
    """That a person is signed in at one browser, from sign-in to sign-out; its token is stored only as a hash."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]  # to the minute
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(default="")  # in words: "Firefox on Windows"
    network: Mapped[str] = mapped_column(default="")  # where it began: the address, of IPv6 the /64
    is_remembered: Mapped[bool] = mapped_column(default=False)  # providers only
    passed_second_factor: Mapped[bool] = mapped_column(default=False)


class KnownDevice(db.Model):  # type: ignore[name-defined, misc]
    """A browser at which a person has signed in before, known by a random token that only it has."""

    __tablename__ = "known_devices"
    __table_args__ = (sa.UniqueConstraint("user_id", "token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    token_hash: Mapped[str]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class SecondFactor(db.Model):  # type: ignore[name-defined, misc]
    """The secret of a person's authenticator app (TOTP, RFC 6238), encrypted; it counts once it is confirmed."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    encrypted_secret: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)  # the time step of the last code that was used: no code is good twice


class RecoveryCode(db.Model):  # type: ignore[name-defined, misc]
    """A code that stands in for the app once, stored only as a hash."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class AccountEvent(db.Model):  # type: ignore[name-defined, misc]
    """One entry of the history of a person or a team: append-only."""

    __tablename__ = "account_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the desk itself, or the command line
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)  # whom it is about
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"), index=True)  # which team it is about
    act: Mapped[AccountAct] = mapped_column(text_enum(AccountAct, "act"))
    reason: Mapped[str] = mapped_column(default="")
    old: Mapped[dict[str, Any]] = mapped_column(Json)
    new: Mapped[dict[str, Any]] = mapped_column(Json)

    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    team: Mapped[Team | None] = relationship()


class FailedAttempts(db.Model):  # type: ignore[name-defined, misc]
    """How often something was tried for one subject (an account, an address) in the window that began at `since`."""

    __tablename__ = "failed_attempts"

    subject: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime]
    waits_until: Mapped[datetime]  # the next try is not looked at before


class ParkedForm(db.Model):  # type: ignore[name-defined, misc]
    """What somebody had typed into a form when their session ended, kept until they have signed in again."""

    __tablename__ = "parked_forms"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    path: Mapped[str]  # the address that the form was sent to
    fields: Mapped[dict[str, object]] = mapped_column(sa.JSON)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)  # whose session it was, where known
    created_at: Mapped[datetime] = mapped_column(index=True)
