"""The tree's table."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class Union(Base):
    """A node; the city federation is the one without a parent."""

    __tablename__ = "union_node"

    id: Mapped[Id] = mapped_column(primary_key=True)
    parent_id: Mapped[Id | None] = mapped_column(ForeignKey("union_node.id"))
    name: Mapped[str]
    recorded_at: Mapped[Recorded]
