"""Every kind of entry that is posted anywhere has its words on vouchers, and its papers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import app
from app.banking.book_lines import _MEMOS
from app.books.summaries import PAPERS, SUMMARIES
from app.ledger.journal import REVERSED, YEAR_CLOSED
from app.online import settle
from app.payments import write_word

ROOT = Path(app.__file__).parent
WORKED_OUT = {
    ("banking/book_lines.py", "memo"): {memo for memo, _ in _MEMOS.values()},
    ("banking/refund.py", "f'refund {step}'"): {"refund paid", "refund bounced"},
    ("ledger/close.py", "YEAR_CLOSED"): {YEAR_CLOSED},
    ("ledger/reverse.py", "REVERSED"): {REVERSED},
    ("online/settle.py", "MEMO"): {settle.MEMO},
    ("payments/answer.py", "memo or f'payments {outcome}'"): {
        *("payments paid", "payments failed"),
    },
    ("payments/write_word.py", "MEMO"): {write_word.MEMO},
    ("recoveries/liable.py", "memo"): {
        *("recovery opened", "recovery received", "recovery given up", "repaid by member"),
    },
}
"""What the code puts together; a new place must be written here."""


def said() -> Iterator[tuple[str, ast.expr]]:
    """Where an entry is made, and its memo as the code has it."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Entry":
                named = [each.value for each in node.keywords if each.arg == "memo"]
                yield path.relative_to(ROOT).as_posix(), (*node.args[2:3], *named)[0]


def memos() -> set[str]:
    found: set[str] = set()
    for place, memo in said():
        if isinstance(memo, ast.Constant):
            found.add(str(memo.value))
        else:
            found |= WORKED_OUT[place, ast.unparse(memo)]
    return found


def test_every_memo_has_its_words_and_its_papers() -> None:
    posted = memos()
    assert len(posted) > 25
    assert posted - SUMMARIES.keys() == set()
    assert posted - PAPERS.keys() == set()
    assert SUMMARIES.keys() == PAPERS.keys()
