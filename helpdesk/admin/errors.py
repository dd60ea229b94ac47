"""What keeps a team or an account from changing, by name."""

from collections.abc import Sequence

from ..errors import HelpDeskError


class NeedsTaker(HelpDeskError):
    """Nobody active would work in the team any more, and nobody has said who takes what depends on it."""

    def __init__(self, team: str) -> None:
        super().__init__(team)
        self.team = team


class NotATaker(HelpDeskError):
    """The team that was to take the cases is closed, or nobody active works in it."""


class RulesPointHere(HelpDeskError):
    """Rules in force name the team, so that it cannot be closed."""

    def __init__(self, rules: Sequence[str]) -> None:
        super().__init__(*rules)
        self.rules = rules


class TriageStays(HelpDeskError):
    """The Service Desk takes what has no other team; it is never closed."""
