"""Videos in their order, and sessions at their time: led to by https only, each change told."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk.extensions import db
from helpdesk.knowledge import editing_sessions, editing_videos, history, queries
from helpdesk.knowledge.editing_sessions import SessionFacts
from helpdesk.knowledge.editing_videos import VideoFacts
from helpdesk.knowledge.errors import EndsTooEarly, NotHttps, SessionCanceled, StaleKnowledge, TitleTaken
from helpdesk.knowledge.links import https_only
from helpdesk.knowledge.models import Video
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_lead
from tests.knowledge.shelves import a_session, acts

FACTS = VideoFacts("How to count doses", "For coordinators.", "https://video.example.org/8", 245, "Hello.")


def titles() -> list[str]:
    """The videos that are not withdrawn, in order."""
    db.session.rollback()
    return [video.title for video in db.session.scalars(queries.videos()) if video.withdrawn_at is None]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "javascript:alert(1)",
        "//example.org",
        "https://",
        "https:example.org",
        "https://who:secret@example.org",
        "https://example.org/a b",
        "https://[::1",
        'https://example.org/"><script>',
    ],
)
def test_people_are_led_to_https_only(address):
    with pytest.raises(NotHttps):
        https_only(address)


@pytest.mark.both_databases
def test_a_video_is_added_last_changed_once_and_told(app):
    lead = a_lead()
    with transaction():
        video = editing_videos.add(FACTS, by=lead)
    seen = history.mark_of(video)
    assert titles()[-1] == FACTS.title

    with transaction():
        assert editing_videos.change(video, replace(FACTS, transcript="Good day."), seen=seen, by=lead)
    event = db.session.scalars(history.of(video)).first()
    assert (event.old, event.new) == ({"transcript": "Hello."}, {"transcript": "Good day."})
    with pytest.raises(StaleKnowledge), transaction():
        editing_videos.change(video, FACTS, seen=seen, by=lead)
    with pytest.raises(TitleTaken), transaction():
        mark = history.mark_of(video)
        editing_videos.change(video, replace(FACTS, title="Account Registration"), seen=mark, by=lead)
    with pytest.raises(TitleTaken), transaction():
        editing_videos.add(FACTS, by=lead)
    with pytest.raises(NotHttps), transaction():
        editing_videos.add(replace(FACTS, title="Another", url="http://example.org"), by=lead)


@pytest.mark.both_databases
def test_videos_change_places_are_withdrawn_and_come_back_last(app):
    lead, before = a_lead(), titles()
    first, second = db.session.scalars(queries.videos()).all()[:2]
    for act in (
        lambda: editing_videos.move(first, up=True, by=lead),  # nothing is above it
        lambda: editing_videos.move(second, up=True, by=lead),
        lambda: editing_videos.withdraw(second, seen=history.mark_of(second), by=lead),
        lambda: editing_videos.move(second, up=False, by=lead),  # it has no place now
    ):
        with transaction():
            act()
    assert titles() == [before[0], *before[2:]]

    with transaction():
        editing_videos.restore(second, by=lead)

    assert titles() == [before[0], *before[2:], before[1]]
    assert acts(second) == ["changed", "withdrawn", "restored"]
    assert acts(first) == []
    positions = db.session.scalars(sa.select(Video.position)).all()
    assert len(set(positions)) == len(positions)


def test_a_session_is_changed_until_it_is_canceled(app):
    lead, session = a_lead(), a_session()
    facts = SessionFacts(session.title, session.starts_at, session.ends_at + timedelta(hours=1), "America/Chicago")
    with transaction():
        assert editing_sessions.change(session, facts, seen=history.mark_of(session), by=lead)
    with transaction():
        assert not editing_sessions.change(session, facts, seen=history.mark_of(session), by=lead)

    with transaction():
        editing_sessions.cancel(session, reason="The trainer is ill", seen=history.mark_of(session), by=lead)

    assert acts(session) == ["added", "changed", "withdrawn"]
    assert db.session.scalars(history.of(session)).first().new == {"reason": "The trainer is ill"}
    with pytest.raises(SessionCanceled), transaction():
        editing_sessions.change(session, facts, seen=history.mark_of(session), by=lead)


def test_a_session_ends_after_it_begins_and_leads_to_https(app):
    with pytest.raises(EndsTooEarly), transaction():
        editing_sessions.add(SessionFacts("No time", MONDAY_9_AM, MONDAY_9_AM, "America/New_York"), by=None)
    with pytest.raises(NotHttps):
        a_session(url="ftp://example.org")
