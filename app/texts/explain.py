"""A determination in sentences, made when somebody looks, from its stored columns. Pure.

Every step of the computation is one sentence, with the clause it follows: the scheme, the figure,
and the source the scheme cites for it. The steps are worked out again here, from the bill and the
scheme; where they do not come to the stored columns, the explanation says so and does not smooth
it over. Nothing is stored: a sentence in a row would cost four times the row (design: bulk).
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from app.texts import Words
from app.texts.amounts import day, exact_money, money, share
from app.texts.clauses import clauses
from app.texts.explained import Answer, Band, Benefit, Bill, Scheme, Sentence, Term
from app.texts.steps import CARES, DAYS, FIELDS, WORDS
from app.texts.to_officers import TO_OFFICERS

_WHOLE: Final = 10_000
_OWN: Final = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")
_HELD_INJURY: Final = "22"
_BY_PEOPLE: Final = ("declined", "undone_")
"""A claim that people declined, a filing taken or sent back; the rest of the name says why."""


def gross_exact(bands: Sequence[Band], base_fen: int) -> tuple[list[tuple[int, int]], int]:
    """What of a base lies in each band, and its share; the gross in ten-thousandths of a fen."""
    ends = [band.over_fen for band in bands[1:]] + [base_fen]
    parts = [
        (max(min(end, base_fen) - band.over_fen, 0), band.basis_points)
        for band, end in zip(bands, ends, strict=True)
    ]
    return parts, sum(part_fen * points for part_fen, points in parts)


def rounded(exact: int) -> int:
    """Half up to the fen, once."""
    return (exact + _WHOLE // 2) // _WHOLE


def explain(
    answer: Answer,
    bill: Bill,
    scheme: Scheme | None,
    term: Term | None,
    lang: str,
    *,
    to_officer: bool = False,
) -> list[Sentence]:
    """The steps of one determination in order, in `lang` ("zh" or "en"), as the member reads them.

    `to_officer`: as somebody reads them who looks at a member's claim.
    """
    teller = _Teller(answer, bill, scheme, term, lang)
    if to_officer:
        teller.words = WORDS | TO_OFFICERS
    return list(teller.refused() if answer.refusal else teller.granted())


class _Teller:
    """Says one determination; each method yields the sentences of one step."""

    words: Mapping[str, Words] = WORDS

    def __init__(
        self, answer: Answer, bill: Bill, scheme: Scheme | None, term: Term | None, lang: str
    ) -> None:
        self.answer, self.bill, self.scheme, self.term, self.lang = answer, bill, scheme, term, lang
        self.benefit = scheme.benefit(answer.care) if scheme and answer.care else None

    def granted(self) -> Iterator[Sentence]:
        benefit, scheme, term = self.benefit, self.scheme, self.term
        if benefit is None or scheme is None or term is None or self.answer.base_fen is None:
            yield self.say("does_not_add_up")
            return
        yield from self.which_rules(benefit, scheme, term)
        yield from self.waiting_over(benefit, scheme, term)
        base_fen = yield from self.base(benefit)
        gross_fen = yield from self.gross(benefit)
        yield from self.room(benefit)
        room_fen = self.answer.room_fen
        payable_fen = gross_fen if room_fen is None else min(gross_fen, room_fen)
        said_fen = (base_fen, gross_fen, payable_fen, room_fen is None)
        stored = self.answer
        if said_fen != (
            stored.base_fen,
            stored.gross_fen,
            stored.payable_fen,
            benefit.cap_fen is None,
        ):
            yield self.say("does_not_add_up")

    def which_rules(self, benefit: Benefit, scheme: Scheme, term: Term) -> Iterator[Sentence]:
        decided = self.answer.decided or ""
        care = "decided_as" if decided.startswith("pay_as") else "care"
        yield self.say(care, "med_types", med_type=self.bill.med_type, care=self.care())
        by_admission = decided == "by_admission"
        yield self.say(
            "decided_by_admission" if by_admission else "cover",
            "falls_on",
            **self.on("admitted_on" if by_admission else benefit.falls_on),
            starts_on=day(term.starts_on),
            ends_on=day(term.ends_on),
        )
        yield self.say("scheme", "covers_starting", starts_on=day(term.starts_on), scheme=scheme.id)

    def waiting_over(self, benefit: Benefit, scheme: Scheme, term: Term) -> Iterator[Sentence]:
        if term.waits_until is None:
            renewed = scheme.waiting_days > 0
            yield self.say("no_waiting", "renewal_gap_days" if renewed else "waiting_days")
            return
        last = day(term.waits_until - timedelta(days=1))
        if self.answer.decided == "waive_waiting":
            yield self.say("waiting_waived", "waiting_days", last_waiting_day=last)
            return
        by = self.on(benefit.waits_by)
        yield self.say("waited", "waiting_days", "waits_by", **by, last_waiting_day=last)

    def base(self, benefit: Benefit) -> Generator[Sentence, None, int]:
        bill = self.bill
        formula_fen: int = bill.inscp_scp_amt - sum(getattr(bill, x) for x in benefit.deducts)
        yield self.say(
            "formula",
            "deducts",
            sum=self.less("inscp_scp_amt", benefit.deducts),
            formula=money(formula_fen),
        )
        smaller_fen, which = formula_fen, "base_only"
        if bill.psn_part_amt is None:
            yield self.say("borne_unknown", "borne")
        else:
            borne_fen: int = bill.psn_part_amt - sum(getattr(bill, x) for x in _OWN)
            yield self.say(
                "borne", "borne", sum=self.less("psn_part_amt", _OWN), borne=money(borne_fen)
            )
            smaller_fen = min(formula_fen, borne_fen)
            which = _which(formula_fen, borne_fen)
        if benefit.exclude_deductible:
            smaller_fen -= bill.act_pay_dedc
            yield self.say("deductible", "exclude_deductible", deductible=money(bill.act_pay_dedc))
            which = "base_only"
        base_fen = max(smaller_fen, 0)
        yield self.say(which if base_fen else "base_zero", "smaller", base=money(base_fen))
        return base_fen

    def gross(self, benefit: Benefit) -> Generator[Sentence, None, int]:
        base_fen, before_fen = self.answer.base_fen or 0, self.answer.stay_before_fen
        gross_fen = rounded(gross_exact(benefit.bands, base_fen)[1])
        if not benefit.per_stay or not self.bill.mdtrt_id or not before_fen:
            if benefit.per_stay:
                yield self.say("stay_first" if self.bill.mdtrt_id else "stay_alone", "per_stay")
            yield self.say("gross", "bands", parts=self.parts(benefit, base_fen))
            return gross_fen
        after_fen = before_fen + base_fen
        before, after = (
            rounded(gross_exact(benefit.bands, sum_fen)[1]) for sum_fen in (before_fen, after_fen)
        )
        yield self.say(
            "stay_sum",
            "per_stay",
            before=money(before_fen),
            base=money(base_fen),
            after=money(after_fen),
        )
        yield self.say("stay_after", "bands", parts=self.parts(benefit, after_fen))
        yield self.say("stay_before", "bands", parts=self.parts(benefit, before_fen))
        yield self.say(
            "stay_gross",
            "per_stay",
            gross_after=money(after),
            gross_before=money(before),
            gross=money(after - before),
        )
        return after - before

    def room(self, benefit: Benefit) -> Iterator[Sentence]:
        room_fen, gross_fen = self.answer.room_fen, self.answer.gross_fen or 0
        payable = money(self.answer.payable_fen)
        if benefit.cap_fen is None or room_fen is None:
            yield self.say("no_cap", "cap_fen", care=self.care())
            yield self.say("payable", payable=payable)
            return
        yield self.say(
            "room",
            "cap_fen",
            "benefit_year",
            year=self.answer.benefit_year,
            care=self.care(),
            cap=money(benefit.cap_fen),
            used=money(benefit.cap_fen - room_fen),
            room=money(room_fen),
        )
        if gross_fen <= room_fen:
            yield self.say("payable", payable=payable)
        elif room_fen == 0:
            yield self.say("payable_exhausted", "cap_fen", payable=payable)
        else:
            yield self.say(
                "payable_room",
                "cap_fen",
                gross=money(gross_fen),
                room=money(room_fen),
                payable=payable,
            )

    def refused(self) -> Iterator[Sentence]:
        refusal, med_type = self.answer.refusal, self.bill.med_type
        match refusal:
            case "refunded":
                yield self.say("refunded", "refunds")
            case str() if refusal.startswith(_BY_PEOPLE):
                yield self.say(refusal)
                yield self.say(f"do_{refusal.partition('_')[0]}")
                return
            case "held" if med_type == _HELD_INJURY:
                yield self.say("held_injury", "med_types", med_type=med_type)
                yield self.say("do_held_injury")
                return
            case "not_in_scheme":
                yield from self.not_in_scheme()
            case "no_cover":
                yield self.say("care", "med_types", med_type=med_type, care=self.care())
                yield self.say("no_cover", **self.on(self.usual_day()))
            case "waiting" if self.benefit and self.scheme and self.term:
                yield from self.which_rules(self.benefit, self.scheme, self.term)
                yield from self.still_waiting(self.benefit, self.term)
            case _:
                yield self.say(str(refusal), "med_types", med_type=med_type)
        yield self.say(f"do_{refusal}")

    def not_in_scheme(self) -> Iterator[Sentence]:
        med_type = self.bill.med_type
        if self.answer.care is None:
            yield self.say("not_paid", "med_types", med_type=med_type)
            return
        yield self.say("care", "med_types", med_type=med_type, care=self.care())
        if self.scheme is None:
            starts_on = day(self.term.starts_on) if self.term else "?"
            yield self.say("before_schemes", starts_on=starts_on)
        else:
            yield self.say("care_not_paid", scheme=self.scheme.id, care=self.care())

    def still_waiting(self, benefit: Benefit, term: Term) -> Iterator[Sentence]:
        until = term.waits_until
        last = day(until - timedelta(days=1)) if until else "?"
        yield self.say(
            "waiting",
            "waiting_days",
            "waits_by",
            **self.on(benefit.waits_by),
            last_waiting_day=last,
        )

    def usual_day(self) -> str:
        # Without a cover there is no scheme to say which day counts; all so far say this.
        return "settled_on" if self.answer.care == "chronic" else "discharged_on"

    def on(self, name: str) -> dict[str, str]:
        found = self.bill.day_of(name)
        return {"day_name": self.word(DAYS[name]), "day": day(found) if found else "?"}

    def care(self) -> str:
        return self.word(CARES[self.answer.care]) if self.answer.care else ""

    def less(self, first: str, others: Sequence[str]) -> str:
        terms = [f"{self.word(FIELDS[x])} {money(getattr(self.bill, x))}" for x in (first, *others)]
        return " − ".join(terms)

    def parts(self, benefit: Benefit, base_fen: int) -> str:
        """The bands of a base, adding up exactly, and the one rounding where there is any."""
        parts, exact = gross_exact(benefit.bands, base_fen)
        terms = [
            f"{money(part_fen)} × {share(points)} = {exact_money(part_fen * points)}"
            for part_fen, points in parts
            if part_fen or len(parts) == 1
        ] or [f"{money(0)} × {share(parts[0][1])} = {money(0)}"]
        told = ("; " if self.lang == "en" else "；").join(terms)
        if len(terms) > 1:
            told = self.word(WORDS["in_all"]) % {"parts": told, "sum": exact_money(exact)}
        if exact % _WHOLE:
            told = self.word(WORDS["rounded"]) % {"sum": told, "rounded": money(rounded(exact))}
        return told

    def word(self, words: Words) -> str:
        return words.en if self.lang == "en" else words.zh

    def say(self, name: str, *figures: str, **facts: object) -> Sentence:
        behind = [clauses(x, self.scheme, self.answer.care, self.lang) for x in figures]
        text = self.word(self.words[name]) % facts
        return Sentence(name, text, tuple(clause for found in behind for clause in found))


def _which(formula_fen: int, borne_fen: int) -> str:
    if formula_fen == borne_fen:
        return "base_equal"
    return "base_formula" if formula_fen < borne_fen else "base_borne"
