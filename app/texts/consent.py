"""The texts that people agree to before the fund uses medical data, by version.

A version that was asked once is never edited: who agreed, agreed to just that. Another text is
another version, and NEWEST names the one that is asked for now.
"""

from typing import Final

from app.texts import Words

CONSENTS: Final = {
    "2026-1": Words(
        "我同意互助会处理我在本次申请中提供的医疗健康信息和银行账号（敏感个人信息），"
        "仅用于核对、计算和发放本次补助，以及依法接受审计。我知道可以不同意；不同意就无法办理本次申请。",
        "I agree that the fund processes the medical data and the bank account that I give with"
        " this claim (sensitive personal information), only to check, compute and pay this claim,"
        " and for audits that the law asks for. I know that I may say no; then this claim cannot be"
        " handled.",
    ),
}
NEWEST: Final = "2026-1"


def consent_text(version: str, lang: str) -> str:
    """What was agreed to, in the language it was shown in."""
    words = CONSENTS[version]
    return words.en if lang == "en" else words.zh
