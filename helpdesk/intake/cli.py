"""The commands of `flask --app wsgi form`: the help ticket as a file."""

import sys
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from .. import clock
from ..command_line import Group
from ..extensions import db
from ..transaction import transaction
from . import publishing
from .definition import Definition
from .definition_differences import differences, in_lines
from .definition_files import LARGEST_FILE, from_toml, to_toml
from .definition_reading import read
from .errors import BadDefinition, NoDefinition, NothingNew, PublishedMeanwhile
from .models import FormVersion
from .queries import current_definition, definition_of

LONGEST_REASON = 300
IN_TROUBLE = 2  # exit status of a comparison that could not be made

form = Group("form", help="The help ticket form: what it asks, as a file and in versions.")
a_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


class _Trouble(click.ClickException):
    exit_code = IN_TROUBLE


@form.command("export")
@click.option("--version", "number", type=click.IntRange(min=1), help="A version other than the one in force.")
def export_form(number: int | None) -> None:
    """Print the form in force as TOML, in a stable order; `form import` reads it.

    Exit status: 0, or 1 when there is no such version.
    """
    try:
        click.echo(to_toml(_version(number) if number else current_definition()), nl=False)
    except (NoDefinition, LookupError) as error:
        raise click.ClickException(str(error)) from None


@form.command("check")
@a_file
def check_form(file: Path) -> None:
    """Say whether FILE could be published here; nothing is changed.

    Exit status: 0 when it could, 1 when something in it is wrong, which is printed with its place.
    """
    definition, _raw = _sound(file)
    click.echo(_counted(definition))


@form.command("import")
@a_file
@click.option("--reason", required=True, help="Why, in 10 to 300 characters; it is kept with the version.")
def import_form(file: Path, reason: str) -> None:
    """Publish FILE as the next version of the form; a file that says what is in force publishes nothing.

    Exit status: 0 when it is in force, 1 when it is not; what is wrong is printed with its place.
    """
    reason = " ".join(reason.split())
    if not publishing.SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise click.BadParameter(f"say why in {publishing.SHORTEST_REASON} to {LONGEST_REASON} characters", param_hint="--reason")
    _definition, raw = _sound(file)
    upon = _number_in_force()
    try:
        with transaction():
            version = publishing.publish(raw, reason=reason, by=None, at=clock.now(), upon=upon).version
    except NothingNew as same:
        click.echo(f"Nothing has changed: version {same.version}, which is in force, says the same.")
        return
    except PublishedMeanwhile as other:
        raise click.ClickException(f"Somebody has published version {other.version} meanwhile. Nothing was changed.") from None
    except BadDefinition as wrong:
        raise click.ClickException(f"{wrong}\nNothing was changed.") from None
    click.echo(f"Version {version} is in force.")


@form.command("diff")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from", "old", type=click.IntRange(min=1), help="The older version; without it the one in force, or the one before --to."
)
@click.option(
    "--to", "new", type=click.IntRange(min=1), help="The newer version, where no FILE is named; without it the one in force."
)
def diff_form(file: Path | None, old: int | None, new: int | None) -> None:
    """Print what differs between the form in force and FILE, or between two versions.

    Exit status: 0 when nothing differs, 1 when something does, 2 when they could not be compared.
    """
    if file and new:
        raise click.UsageError("Name a FILE or --to, not both.")
    try:
        after = read(from_toml(_content(file))) if file else _version(new or _number_in_force())
        before = _version(old or (_number_in_force() if file else max(after.version - 1, 1)))
    except (BadDefinition, NoDefinition, LookupError) as error:
        raise _Trouble(str(error)) from None
    found = differences(before, after)
    for line in in_lines(found):
        click.echo(line)
    sys.exit(1 if found else 0)


def _sound(file: Path) -> tuple[Definition, Any]:
    """What the file says, if it could be published here; else every fault is printed, and the command ends."""
    try:
        raw = from_toml(_content(file))
        definition = read(raw)
    except BadDefinition as wrong:
        raise click.ClickException(f"{wrong}\nNothing was changed.") from None
    faults = list(publishing.obstacles(definition))
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        raise click.ClickException("Nothing was changed.")
    return definition, raw


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)  # one more than is taken: enough to refuse it


def _version(number: int) -> Definition:
    found = db.session.scalar(sa.select(FormVersion).where(FormVersion.version == number))
    if found is None:
        raise LookupError(f"There is no version {number} of the form.")
    return definition_of(found)


def _number_in_force() -> int:
    return current_definition().version


def _counted(definition: Definition) -> str:
    topics = sum(topic.is_active for topic in definition.topics.values())
    asked = sum(question.is_active for question in definition.questions)
    return f"The form is sound: {topics} topics on offer, {asked} questions."
