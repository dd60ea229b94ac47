"""When the digest of a day is written, how often, and to whom."""

from datetime import date, datetime, time

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Team
from helpdesk.cases import digest
from helpdesk.extensions import db
from helpdesk.hours.models import Closure, ServiceInterval, ServiceSchedule
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.permissions import Role
from helpdesk.scheduler import Scheduler
from helpdesk.timed_jobs import JOBS
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.cases.digests import FRIDAY_7_PM, MONDAY_8_01, change, digest_of, digests, filed, morning, tick
from tests.factories import a_lead, an_admin, an_agent
from tests.notifications.mails import eastern
from tests.queue.cases import at_once, statements
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server

ZONE = "America/New_York"

pytestmark = postgresql_in_the_long_run


def days() -> list[str]:
    """The days of the digests that were written."""
    return [mail.dedupe_key.split(":")[1] for mail in digests()]


def test_it_is_written_once_a_day_however_often_the_job_runs(app):
    an_agent()
    filed()
    for at in ("2026-12-07 08:01", "2026-12-07 08:02", "2026-12-07 16:44", "2026-12-08 08:01", "2026-12-08 08:02"):
        tick(at)

    assert days() == ["2026-12-07", "2026-12-08"]


def test_it_is_not_written_while_the_desk_is_closed(app):
    an_agent()
    filed()
    for at in ("2026-12-05 12:00", "2026-12-07 07:59:59", "2026-12-07 16:45", "2026-12-07 23:59"):
        tick(at)

    assert digests() == []


def test_a_desk_switched_on_at_noon_sends_the_digest_of_that_day(app):
    an_agent()
    filed()
    tick("2026-12-07 12:00")

    assert days() == ["2026-12-07"]


def test_on_a_closure_there_is_none_and_the_next_one_tells_of_it(app):
    agent = an_agent()
    with transaction():
        db.session.add(Closure(closed_on=date(2026, 12, 7), reason="Ice storm", created_at=FRIDAY_7_PM))
    filed(subject="Asked on Friday evening")
    tick("2026-12-07 09:00")
    assert digests() == []

    tick("2026-12-08 08:01")
    assert "New since Fri, Dec 4, 4:45 p.m. ET (1)" in digest_of(agent)


@pytest.mark.parametrize(
    ("friday", "before", "opening"),
    [
        ("2027-03-12 19:00", "2027-03-15 11:59:59+00:00", "2027-03-15 12:00:00+00:00"),
        ("2026-10-30 19:00", "2026-11-02 12:59:59+00:00", "2026-11-02 13:00:00+00:00"),
    ],
    ids=["clocks go forward", "clocks go back"],
)
def test_over_a_change_of_the_clocks_it_comes_at_8_by_the_clock_on_the_wall(app, friday, before, opening):
    an_agent()
    filed(at=eastern(friday))
    tick(datetime.fromisoformat(before))
    assert digests() == []

    tick(datetime.fromisoformat(opening))
    assert len(digests()) == 1


