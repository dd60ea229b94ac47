"""The learning videos: added, described, put in order, withdrawn."""

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts.models import User
from ..extensions import db
from . import history
from .errors import TitleTaken
from .links import https_only
from .models import KnowledgeAct, Video


@dataclass(frozen=True)
class VideoFacts:
    """What is said about a video; its address is empty as long as nobody knows it, the transcript is Markdown."""

    title: str
    summary: str
    url: str = ""
    length_seconds: int | None = None
    transcript: str = ""


def add(facts: VideoFacts, *, by: User | None) -> Video:
    """Put a video behind the others. Raises NotHttps and TitleTaken."""
    https_only(facts.url)
    position = (db.session.scalar(sa.select(sa.func.max(Video.position))) or 0) + 1
    video = Video(**asdict(facts), position=position)
    _store(video, facts)
    history.record(video, KnowledgeAct.ADDED, by=by, new={name: value for name, value in asdict(facts).items() if value})
    return video


def change(video: Video, facts: VideoFacts, *, seen: int, by: User) -> bool:
    """Say something else about a video; False where that is the same as before. Raises NotHttps, TitleTaken, StaleKnowledge."""
    https_only(facts.url)
    history.expect(video, seen=seen)
    old, new = history.apply(video, asdict(facts))
    if not new:
        return False
    _store(video, facts)
    history.record(video, KnowledgeAct.CHANGED, by=by, old=old, new=new)
    return True


def withdraw(video: Video, *, seen: int, by: User) -> None:
    """Take a video off the page; it can be restored. Raises StaleKnowledge."""
    history.hold(video)
    if video.withdrawn_at is not None:
        return
    history.expect(video, seen=seen)
    video.withdrawn_at = clock.now()
    history.record(video, KnowledgeAct.WITHDRAWN, by=by)


def restore(video: Video, *, by: User) -> None:
    """Show a withdrawn video again, behind the others."""
    history.hold(video)
    if video.withdrawn_at is None:
        return
    video.withdrawn_at = None
    _put(_shown(but=video), video)
    history.record(video, KnowledgeAct.RESTORED, by=by)


def move(video: Video, *, up: bool, by: User) -> None:
    """Let a video change places with the one before it, or behind it; nothing where there is none."""
    others = _shown()
    if video not in others:
        return
    place = others.index(video)
    target = place - 1 if up else place + 1
    if not 0 <= target < len(others):
        return
    others.remove(video)
    others.insert(target, video)
    _put(others)
    history.record(video, KnowledgeAct.CHANGED, by=by, old={"position": place + 1}, new={"position": target + 1})


def _shown(*, but: Video | None = None) -> list[Video]:
    """The videos that are not withdrawn, in order, locked until the transaction ends."""
    found = sa.select(Video).where(Video.withdrawn_at.is_(None)).order_by(Video.position, Video.id).with_for_update()
    db.session.flush()
    return [video for video in db.session.scalars(found.execution_options(populate_existing=True)) if video is not but]


def _put(videos: list[Video], *last: Video) -> None:
    for place, video in enumerate([*videos, *last], start=1):
        video.position = place


def _refuse_known_title(video: Video, facts: VideoFacts) -> None:
    others = sa.select(Video.id).where(Video.title == facts.title, Video.id != (video.id or 0))
    if db.session.scalar(others) is not None:
        raise TitleTaken(facts.title)


def _store(video: Video, facts: VideoFacts) -> None:
    """Write the row; raises TitleTaken, also where somebody else was first, a moment ago."""
    with db.session.no_autoflush:
        _refuse_known_title(video, facts)
    try:
        with db.session.begin_nested():
            db.session.add(video)
    except IntegrityError:
        raise TitleTaken(facts.title) from None
