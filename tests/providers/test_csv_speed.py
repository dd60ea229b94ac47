"""Twenty thousand rows are stored in under a minute, and once more without a change."""

import time

import pytest
import sqlalchemy as sa

from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.providers.models import DirectoryEvent, Location
from tests.providers.test_csv import count, imported

ROWS = 20_000
SECONDS = 60


@pytest.mark.long
@pytest.mark.both_databases
def test_twenty_thousand_rows_in_under_a_minute(app, capsys):
    titles = "organization,organization_type,administrator_email,location,pin,city,zip_code,county,reporting_system"
    rows = (
        f"Organization {n // 4},pharmacy,admin{n // 4}@example.org,Location {n},{n:06d},Raleigh,27601,Wake,cvms"
        for n in range(ROWS)
    )
    content = "\n".join((titles, *rows))

    began = time.perf_counter()
    first = imported(content)
    took = time.perf_counter() - began
    again = imported(content)
    took_again = time.perf_counter() - began - took

    with capsys.disabled():
        print(f"\n{db.engine.dialect.name}: {ROWS:,} rows stored in {took:.1f} s, once more in {took_again:.1f} s")  # noqa: T201
    assert (first.counts["locations_added"], first.counts["organizations_added"]) == (ROWS, ROWS // 4)
    assert again.counts["unchanged"] == ROWS + ROWS // 4
    assert (count(Location), count(DirectoryEvent), count(OutboxMessage)) == (ROWS, ROWS + ROWS // 4, 0)
    assert db.session.scalar(sa.select(sa.func.count(Location.pin.distinct()))) == ROWS
    assert max(took, took_again) < SECONDS
