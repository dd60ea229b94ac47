"""What can be wrong with rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import HelpDeskError
from ..languages import gettext as _


class BadRule(HelpDeskError):
    """A rule says something that routing cannot follow; names the rule and the place in it."""

    def __init__(self, rule: str, place: str, problem: str) -> None:
        super().__init__(_("Rule %(rule)s, %(place)s: %(problem)s", rule=rule, place=place, problem=problem))
        self.rule = rule
        self.place = place
        self.problem = problem


class BadRuleSet(HelpDeskError):
    """The rules are right one by one, but not as a set."""


class NoRuleSet(HelpDeskError):
    """No rule set has ever been published: the reference data is missing."""

    def __init__(self) -> None:
        super().__init__(_("There are no routing rules yet. Load the reference data first."))


class NothingNew(HelpDeskError):
    """The rules say what the version in force says already."""

    def __init__(self, version: int) -> None:
        super().__init__(_("Nothing has changed: version %(version)s, which is in force, says the same.", version=version))
        self.version = version


class PublishedMeanwhile(HelpDeskError):
    """Somebody has put another version in force than the one that was compared."""

    def __init__(self, version: int) -> None:
        super().__init__(_("Version %(version)s has been published meanwhile.", version=version))
        self.version = version


class BadGolden(BadRule):
    """A golden case is not one; names it and the place in it, as BadRule does for a rule."""

    def __init__(self, name: str, place: str, problem: str) -> None:
        super().__init__(name, place, problem)
        self.args = (_("Golden case %(name)s, %(place)s: %(problem)s", name=name, place=place, problem=problem),)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, and on which line."""

    line: int
    problem: str

    def __str__(self) -> str:
        """For a terminal."""
        return _("line %(line)s: %(problem)s", line=self.line, problem=self.problem)


class BadFile(HelpDeskError):
    """A file is not one of rules; names every fault that was found, with its line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)

    @classmethod
    def at(cls, line: int, problem: str) -> "BadFile":
        """One fault."""
        return cls([Fault(line, problem)])


class NotChecked(HelpDeskError):
    """The draft of the rules has not been checked as it is now."""


class HasToBeMended(HelpDeskError):
    """The check has found what keeps the draft of the rules from being published."""


class NotAccepted(HelpDeskError):
    """The check has found what somebody has to say yes to, and nobody has."""
