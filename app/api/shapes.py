"""What goes over the wire. Money is whole fen under a name that ends so, and yuan beside it.

Answers are made straight of what the web's readers return. Everything in an answer is always there;
what is unknown is null.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import OneOf, Range, Regexp

from app.clock import CHINA
from app.money import yuan
from app.web.paging import MOST, USUAL

_FIRST, _LAST = 1900, 2200


class Fen(fields.Integer):
    """Whole fen."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"strict": True, **more})


class Yuan(fields.String):
    """The amount of the field of the same name with `_fen`, as people read it."""

    def serialize(
        self, attr: str, obj: Any, accessor: Callable[..., Any] | None = None, **_more: Any
    ) -> str | None:
        name = f"{attr}_fen"
        found = obj[name] if isinstance(obj, dict) else getattr(obj, name)
        return None if found is None else yuan(found)


def one_of(names: Iterable[object], **more: Any) -> fields.String:
    """A word that is one of these; the description names them."""
    return fields.String(validate=OneOf(sorted(map(str, names))), **more)


class Said(Schema):
    """Of an answer: every field is there."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = True
        super().on_bind_field(field_name, field_obj)


class Given(Schema):
    """Of a request: what is not known is refused."""

    class Meta:
        unknown = RAISE


class Paging(Schema):
    """Where a page of a list begins: after the `following` of the page before."""

    after = fields.Integer(load_default=None, validate=Range(1, 2**63 - 1))
    size = fields.Integer(load_default=USUAL, validate=Range(1, MOST))


class Listed(Said):
    """A page of a list; `following` asks for the next one, null where there is none."""

    following = fields.Integer(allow_none=True)


class KeyGiven(Schema):
    """A key of the program's own: the same request sent again does nothing twice."""

    key = fields.String(required=True, data_key="Idempotency-Key", validate=Regexp("^[!-~]{1,90}$"))


def _likely(day: date) -> None:
    """No day so far off that one could not count from it."""
    if not _FIRST <= day.year <= _LAST:
        raise ValidationError("no likely day")


class Day(fields.Date):
    """A day in a request."""

    def __init__(self, **more: Any) -> None:
        super().__init__(validate=_likely, **more)


class ChinaTime(fields.NaiveDateTime):
    """A moment; without an offset it is China's time, as in the bureau's files."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format="iso", timezone=CHINA, **more)

    def _deserialize(self, value: Any, *more: Any, **named: Any) -> datetime:
        try:
            return super()._deserialize(value, *more, **named)
        except OverflowError as error:  # an offset beyond the first or the last year
            raise self.make_error("invalid", input=value, obj_type="datetime") from error
