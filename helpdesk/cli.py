"""The commands of `flask --app wsgi`: thin doors to what the packages can do."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from . import clock
from .admin.rules_cli import routing
from .cases.cli import search
from .command_line import Command, Group
from .extensions import db
from .intake.cli import form
from .permissions import Role
from .transaction import transaction

users = Group("users", help="Accounts of this desk.")
mail = Group("mail", help="The mail of this desk.")
hours = Group("hours", help="Service hours.")
organizations = Group("organizations", help="The directory of organizations and their locations.")


def set_up(app: Flask) -> None:
    """Add our commands to Flask's own."""
    for command in (seed, demo, users, hours, scheduler, deliver, doctor, mailbox, mail, organizations, form, routing, search):
        app.cli.add_command(command)


@click.command(cls=Command)
@with_appcontext
def seed() -> None:
    """Load the reference data: teams, topics, rules, service hours, articles.

    Adds what is missing and never overwrites what somebody has edited; it can be run again at any time.
    """
    from .reference import commands as reference

    with transaction():
        added = reference.load()
    click.echo(_counted(added))


@click.command(cls=Command)
@with_appcontext
def demo() -> None:
    """Load accounts and cases to play with, once; refused in production.

    The addresses and passwords to sign in with are written to instance/demo-accounts.txt.
    """
    if current_app.config["HELPDESK_ENV"] == "production":
        raise click.ClickException("The demo data does not belong in a desk that runs in production.")
    from .demo import commands as demo_data

    click.echo("The demo data is loaded." if demo_data.load() else "The demo data is there already; nothing was changed.")


