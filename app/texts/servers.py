"""Words of the database's servers: of one that has no connection left, and of a second one."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    "Busy": Words(
        "现在使用的人太多，系统一时忙不过来。请等 %(seconds)d 秒再试。如果刚才是在提交内容，"
        "请先看看它是否已经记下，没有记下再重新提交。",
        "Too many people are using the system just now, and it cannot answer. Wait %(seconds)d"
        " seconds and try again. If you were sending something, look first whether it is there,"
        " and send it again only if it is not.",
    ),
    "ReplicaBehind": Words(
        "只读副本在 %(seconds)d 秒内没有跟上主库，没有读取。请检查复制，或暂不设置 "
        "DATABASE_REPLICA_URL。",
        "The replica did not catch up with the primary within %(seconds)d seconds; nothing was "
        "read. Look at the replication, or leave DATABASE_REPLICA_URL unset meanwhile.",
    ),
}
