"""Sixty days of a desk, played through under a stepped clock, with its mail really delivered to a mailbox thrown away."""

import asyncio
import heapq
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask

from .. import clock
from ..extensions import db
from ..hours import queries as hours
from ..notifications import delivery
from ..notifications.models import MailState, OutboxMessage
from . import lives
from .people import Cast

SEED = 8_736_247
DAYS = 60
CASES = 200
IN_SERVICE_HOURS, OF_LATE = 85, 30  # of a hundred questions
LATELY = 8  # days
STORIES = Path(__file__).with_name("stories.toml")
UNITS = ("Refrigerator 1", "Refrigerator 2", "Our freezer", "The ultra-cold unit")
WAITING = (MailState.HELD, MailState.DUE, MailState.RETRY)


def play(app: Flask, cast: Cast, *, end: datetime, count: int = CASES) -> None:
    """Live through `count` cases of the days before `end`; what would happen after it is left open."""
    setting = lives.Setting(Random(SEED), hours.calendar(), end)  # noqa: S311
    stories = tomllib.loads(STORIES.read_text())["story"]
    providers = [(user.id, practice) for user, practice in cast.providers]
    steps: list[tuple[datetime, int, Iterator[datetime]]] = []
    for number, opened_at in enumerate(sorted(_opening(setting) for _ in range(count))):
        user_id, practice = setting.random.choice(providers)
        life = lives.of_case(setting, _told(setting.random, stories), user_id, practice, opened_at)
        steps.append((next(life), number, life))
    heapq.heapify(steps)
    with _throw_away_mailbox(app):
        while steps and steps[0][0] <= end:
            at, number, life = steps[0]
            _deliver_until(at)
            with clock.at(at):
                following = next(life, None)
            db.session.expunge_all()  # each step begins with nothing in hand, as a request does
            if following is None:
                heapq.heappop(steps)
            else:
                heapq.heapreplace(steps, (max(following, at), number, life))
        _deliver_until(end)


def _opening(setting: lives.Setting) -> datetime:
    """When somebody asks: mostly in service hours, sometimes in the evening or on a weekend."""
    chance = setting.random
    days = LATELY if setting.happens(OF_LATE) else DAYS
    at = setting.end - timedelta(days=days) + timedelta(seconds=chance.randint(0, days * 86_400 - 1_800))
    if setting.happens(IN_SERVICE_HOURS):
        inside = setting.calendar.add(at, timedelta(minutes=chance.randint(0, 500)))
        return inside if inside < setting.end else at
    return at


def _told(chance: Random, stories: list[dict[str, Any]]) -> dict[str, Any]:
    story = chance.choice(stories)
    words = {
        "unit": chance.choice(UNITS),
        "doses": chance.choice((20, 40, 60, 120, 240, 340)),
        "lot": f"EX{chance.randint(1000, 9999)}",
        "days": chance.randint(3, 12),
    }
    return {key: value.format(**words) for key, value in story.items()}


def _deliver_until(at: datetime) -> None:
    """Deliver what became due up to an instant, each at its own time, as the scheduler would have."""
    while True:
        first = sa.select(sa.func.min(OutboxMessage.due_at)).where(OutboxMessage.state.in_(WAITING), OutboxMessage.due_at <= at)
        due_at = db.session.scalar(first)
        db.session.rollback()
        if due_at is None:
            return
        with clock.at(due_at + timedelta(seconds=1)):
            delivery.deliver_due()


class _Nowhere:
    """Takes every message and keeps none."""

    async def handle_DATA(self, *_arguments: object) -> str:
        return "250 2.0.0 Taken by the demo's mailbox"


class _OnAFreePort(Controller):
    """A server of aiosmtpd, which calls itself once at the start: at the port it got, not at the 0 it was given."""

    def _trigger_server(self) -> None:
        self.port = cast(asyncio.Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def _throw_away_mailbox(app: Flask) -> Iterator[None]:
    before = {key: app.config[key] for key in ("MAIL_SERVER", "MAIL_PORT")}
    mailbox = _OnAFreePort(_Nowhere(), hostname="127.0.0.1", port=0)
    mailbox.start()
    try:
        app.config.update(MAIL_SERVER=mailbox.hostname, MAIL_PORT=mailbox.port)
        yield
    finally:
        mailbox.stop()
        app.config.update(before)
