"""The next rule set while it is being written: one draft, in the hands of one person at a time. Each act leaves its entry."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock, one_draft
from ..accounts.models import User
from ..extensions import db
from . import checks, commands, draft_changes, golden, history, reading, writing
from .draft_changes import Content
from .errors import HasToBeMended, NoRuleSet, NotAccepted, NotChecked
from .models import RuleAct, RuleDraft, RuleEvent, RuleSetVersion
from .queries import versions
from .vocabulary import Vocabulary

_OF_DRAFTS = frozenset(RuleAct) - {RuleAct.CHECKED, RuleAct.BACKTESTED}


def the_draft() -> RuleDraft | None:
    """The draft, with who edits it; none where nobody has begun one."""
    return db.session.scalar(sa.select(RuleDraft).options(joinedload(RuleDraft.editor), joinedload(RuleDraft.saver)))


def content_of(kept: RuleDraft | RuleSetVersion) -> Content:
    """What a draft or a version says, as it is stored."""
    return Content(kept.rules, kept.golden)


def start(*, by: User, like: RuleSetVersion | None = None) -> RuleDraft:
    """Begin the draft with what is in force, or with the rules of an older version; golden cases are those of today.

    Raises DraftExists, and NoRuleSet where nothing is in force.
    """
    current, at = _in_force(), clock.now()
    draft = RuleDraft(
        rules=like.rules if like else current.rules,
        golden=current.golden,
        base_version=current.version,
        restored_from=like.version if like else None,
        version=1,
        editor_id=by.id,
        edited_since_at=at,
        saved_by=by.id,
        saved_at=at,
    )
    one_draft.start(draft)
    begun = {"base_version": draft.base_version, **({"restored_from": like.version} if like else {})}
    history.record(RuleAct.DRAFT_STARTED, by=by, new=begun)
    return draft


def take_over(*, by: User) -> RuleDraft:
    """Edit the draft from now on, in place of whoever did. Raises DraftGone."""
    draft = one_draft.held(RuleDraft)
    if draft.editor_id != by.id:
        before = db.session.get_one(User, draft.editor_id)
        history.record(
            RuleAct.DRAFT_TAKEN_OVER,
            by=by,
            old={"editor": before.name, "editor_id": before.id},
            new={"editor": by.name, "editor_id": by.id},
        )
        draft.editor_id, draft.edited_since_at = by.id, clock.now()
        draft.version += 1
    return draft


def save(rules: Sequence[dict[str, Any]], cases: Sequence[dict[str, Any]], *, seen: int, by: User) -> bool:
    """Save the draft with these rules and golden cases; False where it says the same as before.

    Raises DraftGone, NotTheEditor, StaleDraft if version `seen` is not the newest any more, and BadRule, BadRuleSet or BadGolden
    where they cannot be read: a draft always says something that could decide, though perhaps not what there is to decide about.
    """
    return _save(Content(rules, cases), one_draft.held_by(RuleDraft, by.id, seen=seen), by=by)


def the_last_save(draft: RuleDraft) -> RuleEvent | None:
    """The entry of the save that made the draft what it is, if that is the last that happened to it."""
    last = history.latest(*_OF_DRAFTS)
    return last if last and last.act is RuleAct.DRAFT_SAVED and last.new["draft"] == draft.version else None


def undo(*, seen: int, by: User) -> bool:
    """Take the last save back, which is a save like any other; False where there is none. Raises as `save` does."""
    draft = one_draft.held_by(RuleDraft, by.id, seen=seen)
    last = the_last_save(draft)
    return last is not None and _save(draft_changes.with_side(content_of(draft), last.old), draft, by=by)


def catch_up(*, seen: int, by: User) -> tuple[str, ...]:
    """Take in what was changed by versions that were published since the draft was begun.

    Returns the keys of rules and the names of golden cases that both have changed: there the draft's words stay. Raises as `save`
    does.
    """
    draft, current = one_draft.held_by(RuleDraft, by.id, seen=seen), _in_force()
    base = db.session.get_one(RuleSetVersion, draft.base_version)
    merged = draft_changes.merged(content_of(base), content_of(draft), content_of(current))
    draft.base_version = current.version
    if not _save(merged.content, draft, by=by):
        draft.version += 1
    return merged.clashes


def discard(*, seen: int, by: User) -> None:
    """Throw the draft away; what it would have changed stays in the history. Raises DraftGone, NotTheEditor and StaleDraft."""
    draft = one_draft.held_by(RuleDraft, by.id, seen=seen)
    base = db.session.get_one(RuleSetVersion, draft.base_version)
    stays, goes = draft_changes.sides(content_of(base), content_of(draft))
    kept = {"base_version": draft.base_version}
    history.record(RuleAct.DRAFT_DISCARDED, by=by, old={**kept, **goes}, new={**kept, **stays})
    db.session.delete(draft)


def publish(*, seen: int, upon: int, reason: str, by: User, known: Vocabulary, accepted: Collection[str] = ()) -> RuleSetVersion:
    """Put the draft in force, and so end it; `upon` is the version that it was compared with.

    `accepted` is what the check has found and was said yes to, in its words. Raises NotChecked, HasToBeMended and NotAccepted
    where the check does not let it be published, what `commands.publish` raises, and DraftGone, NotTheEditor and StaleDraft.
    """
    draft = one_draft.held_by(RuleDraft, by.id, seen=seen)
    _check(draft, known, accepted)
    older = db.session.get(RuleSetVersion, draft.restored_from) if draft.restored_from else None
    version = commands.publish(
        draft.rules,
        golden=draft.golden,
        known=known,
        upon=upon,
        restored_from=older.version if older and older.rules == draft.rules else None,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    said = {"version": version.version, "reason": reason, "accepted": list(accepted)}
    history.record(RuleAct.PUBLISHED, by=by, old={"version": upon}, new=said)
    db.session.delete(draft)
    return version


def _save(content: Content, draft: RuleDraft, *, by: User) -> bool:
    rules = writing.write(reading.read(content.rules))
    cases = golden.write(golden.read(content.golden))
    old, new = draft_changes.sides(content_of(draft), Content(rules, cases))
    if not new:
        return False
    draft.rules, draft.golden, draft.saved_by, draft.saved_at = rules, cases, by.id, clock.now()
    draft.version += 1
    history.record(RuleAct.DRAFT_SAVED, by=by, old=old, new={**new, "draft": draft.version})
    return True


def _check(draft: RuleDraft, known: Vocabulary, accepted: Collection[str]) -> None:
    check = checks.last(content_of(draft), known)
    if check is None:
        raise NotChecked
    if check.blocks:
        raise HasToBeMended
    if not {item.text for item in check.asks} <= set(accepted):
        raise NotAccepted


def _in_force() -> RuleSetVersion:
    current = db.session.scalar(versions().limit(1))
    if current is None:
        raise NoRuleSet
    return current
