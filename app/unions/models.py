"""The tree's table."""

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class Union(Base):
    """A node; the city federation is the one without a parent.

    `kind` is "unit" for the own union of a registered unit: nobody there decides about units.
    """

    __tablename__ = "union_node"
    __table_args__ = (CheckConstraint("kind IN ('union', 'unit')", name="kind"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    parent_id: Mapped[Id | None] = mapped_column(ForeignKey("union_node.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default=text("'union'"))
    recorded_at: Mapped[Recorded]