def test_with_two_openings_a_day_it_comes_after_the_first_only(app):
    agent = an_agent()
    stretches = [("08:00", "12:00"), ("13:00", "17:00")]
    intervals = [
        ServiceInterval(weekday=day, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
        for day in range(5)
        for opens, closes in stretches
    ]
    with transaction():
        db.session.add(ServiceSchedule(valid_from=date(2026, 12, 1), zone=ZONE, created_at=FRIDAY_7_PM, intervals=intervals))
    filed()
    for at in ("2026-12-07 08:01", "2026-12-07 12:30", "2026-12-07 13:01"):
        tick(at)

    assert days() == ["2026-12-07"]
    assert "New since Fri, Dec 4, 5:00 p.m. ET (1)" in digest_of(agent)


def test_it_waits_until_the_mail_held_for_the_opening_has_left(app):
    an_agent()
    with clock.at(FRIDAY_7_PM):
        a_case(status="resolved")
    tick("2026-12-07 08:01")
    assert digests() == []

    with good_server(app):
        morning(eastern("2026-12-07 08:02"))
    assert len(digests()) > 0


def test_it_waits_fifteen_minutes_and_no_longer(app):
    an_agent()
    with clock.at(FRIDAY_7_PM):
        a_case(status="resolved")
    tick("2026-12-07 08:14:59")
    assert digests() == []

    tick("2026-12-07 08:15")
    assert len(digests()) > 0


def test_it_does_not_wait_for_mail_that_is_tried_again_later(app):
    an_agent()
    with clock.at(FRIDAY_7_PM):
        case = a_case(status="resolved")
    with transaction():
        mail = mail_of(case, "case_resolved")[0]
        mail.state, mail.due_at = MailState.RETRY, eastern("2026-12-07 08:30")
    tick("2026-12-07 08:01")

    assert len(digests()) > 0


def test_two_schedulers_at_once_write_it_once(app):
    agents = [an_agent() for _ in range(5)]
    filed(20)

    def run() -> int:
        with app.app_context(), transaction():
            return digest.write(at=MONDAY_8_01)

    with clock.at(MONDAY_8_01):
        assert sorted(at_once(run, run, run)) == [0, 0, 5]
    assert {mail.user_id for mail in digests()} == {agent.id for agent in agents}
    assert len(digests()) == 5


def test_what_fails_half_way_is_written_by_the_next_tick(app):
    an_agent()
    filed()
    with pytest.raises(ZeroDivisionError), clock.at(MONDAY_8_01), transaction():
        digest.write(at=MONDAY_8_01)
        raise ZeroDivisionError
    assert digests() == []

    tick("2026-12-07 08:02")
    assert days() == ["2026-12-07"]


def test_a_clock_put_back_neither_doubles_it_nor_keeps_it_back(app):
    an_agent()
    filed()
    for at in ("2026-12-10 08:01", "2026-12-07 08:01", "2026-12-07 08:02", "2026-12-10 08:01", "2026-12-11 08:01"):
        tick(at)

    assert days() == ["2026-12-10", "2026-12-07", "2026-12-11"]


def test_with_nothing_to_say_there_is_no_mail_that_day(app):
    an_agent()
    tick("2026-12-07 08:01")
    filed(at=eastern("2026-12-07 09:00"))
    tick("2026-12-07 09:01")

    assert digests() == []


def test_who_is_gone_does_not_want_it_or_works_nowhere_gets_none(app):
    an_agent("NCIR")
    an_agent(verified=False)
    for change_of in ({"deactivated_at": FRIDAY_7_PM}, {"wants_digest": False}, {"memberships": []}, {"role": Role.PROVIDER}):
        change(an_agent("ENR"), **change_of)
    filed(team="ENR")
    tick(MONDAY_8_01)

    assert digests() == []


def test_nobody_reads_of_a_team_that_works_no_more(app):
    agent, team = an_agent("ENR"), db.session.scalars(sa.select(Team).where(Team.code == "ENR")).one()
    filed(team="ENR")
    with transaction():
        team.is_active = False
    tick(MONDAY_8_01)

    assert digest_of(agent) == ""


def test_agents_read_of_their_teams_leads_of_triage_too_administrators_of_all(app):
    agent, lead, admin = an_agent("ENR"), a_lead("ENR"), an_admin()
    for team in ("ENR", "SD", "NCIR"):
        filed(team=team, subject=f"A case of {team}")
    tick(MONDAY_8_01)

    told = [
        [team for team in ("ENR", "SD", "NCIR") if f"A case of {team}" in digest_of(person)] for person in (agent, lead, admin)
    ]
    assert told == [["ENR"], ["ENR", "SD"], ["ENR", "SD", "NCIR"]]


def test_agents_who_may_see_every_team_still_read_of_their_own(app):
    agent = an_agent("ENR")
    for team in ("ENR", "NCIR"):
        filed(team=team, subject=f"A case of {team}")
    app.config["AGENTS_SEE_ALL_TEAMS"] = True
    try:
        tick(MONDAY_8_01)
    finally:
        app.config["AGENTS_SEE_ALL_TEAMS"] = False

    assert [team for team in ("ENR", "NCIR") if f"A case of {team}" in digest_of(agent)] == ["ENR"]


def test_the_scheduler_writes_and_sends_it(app):
    agent, desk = an_agent(), Scheduler(app)
    filed()
    with clock.at(MONDAY_8_01), good_server(app) as server:
        desk.keep_lease()
        for job in sorted(JOBS, key=lambda job: job.name, reverse=True):  # the digest before the delivery
            desk.tick(job)

    assert server.recipients == [agent.email]


def test_it_leaves_at_once(app):
    agent = an_agent()
    filed()
    with good_server(app) as server:
        tick(MONDAY_8_01)
        morning()

    assert server.recipients == [agent.email]


def test_a_tick_with_nothing_to_do_costs_one_statement_once_it_is_written_and_three_while_closed(app):
    an_agent()
    filed()
    with statements() as closed:
        tick("2026-12-07 07:00")
    tick(MONDAY_8_01)
    with statements() as written:
        tick("2026-12-07 08:02")

    assert (len(closed), len(written)) == (3, 1)


def test_what_it_asks_does_not_grow_with_cases(app):
    an_agent()
    seen = []
    for number, at in ((30, "2026-12-07 08:01"), (300, "2026-12-08 08:01")):
        filed(number, at=eastern(at.replace("08:01", "07:00")))
        with statements() as asked:
            tick(at)
        seen.append(len(asked))

    assert seen[0] >= seen[1] > 0


def test_each_further_reader_costs_only_their_own_mail(app):
    filed(30)
    seen = []
    for at in ("2026-12-07 08:01", "2026-12-08 08:01", "2026-12-09 08:01"):
        an_agent()
        with statements() as asked:
            tick(at)
        seen.append(len(asked))

    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1 + 2 + 3
    assert seen[2] - seen[1] <= 5
