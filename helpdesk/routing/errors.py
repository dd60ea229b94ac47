"""What can be wrong with rules."""

from flask_babel import gettext as _

from ..errors import HelpDeskError


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
