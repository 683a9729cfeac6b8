"""Words for the demonstration city."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "FundNotEmpty": Words(
        "数据库里已有单位或职工，没有载入演示城市：演示数据不与真实的互助金混在一起。要看演示城市，请用空的数据目录（HUZHU_DATA）或空的数据库。",
        "The database holds units or members already, so no demonstration city was loaded: it never"
        " mixes with a real fund. Give it an empty data directory (HUZHU_DATA) or database.",
    ),
    "OtherPeople": Words(
        "这里的演示不是 %(people)d 人的。请用原来的人数接着载入，"
        "或换空的数据目录（HUZHU_DATA）或空的数据库。",
        "The demonstration that stands here is not one of %(people)d people. Go on with its own"
        " number, or give it an empty data directory (HUZHU_DATA) or database.",
    ),
    "ServesOthers": Words(
        "系统对外服务（HUZHU_TRUSTED_HOSTS：%(hosts)s），没有载入演示城市：其中的账号人人可用。请在只供本机使用的安装上载入。",
        "This system serves others (HUZHU_TRUSTED_HOSTS: %(hosts)s), so no demonstration city was"
        " loaded: anybody may use its accounts. Load it where only this machine is served.",
    ),
}
