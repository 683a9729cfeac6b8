"""Keep the policy where the database looks: it refuses a batch whose limits are looser.

Only the owner writes it: the migration that made it, and each start; the application's own sign-in
reads it.
"""

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert

from app.payments.models import PaymentPolicy
from app.payments.policy import rules


def keep_policy(connection: Connection) -> None:
    """Make the table what `policy.toml` says. Twice equals once."""
    wanted = [
        {
            "starts_on": rule.starts_on,
            "total_over_fen": rule.total_over_fen,
            "line_over_fen": rule.line_over_fen,
        }
        for rule in rules()
    ]
    days = [row["starts_on"] for row in wanted]
    connection.execute(delete(PaymentPolicy).where(PaymentPolicy.starts_on.not_in(days)))
    added = insert(PaymentPolicy).values(wanted)
    said = {name: added.excluded[name] for name in ("total_over_fen", "line_over_fen")}
    connection.execute(added.on_conflict_do_update(index_elements=["starts_on"], set_=said))
