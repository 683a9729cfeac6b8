"""Money typed again, what two officers unsay, consents, sums kept."""

from pathlib import Path

from alembic import op

from app.payments.policy import rules

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = (
    "names",
    "accounts",
    "typed",
    "lines",
    "policy",
    "forms",
    "spent",
    "consents",
    "beside",
    "owed",
    "summed",
)
_POLICY = "INSERT INTO payment_policy (starts_on, total_over_fen, line_over_fen) VALUES (%s, %s, %s)"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0009_{part}.sql").read_text(encoding="utf-8"))
    # Without it every batch is refused, until the next start brings it up to date.
    for rule in rules():
        written = (rule.starts_on, rule.total_over_fen, rule.line_over_fen)
        connection.execute(_POLICY, written)
