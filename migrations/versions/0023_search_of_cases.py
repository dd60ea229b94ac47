"""Cases are found by their words: an index of them, filled from what is there.

It is no table of the models: on SQLite it is one of FTS5, on PostgreSQL a column of tsvector. `flask search reindex` makes its
rows anew.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

AT_ONCE = 200
LONGEST_WORD = 60
LARGEST = 600_000  # bytes of a vector
TOMBSTONE = "[removed: patient data]"
KINDS = {"head": "A", "said": "B", "files": "C", "staff": "D"}
PUBLIC = ("question", "reply", "resolution", "not_solved")

CASES = sa.table(
    "cases",
    *map(sa.column, ("id", "requester_id", "subject", "organization", "location")),
    sa.column("answers", sa.JSON),
)
USERS = sa.table("users", *map(sa.column, ("id", "first_name", "last_name", "email")))
MESSAGES = sa.table("messages", *map(sa.column, ("id", "case_id", "kind", "body", "withdrawn_at")))
FILES = sa.table("attachments", *map(sa.column, ("id", "case_id", "message_id", "name")))
HIDDEN = sa.or_(MESSAGES.c.kind.not_in(PUBLIC), MESSAGES.c.withdrawn_at.is_not(None))

Texts = dict[str, list[str]]


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        columns = ", ".join(KINDS)
        op.execute(f"CREATE VIRTUAL TABLE search_documents USING fts5({columns}, tokenize='ascii', columnsize=0)")
    else:
        op.create_table(
            "search_documents",
            sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("words", TSVECTOR(), nullable=False),
            sa.ForeignKeyConstraint(
                ["case_id"], ["cases.id"], name=op.f("fk_search_documents_case_id_cases"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("case_id", name=op.f("pk_search_documents")),
        )
        # A vector is read for each case that is ranked: it lies in the row, as it is, as long as it fits there.
        op.execute("ALTER TABLE search_documents ALTER COLUMN words SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE search_documents SET (toast_tuple_target = 8160)")
    for rows in _batches():
        written = [_on_sqlite(*row) if on_sqlite else _on_postgresql(*row) for row in rows]
        op.get_bind().execute(sa.text(_INSERTED if on_sqlite else _INSERTED_AS_VECTOR), written)
    if not on_sqlite:  # last: it is made faster of all rows than of each
        op.create_index(op.f("ix_search_documents_words"), "search_documents", ["words"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("search_documents")


_INSERTED = "INSERT INTO search_documents (rowid, head, said, files, staff) VALUES (:id, :head, :said, :files, :staff)"
_INSERTED_AS_VECTOR = "INSERT INTO search_documents (case_id, words) VALUES (:id, CAST(:words AS tsvector))"


def _batches() -> Iterator[list[tuple[int, Texts]]]:
    """The texts of every case by their kinds, so many cases at once."""
    last = 0
    while ids := list(op.get_bind().scalars(sa.select(CASES.c.id).where(CASES.c.id > last).order_by(CASES.c.id).limit(AT_ONCE))):
        last = ids[-1]
        yield _texts_of(ids)


def _texts_of(ids: list[int]) -> list[tuple[int, Texts]]:
    connection = op.get_bind()
    found: dict[int, Texts] = {case_id: {kind: [] for kind in KINDS} for case_id in ids}
    cases = sa.select(CASES, USERS.c.first_name, USERS.c.last_name, USERS.c.email).join(USERS, USERS.c.id == CASES.c.requester_id)
    for row in connection.execute(cases.where(CASES.c.id.in_(ids))).mappings():
        name = f"{row['first_name']} {row['last_name']}"
        found[row["id"]]["head"] += [f"NCV-{row['id']:06d}", row["subject"], name, row["organization"], row["location"]]
        found[row["id"]]["said"] += [answer["answer"] for answer in row["answers"] if _is_typed(answer)]
        found[row["id"]]["staff"].append(row["email"])
    messages = sa.select(MESSAGES.c.case_id, HIDDEN, MESSAGES.c.body).where(MESSAGES.c.case_id.in_(ids)).order_by(MESSAGES.c.id)
    for case_id, is_hidden, body in connection.execute(messages):
        found[case_id]["staff" if is_hidden else "said"].append(body)
    files = sa.select(FILES.c.case_id, HIDDEN, FILES.c.name).join(MESSAGES, MESSAGES.c.id == FILES.c.message_id)
    for case_id, is_hidden, name in connection.execute(files.where(FILES.c.case_id.in_(ids)).order_by(FILES.c.id)):
        found[case_id]["staff" if is_hidden else "files"].append(name)
    return list(found.items())


def _is_typed(answer: dict[str, Any]) -> bool:
    return not answer.get("value") and answer.get("key") not in ("organization", "location")


def _words(text: str) -> list[str]:
    apart = unicodedata.normalize("NFKD", text.replace(TOMBSTONE, " ").casefold())
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    return [word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", plain.replace("e-mail", "email"))]


def _on_sqlite(case_id: int, texts: Texts) -> dict[str, Any]:
    joined = {kind: " · ".join(" ".join(words) for text in several if (words := _words(text))) for kind, several in texts.items()}
    return {"id": case_id, **joined}


def _on_postgresql(case_id: int, texts: Texts) -> dict[str, Any]:
    entries, position, size = list[str](), 3, 0
    for kind, several in texts.items():
        for text in several:
            words = _words(text)
            for word in words:
                entry = f"'{word}':{min(position, 16_383)}{KINDS[kind]}"
                size += len(entry.encode())
                if size <= LARGEST:
                    entries.append(entry)
                position += 1
            position += 3 if words else 0
    return {"id": case_id, "words": " ".join(entries)}
