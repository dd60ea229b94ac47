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
from sqlalchemy.engine import Connection, Engine

from .database import Base
from .languages import Babel

KEPT = "kept"  # in the session's info: the connection that `transaction.one_connection()` keeps for it


class _Session(Session):
    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        kept: Connection | None = self.info.get(KEPT)
        return super().get_bind(*args, **kwargs) if kept is None else kept


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