@users.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take away the second factor of EMAIL, whose app and recovery codes are lost, and print a link to a new password.

    For an administrator who runs the desk alone; the others are helped on their page in the settings.
    """
    from .accounts import queries, second_factor, tokens
    from .accounts.commands import absolute
    from .accounts.models import TokenPurpose

    with transaction():
        user = db.session.scalar(queries.by_address(email))
        if user is None or second_factor.of(user) is None:
            raise click.ClickException(f"Nobody with the address {email} has a second factor.")
        second_factor.reset(user, by=None, reason="reset on the command line")
        link = absolute(f"/reset-password/{tokens.issue(user, TokenPurpose.RESET_PASSWORD)}")
    click.echo(f"{email} is signed out. Choose a new password within an hour, then set up another second factor:\n{link}")


@users.command("create")
@click.argument("email")
@click.option("--name", required=True, help="First and last name, such as 'Dana Okafor'.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What this person is at the desk.")
@click.option("--team", "teams", multiple=True, metavar="CODE", help="A team this person works in; repeat it for several.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one up.")
def create_user(email: str, name: str, role: str, teams: tuple[str, ...], *, password_stdin: bool) -> None:
    """Make an account for EMAIL, ready to sign in.

    Without --password-stdin a password is made up and printed, once.
    """
    from .accounts import commands as accounts
    from .accounts import password_rules, passwords
    from .accounts.errors import AddressTaken, NoSuchTeam, NotAnAddress, WeakPassword

    first_name, _space, last_name = name.strip().partition(" ")
    if not last_name:
        raise click.BadParameter("give a first and a last name", param_hint="--name")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else passwords.random_password()
    try:
        password_rules.check(password, personal=(email, first_name, last_name))
        with transaction():
            accounts.create_user(
                email=email, first_name=first_name, last_name=last_name, role=Role(role), password=password, teams=teams
            )
    except NotAnAddress:
        raise click.ClickException(f"{email} is not an e-mail address.") from None
    except AddressTaken:
        raise click.ClickException(f"{email} has an account already.") from None
    except NoSuchTeam as missing:
        raise click.ClickException(f"There is no team with the code {missing}.") from None
    except WeakPassword as weakness:
        raise click.ClickException(str(weakness)) from None
    click.echo(f"{email} can sign in now." + ("" if password_stdin else f" Password, shown only here: {password}"))


@hours.command("explain")
@click.argument("instant")
@click.option("--add", default="", metavar="LENGTH", help="Service time to add, such as '4 h' or '1 h 30 min'.")
@with_appcontext
def explain_hours(instant: str, add: str) -> None:
    """Say whether the desk is open at INSTANT, when it opens next, and when a resolution made then would be mailed.

    INSTANT is an ISO date and time, such as 2026-11-27T16:44:59-05:00; without an offset it is the time in the desk's zone.
    """
    from .admin import laboratory
    from .hours.errors import NotALength, NotAnInstant
    from .hours.instants import read_length

    try:
        reading = laboratory.read(instant, present=clock.now())
        added = read_length(add) if add else None
    except NotAnInstant:
        raise click.BadParameter("give a date and time such as 2026-11-27T16:44:59", param_hint="INSTANT") from None
    except NotALength:
        raise click.BadParameter("give a length such as '4 h' or '1 h 30 min', at most 500 h", param_hint="--add") from None
    if said := laboratory.not_one_instant(reading):
        click.echo(said)
    for finding in laboratory.findings(reading, added=added):
        click.echo("\n".join(laboratory.lines(finding)))


@click.command(cls=Command)
@with_appcontext
def scheduler() -> None:
    """Run the timed jobs, until it is stopped.

    They deliver mail, give out cases that wait to those on duty, move cases without an owner to triage, write staff the digest of
    the day, and sweep up what is old.
    """
    from . import scheduler as jobs

    jobs.run(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command(cls=Command)
@with_appcontext
def deliver() -> None:
    """Send the mail that is due now, once, and print what became of it."""
    from .notifications import delivery

    click.echo(_counted(vars(delivery.deliver_due())))


@click.command(cls=Command)
@with_appcontext
def doctor() -> None:
    """Look at everything the desk needs for its work, and say what to do.

    The database and its migrations, the scheduler, mail that is late, refused, failed or in doubt, the closures of next year,
    cases without an owner, alarms, and room on the disk: the same as staff read on the health page. Nothing is changed.

    Exit status: 0 when all is fine, 1 when there is a warning or a fault.
    """
    from .portal import findings, health

    found = health.findings()
    for line in findings.lines(found):
        click.echo(line)
    if not all(finding.is_fine for finding in found):
        sys.exit(1)


@click.command(cls=Command)
@with_appcontext
def mailbox() -> None:
    """Run the local mailbox: a mail server that keeps all mail on this machine (development only)."""
    if current_app.config["HELPDESK_ENV"] == "production":
        raise click.ClickException("The local mailbox is for development; set MAIL_SERVER instead.")
    from . import mailbox as local

    local.serve(current_app._get_current_object())  # type: ignore[attr-defined]


@mail.command("told")
@click.argument("number")
def told(number: str) -> None:
    """Was the provider told about the case NUMBER? Prints the answer and the evidence.

    \b
    The exit status is the answer about the case's resolution:
      0  yes: a mail server accepted the mail, or somebody of the desk has told them
      1  no
      2  in doubt, or not yet (held, on its way, or the case is not resolved)
      3  there is no such case
    """
    import sqlalchemy as sa

    from .cases import told as told_of_cases
    from .cases.models import Case
    from .cases.numbers import id_of
    from .extensions import db
    from .notifications.told import Verdict

    case = db.session.scalar(sa.select(Case).where(Case.id == id_of(number)))
    if case is None:
        click.echo(f"There is no case {number}.", err=True)
        sys.exit(3)
    found = told_of_cases.told(case)
    click.echo("\n".join(told_of_cases.lines(found)))
    sys.exit({Verdict.YES: 0, Verdict.NO: 1}.get(found.verdict, 2))


@organizations.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what the file would change, and store nothing.")
@with_appcontext
def import_organizations(file: Path, *, dry_run: bool) -> None:
    """Store the organizations and locations of a CSV FILE: all of it, or nothing when anything in it is wrong.

    The columns are explained in docs/directory-csv.md. Running it again changes nothing; nobody is mailed.

    Exit status: 0 when the file is good, 1 when it is not; what is wrong is printed as line, column, reason.
    """
    from .providers import csv_import, csv_reading

    if file.stat().st_size > csv_reading.LARGEST_FILE:
        raise click.ClickException(f"The file is larger than {csv_reading.LARGEST_FILE // 1024 // 1024} MB.")
    with transaction():
        table = csv_reading.read(file.read_bytes())
        csv_import.hold_directory()
        plan = csv_import.plan(table)
        if not table.problems and not dry_run:
            csv_import.store(plan, by=None)
    for problem in table.problems:
        click.echo(": ".join(part for part in (f"line {problem.line}", problem.column, problem.why) if part), err=True)
    if table.problems:
        raise click.ClickException("Nothing was stored.")
    click.echo(_counted(plan.counts) + (" (nothing was stored)" if dry_run else ""))


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')}: {number}" for name, number in counts.items())
