"""How pages write money, days and what identifies people.

A day, a moment or an amount that a template writes never breaks over two lines: in an attribute or
an option, where there are no elements, `isoformat()` writes a day, and no amount is below nothing.
"""

import re
from datetime import date, datetime
from typing import Final

from flask import Flask
from markupsafe import Markup, escape

from app.clock import CHINA
from app.texts.amounts import MINUS, count, day, money, share, years

NOTHING: Final = "—"
_OPTION: Final = re.compile(r"--[a-z]+")
_WHOLE: Final = '<span class="nowrap">{}</span>'
_FIGURE: Final = re.compile(
    _WHOLE.format("[^<]*")
    + rf"|{MINUS}?¥[0-9,.]*[0-9]"
    + "|[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2})?"
)


def install(web: Flask) -> None:
    """Add the filters to templates."""
    web.jinja_env.filters.update(
        money=_money,
        day=day_or_nothing,
        moment=lambda at: _whole(moment(at)),
        options=options,
        unbroken=unbroken,
        grouped=count,
        begun=begun,
        percent=share,
        years=years,
    )


def _money(amount_fen: int | None) -> str:
    """Browsers break a line behind a minus, and nowhere else in an amount."""
    said = money_or_nothing(amount_fen)
    return _whole(said) if said.startswith(MINUS) else said


def money_or_nothing(amount_fen: int | None) -> str:
    """¥1,234.56, or a dash where there is no amount."""
    return NOTHING if amount_fen is None else money(amount_fen)


def day_or_nothing(on: date | None) -> str:
    """2021-05-03, or a dash."""
    return NOTHING if on is None else _whole(day(on))


def begun(words: str) -> str:
    """Words as they begin a line: "Inpatient care"."""
    return words[:1].upper() + words[1:]


def moment(at: datetime) -> str:
    """When something was recorded, by the fund's clock."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def options(text: str) -> Markup:
    """The words of a program, with its options set as code."""
    return Markup(_OPTION.sub(r'<code class="nowrap">\g<0></code>', str(escape(text))))  # noqa: S704 - escaped


def unbroken(text: str) -> Markup:
    """The text with its amounts, days and moments kept on one line each."""
    return Markup(_FIGURE.sub(_kept, str(escape(text))))  # noqa: S704 - escaped


def _kept(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else _whole(found[0])


def _whole(figure: str) -> Markup:
    return Markup(_WHOLE.format(figure))  # noqa: S704 - figures alone
