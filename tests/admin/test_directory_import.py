"""A file is looked at before it is stored; what is wrong is listed; the browser is trusted with nothing but a token."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import ParkedForm
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.providers import commands, csv_import, csv_reading
from helpdesk.providers.commands import OrganizationFacts
from helpdesk.providers.models import DirectoryEvent, Location, Organization, OrganizationType
from tests.admin.test_one_order_of_locks import meanwhile
from tests.directory_factories import a_location, an_organization
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import at_the_desk
from tests.visitor import Visitor

IMPORT = "/admin/organizations/import"
GOOD = "organization,location,pin\nCedar Fork,Main Street,123456\nCedar Fork,Airport,123457\n"


def upload(visitor: Visitor, content: str | bytes) -> Visitor:
    """Choose a file and send it."""
    data = content.encode() if isinstance(content, str) else content
    fields = visitor.open(IMPORT).values("Show what it would change")
    if len(data) < 400_000:
        return visitor.post(IMPORT, {**fields, "file": (io.BytesIO(data), "directory.csv")})
    # Werkzeug's own client leaves a temporary file open behind a form as large as this.
    token = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{fields["csrf_token"]}\r\n'
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="directory.csv"\r\n\r\n'
    body = token.encode() + file.encode() + data + b"\r\n--x--\r\n"
    answer = visitor.client.post(IMPORT, data=body, content_type="multipart/form-data; boundary=x", buffered=True)
    return visitor.show(answer)


def count(table: object) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.both_databases
def test_a_file_is_shown_then_stored_once(app: Flask) -> None:
    lead = a_lead()
    visitor = upload(at_the_desk(app, lead), GOOD)
    assert visitor.h1 == "What the file would change"
    assert "Locations added 2" in visitor.text
    assert count(Organization) == 0
    fields = visitor.values("Store it")
    visitor.press("Store it")

    assert "The file is stored." in visitor.text
    assert (count(Organization), count(Location), count(OutboxMessage)) == (1, 2, 0)
    assert set(db.session.scalars(sa.select(DirectoryEvent.actor_id))) == {lead.id}
    visitor.post(f"{IMPORT}/confirm", fields)
    assert "is stored already" in visitor.text
    assert count(ParkedForm) == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite there is one writer at a time
def test_what_is_stored_while_somebody_adds_the_same_is_found_there(app: Flask, database: str) -> None:
    visitor = upload(at_the_desk(app, a_lead()), GOOD)
    facts = OrganizationFacts(legal_name="Cedar Fork", type=OrganizationType.PHARMACY)

    meanwhile(
        app,
        lambda: visitor.press("Store it"),
        first=csv_import.hold_directory,
        then=lambda: commands.add_organization(facts, by=None),
    )

    assert "Organizations added: 0. Organizations changed: 0. Locations added: 2." in visitor.text
    assert (count(Organization), count(Location)) == (1, 2)


def test_nothing_is_stored_of_a_file_with_a_mistake(app: Flask) -> None:
    visitor = upload(at_the_desk(app, a_lead()), GOOD + "Oak Hollow,Annex,12\n")

    assert visitor.status == 422
    assert not visitor.has_button("Store it")
    row = visitor.page.select(".ledger tbody tr")[0].get_text(" ", strip=True)
    assert row.startswith("4 pin is not a provider PIN")
    assert (count(Organization), count(ParkedForm)) == (0, 0)


def test_only_who_sent_a_file_can_store_it(app: Flask) -> None:
    token = upload(at_the_desk(app, a_lead()), GOOD).values("Store it")["token"]
    other = at_the_desk(app, an_admin(), IMPORT)
    csrf = other.values("Show what it would change")["csrf_token"]

    other.post(f"{IMPORT}/confirm", {"csrf_token": csrf, "token": token})
    assert "Please choose it again" in other.text
    other.post(f"{IMPORT}/confirm", {"csrf_token": csrf, "token": "forged"})
    assert count(Organization) == 0


def test_what_changed_since_the_preview_is_looked_at_again(app: Flask) -> None:
    visitor = upload(at_the_desk(app, a_lead()), GOOD)
    a_location(an_organization("Oak Hollow"), pin="123456")
    visitor.press("Store it")

    assert visitor.status == 409
    assert "has this provider PIN" in visitor.text
    assert count(Organization) == 1


def test_a_file_that_says_nothing_new_has_nothing_to_store(app: Flask) -> None:
    visitor = upload(at_the_desk(app, a_lead()), GOOD).press("Store it")
    upload(visitor, GOOD)

    assert "The directory says all of this already." in visitor.text
    assert not visitor.has_button("Store it")


def test_empty_and_huge_files_are_refused(app: Flask) -> None:
    visitor = upload(at_the_desk(app, a_lead()), b"")
    assert visitor.status == 422
    assert "Choose a file that is not empty." in visitor.text
    told = {"CONTENT_LENGTH": str(csv_reading.LARGEST_FILE + 200_000), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    assert visitor.client.post(IMPORT, environ_overrides=told).status_code == 413
    assert csv_reading.read(b"organization\n" + b"x" * csv_reading.LARGEST_FILE).problems[0].line == 1
    assert count(ParkedForm) == 0


class Unread(io.RawIOBase):
    """The body of a request that nobody reads."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise AssertionError("the file was read")


