"""How long steps usually take, as it was last worked out."""

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class ClaimPace(Base):
    """How many days claims usually stand in a state: mutable, worked out anew every day."""

    __tablename__ = "claim_pace"

    state: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[Small]
    counted: Mapped[Id]
    recorded_at: Mapped[Recorded]
