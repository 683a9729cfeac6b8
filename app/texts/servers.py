"""Words of database servers apart from the first."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    "ReplicaBehind": Words(
        "只读副本在 %(seconds)d 秒内没有跟上主库，没有读取。请检查复制，或暂不设置 "
        "DATABASE_REPLICA_URL。",
        "The replica did not catch up with the primary within %(seconds)d seconds; nothing was "
        "read. Look at the replication, or leave DATABASE_REPLICA_URL unset meanwhile.",
    ),
}