@pytest.mark.parametrize(("somebody", "answer"), [(None, 303), (a_provider, 403), (an_agent, 403)])
def test_the_file_of_somebody_who_may_not_store_one_is_not_even_read(app: Flask, somebody, answer) -> None:
    visitor = at_the_desk(app, somebody()) if somebody else Visitor(app)
    told = {"CONTENT_LENGTH": "9000000", "CONTENT_TYPE": "multipart/form-data; boundary=x", "wsgi.input": Unread()}

    refused = visitor.client.post(IMPORT, environ_overrides=told)

    assert refused.status_code == answer
    if somebody is None:
        assert refused.headers["Location"].endswith("/login?next=/admin/organizations/import")
        assert "Sign in, then choose the file again." in visitor.open("/login").text


def test_a_file_larger_than_other_forms_may_be_is_taken(app: Flask) -> None:
    rows = "".join(f"Organization {n},{'x' * 60},\n" for n in range(30_000))
    visitor = upload(at_the_desk(app, a_lead()), "organization,location,pin\n" + rows)

    assert visitor.h1 == "What the file would change"
    assert "Organizations added 30,000" in visitor.text


def test_the_export_is_a_download_and_imports_to_nothing_new(app: Flask) -> None:
    a_location(an_organization("=Cedar Fork"), "Main Street", pin="123456")
    visitor = at_the_desk(app, an_agent()).open("/admin/organizations/export.csv")

    assert visitor.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert visitor.headers["Content-Disposition"].startswith('attachment; filename="directory-')
    assert "'=Cedar Fork" in visitor.html
    exported = visitor.html
    assert "says all of this already" in upload(at_the_desk(app, a_lead()), exported).text


def test_the_sample_can_be_uploaded(app: Flask) -> None:
    visitor = at_the_desk(app, a_lead(), IMPORT).follow("Download a sample")

    assert "Locations added 2" in upload(visitor, visitor.html).text


@pytest.mark.both_databases
def test_the_command_line_stores_all_or_nothing(app: Flask, tmp_path: Path) -> None:
    def run(content: str, *options: str):
        file = tmp_path / "directory.csv"
        file.write_text(content)
        return app.test_cli_runner().invoke(args=["organizations", "import", str(file), *options])

    bad = run(GOOD + "Oak Hollow,Annex,12\n")
    assert (bad.exit_code, count(Organization)) == (1, 0)
    assert "line 4: pin: is not a provider PIN" in bad.output
    dry = run(GOOD, "--dry-run")
    assert (dry.exit_code, count(Organization)) == (0, 0)
    assert "locations added: 2" in dry.output
    assert run(GOOD).exit_code == 0
    assert (count(Organization), count(Location)) == (1, 2)
    assert "unchanged: 3" in run(GOOD).output
