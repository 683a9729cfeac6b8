"""What money that left may be, likeliest first."""

from datetime import date

from app.banking.bank_lines import BankLine
from app.banking.matching import Open, RefundAwaited, plain_name
from app.banking.suggestions import out_suggestions


def out(fen: int, payee: str, remark: str) -> BankLine:
    return BankLine(0, date(2026, 3, 2), None, -fen, None, "", payee, "", remark)


def known() -> Open:
    refunds = {
        "TK000001": (1, RefundAwaited(500, paid=False, payee=plain_name("甲厂"))),
        "TK000002": (2, RefundAwaited(500, paid=False, payee=plain_name("乙厂(东区)"))),
        "TK000003": (3, RefundAwaited(500, paid=True, payee=plain_name("丙厂"))),
    }
    return Open(refunds=refunds, batches={"P2026-0001": (1, 500), "P2026-0002": (2, 900)})


def test_a_number_then_payee_and_amount_then_the_amount_alone():
    found = out_suggestions(out(500, "乙厂(东区)", "退款"), known(), [(7, 500), (8, 400)])
    assert [(x.act, x.number, x.why) for x in found] == [
        ("refund", "TK000002", "SuggestPayeeAmount"),
        ("refund", "TK000001", "SuggestAmount"),
        ("batch", "P2026-0001", "SuggestAmount"),
        ("taken_back", "7", "SuggestAmount"),
    ]
    assert out_suggestions(out(500, "", "tk000001"), known(), [])[0].why == "SuggestNumber"


def test_of_a_named_batch_a_part_is_thought_of_and_never_more_than_it():
    part = out_suggestions(out(300, "", "代发P2026-0002"), known(), [])
    assert [(x.number, x.why) for x in part] == [("P2026-0002", "SuggestNumber")]
    assert out_suggestions(out(901, "", "P2026-0002"), known(), []) == []
