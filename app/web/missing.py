"""What was asked for is not there: a 404 that says what, and what to do instead.

Of what others may not know of, it says the same whether it is there or not.
"""

from typing import NoReturn

from werkzeug.exceptions import NotFound


class Missing(NotFound):
    """A 404 with a sentence of ours, in the reader's language."""


def missing(said: str) -> NoReturn:
    """Raises Missing."""
    raise Missing(said)
