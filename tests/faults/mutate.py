"""Ways to change a signed bundle, drawn at random: bytes, rows, order, amounts, the log.

All but `bytes` repair digests and totals afterwards, as a forger would. Each gives the changed
zip's bytes, or nothing where what it drew could not be changed.
"""

import json
import random
from collections.abc import Callable
from typing import Final

from app.audit import verify
from app.audit.bundle import json_bytes
from app.evidence.note import Note, SigningKey, new_key, read_note
from app.evidence.tree import Tree
from tests.faults.forge import Bundle, zipped
from tests.faults.test_tamper import other_than, put

Mutation = Callable[["Mutator"], bytes | None]
_SEALS: Final = ("seals/log.jsonl", "seals/rows.csv", "seals/gaps.csv")


class Mutator:
    """Draws changes of one bundle; `key` is the key that really signs."""

    def __init__(self, bundle: Bundle, plain: bytes, key: SigningKey, seed: int) -> None:
        self.bundle, self.plain, self.key = bundle, plain, key
        self.chance = random.Random(seed)  # noqa: S311 - the same every time, and no secret
        self.tables = [name for name in verify.TABLES if len(bundle.table(name)) > 1]
        self.note = read_note(bundle.files["seals/checkpoint.txt"].decode())
        self.other = SigningKey(new_key("x", bytes(range(32)))[0], "x")

    def draw(self) -> tuple[str, bytes]:
        """One change: its kind, and the zip."""
        while True:
            kind = self.chance.choice(list(KINDS))
            changed = KINDS[kind](self)
            if changed is not None and changed != self.plain:
                return kind, changed

    def hit(self) -> bytes:
        """Hit anywhere, nothing repaired."""
        data, at = bytearray(self.plain), self.chance.randrange(len(self.plain))
        match self.chance.randrange(4):
            case 0:
                data[at] ^= 1 << self.chance.randrange(8)
            case 1:
                del data[at : at + self.chance.choice((1, 7, 300))]
            case 2:
                data[at:at] = self.chance.randbytes(self.chance.choice((1, 7)))
            case _:
                del data[at:]
        return bytes(data)

    def rows(self) -> bytes:
        """A row dropped, or one twice."""
        name = self.chance.choice(self.tables)
        table = self.bundle.table(name)
        row = self.chance.randrange(1, len(table))
        table[row : row + 1] = self.chance.choice(([], [table[row]] * 2))
        return self._with(name, table, repair_runs=self.chance.random() < 0.5)

    def order(self) -> bytes | None:
        """Two rows of a table changed places."""
        name = self.chance.choice(self.tables)
        table = self.bundle.table(name)
        one, other = (self.chance.randrange(1, len(table)) for _ in "ab")
        if table[one] == table[other]:
            return None
        table[one], table[other] = table[other], table[one]
        return self._with(name, table)

    def amount(self) -> bytes:
        """Some fen more or less."""
        fen = [
            (n, x)
            for n in self.tables
            for x, (k, _) in verify.TABLES[n].columns.items()
            if k == "fen"
        ]
        name, field = self.chance.choice(fen)
        table = self.bundle.table(name)
        row, place = self.chance.randrange(1, len(table)), table[0].index(field)
        off = self.chance.choice((-100, -1, 1, 1_000_000))
        table[row][place] = str(int(table[row][place] or 0) + off)
        return self._with(name, table)

    def cell(self) -> bytes:
        """Any cell of what is sealed says something else."""
        name = self.chance.choice([x for x in self.tables if x not in verify.NOT_SEALED])
        table, columns = self.bundle.table(name), verify.TABLES[name].columns
        row, field = self.chance.randrange(1, len(table)), self.chance.choice(list(columns))
        put(table, row, field, other_than(table, row, field, columns[field][0]))
        return self._with(name, table)

    def ending(self) -> bytes:
        """The last row of a table goes on where it should end."""
        name = self.chance.choice([x for x in self.tables if x not in verify.NOT_SEALED])
        path, copy = f"data/{name}.csv", self.bundle.copy()
        copy.files[path] = copy.files[path][:-1] + self.chance.choice((b"0", b"1", b"9"))
        return zipped(list(copy.repair().files.items()))

    def leaf(self) -> bytes | None:
        """A line of the log, of the places of rows, or of the gaps: dropped, doubled, swapped."""
        name = self.chance.choice(_SEALS)
        lines = self.bundle.files[name].splitlines(keepends=True)
        first = 0 if name.endswith("jsonl") else 1
        if len(lines) <= first:
            return None
        one, other = (self.chance.randrange(first, len(lines)) for _ in "ab")
        match self.chance.randrange(3):
            case 0:
                del lines[one]
            case 1:
                lines.insert(one, lines[one])
            case _:
                lines[one], lines[other] = lines[other], lines[one]
        return self._files({name: b"".join(lines)})

    def fork(self) -> bytes:
        """The log written anew and signed by whoever has the key."""
        return self._signed(self.key, self._forked())

    def another_key(self) -> bytes:
        """Signed, as it is or as a fork, by another key."""
        log = self.chance.choice((self._forked(), self.bundle.files["seals/log.jsonl"]))
        return self._signed(self.other, log)

    def rolled_back(self) -> bytes:
        """The log ends earlier, well signed."""
        lines = self.bundle.files["seals/log.jsonl"].splitlines(keepends=True)
        return self._signed(self.key, b"".join(lines[: self.chance.randrange(1, len(lines))]))

    def _forked(self) -> bytes:
        lines = self.bundle.files["seals/log.jsonl"].splitlines()
        at = self.chance.randrange(len(lines))
        leaf = json.loads(lines[at])
        leaf["root"] = self.chance.randbytes(32).hex()
        lines[at] = json.dumps(leaf, separators=(",", ":"), sort_keys=True).encode()
        return b"".join(line + b"\n" for line in lines)

    def _signed(self, key: SigningKey, log: bytes) -> bytes:
        tree = Tree()
        tree.add(*log.splitlines())
        note = key.sign(self.note.origin, Note(self.note.origin, tree.size, tree.root()))
        keys = {"keys": [{"name": self.note.origin, "public": key.public.hex()}], "earlier": []}
        return self._files(
            {
                "seals/log.jsonl": log,
                "seals/checkpoint.txt": note.text.encode(),
                "seals/notes.json": json_bytes(keys),
            }
        )

    def _with(self, name: str, table: list[list[str]], *, repair_runs: bool = False) -> bytes:
        copy = self.bundle.copy()
        more = len(table) - len(self.bundle.table(name))
        copy.put(name, table)
        lines = copy.files["seals/rows.csv"].decode().splitlines()
        mine = [n for n, line in enumerate(lines) if line.startswith(f"{name},")]
        if repair_runs and more and mine:
            place = self.chance.choice(mine)
            _, leaf, rows = lines[place].split(",")
            lines[place] = f"{name},{leaf},{int(rows) + more}"
            copy.files["seals/rows.csv"] = "".join(f"{line}\n" for line in lines).encode()
        return zipped(list(copy.repair().files.items()))

    def _files(self, files: dict[str, bytes]) -> bytes:
        copy = self.bundle.copy()
        copy.files.update(files)
        return zipped(list(copy.repair().files.items()))


KINDS: Final[dict[str, Mutation]] = {
    "bytes": Mutator.hit,
    "rows": Mutator.rows,
    "order": Mutator.order,
    "amount": Mutator.amount,
    "cell": Mutator.cell,
    "ending": Mutator.ending,
    "leaf": Mutator.leaf,
    "fork": Mutator.fork,
    "another key": Mutator.another_key,
    "rolled back": Mutator.rolled_back,
}
