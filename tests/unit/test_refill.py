"""What was typed comes back into the form it was typed into, and into no other."""

import pytest

from app.web.refill import refill
from tests.web.forms import forms_of

HERE = "/office/claims/1/money"
SENT = [("csrf_token", "old"), ("act", "receive"), ("recovery", "7"), ("amount", "12.34")]


def form(*hidden: tuple[str, str], more: str = "") -> str:
    told = "".join(f'<input type="hidden" name="{x}" value="{y}">' for x, y in hidden)
    return (
        f'<form method="post" action="{HERE}"><input type="hidden" name="csrf_token" value="new">'
        f'{told}<input name="amount" value="100.00">{more}</form>'
    )


def page(*forms: str) -> str:
    return f"<html><body><main>{''.join(forms)}</main></body></html>"


def amounts(filled: str) -> list[str]:
    return [y.value for x in forms_of(filled) for y in x.fields if y.name == "amount"]


def test_of_forms_beside_each_other_that_is_filled_in_which_was_sent() -> None:
    three = page(
        form(("act", "receive"), ("recovery", "6")),
        form(("act", "give_up"), ("recovery", "7")),
        form(("act", "receive"), ("recovery", "7")),
    )
    filled = refill(three, HERE, SENT, here=HERE)
    assert amounts(filled.page) == ["100.00", "100.00", "12.34"]
    assert not filled.changed


@pytest.mark.parametrize(
    "other", [[("act", "receive"), ("recovery", "6")], [("act", "repay")], [("act", "open")]]
)
def test_what_was_typed_of_one_debtor_is_not_put_down_for_another(other) -> None:
    """Whose form is gone meanwhile: the words are shown, and no form is touched."""
    before = page(form(*other))
    filled = refill(before, HERE, [*SENT, ("reference", "BANK 2022/17")], here=HERE)
    assert (filled.page, filled.form, filled.typed) == (before, "", False)
    assert "BANK 2022/17" in filled.left


def test_a_newer_state_is_the_same_form_and_it_is_said() -> None:
    sent = [("seen", "3"), ("request_key", "a" * 32), ("csrf_token", "old"), ("amount", "12.34")]
    for now, changed in (("3", False), ("4", True)):
        filled = refill(page(form(("seen", now), ("request_key", "b"))), HERE, sent, here=HERE)
        assert amounts(filled.page) == ["12.34"]
        assert filled.changed is changed
        hidden = dict(forms_of(filled.page)[0].hidden())
        assert hidden == {"csrf_token": "new", "seen": now, "request_key": "b"}, "as it is now"


def test_what_was_typed_is_never_markup() -> None:
    nasty = "\"'></textarea></select><script>x()</script>&amp;"
    more = (
        '<textarea name="said">&lt;was&gt;</textarea><select name="one"><option value="a">'
        '</select><input type="radio" name="two" value="b" title="&quot;&lt;">'
    )
    sent = [(name, nasty) for name in ("amount", "said", "one", "two", "csrf_token")]
    filled = refill(page(form(more=more)), HERE, sent, here=HERE).page
    assert "<script" not in filled
    assert filled.count("</textarea>") == 1
    assert amounts(filled) == [nasty]
    assert dict(forms_of(filled)[0].hidden()) == {"csrf_token": "new"}
