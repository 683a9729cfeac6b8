"""What others vouch for beside bundles, and erasure by two: as they stand on the page."""

from collections.abc import Callable

from tests.browser.books import Books
from tests.browser.visitor import Reader, Visitor


def test_the_audit_administrator_sees_what_lies_beside(
    visit: Callable[..., Visitor], reader: Reader
) -> None:
    visitor = visit(reader).comes_as("audit_admin").goes_to("/seals/")
    said = reader.says("时间戳、SM2 签名和资料包的旁附文件", "Time-stamps, SM2 signatures")
    visitor.presses(said, visitor.page.get_by_role("main"))
    visitor.reads(reader.says("最近检查点的 SM2 签名", "SM2 signature of the last checkpoint"))
    page = visitor.page
    files = {
        name: {"name": name, "mimeType": "text/plain", "buffer": b"no key"}
        for name in ("sm2-public", "sm2-signature")
    }
    for name, content in files.items():
        page.locator(f"#{name}").set_input_files(content)
    visitor.expected.append(409)
    visitor.presses(reader.says("保存 SM2 签名", "Keep the SM2 signature"))
    visitor.reads(reader.says("没有 SM2 公钥", "no public key of SM2"))


def test_one_officer_asks_for_erasure_and_another_approves(
    visit: Callable[..., Visitor], reader: Reader, books: Books
) -> None:
    asks = "SELECT member_id FROM cover ORDER BY member_id DESC LIMIT 1"
    member, before = books.number(asks), books.number("SELECT count(*) FROM erasure")
    visitor = visit(reader).comes_as("officer").goes_to(f"/office/members/{member}")
    visitor.presses(reader.says("删除个人信息", "Erase personal data"))
    page = visitor.page
    assert page.locator("#member").input_value() == str(member)
    page.locator("#why").select_option("person_asks")
    visitor.presses(reader.says("提出", "Ask for it"), page.locator("form.card-like"))
    visitor.reads(reader.says("待另一名经办人批准", "another officer approves it"))
    assert page.get_by_role("button", name=reader.says("删除", "Erase it"), exact=True).count() == 0

    other = visit(reader).comes_as("officer", 1).goes_to("/office/erasures/")
    row = other.page.locator("table.rows tbody tr").first
    row.get_by_role("checkbox").check()
    other.presses(reader.says("删除", "Erase it"), row)
    other.reads(reader.says("已删除", "Erased, places:"))
    assert books.number("SELECT count(*) FROM erasure") == before + 1
