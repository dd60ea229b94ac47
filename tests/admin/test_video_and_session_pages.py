"""Videos and training sessions as leads and administrators set them."""

from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask

from helpdesk.extensions import db
from helpdesk.knowledge.models import TrainingSession, Video
from tests.factories import a_lead, an_agent
from tests.knowledge.shelves import a_session
from tests.queue.cases import at_the_desk
from tests.visitor import Visitor

FIRST = ["About Provider Enrollment", "Account Registration", "Organization Administrator and Section A"]


def listed(visitor: Visitor) -> list[str]:
    """The titles of the list."""
    return [a.get_text() for a in visitor.page.select(".sentences .sentence a")]


def test_a_video_gets_its_link_length_and_transcript(app: Flask) -> None:
    visitor = at_the_desk(app, a_lead(), "/admin").follow("Learning videos").follow("Account Registration")
    visitor.press("Save", url="http://video.example.org/2", length="soon")
    assert visitor.status == 422
    assert "Enter an address that begins with https://" in visitor.text
    assert "Enter minutes and seconds" in visitor.text
    visitor.press("Preview", url="https://video.example.org/2", length="1:02:30", transcript="**Hello.**")
    assert visitor.page.select_one(".preview-page strong").get_text() == "Hello."
    visitor.press("Save")

    video = db.session.scalars(sa.select(Video).where(Video.title == "Account Registration")).one()
    assert (video.url, video.length_seconds, video.transcript) == ("https://video.example.org/2", 3_750, "**Hello.**")
    assert "62 min 30 s · with transcript" in visitor.text
    visitor.follow("Account Registration")
    assert visitor.values("Save")["length"] == "1:02:30"
    assert "link: nothing; length: nothing; transcript: nothing →" in visitor.text


def test_videos_are_added_put_in_order_withdrawn_and_restored(app: Flask) -> None:
    visitor = at_the_desk(app, a_lead(), "/admin/videos")
    visitor.follow("Add a video").press("Add the video", title="Account Registration", summary="Again.")
    assert visitor.status == 409
    visitor.press("Add the video", title="Counting doses")
    assert (listed(visitor)[:3], listed(visitor)[-1]) == (FIRST, "Counting doses")

    up = visitor.page.select('button[value="up"]')[0].find_parent("form")
    visitor.post(up["action"], {"csrf_token": up.select_one("[name=csrf_token]")["value"], "where": "up"})
    assert listed(visitor)[:3] == [FIRST[1], FIRST[0], FIRST[2]]
    visitor.follow(FIRST[1]).follow("Withdraw the video").press("Withdraw the video")
    assert (listed(visitor)[0], listed(visitor)[-1]) == (FIRST[0], FIRST[1])
    visitor.press("Restore")
    assert listed(visitor)[-2:] == ["Counting doses", FIRST[1]]


def test_a_session_is_announced_by_the_clocks_of_its_zone_changed_and_canceled(app: Flask) -> None:
    visitor = at_the_desk(app, a_lead(), "/admin/sessions")
    assert "No session is to come" in visitor.text
    visitor.follow("Announce a session").press("Announce it", on="2026-12-08", begins="10 a.m.", ends="9", zone="nowhere")
    assert "Enter a title." in visitor.text
    assert "It ends after it begins, on the same day." in visitor.text
    visitor.press("Announce it", title="Section B", on="2026-11-29", ends="noon", zone="America/Chicago")
    assert "This session would be over already." in visitor.text
    visitor.press("Announce it", on="2026-12-08", language="es", url="https://meet.example.org/1")
    assert "Tuesday, December 8, 2026, 10 a.m. to noon CT · Español" in visitor.text

    session = db.session.scalars(sa.select(TrainingSession)).one()
    assert session.starts_at == datetime(2026, 12, 8, 16, 0, tzinfo=UTC)
    visitor.follow("Section B").press("Save", ends="1:30 p.m.")
    db.session.rollback()
    assert session.ends_at == datetime(2026, 12, 8, 19, 30, tzinfo=UTC)
    visitor.follow("Cancel it : Section B").press("Cancel the session", reason="The trainer is ill")
    assert "Canceled" in visitor.text
    visitor.follow("Section B")
    assert not visitor.has_button("Save")
    assert "reason: The trainer is ill" in visitor.text


def test_a_time_that_the_clocks_leave_out_is_refused(app: Flask) -> None:
    visitor = at_the_desk(app, a_lead(), "/admin/sessions/add")
    visitor.press("Announce it", title="At night", on="2027-03-14", begins="2:30 a.m.", ends="4 a.m.")

    assert visitor.status == 422
    assert "this time does not exist on that day" in visitor.text


def test_of_two_changes_of_a_session_the_later_is_told_of_the_first(app: Flask) -> None:
    session = a_session()
    desks = [at_the_desk(app, a_lead(), f"/admin/sessions/{session.id}") for _ in range(2)]
    desks[0].press("Save", title="Section A")

    desks[1].press("Save", summary="For coordinators.")

    assert desks[1].status == 409
    assert "title: Section B, step by step →" in desks[1].text
    assert desks[1].values("Save")["summary"] == "For coordinators."
    assert at_the_desk(app, an_agent(), "/admin/sessions").status == 403
