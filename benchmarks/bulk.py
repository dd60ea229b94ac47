"""A database filled in bulk: the prototypes first, then copies of their cases, in other weeks and of other people."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.cases.models import UNFINISHED, Case, Event, Message
from helpdesk.notifications.models import DeliveryAttempt, OutboxMessage
from helpdesk.permissions import Role
from helpdesk.routing.models import RoutingDecision
from helpdesk.sla.models import SlaClock

from .prototypes import Prototypes, Row

SEED = 8_774_247
CASES_AT_ONCE = 500
CASES_OF_A_PERSON = 20
WEEKS = 100  # over which finished cases are spread
MINUTES = 3 * 24 * 60  # over which those in the queue are

USERS, CASES, MAILS, ATTEMPTS = (model.__table__ for model in (User, Case, OutboxMessage, DeliveryAttempt))
PARTS: tuple[sa.Table, ...] = tuple(model.__table__ for model in (Message, Event, RoutingDecision, SlaClock, OutboxMessage))
REQUESTERS = ("requester_id", "author_id", "actor_id", "user_id")  # columns in which the requester of a case stands
DECIDED: tuple[sa.Table, ...] = (RoutingDecision.__table__,)  # of these, what a back-test reads
Rows = dict[sa.Table, list[Row]]


@dataclass
class Press:
    """Fills the database of one desk, from one size to the next; the same copies on every database."""

    engine: sa.Engine
    prototypes: Prototypes
    chance: Random = field(default_factory=lambda: Random(SEED))
    cases: int = 0
    _next_id: dict[sa.Table, int] = field(default_factory=dict)
    _of_case: dict[int, Rows] = field(default_factory=dict)
    _requester_id: int = 0

    def begin(self) -> None:
        """Insert the prototypes into an empty database."""
        rows = self.prototypes.rows
        self._insert(rows)
        self.cases = len(rows[CASES])
        self._next_id = {
            table: max((row["id"] for row in rows[table]), default=0) + 1 for table in (USERS, CASES, *PARTS, ATTEMPTS)
        }
        case_of_mail = {row["id"]: row["case_id"] for row in rows[MAILS]}
        self._of_case = {row["id"]: defaultdict(list, {CASES: [row]}) for row in rows[CASES]}
        for table in PARTS:
            for row in rows[table]:
                if row["case_id"] is not None:  # mail about an account belongs to no case
                    self._of_case[row["case_id"]][table].append(row)
        for row in rows[ATTEMPTS]:
            if (case_id := case_of_mail[row["outbox_message_id"]]) is not None:
                self._of_case[case_id][ATTEMPTS].append(row)

    def _look_again(self) -> None:
        """Count what others have added to the database since: whoever has signed in may have been sent mail."""
        with self.engine.connect() as connection:
            self.cases = connection.execute(sa.select(sa.func.count()).select_from(CASES)).scalar_one()
            for table in self._next_id:
                self._next_id[table] = (connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0) + 1

    def fill(self, *, up_to: int, parts: tuple[sa.Table, ...] = PARTS) -> None:
        """Copy cases with these parts until there are so many, and let PostgreSQL look at its tables as it would in time."""
        self._look_again()
        while self.cases < up_to:
            batch: Rows = defaultdict(list)
            for _ in range(min(CASES_AT_ONCE, up_to - self.cases)):
                for table, row in self._copy_of_a_case(parts):
                    batch[table].append(row)
                self.cases += 1
            self._insert({table: batch[table] for table in self.prototypes.rows if batch[table]})
        if self.engine.dialect.name == "postgresql":
            with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
                connection.exec_driver_sql("CHECKPOINT")

    def _copy_of_a_case(self, parts: tuple[sa.Table, ...]) -> Iterator[tuple[sa.Table, Row]]:
        """The rows of a case chosen by chance, with ids of their own, and now and then a new requester."""
        rows = self.chance.choice(list(self._of_case.values()))
        old = rows[CASES][0]
        if self.cases % CASES_OF_A_PERSON == 0 or not self._requester_id:
            yield USERS, self._new_requester()
        case_id, earlier = self._id(CASES), self._how_much_earlier(old)
        yield CASES, self._copied(old, old, earlier, id=case_id, form_key=f"{case_id:032x}")
        mail_ids: dict[int, int] = {}
        for table in parts:
            for row in rows[table]:
                changed: Row = {"id": self._id(table), "case_id": case_id}
                if table is MAILS:
                    mail_ids[row["id"]] = changed["id"]
                    changed.update(dedupe_key=f"copy:{changed['id']}", message_id=f"<copy.{changed['id']}@desk.example.org>")
                yield table, self._copied(row, old, earlier, **changed)
        for row in rows[ATTEMPTS] if mail_ids else ():
            mail_id = mail_ids[row["outbox_message_id"]]
            yield ATTEMPTS, self._copied(row, old, earlier, id=self._id(ATTEMPTS), outbox_message_id=mail_id)

    def _copied(self, row: Row, case: Row, earlier: timedelta, **changed: object) -> Row:
        moved = {name: value - earlier if isinstance(value, datetime) else value for name, value in row.items()}
        people = {name: self._requester_id for name in REQUESTERS if name in row and row[name] == case["requester_id"]}
        return {**moved, **people, **changed}

    def _new_requester(self) -> Row:
        self._requester_id = self._id(USERS)
        known = next(row for row in self.prototypes.rows[USERS] if row["role"] is Role.PROVIDER)
        address = f"coordinator{self._requester_id}@practice.example.org"
        return {**known, "id": self._requester_id, "email": address, "email_key": address}

    def _how_much_earlier(self, case: Row) -> timedelta:
        if case["status"] in UNFINISHED:
            return timedelta(minutes=self.chance.randrange(MINUTES), seconds=self.chance.randrange(60))
        return timedelta(weeks=self.chance.randrange(WEEKS), seconds=self.chance.randrange(3600))

    def _id(self, table: sa.Table) -> int:
        given = self._next_id[table]
        self._next_id[table] = given + 1
        return given

    def _insert(self, rows: Rows) -> None:
        with self.engine.begin() as connection:
            for table, several in rows.items():
                if several:
                    connection.execute(table.insert(), several)
            if self.engine.dialect.name == "postgresql":
                self._number_on(connection)

    def _number_on(self, connection: sa.Connection) -> None:
        """The ids that the desk gives follow ours."""
        for table in self.prototypes.rows:
            column = table.autoincrement_column
            if column is not None and isinstance(column.type, sa.Integer):
                serial = sa.func.pg_get_serial_sequence(table.name, column.name)
                highest = sa.select(sa.func.coalesce(sa.func.max(column), 1)).scalar_subquery()
                connection.execute(sa.select(sa.func.setval(serial, highest)))
