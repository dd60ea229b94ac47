"""Who may do what, on one page: permissions, the roles that hold them, and the guard that views carry.

Every route carries `@requires(...)` or stands on `PUBLIC_ENDPOINTS`; `guard_every_route` enforces it (deny by default).
Which rows a person may see is decided where the rows are loaded: what one may not see does not exist (404).
"""

from collections.abc import Callable
from enum import StrEnum, auto
from functools import wraps
from typing import Any, TypeVar

from flask import abort, current_app, request
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """What a person is at this desk; the values are those of `flask users create --role`."""

    PROVIDER = "provider"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def is_staff(self) -> bool:
        """Whether people of this role work at the desk."""
        return self is not Role.PROVIDER


class Permission(StrEnum):
    """One thing a signed-in person may do."""

    OWN_ACCOUNT = auto()
    ASK_FOR_HELP = auto()
    SEE_OWN_CASES = auto()
    SEE_QUEUE = auto()
    SEE_EVERY_TEAM = auto()
    WORK_ON_CASES = auto()
    FILE_FOR_OTHERS = auto()  # a case for a provider who calls or comes by
    SEE_HEALTH = auto()
    SEE_SETTINGS = auto()  # the home of the settings, which lists what else one may do there
    SEE_LEDGER = auto()  # every mail of the desk
    SETTLE_MAIL = auto()  # decide about mail that failed or is in doubt, mend an address
    SEND_NOW = auto()  # let mail leave outside service hours, with a reason, in the teams one leads and in triage
    LEAD_PEOPLE = auto()  # switch people of the teams one leads off duty, say what they can do
    EDIT_MACROS = auto()  # of the teams one leads
    LEAD_EVERY_TEAM = auto()  # what leads may do in the teams they lead, in all
    REDACT = auto()  # take a patient's data out of a case, wherever a copy of it stands
    RECOVER_ADDRESS = auto()  # give a provider who has lost the mailbox another address, after a call-back
    CONFIGURE = auto()
    MANAGE_PEOPLE = auto()  # invite staff, give roles and teams, deactivate; see everybody
    JOIN_ORGANIZATIONS = auto()  # say where one works; whoever administers an organization decides about its requests there
    SEE_DIRECTORY = auto()  # organizations, locations and who works there
    DECIDE_REQUESTS = auto()  # to join any organization
    EDIT_DIRECTORY = auto()
    DRAFT_KNOWLEDGE = auto()  # write articles, which nobody but the desk reads until they are published
    EDIT_KNOWLEDGE = auto()  # publish and withdraw articles; videos and training sessions
    EDIT_FORM = auto()  # what the help ticket asks
    SEE_RULES = auto()  # of routing: those in force, the draft, their checks and their history
    EDIT_RULES = auto()


_PROVIDER = {
    Permission.OWN_ACCOUNT,
    Permission.ASK_FOR_HELP,
    Permission.SEE_OWN_CASES,
    Permission.JOIN_ORGANIZATIONS,
}
_AGENT = {
    Permission.OWN_ACCOUNT,
    Permission.SEE_QUEUE,
    Permission.WORK_ON_CASES,
    Permission.FILE_FOR_OTHERS,
    Permission.SEE_HEALTH,
    Permission.SETTLE_MAIL,
    Permission.RECOVER_ADDRESS,
    Permission.SEE_DIRECTORY,
    Permission.DECIDE_REQUESTS,
    Permission.DRAFT_KNOWLEDGE,
}
_LEAD = _AGENT | {
    Permission.SEE_SETTINGS,
    Permission.SEE_LEDGER,
    Permission.SEND_NOW,
    Permission.LEAD_PEOPLE,
    Permission.EDIT_MACROS,
    Permission.REDACT,
    Permission.EDIT_DIRECTORY,
    Permission.EDIT_KNOWLEDGE,
    Permission.SEE_RULES,
}
_EVERYWHERE = {Permission.SEE_EVERY_TEAM, Permission.LEAD_EVERY_TEAM}
_SETTING_UP = {Permission.CONFIGURE, Permission.MANAGE_PEOPLE, Permission.EDIT_FORM, Permission.EDIT_RULES}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PROVIDER: frozenset(_PROVIDER),
    Role.AGENT: frozenset(_AGENT),
    Role.LEAD: frozenset(_LEAD),
    Role.ADMIN: frozenset(_LEAD | _EVERYWHERE | _SETTING_UP),
}

# Pages for everybody, by endpoint. Short on purpose: a new one is a decision.
PUBLIC_ENDPOINTS: frozenset[str] = frozenset(
    {
        "static",
        "bootstrap.static",
        "styles.static",
        "portal.home",
        "portal.vaccine_provider",
        "portal.local_health_department",
        "portal.employer",
        "portal.public",
        "portal.learn",
        "portal.section",
        "portal.article",
        "portal.give_feedback",
        "portal.thanks",
        "portal.video",
        "portal.training",
        "portal.healthz",
        "portal.readyz",
        "accounts.visit_in",
        "accounts.register",
        "accounts.registered",
        "accounts.verify",
        "accounts.send_verification",
        "accounts.login",
        "accounts.second_step",
        "accounts.logout",
        "accounts.forgot_password",
        "accounts.reset_password",
        "accounts.accept_invitation",
        "accounts.confirm_address",
        "mailbox.messages",  # exists in development only
        "mailbox.message",
    }
)


def may(user: Any, permission: Permission) -> bool:
    """Whether this person, signed in or not, holds the permission."""
    return bool(user.is_authenticated) and permission in permissions_of(user.role)


def permissions_of(role: Role) -> frozenset[Permission]:
    """What people of a role may do at this desk; AGENTS_SEE_ALL_TEAMS opens every team to all who work here."""
    if role.is_staff and current_app.config["AGENTS_SEE_ALL_TEAMS"]:
        return ROLE_PERMISSIONS[role] | {Permission.SEE_EVERY_TEAM}
    return ROLE_PERMISSIONS[role]


def requires(permission: Permission) -> Callable[[View], View]:
    """Guard a view: visitors are asked to sign in, people without the permission get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if not may(current_user, permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def guard_every_route() -> None:
    """Refuse a route that is neither guarded nor listed as public (run before each request)."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in PUBLIC_ENDPOINTS:
        return
    if not hasattr(current_app.view_functions[endpoint], "required_permission"):
        abort(403)
