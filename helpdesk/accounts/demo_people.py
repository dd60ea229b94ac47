"""The accounts of the demo data, whose passwords people know: production does not start with them."""

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from config import ConfigError

from ..extensions import db
from .models import User
from .queries import demo_people


def refuse_in_production(app: Flask) -> None:
    """Raise ConfigError where a desk in production has demo accounts; a database without tables yet is fine.

    Also where its database does not answer, for then nobody knows.
    """
    if app.config["HELPDESK_ENV"] != "production":
        return
    with app.app_context():
        if _inspector().has_table(User.__tablename__):
            found = db.session.scalar(sa.select(demo_people().exists()))
            db.session.rollback()
            if found:
                raise ConfigError(
                    "the database holds demo accounts, whose passwords are known; use another database in production."
                )


def _inspector() -> sa.Inspector:
    try:
        return sa.inspect(db.engine)
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise ConfigError(f"DATABASE_URL must name a database that can be opened; it says: {reason}") from None
