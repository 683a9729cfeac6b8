"""Is this process able to serve? For the supervisor and for load balancers."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db import db
from app.web.roles import serves_everybody

pages = Blueprint("health", __name__)

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@pages.get("/healthz")
@serves_everybody
def healthz() -> ResponseReturnValue:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        current_app.logger.warning("database not reachable: %s", type(error).__name__)
        return "database not reachable\n", 503, _PLAIN
    return "ok\n", 200, _PLAIN
