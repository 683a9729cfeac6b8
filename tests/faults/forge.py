"""A forger's tools: change a bundle, then repair digests and totals so that it looks whole."""

import csv
import hashlib
import io
import json
import zlib
from pathlib import Path

from app.audit import verify
from app.audit.bundle import json_bytes
from app.audit.pack import deflated

Table = list[list[str]]


class Bundle:
    """A bundle's files, in memory."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            source = verify.Zip(file)
            self.files = {name: source.open(name).read() for name in source.names}

    def table(self, name: str) -> Table:
        """A table's rows, the headings first."""
        return list(csv.reader(io.StringIO(self.files[f"data/{name}.csv"].decode())))

    def put(self, name: str, table: Table) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(table)
        self.files[f"data/{name}.csv"] = text.getvalue().encode()

    def copy(self) -> "Bundle":
        made = Bundle.__new__(Bundle)
        made.files = dict(self.files)
        return made

    def repair(self) -> "Bundle":
        """Make totals, manifest and digests fit the files."""
        self.files["control.json"] = json_bytes(self._control())
        manifest = json.loads(self.files["manifest.json"])
        names = sorted(name for name in self.files if name not in verify.LAST)
        manifest["files"] = [
            {
                "name": name,
                "bytes": len(self.files[name]),
                "sha256": hashlib.sha256(self.files[name]).hexdigest(),
            }
            for name in names
        ]
        events = self.table("event")
        manifest["made_from_event"] = int(events[-1][0]) if len(events) > 1 else 0
        return self.seal(json_bytes(manifest))

    def seal(self, manifest: bytes) -> "Bundle":
        """Put a manifest in, and its digest behind it."""
        listed, last = verify.LAST
        self.files.pop(listed, None)
        self.files.pop(last, None)
        self.files[listed] = manifest
        self.files[last] = f"{hashlib.sha256(manifest).hexdigest()}  {listed}\n".encode()
        names = [x["name"] for x in json.loads(manifest)["files"] if x["name"] in self.files]
        self.files = {name: self.files[name] for name in [*names, listed, last]}
        return self

    def zipped(self, path: Path) -> Path:
        path.write_bytes(zipped(list(self.files.items())))
        return path

    def _control(self) -> dict[str, object]:
        tables, accounts = {}, {}
        for name, layout in verify.TABLES.items():
            head, *rows = self.table(name)
            fen = [field for field, (kind, _) in layout.columns.items() if kind == "fen"]
            sums = {x: sum(int(row[head.index(x)] or 0) for row in rows) for x in fen}
            tables[name] = {"rows": len(rows), "sums": sums}
        for _, _, account, amount, *_ in self.table("posting")[1:]:
            accounts.setdefault(account, [0, 0])[int(amount) < 0] += abs(int(amount))
        return verify.control_totals(tables, accounts)


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    """A zip in the bundle's layout, of any files."""
    body, directory = b"", b""
    for name, content in files:
        packed, crc = deflated(content), zlib.crc32(content)
        told = (name, crc, len(content))
        directory += verify.central_header(*told, len(body), len(packed))
        body += verify.local_header(*told, len(packed)) + packed
    return ended(body, directory, len(files))


def ended(body: bytes, directory: bytes, count: int) -> bytes:
    """The zip with its end, the digest of all before in it."""
    digest = hashlib.sha256(body + directory).hexdigest()
    return body + directory + verify.end_record(count, len(directory), len(body), digest)
