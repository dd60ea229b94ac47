"""Where a copy of what was typed on a case can stand: every row, its columns, and what people call it.

The list of all columns that hold text, and why the others hold no copy, is in docs/decisions/0021-patient-data.md.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from ..accounts.models import AccountEvent, ParkedForm
from ..extensions import db
from ..knowledge.models import Article, KnowledgeEvent
from ..languages import gettext as _
from ..notifications.models import OutboxMessage
from ..notifications.wording import kind_name
from ..routing.models import RoutingDecision
from . import merging, queries
from .attachment_models import Attachment
from .batch_models import Batch, BatchCase
from .case_drafts import CaseDraft
from .erasing import Eraser
from .kinds import PlaceKind
from .marks import CaseTag
from .models import Case, Event, EventKind, MessageKind
from .numbers import PREFIX, id_of
from .waves import ProblemWave, WaveCase


@dataclass
class Holding:
    """A row with the columns that can hold a copy, by how they are written, and rows that belong to it."""

    kind: PlaceKind
    called: str
    row: Any
    text: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    json: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()  # JSON of an entry of a history
    parts: list["Holding"] = field(default_factory=list)
    is_unsent: bool = False  # typed and not sent: nobody but its writer may learn what stands there

    def erase(self, eraser: Eraser, *, really: bool) -> bool:
        """Whether a passage stands here; `really` takes it out."""
        is_here = False
        for name, without in self._columns(eraser):
            old = getattr(self.row, name)
            new = without(old) if old else old
            if new != old:
                is_here = True
                if really:
                    setattr(self.row, name, new)
        if is_here and really and isinstance(self.row, TableRow | TagRow):
            self.row.store()
        return sum(part.erase(eraser, really=really) for part in self.parts) > 0 or is_here

    def _columns(self, eraser: Eraser) -> Iterator[tuple[str, Callable[[Any], Any]]]:
        ways = ((self.text, eraser.text), (self.html, eraser.html), (self.json, eraser.json), (self.entry, eraser.reasons))
        return ((name, without) for names, without in ways for name in names)


@dataclass
class TableRow:
    """A row of a table that stands above this package, and is known by its name."""

    table: sa.Table
    id: int
    answers: Any

    def store(self) -> None:
        """Write the answers back."""
        db.session.execute(sa.update(self.table).where(self.table.c.id == self.id).values(answers=self.answers))


@dataclass
class TagRow:
    """A tag, which goes as a whole: what is left of it is no word to find cases by."""

    row: CaseTag
    tag: str

    def store(self) -> None:
        """Take the tag off its case."""
        db.session.delete(self.row)


def holdings(case: Case, *, locked: bool = False) -> Iterator[Holding]:
    """Everything that can hold a copy of what was typed on the case, perhaps locked until the transaction ends."""
    yield Holding(
        PlaceKind.CASE, _("Subject, organization and location of the case"), case, ("subject", "organization", "location")
    )
    yield Holding(PlaceKind.ANSWER, _("The answers as given"), case, json=("answers",))
    for tag in _rows(_tags(case), locked=locked):
        yield Holding(PlaceKind.TAG, _("A tag of the case"), TagRow(tag, tag.tag), ("tag",))
    people = {case.requester_id}
    for message in queries.messages_of(case):
        people |= {message.author_id} if message.author_id else set()
        words = {"who": message.author_name}
        is_note = message.kind is MessageKind.NOTE
        called = _("Note by %(who)s", **words) if is_note else _("What %(who)s wrote", **words)
        yield Holding(PlaceKind.NOTE if is_note else PlaceKind.MESSAGE, called, message, ("body",))
    if case.rating is not None:
        yield Holding(PlaceKind.RATING, _("What the requester said about how it was handled"), case.rating, ("comment",))
    events = queries.events_of(case)
    for event in events:
        people |= {event.actor_id} if event.actor_id else set()
        yield Holding(PlaceKind.HISTORY, _("An entry of the timeline (who and when stay)"), event, entry=("old", "new"))
    for entry in _rows(_merged_on(events).where(Event.case_id != case.id), locked=locked):
        called = _("An entry of a case into which it was merged (who and when stay)")
        yield Holding(PlaceKind.HISTORY, called, entry, entry=("new",))
    decisions = sa.select(RoutingDecision).where(RoutingDecision.case_id == case.id).order_by(RoutingDecision.id)
    for decision in _rows(decisions, locked=locked):
        yield Holding(PlaceKind.DECISION, _("The facts that decided where it went"), decision, json=("facts",))
    yield from _mail(case, events, locked=locked)
    with_draft = sa.and_(Attachment.owner_id == case.requester_id, Attachment.draft_id.is_not(None))
    files = sa.select(Attachment).where(sa.or_(Attachment.case_id == case.id, with_draft)).order_by(Attachment.id)
    for file in _rows(files, locked=locked):
        is_unsent = file.message_id is None
        yield Holding(PlaceKind.FILE_NAME, _("The name of a file"), file, ("name",), is_unsent=is_unsent)
    yield from _written_for_many(case, locked=locked)
    yield from _kept_by(people, case, locked=locked)
    yield from _articles(case, locked=locked)


def _rows(found: sa.Select[Any], *, locked: bool) -> list[Any]:
    return list(db.session.scalars(found.with_for_update().execution_options(populate_existing=True) if locked else found))


def _tags(case: Case) -> sa.Select[CaseTag]:
    """Its tags, and the same ones where a merge has taken them along."""
    went_to = CaseTag.case_id.in_(sa.select(merging.chain_of(case.merged_into_id).c.id))
    came_along = sa.and_(went_to, CaseTag.tag.in_(sa.select(CaseTag.tag).where(CaseTag.case_id == case.id)))
    return sa.select(CaseTag).where(sa.or_(CaseTag.case_id == case.id, came_along)).order_by(CaseTag.case_id, CaseTag.tag)


def _merged_on(events: Iterable[Event]) -> sa.Select[Event]:
    """The entries of those that the case was ever merged into, of how they were merged on: with the tags that came along."""
    found: set[int | None] = set()
    while new := {id_of(event.new["number"]) for event in events if event.kind is EventKind.MERGED} - found:
        found |= new
        events = db.session.scalars(sa.select(Event).where(Event.case_id.in_(new), Event.kind == EventKind.MERGED)).all()
    return sa.select(Event).where(Event.case_id.in_(found), Event.kind == EventKind.MERGED).order_by(Event.id)


def _mail(case: Case, events: Iterable[Event], *, locked: bool) -> Iterator[Holding]:
    """Mail about the case, and what names its number beside others: digests, tests, and mail of a case merged into it."""
    absorbed = [id_of(event.new["number"]) for event in events if event.kind is EventKind.ABSORBED]
    of_several = sa.and_(
        sa.or_(OutboxMessage.case_id.is_(None), OutboxMessage.case_id.in_(absorbed)),
        OutboxMessage.made_at >= case.opened_at,
        OutboxMessage.text_body.contains(case.number, autoescape=True),
    )
    found = sa.select(OutboxMessage).where(sa.or_(OutboxMessage.case_id == case.id, of_several)).order_by(OutboxMessage.id)
    history = (selectinload(OutboxMessage.attempts), selectinload(OutboxMessage.events))
    for mail in _rows(found.options(*history), locked=locked):
        called = _("Mail to %(address)s: %(kind)s", address=mail.to_address, kind=kind_name(mail.kind))
        parts = [Holding(PlaceKind.MAIL, called, attempt, ("greeting", "answer")) for attempt in mail.attempts]
        parts += [Holding(PlaceKind.MAIL, called, event, ("reason",)) for event in mail.events]
        yield Holding(
            PlaceKind.MAIL, called, mail, ("subject", "text_body", "reason", "stop_reason"), ("html_body",), parts=parts
        )


def _written_for_many(case: Case, *, locked: bool) -> Iterator[Holding]:
    """What was said on many cases at once, this one among them, in a batch or because of a known problem."""
    called = _("What was written for many cases at once")
    batches = sa.select(BatchCase.batch_id).where(BatchCase.case_id == case.id)
    for batch in _rows(sa.select(Batch).where(Batch.id.in_(batches)).order_by(Batch.id), locked=locked):
        yield Holding(PlaceKind.MESSAGE, called, batch, ("text",))
    waves = sa.select(WaveCase.wave_id).where(WaveCase.case_id == case.id)
    for wave in _rows(sa.select(ProblemWave).where(ProblemWave.id.in_(waves)).order_by(ProblemWave.id), locked=locked):
        yield Holding(PlaceKind.MESSAGE, called, wave, ("note", "note_es"))


def _kept_by(people: set[int], case: Case, *, locked: bool) -> Iterator[Holding]:
    """What people who did something on the case have typed and not sent, and the history of the account of the requester.

    Of the forms that are kept for them those about this case, or about none: what they write on another case is another matter.
    """
    drafts = db.metadata.tables["drafts"]  # of the help ticket, which stands above this package
    theirs = sa.select(drafts.c.id, drafts.c.answers).where(drafts.c.owner_id == case.requester_id).order_by(drafts.c.id)
    for row in db.session.execute(theirs.with_for_update() if locked else theirs).all():
        kept = TableRow(drafts, row.id, row.answers)
        yield Holding(PlaceKind.DRAFT, _("A draft of the form, not sent"), kept, json=("answers",), is_unsent=True)
    begun = sa.select(CaseDraft).where(CaseDraft.case_id == case.id).order_by(CaseDraft.owner_id, CaseDraft.kind)
    for draft in _rows(begun, locked=locked):
        yield Holding(PlaceKind.DRAFT, _("What staff has begun to write, not sent"), draft, ("body",), is_unsent=True)
    about_none = sa.and_(ParkedForm.user_id.in_(people), ~ParkedForm.path.contains(f"/{PREFIX}", autoescape=True))
    about_it = sa.or_(about_none, ParkedForm.path.contains(case.number, autoescape=True))
    for form in _rows(sa.select(ParkedForm).where(about_it).order_by(ParkedForm.id), locked=locked):
        called = _("A form that is kept until somebody signs in again")
        yield Holding(PlaceKind.KEPT_FORM, called, form, json=("fields",), is_unsent=True)
    acts = sa.select(AccountEvent).where(AccountEvent.user_id == case.requester_id).order_by(AccountEvent.id)
    for act in _rows(acts, locked=locked):
        called = _("An entry in the history of the account of the requester (who and when stay)")
        yield Holding(PlaceKind.ACCOUNT_HISTORY, called, act, ("reason",))


def _articles(case: Case, *, locked: bool) -> Iterator[Holding]:
    """Articles that were begun from the case, in every language and version."""
    begun = sa.select(Article.slug).where(Article.origin_case_id == case.id)
    found = sa.select(Article).where(Article.slug.in_(begun)).order_by(Article.id)
    for article in _rows(found.options(selectinload(Article.versions)), locked=locked):
        texts = ("title", "summary", "body", "keywords")
        called = _("The article begun from it: %(title)s", title=article.title)
        parts = [Holding(PlaceKind.ARTICLE, called, version, (*texts, "reason")) for version in article.versions]
        acts = sa.select(KnowledgeEvent).where(KnowledgeEvent.article_id == article.id).order_by(KnowledgeEvent.id)
        parts += [Holding(PlaceKind.ARTICLE, called, act, json=("old", "new")) for act in _rows(acts, locked=locked)]
        yield Holding(PlaceKind.ARTICLE, called, article, texts, parts=parts)
