"""A member comes in by phone, says which card is the own one, and objects to a result."""

import re
from collections.abc import Callable
from itertools import count

from app.accounts.demo import PHONES
from tests.browser.visitor import Reader, Visitor
from tests.factories import make_account

cards = count(9001)


def test_a_phone_number_and_a_code_are_enough(
    visit: Callable[..., Visitor], reader: Reader
) -> None:
    visitor = visit(reader).starts().goes_to("/sign-in")
    main = visitor.page.get_by_role("main")
    asked = reader.says("手机号或身份证号", "Phone number or ID number")
    visitor.page.get_by_label(asked).fill("1390000")
    visitor.expected.append(400)
    visitor.presses(reader.says("获取验证码", "Get a code"), main)
    visitor.page.get_by_label(asked).fill(PHONES[reader.lang == "en"])  # one phone gets few codes
    visitor.presses(reader.says("获取验证码", "Get a code"), main)
    code = visitor.page.locator(".shown-code").inner_text()
    typed = visitor.page.get_by_label(reader.says("6 位验证码", "The six digits"))
    typed.fill(f"{(int(code) + 1) % 1_000_000:06d}")
    visitor.expected.append(403)
    visitor.presses(reader.says("登录", "Sign in"), main)
    typed.fill(code)
    visitor.presses(reader.says("登录", "Sign in"), main)
    visitor.reads(reader.says("我的保障", "My cover"))


def test_a_card_is_given_and_a_result_objected_to(
    visit: Callable[..., Visitor], reader: Reader
) -> None:
    visitor = visit(reader).comes_as("member").goes_to("/my/card/")
    main = visitor.page.get_by_role("main")
    number = visitor.page.get_by_label(reader.says("银行卡号", "Card number"))
    number.fill("123")
    visitor.expected.append(400)
    visitor.presses(reader.says("使用这张卡", "Use this card"), main)
    card = make_account(next(cards))
    number.fill(card)
    visitor.presses(reader.says("使用这张卡", "Use this card"), main)
    visitor.reads(card[-4:])

    visitor.goes_to("/my/claims")
    links = visitor.page.locator('main a[href*="/my/claims/"]')
    places = [links.nth(at).get_attribute("href") for at in range(links.count())]
    claims = [place for place in places if place and re.search(r"/my/claims/[0-9]+$", place)]
    wanted = reader.says("提出申诉或要求人工决定", "Object, or ask for a person")
    for place in claims:  # each reader finds one that no reader before has objected to
        visitor.goes_to(place)
        if main.get_by_role("link", name=wanted).count():
            break
    visitor.presses(wanted, main)
    asked = reader.says(
        "请人工处理，不只由机器决定", "A person should look at it, not the machine alone"
    )
    visitor.page.get_by_label(asked).check()
    visitor.presses(reader.says("提交", "Send it"), main)
    visitor.reads(reader.says("待答复", "Not answered yet"))
