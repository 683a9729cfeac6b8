"""What a draft changes of the scheme it came from: figure by figure, as plain values. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.benefits.scheme import Scheme, Source


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure by its dotted name; None: the scheme has none. `source`: where it comes from now."""

    name: str
    before: Any
    after: Any
    source: Source | None


def differences(before: Scheme, after: Scheme) -> list[Changed]:
    """Every figure that the two schemes have otherwise, in the draft's order."""
    was, now = dict(values(before)), dict(values(after))
    names = [*now, *(name for name in was if name not in now)]
    return [
        Changed(name, was.get(name), now.get(name), source_of(after, name))
        for name in names
        if was.get(name) != now.get(name)
    ]


def values(scheme: Scheme) -> Iterator[tuple[str, Any]]:
    """Every figure by its dotted name, as the document has it."""
    document = json.loads(scheme.canonical())
    yield "id", scheme.id
    for name in scheme.figures():
        found: Any = document
        for part in name.split("."):
            found = found[part]
        yield name, found


def source_of(scheme: Scheme, name: str) -> Source | None:
    """Where a figure comes from: the last source that speaks of it."""
    speak = [
        source
        for source in scheme.sources
        if any(name == of or name.startswith(f"{of}.") for of in source.of)
    ]
    return speak[-1] if speak else None
