"""Versions of the rules and their history: read, compared, written out as files, and the way back to one."""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, request
from sqlalchemy.orm import defer, joinedload

from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..one_draft import DraftExists
from ..permissions import Permission, requires
from ..routing import drafting, files, history
from ..routing.models import RuleDraft, RuleEvent, RuleSetVersion
from ..routing.queries import versions
from ..routing.rules import DRAFT, RuleSet
from ..transaction import transaction
from ..typed_text import number_in
from .blueprint import bp
from .drafts import to
from .hours_pages import Answer
from .rules_desk import between, book_of, page, the_desk
from .rules_history import entry_of

ON_A_PAGE = 20
VERSION = "/rules/versions/<int(max=2147483647):version>"
SOME_RULES = defer(RuleSetVersion.rules), defer(RuleSetVersion.golden)  # a list of versions needs none


@bp.get("/rules/versions")
@requires(Permission.SEE_RULES)
def rule_versions() -> Answer:
    """Every version, the one in force first: who published it, and why."""
    before = number_in(request.args.get("before"))
    wanted = versions().options(joinedload(RuleSetVersion.publisher), *SOME_RULES)
    rows = list(db.session.scalars((wanted.where(RuleSetVersion.version < before) if before else wanted).limit(ON_A_PAGE + 1)))
    following = rows[ON_A_PAGE - 1].version if len(rows) > ON_A_PAGE else None
    return page("rule_versions", the_desk(), versions=rows[:ON_A_PAGE], before=before, following=following)


@bp.get(VERSION)
@requires(Permission.SEE_RULES)
def rule_version(version: int) -> Answer:
    """One version: who published it and why, and how it differs from the one before, or from another."""
    desk, found = the_desk(), _version_of(version)
    against = number_in(request.args.get("against")) or version - 1
    other = db.session.get(RuleSetVersion, against) if against not in (0, version) else None
    numbers = db.session.scalars(sa.select(RuleSetVersion.version).order_by(RuleSetVersion.version.desc()))
    return page(
        "rule_version",
        desk,
        version=found,
        other=other,
        book=book_of(found),
        numbers=[number for number in numbers if number != version],
        differences=between(book_of(other), book_of(found), desk.known) if other else [],
    )


@bp.post(f"{VERSION}/restore")
@requires(Permission.EDIT_RULES)
def restore_rules(version: int) -> Answer:
    """Begin a draft with the rules of an older version."""
    _version_of(version)
    try:
        with transaction():
            drafting.start(by=the_user(), like=db.session.get_one(RuleSetVersion, version))
    except DraftExists:
        flash(_("There is a draft already. Publish it, or throw it away, before you go back to an older version."), "warn")
        return to("rule_draft")
    flash(_("The draft has the rules of version %(number)s. Nothing is in force until you publish it.", number=version), "ok")
    return to("publish_rules")


@bp.get(f"{VERSION}/file")
@requires(Permission.SEE_RULES)
def export_rules(version: int) -> Response:
    """A version as a file."""
    return _file(_version_of(version), f"routing-rules-{version}.yaml")


@bp.get("/rules/draft/file")
@requires(Permission.SEE_RULES)
def export_draft() -> Response:
    """The draft as a file."""
    return _file(drafting.the_draft() or abort(404), "routing-rules-draft.yaml")


@bp.get("/rules/history")
@requires(Permission.SEE_RULES)
def rule_history() -> Answer:
    """What was done to the rules, the latest first."""
    desk, before = the_desk(), number_in(request.args.get("before"))
    titles = {rule.key: rule.title for book in (desk.in_force, desk.shown) for rule in book.rules}
    wanted = history.entries().limit(ON_A_PAGE + 1)
    rows = list(db.session.scalars(wanted.where(RuleEvent.id < before) if before else wanted))
    return page(
        "rule_history",
        desk,
        entries=[entry_of(event, desk.known, titles) for event in rows[:ON_A_PAGE]],
        before=before,
        following=rows[ON_A_PAGE - 1].id if len(rows) > ON_A_PAGE else None,
    )


def _version_of(number: int) -> RuleSetVersion:
    wanted: Any = sa.select(RuleSetVersion).where(RuleSetVersion.version == number)
    found: RuleSetVersion = db.one_or_404(wanted.options(joinedload(RuleSetVersion.publisher)))
    return found


def _file(kept: RuleSetVersion | RuleDraft, name: str) -> Response:
    book = book_of(kept)
    said = files.write(RuleSet(book.rules, kept.version if isinstance(kept, RuleSetVersion) else DRAFT), book.cases)
    return Response(said, mimetype="application/yaml", headers={"Content-Disposition": f'attachment; filename="{name}"'})
