"""Amounts in words, as Chinese papers write them (人民币大写). Pure.

By the central bank's rules for bills (《正确填写票据和结算凭证的基本规定》): 整 behind whole yuan,
one 零 for any run of noughts inside, and one between 元 and 分 where there are no jiao. Where the
rules leave a 零 free (壹拾万柒仟元伍角) it is left out.
"""

from typing import Final

from app.money import yuan

MOST_FEN: Final = 10**14 - 1
"""The library reads so many digits; no paper of the fund comes near."""
_WAN: Final = 10**4
_YI: Final = 10**8


def in_words(amount_fen: int) -> str:
    """123456 -> "壹仟贰佰叁拾肆元伍角陆分". What is below nothing has no words."""
    if not 0 <= amount_fen <= MOST_FEN:
        raise ValueError("no paper says such an amount")
    import cn2an  # a quarter of a second, which only who writes a paper should wait for

    return _with_nought(str(cn2an.an2cn(yuan(amount_fen), "rmb")), amount_fen // 100)


def _with_nought(said: str, whole: int) -> str:
    """cn2an loses the 零 of 壹亿零壹仟元, where no 万 stands between the two."""
    if whole >= _YI and not whole // _WAN % _WAN and whole % _WAN >= 1000:  # noqa: PLR2004 - 仟
        before, yi, after = said.rpartition("亿")
        return f"{before}{yi}零{after}"
    return said
