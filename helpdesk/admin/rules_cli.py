"""The commands of `flask --app wsgi routing`: rules as a file, checked, compared and published, and why a case is where it is."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import sqlalchemy as sa

from .. import clock
from ..accounts import queries as accounts
from ..accounts.models import User
from ..accounts.people import active
from ..cases.numbers import id_of, number_of
from ..extensions import db
from ..intake.errors import NoDefinition
from ..intake.vocabulary import current_vocabulary
from ..one_draft import DraftExists
from ..permissions import Permission, may
from ..routing import checking, checks, commands, differences, drafting, files, history, queries
from ..routing.checks import Item
from ..routing.draft_changes import Content
from ..routing.errors import BadFile, BadRule, BadRuleSet, NoRuleSet, NothingNew, PublishedMeanwhile
from ..routing.files import RulesFile
from ..routing.models import RuleAct, RuleDraft, RuleSetVersion
from ..routing.proof_findings import Severity
from ..routing.rules import DRAFT, RuleSet
from ..routing.vocabulary import Vocabulary
from ..routing.yaml_nodes import LARGEST_FILE
from ..transaction import transaction
from . import rule_lines
from .check_words import items_of
from .cli import routing
from .rules_desk import Book, book_of

SHORTEST_REASON, LONGEST_REASON = 10, 300  # characters
IN_TROUBLE = 2  # exit status of a comparison that could not be made
ASKS = 3  # exit status of a check that finds what somebody has to say yes to

a_path = click.Path(exists=True, dir_okay=False, path_type=Path)
a_file = click.argument("file", type=a_path)


class _Trouble(click.ClickException):
    exit_code = IN_TROUBLE


@routing.command("export")
@click.option("--version", "number", type=click.IntRange(min=1), help="A version other than the one in force.")
@click.option("--draft", "is_draft", is_flag=True, help="The draft, in place of what is in force.")
def export_rules(number: int | None, *, is_draft: bool) -> None:
    """Print the rules in force and their golden cases as YAML, in a stable order; `routing import` and `publish` read it.

    Exit status: 0, or 1 when there is no such version, or no draft.
    """
    if number and is_draft:
        raise click.UsageError("Name a --version or the --draft, not both.")
    try:
        kept = _draft() if is_draft else _version(number)
    except (NoRuleSet, LookupError) as error:
        raise click.ClickException(str(error)) from None
    said = _of_version(kept)
    click.echo(files.write(said.rules, said.golden), nl=False)


@routing.command("check")
@a_file
def check_rules(file: Path) -> None:
    """Say whether the rules in FILE could be published here; only the history of the rules says that it was asked.

    \b
    The exit status is the answer:
      0  they could be published, perhaps with a warning
      1  something in FILE is wrong, or blocks publishing; it is printed with its line
      3  somebody has to say yes to something first, with `publish --accept`
    """
    said, known = _read(file)
    items = _found(said, known, file)
    with transaction():
        checks.keep(items, Content(*said.stored()), known, by=None, file=file.name)
    found = {item.severity for item in items}
    if Severity.BLOCKS in found:
        raise click.ClickException("These rules cannot be published.")
    sys.exit(ASKS if Severity.ASKS in found else 0)


@routing.command("import")
@a_file
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who edits the draft: an account that may edit the rules.")
@click.option("--replace", is_flag=True, help="Throw away the draft that there is; it stays in the history.")
def import_rules(file: Path, email: str, *, replace: bool) -> None:
    """Begin the draft of the rules with FILE; a draft that there is already is left alone, but for --replace.

    Exit status: 0 when it is the draft, 1 when it is not; what is wrong is printed with its line.
    """
    by = _editor(email)
    said, _known = _read(file)
    rules, golden = said.stored()
    with transaction():
        if (there := drafting.the_draft()) is not None:
            if not replace:
                who = f"There is a draft already, edited by {there.editor.name}."
                raise click.ClickException(f"{who} Use --replace to put FILE in its place.\nNothing was changed.")
            drafting.discard(seen=drafting.take_over(by=by).version, by=by)
        try:
            draft = drafting.start(by=by)
        except (DraftExists, NoRuleSet) as error:
            raise click.ClickException(f"{error or 'Somebody has begun a draft meanwhile.'}\nNothing was changed.") from None
        is_new = drafting.save(rules, golden, seen=draft.version, by=by)
    click.echo("The draft says what FILE says." if is_new else "The draft says what is in force, and so does FILE.")


@routing.command("publish")
@a_file
@click.option("--reason", required=True, help="Why, in 10 to 300 characters; it is kept with the version.")
@click.option("--accept", is_flag=True, help="Say yes to all that asks for a word; it is kept in the history.")
@click.option("--as", "email", metavar="EMAIL", help="Who publishes: an account that may edit the rules; else nobody is named.")
def publish_rules(file: Path, reason: str, email: str | None, *, accept: bool) -> None:
    """Check the rules in FILE and put them in force as the next version; a file that says what is in force publishes nothing.

    The draft, if there is one, stays as it is.

    Exit status: 0 when they are in force, 1 when they are not; what is wrong is printed with its line.
    """
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise click.BadParameter(f"say why in {SHORTEST_REASON} to {LONGEST_REASON} characters", param_hint="--reason")
    by = _editor(email) if email else None
    upon = _number_in_force()
    said, known = _read(file)
    items = _found(said, known, file)
    accepted = [item.text for item in items if item.severity is Severity.ASKS]
    if any(item.severity is Severity.BLOCKS for item in items):
        raise click.ClickException("These rules cannot be published. Nothing was changed.")
    if accepted and not accept:
        raise click.ClickException("Say yes to what asks for a word with --accept. Nothing was changed.")
    rules, golden = said.stored()
    try:
        with transaction():
            number = commands.publish(rules, golden=golden, known=known, upon=upon, reason=reason, by=by, at=clock.now()).version
            what = {"version": number, "reason": reason, "accepted": accepted}
            history.record(RuleAct.PUBLISHED, by=by, old={"version": upon}, new=what)
    except NothingNew as same:
        click.echo(str(same))
        return
    except (PublishedMeanwhile, BadRule, BadRuleSet) as wrong:
        raise click.ClickException(f"{wrong}\nNothing was changed.") from None
    click.echo(f"Version {number} is in force.")


@routing.command("diff")
@click.argument("file", required=False, type=a_path)
@click.option(
    "--from", "old", type=click.IntRange(min=1), help="The older version; without it the one in force, or the one before --to."
)
@click.option(
    "--to", "new", type=click.IntRange(min=1), help="The newer version, where no FILE is named; without it the one in force."
)
def diff_rules(file: Path | None, old: int | None, new: int | None) -> None:
    """Print what differs between the rules in force and FILE, or between two versions, in words.

    Exit status: 0 when nothing differs, 1 when something does, 2 when they could not be compared.
    """
    if file and new:
        raise click.UsageError("Name a FILE or --to, not both.")
    try:
        known = current_vocabulary()
        after = files.read(_content(file)) if file else _of_version(_version(new))
        before = _of_version(_version(old or (None if file else max(after.rules.version - 1, 1))))
    except (BadFile, NoDefinition, NoRuleSet, LookupError) as error:
        raise _Trouble(str(error)) from None
    found = differences.between(before.rules, after.rules, before.golden, after.golden, known)
    _print(differences.in_lines(found))
    sys.exit(1 if found else 0)


@routing.command("explain")
@click.argument("number")
@click.option("--why-not", "rule", metavar="RULE", help="Only why this rule, named by its key, did not decide.")
def explain_case(number: str, rule: str | None) -> None:
    """Say why the case NUMBER went where it went, by the decision that was stored when it was made.

    Exit status: 0, or 1 when there is no such case, or no such rule in the version that decided.
    """
    decision = db.session.scalars(queries.decision_of(id_of(number)).limit(1)).first()
    if decision is None:
        raise click.ClickException(f"There is no case {number}, or no rules decided about it.")
    try:
        known = current_vocabulary()
        said = rule_lines.why_not(decision, rule, known) if rule else rule_lines.explanation(decision, known)
    except (NoDefinition, LookupError) as error:
        raise click.ClickException(str(error)) from None
    _print([number_of(decision.case_id), *said])


def _read(file: Path) -> tuple[RulesFile, Vocabulary]:
    """What the file says, if its rules compare what there is; else every fault is printed with its line, and that is all."""
    try:
        known = current_vocabulary()
        return files.read(_content(file), known=known), known
    except (BadFile, NoDefinition) as wrong:
        raise click.ClickException(f"{wrong}\nNothing was changed.") from None


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)  # one more than is taken: enough to refuse it


def _found(said: RulesFile, known: Vocabulary, file: Path) -> list[Item]:
    """Check what the file says, and print what is found."""
    report = checking.check(said.rules, said.golden, known)
    items = items_of(report, Book(said.rules.rules, said.golden), known)
    click.echo(f"{file.name}: {len(said.rules.rules)} rules, {len(said.golden)} golden cases.")
    _print(rule_lines.found(items, said))
    return items


def _version(number: int | None) -> RuleSetVersion:
    """A version, or the one in force. Raises LookupError, or NoRuleSet where there is none at all."""
    wanted = sa.true() if number is None else RuleSetVersion.version == number
    found = db.session.scalar(queries.versions().where(wanted).limit(1))
    if found is None and number is None:
        raise NoRuleSet
    if found is None:
        raise LookupError(f"There is no version {number} of the rules.")
    return found


def _number_in_force() -> int:
    try:
        return _version(None).version
    except NoRuleSet as missing:
        raise click.ClickException(str(missing)) from None


def _draft() -> RuleDraft:
    draft = drafting.the_draft()
    if draft is None:
        raise LookupError("There is no draft of the rules.")
    return draft


def _of_version(kept: RuleSetVersion | RuleDraft) -> RulesFile:
    """What a version or the draft says, as a file would."""
    book = book_of(kept)
    return RulesFile(RuleSet(book.rules, kept.version if isinstance(kept, RuleSetVersion) else DRAFT), book.cases)


def _editor(email: str) -> User:
    user = db.session.scalar(accounts.by_address(email).where(active()))
    if user is None:
        raise click.ClickException(f"Nobody who can sign in has the address {email}.")
    if not may(user, Permission.EDIT_RULES):
        raise click.ClickException(f"{user.name} may not edit the rules.")
    return user


def _print(lines: Iterable[str] | Sequence[str]) -> None:
    for line in lines:
        click.echo(line)
