"""Reports that were asked for. No facts: a report is worked out again whenever it is wanted."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class ReportOrder(Base):
    """One report: making -> ready or failed. `month` 0: of the whole benefit year.

    Once it is ready, the PDF and the workbook lie in the files; `trouble`: why it failed.
    """

    __tablename__ = "report_order"
    __table_args__ = (
        CheckConstraint("state IN ('making', 'ready', 'failed')", name="state"),
        CheckConstraint("month BETWEEN 0 AND 12", name="month"),
        CheckConstraint("lang IN ('zh', 'en')", name="lang"),
        Index(None, "year", "month", "id"),
        Index(None, "pdf_id"),
        Index(None, "xlsx_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    year: Mapped[Small]
    month: Mapped[Small]
    lang: Mapped[str]
    state: Mapped[str]
    pdf_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    xlsx_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    trouble: Mapped[str | None]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
