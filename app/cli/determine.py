"""`huzhu determine`: the kernel between two files and a third, without a database."""

from pathlib import Path

import click

from app.adjudication.offline import InputRefused, determine_files
from app.cli.frame import REFUSED, Told, command, fault_facts, fault_lines
from app.money import yuan
from app.texts import say

_TOLD = 1_000
_PATH = click.Path(path_type=Path, readable=False)


@click.option("--covers", required=True, type=_PATH, help="CSV: who is covered, from when to when.")
@click.option("--settlements", required=True, type=_PATH, help="CSV: the bureau's settlements.")
@click.option("--out", required=True, type=_PATH, help="CSV to write: a determination a row.")
def _determine(*, covers: Path, settlements: Path, out: Path, lang: str) -> Told:
    """Compute what settlements are paid under covers, by the schemes of this program."""
    try:
        done = determine_files(covers, settlements, out)
    except InputRefused as refused:
        return _refused(refused, {"covers": covers, "settlements": settlements}, lang)
    payable = yuan(done.payable_fen)
    facts = {
        "settlements": done.settlements,
        "granted": done.granted,
        "payable": payable,
        "refused": done.refused,
        "out": str(out),
    }
    reasons = ", ".join(f"{reason} {count}" for reason, count in done.refused.items())
    zh = f"已理算 {done.settlements} 张结算单：准予 {done.granted} 张，应付 {payable} 元；"
    zh += f"不予补助：{reasons or '无'}。结果写入 {out}。"
    en = f"Settlements determined: {done.settlements}; granted {done.granted}, {payable} yuan "
    en += f"payable; not granted: {reasons or 'none'}. Written to {out}."
    return Told(facts, [en if lang == "en" else zh])


determine = command("determine")(_determine)


def _refused(refused: InputRefused, paths: dict[str, Path], lang: str) -> Told:
    """The file, and every line and field that is wrong in it; the first also by itself."""
    sentence, faults = say(refused, lang), list(refused.faults)
    path = str(paths[refused.file])
    facts = {
        "error": refused.name,
        "message": sentence,
        "file": refused.file,
        "path": path,
        "line": faults[0].line,
        "field": faults[0].field,
        "count": len(faults),
        "faults": fault_facts(faults[:_TOLD], lang),
    }
    return Told(facts, [f"{path}: {sentence}"], REFUSED, listed=fault_lines(faults, lang))
