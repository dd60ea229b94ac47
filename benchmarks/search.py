"""The search of an agent, for a rare word and for a common one, against the floor: the index asked without any ado."""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from helpdesk.cases import indexing
from helpdesk.cases.models import Case, Message
from helpdesk.extensions import db
from helpdesk.search.query import compared
from helpdesk.search.words import SAYS_NOTHING
from helpdesk.transaction import transaction

from .client import Answer, Client
from .desks import Desk
from .pages import Ports
from .prototypes import Prototypes
from .table import Row
from .timing import in_turn

RARE = "quillfeather"
ONE_IN = 997  # cases has it in its subject
SHORTEST = 5  # letters of a common word
LOOKED_AT = 5_000  # messages, for the commonest word


def make_searchable(desk: Desk) -> Mapping[str, str]:
    """Index what was filled in, a rare word here and there in it; returns a rare and a common word."""
    lacks_it = sa.and_(Case.id % ONE_IN == 0, Case.subject.not_like(f"%{RARE}%"))
    with desk.app.app_context():
        with transaction():
            db.session.execute(sa.update(Case).where(lacks_it).values(subject=Case.subject + f" {RARE}"))
        waiting = indexing.missing().order_by(Case.id).limit(indexing.AT_ONCE)
        is_more = True
        while is_more:
            with transaction():
                ids = db.session.scalars(waiting).all()
                indexing.write_by_ids(ids)
            is_more = bool(ids)
        db.session.remove()
    if desk.engine.dialect.name == "postgresql":
        with desk.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    return {"rare": RARE, "common": _commonest(desk)}


def measure_search(desk: Desk, ports: Ports, who: Prototypes, words: Mapping[str, str], *, cases: int, turns: int) -> list[Row]:
    """The page that an agent finds, and the newest ids that the index has for the same word."""
    agent = Client(ports.desk).sign_in(who.agent, who.password)
    floor = Client(ports.floor, agent.cookies)
    rows = []
    for how, word in words.items():
        path, answers = f"/agent/search?q={word}", list[Answer]()

        def open_page(_turn: int, path: str = path, answers: list[Answer] = answers) -> float:
            answers.append(agent.get(path))
            return answers[-1].seconds

        def open_floor(_turn: int, path: str = f"/{how}/{word}") -> float:
            return floor.get(path).seconds

        times = in_turn(open_page, open_floor, turns=turns)
        statements, size = desk.statements(path, agent.cookie), max(len(answer.body) for answer in answers)
        rows.append(Row.against_floor("Search", *times, about=f"{how} word, {cases:,}", size=size, statements=statements))
    return rows


def _commonest(desk: Desk) -> str:
    """The word that stands in the most messages."""
    bodies = desk.rows(sa.select(Message.body).order_by(Message.id.desc()).limit(LOOKED_AT))
    words = Counter(word for row in bodies for word in set(compared(row.body)))
    return next(word for word, _times in words.most_common() if len(word) >= SHORTEST and word not in SAYS_NOTHING)
