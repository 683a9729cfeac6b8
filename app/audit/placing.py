"""What says where rows are sealed, as SQL (see `joined`): two numbers, or a text."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from app.audit.kept import ALL, Kept
from app.audit.parts import WITH_YEARS
from app.audit.verify import TABLES

AT_END: Final = "recorded_at"
_AS_GROUPED: Final = frozenset({"posting", "roster_line", "enrolment_outcome"})
"""Tables whose rows are joined by what their place is drawn from."""
_SINCE: Final = "coalesce(since, 'infinity')"
"""A row whose moment is not known is in no seal."""
_CODE: Final = "code::bigint"


class Place(NamedTuple):
    """What says where rows are sealed, as SQL: a text, or moment and code; `grouped`: the same for
    all that are joined. Without `since` the moment is when the row itself says it was recorded."""

    text: str = ""
    since: str = ""
    code: str = ""
    grouped: bool = False

    @property
    def named(self) -> dict[str, str]:
        named = {"place": self.text, "since": self.since, "code": self.code}
        return {name: found for name, found in named.items() if found}

    def told(self, keys: str, *, timed: bool) -> tuple[str, str, str, str]:
        """Texts, when the rows were recorded, since when they are sealed, codes."""
        if self.grouped:
            since = f"timestamptz_send(min({_SINCE}))"
            code = f"int8send(min({_CODE}))"
        else:
            since = _sent(f"timestamptz_send({_SINCE})", keys)
            code = _sent(f"int8send({_CODE})", keys)
        return (
            f"string_agg(place, '' ORDER BY {keys})" if self.text else "NULL",
            _sent("timestamptz_send(at)", keys) if timed else "NULL",
            since if self.since else "NULL",
            code if self.code else "NULL",
        )


def placed_by(table: str, kept: Kept, *, ready: bool) -> Place:
    """Where rows are sealed: by numbers where these say it, else as text."""
    if ready and table in WITH_YEARS:
        code = "coalesce(k_code, 0)"
    elif kept.claim or (kept.years not in ("", ALL) and not kept.years.endswith("::text")):
        return Place(_as_text(kept))
    else:
        code = f"coalesce({kept.years.removesuffix('::text')}, 0)" if "::" in kept.years else "0"
    told = kept.recorded == "t.recorded_at" and timed(list(TABLES[table].columns))
    since = "" if told else kept.recorded
    return Place("", since, code, table in _AS_GROUPED)


def _as_text(kept: Kept) -> str:
    recorded = f"width_bucket({kept.recorded}, CAST(%(untils)s AS timestamptz[]))"
    own = "'*'" if kept.years == ALL else kept.years or "NULL"
    of_claim = "k_years, ',', k_since" if kept.claim else "','"
    return f"concat({recorded}, ',', {own}, ',', {of_claim}, ';')"


def timed(columns: Sequence[str]) -> bool:
    """Whether rows end with when they were recorded: it comes as a number, beside the lines."""
    return columns[-1] == AT_END


def _sent(number: str, by: str) -> str:
    return f"string_agg({number}, ''::bytea ORDER BY {by})"
