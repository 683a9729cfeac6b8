"""The rule in DuckDB's SQL and in polars: covers by an as-of join, stays and caps by windows."""

import duckdb
import numpy as np
import polars as pl

from app.benefits.columns import MISSING_DAY, MISSING_FEN, Bills, Covers, years_of
from app.benefits.tariffs import Schemes

Answers = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Refusal, base, gross and payable of each bill, in the bills' order."""

_QUERY = """
WITH asked AS (
    SELECT *, CASE WHEN care = 1 THEN settled_day ELSE discharged_day END AS day,
           CASE WHEN care = 1 THEN settled_day ELSE admitted_day END AS waits_by
    FROM bills
), covered AS (
    SELECT asked.*, covers.scheme, covers.year, covers.waits_until,
           CASE WHEN refunded THEN 1 WHEN care > 1 THEN care
                WHEN covers.ends_day IS NULL OR covers.ends_day < day THEN 5
                WHEN covers.scheme IS NULL OR (covers.scheme = 0 AND care = 1) THEN 3
                WHEN waits_by < covers.waits_until THEN 6 ELSE 0 END AS refusal
    FROM asked ASOF LEFT JOIN covers
         ON asked.member = covers.member AND asked.day >= covers.starts_day
), based AS (
    SELECT row, member, care, stay, scheme, year, refusal,
           CASE WHEN refusal > 0 THEN 0 ELSE greatest(0, least(
               inscp_scp - hifp - CASE WHEN care = 0 THEN hifob + hifmi ELSE 0 END,
               psn_part - fulamt_ownpay - overlmt_selfpay - preselfpay)) END AS base
    FROM covered
), stayed AS (
    SELECT *, CASE WHEN refusal = 0 AND scheme = 0 AND stay <> 0 THEN
               sum(base) OVER (PARTITION BY member, year, refusal = 0 AND scheme = 0, stay
                               ORDER BY row ROWS UNBOUNDED PRECEDING) - base
           ELSE 0 END AS before
    FROM based
), grossed AS (
    SELECT *, CASE WHEN scheme > 0 THEN (base * CASE WHEN care = 1 THEN 20 ELSE 50 END + 50) // 100
        WHEN scheme = 0 THEN
            CASE WHEN before + base <= 100000 THEN ((before + base) * 30 + 50) // 100
                 ELSE ((before + base) * 50 - 1999950) // 100 END
          - CASE WHEN before <= 100000 THEN (before * 30 + 50) // 100
                 ELSE (before * 50 - 1999950) // 100 END
        ELSE 0 END AS gross,
        CASE WHEN scheme > 0 THEN CASE WHEN care = 1 THEN 300000 ELSE 10000000 END END AS cap
    FROM stayed
), summed AS (
    SELECT row, refusal, base, gross, cap, sum(gross) OVER entitlement - gross AS used
    FROM grossed
    WINDOW entitlement AS (
        PARTITION BY member, care, year ORDER BY row ROWS UNBOUNDED PRECEDING)
)
SELECT refusal::TINYINT AS refusal, base::BIGINT AS base, gross::BIGINT AS gross,
       (CASE WHEN cap IS NULL THEN gross
             ELSE least(gross, greatest(cap - used, 0)) END)::BIGINT AS payable
FROM summed ORDER BY row
"""


def columns_of(bills: Bills, covers: Covers, schemes: Schemes) -> tuple[dict, dict]:
    """Bills and covers as columns by name, covers with their scheme's place and benefit year."""
    of_bills = {name: getattr(bills, name) for name in bills.__slots__}
    of_bills |= {"row": np.arange(len(bills))}
    of_covers = {name: getattr(covers, name) for name in covers.__slots__}
    of_covers |= {
        "scheme": schemes.starting(covers.starts_day).astype(np.int32),
        "year": years_of(covers.starts_day),
    }
    return of_bills, of_covers


