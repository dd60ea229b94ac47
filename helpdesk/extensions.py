"""The Flask extensions, made here once and tied to the application in `create_app`."""

from typing import Any

from flask import request
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import ORMExecuteState

from .database import Base, reading
from .languages import Babel

KEPT = "kept"  # in the session's info: the connection that `transaction.one_connection()` keeps for it
OPEN = "open"  # in the session's info: whether it is within `transaction.transaction()`


class _Session(Session):
    """Reads in the shortest way, and writes within `transaction.transaction()` only."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        kept: Connection | None = self.info.get(KEPT)
        if kept is not None:
            return kept
        engine = super().get_bind(*args, **kwargs)
        return reading(engine) if isinstance(engine, Engine) and not self.info.get(OPEN) else engine


class WrittenOutside(RuntimeError):
    """Something was to be written outside of a transaction, where it could be half of what belongs together."""


@event.listens_for(_Session, "before_flush")
def _expect_a_transaction(session: Session, *_of_flush: Any) -> None:
    if not session.info.get(OPEN):
        raise WrittenOutside([*session.new, *session.dirty, *session.deleted])


@event.listens_for(_Session, "do_orm_execute")
def _expect_one_for_statements(asked: ORMExecuteState) -> None:
    if (asked.is_insert or asked.is_update or asked.is_delete) and not asked.session.info.get(OPEN):
        raise WrittenOutside(str(asked.statement))


db = SQLAlchemy(model_class=Base, session_options={"class_": _Session})
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(get_remote_address)
mail = Mail()
bootstrap = Bootstrap5()


@limiter.request_filter
def is_not_limited() -> bool:
    """Files, and the pages of people who have signed in, are not counted; the pages of visitors are (RATELIMIT_DEFAULT)."""
    return (request.endpoint or "").endswith("static") or bool(current_user.is_authenticated)
