"""Words for seals and checkpoints."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "ClockBehindSeal": Words(
        "这一时刻以前的记录已经封存，没有写入。请重试；仍然不行时，请管理员检查数据库服务器的时钟。",
        "What was recorded by this time is sealed already; nothing was written. Try again. If it"
        " happens again, have the administrator look at the clock of the database server.",
    ),
    "WorkUnderWay": Words(
        "有一项工作在封存时刻之前开始，还没有完成。请稍后再封存。",
        "Some work began before the moment to be sealed and is not finished. Seal again later.",
    ),
    "SealBroken": Words(
        "记录与当时封存的不符：有的被改动、删除或添加了。没有生成资料包；请保存现状，并请审计管理员查明。",
        "Some records are not those that were sealed: changed, removed or added. No bundle was"
        " made. Keep everything as it is and have the audit administrator look into it.",
    ),
    "LogRewritten": Words(
        "封存日志的前 %(size)s 条与已签署的检查点不符，没有签署。",
        "The first %(size)s leaves of the log are not what an earlier checkpoint signed; nothing"
        " was signed.",
    ),
    "KeyNotInUse": Words(
        "给出的密钥（指纹 %(given)s）不是现用的，没有签署。现用的是“%(name)s”，指纹 %(in_use)s。",
        "The key given (fingerprint %(given)s) is not the one in use; nothing was signed. In use is"
        " “%(name)s”, fingerprint %(in_use)s.",
    ),
    "NoKeyYet": Words(
        "还没有登记签署检查点的密钥。请审计管理员在“封存”页登记，或用 huzhu checkpoint key 生成。",
        "No key for checkpoints is registered. The audit administrator registers one on the page"
        " “Proof”, or makes it with huzhu checkpoint key.",
    ),
    "KeyKnown": Words("这个密钥已经登记。", "This key is registered already."),
    "NotSigned": Words(
        "文件里没有现用密钥（指纹 %(in_use)s）对检查点的签名，没有保存。请确认签的是刚下载的文件。",
        "The file holds no signature of the checkpoint by the key in use (fingerprint %(in_use)s);"
        " nothing was kept. Was it the file just downloaded that was signed?",
    ),
    "NotTheLog": Words(
        "所签的检查点（%(size)s 条）与封存日志不符，或者已有更新的，没有保存。请重新下载再签。",
        "What was signed (%(size)s leaves) is not this log, or a later one is signed; nothing"
        " was kept. Download it anew and sign that.",
    ),
    "NotAnSm2Key": Words(
        "文件里没有 SM2 公钥（PEM）。", "The file holds no public key of SM2 (PEM)."
    ),
    "NotSm2Signed": Words(
        "这不是该密钥对最近检查点的 SM2 签名，没有保存。",
        "The file is no SM2 signature of the last checkpoint by this key; nothing was kept.",
    ),
    "NotWitnessed": Words(
        "文件里只有本系统自己的签名，没有见证人的，没有保存。请见证人在检查点文件末尾加上自己的一行，再保存。",
        "The file holds this log's own signature and none of a witness; nothing was kept. A witness"
        " adds a line of its own at the end of the checkpoint's file.",
    ),
    "NotTheWitness": Words(
        "文件里没有这个见证人（密钥指纹 %(fingerprint)s）的新签名，没有保存。",
        "The file holds no new line signed with this witness's key (fingerprint %(fingerprint)s);"
        " nothing was kept.",
    ),
    "StampUnfit": Words(
        "这不是这个资料包的时间戳，或者给出的根证书证明不了它，没有保存。"
        "请确认盖的是下载的 .sha256 文件。",
        "This is no time-stamp of this bundle, or the root certificates do not vouch for it;"
        " nothing was kept. Was it the downloaded .sha256 file that was stamped?",
    ),
    "NotStamped": Words(
        "资料包已生成，但没有取得可信的时间戳（%(why)s）。",
        "The bundle is made, but no time-stamp that can be trusted came (%(why)s).",
    ),
    "NothingSealed": Words(
        "还没有封存任何记录，没有可签署的。请先封存（huzhu seal）。",
        "Nothing is sealed yet, so there is nothing to sign. Seal first (huzhu seal).",
    ),
    "NoSuchCheckpoint": Words(
        "这里没有签署过这个检查点（%(size)s 条），没有保存。签署过的见 huzhu checkpoint list。",
        "This checkpoint of %(size)s leaves was not signed here; nothing was kept. Those that were:"
        " huzhu checkpoint list.",
    ),
    "NothingSigned": Words(
        "还没有签署过检查点。请审计管理员先签署（huzhu checkpoint sign，或“封存”页）。",
        "No checkpoint is signed yet. The audit administrator signs one first (huzhu checkpoint"
        " sign, or the page “Proof”).",
    ),
    "NotAKey": Words(
        "文件里没有这样的密钥，或者口令不对。",
        "The file holds no such key, or the passphrase does not open it.",
    ),
    "NotANote": Words("文件不是检查点。", "The file is no checkpoint."),
}
