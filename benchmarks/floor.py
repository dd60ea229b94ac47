"""The floor: the least that Flask can do around one bare indexed statement, behind a session that the desk has signed.

Served as the desk is, on the desk's own database. The session is read from its cookie; who that person is costs the desk a
statement, and the floor none.
"""

import os
import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, abort, session

UNFINISHED = "('new', 'open', 'pending', 'on_hold')"
SHOWN = "id, due_at, updated_at, priority, status, subject, organization, topic_name, assignee_id"
QUEUE = f"SELECT {SHOWN} FROM cases WHERE team_id = ? AND status IN {UNFINISHED} ORDER BY due_at, id LIMIT 25"  # noqa: S608
CASE = "SELECT * FROM cases WHERE id = ?"
FIND = {
    "sqlite": "SELECT rowid FROM search_documents WHERE search_documents MATCH ? ORDER BY rowid DESC LIMIT 25",
    "postgresql": "SELECT case_id FROM search_documents WHERE words @@ ?::tsquery ORDER BY case_id DESC LIMIT 25",
}
# PostgreSQL takes the first plan for every word, however rare, unless it is told to look it up before it sorts.
FIND_RARE = {
    **FIND,
    "postgresql": "WITH found AS MATERIALIZED (SELECT case_id FROM search_documents WHERE words @@ ?::tsquery) "
    "SELECT case_id FROM found ORDER BY case_id DESC LIMIT 25",
}
RESOLVE = "UPDATE cases SET status = 'resolved', resolution_code = 'fixed', due_at = NULL WHERE id = ?"

_line = threading.local()


def make_app() -> Flask:
    """A page for each statement."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    app.add_url_rule("/queue/<int:number>", "queue", lambda number: _answer(QUEUE, number))
    app.add_url_rule("/cases/<int:number>", "case", lambda number: _answer(CASE, number))
    app.add_url_rule("/cases/<int:number>/resolve", "resolve", lambda number: _answer(RESOLVE, number), methods=["POST"])
    app.add_url_rule("/rare/<word>", "rare", lambda word: _answer(FIND_RARE[_database()], word))
    app.add_url_rule("/common/<word>", "common", lambda word: _answer(FIND[_database()], word))
    return app


def _answer(statement: str, value: int | str) -> str:
    if "_user_id" not in session:
        abort(403)
    found = _execute(statement, value)
    return "\n".join(str(row) for row in found.fetchall()) if found.description else f"{found.rowcount}"


def _execute(statement: str, value: int | str) -> Any:
    """Run a statement on this thread's connection, committed by itself."""
    url = os.environ["DATABASE_URL"]
    if not hasattr(_line, "connection"):
        _line.connection = _sqlite(url) if _database() == "sqlite" else psycopg.connect(url, autocommit=True)
    marked = statement if _database() == "sqlite" else statement.replace("?", "%s")
    return _line.connection.execute(marked, (value,))


def _database() -> str:
    return os.environ["DATABASE_URL"].partition(":")[0]


def _sqlite(url: str) -> sqlite3.Connection:
    """As durable as the desk's own connections (helpdesk/database.py)."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
