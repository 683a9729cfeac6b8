"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "Seal what was recorded since the last seal. Workers do so daily.": (
        "封存上次封存以来的记录；后台每天自动办理。"
    ),
    "Signed checkpoints of the log that seals every record.": "封存日志的签名检查点。",
    "Make a key and register it; checkpoints are signed with it from now on.": (
        "生成并登记密钥；此后的检查点用它签署。"
    ),
    "The file for the key, sealed by a passphrase; must not exist.": (
        "存放密钥的文件，用口令加密；不能是已有的文件。"
    ),
    "Whose key it is, without spaces. Default: huzhu.": "密钥名称，不含空格；默认 huzhu。",
    "Read the key's passphrase from there instead of asking.": "从这里读取密钥口令，不再询问。",
    "The audit administrator who acts.": "办理的审计管理员。",
    "Seal, then sign a checkpoint of the log with the key.": "先封存，再用密钥签署检查点。",
    "The key's file.": "密钥文件。",
    "Keep a checkpoint's file that others have signed, too.": "保存他人也签了名的检查点文件。",
    "The witness's public key (PEM), by which the line is checked.": (
        "见证人的公钥（PEM），用来核对签名。"
    ),
    "List the signed checkpoints, the last one last.": "列出已签署的检查点，最近的在最后。",
    "Write the last checkpoint to a file, with its witnesses' signatures.": (
        "把最近的检查点连同见证签名写入文件。"
    ),
    "Fingerprint of the key that must have signed it.": "应当签署它的密钥的指纹。",
    "A checkpoint that you kept: its file.": "您保存的检查点文件。",
    "Encrypt a bundle and the names behind it to the auditor's key.": (
        "把资料包和其中化名的姓名对照，加密给审计人员的密钥。"
    ),
    "The security administrator who acts.": "办理的安全管理员。",
    "Keys that identified editions are encrypted to.": "带姓名的资料包所用的审计人员公钥。",
    "Give the auditor's own public key (age1…).": "登记审计人员自己的公钥（age1…）。",
    "Give the right to a key, by another person than its auditor.": (
        "给密钥授权，由审计人员本人以外的人办理。"
    ),
    "Take the right from a key.": "收回密钥的权限。",
    "Erase personal data; every seal and bundle keeps verifying.": (
        "删除个人信息；各次封存和资料包仍可核对。"
    ),
    "Ask to have something erased; another officer approves it.": (
        "提出删除，由另一名经办人批准。"
    ),
    "The member's number.": "职工编号。",
    "Statements before this year.": "这一年以前的对账单。",
    "Why nothing requires it.": "不必再保存的理由。",
    "Approve what another officer asked to have erased, and erase it.": (
        "批准另一名经办人提出的删除，并执行。"
    ),
    "List what was asked to be erased, the last first.": "列出删除申请，最近的在前。",
    "Keep an SM2 signature of the last checkpoint beside it.": "在最近的检查点旁保存 SM2 签名。",
    "The SM2 public key.": "SM2 公钥。",
    "Its signature.": "它的签名。",
    "Everything up to now, without a checkpoint.": "截至现在的全部记录，不带检查点。",
}
