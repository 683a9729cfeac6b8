"""What pages call stages, papers and reasons of reviews: the words all doors share."""

from collections.abc import Callable

from flask import Flask

from app.texts import Words
from app.texts.reviews import BACK, KINDS, STAGES, named
from app.web.languages import language


def install(web: Flask) -> None:
    """Add the words to templates."""
    web.jinja_env.filters.update(
        review_stage=_in_language(STAGES),
        review_paper=_in_language(KINDS),
        review_back=_in_language(BACK),
    )


def _in_language(said: dict[str, Words]) -> Callable[[str], str]:
    return lambda key: named(said, str(key), language())