class InDuckDB:
    """The tables are its own, in memory; the query is one."""

    def __init__(self, bills: Bills, covers: Covers, schemes: Schemes) -> None:
        of_bills, of_covers = columns_of(bills, covers, schemes)
        self.connection = duckdb.connect()
        self.connection.register("given_bills", of_bills)
        self.connection.register("given_covers", of_covers)
        self.connection.execute(
            "CREATE TABLE bills AS SELECT * REPLACE (nullif(psn_part, $1) AS psn_part)"
            " FROM given_bills",
            [MISSING_FEN],
        )
        self.connection.execute(
            "CREATE TABLE covers AS SELECT * REPLACE (nullif(waits_until, $1) AS waits_until,"
            " nullif(scheme, -1) AS scheme) FROM given_covers",
            [MISSING_DAY],
        )

    def __call__(self) -> Answers:
        found = self.connection.execute(_QUERY).fetchnumpy()
        return tuple(np.asarray(found[x]) for x in ("refusal", "base", "gross", "payable"))


class InPolars:
    """Lazy frames, collected at once."""

    def __init__(self, bills: Bills, covers: Covers, schemes: Schemes) -> None:
        of_bills, of_covers = columns_of(bills, covers, schemes)
        self.bills = pl.DataFrame(of_bills).with_columns(
            pl.when(pl.col("psn_part") != MISSING_FEN).then(pl.col("psn_part")).alias("psn_part")
        )
        self.covers = (
            pl.DataFrame(of_covers)
            .drop("cares")
            .with_columns(
                pl.when(pl.col("waits_until") != MISSING_DAY)
                .then(pl.col("waits_until"))
                .alias("waits_until"),
                pl.when(pl.col("scheme") >= 0).then(pl.col("scheme")).alias("scheme"),
            )
            .sort("starts_day")
        )

    def __call__(self) -> Answers:
        c = pl.col
        chronic, of_2019 = c("care") == 1, c("scheme") == 0
        refusal = (
            pl.when(c("refunded")).then(1)
            .when(c("care") > 1).then(c("care").cast(pl.Int32))
            .when(c("ends_day").is_null() | (c("ends_day") < c("day"))).then(5)
            .when(c("scheme").is_null() | (of_2019 & chronic)).then(3)
            .when((c("waits_by") < c("waits_until")).fill_null(value=False)).then(6)
            .otherwise(0)
        )  # fmt: skip
        formula = (
            c("inscp_scp") - c("hifp") - pl.when(chronic).then(0).otherwise(c("hifob") + c("hifmi"))
        )
        borne = c("psn_part") - c("fulamt_ownpay") - c("overlmt_selfpay") - c("preselfpay")
        per_stay = (c("refusal") == 0) & of_2019 & (c("stay") != 0)
        flat = (c("base") * pl.when(chronic).then(20).otherwise(50) + 50) // 100
        cap = pl.when(c("scheme") > 0).then(pl.when(chronic).then(300_000).otherwise(10_000_000))
        used = c("gross").cum_sum().over("member", "care", "year") - c("gross")
        found = (
            self.bills.lazy()
            .with_columns(
                day=pl.when(chronic).then(c("settled_day")).otherwise(c("discharged_day")),
                waits_by=pl.when(chronic).then(c("settled_day")).otherwise(c("admitted_day")),
            )
            .sort("day")
            .join_asof(
                self.covers.lazy(),
                left_on="day",
                right_on="starts_day",
                by="member",
                check_sortedness=False,
            )
            .sort("row")
            .with_columns(refusal=refusal)
            .with_columns(
                base=pl.when(c("refusal") == 0)
                .then(pl.max_horizontal(0, pl.min_horizontal(formula, borne)))
                .otherwise(0)
            )
            .with_columns(kept=pl.when(per_stay).then(c("base")).otherwise(0))
            .with_columns(
                before=pl.when(per_stay)
                .then(c("kept").cum_sum().over("member", "year", "stay") - c("kept"))
                .otherwise(0)
            )
            .with_columns(
                gross=pl.when(of_2019)
                .then(_of_2019(c("before") + c("base")) - _of_2019(c("before")))
                .when(c("scheme") > 0)
                .then(flat)
                .otherwise(0)
            )
            .select(
                "refusal",
                "base",
                "gross",
                payable=pl.when(cap.is_not_null())
                .then(pl.min_horizontal(c("gross"), pl.max_horizontal(cap - used, 0)))
                .otherwise(c("gross")),
            )
            .collect()
        )
        return tuple(found[x].to_numpy() for x in ("refusal", "base", "gross", "payable"))


def _of_2019(base: pl.Expr) -> pl.Expr:
    over = (base * 50 - 1_999_950) // 100
    return pl.when(base <= 100_000).then((base * 30 + 50) // 100).otherwise(over)
