"""A member signs in with a phone number and the code that comes to it."""

from collections.abc import Callable

from app.accounts.demo import PHONES
from tests.browser.visitor import Reader, Visitor


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
