"""The lead's page: how much there is to do in their teams, and for whom; each number leads to the queue that shows it."""

from flask import render_template

from ..accounts.sessions import the_user
from ..cases.numbers import number_of
from ..cases.wording import label
from ..permissions import Permission, requires
from . import team_load
from .asked import DueIn, Filter, Flag
from .blueprint import bp
from .team_load import STATUSES


@bp.get("/team")
@requires(Permission.LEAD_PEOPLE)
def team() -> str:
    """The load of each team that one leads, and of each person there."""
    return render_template(
        "queue/team.html",
        loads=team_load.of_teams_led_by(the_user()),
        statuses=[(status, label(status)) for status in STATUSES],
        overdue=DueIn.OVERDUE,
        today=DueIn.LATER_TODAY,
        unassigned=Filter.UNASSIGNED,
        untold=Filter.UNTOLD,
        moved=Flag.MOVED_BY_HAND,
        number_of=number_of,
    )
