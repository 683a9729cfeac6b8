"""What goes over the wire. Money is whole fen under a name that ends so, and yuan beside it.

Answers are made straight of what the web's readers return. Everything in an answer is always there;
what is unknown is null.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Range

from app.money import yuan
from app.web.paging import MOST, USUAL


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
