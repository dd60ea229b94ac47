"""What the tests of the search share."""

import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.cases import searching
from helpdesk.cases.models import Case
from helpdesk.cases.searching import Row
from helpdesk.extensions import db
from helpdesk.search import query
from helpdesk.search.kinds import Kind
from helpdesk.search.marks import Piece
from helpdesk.search.sqlite import BETWEEN_TEXTS


def rows(user: User, typed: str) -> list[Row]:
    """What this person finds, as it is shown on the first page."""
    return searching.page(user, query.read(typed), number=1).rows


def found(user: User, typed: str) -> list[Case]:
    """The cases that this person finds, the best first."""
    return [row.case for row in rows(user, typed)]


def shown(pieces: list[Piece]) -> str:
    """Pieces of a text, what was looked for in brackets."""
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


def indexed() -> dict[int, set[str]]:
    """What the index holds of each case: every word with the kinds of text it stands in, without its places."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        words = "SELECT case_id, lexeme, weights FROM search_documents, unnest(words) AS word(lexeme, places, weights)"
        kinds = dict(zip("ABCD", Kind, strict=True))
        entries = [
            (case_id, f"{kinds[label]}:{word}")
            for case_id, word, labels in db.session.execute(sa.text(words))
            for label in labels
        ]
    else:
        rows = db.session.execute(sa.text("SELECT rowid, head, said, files, staff FROM search_documents"))
        entries = [
            (case_id, f"{kind}:{word}")
            for case_id, *texts in rows
            for kind, text in zip(Kind, texts, strict=True)
            for word in text.split()
            if word != BETWEEN_TEXTS.strip()
        ]
    found: dict[int, set[str]] = {}
    for case_id, entry in entries:
        found.setdefault(case_id, set()).add(entry)
    db.session.rollback()
    return found
