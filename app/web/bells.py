"""Ring for the workers from a page: after its transaction, when the work is promised."""

from typing import Final

from flask import current_app

from app import bell

BROKER: Final = "BROKER_URL"


def ring(task: str, *ids: int) -> None:
    """Ask the workers to do a task soon (`app.bell`)."""
    bell.ring(current_app.config[BROKER], task, *ids)
