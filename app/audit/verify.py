"""Check an audit bundle, trusting nobody: python3 -I -S verify.py [BUNDLE.zip | FOLDER]

--key FINGERPRINT: of the key that must have signed it, as its keeper told you; --since FILE: the
checkpoint of an earlier bundle, which you kept. They show what a bundle cannot show by itself: that
nothing was written anew.

One file, the standard library, Python 3.8 or later. Inside an unpacked bundle no argument is
needed. It stops at the first bad record and names it. Exit 0: everything holds; 1: something does
not; 2: called wrongly. --lang zh|en, --json, --progress.

It reads every byte, and works out again by plain whole numbers, row by row: every determination in
the order of granting, every cover, every amount paid and its two officers, and every amount of the
journal. It was written apart from the fund's own programs on purpose: it is the second opinion.
Money is whole fen (0.01 yuan).

Rows are read in blocks, and what holds of a whole column is asked of it at once. Where anything is
wrong with a block, its rows are taken one by one, so that the first bad one is named: a method
`many_x` (or `rows_x`) takes what is right and usual, the method `x` beside it all else, and finds
what is not right.

Of a large bundle a second process, this same file, asks meanwhile of the rows what can be asked of
them by themselves: WHOLE is made of ROWS and RULES (`Second`). It judges nothing: where it does not
vouch for all of it, or anything else is wrong, all is checked once more by one process alone, which
names the first bad record.

To read it:
  what a bundle consists of        TABLES, EVENTS, files_of
  what can be wrong, in words      Fault, WORDS
  files                            Folder, Zip, Noted, loads, read_manifest, check_digests
  tables                           Block, Tables: types, order, foreign keys; _plain, _quoted,
                                   column_of, Columns, Numbers
  the log, its tree and signature  Tree, Note, Seals, ed25519
  the rules                        gross_of, term_end; Year._answer: a determination, step by step
  the year                         Year: a method a table, then its close_ methods, in this order:
                                   enrolment, the bank, bills and determinations, reviews,
                                   payments, money that comes back, journal, audits, the log
  the whole, and how it is told    check, Second, check_rows; examine, report, main
"""

import argparse
import base64
import bisect
import csv
import errno
import gc
import hashlib
import heapq
import io
import json
import operator
import os
import re
import signal
import stat
import struct
import sys
import zlib
from array import array
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import chain, compress, count, islice, repeat, tee, zip_longest
from operator import itemgetter
from typing import Any, BinaryIO, Dict, Iterator, List, NamedTuple, NoReturn, Optional, Set, Tuple

FORMAT = "huzhu-bundle/3"
EDITION = "masked"
MOST_JSON = 8 << 20
MOST_DEPTH = 30
MOST_FILES, MOST_YEARS = 2_000, 20
MOST_DIGITS = 18
MOST_MORE = 1_000  # lines of a batch that are not there and are still counted up
MANY_DIGITS = 1_000  # to read a number takes the square of as many
HEX = 64  # digits of a hash
AT_ONCE = 1 << 16  # bytes of rows that are looked at together: what fits a processor's cache
LARGE = 24 << 20  # bytes of files from which a second process is worth its start
LOOK = 64  # of these rows, to see how often values repeat
CARES = ("inpatient", "chronic")
ALL = 10_000  # 100 % in basis points
FIRST, LAST_DAY = "0001-01-01", "9999-12-31"

Row = Dict[str, Any]


# What a bundle consists of. The bundle's writer and its datapackage.json follow this list.


class Table(NamedTuple):
    """Columns as name -> (type, may be empty); `refs`: (columns, table, its columns)."""

    columns: Dict[str, Tuple[str, bool]]
    key: Tuple[str, ...]
    refs: Tuple[Tuple[Tuple[str, ...], str, Tuple[str, ...]], ...]


def _tables(layout: str) -> Dict[str, Table]:
    """Read the layout below. `name:type`, text where no type is said; `?`: may be empty."""
    tables = {}
    for line in re.sub(r"\n +", " ", layout.strip()).split("\n"):
        name, key, others, links = (part.strip() for part in line.split("|"))
        columns = {}
        for word in (key + " " + others).split():
            field, _, kind = word.rstrip("?").partition(":")
            columns[field] = (kind or "text", word.endswith("?"))
        refs = []
        for word in links.split():
            ours, _, target = word.partition(">")
            table, _, theirs = target.partition(".")
            fields = tuple(ours.split(","))
            refs.append((fields, table, tuple(theirs.split(",")) if theirs else fields))
        keys = tuple(word.partition(":")[0] for word in key.split())
        tables[name] = Table(columns, keys, tuple(refs))
    return tables


# table | key | other columns | foreign keys: columns>table, or columns>table.its_columns
TABLES = _tables("""
unit | unit_id:int | uscc name unit_percent:int |
member | member | |
staff | staff | role member? | member>member
unit_merge | unit_id:int | into_id:int on_day:day by approved_by recorded_at:time
    | unit_id>unit into_id>unit.unit_id by>staff.staff approved_by>staff.staff
scheme | scheme_id | starts_on:day digest by? | by>staff.staff
scheme_version | scheme_id version:int | digest by recorded_at:time
    | scheme_id>scheme by>staff.staff
member_fate | seq:int member | fate on_day:day by recorded_at:time | member>member by>staff.staff
campaign | campaign_id:int | name quota:int term_months:int cares each_fen:fen opens_on:day
    closes_on:day by? recorded_at:time | by>staff.staff
roster | roster_id:int | unit_id:int? campaign_id:int? benefit_year:int scheme_id starts_on:day
    confirmed_on:day heads:int unit_due_fen:fen worker_due_fen:fen union_due_fen:fen file_sha256
    own_money:bool by? recorded_at:time
    | unit_id>unit campaign_id>campaign scheme_id>scheme by>staff.staff
roster_line | roster_id:int member | line:int starts_on:day | roster_id>roster member>member
gift_place | campaign_id:int place:int | quota:int member roster_id:int recorded_at:time
    | campaign_id>campaign roster_id,member>roster_line
cover | cover_id:int | member roster_id:int scheme_id benefit_year:int starts_on:day ends_on:day
    waits_until:day? cares? by? recorded_at:time
    | roster_id,member>roster_line scheme_id>scheme by>staff.staff
cover_change | cover_id:int seq:int | member why ends_on:day because_cover_id:int? change_no:int
    by? recorded_at:time
    | cover_id>cover because_cover_id>cover.cover_id member>member by>staff.staff
enrolment_outcome | roster_id:int member | outcome cover_id:int? full_on:day recorded_at:time
    | roster_id,member>roster_line cover_id>cover
late_credit | roster_id:int | decided_on:day by recorded_at:time
    | roster_id>roster by>staff.staff
bank_statement | statement_id:int | account_id:int previous_id:int? file_sha256 first_day:day
    last_day:day opening_fen:fen closing_fen:fen lines:int by recorded_at:time | by>staff.staff
statement_line | line_id:int | statement_id:int booked_on:day amount_fen:fen taken_as
    receipt_id:int? subsidy_id:int? batch_id:int? refund_id:int? | statement_id>bank_statement
receipt | receipt_id:int | unit_id:int benefit_year:int amount_fen:fen received_on:day reference
    line_id:int? roster_id:int? from_year:int? by? recorded_at:time
    | unit_id>unit line_id>statement_line by>staff.staff
receipt_undone | receipt_id:int | on_day:day proposed_by by recorded_at:time
    | receipt_id>receipt proposed_by>staff.staff by>staff.staff
subsidy | subsidy_id:int | union_id:int benefit_year:int amount_fen:fen received_on:day reference
    line_id:int? by recorded_at:time | line_id>statement_line by>staff.staff
unit_refund | refund_id:int | source unit_id:int? benefit_year:int line_id:int? amount_fen:fen
    proposed_by recorded_at:time
    | unit_id>unit line_id>statement_line proposed_by>staff.staff
refund_share | refund_id:int receipt_id:int | amount_fen:fen
    | refund_id>unit_refund receipt_id>receipt
refund_step | refund_id:int seq:int | step on_day:day line_id:int? file_sha256? proposed_by? by
    recorded_at:time
    | refund_id>unit_refund line_id>statement_line proposed_by>staff.staff by>staff.staff
line_resolution | resolution_id:int | line_id:int seq:int act on_day:day receipt_id:int?
    subsidy_id:int? batch_id:int? refund_id:int? other_line_id:int? payout_id:int?
    recovery_receipt_id:int? repayment_id:int? payment_resolution_id:int? proposed_by? by
    recorded_at:time
    | line_id>statement_line other_line_id>statement_line.line_id
    proposed_by>staff.staff by>staff.staff
unit_merge_money | unit_id:int benefit_year:int | booked_on:day held_fen:fen credited_fen:fen
    | unit_id>unit_merge
receipt_share | receipt_id:int roster_id:int | amount_fen:fen
    | receipt_id>receipt roster_id>roster
online_payment | receipt_id:int | provider transaction_id amount_fen:fen | receipt_id>receipt
online_payout | payout_id:int | account booked_on:day net_fen:fen fee_fen:fen reference by
    recorded_at:time | by>staff.staff
online_payout_year | payout_id:int benefit_year:int | amount_fen:fen | payout_id>online_payout
run | run_id:int | kind file_sha256? by? recorded_at:time | by>staff.staff
claim | claim_id:int | member setl_id run_id:int recorded_at:time | member>member run_id>run
help_consent | consent_id:int | member helper way until:day? by recorded_at:time
    | member>member helper>staff.staff by>staff.staff
help_ended | consent_id:int | why by recorded_at:time | consent_id>help_consent by>staff.staff
consent_rule | rule | recorded_at:time |
filed_claim | setl_id | member by recorded_at:time
    | setl_id>claim.setl_id member>member by>staff.staff
claim_consent | claim_id:int | member text_version lang way by recorded_at:time
    | claim_id>claim member>member by>staff.staff
undone_filing | setl_id | member why run_id:int by recorded_at:time
    | setl_id>filed_claim.setl_id member>member run_id>run by>staff.staff
injury_statement | claim_id:int seq:int | member says apart:bool by recorded_at:time
    | claim_id>claim member>member by>staff.staff
held_decision | decision_no:int | claim_id:int seq:int member what reason? same_claim_id:int?
    run_id:int prepared_by approved_by recorded_at:time
    | claim_id>claim member>member run_id>run prepared_by>staff.staff approved_by>staff.staff
joined_settlement | setl_id | member own_setl_id run_id:int recorded_at:time
    | own_setl_id>filed_claim.setl_id member>member run_id>run
settlement | setl_id version:int | member run_id:int line:int flagged_refund:bool med_type? visit?
    insutype? fixmedins_code? fixmedins_name? hosp_lv? invoice? begndate:day? enddate:day?
    setl_time:moment medfee_sumamt:fen fulamt_ownpay_amt:fen overlmt_selfpay:fen preselfpay_amt:fen
    inscp_scp_amt:fen act_pay_dedc:fen hifp_pay:fen cvlserv_pay:fen hifes_pay:fen hifmi_pay:fen
    hifob_pay:fen maf_pay:fen oth_pay:fen fund_pay_sumamt:fen psn_part_amt:fen? acct_pay:fen
    psn_cash_pay:fen acct_mulaid_pay:fen hosp_part_amt:fen recorded_at:time
    | setl_id>claim.setl_id member>member run_id>run
refund | setl_id undone_setl_id | run_id:int line:int setl_time:moment psn_part_amt:fen?
    recorded_at:time | undone_setl_id>claim.setl_id run_id>run
determination | grant_no:int | claim_id:int member seq:int live:bool setl_id version:int run_id:int
    cover_id:int? scheme_id? scheme_digest? care? benefit_year:int? base_fen:fen? gross_fen:fen?
    room_fen:fen? payable_fen:fen refusal? undone_on:day? recorded_at:time
    | claim_id>claim member>member setl_id,version>settlement run_id>run cover_id>cover
    scheme_id>scheme
review | claim_id:int seq:int | member version:int stage outcome reason? goes_to needs by
    recorded_at:time | claim_id>claim member>member by>staff.staff
heir | heir_id:int | member proposed_by approved_by recorded_at:time
    | member>member proposed_by>staff.staff approved_by>staff.staff
payment_batch | batch_id:int | benefit_year:int made_on:day lines:int total_fen:fen file_sha256
    prepared_by approved_by third_by? total_over_fen:fen line_over_fen:fen template
    recorded_at:time
    | prepared_by>staff.staff approved_by>staff.staff third_by>staff.staff
payment | payment_id:int | batch_id:int line:int claim_id:int member grant_no:int attempt:int
    amount_fen:fen card heir_id:int?
    | heir_id>heir batch_id>payment_batch claim_id>claim member>member grant_no>determination
bank_return | return_id:int | batch_id:int file_sha256 by recorded_at:time
    | batch_id>payment_batch by>staff.staff
payment_outcome | grant_no:int attempt:int | outcome booked_on:day return_id:int? recorded_at:time
    | grant_no,attempt>payment return_id>bank_return
payment_resolution | resolution_id:int | grant_no:int attempt:int seq:int says booked_on:day
    line_id:int? together_id:int? undoes_id:int? decided_by approved_by recorded_at:time
    | grant_no,attempt>payment line_id>statement_line decided_by>staff.staff
    approved_by>staff.staff
return_held | return_id:int file_line:int | line:int said amount_fen:fen why recorded_at:time
    | return_id>bank_return
recovery | recovery_id:int | claim_id:int member liable amount_fen:fen benefit_year:int
    booked_on:day prepared_by approved_by recorded_at:time
    | claim_id>claim member>member prepared_by>staff.staff approved_by>staff.staff
recovery_receipt | recovery_receipt_id:int | recovery_id:int benefit_year:int amount_fen:fen
    received_on:day reference suspense_year:int? by recorded_at:time | by>staff.staff
recovery_write_off | recovery_write_off_id:int | recovery_id:int claim_id:int member why
    amount_fen:fen booked_on:day prepared_by approved_by recorded_at:time
    | recovery_id>recovery claim_id>claim member>member prepared_by>staff.staff
    approved_by>staff.staff
repayment | repayment_id:int | claim_id:int member grant_no:int amount_fen:fen benefit_year:int
    received_on:day reference suspense_year:int? by recorded_at:time | by>staff.staff
write_off | write_off_id:int | claim_id:int member grant_no:int amount_fen:fen benefit_year:int
    booked_on:day prepared_by approved_by recorded_at:time
    | claim_id>claim member>member grant_no>determination prepared_by>staff.staff
    approved_by>staff.staff
set_off | set_off_id:int | member claim_id:int grant_no:int benefit_year:int owing_claim_id:int
    owing_grant_no:int owing_year:int amount_fen:fen booked_on:day prepared_by approved_by
    recorded_at:time | member>member prepared_by>staff.staff approved_by>staff.staff
claim_move | claim_id:int seq:int | act state by? recorded_at:time | claim_id>claim by>staff.staff
ledger_close | close_id:int | period last_on:day last_entry_id:int digest closed_by approved_by
    recorded_at:time | closed_by>staff.staff approved_by>staff.staff
closed_balance | close_id:int account | balance_fen:fen | close_id>ledger_close
entry | entry_id:int | benefit_year:int booked_on:day memo about:int? document_on:day?
    recorded_at:time |
posting | entry_id:int line:int | account amount_fen:fen unit_id:int? member? claim_id:int?
    | entry_id>entry unit_id>unit claim_id>claim member>member
entry_reversal | entry_id:int | reversal_id:int reversed_on:day reversed_by approved_by
    recorded_at:time
    | entry_id>entry reversal_id>entry.entry_id reversed_by>staff.staff approved_by>staff.staff
audit_sample | sample_id:int | benefit_year:int method seed size:int bounds_fen? risk:int?
    tolerable_fen:fen? expected_fen:fen? counted:int total_fen:fen digest by recorded_at:time
    | by>staff.staff
audit_sample_item | sample_id:int no:int | payment_id:int claim_id:int member amount_fen:fen
    stratum:int hits:int
    | sample_id>audit_sample payment_id>payment claim_id>claim member>member
audit_finding | finding_id:int | benefit_year:int union_id:int weight title says claim_id:int?
    sample_id:int? by recorded_at:time | by>staff.staff
audit_finding_step | finding_id:int seq:int | step says by recorded_at:time
    | finding_id>audit_finding by>staff.staff
event | event_id:int | act by? about? benefit_years? facts:json recorded_at:time | by>staff.staff
number_gap | sequence first:int | last:int elsewhere:int unused:int |
""")
# Columns that are worked out and change with later rows: no part of a row as it is sealed.
BARE = {"determination": ("live",)}
# Tables that say nothing of their own. What of these others is sealed begins to count later.
NOT_SEALED = ("member", "staff", "number_gap")
COUNTS_LATER = (
    *("scheme_version", "claim_consent"),
    *("audit_sample", "audit_sample_item", "audit_finding", "audit_finding_step"),
)
# Tables that every bundle has whole, whatever the years of their chunks.
SHOWN_WHOLE = ("member_fate",)
# Rows that are numbered one after the other: sequence -> tables that take numbers of it, and where.
NUMBERED = {
    **{
        name: {name: TABLES[name].key[0]}
        for name in (
            *("unit", "campaign", "roster", "cover", "bank_statement", "statement_line"),
            *("receipt", "subsidy", "unit_refund", "line_resolution", "online_payout", "run"),
            *("claim", "help_consent", "heir", "payment_batch", "bank_return", "recovery"),
            *("payment_resolution", "recovery_receipt", "recovery_write_off", "write_off"),
            *("ledger_close", "entry", "audit_sample", "audit_finding", "event"),
        )
    },
    "grant": {
        "cover_change": "change_no",
        "held_decision": "decision_no",
        "determination": "grant_no",
    },
    "payment": {
        "payment": "payment_id",
        "repayment": "repayment_id",
        "set_off": "set_off_id",
    },
}
NUMBERS = {table: field for tables in NUMBERED.values() for table, field in tables.items()}
FIXED = (
    *("README.md", "accounts.csv", "ask.py", "codes.csv", "control.json", "datapackage.json"),
    *("mapping.csv", "med_types.json", "verify.py"),
)
LAST = ("manifest.json", "manifest.sha256")
SEALS = ("checkpoint.txt", "gaps.csv", "log.jsonl", "notes.json", "rows.csv")
SEALED_BY = "seals/checkpoint.txt"
# What a process asks. Of ROWS: types, order, foreign keys, places in the log, sums; all files are
# those listed. Of RULES: all else, of rows that are right so far. One process alone: the WHOLE.
WHOLE, RULES, ROWS = "whole", "rules", "rows"
NAME = re.compile(
    r"([0-9]{4}/)?(data/[a-z_]+\.csv|seals/[a-z]+\.(txt|csv|jsonl|json)|[a-z]+\.json"
    r"|reports/[a-z]+\.(pdf|xlsx))"
    r"|schemes/[A-Za-z0-9_-]+\.json|[A-Za-z_]+\.(md|py|json|sha256|csv)"
)
FOLDER = re.compile(r"schemes|([0-9]{4}|([0-9]{4}/)?(data|reports|seals))")
# What each year has of its own; where there are several, in a folder named after it.
REPORTS = tuple("reports/%s.%s" % (x, y) for x in ("annual", "months") for y in ("pdf", "xlsx"))
OF_YEAR = (
    *REPORTS,
    *("control.json", "datapackage.json", "seals/gaps.csv", "seals/rows.csv"),
    *("data/%s.csv" % name for name in TABLES),
)
TURNOVER = "booked.csv"
TURNOVER_COLUMNS = ["account", "benefit_year", "opening_fen", "debit_fen", "credit_fen"]


def files_of(
    scheme_ids: List[str], signed: bool, reports: bool, years: List[int], booked: Optional[int]
) -> List[str]:
    """Every file of a bundle but the last two, in their order in the zip."""
    names = {*FIXED, *OF_YEAR, *("seals/%s" % name for name in SEALS)}
    without = (() if signed else ("seals/",)) + (() if reports else ("reports/",))
    names = {name for name in names if not name.startswith(without)} if without else names
    common = [name for name in names if name not in OF_YEAR]
    common += ["schemes/%s.json" % name for name in scheme_ids]
    common += [TURNOVER] if booked is not None else []
    own = [under_of(years, booked, x) + name for x in years for name in names if name in OF_YEAR]
    return sorted(common + own)


def under_of(years: List[int], booked: Optional[int], year: int) -> str:
    """Where a year's own files lie: a bundle of one benefit year has no folder for it."""
    return "" if booked is None and len(years) == 1 else "%04d/" % year


# What can be wrong, in words.


class Fault(Exception):
    """The first bad record: which check, where, and the facts."""

    def __init__(self, check: str, record: str, **facts: object) -> None:
        super().__init__(check, record, facts)
        self.check, self.record, self.facts = check, record, facts

    def says(self, lang: str) -> str:
        """One sentence; the record's name stays as it is."""
        zh = {name: WHYS.get(str(fact), fact) for name, fact in self.facts.items()}
        told = self.facts if lang == "en" else zh
        return str(self.record + ": " + WORDS[self.check][lang == "en"].format(**told))


WHYS = {
    "too deep": "嵌套太深",
    "a key stands twice": "键重复",
    "too large a number": "数字太大",
    "too large": "太大",
    "too long a cell": "单元格太长",
}


# check | in Chinese
#     in English
_WORDS = """
no_bundle | 不是审计资料包。
    this is no audit bundle.
zip | 压缩包的结构与规定的不同（第 {at} 字节附近）。
    the zip is not laid out as it must be (near byte {at}).
damaged | 文件与生成时的不同，有字节被改动；可能是传送中损坏，请重新下载再核对。
    this is not the file that was made, a byte is another: damaged on its way? Fetch it anew.
unlisted | 资料包里不应有这个文件。
    this file does not belong into the bundle.
missing | 资料包里缺这个文件。
    this file is missing.
not_plain | 不是普通文件。
    this is no plain file.
hash | 内容与清单上的摘要不符。
    its content is not what the manifest's digest says.
version | 不认识的格式：{found}。
    unknown format: {found}.
json | JSON 有误：{why}。
    faulty JSON: {why}.
csv | CSV 有误：{why}。
    faulty CSV: {why}.
header | 列名与规定的不同。
    the columns are not the ones there must be.
value | {field} 的值“{found}”不对。
    {field}: “{found}” is no valid value.
totals | 与各表的实际合计不符。
    it is not what the tables add up to.
order | 没有按主键排序，或主键重复。
    out of the order of its key, or its key stands twice.
foreign_key | {field}({found})在表 {table} 中不存在。
    {field} ({found}) does not exist in table {table}.
differs | {field} 应为 {wanted}，写的是 {found}。
    {field} should be {wanted} but is {found}.
beyond_quota | 赠送名额应为 1 至 {quota}，不重复、不跳号。
    places of a gift run from 1 to {quota}, none of them twice, none left out.
two_places | 同一人在同一赠送活动中有两个名额（另一个是 {other}）。
    one member has two places of a campaign (the other is {other}).
no_place | 没有赠送名额，却有赠送保障。
    a gift without a place.
needless | 参保记录 {other} 没有与它重叠，不能使它提前终止。
    cover {other} was not in its way and could not end it.
overlap | 与参保记录 {other} 的期间重叠。
    its term overlaps that of cover {other}.
refund_ignored | 账单已退费，但现行理算结果不是“已退费”。
    the bill was refunded, but its live determination is not “refunded”.
cover_ignored | 判为不在保障期，但参保记录 {cover} 当时已覆盖这张账单。
    refused for want of cover, but cover {cover} held this bill at that time.
unproven | 对账单的期初余额加各笔不等于期末余额，或与上一份接不上。
    its lines do not lead from its opening to its closing balance, or it follows no other.
same_person | 制单人（起草人）和批准人（公布人）是同一人。
    the same person prepared and approved it.
two_words | 在两个年度里的内容不同。
    two years of the bundle say different things of it.
unresolved | 没有银行回盘，也没有两人核定。
    neither a file of the bank nor two people said so.
no_third | 金额超过限额，却没有第三人确认。
    it is above the limit, and no third person confirmed it.
circle | 单位互相并入，成了一个圈。
    units go into each other in a circle.
own_payment | {field} 正是这笔补助的收款人。
    {field} is the very member who is paid.
no_officer | {field} 不是经办人员。
    {field} is no officer.
no_auditor | 不是审计人员。
    who did this is no auditor.
no_heir | 职工已去世，却没有付给经批准的继承人。
    the member had died, and it was not paid to an heir whom two people had approved.
gap | 编号 {found} 没有说明，或说明有误。
    number {found} of this sequence is not accounted for, or wrongly.
two_live | 前一笔付款没有失败，不能再付。
    the payment before it had not failed, so nothing more may be sent.
move | 状态变动“{act}”在这里不允许。
    the move “{act}” is not possible here.
unbalanced | 分录不平，差 {off} 分。
    the entry is off by {off} fen.
overdrawn | 用掉或退回的比原有的多 {off} 分。
    more was used or given back than there was, by {off} fen.
one_line | 分录少于两行。
    the entry has fewer than two lines.
journal | 记账金额应为 {wanted} 分，账上是 {found} 分。
    the journal should have {wanted} fen here but has {found} fen.
no_event | 日志中没有与此相符的“{act}”事件（{wanted}）。
    the log has no event “{act}” that says so ({wanted}).
no_number | 编号“{found}”不可以用在这里。
    the number “{found}” cannot stand here.
filer_confirms | 填报人或记录外伤说明的人自己核对了材料。
    the one who filed it, or wrote down what was said of the injury, reviewed it.
helper_decides | 为该职工代办的人审定了其申请。
    who helps the member decided about the claim.
no_consent | 职工没有同意由此人代办。
    the member did not let this person act.
not_agreed | 没有人同意为这件申请使用医疗信息。
    nobody agreed to the use of medical data for this claim.
own_claim | 核对人就是申请人本人。
    who confirmed it is the very member whose claim it is.
same_reviewer | 审核的两个环节由同一人办理。
    two stages of its review are one person's.
unreviewed | 没有经过应有的审核环节，或审核后没有办结。
    it did not pass the stages it needs, or passed them and nothing followed.
unconfirmed | 依据职工填报的金额付款，却没有他人核对过材料。
    it was paid by figures somebody typed, and nobody else had confirmed them.
undone | 这件申请已经撤回或退回，不能核对，也不能付款。
    its filing was taken or sent back, so it is neither confirmed nor paid.
unstated | 是外伤，职工没有说明责任，却按补助审定。
    an injury was decided to be paid, and the member had said nothing of who is liable.
no_bill | 没有账单。
    it has no bill.
unsigned | 资料包没有签名，无法与外部凭据核对。
    the bundle is not signed, so it cannot be checked against outside.
signature | 签名不对，或者签署它的密钥不在资料包所列的之中。
    its signature is wrong, or by a key that the bundle does not name.
other_key | 不是由所给的密钥签署的（换过密钥的，请给出每个密钥的指纹）。
    it was not signed with the key that was given (where it was changed, give every fingerprint).
key_changed | 签署它的密钥不是您保存的检查点所用的：请用 --key 给出两个密钥的指纹。
    it is signed with another key than the checkpoint you kept: give both fingerprints by --key.
log | 封存日志与签署的不符（第 {at} 条附近）。
    the log of seals is not what was signed (near leaf {at}).
rolled_back | 日志只有 {size} 条，早先的检查点已有 {known} 条。
    the log has {size} leaves; the earlier checkpoint had {known}.
rewritten | 与早先的检查点不符：当时封存的记录被改写了。
    it contradicts the earlier checkpoint: what was sealed by then was written anew.
chunk | 与当时封存的不符：这些行中有的被改动、删除或添加了。
    these rows are not those that were sealed: some were changed, removed or added.
unsealed | 这一行没有封存。
    this row is not among those that were sealed.
dated | 登记时间不在其封存的时段内。
    it was not recorded in the time that its seal took in.
malformed | 内容无法理解（{why}）。
    its content cannot be understood ({why}).
"""
WORDS = {
    key: (zh, en) for key, zh, en in re.findall(r"^(\w+) \| (.*)\n +(.*)$", _WORDS, re.MULTILINE)
}


def same(record: str, field: str, wanted: object, found: object) -> None:
    """Refuse a value that is not the one worked out."""
    if wanted != found or type(wanted) is not type(found):
        raise Fault("differs", record, field=field, wanted=_shown(wanted), found=_shown(found))


def _shown(value: object) -> str:
    return "(-)" if value is None else str(value)


# Files: a folder, or a zip whose every byte is worked out from its members.


HEAD, END = 46, 86  # bytes of a line of a zip's directory, without the name, and of its end
# No table's rows are so alike; a file this small may be packed as tightly as it likes.
MOST_RATIO, SMALL = 400, 1 << 20


class Folder:
    """An unpacked bundle: plain files only, and none but those listed."""

    def __init__(self, path: str) -> None:
        self.path, self.size = path, 0
        self.names = self._walk("")

    def _walk(self, under: str) -> List[str]:
        names: List[str] = []
        for entry in sorted(os.scandir(os.path.join(self.path, under)), key=lambda x: x.name):
            name = under + entry.name
            found = entry.stat(follow_symlinks=False)
            mode, self.size = found.st_mode, self.size + found.st_size
            if stat.S_ISDIR(mode) and FOLDER.fullmatch(name):
                names += self._walk(name + "/")
            elif not stat.S_ISREG(mode):
                raise Fault("not_plain", name)
            elif len(names) > MOST_FILES:
                raise Fault("unlisted", name)
            else:
                names.append(name)
        return names

    def open(self, name: str) -> BinaryIO:
        if name not in self.names:
            raise Fault("missing", name)
        return open(os.path.join(self.path, *name.split("/")), "rb")


class Of:
    """One year of a bundle of several: its own files, and those of all."""

    def __init__(self, source: Any, under: str) -> None:
        self.source, self.under = source, under

    def open(self, name: str) -> BinaryIO:
        own = name in OF_YEAR or name.startswith("data/")
        found: BinaryIO = self.source.open(self.under + name if own else name)
        return found


class Zip:
    """A zipped bundle: deflated members one behind the other, nothing between, before or after.

    Many streams of deflate say the same: the digest of all of them stands in the zip's comment.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        size = self.file.seek(0, os.SEEK_END)
        self.members: Dict[str, Tuple[int, int, int, int]] = {}
        end = self._bytes(max(0, size - END), END)
        if len(end) < END or end[:4] != b"PK\5\6":
            raise Fault("no_bundle", "zip")
        count, length, start = struct.unpack("<HLL", end[10:20])
        whole = start + length + END == size
        if count > MOST_FILES or length > MOST_FILES * 200 or not whole:
            raise Fault("zip", "zip", at=size - END)
        digest = self._digest(size - END)
        if end != end_record(count, length, start, digest):
            usual = end[:-64] == end_record(count, length, start, digest)[:-64]
            raise Fault("damaged" if usual else "zip", "zip", at=size - END)
        self._read(io.BytesIO(self._bytes(start, length)), count, start)
        self.names = list(self.members)
        self.size = sum(size for _, _, size, _ in self.members.values())

    def _read(self, directory: BinaryIO, count: int, start: int) -> None:
        at = 0
        for _ in range(count):
            head = directory.read(HEAD)
            if len(head) < HEAD:
                raise Fault("zip", "zip", at=start + directory.tell())
            crc, packed, size, name_size = struct.unpack("<LLLH", head[16:30])
            name = directory.read(name_size).decode("ascii", "replace")
            wanted = central_header(name, crc, size, at, packed)
            local = local_header(name, crc, size, packed)
            body = at + len(local)
            if head + name.encode() != wanted or self._bytes(at, len(local)) != local:
                raise Fault("zip", name, at=at)
            if not NAME.fullmatch(name) or name in self.members:
                raise Fault("unlisted", name)
            self.members[name] = (body, packed, size, crc)
            at = body + packed
            if at > start or size > max(SMALL, packed * MOST_RATIO):
                raise Fault("zip", name, at=body)
        if at != start or directory.read(1):
            raise Fault("zip", "zip", at=start)

    def _bytes(self, at: int, size: int) -> bytes:
        self.file.seek(at)
        return self.file.read(size)

    def _digest(self, size: int) -> str:
        digest = hashlib.sha256()
        for at in range(0, size, 1 << 20):
            digest.update(self._bytes(at, min(1 << 20, size - at)))
        return digest.hexdigest()

    def open(self, name: str) -> BinaryIO:
        if name not in self.members:
            raise Fault("missing", name)
        return io.BufferedReader(_Member(self.file, name, *self.members[name]), 1 << 16)


class Noted:
    """A bundle whose files are hashed as they are read: none is read a second time for that."""

    def __init__(self, source: Any) -> None:
        self.source, self.names = source, source.names
        self.found: Dict[str, Tuple[int, str]] = {}

    def open(self, name: str) -> BinaryIO:
        return io.BufferedReader(_Hashed(self, name, self.source.open(name)), 1 << 16)


class _Hashed(io.RawIOBase):
    """A file's bytes; whoever reads the last one has its length and SHA-256 noted."""

    def __init__(self, noted: Noted, name: str, stream: Any) -> None:
        super().__init__()
        self._noted, self._name, self._stream = noted, name, stream
        self._digest, self._size = hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size: int = self._stream.readinto(buffer)
        self._digest.update(memoryview(buffer)[:size])
        self._size += size
        if not size and len(buffer):
            self._noted.found[self._name] = (self._size, self._digest.hexdigest())
        return size

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Member(io.RawIOBase):
    """The bytes of one member: as many as it says and not one more, and those its CRC is of."""

    def __init__(
        self, file: BinaryIO, name: str, at: int, packed: int, size: int, crc: int
    ) -> None:
        super().__init__()
        self._file, self._name, self._at, self._end = file, name, at, at + packed
        self._left, self._wanted, self._crc = size, crc, 0
        self._inflate = zlib.decompressobj(-15)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = b""
        while not found and not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._packed()
            try:
                found = self._inflate.decompress(packed, len(buffer))
            except zlib.error:
                self._refuse()
        buffer[: len(found)] = found
        self._left -= len(found)
        self._crc = zlib.crc32(found, self._crc)
        whole = self._left == 0 and self._at == self._end and not self._inflate.unused_data
        if self._left < 0 or (not found and not (whole and self._crc == self._wanted)):
            self._refuse()
        return len(found)

    def _packed(self) -> bytes:
        self._file.seek(self._at)
        packed = self._file.read(min(1 << 16, self._end - self._at))
        self._at += len(packed)
        if not packed:
            self._refuse()
        return packed

    def _refuse(self) -> NoReturn:
        raise Fault("zip", self._name, at=self._at)


def local_header(name: str, crc: int, size: int, packed: Optional[int] = None) -> bytes:
    """What stands before a member: deflated, or stored; 1980-01-01 00:00, no extra field."""
    path, deflated = name.encode(), packed is not None
    fixed = (20, 0, 8 * deflated, 0, 0x21, crc, packed if deflated else size, size, len(path), 0)
    return struct.pack("<4s5H3L2H", b"PK\3\4", *fixed) + path


def central_header(name: str, crc: int, size: int, at: int, packed: Optional[int] = None) -> bytes:
    """A member's line in the directory: a plain file that its owner reads and writes."""
    path, deflated = name.encode(), packed is not None
    made = (0x0314, 20, 0, 8 * deflated, 0, 0x21, crc, packed if deflated else size, size)
    rest = (len(path), 0, 0, 0, 0, 0o100600 << 16, at)
    return struct.pack("<4s6H3L5H2L", b"PK\1\2", *made, *rest) + path


def end_record(count: int, length: int, start: int, digest: str = "") -> bytes:
    """The zip's last bytes: one disk; as its comment the SHA-256 of all before."""
    fixed = (0, 0, count, count, length, start, len(digest))
    return struct.pack("<4s4H2LH", b"PK\5\6", *fixed) + digest.encode()


# Reading: JSON without surprises, CSV row by row with types, keys and foreign keys.


def loads(text: str, record: str) -> Any:
    """JSON with unique keys, no NaN, no absurd depth; a float stays text."""
    depth = 0
    deep = text.count("[") + text.count("{") > MOST_DEPTH
    for mark in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text) if deep else ():
        depth += (mark in ("[", "{")) - (mark in ("]", "}"))
        if depth > MOST_DEPTH:
            raise Fault("json", record, why="too deep")

    def unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise Fault("json", record, why="a key stands twice")
        return dict(pairs)

    def no_number(word: str) -> NoReturn:
        raise Fault("json", record, why=word)

    if len(text) >= MANY_DIGITS and re.search("[0-9]{%d}" % MANY_DIGITS, text):
        raise Fault("json", record, why="too large a number")
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=no_number, parse_float=str)
    except json.JSONDecodeError as error:
        # What Python says of it, and where a comma too many is, differ from one to another.
        read = text[: error.pos].rstrip(" \t\r\n,")
        at = read.count("\n") + 1, len(read) - read.rfind("\n")
        raise Fault("json", record, why="line %d column %d" % at) from None
    except (ValueError, RecursionError) as error:
        raise Fault("json", record, why=error) from None


def read_json(source: Any, name: str) -> Any:
    """A JSON file of the bundle."""
    with source.open(name) as stream:
        raw = stream.read(MOST_JSON + 1)
    if len(raw) > MOST_JSON:
        raise Fault("json", name, why="too large")
    return loads(raw.decode("utf-8"), name)


def read_manifest(source: Any) -> Dict[str, Any]:
    """The list of files, which the last file of all covers."""
    for name in LAST:
        if name not in source.names:
            raise Fault("missing", name)
    _, digest = digest_of(source, LAST[0])
    with source.open(LAST[1]) as stream:
        if stream.read(MOST_JSON) != ("%s  %s\n" % (digest, LAST[0])).encode():
            raise Fault("hash", LAST[0])
    manifest = read_json(source, LAST[0])
    for field, wanted in (("format", FORMAT), ("edition", EDITION)):
        if manifest.get(field) != wanted:
            raise Fault("version", LAST[0], found=manifest.get(field))
    fields = ["benefit_years", "booked", "checkpoint", "edition", "files", "format"]
    same(LAST[0], "fields", [*fields, "made_from_event", "reports"], sorted(manifest))
    years = manifest["benefit_years"]
    if not 1 <= len(years) <= MOST_YEARS or years != sorted({int(year) for year in years}):
        raise Fault("value", LAST[0], field="benefit_years", found=years)
    return dict(manifest)


def check_names(source: Any, manifest: Dict[str, Any]) -> None:
    """Every file is listed, none is missing, and they stand in their order."""
    names = [str(listed["name"]) for listed in manifest["files"]]
    for name in source.names:
        if name not in names and name not in LAST:
            raise Fault("unlisted", name)
    for name in names:
        if name not in source.names:
            raise Fault("missing", name)
    same(LAST[0], "files", sorted(names), names)
    if isinstance(source, Zip):
        same("zip", "files", [*names, *LAST], source.names)


def check_digests(source: Any, manifest: Dict[str, Any], known: Dict[str, Tuple[int, str]]) -> None:
    """Every file is what the manifest says. `known`: length and SHA-256 of those read already."""
    for listed in manifest["files"]:
        same(LAST[0], "entry", ["bytes", "name", "sha256"], sorted(listed))
        found = known.get(listed["name"]) or digest_of(source, listed["name"])
        if found != (listed["bytes"], listed["sha256"]):
            raise Fault("hash", listed["name"])


def digest_of(source: Any, name: str) -> Tuple[int, str]:
    """Length and SHA-256 of a file."""
    digest, size = hashlib.sha256(), 0
    with source.open(name) as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"T([01][0-9]|2[0-3])(:[0-5][0-9]){2}"
SHAPES = {
    "int": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    "day": re.compile(_DAY),
    "moment": re.compile(_DAY + _CLOCK),
    "time": re.compile(_DAY + _CLOCK + r"\.[0-9]{6}Z"),
    "bool": re.compile("true|false"),
}
MANY = {
    kind: re.compile("(?:%s\n)*" % shape.pattern)
    for kind, shape in SHAPES.items()
    if kind in ("moment", "time")
}
DIGITS, SIGNED_DIGITS = b"0123456789,", b"-0123456789,"
SHORT = 40  # texts up to this length come again and again
_DAYS: Dict[str, date] = {}


def day_of(text: str) -> date:
    """A day; the few there are in a year are kept."""
    if text not in _DAYS:
        _DAYS[text] = date.fromisoformat(text)
    return _DAYS[text]


def instant(text: str) -> datetime:
    """A moment of the log, for reckoning with hours."""
    return datetime.fromisoformat(text.rstrip("Z"))


def value_of(kind: str, cell: str) -> Any:
    """A cell as its type: fen and int -> int, day -> date, moments stay text. Raises ValueError."""
    if kind == "text":
        return sys.intern(cell) if len(cell) <= SHORT else cell
    if kind == "json":
        return loads(cell, "")
    if not SHAPES["int" if kind == "fen" else kind].fullmatch(cell):
        raise ValueError
    if kind in ("int", "fen"):
        return int(cell)
    if kind == "bool":
        return cell == "true"
    found = day_of(cell[:10])
    return found if kind == "day" else cell


class Columns(Dict[str, Any]):
    """A block's columns by name; one that is not there yet is read as if all its cells were right.

    Where the second process asks whether they are, no more is read here than rules ask for, half of
    all columns, and that quickly: to see that a number is one takes as long as to read it.
    """

    def __init__(self, name: str, cells: Any) -> None:
        super().__init__()
        self._name, self._cells = name, cells

    def __missing__(self, field: str) -> Any:
        place, kind = PLACES[self._name][field]
        self[field] = values_of(kind, self._cells[place])
        return self[field]


class Divided:
    """Cells on end, row by row, a mark behind each row: a column is taken out when asked for."""

    def __init__(self, cells: List[str], width: int) -> None:
        self._cells, self._width = cells, width

    def __getitem__(self, place: int) -> List[str]:
        return self._cells[place :: self._width]

    def __iter__(self) -> Iterator[List[str]]:
        return map(self.__getitem__, range(self._width - 1))


class Block:
    """Rows on end of a table, column by column; `flaw`: what is wrong with the row after them.

    `cells`: of each column its texts; `columns`: its values; `lines`: of each row the bytes that
    its leaf in the log is the hash of.
    """

    def __init__(self, name: str, cells: Any, size: int, raw: Any, before: int) -> None:
        self.name, self.size, self.flaw = name, size, None  # type: Tuple[str, int, Any]
        self.cells, self.before = cells, before
        self._raw = raw  # lines as the file has them, on end; or a list of each row's
        self.columns = Columns(name, cells)
        self._keys: Dict[Tuple[str, ...], Any] = {}

    @property
    def lines(self) -> List[bytes]:
        if type(self._raw) is bytes:
            self._raw = (b"\0" + self._raw[:-1].replace(b"\n", b"\n\0")).split(b"\n")
        found: List[bytes] = self._raw
        return found

    def cut(self, place: int, flaw: Exception) -> None:
        """The row at this place is bad: what comes before it is left."""
        self.size, self.flaw = place, flaw
        self._raw = self.lines[:place]
        self.cells = [column[:place] for column in self.cells]
        known = {field: column[:place] for field, column in self.columns.items()}
        self.columns = Columns(self.name, self.cells)
        self.columns.update(known)
        self._keys = {}

    def at(self, place: int) -> str:
        """Where a row stands in its file."""
        last = self.before + sum(1 + line.count(b"\n") for line in self.lines[: place + 1])
        return "data/%s.csv line %d" % (self.name, last)

    def keys(self, fields: Tuple[str, ...]) -> Any:
        """Of each row the value of one field, or of several together; None where one is empty."""
        if len(fields) == 1:
            return self.columns[fields[0]]
        if fields not in self._keys:
            columns = [self.columns[field] for field in fields]
            keys: List[Any] = list(zip(*columns))  # noqa: B905 - not in 3.8
            if any(None in column for column in columns):
                keys = [None if None in key else key for key in keys]
            self._keys[fields] = keys
        return self._keys[fields]


class Tables:
    """Reads the tables one after the other, a block of rows at once, each check for a whole column.

    The first bad row is found all the same: a block is cut before it, and what stands behind is
    not looked at. `block` and `place` say which row is read, `now` which one is looked at again.
    `part`: whether rows are looked at as WHOLE, ROWS or RULES says.
    """

    def __init__(self, source: Any, seals: "Optional[Seals]" = None, part: str = WHOLE) -> None:
        self.source, self.seals, self.part = source, seals, part
        self.block, self.place = NO_BLOCK, 0
        self.now: Tuple[str, Tuple[Any, ...]] = ("", ())
        self.totals: Dict[str, Any] = {}
        self.numbers: Dict[str, List[List[int]]] = defaultdict(list)
        self.links = OF_ROWS if part == ROWS else ALL_LINKS
        wanted = {(ref[1], ref[2]) for refs in self.links.values() for ref in refs}
        self.keys: Dict[Tuple[str, Tuple[str, ...]], Any] = {
            (name, fields): Numbers() if fields == TABLES[name].key and _is_int(name) else set()
            for name, fields in wanted
        }
        self.referred: Dict[str, List[Tuple[str, ...]]] = defaultdict(list)
        for name, fields in sorted(wanted):
            self.referred[name].append(fields)

    def sealed(self) -> Set[str]:
        """Tables that the log has chunks of; what had none when it was signed has them later."""
        return {leaf["table"] for leaf in self.seals.leaves} if self.seals else set(TABLES)

    def record(self) -> str:
        """The row being looked at, by its key."""
        name, values = self.now
        if self.block is not NO_BLOCK:
            name, columns = self.block.name, self.block.columns
            values = tuple(columns[field][self.place] for field in TABLES[name].key)
        named = zip_longest(TABLES[name].key, values)
        return name + "".join(" %s=%s" % pair for pair in named)

    def read(self, name: str, each: Any, many: Any = None, rows_of: Any = None) -> None:
        """Read a table. `each` takes its rows, or the fields that its arguments are named after.

        `many` takes a block of rows if nothing is wrong with any of them, and says whether it did;
        or takes some, and gives the places of those that are left for `each`. `rows_of` goes
        through a block's rows by itself.
        """
        fields = list(TABLES[name].columns)
        wanted = each.__code__.co_varnames[1 : each.__code__.co_argcount] if each else ()
        sums, count = sums_of(name), 0
        for block in self._blocks(name):
            columns = block.columns
            left = _takes(many, block) if many and block.size else False
            if rows_of and block.size:
                rows_of(columns)
            elif wanted == ("row",):
                rows = zip(*(columns[field] for field in fields))  # noqa: B905 - not in 3.8
                for self.place, values in enumerate(rows):
                    each(dict(zip(fields, values)))  # noqa: B905 - not in 3.8
            elif wanted and left is not True:
                self._one_by_one(each, [columns[field] for field in wanted], left)
            self.place = max(0, block.size - 1)
            if block.flaw:
                raise block.flaw
            for field in () if self.part == RULES else sums:
                empty = TABLES[name].columns[field][1]
                sums[field] += sum(filter(None, columns[field]) if empty else columns[field])
            count += block.size
        self.totals[name] = {"rows": count, "sums": sums}

    def _one_by_one(self, each: Any, columns: List[Any], left: Any) -> None:
        """Rows, or those of them that are left."""
        rows = enumerate(zip(*columns))  # noqa: B905 - not in 3.8
        if left:
            rows = ((place, tuple(column[place] for column in columns)) for place in left)  # type: ignore[assignment]
        for self.place, values in rows:
            each(*values)

    def _blocks(self, name: str) -> Iterator[Block]:
        """The rows of a table, checked for types, order, place in the log and foreign keys.

        For RULES the second process does that; for ROWS it is enough to see that a cell is wrong.
        """
        last: Any = None
        for block in self._raw(name):
            if self.part == WHOLE:
                _give_types(block)
            if not block.size and block.flaw:
                raise block.flaw
            self.block = block
            if self.part == ROWS:
                look_at_types(block)
            if self.part != RULES:
                keys = block.keys(TABLES[name].key)
                self._in_order(block, keys, last)
                last = keys[-1]
                if self.seals and name not in NOT_SEALED:
                    self._in_the_log(block, self.seals)
                self._link(block)
            if self.part != ROWS and name in NUMBERS:
                add_numbers(self.numbers[name], block.columns[NUMBERS[name]])
            yield block

    def _raw(self, name: str) -> Iterator[Block]:
        """Rows as they stand; what cannot be read is the flaw of those before it."""
        with self.source.open("data/%s.csv" % name) as file:
            before, rest, block = _head(name, file), b"", NO_BLOCK
            while not block.flaw:
                data = rest + file.read(AT_ONCE)
                whole = data.rfind(b"\n") + 1
                data, rest = data[:whole], data[whole:]
                if not data and not rest:
                    return
                found = _plain(name, data, before) if data else None
                if found:
                    block, before = found, before + found.size
                else:
                    block, taken = _quoted(name, data, _on(rest, file), before)
                    before += taken
                    rest = rest if taken <= data.count(b"\n") else b""
                yield block

    def _in_order(self, block: Block, keys: Any, last: Any) -> None:
        """Each key is above the one before it."""
        if all(map(operator.lt, keys, keys[1:])) and (last is None or last < keys[0]):
            return
        for self.place, key in enumerate(keys):
            if last is not None and key <= last:
                block.cut(self.place, Fault("order", self.record()))
                return
            last = key

    def _in_the_log(self, block: Block, seals: "Seals") -> None:
        try:
            seals.take(block, self)
        except Fault as fault:
            block.cut(self.place, fault)
        except MALFORMED as error:
            block.cut(self.place, Fault("malformed", self.record(), why=_why(error)))

    def _link(self, block: Block) -> None:
        """What a row refers to was there before; what refers to it will find it."""
        name = block.name
        for fields, target, theirs in self.links[name]:
            links, known = block.keys(fields), self.keys[target, theirs]
            links = links[:1] if _is_one(links) else links
            if known.issuperset(filter(None, links) if None in links else links):
                continue
            for self.place, link in enumerate(links):
                if link is not None and link not in known:
                    facts = {"field": ",".join(fields), "table": target, "found": link}
                    block.cut(self.place, Fault("foreign_key", self.record(), **facts))
                    break
        for theirs in self.referred[name]:
            self.keys[name, theirs].update(block.keys(theirs))


NO_BLOCK = Block("", [], 0, [], 0)


class Numbers:
    """Numbers of rows: most tables are numbered on end, so that the first and the last will do."""

    def __init__(self) -> None:
        self.first, self.last = 1, 0
        self.others: Set[int] = set()

    def update(self, numbers: List[int]) -> None:
        """Add numbers that rise, above all there are."""
        on_end = numbers[-1] - numbers[0] == len(numbers) - 1 if numbers else False
        if on_end and self.last < self.first:
            self.first, self.last = numbers[0], numbers[-1]
        elif on_end and not self.others and numbers[0] == self.last + 1:
            self.last = numbers[-1]
        else:
            self.others.update(numbers)

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last or number in self.others

    def issuperset(self, numbers: Any) -> bool:
        """Whether all of these are there."""
        asked = numbers if type(numbers) is list else list(numbers)
        if not asked or (self.first <= min(asked) and max(asked) <= self.last):
            return True
        return all(map(self.__contains__, asked))


def _is_int(name: str) -> bool:
    """Whether the rows of a table are known by one number."""
    key = TABLES[name].key
    return len(key) == 1 and TABLES[name].columns[key[0]][0] == "int"


def _takes(many: Any, block: Block) -> Any:
    """Whether these rows could be taken together. What it stumbles on, `each` will name.

    `many` takes the columns that its arguments are named after, `keys`: what a row is known by, or
    `columns`: all of them.
    """
    wanted = many.__code__.co_varnames[1 : many.__code__.co_argcount]

    def column(field: str) -> Any:
        if field == "columns":
            return block.columns
        return block.keys(TABLES[block.name].key) if field == "keys" else block.columns[field]

    try:
        return many(*map(column, wanted))
    except MALFORMED:
        return False


def reader_of(lines: Any) -> Any:
    """csv's reader of lines in UTF-8, which takes the same ones whatever Python this is."""
    return csv.reader(map(_text_of, lines), strict=True)


def _text_of(line: bytes) -> str:
    # Up to 3.10 csv refuses it, from 3.11 on it takes it.
    if b"\0" in line:
        raise NulFound
    return line.decode()


class NulFound(csv.Error):
    """A line has a byte that no text has."""

    def __str__(self) -> str:
        return "line contains NUL"


def _csv_says(error: Exception, line: int) -> Tuple[int, str]:
    """On which line csv stumbled, and over what; the advice behind it differs among Pythons."""
    return line + isinstance(error, NulFound), str(error).partition(" - ")[0]


def _why(error: Exception) -> str:
    """What Python could not make of it, as far as all Pythons say the same."""
    if isinstance(error, csv.Error):
        return _csv_says(error, 0)[1]
    alike = isinstance(error, (LookupError, OSError, ValueError))
    return repr(error)[:80] if alike else type(error).__name__


def _head(name: str, file: BinaryIO) -> int:
    """How many lines the columns' names take up, which must be the right ones."""
    columns, path = list(TABLES[name].columns), "data/%s.csv" % name
    reader = reader_of(file)
    try:
        if next(reader, None) != columns:
            raise Fault("header", path)
    except csv.Error as error:
        line, why = _csv_says(error, reader.line_num)
        raise Fault("csv", "%s line %d" % (path, line), why=why) from None
    return int(reader.line_num)


def _plain(name: str, data: bytes, before: int) -> Optional[Block]:
    """Lines as they mostly are: cells between commas, as many as columns, and nothing quoted.

    Of all others this says nothing: what they are, csv decides. A cell that is too long for it has
    half as many bytes on end, and no end of line among them.
    """
    half = csv.field_size_limit() // 2
    starts = range(0, len(data) - half, half)
    width = len(TABLES[name].columns) + 1  # with the end of the line
    if any(mark in data for mark in (b'"', b"\r", b"\0")):
        return None
    # An empty line has too few cells, but where one is enough. To look for one takes a while.
    if len(TABLES[name].columns) == 1 and (data[0] == ord("\n") or b"\n\n" in data):
        return None
    if any(data.find(b"\n", start, start + half) < 0 for start in starts):
        return None
    try:
        cells = data.decode().replace("\n", ",\n,").split(",")
    except UnicodeDecodeError:
        return None
    size = data.count(b"\n")
    del cells[-1]
    if len(cells) != size * width or cells[width - 1 :: width].count("\n") != size:
        return None
    return Block(name, Divided(cells, width), size, data, before)


def _quoted(name: str, data: bytes, file: Iterator[bytes], before: int) -> Tuple[Block, int]:
    """Rows as csv reads them: all that begin in these lines, and how many lines those are."""
    raw, again = tee(chain(io.BytesIO(data), file))
    reader = reader_of(again)
    rows: List[List[str]] = []
    flaw: Optional[Exception] = None
    try:
        while reader.line_num < max(1, data.count(b"\n")):
            rows.append(next(reader))
    except csv.Error as error:
        line, why = _csv_says(error, before + reader.line_num)
        flaw = Fault("csv", "data/%s.csv line %d" % (name, line), why=why)
    except UnicodeDecodeError as error:
        flaw = error
    lines = list(islice(raw, reader.line_num))
    if len(lines) != len(rows):
        lines = _put_together(lines, len(rows))
    width = len(TABLES[name].columns)
    good = next((n for n, cells in enumerate(rows) if len(cells) != width), len(rows))
    columns: List[Any] = list(zip(*rows[:good])) or [()] * width  # noqa: B905 - not in 3.8
    block = Block(name, columns, len(lines), [b"\0" + without_end(x) for x in lines], before)
    block.flaw = flaw
    if good < len(rows):
        why = "%d cells instead of %d" % (len(rows[good]), width)
        block.cut(good, Fault("csv", block.at(good), why=why))
    return block, reader.line_num


def without_end(line: bytes) -> bytes:
    """A line without its line feed; the last one of a file that has none is all there is of it."""
    return line[:-1] if line.endswith(b"\n") else line


def _on(rest: bytes, file: BinaryIO) -> Iterator[bytes]:
    """The lines that follow, of the first of which this much was read already."""
    if rest:
        yield rest + file.readline()
    # Not `yield from`: that would close the file where this is left half-way.
    for line in file:
        yield line


def _put_together(lines: List[bytes], count: int) -> List[bytes]:
    """The bytes of each of so many rows, where some have several lines."""
    rows, done = [], 0
    reader = reader_of(lines)
    for _ in islice(reader, count):
        rows.append(b"".join(lines[done : reader.line_num]))
        done = reader.line_num
    return rows


def _give_types(block: Block) -> None:
    """Texts to values."""
    table = TABLES[block.name]
    for (field, (kind, empty)), cells in zip(table.columns.items(), block.cells):  # noqa: B905
        try:
            block.columns[field] = column_of(kind, empty, cells[: block.size])
        except (ValueError, Fault):
            place = next(n for n, cell in enumerate(cells) if not _is_value(kind, empty, cell))
            fault = Fault("value", block.at(place), field=field, found=cells[place][:SHORT])
            block.cut(place, fault)
            block.columns[field] = column_of(kind, empty, cells[:place])


def sums_of(name: str) -> Dict[str, int]:
    """A table's amounts, of none of its rows yet."""
    return {field: 0 for field, (kind, _) in TABLES[name].columns.items() if kind == "fen"}


def look_at_types(block: Block) -> None:
    """Whether all cells are values of their types. Raises ValueError, Fault."""
    table, name = TABLES[block.name], block.name
    for (field, (kind, empty)), cells in zip(table.columns.items(), block.cells):  # noqa: B905
        read_anyway = kind == "fen" or (kind == "int" and field in LINKS[name])
        if read_anyway or not are_values(kind, empty, cells):
            block.columns[field] = column_of(kind, empty, cells)


def are_values(kind: str, empty: bool, cells: Any) -> bool:
    """Whether these are values, seen without reading them; if not, `column_of` must say."""
    if kind == "text":
        return empty or "" not in cells
    if kind != "int":
        return False
    whole = ",%s," % ",".join(cells)
    return (
        not (",," in whole or ",0" in whole)
        and _has_only(DIGITS, whole)
        and max(map(len, cells)) <= MOST_DIGITS
        and whole.count(",") == len(cells) + 1  # none within a cell
    )


def _has_only(marks: bytes, text: str) -> bool:
    """Whether a text has no other characters than these of ASCII."""
    return not text.encode("utf-8", "replace").translate(None, marks)


def values_of(kind: str, cells: Any) -> List[Any]:
    """A column of values, if all its cells are such, as `column_of` reads it; else anything."""
    if _is_one(cells):
        return [value_of(kind, cells[0]) if cells[0] else None] * len(cells)
    if kind in ("int", "fen"):
        return _digits(cells)
    if kind in ("text", "moment", "time"):
        return list(cells) if "" not in cells else [x or None for x in cells]
    known = {cell: value_of(kind, cell) if cell else None for cell in set(cells)}
    return list(map(known.__getitem__, cells))


def _digits(cells: Any) -> List[Optional[int]]:
    """Numbers, if they are such. JSON, which stumbles on an empty cell, is quicker than int."""
    try:
        numbers: List[Optional[int]] = json.loads("[%s]" % ",".join(cells))
    except ValueError:
        numbers = []
    return numbers if len(numbers) == len(cells) else [int(x) if x else None for x in cells]


def column_of(kind: str, empty: bool, cells: Any) -> List[Any]:
    """A column of values; what comes again and again is read once. Raises ValueError, Fault."""
    if _is_one(cells):
        if not cells[0] and not empty:
            raise ValueError
        return [value_of(kind, cells[0]) if cells[0] else None] * len(cells)
    if kind in ("int", "fen", "text", "moment", "time") and 2 * len(set(cells[:LOOK])) > LOOK:
        numbers = _plain_numbers(cells) if kind in ("int", "fen") else []
        if numbers:
            return numbers
        if "" not in cells:
            if kind in ("moment", "time"):
                return list(_values(kind, cells))
            return _numbers(cells) if kind != "text" else list(map(sys.intern, cells))
        filled = tuple(filter(None, cells))
        if filled and empty:
            values = iter(column_of(kind, empty, filled))
            return [next(values) if cell else None for cell in cells]
    some = set(cells)
    if "" in some and not empty:
        raise ValueError
    some.discard("")
    known: Dict[str, Any] = {"": None}
    known.update(zip(some, _values(kind, list(some))))  # noqa: B905 - not in 3.8
    return list(map(known.__getitem__, cells))


def _values(kind: str, cells: Any) -> Any:
    """The values of cells none of which is empty."""
    if kind in ("int", "fen") and cells:
        return _numbers(cells)
    if kind in ("moment", "time"):
        whole = "\n".join([*cells, ""])
        if whole.count("\n") != len(cells) or not MANY[kind].fullmatch(whole):
            raise ValueError
        for day in set(map(itemgetter(slice(10)), cells)):
            day_of(day)
        return cells
    return [value_of(kind, cell) for cell in cells]


def _is_one(values: Any) -> bool:
    """Whether all values of a column are the same."""
    return bool(values) and values[0] == values[-1] and values.count(values[0]) == len(values)


def _plain_numbers(cells: Any) -> List[int]:
    """Whole numbers as `_numbers` has them, where JSON reads them all; else none.

    It takes digits as they are written here, no zero before others, stumbles on an empty cell, and
    is quick.
    """
    whole = ",".join(cells)
    if len(whole) > 2 * MOST_DIGITS * len(cells) or not _has_only(SIGNED_DIGITS, whole):
        return []
    try:
        numbers: List[int] = json.loads("[%s]" % whole)
    except ValueError:
        return []
    if len(numbers) != len(cells) or "-0" in whole:
        return []
    short = max(numbers) < 10**MOST_DIGITS and -min(numbers) < 10**MOST_DIGITS
    return numbers if short else []


def _numbers(cells: Any) -> List[int]:
    """Whole numbers written as Python writes them, of up to 18 digits; some only count up."""
    numbers = _plain_numbers(cells)
    if numbers:
        return numbers
    written = cells if type(cells) is list else list(cells)
    if len(written[0]) > MOST_DIGITS + 1 or len(written[-1]) > MOST_DIGITS + 1:
        raise ValueError
    first, last = int(written[0]), int(written[-1])
    numbers = list(range(first, last + 1)) if last - first == len(written) - 1 else []
    if list(map(str, numbers)) != written:
        if max(map(len, written)) > MOST_DIGITS + 1:
            raise ValueError
        numbers = list(map(int, written))
        if list(map(str, numbers)) != written:
            raise ValueError
    if max(numbers) >= 10**MOST_DIGITS:
        raise ValueError
    return numbers


def _is_value(kind: str, empty: bool, cell: str) -> bool:
    try:
        return empty if not cell else value_of(kind, cell) is not NOTHING
    except (ValueError, Fault):
        return False


def add_numbers(runs: List[List[int]], numbers: List[Any]) -> None:
    """Add numbers to runs of numbers on end; most follow the last."""
    if numbers and numbers == list(range(numbers[0] or 0, (numbers[0] or 0) + len(numbers))):
        add_number(runs, numbers[0])
        runs[-1][1] = numbers[-1]
        return
    for number in numbers:
        add_number(runs, number)


PLACES = {
    name: {field: (place, kind) for place, (field, (kind, _)) in enumerate(table.columns.items())}
    for name, table in TABLES.items()
}
"""Where a field stands among its table's, and its type."""
LOOKED_UP = {
    "determination": (("claim_id",), ("member",), ("setl_id", "version")),
    "posting": (("claim_id",), ("member",)),
}
"""What RULES look for of every row anyway, and stop where it is not there: ROWS need not."""
ALL_LINKS = {name: table.refs for name, table in TABLES.items()}
OF_ROWS = {
    name: tuple(ref for ref in refs if ref[0] not in LOOKED_UP.get(name, ()))
    for name, refs in ALL_LINKS.items()
}
LINKS = {
    name: {*TABLES[name].key, *(field for ref in refs for field in ref[0])}
    for name, refs in OF_ROWS.items()
}
"""Fields that a row is known by, or ROWS look for others with."""


def add_number(runs: List[List[int]], number: Any) -> None:
    """Add a number to runs of numbers on end; most follow the last."""
    if number is None:
        return
    if runs and runs[-1][1] + 1 == number:
        runs[-1][1] = number
    else:
        runs.append([number, number])


def _bare_lines(block: Block) -> List[bytes]:
    """The rows as they are sealed: without the columns that change with later rows."""
    lines, columns = block.lines, list(TABLES[block.name].columns)
    places = [columns.index(field) for field in reversed(columns) if field in BARE[block.name]]
    whole = b"".join(lines)
    if b'"' in whole or b"\r" in whole:
        cells = [column for at, column in enumerate(block.cells) if at not in places]
        return [b"\0" + _csv_line(row) for row in zip(*cells)]  # noqa: B905 - not in 3.8
    for at in places:
        rows = map(bytes.split, lines, repeat(b","), repeat(at + 1))
        lines = [b",".join([*row[:at], *row[at + 1 :]]) for row in rows]
    return lines


def _csv_line(cells: Tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue().encode("utf-8")


# Seals: what was recorded when, in a log that is signed (hashes: RFC 9162, signatures: RFC 8032).


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


_DIGEST = type(hashlib.sha256()).digest


def _shas(texts: Any) -> List[bytes]:
    """The hashes of many texts."""
    return list(map(_DIGEST, map(hashlib.sha256, texts)))


class Tree:
    """A Merkle tree that grows to the right: of each complete subtree, its hash."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: List[bytes] = []

    def add(self, node: bytes, leaves: int = 1) -> None:
        """Add a leaf's hash, or that of a complete subtree of so many leaves."""
        full = self.size // leaves
        while full & 1:
            node = hashlib.sha256(b"\1" + self.peaks.pop() + node).digest()
            full >>= 1
        self.peaks.append(node)
        self.size += leaves

    def extend(self, nodes: List[bytes], leaves: int = 1) -> None:
        """Add leaves' hashes, or those of subtrees as large: pairs of them, level by level."""
        if nodes and self.size // leaves & 1:
            self.add(nodes[0], leaves)
            nodes = nodes[1:]
        pairs = zip(repeat(b"\1"), nodes[::2], nodes[1::2])
        above = _shas(map(b"".join, pairs))
        if above:
            self.extend(above, 2 * leaves)
        if len(nodes) & 1:
            self.add(nodes[-1], leaves)

    def root(self) -> bytes:
        node = self.peaks[-1] if self.peaks else _sha()
        for peak in self.peaks[-2::-1]:
            node = _sha(b"\1", peak, node)
        return node


class Note:
    """A checkpoint: a signed note that says how many leaves the log had, and their root."""

    def __init__(self, text: str, record: str) -> None:
        self.record = record
        self.body, _, lines = text.partition("\n\n")
        said = self.body.split("\n")
        try:
            self.origin, self.size = said[0], value_of("int", said[1])
            self.root = base64.b64decode(said[2])
            found = [line.split(" ") for line in lines.splitlines() if line.startswith("— ")]
            self.signatures = [(name, base64.b64decode(coded)) for _, name, coded in found]
        except (ValueError, IndexError):
            raise Fault("signature", record) from None

    def signed_by(self, keys: Dict[str, bytes]) -> str:
        """The fingerprint of the one of these keys (by fingerprint) that signed it."""
        message = (self.body + "\n").encode()
        for name, coded in self.signatures:
            for known, public in keys.items():
                hint = _sha(name.encode(), b"\n\1", public)[:4]
                if coded[:4] == hint and ed25519(public, message, coded[4:]):
                    return known
        raise Fault("signature", self.record)


def fingerprint_of(said: str) -> str:
    """A key's fingerprint as it is compared; empty where it is none."""
    found = re.sub(r"[\s:]", "", said).lower()
    return found if re.fullmatch("[0-9a-f]{64}", found) else ""


def is_checkpoint(text: str) -> bool:
    """Whether it has a checkpoint's form; what it says is another matter."""
    try:
        return bool(Note(text, "--since").signatures)
    except Fault:
        return False


class Seals:
    """The log of a bundle, signed, and the rows of the bundle in it."""

    def __init__(self, source: Any, year: int) -> None:
        self.leaves: List[Row] = []
        self.since: List[str] = []
        self.roots: Dict[int, bytes] = {}
        self.trees: Dict[int, Tree] = {}
        # The chunk that is being read, and how many rows of it follow.
        self.number, self.tree, self.left = 0, Tree(), 0
        self.begins = self.ends = ""
        self.whole = ("*", str(year))
        with source.open("seals/checkpoint.txt") as stream:
            self.note = Note(stream.read(MOST_JSON).decode("utf-8"), "seals/checkpoint.txt")
        told = read_json(source, "seals/notes.json")
        publics = [bytes.fromhex(key["public"]) for key in told["keys"]]
        self.keys = {_sha(public).hex(): public for public in publics}
        self.earlier = [Note(text, "seals/notes.json") for text in told["earlier"]]
        self._read_log(source)
        self.key = self.note.signed_by(self.keys)
        for note in [*self.earlier, self.note]:
            if note is not self.note:
                note.signed_by(self.keys)
            if self.roots.get(note.size) != note.root:
                raise Fault("log", note.record, at=note.size)
        same("seals/log.jsonl", "leaves", self.note.size, len(self.leaves))
        self.gaps = self._gaps(source)
        self.runs = self._table(source, "seals/rows.csv", ["table", "leaf", "rows"])

    def _read_log(self, source: Any) -> None:
        tree, last, seen = Tree(), (0, ""), set()
        before = ""
        with source.open("seals/log.jsonl") as stream:
            for line in stream:
                leaf = loads(line.decode("utf-8"), "seals/log.jsonl")
                at = (leaf["seal"], leaf["until"])
                new = at[0] == last[0] + 1 and at[1] > last[1]
                key = (leaf["seal"], leaf["table"], leaf["years"])
                if not (new or (at == last and self.leaves)) or key in seen:
                    raise Fault("log", "seals/log.jsonl", at=len(self.leaves))
                before = last[1] if new else before
                last = at
                seen.add(key)
                self.leaves.append(leaf)
                self.since.append(before)
                tree.add(_sha(b"\0", without_end(line)))
                self.roots[tree.size] = tree.root()

    @staticmethod
    def _table(source: Any, name: str, columns: List[str]) -> Iterator[List[str]]:
        with source.open(name) as raw:
            reader = reader_of(raw)
            if next(reader, None) != columns:
                raise Fault("header", name)
            for cells in reader:
                if max(map(len, cells), default=0) > HEX:
                    raise Fault("csv", name, why="too long a cell")
                yield cells

    def _gaps(self, source: Any) -> Dict[int, List[Tuple[int, int, bytes]]]:
        gaps: Dict[int, List[Tuple[int, int, bytes]]] = defaultdict(list)
        before = (-1, -1)
        for leaf, at, leaves, node in self._table(
            source, "seals/gaps.csv", ["leaf", "at", "leaves", "hash"]
        ):
            if (int(leaf), int(at)) <= before:
                raise Fault("log", "seals/gaps.csv", at=leaf)
            before = (int(leaf), int(at))
            gaps[int(leaf)].append((int(at), int(leaves), bytes.fromhex(node)))
        for found in gaps.values():
            found.reverse()  # the next one is the last
        return gaps

    def outside(self, keys: List[str], since: Optional[Note]) -> List[str]:
        """What only the outside can know: which of it was given, and held."""
        given = [fingerprint_of(key) for key in keys]
        if given and self.key not in given:
            raise Fault("other_key", self.note.record)
        if since:
            signer = since.signed_by(self.keys)
            if given and signer not in given:
                raise Fault("other_key", since.record)
            if not given and signer != self.key:
                raise Fault("key_changed", self.note.record)
            if since.size > len(self.leaves):
                raise Fault("rolled_back", since.record, size=len(self.leaves), known=since.size)
            if self.roots.get(since.size) != since.root:
                raise Fault("rewritten", since.record)
        return (["key"] if given else []) + (["since"] if since else [])

    def take(self, block: Block, tables: "Tables") -> None:
        """The next rows of a table are in the chunks that the bundle names, in their places."""
        lines = _bare_lines(block) if block.name in BARE else block.lines
        leaves = _shas(lines)
        shown: Dict[int, List[bytes]] = defaultdict(list)  # of chunks that have no more gaps
        dated = "recorded_at" in TABLES[block.name].columns and block.name not in COUNTS_LATER
        times = block.columns["recorded_at"] if dated else ()
        tables.place = 0
        while tables.place < block.size:
            if not self.left:
                self._next(block.name, tables)
            number, tree, count = self.number, self.tree, min(self.left, block.size - tables.place)
            gaps = self.gaps.get(number)
            if gaps:
                self._fill(number, tree)
            if gaps and gaps[-1][0] > tree.size:
                count = min(count, gaps[-1][0] - tree.size)
            some = slice(tables.place, tables.place + count)
            if gaps:
                tree.extend(leaves[some])
            else:
                shown[number] += leaves[some]
            self.left -= count
            self._dated(times[some], tables)
            tables.place += count
        for number, nodes in shown.items():
            self.trees[number].extend(nodes)

    def _dated(self, times: Any, tables: "Tables") -> None:
        """All were recorded in the time that the seal took in."""
        if times and not self.begins <= min(times) <= max(times) < self.ends:
            tables.place += next(n for n, x in enumerate(times) if not self.begins <= x < self.ends)
            raise Fault("dated", tables.record())

    def _next(self, table: str, tables: "Tables") -> None:
        """The next rows on end that are in one chunk."""
        name, number, left = next(self.runs, ["", "0", "0"])
        self.number, self.left = int(number), int(left)
        known = 0 <= self.number < len(self.leaves) and self.left >= 1
        if not known or {table} != {name, self.leaves[self.number]["table"]}:
            raise Fault("unsealed", tables.record())
        self.tree = self.trees.setdefault(self.number, Tree())
        self.begins, self.ends = self.since[self.number], self.leaves[self.number]["until"]

    def _fill(self, number: int, tree: Tree) -> None:
        """Put in what the bundle does not show, up to its next row."""
        gaps = self.gaps.get(number)
        while gaps and gaps[-1][0] == tree.size:
            _, leaves, node = gaps.pop()
            if leaves < 1 or leaves & (leaves - 1) or tree.size % leaves:
                raise Fault("chunk", self._named(number))
            tree.add(node, leaves)

    def _named(self, number: int) -> str:
        return "{table} {years}, seal {seal}".format(**self.leaves[number])

    def close(self) -> None:
        """Every chunk is what was sealed; those of the year are whole."""
        if self.left or next(self.runs, None) is not None:
            raise Fault("unsealed", "seals/rows.csv")
        partly = set(self.gaps)
        for number, leaf in enumerate(self.leaves):
            whole = any(year in self.whole for year in leaf["years"].split("+"))
            whole = whole or leaf["table"] in SHOWN_WHOLE
            tree = self.trees.get(number)
            if tree is None and not whole:
                continue
            tree = tree or Tree()
            self._fill(number, tree)
            found = (tree.size, tree.root().hex())
            if found != (leaf["rows"], leaf["root"]) or (whole and number in partly):
                raise Fault("chunk", self._named(number))
        if any(self.gaps.values()):
            raise Fault("log", "seals/gaps.csv", at=len(self.leaves))


HALF = 32  # bytes of a key, and of half a signature
FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
Point = Tuple[int, int, int, int]


def _plus(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % FIELD
    b = (one[1] + one[0]) * (two[1] + two[0]) % FIELD
    c, d = 2 * one[3] * two[3] * CURVE % FIELD, 2 * one[2] * two[2] % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def _times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _plus(total, point)
        point = _plus(point, point)
        number >>= 1
    return total


def _point(raw: bytes) -> Optional[Point]:
    y = int.from_bytes(raw, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(CURVE * y * y + 1, FIELD - 2, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if (x * x - square) % FIELD:
        x = x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    if y >= FIELD or (x * x - square) % FIELD or (x == 0 and odd):
        return None
    x = x if x & 1 == odd else FIELD - x
    return (x, y, 1, x * y % FIELD)


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature of the message."""
    key, nonce = _point(public), _point(signature[:HALF])
    base = _point((4 * pow(5, FIELD - 2, FIELD) % FIELD).to_bytes(HALF, "little"))
    number = int.from_bytes(signature[HALF:], "little")
    if key is None or nonce is None or base is None or number >= ORDER:
        return False
    if len(public) != HALF or len(signature) != 2 * HALF:
        return False
    digest = hashlib.sha512(signature[:HALF] + public + message).digest()
    left = _times(number, base)
    right = _plus(nonce, _times(int.from_bytes(digest, "little") % ORDER, key))
    return not any((left[n] * right[2] - right[n] * left[2]) % FIELD for n in (0, 1))


# The rules, by plain arithmetic.


def gross_of(bands: List[Dict[str, int]], base: int) -> int:
    """The bands on a base, exactly, rounded once, half up, to the fen."""
    total = 0
    for place, band in enumerate(bands):
        top = bands[place + 1]["over_fen"] if place + 1 < len(bands) else base
        total += max(0, min(base, top) - band["over_fen"]) * band["basis_points"]
    return (total + ALL // 2) // ALL


def term_end(months: Any, start: date) -> date:
    """The last day of a cover or gift: of the year, or so many months on, less a day."""
    if months == "calendar_year":
        return date(start.year, 12, 31)
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    # The same day so many months on is the first day after; a month may not have it.
    return min(first + timedelta(days=start.day - 2), following - timedelta(days=1))


class Bill(NamedTuple):
    """What of a settlement decides about it; `days` and `amounts` as in DAYS and AMOUNTS."""

    member: str
    flagged_refund: bool
    med_type: Optional[str]
    visit: Optional[str]
    days: Tuple[Optional[date], Optional[date], date]
    amounts: Tuple[Any, ...]

    def day(self, name: str) -> Any:
        """The day that a scheme calls so."""
        return self.days[DAYS.index(name)]


OWN_PART, DEDUCTIBLE = 5, 4  # places in AMOUNTS
DAYS = ("admitted_on", "discharged_on", "settled_on")
AMOUNTS = ("inscp_scp_amt", "hifp_pay", "hifob_pay", "hifmi_pay", "act_pay_dedc", "own_part")
PAID = ("psn_part_amt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")


def own_part(paid: Optional[int], *outside: int) -> Optional[int]:
    """What a member paid of a bill, less what is outside the rules: the bill's PAID."""
    return None if paid is None else paid - sum(outside)


BILL = Bill._fields
BILL_DAYS = ("begndate", "enddate")
WIDTH = len(AMOUNTS) + 1  # numbers of a bill
UNTOLD = 1 << 62  # in a column of numbers, where a bill says none; above all that can be


class Bills:
    """Bills: what the bureau first sent of each, column by column; other versions one by one.

    One that is asked for is put together then.
    """

    def __init__(self) -> None:
        self.places: Dict[str, int] = {}  # where a bill's first version stands
        self.facts: List[List[Any]] = [[] for _ in BILL[:4]]
        self.days: List[List[Any]] = [[] for _ in DAYS]
        # Of each first version, on end: its amounts, and the run that brought it. What is asked
        # for together lies together.
        self.numbers = array("q")
        self.later_runs: Dict[str, Tuple[int, ...]] = defaultdict(tuple)  # all others
        self.refunded = self.undated = False  # whether any first version is
        self.others: Dict[Tuple[str, int], Bill] = {}

    def add(self, numbers: List[str], runs: Any, facts: Any, days: Any, amounts: Any) -> None:
        """Add first versions: of each field a column."""
        places = range(len(self.days[0]), len(self.days[0]) + len(numbers))
        together = array("q", bytes(WIDTH * 8 * len(numbers)))
        for place, column in enumerate((*amounts, runs)):
            together[place::WIDTH] = array("q", column)
        self.numbers.extend(together)
        for known, values in zip((*self.facts, *self.days), (*facts, *days)):  # noqa: B905
            known.extend(values)
        self.places.update(zip(numbers, places))  # noqa: B905 - not in 3.8
        self.refunded = self.refunded or True in facts[1]
        self.undated = self.undated or any(None in column for column in days)

    def runs_of(self, setl_id: str) -> Tuple[int, ...]:
        """The runs that brought a bill's versions and its refunds, in their order."""
        place = self.places.get(setl_id)
        first = () if place is None else (self.numbers[WIDTH * place + WIDTH - 1],)
        return (*first, *self.later_runs.get(setl_id, ()))

    def __contains__(self, key: Tuple[str, int]) -> bool:
        return key in self.others or (key[1] == 1 and key[0] in self.places)

    def __getitem__(self, key: Tuple[str, int]) -> Bill:
        place = self.places.get(key[0]) if key[1] == 1 else None
        if place is None:
            return self.others[key]
        days = tuple(column[place] for column in self.days)
        *most, own = self.numbers[WIDTH * place : WIDTH * place + WIDTH - 1]
        amounts = (*most, None if own == UNTOLD else own)
        return Bill._make((*(column[place] for column in self.facts), days, amounts))


class Rule(NamedTuple):
    """What a scheme grants for a kind of care: which of a bill's days and amounts, and how much."""

    falls_on: int
    waits_by: int
    deducts: Tuple[int, ...]
    bands: List[Dict[str, int]]
    percent: Optional[int]  # of all there is, where there is but one band; basis points
    deductible_too: bool
    per_stay: bool
    cap_fen: Optional[int]
    counts_stays: bool  # by this or another scheme, what was granted of a stay before matters


class Cover(NamedTuple):
    """One cover."""

    cover_id: int
    member: str
    roster_id: int
    scheme_id: str
    starts_on: date
    ends_on: date
    waits_until: Optional[date]
    recorded_at: str
    cares: Tuple[str, ...]


class Covers:
    """Covers, column by column: one that is asked for is put together then."""

    def __init__(self) -> None:
        self.columns: List[List[Any]] = [[] for _ in Cover._fields]
        # Where a member's cover stands, or where they do, in the order of their numbers.
        self.places: Dict[str, Any] = {}
        self._known: Dict[str, List[Cover]] = {}
        self.terms: List[Any] = []  # of each, in its place, what a determination asks of it

    def add(self, columns: List[Any]) -> None:
        """Add covers, in the order of their numbers: of each field a column."""
        members, first = columns[1], len(self.columns[1])
        places = range(first, first + len(members))
        for column, values in zip(self.columns, columns):  # noqa: B905 - not in 3.8
            column.extend(values)
        if len(set(members)) == len(members) and self.places.keys().isdisjoint(members):
            self.places.update(zip(members, places))  # noqa: B905
            return
        for member, place in zip(members, places):  # noqa: B905
            known = self.places.setdefault(member, place)
            if known is not place:
                self.places[member] = (*(known if type(known) is tuple else (known,)), place)

    def numbered(self, number: int) -> Cover:
        return self._at(bisect.bisect_left(self.columns[0], number))

    def of(self, member: str) -> List[Cover]:
        """A member's covers, in the order of their numbers."""
        if member not in self._known:
            places = self.places.get(member, ())
            places = places if type(places) is tuple else (places,)
            self._known[member] = [self._at(place) for place in places]
        return self._known[member]

    def _at(self, place: int) -> Cover:
        return Cover(*[column[place] for column in self.columns])

    def make_terms(self) -> None:
        """When all covers are read."""
        if len(self.terms) < len(self.columns[0]):
            number, _, _, scheme, starts, ends, waits, _, cares = self.columns
            self.terms = list(zip(number, scheme, starts, ends, waits, cares))  # noqa: B905


class Change(NamedTuple):
    """A cover's new last day, because of a paid cover or a death; numbered among the grants."""

    change_no: int
    cover_id: int
    because_cover_id: Optional[int]
    ends_on: date
    why: str


class Grant(NamedTuple):
    """What a claim's latest determination says."""

    seq: int
    live: bool
    grant_no: int
    refusal: Optional[str]
    care: Optional[str]
    benefit_year: Optional[int]
    base_fen: Optional[int]
    payable_fen: int
    visit: Optional[str]


class Granted:
    """By the numbers of determinations, which rise: of which claim each is, and what it grants."""

    def __init__(self) -> None:
        self.columns = array("q"), array("q"), array("q")

    def add(self, *columns: List[int]) -> None:
        for known, values in zip(self.columns, columns):  # noqa: B905 - not in 3.8
            known.extend(array("q", values))

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, number: int) -> Tuple[int, int]:
        numbers, claims, amounts = self.columns
        place = bisect.bisect_left(numbers, number)
        if numbers[place : place + 1] != array("q", [number]):
            raise KeyError(number)
        return claims[place], amounts[place]


class Payment(NamedTuple):
    """One line of a batch."""

    payment_id: int
    batch_id: int
    grant_no: int
    attempt: int
    amount_fen: int


class Settled(NamedTuple):
    """A benefit used (above 0), or a debt settled (below), by a determination of the claim."""

    number: int
    net_fen: int
    year: int
    grant_no: int
    table: str


class Answer(NamedTuple):
    """What the bank said of a payment; without a return file it is two people's word."""

    outcome: str
    booked_on: Optional[date]
    return_id: Optional[int]


class Moves:
    """Where a claim stands, and how often it was determined, sent, paid and bounced so far."""

    __slots__ = ("bounced", "common", "determined", "paid", "sent", "seq", "state", "turned")

    def __init__(self) -> None:
        self.state = "filed"
        self.common = False  # one for all claims that were moved alike
        self.seq = self.determined = self.sent = self.paid = self.bounced = self.turned = 0


def moved(state: str) -> Moves:
    """A claim that was determined once, and stands there."""
    moves = Moves()
    moves.state, moves.seq, moves.determined = state, 1, 1
    return moves


UNANSWERED = Answer("sent", None, 0)
FILED = Moves()
NOTHING = Grant(0, False, 0, "", None, None, 0, 0, None)


class Typed:
    """Claims that people filed: who did, what the bureau then sent, and who saw the papers."""

    def __init__(self) -> None:
        self.claims: Dict[str, int] = {}  # number -> claim
        self.run_by: Dict[int, Optional[str]] = {}
        self.by: Dict[str, str] = {}  # own number -> who filed it
        self.helps: Dict[int, Row] = {}  # consent -> its row, and when it ended
        self.agreed_since: Optional[str] = None  # since when filing takes a consent
        self.filed_at: Dict[int, str] = {}  # claim -> when it was filed
        self.agreed: Set[int] = set()  # claims with a consent
        self.undone: Dict[str, int] = {}  # own number -> run that undid it
        self.by_two: Dict[str, Row] = {}  # and, of those two people undid, its row
        self.two: Dict[str, Row] = {}  # and what they decided
        self.joined: Dict[str, int] = {}  # own number -> run of the bureau's row
        self.last: Dict[int, bool] = {}  # claim -> its last determination is by typed figures
        self.grants: Set[int] = set()
        self.confirmed: Set[int] = set()
        self.reviews: Dict[int, List[Row]] = defaultdict(list)  # claim -> acts of its review
        self.granted: List[Row] = []  # last acts of reviews that no confirmation has followed yet


# The year: what each table's rows must be, given those before them.

ENROLLED = ("covered", "credited", "undecided")
EXPENSE = {"inpatient": "5001", "chronic": "5002"}
CHART = {
    *("1001", "1002", "1101", "1201", "1202", "1901", "2001", "2002", "2101", "2102", "2103"),
    *("3001", "4001", "4002", "4003", "4101", "4102", "5001", "5002", "5101", "5102"),
}
OF_CLAIMS = ("1201", "2001", "2002")
HELD = (*OF_CLAIMS, "5102")
MONTHS = 12
# What lines of statements are taken as, which fact each names, and what is booked by the day.
TAKEN = {
    "receipt": ("receipt",),
    "subsidy": ("subsidy",),
    "bounced": ("refund",),
    "refund": ("refund",),
    "batch": ("batch",),
}
TAKEN_IN = {"receipt", "subsidy", "interest", "bounced", "suspense"}
TAKEN_OUT = {"fee", "batch", "refund", "unexplained"}
BOOKED = {
    "suspense": ("suspense", "2103"),
    "interest": ("interest", "4101"),
    "fee": ("fees", "5101"),
}
DATED = {
    *("cover.granted", "unit.merged", "receipt.undone", "late.credited"),
    *("refund.paid", "refund.bounced"),
}
"""What was done to a unit's money, and must be known to lie before or after a merger."""
BY_TWO = ("payout", "recovery", "repayment", "returned", "interest", "undone")
BY_ONE_OR_TWO = ("fee", "typed")
"""One officer said a fee before two had to; the log says who proposed it."""
_WAYS_IN = ("receipt", "subsidy", "not_ours", "refund", "typed", *BY_TWO[:5])
_WAYS_OUT = ("fee", "batch", "taken_back")
RESOLVED = {
    "suspense": _WAYS_IN,
    "undone": _WAYS_IN,
    "unexplained": (*_WAYS_OUT, "refund"),
    **dict.fromkeys(("receipt", "not_ours", "refund", "returned"), ("undone",)),
    **dict.fromkeys(("interest", "typed"), ("undone",)),
    **dict.fromkeys(_WAYS_OUT, ("undone",)),
}
NAMES_WHAT = {
    **{what: what + "_id" for what in ("receipt", "subsidy", "batch", "refund")},
    "taken_back": "other_line_id",
    "payout": "payout_id",
    "recovery": "recovery_receipt_id",
    "repayment": "repayment_id",
    "returned": "payment_resolution_id",
}
OF_TYPED = ("receipt_id", "subsidy_id", "recovery_receipt_id", "repayment_id")
"""One of them a line names that was typed before."""
REFUNDED = {"credited": "2102", "over": "2101", "suspense": "2103"}
REFUND_STEPS = {
    "proposed": ("approved", "withdrawn"),
    "approved": ("paid", "withdrawn"),
    "paid": ("bounced",),
    "bounced": ("approved", "withdrawn"),
    "withdrawn": ("paid",),
}
_DETERMINED = {"grant": "payable", "review": "review", "close": "closed", "hold": "held"}
INJURY = "22"
COUNTED = {
    **dict.fromkeys(_DETERMINED, "determined"),
    **dict.fromkeys(("come_back", "arrive"), "turned"),
    "send": "sent",
    "pay": "paid",
    "bounce": "bounced",
}
_SETTLED = ("payable", "closed", "held", "paid", "card_wanted")
JOINED = 2  # the version that the bureau first sent of a bill filed by hand
HELPERS = ("member", "helper")
AGREED = ("consent.given", "consent.stated", "help.begun", "help.ended")
CHINA = timedelta(hours=8)  # whose days limits are in
TAKEN_BACK = "taken_back"
WAYS_BACK = {TAKEN_BACK, "figures", "papers", "same_bill", "not_own", "invoice"}
OWN = re.compile(r"HZ-[0-9]{4}-[0-9]{6,}")  # the fund's own numbers; the bureau has none such
ENDS = ("sent", "paid", "failed", "first sent", "first paid", "first failed", "turned")
_MADE = (" paid", " failed", " send", " turned", "")
MOVES = {
    **{
        (state, act): after
        for state in ("filed", "review", "payable", "closed", "held", "paid", "card_wanted")
        for act, after in _DETERMINED.items()
    },
    **{("sent", act): "sent" for act in _DETERMINED},
    ("review", "confirm"): "payable",
    ("payable", "send"): "sent",
    ("card_wanted", "send"): "sent",
    ("sent", "pay"): "paid",
    ("sent", "bounce"): "card_wanted",
    ("payable", "set_off"): "paid",
    ("card_wanted", "set_off"): "paid",
    **{(x, "come_back"): "card_wanted" for x in _SETTLED},
    **{(x, "arrive"): "paid" for x in _SETTLED},
}
# What the log must say of rows: act of the event -> table, its column of the person (-: not kept),
# facts that equal a column (fact=column where they are named differently).
EVENTS = {
    "scheme.published": "scheme by scheme=scheme_id digest",
    "unit.added": "unit - unit_percent",
    "account.added": "staff - role member",
    "roster.imported": "roster by unit_id enrolled=heads file_sha256",
    "gift.opened": "campaign by name quota term_months cares each_fen opens_on closes_on",
    "gift.given": "roster by campaign_id enrolled=heads file_sha256",
    "unit.merged": "unit_merge approved_by into_id on_day asked_by=by",
    "contribution.received": "receipt by amount_fen",
    "credit.used": "receipt by amount_fen from_year benefit_year",
    "late.credited": "late_credit by",
    "subsidy.received": "subsidy by union_id amount_fen",
    "statement.imported": "bank_statement by fund_account=account_id previous_id file_sha256 lines"
    " opening_fen closing_fen",
    "line.resolved": "line_resolution by said=act on=on_day",
    "receipt.undone": "receipt_undone by",
    "refund.proposed": "unit_refund proposed_by source amount_fen",
    "refund.approved": "refund_step by seq on=on_day",
    "refund.withdrawn": "refund_step by seq on=on_day",
    "refund.paid": "refund_step by seq on=on_day",
    "refund.bounced": "refund_step by seq on=on_day",
    "online.settled": "online_payout by net_fen fee_fen",
    "settlements.imported": "run by file_sha256",
    "claims.looked_at_again": "run by",
    "claims.swept": "run by",
    "claim.filed": "run by number=setl_id",
    "claim.undone": "run by claim number=setl_id why",
    "claim.confirmed": "claim_move by seq review",
    "review.passed": "review by seq stage",
    "review.papers_asked": "review by seq stage",
    "review.returned": "review by seq stage reason",
    "review.refused": "review by seq stage reason",
    "claim.decided": "held_decision approved_by claim=claim_id what reason prepared_by",
    "injury.stated": "injury_statement by says",
    "consent.given": "claim_consent by text_version",
    "consent.stated": "claim_consent by text_version",
    "help.begun": "help_consent helper member approved_by=by way",
    "help.ended": "help_ended by why",
    "recovery.opened": "recovery approved_by liable amount_fen prepared_by",
    "recovery.received": "recovery_receipt by recovery=recovery_id amount_fen suspense_year",
    "recovery.given_up": "recovery_write_off approved_by why amount_fen prepared_by",
    "receivable.repaid": "repayment by claim=claim_id amount_fen suspense_year",
    "receivable.written_off": "write_off approved_by claim=claim_id amount_fen prepared_by",
    "benefit.set_off": "set_off approved_by claim=claim_id amount_fen prepared_by",
    "payments.exported": "payment_batch prepared_by lines total_fen file_sha256",
    "payments.approved": "payment_batch approved_by lines total_fen file_sha256",
    "payments.confirmed": "payment_batch third_by lines total_fen file_sha256",
    "heir.named": "heir approved_by member proposed_by",
    "payments.resolved": "payment_resolution approved_by grant_no attempt says",
    "payments.returned": "bank_return by file_sha256",
    "books.closed": "ledger_close closed_by period digest",
    "books.close_approved": "ledger_close approved_by period digest",
    "books.reversed": "entry_reversal reversed_by",
    "books.reversal_approved": "entry_reversal approved_by",
    "sample.drawn": "audit_sample by method seed size counted total_fen digest drawn",
    "finding.raised": "audit_finding by weight",
    "finding.answered": "audit_finding_step by",
    "finding.asked": "audit_finding_step by",
    "finding.closed": "audit_finding_step by",
}
# Acts told in more years than their rows' own: what they made may stand elsewhere.
TOLD_ANYWHERE = {
    *("scheme.published", "unit.added", "account.added", "gift.opened", "heir.named"),
    *("settlements.imported", "claims.looked_at_again", "claims.swept", "claim.filed"),
    *("claim.undone", "claim.confirmed", "claim.decided", "injury.stated"),
    *("review.passed", "review.papers_asked", "review.returned", "review.refused"),
    *("help.begun", "help.ended", "consent.given", "consent.stated"),
}
YEAR_CLOSED, REVERSED = "year closed", "reversed"
REVERSIBLE = {"subsidy received", "money received", "recovery received", "repaid by member"}
"""Entries that nothing else takes back."""
BACK = "#0"
"""Behind the reference of what takes back money that was typed as paid back."""
SIGNED = ("prepared_by", "approved_by", "third_by")
RUNS = {
    "feed": "settlements.imported",
    "cover": "claims.looked_at_again",
    "sweep": "claims.swept",
    "hand": "claim.filed",
    "decision": "claim.decided",
}
REVIEWED = {"on": "passed", "papers": "papers_asked", "back": "returned", "refuse": "refused"}
NEEDS = (
    *("accept first second approve", "accept first approve"),
    *("first second approve", "first approve"),
)
EXACT = ("benefit set off", "repaid by member", "receivable written off", REVERSED)
# The SHA-256 of med_types.json as this verifier knows it: no seal says what is paid as what.
KINDS_OF_CARE = "e2a2ce3638da964eec0b1785ca03405552d8abc83e4bb1294ae01bf1af5fe4cd"
PAY_AS = {"pay_as:inpatient": "inpatient", "pay_as:chronic": "chronic"}
UNDO = "undo"  # two people take back a filing that was approved
DECIDED = {*PAY_AS, "by_admission", "refuse", "same_bill", "waive_waiting", UNDO}
WITH_REASON = ("refuse", "waive_waiting", UNDO)
SAID = {"nobody", "employer", "traffic", "person", "product", "other"}


class Drafts:
    """Who published each scheme, and the digests of what was written before."""

    def __init__(self) -> None:
        self.published_by: Dict[str, Optional[str]] = {}
        self.written: Dict[str, List[str]] = defaultdict(list)


class Out:
    """Money out: what batches hold, and what two people found out of payments in doubt."""

    def __init__(self) -> None:
        self.lines: Dict[int, Set[int]] = defaultdict(set)
        self.fen: "Counter[int]" = Counter()
        self.batch: Dict[Tuple[int, int], Row] = {}  # of a payment
        self.amount: Dict[Tuple[int, int], int] = {}
        self.resolved: Dict[Tuple[int, int], List[Row]] = defaultdict(list)
        self.returned: Dict[int, Row] = {}  # by the number of what two people found
        self.brought: "Counter[int]" = Counter()  # the first of such words -> what came with it
        self.taken_off: Set[int] = set()
        self.signers: Dict[int, Dict[Optional[str], str]] = {}  # batch -> members who signed it
        self.heirs: Dict[int, str] = {}


class Gifts:
    """Campaigns, their places, and the gifts that paid covers ended."""

    def __init__(self) -> None:
        self.campaigns: Dict[int, Row] = {}
        self.places: Dict[Tuple[int, str], int] = {}
        self.places_of: Dict[int, List[int]] = defaultdict(list)
        self.placed: Dict[Tuple[int, str], int] = {}
        self.changes: Dict[str, List[Change]] = {}
        self.fates: Dict[str, List[Row]] = defaultdict(list)
        self.told: Dict[str, Set[str]] = defaultdict(set)  # act -> who said of deaths


class Closes:
    """Periods of the books that were closed, and what the journal must have had at their ends."""

    def __init__(self) -> None:
        self.rows: List[Row] = []
        self.balances: "Counter[Tuple[int, str]]" = Counter()
        self.turned: "Counter[Tuple[date, str]]" = Counter()
        self.result: "Counter[Tuple[date, str]]" = Counter()
        self.reversible: Dict[int, "Counter[Tuple[str, Optional[int]]]"] = defaultdict(Counter)

    def day_of(self, entry_id: int, document_on: date) -> date:
        """The day an entry is booked on: the document's, or the first open one after it."""
        closed = [x["last_on"] for x in self.rows if x["last_entry_id"] < entry_id]
        if closed and document_on <= closed[-1]:
            return date.fromordinal(closed[-1].toordinal() + 1)
        return document_on

    def post(self, entry: Row, account: str, amount: int) -> None:
        self.turned[entry["booked_on"], account] += amount
        if account[0] in "45" and entry["memo"] != YEAR_CLOSED:
            self.result[entry["booked_on"], account] += amount

    def into_balance(self) -> Iterator[Tuple[Row, str, int]]:
        """What each year's closing entry must say of each account."""
        carried: "Counter[str]" = Counter()
        for row in self.rows:
            if row["period"] == str(row["last_on"].year):
                for account, total in sorted(_until(self.result, row["last_on"]).items()):
                    amount = total - carried[account]
                    carried[account] = total
                    yield row, account, -amount
                    yield row, "3001", amount


def _until(turned: "Counter[Tuple[date, str]]", last_on: date) -> "Counter[str]":
    sums: "Counter[str]" = Counter()
    for (day, account), amount in turned.items():
        if day <= last_on:
            sums[account] += amount
    return sums


class Bank:
    """Statements of the fund's accounts, what their lines were taken as, and money given back."""

    def __init__(self) -> None:
        self.statements: Dict[int, Row] = {}
        self.lines: Dict[int, Row] = {}
        self.of: Dict[int, List[Row]] = defaultdict(list)  # statement -> its lines
        self.said: Dict[int, List[Row]] = defaultdict(list)  # line -> what officers said of it
        self.subsidies: Dict[int, Row] = {}
        self.undone: Dict[int, Row] = {}
        self.reversed: Set[int] = set()  # receipts whose entries were reversed
        self.reversed_back: Set[Tuple[str, int]] = set()  # (table, what was typed as paid back)
        self.refunds: Dict[int, Row] = {}
        self.shares: "Counter[int]" = Counter()
        self.parts: List[Row] = []
        self.taken: Set[Tuple[str, int]] = set()  # what lines were taken as, each once
        self.steps: Dict[int, List[Row]] = defaultdict(list)

    def shared_back(self) -> "Counter[int]":
        """What of each receipt goes back, or went."""
        back: "Counter[int]" = Counter()
        for part in self.parts:
            steps = self.steps[part["refund_id"]]
            if not steps or steps[-1]["step"] != "withdrawn":
                back[part["receipt_id"]] += part["amount_fen"]
        return back


class People:
    """What people said and decided of held claims, and what settled debts."""

    def __init__(self) -> None:
        self.stated: Set[int] = set()
        self.wrote: Dict[int, List[Row]] = defaultdict(list)  # statements that bar their writers
        self.said: "Counter[int]" = Counter()
        self.decisions: Dict[int, List[Tuple[int, str, int]]] = defaultdict(list)
        self.same: Dict[str, Tuple[str, int]] = {}  # the bureau's number -> the filing's, run
        self.recoveries: Dict[int, Row] = {}
        self.come_in: Dict[int, Row] = {}  # of recoveries
        self.taken_back: Dict[Tuple[str, int], Row] = {}  # (table, what was typed) -> what takes it
        self.repaid: Dict[int, Row] = {}
        self.come: "Counter[int]" = Counter()  # of a recovery: received or given up
        self.asked: "Counter[int]" = Counter()  # of a claim: asked of others
        self.settled: Dict[int, List[Settled]] = defaultdict(list)
        self.written: "Counter[int]" = Counter()
        self.set_off_by: Dict[int, Set[str]] = defaultdict(set)

    def of(self, claim: int, number: int) -> Optional[Tuple[int, str, int]]:
        """The last decision before a grant of this number."""
        if claim not in self.decisions:
            return None
        before = [each for each in self.decisions[claim] if each[0] < number]
        return before[-1] if before else None


class Audits:
    """Samples that were drawn; findings, and what was said to them last."""

    def __init__(self) -> None:
        self.samples: Dict[int, Row] = {}
        self.findings: Dict[int, Row] = {}
        self.steps: Dict[int, List[str]] = defaultdict(list)

    def still_open(self) -> int:
        return sum(self.steps[number][-1:] != ["closed"] for number in self.findings)


class Payouts:
    """What the provider of online payment paid out to the bank, by benefit year."""

    def __init__(self) -> None:
        self.rows: Dict[int, Row] = {}
        self.years: Dict[int, Dict[int, int]] = defaultdict(dict)
        self.told: Set[int] = set()  # receipts


class Merges:
    """Units that went into others; at which event that was, and others that move units' money."""

    def __init__(self) -> None:
        self.rows: Dict[int, Row] = {}
        self.when: Dict[Tuple[str, Optional[int]], int] = {}
        self.later: List[Tuple[Tuple[Any, ...], Any, int, Tuple[str, int]]] = []


class Year:
    """One benefit year. A method a table, called row by row; `close` when all are read."""

    def __init__(self, tables: Tables, year: int, med_types: List[Dict[str, str]]) -> None:
        self.tables, self.year, self.med_types = tables, year, med_types
        self.schemes: Dict[str, Dict[str, Any]] = {}
        self.digests: Dict[str, str] = {}
        self.scheme_on: Dict[date, Optional[str]] = {}
        self.kinds: Dict[Optional[str], List[Tuple[date, date, str]]] = defaultdict(list)
        self.kind_on: Dict[Tuple[Optional[str], date], str] = {}
        self.rules: Dict[Tuple[str, str], Optional[Rule]] = {}
        self.granted_on: Dict[Tuple[int, date, str], int] = defaultdict(int)
        self.falls_on: Dict[str, Dict[str, int]] = {}
        self.proved: Set[Tuple[Any, ...]] = set()  # what holds of many rows, looked at once
        self.member_of: Dict[str, Optional[str]] = {}
        self.roles: Dict[str, str] = {}
        self.gifts, self.typed, self.people = Gifts(), Typed(), People()
        self.bank, self.drafts, self.closes = Bank(), Drafts(), Closes()
        self.payouts, self.merges, self.audits = Payouts(), Merges(), Audits()
        self.rosters: Dict[int, Row] = {}
        self.lines: Dict[Tuple[int, str], date] = {}
        self.heads: "Counter[int]" = Counter()
        self.begun_later: Set[int] = set()  # rosters with lines of other days than their own
        self.covers = Covers()
        self.granted_by: Dict[int, Optional[str]] = {}
        self.first_start: Dict[int, date] = {}
        self.outcomes: Dict[Tuple[int, str], Tuple[Optional[int], Any]] = {}
        self.full_on: Dict[int, Set[date]] = defaultdict(set)
        self.decided: Dict[int, "Counter[str]"] = defaultdict(Counter)
        self.receipts: Dict[int, Row] = {}
        self.shares: Dict[int, Dict[int, int]] = defaultdict(dict)
        self.shared: "Counter[int]" = Counter()
        self.run_kinds: Dict[int, str] = {}
        self.runs_of_year: Set[int] = set()
        self.claims: Dict[int, Tuple[str, str]] = {}
        self.claim_runs: Dict[int, int] = {}
        self.bills = Bills()
        self.newest: Dict[str, int] = {}  # the last version of a bill that has several
        self.refunds: Dict[str, List[Tuple[int, date]]] = defaultdict(list)
        self.latest: Dict[int, Grant] = {}
        self.granted = Granted()
        self.used: Dict[Tuple[str, int], "Counter[str]"] = defaultdict(Counter)
        self.stays: "Counter[Tuple[str, str, int, str]]" = Counter()
        self.unseen: Dict[int, Tuple[str, Cover, str]] = {}
        self.first_year: Dict[int, int] = {}
        self.moved_years: Set[int] = set()
        self.batches: Dict[int, Row] = {}
        self.out = Out()
        self.payments: Dict[int, List[Payment]] = defaultdict(list)
        self.returns: Dict[int, Row] = {}
        self.answers: Dict[Tuple[int, int], Answer] = {}
        self.moves: Dict[int, Moves] = {}
        self.entries: Dict[int, Row] = {}
        self.entry_sums: "Counter[int]" = Counter()
        self.entry_lines: Dict[int, int] = defaultdict(int)
        self.posted: Dict[Tuple[Any, ...], int] = defaultdict(int)
        self.booked: "Counter[Tuple[Any, ...]]" = Counter()
        self.due: "Counter[Tuple[Any, ...]]" = Counter()
        self.open: Dict[str, Dict[int, int]] = {account: defaultdict(int) for account in HELD}
        self.accounts: Dict[str, List[int]] = defaultdict(lambda: [0, 0])
        self.gaps: Dict[str, List[Row]] = defaultdict(list)
        self.deeds: List[Tuple[str, Row]] = []
        self.log: Dict[Tuple[str, str], List[Row]] = defaultdict(list)
        self.last_event = self.waiting = 0

    def same(self, field: str, wanted: object, found: object) -> None:
        if wanted != found or type(wanted) is not type(found):
            same(self.tables.record(), field, wanted, found)

    def fault(self, check: str, **facts: object) -> NoReturn:
        raise Fault(check, self.tables.record(), **facts)

    def at(self, table: str, *key: object) -> None:
        """Name the record that is looked at again."""
        self.tables.now = (table, key)

    # Rules, people, enrolment.

    def scheme(self, row: Row) -> None:
        name = "schemes/%s.json" % row["scheme_id"]
        self.same("digest", digest_of(self.tables.source, name)[1], row["digest"])
        scheme = read_json(self.tables.source, name)
        self.same("scheme_id", scheme["id"], row["scheme_id"])
        self.same("starts_on", day_of(scheme["covers_starting"]["from"]), row["starts_on"])
        self.schemes[row["scheme_id"]] = scheme
        self.digests[row["scheme_id"]] = row["digest"]
        self.drafts.published_by[row["scheme_id"]] = row["by"]
        self.deed("scheme.published", row)

    def scheme_version(self, row: Row) -> None:
        """What a scheme said before it was published: by nobody who published it."""
        name = row["scheme_id"]
        self.same("version", len(self.drafts.written[name]) + 1, row["version"])
        if self.one_person(row["by"], self.drafts.published_by[name]):
            self.fault("same_person")
        self.drafts.written[name].append(row["digest"])

    def close_schemes(self) -> None:
        """What somebody published is the last that was written; the program's own was not."""
        for name, by in self.drafts.published_by.items():
            self.at("scheme", name)
            self.same("by", bool(self.drafts.written[name]), by is not None)
            if by is not None:
                self.same("digest", self.drafts.written[name][-1], self.digests[name])

    def one_person(self, one: str, other: Optional[str]) -> bool:
        """Whether two accounts are one, or one person's."""
        if other is None or one == other:
            return other is not None
        person = self.member_of[one]
        return bool(person and person == self.member_of[other])

    def scheme_for(self, start: date) -> Optional[str]:
        """The scheme of covers that start on a day: the last begun, unless it has ended."""
        if start not in self.scheme_on:
            self.scheme_on[start] = self._scheme_for(start)
        return self.scheme_on[start]

    def _scheme_for(self, start: date) -> Optional[str]:
        begun = [
            (day_of(scheme["covers_starting"]["from"]), name)
            for name, scheme in self.schemes.items()
            if day_of(scheme["covers_starting"]["from"]) <= start
        ]
        name = max(begun)[1] if begun else None
        ends = self.schemes[name]["covers_starting"].get("to") if name else None
        return None if ends and day_of(ends) < start else name

    def unit(self, row: Row) -> None:
        self.deed("unit.added", row)

    def staff(self, row: Row) -> None:
        self.member_of[row["staff"]], self.roles[row["staff"]] = row["member"], row["role"]
        self.deed("account.added", row)

    def campaign(self, row: Row) -> None:
        cares = row["cares"].split(" ")
        if cares != [care for care in CARES if care in cares]:
            self.fault("value", field="cares", found=row["cares"])
        for field, least in (("quota", 1), ("term_months", 1), ("each_fen", 0)):
            self.same(field, max(least, row[field]), row[field])
        self.same("closes_on", max(row["opens_on"], row["closes_on"]), row["closes_on"])
        self.gifts.campaigns[row["campaign_id"]] = row
        self.deed("gift.opened", row)

    def roster(self, row: Row) -> None:
        """What each head owes: by the scheme; a gift the union alone, as its campaign says."""
        rules = self.schemes[row["scheme_id"]]["contribution"]
        self.same("scheme_id", self.scheme_for(row["starts_on"]), row["scheme_id"])
        self.same("benefit_year", row["starts_on"].year, row["benefit_year"])
        gift = self.gifts.campaigns[row["campaign_id"]] if row["campaign_id"] else None
        self.same("unit_id", gift is None, row["unit_id"] is not None)
        asked = row["unit_due_fen"] + row["worker_due_fen"]
        owed = 0 if gift else rules["unit_and_worker_fen"]
        self.same("unit_due_fen + worker_due_fen", owed, asked)
        each = gift["each_fen"] if gift else rules["union_fen"]
        self.same("union_due_fen", each, row["union_due_fen"])
        if gift:
            day = min(max(gift["opens_on"], row["starts_on"]), gift["closes_on"])
            self.same("starts_on", day, row["starts_on"])
            self.same("unit_due_fen", 0, row["unit_due_fen"])
        self.rosters[row["roster_id"]] = row
        if row["benefit_year"] == self.year:
            self.deed("gift.given" if gift else "roster.imported", row)

    def roster_line(self, roster_id: int, member: str, starts_on: date) -> None:
        self.lines[roster_id, member] = starts_on
        self.heads[roster_id] += 1
        if starts_on < self.first_start.setdefault(roster_id, starts_on):
            self.first_start[roster_id] = starts_on
        begins = self.rosters[roster_id]["starts_on"]
        if starts_on < begins:
            self.same("starts_on", begins, starts_on)
        if starts_on != begins:
            self.begun_later.add(roster_id)

    def many_roster_line(
        self, keys: List[Tuple[int, str]], roster_id: List[int], starts_on: List[date]
    ) -> bool:
        starts = set(zip(roster_id, starts_on))  # noqa: B905 - not in 3.8
        later = {roster for roster, day in starts if day != self.rosters[roster]["starts_on"]}
        if any(day < self.rosters[roster]["starts_on"] for roster, day in starts):
            return False
        self.begun_later |= later
        for roster, day in starts:
            self.first_start[roster] = min(day, self.first_start.get(roster, day))
        self.heads.update(roster_id)
        self.lines.update(zip(keys, starts_on))  # noqa: B905
        return True

    def gift_place(self, row: Row) -> None:
        campaign, place = self.gifts.campaigns[row["campaign_id"]], row["place"]
        self.same("quota", campaign["quota"], row["quota"])
        if not 1 <= place <= row["quota"]:
            self.fault("beyond_quota", quota=row["quota"])
        roster = self.rosters[row["roster_id"]]
        self.same("campaign_id", roster["campaign_id"], row["campaign_id"])
        other = self.gifts.placed.setdefault((row["campaign_id"], row["member"]), place)
        if other != place:
            self.fault("two_places", other=other)
        self.gifts.places[row["roster_id"], row["member"]] = place
        self.gifts.places_of[row["roster_id"]].append(place)

    def cover(
        self,
        cover_id: int,
        member: str,
        roster_id: int,
        scheme_id: str,
        benefit_year: int,
        starts_on: date,
        ends_on: date,
        waits_until: Optional[date],
        cares: Optional[str],
        by: Optional[str],
        recorded_at: str,
    ) -> None:
        term = (roster_id, scheme_id, benefit_year, starts_on, ends_on, cares)
        if term not in self.proved:
            self._term(*term)
            self.proved.add(term)
        held = tuple(cares.split()) if cares else CARES
        cover = (cover_id, member, roster_id, scheme_id, starts_on, ends_on, waits_until)
        self.covers.add([[value] for value in (*cover, recorded_at, held)])
        self.same("by", self.granted_by.setdefault(roster_id, by), by)

    def many_cover(
        self,
        cover_id: List[int],
        member: List[str],
        roster_id: List[int],
        scheme_id: List[str],
        benefit_year: List[int],
        starts_on: List[date],
        ends_on: List[date],
        waits_until: List[Optional[date]],
        cares: List[Optional[str]],
        by: List[Optional[str]],
        recorded_at: List[str],
    ) -> bool:
        terms = zip(roster_id, scheme_id, benefit_year, starts_on, ends_on, cares)  # noqa: B905
        granted = dict(zip(roster_id, by))  # noqa: B905 - not in 3.8
        if list(map(granted.__getitem__, roster_id)) != by:
            return False
        if any(self.granted_by.get(roster, who) != who for roster, who in granted.items()):
            return False
        try:
            for term in set(terms) - self.proved:
                self._term(*term)
                self.proved.add(term)
        except Fault:
            return False
        self.granted_by.update(granted)
        holds = {said: tuple(said.split()) if said else CARES for said in set(cares)}
        cover = [cover_id, member, roster_id, scheme_id, starts_on, ends_on, waits_until]
        self.covers.add([*cover, recorded_at, list(map(holds.__getitem__, cares))])
        return True

    def _term(
        self,
        roster_id: int,
        scheme_id: str,
        benefit_year: int,
        starts_on: date,
        ends_on: date,
        cares: Optional[str],
    ) -> None:
        """What covers of a roster that start on the same day have in common."""
        scheme, roster = self.schemes[scheme_id], self.rosters[roster_id]
        self.same("benefit_year", starts_on.year, benefit_year)
        self.same("benefit_year", roster["benefit_year"], benefit_year)
        self.same("scheme_id", self.scheme_for(starts_on), scheme_id)
        self.same("scheme_id", roster["scheme_id"], scheme_id)
        gift = self.gifts.campaigns[roster["campaign_id"]] if roster["campaign_id"] else None
        months = gift["term_months"] if gift else scheme["term_months"]
        self.same("ends_on", term_end(months, starts_on), ends_on)
        self.same("cares", gift["cares"] if gift else None, cares)

    def member_fate(self, row: Row) -> None:
        """Words of death, and words that take one back."""
        said = self.gifts.fates[row["member"]]
        last = said[-1] if said else {"seq": 0, "fate": "alive", "on_day": row["on_day"]}
        if row["fate"] not in ("died", "alive"):
            self.fault("value", field="fate", found=row["fate"])
        if self.roles[row["by"]] != "officer":
            self.fault("no_officer", field="by")
        self.same("seq", max(row["seq"], last["seq"] + 1), row["seq"])
        self.same("fate", "alive" if last["fate"] == "died" else "died", row["fate"])
        if row["fate"] == "alive":
            self.same("seq", last["seq"] + 1, row["seq"])
            self.same("on_day", last["on_day"], row["on_day"])
        said.append(row)

    def died_on(self, member: str) -> Optional[date]:
        """The day of death that stands."""
        said = self.gifts.fates.get(member)
        return said[-1]["on_day"] if said and said[-1]["fate"] == "died" else None

    def cover_change(self, row: Row) -> None:
        """A paid cover or a death ends a cover; a death that was none lets it stand again."""
        cover = self.covers.numbered(row["cover_id"])
        self.same("member", cover.member, row["member"])
        changes = self.gifts.changes.setdefault(cover.member, [])
        before = [x for x in changes if x.cover_id == cover.cover_id]
        self.same("seq", len(before) + 1, row["seq"])
        first = Change(0, cover.cover_id, None, cover.ends_on, "")
        last = before[-1] if before else first
        if row["change_no"] <= last.change_no:
            self.fault("needless", other=last.change_no)
        self.same("because", row["why"] == "gift_ended", row["because_cover_id"] is not None)
        if row["why"] == "gift_ended":
            self._gift_ended(row, cover, before, last)
        elif row["why"] == "died":
            days = [x["on_day"] for x in self.gifts.fates[cover.member] if x["fate"] == "died"]
            ends = [max(day, cover.starts_on - timedelta(days=1)) for day in days]
            if row["ends_on"] not in ends:
                self.same("ends_on", ends[-1] if ends else None, row["ends_on"])
            if row["ends_on"] >= last.ends_on:
                self.fault("needless", other=last.change_no)
        else:
            self.same("why", "alive", row["why"])
            self.same("died", "died", last.why)
            was = before[-2] if before[1:] else first
            self.same("ends_on", was.ends_on, row["ends_on"])
        changes.append(Change(*(row[x] for x in Change._fields)))

    def _gift_ended(self, row: Row, gift: Cover, before: List[Change], last: Change) -> None:
        """The day before a paid cover of the same member that was in its way."""
        paid = self.covers.numbered(row["because_cover_id"])
        self.same("member", paid.member, row["member"])
        self.same("gift", True, self._is_gift(gift))
        self.same("gift", False, self._is_gift(paid))
        self.same("ends_on", paid.starts_on - timedelta(days=1), row["ends_on"])
        self.same("by", self.granted_by[paid.roster_id], row["by"])
        late = paid.starts_on > last.ends_on or paid.ends_on < gift.starts_on
        others = [x.because_cover_id for x in before if x.because_cover_id]
        if late or paid.cover_id <= max([gift.cover_id, *others]):
            self.fault("needless", other=paid.cover_id)

    def _is_gift(self, cover: Cover) -> bool:
        return self.rosters[cover.roster_id]["campaign_id"] is not None

    def enrolment_outcome(
        self, roster_id: int, member: str, outcome: str, cover_id: Optional[int], full_on: date
    ) -> None:
        if outcome not in ENROLLED:
            self.fault("value", field="outcome", found=outcome)
        self.same("covered", outcome == "covered", cover_id is not None)
        self.outcomes[roster_id, member] = (cover_id, full_on)
        self.full_on[roster_id].add(full_on)
        self.decided[roster_id][outcome] += 1

    def many_enrolment_outcome(
        self,
        keys: List[Tuple[int, str]],
        roster_id: List[int],
        outcome: List[str],
        cover_id: List[Optional[int]],
        full_on: List[date],
    ) -> bool:
        if set(outcome) != {"covered"} or None in cover_id:
            return False
        said = zip(cover_id, full_on)  # noqa: B905 - not in 3.8
        self.outcomes.update(zip(keys, said))  # noqa: B905
        for roster, day in set(zip(roster_id, full_on)):  # noqa: B905
            self.full_on[roster].add(day)
        for roster, heads in Counter(roster_id).items():
            self.decided[roster]["covered"] += heads
        return True

    def late_credit(self, row: Row) -> None:
        """Money that came too late to begin covers is the unit's again, by an officer's word."""
        number, roster = row["roster_id"], self.rosters[row["roster_id"]]
        late = self.decided[number]["undecided"]
        if not late:
            self.fault("value", field="roster_id", found=number)
        amount = late * (roster["unit_due_fen"] + roster["worker_due_fen"])
        entry = ("late money credited", number, row["decided_on"])
        if roster["benefit_year"] == self.year:
            self.later(entry, "2101", roster["unit_id"], amount, ("late.credited", number))
            self.later(entry, "2102", roster["unit_id"], -amount, ("late.credited", number))
            self.deed("late.credited", row)

    def _credit_used(self, row: Row) -> None:
        """The unit's own credit, no bank's money; from another benefit year through 1901."""
        entry = ("credit used", row["receipt_id"], row["received_on"])
        account = "2101" if row["from_year"] == row["benefit_year"] else "1901"
        if self.year == row["from_year"]:
            self.due[(*entry, "2102", row["unit_id"])] += row["amount_fen"]
            self.due[(*entry, account, row["unit_id"] if account == "2101" else None)] -= row[
                "amount_fen"
            ]
        if self.year == row["benefit_year"] != row["from_year"]:
            self.due[(*entry, "1901", None)] += row["amount_fen"]
            self.due[(*entry, "2101", row["unit_id"])] -= row["amount_fen"]
        self.deed("credit.used", row)

    def unit_merge(self, row: Row) -> None:
        """One unit goes into another that stands, by two people."""
        self._different_people([row["by"], row["approved_by"]])
        if self.roles[row["approved_by"]] != "officer":
            self.fault("no_officer", field="approved_by")
        self.merges.rows[row["unit_id"]] = row
        self.deed("unit.merged", row)

    def unit_merge_money(self, row: Row) -> None:
        """What was held and credited back goes along; nothing is left (`close_merges`)."""
        self.same("benefit_year", self.year, row["benefit_year"])
        unit, into = row["unit_id"], self.merges.rows[row["unit_id"]]["into_id"]
        entry = ("units merged", unit, row["booked_on"])
        for account, field in (("2101", "held_fen"), ("2102", "credited_fen")):
            self.due[(*entry, account, unit)] += row[field]
            self.due[(*entry, account, into)] -= row[field]

    def stands(self, unit: Optional[int], at: int = sys.maxsize) -> Optional[int]:
        """The unit that a unit stood as at an event: what it had gone into, or itself."""
        passed = set()
        rows, when = self.merges.rows, self.merges.when
        while unit in rows and when.get(("unit.merged", unit), 0) < at:
            if unit in passed:
                self.fault("circle")
            passed.add(unit)
            unit = rows[unit]["into_id"]
        return unit

    def later(
        self, entry: Tuple[Any, ...], account: str, unit: Any, amount: int, when: Tuple[str, int]
    ) -> None:
        """Booked to the unit that this one stood as when it was done: the log says when."""
        self.merges.later.append(((*entry, account), unit, amount, when))

    def _book_later(self) -> None:
        for entry, unit, amount, when in self.merges.later:
            stood = self.stands(unit, self.merges.when.get(when, sys.maxsize))
            self.due[(*entry, stood)] += amount

    def close_merges(self) -> None:
        """A unit went into one that stood then, and kept none of the fund's money."""
        left: "Counter[Tuple[str, int]]" = Counter()
        for key, amount in self.booked.items():
            left[key[3], key[4]] += amount
        for unit, row in self.merges.rows.items():
            self.at("unit_merge", unit)
            at = self.merges.when.get(("unit.merged", unit), 0)
            self.same("into_id", self.stands(row["into_id"], at), row["into_id"])
            for account in ("2101", "2102"):
                self.same("account %s" % account, 0, left[account, unit])

    def receipt(self, row: Row) -> None:
        if row["from_year"] != self.year:
            self.same("benefit_year", self.year, row["benefit_year"])
        if row["amount_fen"] <= 0:
            self.fault("value", field="amount_fen", found=row["amount_fen"])
        self.receipts[row["receipt_id"]] = row
        roster = row["roster_id"] if row["benefit_year"] == self.year else None
        if roster is not None and roster not in self.rosters:
            self.fault("foreign_key", field="roster_id", table="roster", found=roster)
        if row["from_year"] is not None:
            self._credit_used(row)
            return
        if row["line_id"] is not None:  # by the bank's statement: see close_bank
            return
        self.deed("contribution.received", row)
        entry = ("money received", row["receipt_id"], row["received_on"])
        self.due[(*entry, "1001", None)] += row["amount_fen"]
        self.due[(*entry, "2101", row["unit_id"])] -= row["amount_fen"]

    def subsidy(self, row: Row) -> None:
        self.same("benefit_year", self.year, row["benefit_year"])
        if row["amount_fen"] <= 0:
            self.fault("value", field="amount_fen", found=row["amount_fen"])
        self.deed("subsidy.received", row)
        self.bank.subsidies[row["subsidy_id"]] = row
        if row["line_id"] is not None:
            return
        entry = ("subsidy received", row["subsidy_id"], row["received_on"])
        self.due[(*entry, "1001", None)] += row["amount_fen"]
        self.due[(*entry, "1101", None)] -= row["amount_fen"]

    def receipt_share(self, row: Row) -> None:
        receipt, roster = self.receipts[row["receipt_id"]], self.rosters[row["roster_id"]]
        self.same("unit_id", self.stands(receipt["unit_id"]), self.stands(roster["unit_id"]))
        self.same("benefit_year", receipt["benefit_year"], roster["benefit_year"])
        if row["receipt_id"] in self.bank.undone:  # it fills nothing any more
            return
        if roster["own_money"] or receipt["roster_id"] is not None:
            self.same("roster_id", roster["roster_id"], receipt["roster_id"])
        self.shares[row["roster_id"]][row["receipt_id"]] = row["amount_fen"]
        self.shared[row["receipt_id"]] += row["amount_fen"]
        if row["amount_fen"] <= 0 or self.shared[row["receipt_id"]] > receipt["amount_fen"]:
            self.fault("value", field="amount_fen", found=row["amount_fen"])

    # The bank's statements, and money that goes back.

    def bank_statement(self, row: Row) -> None:
        self.bank.statements[row["statement_id"]] = row

    def statement_line(self, row: Row) -> None:
        if row["taken_as"] not in (TAKEN_IN if row["amount_fen"] > 0 else TAKEN_OUT):
            self.fault("value", field="taken_as", found=row["taken_as"])
        self.bank.lines[row["line_id"]] = row
        self.bank.of[row["statement_id"]].append(row)

    def receipt_undone(self, row: Row) -> None:
        self._two(row["proposed_by"], row["by"])
        receipt = self.receipts[row["receipt_id"]]
        self.bank.undone[row["receipt_id"]] = row
        self.deed("receipt.undone", row)
        if row["on_day"] < receipt["received_on"]:
            self.same("on_day", receipt["received_on"], row["on_day"])
        if receipt["line_id"] is None:  # typed: its entry is reversed, see `entry_reversal`
            return
        entry = ("receipt undone", row["receipt_id"], row["on_day"])
        self.due[(*entry, "1901", None)] -= receipt["amount_fen"]
        when = ("receipt.undone", row["receipt_id"])
        self.later(entry, "2101", receipt["unit_id"], receipt["amount_fen"], when)

    def unit_refund(self, row: Row) -> None:
        self.same("benefit_year", self.year, row["benefit_year"])
        if row["source"] not in REFUNDED:
            self.fault("value", field="source", found=row["source"])
        self.same("unit_id", row["source"] != "suspense", row["unit_id"] is not None)
        self.same("line_id", row["source"] == "suspense", row["line_id"] is not None)
        if row["source"] == "suspense":
            line = self.bank.lines[row["line_id"]]
            self.same("amount_fen", line["amount_fen"], row["amount_fen"])
        self.bank.refunds[row["refund_id"]] = row
        self.deed("refund.proposed", row)

    def refund_share(self, row: Row) -> None:
        if row["amount_fen"] <= 0:
            self.fault("value", field="amount_fen", found=row["amount_fen"])
        self.bank.shares[row["refund_id"]] += row["amount_fen"]
        self.bank.parts.append(row)
        unit = self.receipts[row["receipt_id"]]["unit_id"]
        refund = self.bank.refunds[row["refund_id"]]
        self.same("unit_id", self.stands(refund["unit_id"]), self.stands(unit))

    def refund_step(self, row: Row) -> None:
        """Another approves than proposed; what left is on the bank's statement, each line once."""
        refund, steps = self.bank.refunds[row["refund_id"]], self.bank.steps[row["refund_id"]]
        self.same("seq", len(steps) + 1, row["seq"])
        before = steps[-1]["step"] if steps else "proposed"
        if row["step"] not in REFUND_STEPS[before]:
            self.fault("move", act=row["step"])
        by_two = (before, row["step"]) in (("approved", "withdrawn"), ("withdrawn", "paid"))
        self.same("proposed_by", by_two, row["proposed_by"] is not None)
        if before == "withdrawn" and all(x["step"] != "approved" for x in steps):
            self.fault("move", act=row["step"])
        if by_two:
            self._two(row["proposed_by"], row["by"])
        self.same("line_id", row["step"] in ("paid", "bounced"), row["line_id"] is not None)
        self.same("file_sha256", row["step"] == "approved", row["file_sha256"] is not None)
        steps.append(row)
        self.deed("refund." + row["step"], row)
        if row["step"] == "approved":
            self._two(refund["proposed_by"], row["by"])
        if row["step"] not in ("paid", "bounced"):
            return
        line, amount = self.bank.lines[row["line_id"]], refund["amount_fen"]
        amount = amount if row["step"] == "paid" else -amount
        self.same("amount_fen", -amount, line["amount_fen"])
        self.bank.said[row["line_id"]].append(row)
        self.same("on_day", line["booked_on"], row["on_day"])
        entry = ("refund " + row["step"], row["refund_id"], row["on_day"])
        self.due[(*entry, "1001", None)] -= amount
        when = ("refund.%s %s" % (row["step"], row["seq"]), row["refund_id"])
        self.later(entry, REFUNDED[refund["source"]], refund["unit_id"], amount, when)

    def line_resolution(self, row: Row) -> None:
        said = [x for x in self.bank.said[row["line_id"]] if "act" in x]
        self.same("seq", len(said) + 1, row["seq"])
        line = self.bank.lines[row["line_id"]]
        before = said[-1]["act"] if said else line["taken_as"]
        if line["amount_fen"] < 0:  # what is undone of money that left is unexplained again
            before = "unexplained" if before == "undone" else before
            if said and row["on_day"] < said[-1]["on_day"]:
                self.same("on_day", said[-1]["on_day"], row["on_day"])
            if (before, row["act"], len(said)) == ("batch", "undone", 0):
                self.fault("move", act=row["act"])
        if row["act"] not in RESOLVED.get(before, ()):
            self.fault("move", act=row["act"])
        self._check_word(row)
        if row["on_day"] < line["booked_on"]:
            self.same("on_day", line["booked_on"], row["on_day"])
        self.bank.said[row["line_id"]].append(row)
        # What is undone was of the receipt's year too, or of the subsidy's.
        of = (said[-1] if said else line) if row["act"] == "undone" else row
        ours = of["receipt_id"] in self.receipts or of["subsidy_id"] in self.bank.subsidies
        if ours or line["booked_on"].year == self.year:
            self.deed("line.resolved", row)
        self._book_said(row, line, before, said[-1] if said else None)

    def _check_word(self, row: Row) -> None:
        """What a word on a line names, and who said it."""
        typed = row["act"] == "typed"
        for field in sorted(set(NAMES_WHAT.values()) - set(OF_TYPED if typed else ())):
            self.same(field, field == NAMES_WHAT.get(row["act"]), row[field] is not None)
        if typed:
            self.same("act", 1, sum(row[field] is not None for field in OF_TYPED))
        elif row["act"] not in BY_ONE_OR_TWO:
            self.same("proposed_by", row["act"] in BY_TWO, row["proposed_by"] is not None)
        if row["proposed_by"] is not None:
            self._two(row["proposed_by"], row["by"])

    def _book_said(self, row: Row, line: Row, before: str, last: Optional[Row]) -> None:
        """Out of suspense and back in the year of the bank's day."""
        number, amount = row["resolution_id"], line["amount_fen"]
        if amount < 0:
            self._book_left(row, line, before, last)
        elif line["booked_on"].year != self.year:
            return
        elif row["act"] in ("receipt", "subsidy", "returned"):
            self._transfer(
                ("out of suspense", number, row["on_day"]), "1901", None, "2103", None, amount
            )
        elif row["act"] == "typed":  # what was typed has the bank already, on the same day
            entry = ("typed before", number, line["booked_on"])
            self._transfer(entry, "1001", None, "2103", None, amount)
        elif row["act"] == "undone" and before == "typed":
            entry = ("typed undone", number, line["booked_on"])
            self._transfer(entry, "2103", None, "1001", None, amount)
        elif row["act"] == "refund":
            self.same("refund_id", self.bank.refunds[row["refund_id"]]["line_id"], row["line_id"])
        elif row["act"] == "undone" and before in ("receipt", "returned"):
            self._transfer(
                ("into suspense", number, row["on_day"]), "2103", None, "1901", None, amount
            )
        elif row["act"] == "interest":
            entry = ("interest resolved", number, row["on_day"])
            self._transfer(entry, "4101", None, "2103", None, amount)
        elif row["act"] == "undone" and before == "interest":
            entry = ("interest undone", number, row["on_day"])
            self._transfer(entry, "2103", None, "4101", None, amount)

    def _book_left(self, row: Row, line: Row, before: str, last: Optional[Row]) -> None:
        """What left counts on the bank's day; said of it after another word was undone, on its own.

        A fee is of the year of that day, what was taken back of the year that brought it.
        """
        number, fen, day = row["resolution_id"], -line["amount_fen"], row["on_day"]
        left, undone = day if last else line["booked_on"], row["act"] == "undone"
        back = row if row["act"] == "taken_back" else last or row
        if "taken_back" in (row["act"], before) and back["other_line_id"] is not None:
            other = self.bank.lines[back["other_line_id"]]
            self.same("amount_fen", fen, other["amount_fen"])
            if other["booked_on"].year != self.year:
                return
            if undone:
                self._transfer(("not taken back", number, day), "2103", None, "1001", None, fen)
            else:
                self._transfer(("taken back", number, left), "1001", None, "2103", None, fen)
        elif line["booked_on"].year == self.year and row["act"] == "fee":
            self._transfer(("fee resolved", number, left), "1001", None, "5101", None, fen)
        elif line["booked_on"].year == self.year and undone and before == "fee":
            self._transfer(("fee undone", number, day), "5101", None, "1001", None, fen)

    def _transfer(
        self, entry: Tuple[Any, ...], credit: str, one: Any, debit: str, other: Any, amount: int
    ) -> None:
        self.due[(*entry, debit, other)] += amount
        self.due[(*entry, credit, one)] -= amount

    def _two(self, one: str, other: str) -> None:
        """Two officers, two people."""
        person = self.member_of[one]
        if one == other or (person and person == self.member_of[other]):
            self.fault("same_person")
        for who in (one, other):
            if self.roles[who] != "officer":
                self.fault("no_officer", field="by")

    def close_bank(self) -> None:
        """Statements prove themselves; what came by them is what their lines say, each once."""
        self._book_later()
        for number, statement in self.bank.statements.items():
            self.at("bank_statement", number)
            lines = self.bank.of[number]
            moved, days = sum(x["amount_fen"] for x in lines), [x["booked_on"] for x in lines]
            before = self.bank.statements.get(statement["previous_id"])
            opening = before["closing_fen"] if before else statement["opening_fen"]
            if (
                statement["opening_fen"] + moved != statement["closing_fen"]
                or statement["opening_fen"] != opening
                or (before and before["account_id"] != statement["account_id"])
                or (before and before["statement_id"] >= number)
            ):
                self.fault("unproven")
            self.same("lines", len(lines), statement["lines"])
            self.same("first_day", min(days), statement["first_day"])
            self.same("last_day", max(days), statement["last_day"])
            ours = [self._line_of_year(x) for x in lines]
            if any(ours):
                self.at("bank_statement", number)
                self.deed("statement.imported", statement)
        self._close_received()
        self._close_refunds()
        self._close_named()

    def _line_of_year(self, line: Row) -> bool:
        """Book what a line is by the statement; whether it is of this year, by day or money."""
        amount, day, taken = line["amount_fen"], line["booked_on"], line["taken_as"]
        self.at("statement_line", line["line_id"])
        if taken in BOOKED and day.year == self.year:
            memo, account = BOOKED[taken]
            entry = ("statement " + memo, line["statement_id"], day)
            self._transfer(entry, account, None, "1001", None, amount)
        for field in ("receipt_id", "subsidy_id", "batch_id", "refund_id"):
            wanted = field[:-3] in TAKEN.get(taken, ())
            self.same(field, wanted, line[field] is not None)
        for field in ("receipt_id", "subsidy_id", "batch_id"):
            if (field, line[field]) in self.bank.taken:
                self.fault("no_number", found=line[field])
            if line[field] is not None:
                self.bank.taken.add((field, line[field]))
        found = self.receipts.get(line["receipt_id"]) or self.bank.subsidies.get(line["subsidy_id"])
        if found:
            self.same("amount_fen", amount, found["amount_fen"])
            self.same("booked_on", day, found["received_on"])
        batch = self.batches.get(line["batch_id"])
        if batch:
            self.same("amount_fen", -batch["total_fen"], amount)
        if line["refund_id"] in self.bank.refunds:
            steps = [x for x in self.bank.said[line["line_id"]] if "step" in x]
            self.same("refund_id", [line["refund_id"]], [x["refund_id"] for x in steps])
        return bool(found) or day.year == self.year or line["refund_id"] in self.bank.refunds

    def _close_received(self) -> None:
        """Receipts and subsidies by statement: straight from the bank, or out of suspense later."""
        for table, kept, memo, account in (
            ("receipt", self.receipts, "money received", "2101"),
            ("subsidy", self.bank.subsidies, "subsidy received", "1101"),
        ):
            field = table + "_id"
            for number, row in kept.items():
                if row["line_id"] is None:
                    continue
                self.at(table, number)
                line = self.bank.lines[row["line_id"]]
                self.same("amount_fen", line["amount_fen"], row["amount_fen"])
                self.same("received_on", line["booked_on"], row["received_on"])
                said = [x for x in self.bank.said[row["line_id"]] if x.get(field) == number]
                unit = row.get("unit_id")
                if said:
                    entry: Tuple[Any, ...] = (memo, number, said[0]["on_day"])
                    self.same("by", said[0]["by"], row["by"])
                    if table == "receipt":
                        self.deed("contribution.received", row)
                    self._transfer(entry, account, unit, "1901", None, row["amount_fen"])
                    continue
                self.same("line_id", line[field], number)
                statement = self.bank.statements[line["statement_id"]]
                self.same("by", statement["by"], row["by"])
                entry = (memo, number, row["received_on"])
                if table == "receipt":
                    entry = ("statement received", line["statement_id"], row["received_on"])
                self._transfer(entry, account, unit, "1001", None, row["amount_fen"])

    def _close_refunds(self) -> None:
        for number, refund in self.bank.refunds.items():
            self.at("unit_refund", number)
            if refund["source"] == "over":
                self.same("refund_share", refund["amount_fen"], self.bank.shares[number])
            for step in self.bank.steps[number]:
                if step["line_id"] is not None:
                    line = self.bank.lines[step["line_id"]]
                    said = [x["refund_id"] for x in self.bank.said[step["line_id"]] if "act" in x]
                    self.same("line_id", number, said[-1] if said else line["refund_id"])
        for receipt, amount in self.bank.shared_back().items():
            self.at("receipt", receipt)
            left = self.receipts[receipt]["amount_fen"] - self.shared[receipt]
            self.same("refund_share", min(left, amount), amount)

    def _close_named(self) -> None:
        """Batches that left in parts, and money taken back, are what their lines say, each once."""
        left: "Counter[int]" = Counter()
        taken_back: Set[int] = set()
        for words in self.bank.said.values():
            row = ([x for x in words if "act" in x] or [{"act": "undone"}])[-1]
            if row["act"] == "undone":
                continue
            self.at("line_resolution", row["resolution_id"])
            line, other = self.bank.lines[row["line_id"]], row["other_line_id"]
            batch = self.batches.get(row["batch_id"])
            if batch:
                left[row["batch_id"]] -= line["amount_fen"]
                most = 0 if ("batch_id", row["batch_id"]) in self.bank.taken else batch["total_fen"]
                if left[row["batch_id"]] > most:
                    self.fault("value", field="batch_id", found=row["batch_id"])
            if other is not None:
                acts = [x["act"] for x in self.bank.said[other] if "act" in x]
                self.same("other_line_id", ["not_ours"], acts[-1:])
                if other in taken_back:
                    self.fault("no_number", found=other)
                taken_back.add(other)

    def close_undone(self) -> None:
        """What was typed and undone: its entry is reversed, and nothing of it was given back."""
        for number in self.bank.undone:
            self.at("receipt_undone", number)
            typed = self.receipts[number]["line_id"] is None
            self.same("entry_reversal", typed, number in self.bank.reversed)
            self.same("refund_share", False, number in {x["receipt_id"] for x in self.bank.parts})
        for what, row in self.people.taken_back.items():
            self.at(*what)
            if row["benefit_year"] == self.year:
                self.same("entry_reversal", True, what in self.bank.reversed_back)

    def close_suspense(self) -> None:
        """What left suspense as a payout or as paid back: by one line, of its amount and day."""
        out = {
            "payout": ("online_payout", self.payouts.rows, "net_fen", "booked_on"),
            "recovery": ("recovery_receipt", self.people.come_in, "amount_fen", "received_on"),
            "repayment": ("repayment", self.people.repaid, "amount_fen", "received_on"),
        }
        named: Dict[str, Dict[int, Row]] = {act: {} for act in out}
        for row in (x for said in self.bank.said.values() for x in said if "act" in x):
            line = self.bank.lines[row["line_id"]]
            if row["act"] not in out or line["booked_on"].year != self.year:
                continue
            self.at("line_resolution", row["resolution_id"])
            table, rows, amount, day = out[row["act"]]
            number = row[table.replace("online_", "") + "_id"]
            found = rows.get(number)
            if found is None or number in named[row["act"]]:
                self.fault("no_number", found=number)
            named[row["act"]][number] = row
            self.same(amount, line["amount_fen"], found[amount])
            self.same(day, line["booked_on"], found[day])
            self.same("by", row["by"], found["by"])
            if row["act"] == "repayment":
                self._not_the_debtor(found, row["proposed_by"])
        for act, (table, rows, *_) in out.items():
            for number, row in rows.items():
                year = row["suspense_year"] if act != "payout" else row["booked_on"].year
                if year == self.year and row.get("account") != "1001":
                    self.at(table, number)
                    self.same("line_resolution", True, number in named[act])

    def close_typed(self) -> None:
        """What was typed and tied to a line: of its day and amount, and now of no other line."""
        typed = {
            "receipt_id": (self.receipts, "line_id"),
            "subsidy_id": (self.bank.subsidies, "line_id"),
            "recovery_receipt_id": (self.people.come_in, "suspense_year"),
            "repayment_id": (self.people.repaid, "suspense_year"),
        }
        for row in (x for said in self.bank.said.values() for x in said if x.get("act") == "typed"):
            self.at("line_resolution", row["resolution_id"])
            line = self.bank.lines[row["line_id"]]
            [field] = [field for field in OF_TYPED if row[field] is not None]
            kept, brought = typed[field]
            after = self._undoes(row)
            if after is None and (field, row[field]) in self.bank.taken:
                self.fault("no_number", found=row[field])
            elif after is None:
                self.bank.taken.add((field, row[field]))
            found = kept.get(row[field])
            if found is None:  # of another year
                continue
            if brought == "suspense_year" and line["booked_on"].year != self.year:
                for word in (row, after) if after else (row,):
                    self.deed("line.resolved", word)
            self.same(brought, None, found[brought])
            self.same("amount_fen", line["amount_fen"], found["amount_fen"])
            self.same("received_on", line["booked_on"], found["received_on"])
            undone = field == "receipt_id" and row[field] in self.bank.undone
            undone = undone or (field[:-3], row[field]) in self.people.taken_back
            self.same("receipt_undone", False, undone and after is None)
            if field == "repayment_id":
                self._not_the_debtor(found, row["by"])
                if row["proposed_by"] is not None:
                    self._not_the_debtor(found, row["proposed_by"])

    def _undoes(self, row: Row) -> Optional[Row]:
        """The word by which two officers took this one on a line back."""
        said = [x for x in self.bank.said[row["line_id"]] if "act" in x]
        after = said[row["seq"] : row["seq"] + 1]
        return after[0] if after and after[0]["act"] == "undone" else None

    def close_returned(self) -> None:
        """What left suspense as benefits that came back: all of a line, and as long as it rests."""
        found_out = {x["resolution_id"] for words in self.out.resolved.values() for x in words}
        for row in (x for said in self.bank.said.values() for x in said if "act" in x):
            number = row["payment_resolution_id"]
            if number in found_out:
                self.at("line_resolution", row["resolution_id"])
                self.same("payment_resolution_id", True, number in self.out.returned)
        for number, row in self.out.returned.items():
            self.at("payment_resolution", number)
            first = row["together_id"] or number
            said = [x for x in self.bank.said[row["line_id"]] if "act" in x]
            [last] = [x for x in said if x["payment_resolution_id"] == first]
            self.same("undoes_id", last is not said[-1], number in self.out.taken_off)
            batch = self.out.batch[row["grant_no"], row["attempt"]]
            if batch["benefit_year"] == self.year:  # all that came together are of it
                brought = self.bank.lines[row["line_id"]]["amount_fen"]
                self.same("together_id", brought, self.out.brought[first])

    # Paid online.

    def online_payment(self, row: Row) -> None:
        """It lies with the provider, 1002, until that pays out to the bank."""
        receipt = self.receipts[row["receipt_id"]]
        self.payouts.told.add(row["receipt_id"])
        self.same("amount_fen", receipt["amount_fen"], row["amount_fen"])
        name = receipt["reference"]
        if name.startswith(row["transaction_id"] + "#"):  # typed under it before, and taken back
            typed = (self.receipts[x] for x in self.bank.undone)
            same = [x["reference"] for x in typed if x["benefit_year"] == receipt["benefit_year"]]
            name = row["transaction_id"] if row["transaction_id"] in same else name
        self.same("transaction_id", name, row["transaction_id"])
        entry = ("money received", row["receipt_id"], receipt["received_on"])
        self.due[(*entry, "1001", None)] -= row["amount_fen"]
        self.due[(*entry, "1002", None)] += row["amount_fen"]

    def online_payout(self, row: Row) -> None:
        if row["account"] not in ("1001", "2103"):
            self.fault("value", field="account", found=row["account"])
        for field, least in (("net_fen", 1), ("fee_fen", 0)):
            self.same(field, max(least, row[field]), row[field])
        self.payouts.rows[row["payout_id"]] = row
        self.deed("online.settled", row)

    def online_payout_year(self, row: Row) -> None:
        self.same("amount_fen", max(1, row["amount_fen"]), row["amount_fen"])
        self.payouts.years[row["payout_id"]][row["benefit_year"]] = row["amount_fen"]

    def close_payouts(self) -> None:
        """The bank's money in the year of its day; 1901 to the years of the payments."""
        for receipt, row in self.receipts.items():
            if row["by"] is None and row["benefit_year"] == self.year:
                self.at("receipt", receipt)
                if receipt not in self.payouts.told:  # nobody entered it, no provider told of it
                    self.fault("value", field="by", found=None)
        for number, row in self.payouts.rows.items():
            self.at("online_payout", number)
            years, bank_year = self.payouts.years[number], row["booked_on"].year
            self.same("net_fen", sum(years.values()) - row["fee_fen"], row["net_fen"])
            if self.year not in {bank_year, *years}:
                self.fault("value", field="booked_on", found=row["booked_on"])
            entry = ("online settled", number, row["booked_on"])
            own = years.get(self.year, 0)
            self.due[(*entry, "1002", None)] -= own
            if self.year == bank_year:
                self.due[(*entry, row["account"], None)] += row["net_fen"]
                self.due[(*entry, "5101", None)] += row["fee_fen"]
                self.due[(*entry, "1901", None)] -= sum(years.values()) - own
            else:
                self.due[(*entry, "1901", None)] += own

    def close_enrolment(self) -> None:
        """Money first, then cover: every roster of the year, and every cover's start."""
        for number, roster in self.rosters.items():
            if roster["benefit_year"] == self.year:
                self.at("roster", number)
                self.same("heads", self.heads[number], roster["heads"])
                self._close_roster(number, roster)
        self._close_members()
        for (number, member), starts in self.lines.items() if self.begun_later else ():
            roster = self.rosters[number]
            if starts != roster["starts_on"] and roster["benefit_year"] == self.year:
                paid = [x for x in self.covers.of(member) if not self._is_gift(x)]
                ends = [x.ends_on + timedelta(days=1) for x in paid]
                self.at("roster_line", number, member)
                if starts not in ends or roster["campaign_id"]:
                    self.same("starts_on", roster["starts_on"], starts)

        self._close_places()

    def _close_members(self) -> None:
        """Every member's covers, each kind of them once.

        Whose covers are alike one by one, and nothing ended any of them, is right as the other is.
        """
        alike, told = self._alike(), set()
        for member, places in self.covers.places.items():
            known = alike[places] if type(places) is int else tuple(alike[x] for x in places)
            ended = member in self.gifts.changes or member in self.gifts.fates
            if known in told and not ended:
                continue
            covers = self.covers.of(member)
            if ended or covers[1:]:
                self._close_terms(covers)
            for cover in covers:
                self._close_outcome(cover, covers)
            if not ended:
                told.add(known)

    def _alike(self) -> List[Any]:
        """Of each cover a number that it shares with those of which the same is said."""
        numbers, members, rosters, schemes, starts, ends, waits, _, _ = self.covers.columns
        keys = list(zip(rosters, members))  # noqa: B905 - not in 3.8
        # Where none begins another day than its roster, the roster says it.
        lines: Any = map(self.lines.get, keys) if self.begun_later else repeat(None)
        outcomes = list(map(self.outcomes.get, keys, repeat((None, FIRST))))
        own = map(operator.eq, map(itemgetter(0), outcomes), numbers)
        full = map(itemgetter(1), outcomes)
        facts = zip(rosters, schemes, starts, ends, waits, lines, own, full)  # noqa: B905
        first: Dict[Any, int] = {}
        return list(map(first.setdefault, facts, count()))

    def _close_outcome(self, cover: Cover, covers: List[Cover]) -> None:
        """A cover is what the roster's outcome says."""
        cover_id, full_on = self.outcomes.get((cover.roster_id, cover.member), (None, FIRST))
        self.at("cover", cover.cover_id)
        self.same("enrolment_outcome", cover.cover_id, cover_id)
        if cover.starts_on.year == self.year:
            self._close_cover(cover, covers, full_on)

    def _close_terms(self, covers: List[Cover]) -> None:
        """Terms in force never overlap."""
        left = self._standing(covers[0].member, sys.maxsize)
        terms = sorted((x.starts_on, x.ends_on, x.cover_id) for x in left)
        last = (date.min, date.min, 0)
        died_on = self.died_on(covers[0].member)
        for term in terms:
            if term[0] > term[1]:
                continue
            if died_on and term[1] > died_on:
                self.at("cover", term[2])
                self.same("ends_on", died_on, term[1])
            if term[0] <= last[1]:
                self.at("cover", max(term[2], last[2]))
                self.fault("overlap", other=min(term[2], last[2]))
            last = term

    def _standing(self, member: str, number: int) -> List[Cover]:
        """A member's covers as they stood for a grant of this number, those ended by then cut.

        What ended a gift later, and whatever came after that, was not there yet.
        """
        covers, changes = self.covers.of(member), self.gifts.changes.get(member)
        if not changes:
            return covers
        ends = {x.cover_id: x.ends_on for x in changes if x.change_no < number}
        unknown = [x.because_cover_id or sys.maxsize for x in changes if x.change_no >= number]
        first = min(unknown) if unknown else sys.maxsize
        return [
            x._replace(ends_on=ends.get(x.cover_id, x.ends_on))
            for x in covers
            if x.cover_id < first
        ]

    def _close_places(self) -> None:
        """Every gift has its place; a roster's places follow each other, a campaign's too."""
        given: "Counter[int]" = Counter()
        for number, roster in self.rosters.items():
            if not roster["campaign_id"]:
                continue
            campaign = self.gifts.campaigns[roster["campaign_id"]]
            places = sorted(self.gifts.places_of[number])
            self.at("roster", number)
            if roster["benefit_year"] != self.year:
                continue
            begins = given[campaign["campaign_id"]] + 1
            if not campaign["opens_on"].year == campaign["closes_on"].year == self.year:
                begins = max(begins, places[0] if places else 0)
            if places != list(range(begins, begins + roster["heads"])):
                self.fault("beyond_quota", quota=campaign["quota"])
            given[campaign["campaign_id"]] = places[-1]
        gifts = {number for number, roster in self.rosters.items() if roster["campaign_id"]}
        for number, member in self.lines if gifts else ():
            if number in gifts and (number, member) not in self.gifts.places:
                self.at("roster_line", number, member)
                self.fault("no_place")

    def _close_roster(self, number: int, roster: Row) -> None:
        each = roster["unit_due_fen"] + roster["worker_due_fen"]
        counts, got = self.decided[number], sum(self.shares[number].values())
        full = got == each * roster["heads"]
        self.same("receipt_share", min(got, each * roster["heads"]), got)
        self.same("enrolment_outcome", roster["heads"] if full else 0, sum(counts.values()))
        if not full:
            return
        days = [self.receipts[receipt]["received_on"] for receipt in self.shares[number]]
        full_on = max(days) if days else self.first_start[number]
        self.same("full_on", {full_on}, self.full_on[number])
        covers, credited = counts["covered"], counts["credited"]
        granted = self.merges.when.get(("cover.granted", number), sys.maxsize)
        unit = self.stands(roster["unit_id"], granted)
        for account, amount in (
            ("2101", (covers + credited) * each),
            ("2102", -credited * each),
            ("1101", covers * roster["union_due_fen"]),
            ("4001", -covers * roster["unit_due_fen"]),
            ("4002", -covers * roster["worker_due_fen"]),
            ("4003", -covers * roster["union_due_fen"]),
        ):
            self.due["roster full", number, full_on, account, unit] += amount

    def _close_cover(self, cover: Cover, covers: List[Cover], full_on: date) -> None:
        """Its start by the day the money was full; its waiting by the member's covers before."""
        scheme, roster = self.schemes[cover.scheme_id], self.rosters[cover.roster_id]
        by = [
            x.change_no
            for x in self.gifts.changes.get(cover.member, ())
            if x.because_cover_id and x.because_cover_id <= cover.cover_id
        ]
        known = self._standing(cover.member, max(by) + 1) if by else covers
        known = [x for x in known if x.cover_id < cover.cover_id]
        start = self.lines[cover.roster_id, cover.member]
        if not roster["campaign_id"]:
            paid = sorted((x.starts_on, x.ends_on) for x in known if not self._is_gift(x))
            start = self._free(start, paid)
            pay_by = start if scheme["pay_by"] == "start" else day_of(scheme["pay_by"])
            if full_on > pay_by:
                start = self._free(full_on + timedelta(days=1), paid)
        self.same("starts_on", start, cover.starts_on)
        gap = timedelta(days=scheme["renewal_gap_days"])
        ended = [x.ends_on for x in known if x.starts_on <= x.ends_on < start]
        renewed = any(roster["confirmed_on"] - ends <= gap for ends in ended)
        waits = scheme["waiting_days"] and not renewed
        until = start + timedelta(days=scheme["waiting_days"]) if waits else None
        self.same("waits_until", until, cover.waits_until)

    @staticmethod
    def _free(day: date, before: List[Tuple[date, date]]) -> date:
        """The first day from `day` on that no cover before holds."""
        for starts, ends in before:
            day = ends + timedelta(days=1) if starts <= day <= ends else day
        return day

    # Bills and determinations.

    def run(self, row: Row) -> None:
        if row["kind"] not in RUNS:
            self.fault("value", field="kind", found=row["kind"])
        self.same("file_sha256", row["kind"] == "feed", row["file_sha256"] is not None)
        self.run_kinds[row["run_id"]], self.typed.run_by[row["run_id"]] = row["kind"], row["by"]
        if row["kind"] not in ("hand", "decision"):  # whose events name the bill
            self.deed(RUNS[row["kind"]], row)

    def claim(self, claim_id: int, member: str, setl_id: str, run_id: int) -> None:
        self.claims[claim_id] = (member, setl_id)
        self.claim_runs[claim_id] = run_id
        self.typed.claims[setl_id] = claim_id

    def many_claim(
        self, claim_id: List[int], member: List[str], setl_id: List[str], run_id: List[int]
    ) -> bool:
        self.claims.update(zip(claim_id, zip(member, setl_id)))  # noqa: B905 - not in 3.8
        self.claim_runs.update(zip(claim_id, run_id))  # noqa: B905
        self.typed.claims.update(zip(setl_id, claim_id))  # noqa: B905
        return True

    def owner_of(self, setl_id: str) -> str:
        """Whose claim has this number."""
        return self.claims[self.typed.claims[setl_id]][0]

    def filed_claim(self, row: Row) -> None:
        if not OWN.fullmatch(row["setl_id"]):
            self.fault("no_number", found=row["setl_id"])
        self.same("member", self.owner_of(row["setl_id"]), row["member"])
        if self.roles[row["by"]] in HELPERS:
            self._acts_for(row)
        self.typed.by[row["setl_id"]] = row["by"]
        self.typed.filed_at[self.typed.claims[row["setl_id"]]] = row["recorded_at"]

    def consent_rule(self, row: Row) -> None:
        self.same("rule", "filed", row["rule"])
        self.typed.agreed_since = row["recorded_at"]

    def claim_consent(self, row: Row) -> None:
        """To the use of medical data, with the filing: by the member or a helper, or on paper."""
        claim, by, typed = row["claim_id"], row["by"], self.typed
        self.same("member", self.claims[claim][0], row["member"])
        filed_at = typed.filed_at.get(claim)
        if filed_at is None or row["lang"] not in ("zh", "en"):
            self.fault("value", field="claim_id, lang", found=(claim, row["lang"]))
        if typed.agreed_since and filed_at >= typed.agreed_since:
            self.same("recorded_at", filed_at, row["recorded_at"])
        if row["way"] not in ("own", "paper"):
            self.fault("value", field="way", found=row["way"])
        if row["way"] == "paper" and self.roles[by] not in ("officer", "operator"):
            self.fault("no_officer", field="by")
        if row["way"] == "own" and self.roles[by] not in HELPERS:
            self.fault("no_consent")
        if row["way"] == "own":
            self._acts_for(row)
        typed.agreed.add(claim)
        self.deed("consent.given" if row["way"] == "own" else "consent.stated", row)

    def close_consents(self) -> None:
        """What was filed since it takes a consent has one; what was told of members stands here."""
        typed = self.typed
        if typed.agreed_since is None and not self.tables.seals:
            raise Fault("missing", "consent_rule rule=filed")
        for claim, at in typed.filed_at.items():
            if claim not in typed.agreed and typed.agreed_since and at >= typed.agreed_since:
                self.at("filed_claim", self.claims[claim][1])
                self.fault("not_agreed")
        sealed, begun = self.tables.sealed(), any(act == "help.begun" for act, _ in self.log)
        members = {member for member, _ in self.claims.values()} if begun else set()
        for (act, about), told in self.log.items():
            number = int(about) if act in AGREED and about else 0
            if act.startswith("consent.") and number in self.claims and "claim_consent" in sealed:
                self._is_there("claim_consent", number, number in typed.agreed)
            if act == "help.begun" and any(x.get("member") in members for x in told):
                self._is_there("help_consent", number, number in typed.helps)
            if act == "help.ended" and number in typed.helps:
                self._is_there("help_ended", number, typed.helps[number]["ended"] is not None)

    @staticmethod
    def _is_there(table: str, number: int, found: bool) -> None:
        if not found:
            raise Fault("missing", "%s %s=%d" % (table, TABLES[table].key[0], number))

    def help_consent(self, row: Row) -> None:
        """A member lets somebody act for them; by papers an officer did."""
        if row["way"] not in ("code", "named", "papers"):
            self.fault("value", field="way", found=row["way"])
        if row["way"] == "papers" and self.roles[row["by"]] != "officer":
            self.fault("no_officer", field="by")
        if row["way"] != "papers":
            self.same("by", self.member_of[row["by"]], row["member"])
        if self.roles[row["helper"]] not in HELPERS or (
            self.member_of[row["helper"]] == row["member"]
        ):
            self.fault("value", field="helper", found=row["helper"])
        self.typed.helps[row["consent_id"]] = {**row, "ended": None}
        self.deed("help.begun", row)

    def help_ended(self, row: Row) -> None:
        """By the member, by the helper, or by an officer."""
        consent = self.typed.helps[row["consent_id"]]
        by, why = row["by"], row["why"]
        ends = {
            "member": self.member_of[by] == consent["member"],
            "helper": by == consent["helper"],
            "officer": self.roles[by] == "officer",
        }
        if not ends.get(why):
            self.fault("value", field="why", found=why)
        consent["ended"] = row["recorded_at"]
        self.deed("help.ended", row)

    def _acts_for(self, row: Row) -> None:
        """The row is by the member's own account, or by one that helped at that moment."""
        at, member = row["recorded_at"], row["member"]
        if self.member_of[row["by"]] == member:
            return
        day = (instant(at) + CHINA).date()
        for each in self.typed.helps.values():
            if (each["helper"], each["member"]) == (row["by"], member) and (
                each["recorded_at"] <= at
                and (each["ended"] is None or at <= each["ended"])
                and (each["until"] is None or day <= each["until"])
            ):
                return
        self.fault("no_consent")

    def _no_helper(self, by: str, member: str, at: object) -> None:
        """Who helps a member, or ever did, decides nothing about the member's claims."""
        for each in self.typed.helps.values():
            person = self.member_of[each["helper"]]
            same = each["helper"] == by or (person and person == self.member_of[by])
            if same and each["member"] == member and each["recorded_at"] <= at:
                self.fault("helper_decides")

    def undone_filing(self, row: Row) -> None:
        """Taken back by the member or the filer, or sent back by an officer: never one's own.

        By the run of two people's decision, where it had been approved.
        """
        setl_id, by, why = row["setl_id"], row["by"], row["why"]
        if why not in WAYS_BACK:
            self.fault("value", field="why", found=why)
        member = self.owner_of(setl_id)
        self.same("member", member, row["member"])
        decided = self.run_kinds[row["run_id"]] == "decision"
        if not decided:
            self.same("run_id by hand", "hand", self.run_kinds[row["run_id"]])
        self.same("by", self.typed.run_by[row["run_id"]], by)
        own = self.member_of[by] == member
        if why == TAKEN_BACK and decided:
            self.fault("value", field="why", found=why)
        if why == TAKEN_BACK and not (own or by == self.typed.by[setl_id]):
            self.fault("value", field="by", found=by)
        if why != TAKEN_BACK and self.roles[by] != "officer":
            self.fault("no_officer", field="by")
        if why != TAKEN_BACK and own:
            self.fault("own_claim")
        if self.roles[by] in HELPERS:
            self._acts_for(row)
        self.typed.undone[setl_id] = row["run_id"]
        if decided:
            self.typed.by_two[setl_id] = row
        self.deed("claim.undone", {**row, "claim": self.typed.claims[setl_id]})

    def injury_statement(self, row: Row) -> None:
        """What the member said, the member or an officer wrote down."""
        claim = row["claim_id"]
        self.same("member", self.claims[claim][0], row["member"])
        self.people.said[claim] += 1
        self.same("seq", self.people.said[claim], row["seq"])
        if row["says"] not in SAID:
            self.fault("value", field="says", found=row["says"])
        if self.roles[row["by"]] != "officer":
            self._acts_for(row)
        self.people.stated.add(claim)
        if row["apart"]:
            self.people.wrote[claim].append(row)
        self.deed("injury.stated", row)

    def held_decision(self, row: Row) -> None:
        """Two officers decided; neither filed the claim, and it is the claim of neither.

        Who filed it may say that the own figures are wrong, so that another undoes them.
        """
        claim, what = row["claim_id"], row["what"]
        member, setl_id = self.claims[claim]
        self.same("member", member, row["member"])
        self._two_people(row, prepares="operator")
        filer = self.typed.by.get(setl_id)
        for by in (row["prepared_by"], row["approved_by"]):
            says_so = what == UNDO and by == row["prepared_by"]
            if filer and not says_so and self.one_person(by, filer):
                self.fault("filer_confirms")
            self._no_helper(by, member, row["recorded_at"])
        if what not in DECIDED or (what in WITH_REASON) != (row["reason"] is not None):
            self.fault("value", field="what", found=what)
        decided = self.people.decisions[claim]
        self.same("seq", len(decided) + 1, row["seq"])
        self.same("run_id of a decision", "decision", self.run_kinds[row["run_id"]])
        self.same("approved_by", self.typed.run_by[row["run_id"]], row["approved_by"])
        decided.append((row["decision_no"], what, row["run_id"]))
        if (what == "same_bill") != (row["same_claim_id"] is not None):
            self.fault("value", field="same_claim_id", found=row["same_claim_id"])
        if what == "same_bill":
            owner, own = self.claims[row["same_claim_id"]]
            self.same("member of the same bill", member, owner)
            self.people.same[setl_id] = (own, row["run_id"])
        if what == UNDO:
            undone = self.typed.by_two.get(setl_id, {})
            for field, column in (("run_id", "run_id"), ("why", "reason"), ("by", "approved_by")):
                self.same("undone_filing " + field, row[column], undone.get(field))
            self.typed.two[setl_id] = row
        self.deed("claim.decided", {**row, "reason": row["reason"] or ""})

    def _two_people(self, row: Row, prepares: str = "officer") -> None:
        """Prepared by one officer, or one who `prepares`, approved by another; neither's own."""
        one, other = self.member_of[row["prepared_by"]], self.member_of[row["approved_by"]]
        if row["prepared_by"] == row["approved_by"] or (one and one == other):
            self.fault("same_person")
        if self.roles[row["prepared_by"]] not in ("officer", prepares):
            self.fault("no_officer", field="prepared_by")
        if self.roles[row["approved_by"]] != "officer":
            self.fault("no_officer", field="approved_by")
        if row["member"] in (one, other):
            self.fault("own_claim")

    def joined_settlement(self, row: Row) -> None:
        """The bureau's number of a filed bill: of the same member, and no claim of its own.

        Unless two officers decided that the claim it had become is the same bill.
        """
        own = row["own_setl_id"]
        decided = self.people.same.get(row["setl_id"])
        if (
            OWN.fullmatch(row["setl_id"])
            or (row["setl_id"] in self.typed.claims and decided != (own, row["run_id"]))
            or own in self.typed.joined
            or own in self.typed.undone
        ):
            self.fault("no_number", found=row["setl_id"])
        self.same("member", self.owner_of(own), row["member"])
        self.typed.joined[own] = row["run_id"]

    def settlement(
        self,
        setl_id: str,
        version: int,
        member: str,
        run_id: int,
        flagged_refund: bool,
        med_type: Optional[str],
        visit: Optional[str],
        begndate: Optional[date],
        enddate: Optional[date],
        setl_time: str,
        inscp_scp_amt: int,
        hifp_pay: int,
        hifob_pay: int,
        hifmi_pay: int,
        act_pay_dedc: int,
        psn_part_amt: Optional[int],
        fulamt_ownpay_amt: int,
        overlmt_selfpay: int,
        preselfpay_amt: int,
    ) -> None:
        self.same("version", self.newest_of(setl_id) + 1, version)
        self.newest[setl_id] = version
        self._origin(setl_id, version, run_id)
        self.bills.later_runs[setl_id] += (run_id,)
        days = (begndate, enddate, day_of(setl_time[:10]))
        own = own_part(psn_part_amt, fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt)
        amounts = (inscp_scp_amt, hifp_pay, hifob_pay, hifmi_pay, act_pay_dedc, own)
        bill = Bill(member, flagged_refund, med_type, visit, days, amounts)
        self.bills.others[setl_id, version] = bill

    def newest_of(self, setl_id: str) -> int:
        """The last version of a bill that was read so far; 0: there is none."""
        return self.newest.get(setl_id) or int((setl_id, 1) in self.bills)

    def many_settlement(self, columns: Dict[str, List[Any]]) -> Any:
        """What the bureau sent first of each bill; other versions, and own numbers, are left."""
        told = (*BILL[:4], *BILL_DAYS, *AMOUNTS[:OWN_PART], *PAID)
        fields = ("setl_id", "version", "run_id", "setl_time", *told)
        left = self._sent_otherwise(*(columns[field] for field in fields[:3]))
        taken = [columns[field] for field in fields]
        if left:
            chosen = [True] * len(taken[0])
            for place in left:
                chosen[place] = False
            taken = [list(compress(column, chosen)) for column in taken]
        setl_id, _, run_id, setl_time, member, refunded, med_type, visit = taken[:8]
        settled_on = list(map(itemgetter(slice(10)), setl_time))
        known = {day: day_of(day) for day in set(settled_on)}
        settled = list(map(known.__getitem__, settled_on))
        sums = zip(*taken[-4:])  # noqa: B905 - not in 3.8
        own = [UNTOLD if x is None else x - a - b - c for x, a, b, c in sums]
        kinds = {kind: kind for kind in set(med_type)}  # one text for all that say the same
        kind = list(map(kinds.__getitem__, med_type))
        facts = (member, refunded, kind, visit)
        self.bills.add(setl_id, run_id, facts, (*taken[8:10], settled), (*taken[10:-4], own))
        return left or True

    def _sent_otherwise(self, setl_id: List[str], version: List[int], run: List[int]) -> List[int]:
        """The places of bills that are no first version of the bureau's own."""
        hand = {each for each in set(run) if self.run_kinds[each] == "hand"}
        own = "HZ-" in "".join(setl_id)
        if not hand and not own and version.count(1) == len(version):
            return []
        rows = zip(setl_id, version, run)  # noqa: B905 - not in 3.8
        return [
            place
            for place, (number, which, by) in enumerate(rows)
            if which != 1 or by in hand or "HZ-" in number
        ]

    def _origin(self, setl_id: str, version: int, run: int) -> None:
        """A person types a bill's first version, under an own number; the bureau sends the rest."""
        own = setl_id in self.typed.by
        if (setl_id.startswith("HZ-") and bool(OWN.fullmatch(setl_id))) != own:
            self.fault("no_number", found=setl_id)
        typed = own and version == 1
        self.same("run_id by hand", typed, self.run_kinds[run] == "hand")
        if typed:
            self.same("by", self.typed.by[setl_id], self.typed.run_by[run])
            told = {"run_id": run, "by": self.typed.run_by[run], "setl_id": setl_id}
            self.deed("claim.filed", told)
        elif own and version == JOINED:
            self.same("run_id", self.typed.joined.get(setl_id), run)

    def refund(self, row: Row) -> None:
        """The bureau's, under a number of its own; or of an undone filing, under the fund's."""
        setl_id, run = row["setl_id"], row["run_id"]
        if self.run_kinds[run] == "hand" or OWN.fullmatch(setl_id):
            self.same("undone_setl_id", setl_id, row["undone_setl_id"])
            self.same("run_id", self.typed.undone.get(setl_id), run)
        elif OWN.fullmatch(row["undone_setl_id"]):
            self.same("joined", True, row["undone_setl_id"] in self.typed.joined)
        self.refunds[row["undone_setl_id"]].append((row["run_id"], day_of(row["setl_time"][:10])))
        self.bills.later_runs[row["undone_setl_id"]] += (row["run_id"],)

    def rows_determination(self, columns: Dict[str, List[Any]]) -> None:
        """Determinations in their order. Most are a bill's first, under a member's one cover.

        What is not, and each that is not what it should be, is left to `determination`.
        """
        self.covers.make_terms()
        places = list(map(self.bills.places.get, columns["setl_id"]))
        whose = (columns[field] for field in ("grant_no", "claim_id", "run_id"))
        answers = zip(*(columns[field] for field in ANSWER))  # noqa: B905 - not in 3.8
        rows = zip(self._like_most(columns, places), places, *whose, answers)  # noqa: B905
        tables = self.tables
        for tables.place, (like_most, place, grant_no, claim, run, answer) in enumerate(rows):
            try:
                taken = like_most and self._is_first(place, grant_no, claim, run, answer)
            except MALFORMED:  # nothing is taken of it yet
                taken = False
            if not taken:
                fields = TABLES["determination"].columns
                self.determination({field: columns[field][tables.place] for field in fields})
        self.granted.add(*(columns[x] for x in ("grant_no", "claim_id", "payable_fen")))

    def _like_most(self, columns: Dict[str, List[Any]], places: List[Any]) -> Iterator[bool]:
        """Of each row whether it is a claim's live first, and nothing but its bill bears on it.

        A run that brought bills determined those that it brought. `places`: where the bills stand.
        """
        claim, setl_id, run = (columns[field] for field in ("claim_id", "setl_id", "run_id"))
        owners = zip(columns["member"], setl_id)  # noqa: B905 - not in 3.8
        holds: List[Any] = [map(operator.eq, map(self.claims.get, claim), owners)]
        bills, some = self.bills, places
        if not bills.places:
            return repeat(False)
        if None in places:
            holds.append([place is not None for place in places])
            some = [place or 0 for place in places]
        facts = (
            *(("version", 1), ("seq", 1), ("live", True)),
            *(("refusal", None), ("undone_on", None)),
        )
        for field, most in facts:
            if columns[field].count(most) < len(claim):
                holds.append(map(operator.eq, columns[field], repeat(most)))
        kinds = {each: self.run_kinds[each] for each in set(run)}
        if "decision" in kinds.values():
            holds.append(map(operator.ne, map(kinds.__getitem__, run), repeat("decision")))
        if not {"feed", "hand"}.isdisjoint(kinds.values()):
            brings = {each: kind in ("feed", "hand") for each, kind in kinds.items()}
            at = (WIDTH * place + WIDTH - 1 for place in some)
            known = map(operator.eq, map(bills.numbers.__getitem__, at), run)
            holds.append(map(operator.ge, known, map(brings.__getitem__, run)))
        members, refunded = bills.facts[:2]
        holds.append(map(operator.eq, map(members.__getitem__, some), columns["member"]))
        if bills.refunded:
            holds.append(map(operator.not_, map(refunded.__getitem__, some)))
        for others, names in (
            (self.refunds, setl_id),
            (self.typed.by, setl_id),
            (self.people.decisions, claim),
        ):
            if others:
                holds.append(map(operator.not_, map(others.__contains__, names)))
        return map(all, zip(*holds))  # noqa: B905

    def _is_first(
        self, place: int, grant_no: int, claim: int, run: int, answer: Tuple[Any, ...]
    ) -> bool:
        """Take a claim's first determination, if it is what `determination` would say of it.

        `place`: where its bill stands.
        """
        if claim in self.latest:
            return False
        members, _, med_types, visits = self.bills.facts
        member, visit, med_type = members[place], visits[place], med_types[place]
        settled = self.bills.days[2][place]
        care = self.kind_on.get((med_type, settled)) or self._kind(med_type, settled)
        if care not in CARES or answer != self._granted(place, member, visit, care):
            return False
        _, _, scheme_id, _, year, base, _, _, payable, _ = answer
        used = self.used[care, year]
        used[member] = used.get(member, 0) + payable
        rule = self.rules[scheme_id, care]
        if visit and rule and rule.counts_stays:
            stay = (member, care, year, visit)
            self.stays[stay] = self.stays.get(stay, 0) + base
        if year == self.year:
            self.runs_of_year.add(run)
            if payable:
                self.granted_on[run, settled, care] += payable
        grant = (1, True, grant_no, None, care, year, base, payable, visit)
        self.latest[claim] = tuple.__new__(Grant, grant)
        return True

    def _granted(
        self, place: int, member: str, visit: Optional[str], care: str
    ) -> Optional[Tuple[Any, ...]]:
        """What is granted for a bill by the one cover its member has; None: ask the rules whole.

        The fields of a determination in ANSWER.
        """
        cover, days = self.covers.places.get(member), self.bills.days
        if type(cover) is not int or member in self.gifts.changes:
            return None
        if self.bills.undated and None in (days[0][place], days[1][place]):
            return None
        number, scheme_id, starts, ends, waits, cares = self.covers.terms[cover]
        rule = self.rules.get((scheme_id, care)) or self._rule(scheme_id, care)
        if rule is None or care not in cares:
            return None
        falls_on, waits_by, deducts, bands, percent, deductible_too, per_stay, cap_fen, _ = rule
        if not starts <= days[falls_on][place] <= ends or (waits and days[waits_by][place] < waits):
            return None
        numbers, at, year = self.bills.numbers, WIDTH * place, starts.year
        base, own = numbers[at], numbers[at + OWN_PART]
        for payer in deducts:
            base -= numbers[at + payer]
        base = min(base, own)  # where the bill says none, it is above all
        if deductible_too:
            base -= numbers[at + DEDUCTIBLE]
        base = max(0, base)
        if per_stay and visit and (member, care, year, visit) in self.stays:
            return None
        half_up = ALL // 2
        gross = gross_of(bands, base) if percent is None else (base * percent + half_up) // ALL
        room, payable = None, gross
        if cap_fen is not None:
            room = max(0, cap_fen - self.used[care, year].get(member, 0))
            payable = min(gross, room)
        digest = self.digests[scheme_id]
        return (care, number, scheme_id, digest, year, base, gross, room, payable, None)

    def _rule(self, scheme_id: str, care: str) -> Optional[Rule]:
        """A scheme's rule for a kind of care, put into places and numbers once."""
        key = (scheme_id, care)
        if key not in self.rules:
            self._falls_on(care)
            rule = self.schemes[scheme_id]["benefit"].get(care)
            one = rule and len(rule["bands"]) == 1 and rule["bands"][0]["over_fen"] == 0
            self.rules[key] = rule and Rule(
                DAYS.index(rule["falls_on"]),
                DAYS.index(rule["waits_by"]),
                tuple(AMOUNTS.index(payer) for payer in rule["deducts"]),
                rule["bands"],
                rule["bands"][0]["basis_points"] if one else None,
                bool(rule["exclude_deductible"]),
                bool(rule["per_stay"]),
                None if rule["cap_fen"] == "none" else rule["cap_fen"],
                any(x["benefit"].get(care, rule)["per_stay"] for x in self.schemes.values()),
            )
        return self.rules[key]

    def determination(self, row: Row) -> None:
        """Give back what the claim held, then work the answer out again and compare."""
        claim, before = row["claim_id"], self.latest.get(row["claim_id"], NOTHING)
        member, setl_id = self.claims[claim]
        bill = self.bills[row["setl_id"], row["version"]]
        self.same("setl_id", setl_id, row["setl_id"])
        self.same("member", member, row["member"])
        self.same("member", member, bill.member)
        self.same("seq", before.seq + 1, row["seq"])
        self._run_of(row, setl_id, bill)
        if row["benefit_year"] == self.year:
            self.runs_of_year.add(row["run_id"])
        if claim in self.unseen:
            self._resolve_unseen(row)
        if before.live:
            self.fault("differs", field="live", wanted="false", found="true")
        if before is not NOTHING:
            self._move(member, before, -1)
        self._refunded(bill, row)
        answer = self._answer(bill, row, row["refusal"] == "refunded")
        if not answer.items() <= row.items():
            for field, wanted in answer.items():
                self.same(field, wanted, row[field])
        latest = Grant._make((*_GRANT(row), bill.visit))
        self._move(member, latest, 1)
        self._expect(row["run_id"], before, latest, bill, row["undone_on"])
        year = latest.benefit_year
        # Of a first one that `_is_first` took, the year is known by it alone.
        if year and self.first_year.setdefault(claim, before.benefit_year or year) != year:
            self.moved_years.add(claim)
        self.latest[claim] = latest
        typed = setl_id in self.typed.by and row["version"] == 1
        if typed or claim in self.typed.last:
            self.typed.last[claim] = typed
        if typed:
            self.typed.grants.add(row["grant_no"])

    def _run_of(self, row: Row, setl_id: str, bill: Bill) -> None:
        """The run brought the bill, or two people's decision; of an injury somebody had spoken."""
        claim, run = row["claim_id"], row["run_id"]
        kind, runs = self.run_kinds[run], self.bills.runs_of(setl_id)
        if kind in ("feed", "hand") and run not in runs:
            self.fault("value", field="run_id", found=run)
        if claim not in self.people.decisions and kind != "decision":
            return
        decided = self.people.of(claim, row["grant_no"])
        decisions = [each[2] for each in self.people.decisions.get(claim, ())]
        if kind == "decision" and run not in (*runs, *decisions):
            self.fault("value", field="run_id", found=run)
        pays = decided and decided[1] in PAY_AS and decided[2] == run
        if pays and bill.med_type == INJURY and claim not in self.people.stated:
            self.fault("unstated")

    def _refunded(self, bill: Bill, row: Row) -> None:
        """Refused as refunded, by a refund's day, if and only if a refund was there to be known.

        Those of the run and before it were. Of those after it some may have come before the
        computation; they come one run after the other.
        """
        refunds = sorted(self.refunds.get(row["setl_id"], ()))
        if not refunds and not bill.flagged_refund and row["refusal"] != "refunded":
            if row["undone_on"] is not None:
                self.same("undone_on", None, row["undone_on"])
            return
        known = sum(run <= row["run_id"] for run, _ in refunds)
        if row["refusal"] != "refunded":
            if known or bill.flagged_refund:
                self.fault("refund_ignored")
            self.same("undone_on", None, row["undone_on"])
            return
        if not (refunds or bill.flagged_refund):
            self.same("refusal", None, row["refusal"])
        days = [day for _, day in refunds]
        possible = {max(days[:count]) for count in range(max(known, 1), len(days) + 1)}
        if bill.flagged_refund and not known:
            possible.add(bill.days[2])
        if row["undone_on"] not in possible:
            self.fault("value", field="undone_on", found=row["undone_on"])

    def _resolve_unseen(self, row: Row) -> None:
        """The determination before missed a cover: it came later, and this one follows from it."""
        record, cover, recorded_at = self.unseen.pop(row["claim_id"], ("", None, ""))
        if not cover or cover.recorded_at >= recorded_at:
            return
        if self.run_kinds[row["run_id"]] == "feed":
            raise Fault("cover_ignored", record, cover=cover.cover_id)

    def _move(self, member: str, grant: Grant, sign: int) -> None:
        """Take room and stay for a grant, or give them back."""
        care, year, visit = grant.care, grant.benefit_year, grant.visit
        if grant.refusal is None and care and year:
            self.used[care, year][member] += sign * grant.payable_fen
            if visit:
                self.stays[member, care, year, visit] += sign * (grant.base_fen or 0)

    def _answer(self, bill: Bill, row: Row, refunded: bool) -> Row:
        """Every field of a determination, by the rules in their order."""
        answer: Row = dict.fromkeys(ANSWER)
        answer["payable_fen"] = 0
        decided = self.people.of(row["claim_id"], row["grant_no"])
        kind, bill = self._as_decided(bill, decided)
        waived = decided is not None and decided[1] == "waive_waiting"
        care = answer["care"] = kind if kind in CARES else None
        if refunded or care is None:
            answer["refusal"] = "refunded" if refunded else REFUSED_AS[kind]
            return answer
        cover, undated = self._cover(bill, care, row["grant_no"])
        if cover and row["refusal"] == "no_cover":
            unseen = (self.tables.record(), cover, row["recorded_at"])
            cover, self.unseen[row["claim_id"]] = None, unseen
        if cover is None:
            answer["refusal"] = "date_missing" if undated else "no_cover"
            return answer
        answer["cover_id"], answer["scheme_id"] = cover.cover_id, cover.scheme_id
        answer["scheme_digest"] = self.digests[cover.scheme_id]
        answer["benefit_year"] = cover.starts_on.year
        rule = self.schemes[cover.scheme_id]["benefit"].get(care)
        if undated:
            answer["refusal"] = "date_missing"
        elif rule is None or care not in cover.cares:
            answer["refusal"] = "not_in_scheme"
        elif cover.waits_until and not waived:
            day = bill.day(rule["waits_by"])
            if day is None or day < cover.waits_until:
                answer["refusal"] = "waiting" if day else "date_missing"
        if answer["refusal"] is None:
            self._compute(answer, bill, rule, care, cover.starts_on.year)
        return answer

    def _compute(self, answer: Row, bill: Bill, rule: Dict[str, Any], care: str, year: int) -> None:
        """base, gross, room, payable."""
        amount = dict(zip(AMOUNTS, bill.amounts))  # noqa: B905 - not in 3.8
        base = amount["inscp_scp_amt"]
        for payer in rule["deducts"]:
            base -= amount[payer]
        if amount["own_part"] is not None:
            base = min(base, amount["own_part"])
        if rule["exclude_deductible"]:
            base -= amount["act_pay_dedc"]
        base = max(0, base)
        before = 0
        if rule["per_stay"] and bill.visit:
            before = self.stays[bill.member, care, year, bill.visit]
        gross = gross_of(rule["bands"], before + base)
        gross -= gross_of(rule["bands"], before) if before else 0
        room = None
        if rule["cap_fen"] != "none":
            room = max(0, rule["cap_fen"] - self.used[care, year][bill.member])
        payable = gross if room is None else min(gross, room)
        answer.update(base_fen=base, gross_fen=gross, room_fen=room, payable_fen=payable)

    def _as_decided(self, bill: Bill, decided: Optional[Tuple[int, str, int]]) -> Tuple[str, Bill]:
        """The kind of care, or what people decided it counts as."""
        what = decided[1] if decided else ""
        if what in ("refuse", "same_bill"):
            return "declined", bill
        if what == "by_admission":
            bill = bill._replace(days=(bill.days[0], bill.days[0], bill.days[2]))
        return PAY_AS.get(what) or self._kind(bill.med_type, bill.days[2]), bill

    def _kind(self, med_type: Optional[str], settled: date) -> str:
        """What the table of kinds of care says of a bill on the day it was settled."""
        kind = "unknown"
        if (med_type, settled) in self.kind_on:
            return self.kind_on[med_type, settled]
        if not self.kinds:
            for line in self.med_types:
                term = day_of(line.get("from", FIRST)), day_of(line.get("to", LAST_DAY))
                self.kinds[line["code"]].append((*term, str(line["class"])))
        for begins, ends, said in self.kinds.get(med_type, ()):  # dated lines come last
            if begins <= settled <= ends:
                kind = said
        self.kind_on[med_type, settled] = kind
        return kind

    def _cover(self, bill: Bill, care: str, grant_no: int) -> Tuple[Optional[Cover], bool]:
        """The cover that holds the bill's day, and whether a day that rules go by is missing."""
        by = self._falls_on(care)
        days, found = bill.days, None
        for cover in self._standing(bill.member, grant_no):
            day = days[by[cover.scheme_id]]
            holds = day is not None and cover.starts_on <= day <= cover.ends_on
            if holds and (found is None or cover.starts_on < found.starts_on):
                found = cover
        return found, None in days and any(days[place] is None for place in by.values())

    def _falls_on(self, care: str) -> Dict[str, int]:
        """Which of a bill's days each scheme goes by."""
        if care not in self.falls_on:
            usual = "discharged_on" if care == "inpatient" else "settled_on"
            self.falls_on[care] = {
                name: DAYS.index(scheme["benefit"].get(care, {"falls_on": usual})["falls_on"])
                for name, scheme in self.schemes.items()
            }
        return self.falls_on[care]

    def _expect(
        self, run: int, before: Grant, latest: Grant, bill: Bill, undone_on: Optional[date]
    ) -> None:
        """What the journal must say of it. Money to recover (1201) is counted with 2001 here."""
        settled = bill.days[2]
        for grant, sign, day in ((before, -1, undone_on or settled), (latest, 1, settled)):
            if grant.payable_fen and grant.care and grant.benefit_year == self.year:
                entry = ("claims determined", run, day)
                self.due[(*entry, EXPENSE[grant.care], None)] += sign * grant.payable_fen
                self.due[(*entry, "2001", None)] -= sign * grant.payable_fen

    def close_determinations(self) -> None:
        """The last one of each claim is live, and knows of every refund and cover."""
        for (run, day, care), amount in self.granted_on.items():
            self._transfer(
                ("claims determined", run, day), "2001", None, EXPENSE[care], None, amount
            )
        all_live = all(map(itemgetter(Grant._fields.index("live")), self.latest.values()))
        for claim, latest in () if all_live and not self.refunds else self.latest.items():
            if not latest.live:
                self.at("determination", latest.grant_no)
                self.same("live", True, latest.live)
            refunds = self.refunds.get(self.claims[claim][1])
            self.waiting += bool(refunds and latest.refusal != "refunded")
        self._close_filings()
        for record, cover, recorded_at in self.unseen.values():
            if cover.recorded_at < recorded_at:
                raise Fault("cover_ignored", record, cover=cover.cover_id)
            self.waiting += 1
        self._close_bills()

    def _close_filings(self) -> None:
        """What was taken back is refunded; what is another's bill is joined with it."""
        for setl_id, run in self.typed.undone.items():
            self.at("undone_filing", setl_id)
            self.same("refund", True, run in [each for each, _ in self.refunds.get(setl_id, [])])
            if setl_id in self.typed.by_two and setl_id not in self.typed.two:
                self.same("held_decision", UNDO, None)
        for setl_id, (own, run) in self.people.same.items():
            self.at("claim", self.typed.claims[setl_id])
            self.same("joined_settlement", run, self.typed.joined.get(own))

    def _close_bills(self) -> None:
        """Every claim has a bill, of the run that brought it."""
        if self._are_brought():
            self.waiting += len(self.claims) - len(self.latest)
            self.at("claim", next(reversed(self.claims)))
            return
        for claim, (_, setl_id) in self.claims.items():
            if not self.newest_of(setl_id):
                self.at("claim", claim)
                self.fault("no_bill")
            first = self.bills.runs_of(setl_id)[0]
            if first != self.claim_runs[claim]:
                self.at("claim", claim)
                self.same("run_id", first, self.claim_runs[claim])
            if setl_id in self.typed.by:
                self.at("claim", claim)
                again = self.newest_of(setl_id) > 1
                self.same("joined_settlement", again, setl_id in self.typed.joined)
            self.waiting += claim not in self.latest
        if self.claims:
            self.at("claim", claim)

    def _are_brought(self) -> bool:
        """Whether all claims are of bills, each by the run that brought the bill; none typed."""
        if not self.claims or self.typed.by:
            return False
        bills = map(itemgetter(1), self.claims.values())
        places: List[Any] = list(map(self.bills.places.get, bills))
        if None in places:
            return False
        runs = self.bills.numbers[WIDTH - 1 :: WIDTH]
        return list(map(runs.__getitem__, places)) == list(self.claim_runs.values())

    # Reviews.

    def review(self, row: Row) -> None:
        """One act, in the order of the stages its claim needs; of every stage another person."""
        claim, stage, outcome = row["claim_id"], row["stage"], row["outcome"]
        member, setl_id = self.claims[claim]
        self.same("member", member, row["member"])
        done, needs = self.typed.reviews[claim], row["needs"].split(" ")
        self.same("seq", len(done) + 1, row["seq"])
        typed = setl_id in self.typed.by and row["version"] == 1
        if row["needs"] not in NEEDS or typed != (needs[0] == "accept") or outcome not in REVIEWED:
            self.fault("value", field="needs", found=row["needs"])
        if (setl_id, row["version"]) not in self.bills:
            self.fault("value", field="version", found=row["version"])
        of_bill = [x for x in done if x["version"] == row["version"]]
        if done and done[-1]["version"] > row["version"]:
            self.fault("value", field="version", found=row["version"])
        self.same("stage", of_bill[-1]["goes_to"] if of_bill else needs[0], stage)
        self.same("needs", (of_bill or [row])[0]["needs"], row["needs"])
        way = ["back", *needs, "granted"]
        step = {"on": 1, "papers": 0, "back": -1, "refuse": 0}[outcome]
        then = "refused" if outcome == "refuse" else way[way.index(stage) + step]
        self.same("goes_to", then, row["goes_to"])
        self.same("reason", outcome in ("back", "refuse"), row["reason"] is not None)
        if then == "refused" and setl_id not in self.typed.undone:
            self.fault("unreviewed")
        self._reviewer(row, member, self.typed.by.get(setl_id), of_bill)
        done.append(row)
        if then == "granted":
            self.typed.granted.append(row)
        self.deed("review." + REVIEWED[outcome], row)

    def _reviewer(self, row: Row, member: str, filer: Optional[str], of_bill: List[Row]) -> None:
        """An officer, or for the first stage an operator; nobody's own claim, no two stages."""
        by, taking_in = row["by"], row["stage"] == "accept"
        prepares = taking_in and row["outcome"] in ("on", "papers")
        if self.roles[by] != "officer" and not (self.roles[by] == "operator" and prepares):
            self.fault("no_officer", field="by")
        person = self.member_of[by]
        if person == member:
            self.fault("own_claim")
        at = row["recorded_at"]
        wrote = [x["by"] for x in self.people.wrote[row["claim_id"]] if x["recorded_at"] <= at]
        if not taking_in and any(self.one_person(by, each) for each in (filer, *wrote) if each):
            self.fault("filer_confirms")
        self._no_helper(by, member, at)
        desk = {"accept": "first"}
        for other in of_bill:
            two = desk.get(other["stage"], other["stage"]) != desk.get(row["stage"], row["stage"])
            if other["outcome"] == "on" and two and self.one_person(by, other["by"]):
                self.fault("same_reviewer")

    # Payments.

    def heir(self, row: Row) -> None:
        """Named by one officer, approved by another; neither is the member."""
        self._not_the_payee(row, row["member"], "proposed_by", "approved_by")
        self.out.heirs[row["heir_id"]] = row["member"]
        self.deed("heir.named", row)

    def payment_batch(self, row: Row) -> None:
        self._two_officers(row, *(field for field in SIGNED if row[field]))
        if not row["third_by"] and row["total_fen"] > row["total_over_fen"]:
            self.fault("no_third")
        self.batches[row["batch_id"]] = row
        people = {field: self.member_of[row[field]] for field in SIGNED if row[field]}
        self.out.signers[row["batch_id"]] = {
            people[field]: field for field in reversed(list(people)) if people[field]
        }
        if row["benefit_year"] == self.year:
            self.deed("payments.exported", row)
            self.deed("payments.approved", row)
            if row["third_by"]:
                self.deed("payments.confirmed", row)

    def _different_people(self, staff: List[str]) -> None:
        """Different accounts, and of different members."""
        people = [self.member_of[each] for each in staff if self.member_of[each]]
        if len(set(staff)) < len(staff) or len(set(people)) < len(people):
            self.fault("same_person")

    def _not_the_payee(self, row: Row, payee: str, *fields: str) -> None:
        self._two_officers(row, *fields)
        for field in fields:
            if self.member_of[row[field]] == payee:
                self.fault("own_payment", field=field)

    def _two_officers(self, row: Row, *fields: str) -> None:
        self._different_people([row[field] for field in fields])
        for field in fields:
            # An operator may prepare a batch, or name an heir, and approves nothing.
            first = field in ("prepared_by", "proposed_by")
            prepares = first and self.roles[row[field]] == "operator"
            if self.roles[row[field]] != "officer" and not prepares:
                self.fault("no_officer", field=field)

    def payment(
        self,
        payment_id: int,
        batch_id: int,
        line: int,
        claim_id: int,
        member: str,
        grant_no: int,
        attempt: int,
        amount_fen: int,
        heir_id: Optional[int],
    ) -> None:
        batch, owner = self.batches[batch_id], self.claims[claim_id]
        self.same("claim_id", self.granted[grant_no][0], claim_id)
        self.same("member", owner[0], member)
        # By what grants nothing only what was paid back is owed: see the amount.
        if owner[1] in self.typed.undone and self.granted[grant_no][1]:
            self._before_undone(owner[1], batch["recorded_at"])
        if member in self.out.signers[batch_id]:
            self.fault("own_payment", field=self.out.signers[batch_id][member])
        if heir_id and self.out.heirs[heir_id] != member:
            self.fault("value", field="heir_id", found=heir_id)
        if heir_id is not None or member in self.gifts.fates:
            self._who_is_paid(member, heir_id, batch["recorded_at"])
        if not batch["third_by"] and amount_fen > batch["line_over_fen"]:
            self.fault("no_third")
        if line in self.out.lines[batch_id]:
            self.fault("value", field="line", found=line)
        self.out.lines[batch_id].add(line)
        self.out.fen[batch_id] += amount_fen
        self.payments[claim_id].append(Payment(payment_id, batch_id, grant_no, attempt, amount_fen))
        key = grant_no, attempt
        self.out.batch[key], self.out.amount[key] = batch, amount_fen
        if batch["benefit_year"] == self.year:
            entry = ("payments.exported", batch_id, batch["made_on"])
            self.due[(*entry, "2001", None)] += amount_fen
            self.due[(*entry, "2002", None)] -= amount_fen

    def _before_undone(self, setl_id: str, at: str) -> None:
        """Only what two people undid was paid, and before: two clocks start as below."""
        two = self.typed.two.get(setl_id)
        if two is None or instant(at) - timedelta(hours=1) > instant(two["recorded_at"]):
            self.fault("undone")

    def _who_is_paid(self, member: str, heir_id: Optional[int], at: str) -> None:
        """An heir, where somebody had said that the member died, and of nobody else.

        Two clocks start with two transactions: a word counts once it is an hour old.
        """
        said = self.gifts.fates.get(member, [])
        hour_ago = instant(at) - timedelta(hours=1)
        known = [x["fate"] for x in said if instant(x["recorded_at"]) < hour_ago]
        if heir_id is None and known and known[-1] == "died":
            self.fault("no_heir")
        if heir_id is not None and not any(x["fate"] == "died" for x in said):
            self.fault("value", field="heir_id", found=heir_id)

    def bank_return(self, row: Row) -> None:
        self.returns[row["return_id"]] = row
        if self.batches[row["batch_id"]]["benefit_year"] == self.year:
            self.deed("payments.returned", row)

    def payment_outcome(
        self,
        grant_no: int,
        attempt: int,
        outcome: str,
        booked_on: date,
        return_id: Optional[int],
    ) -> None:
        if outcome not in ("paid", "failed"):
            self.fault("value", field="outcome", found=outcome)
        self.answers[grant_no, attempt] = Answer(outcome, booked_on, return_id)

    # Money that comes back.

    def recovery(self, row: Row) -> None:
        """Others owe what was granted of a claim, and no more."""
        self._two_people(row)
        self.same("member", self.claims[row["claim_id"]][0], row["member"])
        if row["liable"] not in ("employer", "third_party") or row["amount_fen"] <= 0:
            self.fault("value", field="liable", found=row["liable"])
        self.people.recoveries[row["recovery_id"]] = row
        self.people.asked[row["claim_id"]] += row["amount_fen"]
        if row["benefit_year"] == self.year:
            self.deed("recovery.opened", row)
            entry = ("recovery opened", row["recovery_id"], row["booked_on"])
            self._due(entry, {"1202": row["amount_fen"], "4102": -row["amount_fen"]})

    def recovery_receipt(self, row: Row) -> None:
        recovery = self.people.recoveries.get(row["recovery_id"])
        if recovery:
            self.same("benefit_year", recovery["benefit_year"], row["benefit_year"])
            self._take_from(recovery, row["amount_fen"])
        if self.year in (row["benefit_year"], row["suspense_year"]):
            self.deed("recovery.received", row)
        self.people.come_in[row["recovery_receipt_id"]] = row
        if row["amount_fen"] < 0:
            self._takes_back("recovery_receipt", row, self.people.come_in, ("recovery_id",))
            return
        entry = ("recovery received", row["recovery_receipt_id"], row["received_on"])
        self._incoming(entry, row, "1202")

    def recovery_write_off(self, row: Row) -> None:
        self._two_people(row)
        recovery = self.people.recoveries[row["recovery_id"]]
        self.same("claim_id", recovery["claim_id"], row["claim_id"])
        self.same("member", recovery["member"], row["member"])
        if row["why"] not in ("lost", "not_owed"):
            self.fault("value", field="why", found=row["why"])
        if row["amount_fen"] <= 0:
            self.fault("value", field="amount_fen", found=row["amount_fen"])
        self._take_from(recovery, row["amount_fen"])
        if row["why"] == "not_owed":
            self.people.asked[row["claim_id"]] -= row["amount_fen"]
        if recovery["benefit_year"] == self.year:
            self.deed("recovery.given_up", row)
            entry = ("recovery given up", row["recovery_write_off_id"], row["booked_on"])
            other = "4102" if row["why"] == "not_owed" else "5102"
            self._due(entry, {other: row["amount_fen"], "1202": -row["amount_fen"]})

    def _take_from(self, recovery: Row, amount: int) -> None:
        self.people.come[recovery["recovery_id"]] += amount
        come = self.people.come[recovery["recovery_id"]]
        if not amount or not 0 <= come <= recovery["amount_fen"]:
            self.fault("value", field="amount_fen", found=amount)

    def repayment(self, row: Row) -> None:
        self._settle("repayment", row, -row["amount_fen"])
        self._not_the_debtor(row, row["by"])
        if self.year in (row["benefit_year"], row["suspense_year"]):
            self.deed("receivable.repaid", row)
        self.people.repaid[row["repayment_id"]] = row
        if row["amount_fen"] < 0:
            same = ("claim_id", "member", "grant_no")
            self._takes_back("repayment", row, self.people.repaid, same)
            return
        entry = ("repaid by member", row["repayment_id"], row["received_on"])
        self._incoming(entry, row, "1201")

    def _takes_back(self, table: str, row: Row, rows: Dict[int, Row], same: Any) -> None:
        """The whole of what was typed before; its entry is reversed."""
        fields = (*same, "benefit_year", "suspense_year")
        taken = [
            number
            for number, x in rows.items()
            if x["reference"] + BACK == row["reference"]
            and x["amount_fen"] == -row["amount_fen"]
            and x["received_on"] <= row["received_on"]
            and all(x[field] == row[field] for field in fields)
        ]
        again = [x for x in taken if (table, x) in self.people.taken_back]
        if len(taken) != 1 or again or row["suspense_year"] is not None:
            self.fault("value", field="amount_fen", found=row["amount_fen"])
        self.people.taken_back[table, taken[0]] = row

    def _not_the_debtor(self, repayment: Row, who: str) -> None:
        """An officer says that money was paid back, and not of the own debt."""
        if self.roles[who] != "officer":
            self.fault("no_officer", field="by")
        if self.member_of[who] == repayment["member"]:
            self.fault("own_claim")

    def write_off(self, row: Row) -> None:
        """What will not be paid back. A later rise of the claim uses it up first."""
        self._two_people(row)
        if row["amount_fen"] <= 0:
            self.fault("value", field="amount_fen", found=row["amount_fen"])
        self.same("claim_id", self.granted[row["grant_no"]][0], row["claim_id"])
        if row["benefit_year"] == self.year:
            self.people.written[row["claim_id"]] += row["amount_fen"]
            self.deed("receivable.written_off", row)
            entry = ("receivable written off", row["write_off_id"], row["booked_on"])
            self._due(entry, {"5102": row["amount_fen"], "1201": -row["amount_fen"]})

    def set_off(self, row: Row) -> None:
        """One claim's benefit settles what another claim of the same member owes."""
        self._two_people(row)
        amount, years = row["amount_fen"], (row["benefit_year"], row["owing_year"])
        if row["claim_id"] == row["owing_claim_id"]:
            self.fault("value", field="owing_claim_id", found=row["owing_claim_id"])
        self._settle("set_off", row, amount)
        owing = {
            "claim_id": row["owing_claim_id"],
            "grant_no": row["owing_grant_no"],
            "benefit_year": row["owing_year"],
        }
        self._settle("set_off", {**row, **owing}, -amount)
        self.people.set_off_by[row["claim_id"]].add(row["approved_by"])
        if self.year in years:
            self.deed("benefit.set_off", row)
        entry = ("benefit set off", row["set_off_id"], row["booked_on"])
        if self.year in years:
            used = {"2001" if self.year == years[0] else "1901": amount}
            settled = {"1201" if self.year == years[1] else "1901": -amount}
            self._due(entry, {**used, **settled})

    def _settle(self, table: str, row: Row, net_fen: int) -> None:
        claim = row["claim_id"]
        if row["amount_fen"] <= 0 and table != "repayment":
            self.fault("value", field="amount_fen", found=row["amount_fen"])
        if claim in self.claims:
            self.same("member", self.claims[claim][0], row["member"])
            self.same("claim_id", self.granted[row["grant_no"]][0], claim)
            settled = Settled(
                row[table + "_id"], net_fen, row["benefit_year"], row["grant_no"], table
            )
            self.people.settled[claim].append(settled)

    def _incoming(self, entry: Tuple[Any, ...], row: Row, account: str) -> None:
        """Money from the bank, or out of suspense, of the same year or of another one."""
        amount, year, suspense = row["amount_fen"], row["benefit_year"], row["suspense_year"]
        if suspense is None or suspense == year:
            if year == self.year:
                source = "1001" if suspense is None else "2103"
                self._due(entry, {source: amount, account: -amount})
        elif year == self.year:
            self._due(entry, {"1901": amount, account: -amount})
        elif suspense == self.year:
            self._due(entry, {"2103": amount, "1901": -amount})

    def _due(self, entry: Tuple[Any, ...], amounts: Dict[str, int]) -> None:
        for account, amount in amounts.items():
            self.due[(*entry, account, None)] += amount

    def payment_resolution(self, row: Row) -> None:
        """Two people found out what became of it, neither of them the member who is paid."""
        key = row["grant_no"], row["attempt"]
        if row["says"] not in ("paid", "failed"):
            self.fault("value", field="says", found=row["says"])
        words, batch = self.out.resolved[key], self.out.batch[key]
        self.same("seq", len(words) + 1, row["seq"])
        if row["booked_on"] < batch["made_on"]:
            self.same("booked_on", batch["made_on"], row["booked_on"])
        payee = self.claims[self.granted[row["grant_no"]][0]][0]
        self._not_the_payee(row, payee, "decided_by", "approved_by")
        last = words[-1] if words else None
        if last and last["resolution_id"] in self.out.returned:  # the line shows it for good
            self.same("undoes_id", last["resolution_id"], row["undoes_id"])
            self._taken_off(row, key, last)
        else:
            self.same("undoes_id", None, row["undoes_id"])
        if row["line_id"] is not None:
            self._shown(row, batch, self.out.amount[key])
        elif row["together_id"] is not None:
            self.fault("value", field="together_id", found=row["together_id"])
        if batch["benefit_year"] == self.year:
            self._expect_back(row, self.out.amount[key])
        words.append(row)
        if batch["benefit_year"] == self.year:
            self.deed("payments.resolved", row)

    def _shown(self, row: Row, batch: Row, amount: int) -> None:
        """A line shows it: of the batch, or one that brought the money back and lay in suspense."""
        line = self.bank.lines[row["line_id"]]
        self.same("booked_on", line["booked_on"], row["booked_on"])
        said = [x for x in self.bank.said[row["line_id"]] if "act" in x]
        if line["amount_fen"] < 0:
            of = [line["batch_id"], *(x["batch_id"] for x in said)]
            self.same("line_id", True, batch["batch_id"] in of)
            self.same("together_id", None, row["together_id"])
            return
        self.same("says", "failed", row["says"])
        first = row["together_id"] or row["resolution_id"]
        named = [x for x in said if x["payment_resolution_id"] == first]
        self.same("line_id", 1, len(named))
        self.same("decided_by", named[0]["proposed_by"], row["decided_by"])
        self.same("approved_by", named[0]["by"], row["approved_by"])
        self.out.returned[row["resolution_id"]] = row
        self.out.brought[first] += amount

    def _taken_off(self, row: Row, key: Tuple[int, int], last: Row) -> None:
        """The line was not its money: it waits again, and what stood before stands again."""
        words, answer = self.out.resolved[key], self.answers.get(key)
        by_bank = answer.outcome if answer and answer.return_id is not None else "paid"
        self.same("says", words[-2]["says"] if len(words) > 1 else by_bank, row["says"])
        self.same("line_id", None, row["line_id"])
        said = [x for x in self.bank.said[last["line_id"]] if "act" in x]
        first = last["together_id"] or last["resolution_id"]
        after = [
            said[n + 1] for n, x in enumerate(said[:-1]) if x["payment_resolution_id"] == first
        ]
        self.same("undoes_id", ["undone"], [x["act"] for x in after])
        self.same("booked_on", after[0]["on_day"], row["booked_on"])
        self.same("decided_by", after[0]["proposed_by"], row["decided_by"])
        self.same("approved_by", after[0]["by"], row["approved_by"])
        self.out.taken_off.add(last["resolution_id"])

    def claim_move(
        self, claim_id: int, seq: int, act: str, state: str, by: Optional[str], recorded_at: str
    ) -> None:
        moves = self.moves.get(claim_id)
        if moves is None or moves.common:
            moves = self.moves[claim_id] = moved(moves.state) if moves else Moves()
        if seq != moves.seq + 1:
            self.same("seq", moves.seq + 1, seq)
        after = MOVES.get((moves.state, act))
        if after is None:
            self.fault("move", act=act)
        self.same("state", after, state)
        if act == "confirm":
            row = {"claim_id": claim_id, "seq": seq, "by": by, "recorded_at": recorded_at}
            self._confirm(claim_id, row)
        elif act == "set_off":
            if by not in self.people.set_off_by[claim_id]:
                self.fault("value", field="by", found=by)
        else:
            self.same("by", self._mover(claim_id, act, moves), by)
        typed = act == "grant" and self.typed.last.get(claim_id)
        if typed and claim_id not in self.typed.confirmed:
            self.fault("unconfirmed")
        moves.seq, moves.state = seq, state
        if act in COUNTED:
            setattr(moves, COUNTED[act], getattr(moves, COUNTED[act]) + 1)

    def many_claim_move(
        self,
        claim_id: List[int],
        seq: List[int],
        act: List[str],
        state: List[str],
        by: List[Optional[str]],
    ) -> Any:
        """First moves, that the rules made; the others are left."""
        right = {
            (1, each, after, None)
            for each, after in set(zip(act, state))  # noqa: B905 - not in 3.8
            if each in _DETERMINED and MOVES["filed", each] == after
        }
        rows = list(zip(seq, act, state, by))  # noqa: B905
        typed = self.typed.last
        left = []
        if not right.issuperset(set(rows)) or not typed.keys().isdisjoint(claim_id):
            known = zip(rows, claim_id)  # noqa: B905
            left = [n for n, (row, of) in enumerate(known) if row not in right or of in typed]
        common = {after: moved(after) for _, _, after, _ in right}
        for moves in common.values():
            moves.common = True
        if left:
            chosen = [True] * len(rows)
            for place in left:
                chosen[place] = False
            claim_id, state = list(compress(claim_id, chosen)), list(compress(state, chosen))
        self.moves.update(zip(claim_id, map(common.__getitem__, state)))  # noqa: B905
        return left or True

    def _confirm(self, claim: int, row: Row) -> None:
        """An officer saw the papers: not who filed the claim, and not the member's own account."""
        member, setl_id = self.claims[claim]
        by, filer = row["by"], self.typed.by.get(setl_id)
        if self.roles.get(by) != "officer":
            self.fault("no_officer", field="by")
        person = self.member_of[by]
        if person == member:
            self.fault("own_claim")
        if filer and (filer == by or (person and person == self.member_of[filer])):
            self.fault("filer_confirms")
        self._no_helper(by, member, row["recorded_at"])
        if setl_id in self.typed.undone:
            self._before_undone(setl_id, str(row["recorded_at"]))
        self.typed.confirmed.add(claim)
        # In one transaction with the review's last act. Before there were reviews, one officer did.
        for act in self.typed.granted:
            if act["claim_id"] == claim and act["recorded_at"] == row["recorded_at"]:
                self.same("by", act["by"], by)
                self.typed.granted.remove(act)
                self.deed("claim.confirmed", {**row, "review": act["seq"]})
                return
        self.deed("claim.confirmed", {**row, "review": None})

    def _mover(self, claim: int, act: str, before: Moves) -> Optional[str]:
        """Who must have made the claim's next move of this kind; nobody, where the rules did."""
        if act in _DETERMINED:
            return None
        payments = self.payments.get(claim, [])
        if act == "send" and before.sent < len(payments):
            return str(self.batches[payments[before.sent].batch_id]["prepared_by"])
        answered = before.paid + before.bounced
        if act in ("pay", "bounce") and answered < len(payments):
            payment = payments[answered]
            key = payment.grant_no, payment.attempt
            answer = self.answers.get(key)
            if answer and answer.return_id is None:
                words = self.out.resolved[key]
                return str(words[0]["approved_by"]) if words else None
            return str(self.returns[answer.return_id or 0]["by"]) if answer else None
        if act in ("come_back", "arrive"):
            made = sorted(
                (x["resolution_id"], x["approved_by"]) for y in payments for x in self._turns(y)
            )
            return str(made[before.turned][1]) if before.turned < len(made) else None
        return None

    def _turns(self, payment: Payment) -> List[Row]:
        """Two people's words on a payment that are other than what stood until then.

        Of a payment without a word of the bank the first is its outcome.
        """
        key = payment.grant_no, payment.attempt
        words = self.out.resolved.get(key)
        if not words:
            return []
        answer = self.answers.get(key)
        stood = [answer.outcome if answer else None, *(x["says"] for x in words)]
        by_bank = answer and answer.return_id is not None
        return [
            row
            for place, row in enumerate(words)
            if row["says"] != stood[place] and (place or by_bank)
        ]

    def close_payments(self) -> None:
        """Batches add up; each payment is what its claim was still owed, and none too many."""
        for act in self.typed.granted:
            self.at("review", act["claim_id"], act["seq"])
            self.fault("unreviewed")
        for row in self.typed.two.values():  # one officer alone sends back what is not approved
            self.at("held_decision", row["decision_no"])
            self.same("claim_move confirm", True, row["claim_id"] in self.typed.confirmed)
        for number, batch in self.batches.items():
            if batch["benefit_year"] == self.year:
                self.at("payment_batch", number)
                lines = sorted(self.out.lines[number])
                told = min(batch["lines"], len(lines) + MOST_MORE)
                self.same("lines", list(range(1, told + 1)), lines)
                self.same("total_fen", self.out.fen[number], batch["total_fen"])
        for claim in self.claims:
            latest, moves = self.latest.get(claim, NOTHING), self.moves.get(claim, FILED)
            if self._is_waiting(claim, latest, moves):
                continue
            sent = self._close_claim(claim, latest)
            # The bank's answer may be followed by a move without a determination.
            answers = moves.paid + moves.bounced + moves.turned
            most = latest.seq + answers if latest.seq else 0
            least = min(max(moves.determined, latest.seq), most)
            count = len(self.payments.get(claim, ()))
            told = (sent["first paid"], sent["first failed"], count, sent["turned"], least)
            made = (moves.paid, moves.bounced, moves.sent, moves.turned, moves.determined)
            if told != made:
                self.at("claim", claim)
                for what, *pair in zip(_MADE, told, made):  # noqa: B905 - not in 3.8
                    self.same("claim_move" + what, *pair)

    def _is_waiting(self, claim: int, latest: Grant, moves: Moves) -> bool:
        """Nothing was sent of it or settled by it, and all that it was granted is still owed."""
        owed = latest.payable_fen if latest.benefit_year == self.year else 0
        held = self.open
        return (
            not (self.payments.get(claim) or self.people.settled.get(claim))
            and not (moves.sent or moves.paid or moves.bounced or moves.turned)
            and moves.determined == latest.seq
            and held["2001"].get(claim, 0) == -owed
            and not held["1201"].get(claim)
            and not held["5102"].get(claim)
            and not held["2002"].get(claim)
        )

    def _close_claim(self, claim: int, latest: Grant) -> Dict[str, int]:
        """A claim's payments in their order, then its accounts; how many ended how."""
        paid = last = 0
        sent, in_year = dict.fromkeys(ENDS, 0), {"sent": 0, "paid": 0, "failed": 0}
        attempts: Dict[int, int] = {}
        payments = self.payments.get(claim, ())
        turns = [(x["resolution_id"], x, y) for y in payments for x in self._turns(y)]
        events: List[Any] = [*payments, *self.people.settled.get(claim, ()), *turns]
        for payment in sorted(events, key=itemgetter(0)) if events[1:] else events:
            if not isinstance(payment, (Payment, Settled)):
                number, row, of = payment
                paid += self._turn(number, row, of, in_year)
                sent["turned"] += 1
                continue
            if isinstance(payment, Settled):
                self._settled(payment, self.granted[payment.grant_no][1] - paid, sent["sent"])
                paid += payment.net_fen
                if payment.year == self.year:
                    in_year["paid"] += payment.net_fen
                continue
            grant, amount = payment.grant_no, payment.amount_fen
            self.at("payment", payment.payment_id)
            if sent["sent"]:
                self.fault("two_live")
            if grant < last or amount <= 0:
                self.fault("value", field="grant_no", found=grant)
            if grant in self.typed.grants and claim not in self.typed.confirmed:
                self.fault("unconfirmed")
            last = grant
            attempts[grant] = attempts.get(grant, 0) + 1
            self.same("attempt", attempts[grant], payment.attempt)
            self.same("amount_fen", self.granted[grant][1] - paid, amount)
            answer = self.answers.get((grant, payment.attempt), UNANSWERED)
            stands = answer.outcome
            sent[stands] += 1
            sent["first " + stands] += 1
            paid += amount * (stands == "paid")
            if self.batches[payment.batch_id]["benefit_year"] == self.year:
                in_year[stands] += amount
                if answer.booked_on:
                    self._expect_answer(payment, answer)
        payable = latest.payable_fen if latest.benefit_year == self.year else 0
        over = max(0, in_year["paid"] - payable)
        written = min(self.people.written[claim], over)
        owed = payable - in_year["paid"] - in_year["sent"] + over
        wanted = {"1201": over - written, "5102": written, "2001": -owed, "2002": -in_year["sent"]}
        self._tie(claim, wanted)
        return sent

    def _settled(self, settled: Settled, room: int, waiting: int) -> None:
        """A benefit used fits into what is left; a debt settled into what is owed."""
        self.at(settled.table, settled.number)
        net = settled.net_fen
        if settled.table == "repayment" and net > 0:  # taken back: nothing was paid by it since
            fits = room <= 0 and not waiting
        else:
            fits = net <= room and not waiting if net > 0 else room <= net
        if not fits:
            self.fault("value", field="amount_fen", found=abs(net))

    def _turn(self, number: int, row: Row, of: Payment, in_year: Dict[str, int]) -> int:
        """What two people's word adds to what is paid, or takes from it."""
        self.at("payment_resolution", number)
        side = of.amount_fen if row["says"] == "paid" else -of.amount_fen
        if self.batches[of.batch_id]["benefit_year"] == self.year:
            in_year["paid"] += side
            self._expect_turned(row, side)
        return side

    def _expect_turned(self, row: Row, side: int) -> None:
        entry = ("payments resolved", row["resolution_id"], row["booked_on"])
        self.due[(*entry, "2001", None)] += side
        self.due[(*entry, "1001", None)] -= side

    def _expect_back(self, row: Row, amount: int) -> None:
        """What a line brought back came by that line; the batch left the bank whole."""
        entry = ("payments resolved", row["resolution_id"], row["booked_on"])
        if row["resolution_id"] in self.out.returned:
            self._transfer(entry, "1001", None, "1901", None, amount)
        elif row["undoes_id"] is not None:
            self._transfer(entry, "1901", None, "1001", None, amount)

    def _expect_answer(self, payment: Payment, answer: Answer) -> None:
        self.at("payment_outcome", payment.grant_no, payment.attempt)
        if answer.return_id is None:
            words = self.out.resolved[payment.grant_no, payment.attempt]
            if not words or words[0]["says"] != answer.outcome:
                self.fault("unresolved")
            self.same("booked_on", words[0]["booked_on"], answer.booked_on)
            entry = ("payments resolved", words[0]["resolution_id"], answer.booked_on)
        else:
            self.same("return_id", payment.batch_id, self.returns[answer.return_id]["batch_id"])
            entry = ("payments " + answer.outcome, answer.return_id, answer.booked_on)
        other = "1001" if answer.outcome == "paid" else "2001"
        self.due[(*entry, "2002", None)] += payment.amount_fen
        self.due[(*entry, other, None)] -= payment.amount_fen

    def _tie(self, claim: int, wanted: Dict[str, int]) -> None:
        """The claim's accounts. Of one that moved between years, 1201 and 2001 only together."""
        held = {account: self.open[account].get(claim, 0) for account in wanted}
        if held == wanted:
            return
        if claim in self.moved_years:
            for each in (wanted, held):
                each["2001"] += each["1201"] + each["5102"]
                each["1201"] = each["5102"] = 0
        for account, amount in wanted.items():
            found = held[account]
            if found != amount:
                record = "claim %s, account %s" % (claim, account)
                raise Fault("journal", record, wanted=amount, found=found)

    # The journal and the log.

    def ledger_close(self, row: Row) -> None:
        self._two_officers(row, "closed_by", "approved_by")
        day = row["last_on"]
        name = day.isoformat()[: 4 if day.month == MONTHS else 7]
        self.same("period", name, row["period"])
        self.same("last_on", 1, date.fromordinal(day.toordinal() + 1).day)
        for before in self.closes.rows[-1:]:
            if day <= before["last_on"]:
                self.fault("value", field="last_on", found=day)
            if row["last_entry_id"] < before["last_entry_id"]:
                self.fault("value", field="last_entry_id", found=row["last_entry_id"])
        self.closes.rows.append(row)
        self.deed("books.closed", row)
        self.deed("books.close_approved", row)

    def closed_balance(self, row: Row) -> None:
        self.closes.balances[row["close_id"], row["account"]] = row["balance_fen"]

    def entry(self, row: Row) -> None:
        self.same("benefit_year", self.year, row["benefit_year"])
        day = row["document_on"] or row["booked_on"]
        self.same("booked_on", self.closes.day_of(row["entry_id"], day), row["booked_on"])
        if row["document_on"] == row["booked_on"]:
            self.fault("value", field="document_on", found=day)
        self.entries[row["entry_id"]] = row

    def entry_reversal(self, row: Row) -> None:
        self._two_officers(row, "reversed_by", "approved_by")
        number, day = row["entry_id"], row["reversed_on"]
        entry = self.entries[number]
        of_unit = entry["memo"] == "money received"
        field, kept, table = {
            "money received": ("receipt_id", self.receipts, None),
            "recovery received": (
                "recovery_receipt_id",
                self.people.come_in,
                "recovery_receipt",
            ),
            "repaid by member": ("repayment_id", self.people.repaid, "repayment"),
        }.get(entry["memo"], ("subsidy_id", self.bank.subsidies, None))
        words = (x for said in self.bank.said.values() for x in said if "act" in x)
        said = (x for x in words if x["act"] != "typed" or self._undoes(x) is None)
        shown = {x.get(field) for x in chain(self.bank.lines.values(), said)}
        brought = entry["about"] in shown or (
            kept.get(entry["about"], {}).get("line_id") is not None
        )
        if entry["memo"] not in REVERSIBLE or day < entry["booked_on"] or brought:
            self.fault("no_number", found=number)
        if of_unit:
            self._typed_undone(entry["about"], row)
        elif table is not None:
            back = self.people.taken_back.get((table, entry["about"]))
            if back is None:
                self.fault("no_number", found=number)
            else:
                self.same("reversed_on", back["received_on"], row["reversed_on"])
                self.same("approved_by", back["by"], row["approved_by"])
                self.bank.reversed_back.add((table, entry["about"]))
        self.same("reversal_id", number, self.entries[row["reversal_id"]]["about"])
        for (account, unit), amount in self.closes.reversible[number].items():
            self.due[REVERSED, number, day, account, unit] -= amount
        self.deed("books.reversed", row)
        self.deed("books.reversal_approved", row)

    def _typed_undone(self, receipt: int, row: Row) -> None:
        """A unit's typed money, undone by the same two on the same day; none paid online."""
        undone = self.bank.undone.get(receipt)
        if undone is None or receipt in self.payouts.told:
            self.fault("no_number", found=row["entry_id"])
        self.same("reversed_on", undone["on_day"], row["reversed_on"])
        self.same("reversed_by", undone["proposed_by"], row["reversed_by"])
        self.same("approved_by", undone["by"], row["approved_by"])
        self.bank.reversed.add(receipt)

    def posting(
        self,
        entry_id: int,
        line: int,
        account: str,
        amount_fen: int,
        unit_id: Optional[int],
        member: Optional[str],
        claim_id: Optional[int],
    ) -> None:
        if line != self.entry_lines[entry_id] + 1:
            self.same("line", self.entry_lines[entry_id] + 1, line)
        self.entry_lines[entry_id] = line
        if account not in CHART or amount_fen == 0:
            self.fault("value", field="account", found=account)
        of_claim = claim_id is not None
        if account in OF_CLAIMS or (of_claim and account == "5102"):
            if claim_id is None or self.claims[claim_id][0] != member:
                self.fault("value", field="claim_id", found=claim_id)
            self.open[account][claim_id] += amount_fen
        elif of_claim or member is not None:
            self.fault("value", field="claim_id", found=claim_id)
        self.posted[entry_id, account, unit_id, of_claim, amount_fen < 0] += amount_fen

    def many_posting(
        self,
        entry_id: List[int],
        line: List[int],
        account: List[str],
        amount_fen: List[int],
        unit_id: List[Optional[int]],
        member: List[Optional[str]],
        claim_id: List[Optional[int]],
    ) -> bool:
        """Lines rise, so that they are on end if the last is as many as there are."""
        last, counted = dict(zip(entry_id, line)), Counter(entry_id)  # noqa: B905 - not in 3.8
        if min(line) < 1:
            return False
        if any(last[x] != self.entry_lines.get(x, 0) + counted[x] for x in last):
            return False
        claims = self.claims
        owners = [None if claim is None else claims[claim][0] for claim in claim_id]
        of_claim = [claim is not None for claim in claim_id]
        if owners != member or 0 in amount_fen or not CHART.issuperset(account):
            return False
        for each, is_one in set(zip(account, of_claim)):  # noqa: B905
            if is_one != (each in OF_CLAIMS) and not (is_one and each == "5102"):
                return False
        self.entry_lines.update(last)
        held, posted = self.open, self.posted
        credit = [amount < 0 for amount in amount_fen]
        keys = zip(entry_id, account, unit_id, of_claim, credit)  # noqa: B905
        for key, claim, amount in zip(keys, claim_id, amount_fen):  # noqa: B905
            posted[key] += amount
            if claim is not None:
                held[key[1]][claim] += amount
        return True

    def add_up(self) -> None:
        """What was posted, by entry and account, into everything that is asked of it later."""
        for (number, account, unit, of_claim, credit), amount in self.posted.items():
            entry = self.entries[number]
            memo = entry["memo"]
            self.entry_sums[number] += amount
            self.accounts[account][credit] += abs(amount)
            owes = account == "1201" or (of_claim and account == "5102")
            merged = "2001" if owes and memo not in EXACT else account
            day = entry["document_on"] or entry["booked_on"]
            self.booked[memo, entry["about"], day, merged, unit] += amount
            self.closes.post(entry, account, amount)
            if memo in REVERSIBLE:
                self.closes.reversible[number][account, unit] += amount

    def close_journal(self) -> None:
        """Each entry balances, and all of them together say what the facts say, day by day."""
        for number in self.entries:
            self.at("entry", number)
            if self.entry_lines[number] <= 1:
                self.fault("one_line")
            if self.entry_sums[number]:
                self.fault("unbalanced", off=self.entry_sums[number])
        self._close_periods()
        self._nobody_overdraws()
        for key in sorted({*self.due, *self.booked}, key=repr):
            if self.due[key] != self.booked[key]:
                parts = ("memo", "about", "booked_on", "account", "unit_id")
                named = ["%s=%s" % pair for pair in zip(parts, key)]  # noqa: B905 - not in 3.8
                record = " ".join(["journal", *named])
                raise Fault("journal", record, wanted=self.due[key], found=self.booked[key])

    def _nobody_overdraws(self) -> None:
        """What is held for a unit, or is its again, is never below nothing; of all that are one."""
        held: "Counter[Tuple[str, int]]" = Counter()
        for (_, _, _, account, unit), amount in self.booked.items():
            if account in ("2101", "2102") and unit is not None:
                held[account, self.stands(unit) or unit] -= amount
        for (account, unit), amount in sorted(held.items()):
            if amount < 0:
                raise Fault("overdrawn", "unit %s, account %s" % (unit, account), off=-amount)
        for account, side in (("1002", 1), ("1202", 1), ("2103", -1)):
            debits, credits = self.accounts.get(account, (0, 0))
            if side * (debits - credits) < 0:
                off = side * (credits - debits)
                raise Fault("overdrawn", "account %s" % account, off=off)

    def _close_periods(self) -> None:
        """Each closing's balances are those of the entries up to it; a year's carries over."""
        for row, account, amount in self.closes.into_balance():
            self.due[YEAR_CLOSED, row["close_id"], row["last_on"], account, None] += amount
        for row in self.closes.rows:
            for account, balance in _until(self.closes.turned, row["last_on"]).items():
                key = (row["close_id"], account)
                self.at("closed_balance", *key)
                self.same("balance_fen", balance, self.closes.balances.pop(key, 0))
        for key in self.closes.balances:
            raise Fault("totals", "closed_balance %s %s" % key)

    # What auditors drew and found.

    def _auditor(self, row: Row) -> None:
        if self.roles[row["by"]] != "auditor":
            self.fault("no_auditor")

    def audit_sample(self, row: Row) -> None:
        self._auditor(row)
        self.same("benefit_year", self.year, row["benefit_year"])
        self.audits.samples[row["sample_id"]] = row
        row["drawn"] = 0
        self.deed("sample.drawn", row)

    def audit_sample_item(self, row: Row) -> None:
        """A payment as it was sent; the event says how many there are."""
        sample = self.audits.samples[row["sample_id"]]
        sample["drawn"] += 1
        self.same("no", sample["drawn"], row["no"])
        sent = [x for x in self.payments[row["claim_id"]] if x.payment_id == row["payment_id"]]
        self.same("amount_fen", sum(x.amount_fen for x in sent), row["amount_fen"])
        self.same("member", self.claims[row["claim_id"]][0], row["member"])

    def audit_finding(self, row: Row) -> None:
        self._auditor(row)
        self.audits.findings[row["finding_id"]] = row
        if row["benefit_year"] == self.year:
            self.deed("finding.raised", row)

    def audit_finding_step(self, row: Row) -> None:
        """Officers answer, auditors ask again and close, and nothing follows that."""
        before = self.audits.steps[row["finding_id"]]
        self.same("seq", len(before) + 1, row["seq"])
        if row["step"] not in ("answered", "asked", "closed") or before[-1:] == ["closed"]:
            self.fault("value", field="step", found=row["step"])
        if row["step"] != "answered":
            self._auditor(row)
        elif self.roles[row["by"]] != "officer":
            self.fault("no_officer", field="by")
        before.append(row["step"])
        if self.audits.findings[row["finding_id"]]["benefit_year"] == self.year:
            self.deed("finding." + row["step"], row)

    def number_gap(self, row: Row) -> None:
        found = row["last"] - row["first"] + 1
        if row["sequence"] not in NUMBERED or min(row["elsewhere"], row["unused"], found - 1) < 0:
            self.fault("value", field="sequence", found=row["sequence"])
        self.same("unused", found - row["elsewhere"], row["unused"])
        self.gaps[row["sequence"]].append(row)

    def close_numbers(self) -> None:
        """Each sequence from 1 on: every number is here, or is said to be elsewhere or unused.

        Where it is signed, elsewhere are as many as the log has rows that are not here.
        """
        for name, fields in NUMBERED.items():
            gaps = [[row["first"], row["last"]] for row in self.gaps[name]]
            shown = [run for table in fields for run in self.tables.numbers[table]]
            last = 0
            for first, upto in sorted([*shown, *gaps]):
                if first != last + 1:
                    raise Fault("gap", "number_gap sequence=%s" % name, found=last + 1)
                last = upto
            seals = self.tables.seals
            if seals:
                rows = sum(leaf["rows"] for leaf in seals.leaves if leaf["table"] in fields)
                rows -= sum(upto - first + 1 for first, upto in shown)
                elsewhere = sum(row["elsewhere"] for row in self.gaps[name])
                same("number_gap sequence=%s" % name, "elsewhere", rows, elsewhere)

    def event(self, row: Row) -> None:
        self.last_event = row["event_id"]
        years = (row["benefit_years"] or str(self.year)).split(" ")
        if str(self.year) not in years:
            self.fault("value", field="benefit_years", found=row["benefit_years"])
        if row["act"].startswith("member.fate"):
            self.gifts.told[row["act"]].add(row["by"])
        # A scheme has a name and no number.
        about = row["about"] or row["facts"].get("scheme")
        if row["act"] in EVENTS and about:
            self.log[row["act"], about].append({**row["facts"], "by": row["by"]})
        if row["act"] in DATED and row["about"]:
            # A refund goes one step more than once.
            step = " %s" % row["facts"].get("seq") if row["act"].startswith("refund.") else ""
            about_row = (row["act"] + step, int(row["about"]))
            self.merges.when.setdefault(about_row, row["event_id"])
        if row["act"] in ("cover.granted", "claims.determined"):
            self.log[row["act"], str(about)].append({**row["facts"], "by": row["by"]})

    def deed(self, act: str, row: Row) -> None:
        """Somebody did this: the log must say so, when it is read."""
        self.deeds.append((act, row))

    def _fates_were_told(self) -> None:
        for row in (each for fates in self.gifts.fates.values() for each in fates):
            self.at("member_fate", row["seq"])
            act = "member.fates" if row["fate"] == "died" else "member.fate_taken_back"
            if row["by"] not in self.gifts.told[act]:
                self.fault("no_event", act=act, wanted="by=%s" % row["by"])

    def close_events(self) -> None:
        """What was done, by whom, how much: the log says it as the tables do."""
        for act, row in self.deeds:
            table, person, *facts = EVENTS[act].split(" ")
            key = row[TABLES[table].key[0]]
            pairs = [fact.partition("=") for fact in facts]
            wanted = {fact: plain(row[column or fact]) for fact, _, column in pairs}
            if person != "-":
                wanted["by"] = row[person]
            if table == "line_resolution" and row["act"] in BY_ONE_OR_TWO:
                wanted["proposed_by"] = row["proposed_by"]
            self.at(table, key)
            self._logged(act, key, wanted)
        self._fates_were_told()
        closed = [row["close_id"] for row in self.closes.rows]
        logged = sorted(int(about) for act, about in self.log if act == "books.closed")
        same("ledger_close", "close_id", logged, closed)
        changes = [change for each in self.gifts.changes.values() for change in each]
        ended = Counter(
            self.covers.numbered(x.because_cover_id).roster_id
            for x in changes
            if x.because_cover_id
        )
        for number, counts in self.decided.items():
            if counts and self.rosters[number]["benefit_year"] == self.year:
                self.at("roster", number)
                by = {"by": self.granted_by[number]} if number in self.granted_by else {}
                said = {**by, **{x: counts[x] for x in ENROLLED}}
                if ended[number]:
                    said["gifts_ended"] = ended[number]
                self._logged("cover.granted", number, said)
        self._nothing_is_gone()
        for run in sorted(self.runs_of_year):
            self.at("run", run)
            self._logged("claims.determined", run, {"by": None})

    def _nothing_is_gone(self) -> None:
        """What the log tells of this year is there, as often as it tells it."""
        key_of = {act: EVENTS[act].split(" ")[0] for act in EVENTS}
        done = Counter((act, str(row[TABLES[key_of[act]].key[0]])) for act, row in self.deeds)
        sealed = self.tables.sealed()
        for (act, about), told in sorted(self.log.items()):
            if act not in EVENTS or act in TOLD_ANYWHERE or key_of[act] not in sealed:
                continue
            if done[act, about] != len(told):
                table = key_of[act]
                raise Fault("missing", "%s %s=%s" % (table, TABLES[table].key[0], about))

    def _logged(self, act: str, about: object, wanted: Row) -> None:
        for told in self.log.get((act, str(about)), ()):
            if all(told.get(fact) == value for fact, value in wanted.items()):
                return
        self.fault("no_event", act=act, wanted=wanted)


def plain(value: object) -> object:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


_GRANT = itemgetter(*Grant._fields[:-1])
ANSWER = (
    *("care", "cover_id", "scheme_id", "scheme_digest", "benefit_year"),
    *("base_fen", "gross_fen", "room_fen", "payable_fen", "refusal"),
)
REFUSED_AS = {
    "held": "held",
    "not_paid": "not_in_scheme",
    "unknown": "unknown_med_type",
    "declined": "declined",
}


# The whole, and how it is told.


def check(
    source: Any,
    watch: Any = None,
    keys: Tuple[str, ...] = (),
    since: Optional[str] = None,
    second: "Optional[Second]" = None,
    kept: Optional[List[Any]] = None,
) -> Dict[str, Any]:
    """Check a bundle; raise the first Fault, or say what was found.

    `watch` is told how many steps are done, of how many: the files' digests, then each table.
    `keys`: fingerprints, and `since`: a checkpoint's text, both from outside.
    `second`: the process that looks at files and rows by themselves; Lost is raised if it found
    something, or was not heard of.
    `kept`: where to put what was read, for one who ends when this has answered.
    """
    kept = [] if kept is None else kept
    manifest = read_manifest(source)
    watch = watch or (lambda done, of: None)
    watch(0, len(manifest["benefit_years"]) * len(TABLES) + 1)
    check_names(source, manifest)
    if second:
        found = _check_content(source, manifest, watch, keys, since, second, kept)
        if second.vouches_for() != digest_of(source, LAST[0])[1]:
            raise Lost
        return found
    noted = Noted(source)
    try:
        found = _check_content(noted, manifest, watch, keys, since, None, kept)
    except (Fault, *MALFORMED):
        # A file that is not what the manifest says comes before whatever is wrong in a file.
        check_digests(source, manifest, {})
        raise
    check_digests(source, manifest, noted.found)
    return found


class Lost(Exception):
    """The second process does not say that all files and rows are right."""


class Second:
    """This program in a second process, which asks of the rows what can be asked of them alone.

    A copy of the first one where it may be (`Forked`): to start another takes 0.1 s.

    Files are those listed; cells are values; rows are in the order of their keys and in the log
    that is signed; what they refer to is there; tables add up. That takes as long as what the rules
    say, and nothing goes to and fro: each of the two unpacks the tables and divides them into cells
    (a fourth of its time). The second judges nothing: unless it says that it went through the
    bundle with this very manifest and that all is right, everything is checked once more by one
    process alone, in its order. So what the first one finds counts for nothing by itself, either.
    Both read the same files: who changed them in between would sit at this very computer.

    Of 104,000 claims, 90 MB, on two processors where many others worked: 2.2 s by the clock, where
    it was 2.75 in the same runs; csv read them in 0.53. Each takes 2.1 s of a processor. Each
    unpacks and divides for 0.5 s. Then the second one hashes rows for 0.6 s, sees that cells are
    values for 0.4, looks for what they refer to for 0.2; the first one works out determinations for
    0.8 s, half of that to fetch from afar what was read long before, reads numbers for 0.2, takes
    bills, claims and postings for 0.1 each, and closes the year for 0.3. What both would look up,
    the first one does (LOOKED_UP). Tried: determinations by columns (as long), what a bill is
    granted worked out where it is read (its cover was far then, too: as long), longer blocks (as
    long; half as long, a little less).
    """

    def __init__(self, path: str) -> None:
        import subprocess  # where no second process is wanted, its loading is not either

        call = [sys.executable, "-I", "-S", os.path.abspath(__file__), THE_LOG, path]
        given = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
            call, stdout=subprocess.PIPE, **given
        )

    def vouches_for(self) -> str:
        """The digest of the manifest, when all is done; nothing where anything is not right."""
        told: bytes = self._process.communicate()[0]
        return told.decode("ascii", "replace").strip() if self._process.returncode == 0 else ""

    def end(self) -> None:
        """It has nothing more to do."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


class Forked(Second):
    """The same, as a copy of this process, where a system has such: it need not start anew."""

    def __init__(self, path: str) -> None:
        self._read, told = os.pipe()
        self._number = os.fork()
        if not self._number:
            try:
                kept: List[Any] = []
                os.write(told, vouched(path, kept).encode())
            finally:  # whatever it is: nothing of what this process had begun is done twice
                os._exit(0)
        os.close(told)

    def vouches_for(self) -> str:
        return os.read(self._read, HEX).decode("ascii", "replace")

    def end(self) -> None:
        os.kill(self._number, signal.SIGKILL)
        os.waitpid(self._number, 0)
        os.close(self._read)


THE_LOG = "--the-log-alone"


def may_fork() -> bool:
    """Whether this process may be copied: not where others of its threads are at something."""
    return hasattr(os, "fork") and len(sys._current_frames()) == 1


def processors() -> int:
    """How many this process may use: it may be held to fewer than there are."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # not on macOS and Windows
        return os.cpu_count() or 1


def second_for(path: str, size: int) -> Optional[Second]:
    """A second process, where there is a processor for it and so much to do."""
    if size < LARGE or not sys.executable or processors() == 1:
        return None
    try:
        return Forked(path) if may_fork() else Second(path)
    except (ImportError, OSError, ValueError):
        return None


def vouched(path: str, kept: List[Any]) -> str:
    """What the second process does with a bundle that it opens for itself."""
    if os.path.isdir(path):
        return check_rows(Folder(path), kept)
    with open(path, "rb") as file:
        return check_rows(Zip(file), kept)


def check_rows(source: Any, kept: List[Any]) -> str:
    """What the second process does: all that is asked of ROWS.

    Returns the digest of the manifest, which every file agrees with. `kept`: what was read.
    """
    manifest = read_manifest(source)
    check_names(source, manifest)
    noted = Noted(source)
    for number in manifest["benefit_years"]:
        part = Of(noted, under_of(manifest["benefit_years"], manifest["booked"], number))
        seals = Seals(part, number)
        tables = Tables(part, seals, ROWS)
        kept.append(tables)
        for name in TABLES:
            tables.read(name, None)
        seals.close()
        same("control.json", "tables", tables.totals, read_json(part, "control.json")["tables"])
    check_digests(source, manifest, noted.found)
    return digest_of(source, LAST[0])[1]


def _check_content(
    source: Any,
    manifest: Dict[str, Any],
    watch: Any,
    keys: Tuple[str, ...],
    since: Optional[str],
    second: Optional[Second],
    kept: List[Any],
) -> Dict[str, Any]:
    """What all the files say."""
    years, booked = manifest["benefit_years"], manifest["booked"]
    steps = len(years) * len(TABLES) + 1
    watch(1, steps)
    signed = manifest["checkpoint"] is not None
    earlier = Note(since, "--since") if since is not None else None
    if not signed and (keys or earlier):
        raise Fault("unsigned", LAST[0])
    found: List[Year] = []
    kept.append(found)
    for number in years:
        part = Of(source, under_of(years, booked, number))
        seals = Seals(part, number) if signed else None
        outside = seals.outside(list(keys), earlier) if seals else []
        tables = Tables(part, seals, RULES if second else WHOLE)
        year = Year(tables, number, read_json(source, "med_types.json"))
        done = 1 + len(found) * len(TABLES)
        _check_year(year, lambda n, done=done: watch(done + n, steps))
        told = read_json(part, "control.json")
        totals = told["tables"] if second else tables.totals
        if told != control_totals(totals, year.accounts):
            raise Fault("totals", part.under + "control.json")
        found.append(year)
    last_event = max(year.last_event for year in found)
    same(LAST[0], "made_from_event", last_event, manifest["made_from_event"])
    if seals:
        same(LAST[0], "checkpoint", seals.note.size, manifest["checkpoint"])
    names = [listed["name"] for listed in manifest["files"]]
    schemes = sorted({name for year in found for name in year.schemes})
    same(
        LAST[0],
        "files",
        files_of(schemes, signed, manifest["reports"] is True, years, booked),
        names,
    )
    if len(found) > 1:
        check_together([year.tables for year in found])
    proof = check_booked(source, booked, found) if booked is not None else bank_proof(found)
    return {
        "benefit_years": years,
        "booked": booked,
        "made_from_event": last_event,
        "determinations": sum(len(year.granted) for year in found),
        "open_findings": found[0].audits.still_open(),
        "payments": sum(sum(map(len, year.payments.values())) for year in found),
        "waiting": sum(year.waiting for year in found),
        "union_due_fen": sum(x.accounts["1101"][0] - x.accounts["1101"][1] for x in found),
        "verifier_differs": not _is_own(source),
        "kinds_differ": digest_of(source, "med_types.json")[1] != KINDS_OF_CARE,
        "signed": signed,
        "checkpoint": seals
        and {
            "size": seals.note.size,
            "until": seals.leaves[-1]["until"],
            "key": seals.key,
            "since": earlier and earlier.size,
        },
        "outside": outside,
        **proof,
    }


def check_together(years: List[Tables]) -> None:
    """A row that several years have is the same in all of them."""
    for name in TABLES:
        last: Tuple[Any, List[str]] = (None, [])
        if name in ("closed_balance", "number_gap"):  # of one year each, by the same keys
            continue
        for key, cells in heapq.merge(*(_keyed(tables.source, name) for tables in years)):
            if key == last[0] and cells != last[1]:
                raise Fault("two_words", "%s %s" % (name, key))
            last = key, cells


def _keyed(source: Any, name: str) -> Iterator[Tuple[Any, List[str]]]:
    columns = list(TABLES[name].columns.items())
    places = [(n, kind) for n, (x, (kind, _)) in enumerate(columns) if x in TABLES[name].key]
    with source.open("data/%s.csv" % name) as raw:
        reader = reader_of(raw)
        next(reader)
        for cells in reader:
            yield tuple(value_of(kind, cells[n]) for n, kind in places), cells


def bank_proof(years: "List[Year]") -> Dict[str, int]:
    """Opening + received - paid = closing, of these benefit years' money at the bank."""
    received = sum(year.accounts["1001"][0] for year in years)
    paid = sum(year.accounts["1001"][1] for year in years)
    return proof_of(0, received, paid)


def proof_of(opening: int, received: int, paid: int) -> Dict[str, int]:
    return {
        "opening_fen": opening,
        "received_fen": received,
        "paid_fen": paid,
        "closing_fen": opening + received - paid,
    }


def check_booked(source: Any, booked: int, years: "List[Year]") -> Dict[str, int]:
    """What the calendar year began with, turned over and left, by account and benefit year.

    Benefit years that are here are added up again. Of the others nothing was booked in it, so that
    what they began with is what they left; of each the accounts come to nothing together.
    """
    wanted, here = _turned(booked, years), {year.year for year in years}
    balance, proof = Counter(), [0, 0, 0]  # type: ignore[var-annotated]
    for record, account, number, sums in _booked_lines(source):
        found = wanted.pop((account, number), [0, 0, 0])
        same(record, "amounts", found if number in here else [sums[0], 0, 0], sums)
        balance[number] += sums[0]
        if account == "1001":
            proof = [total + each for total, each in zip(proof, sums)]  # noqa: B905
    for key, sums in wanted.items():
        if any(sums):
            raise Fault("totals", "%s %s %s" % (TURNOVER, *key))
    for number, off in sorted(balance.items()):
        if off:
            raise Fault("unbalanced", "%s benefit_year=%s" % (TURNOVER, number), off=off)
    return proof_of(*proof)


def _turned(booked: int, years: "List[Year]") -> Dict[Tuple[str, int], List[int]]:
    """By account and benefit year: what was there before, debits and credits of the year."""
    sums: Dict[Tuple[str, int], List[int]] = defaultdict(lambda: [0, 0, 0])
    for year in years:
        days = {number: row["booked_on"] for number, row in year.entries.items()}
        if not any(day.year == booked for day in days.values()):
            raise Fault("value", LAST[0], field="benefit_years", found=year.year)
        for (number, account, _, _, credit), amount in year.posted.items():
            found = sums[account, year.year]
            if days[number].year < booked:
                found[0] += amount
            elif days[number].year == booked:
                found[1 + credit] += abs(amount)
    return sums


def _booked_lines(source: Any) -> Iterator[Tuple[str, str, int, List[int]]]:
    last = ("", 0)
    with source.open(TURNOVER) as raw:
        reader = reader_of(raw)
        if next(reader, None) != TURNOVER_COLUMNS:
            raise Fault("header", TURNOVER)
        for cells in reader:
            record = "%s line %d" % (TURNOVER, reader.line_num)
            key = cells[0], value_of("int", cells[1])
            if key <= last or cells[0] not in CHART or len(cells) != len(TURNOVER_COLUMNS):
                raise Fault("order", record)
            last = key
            yield record, cells[0], key[1], [value_of("int", cell) for cell in cells[2:]]


def _is_own(source: Any) -> bool:
    """Whether the verifier that travels in the bundle is the one that runs."""
    with open(__file__, "rb") as file, source.open("verify.py") as stream:
        return bool(file.read() == stream.read(MOST_JSON))


def _check_year(year: Year, watch: Any) -> None:
    """All rows of a year, and that its chunks in the log are whole."""
    tables = year.tables
    try:
        _check_tables(tables, year, watch)
        if tables.seals and tables.part == WHOLE:
            tables.seals.close()
    except MALFORMED as error:
        raise Fault("malformed", tables.record(), why=_why(error)) from error


def _check_tables(tables: Tables, year: Year, watch: Any) -> None:
    for done, name in enumerate(TABLES, 1):
        ways = (getattr(year, way + name, None) for way in ("", "many_", "rows_"))
        tables.read(name, *ways)
        if name == "posting":
            year.add_up()
        watch(done)
    tables.block = NO_BLOCK
    year.close_bank()
    year.close_schemes()
    year.close_payouts()
    year.close_undone()
    year.close_suspense()
    year.close_typed()
    year.close_returned()
    year.close_enrolment()
    year.close_determinations()
    year.close_payments()
    year.close_journal()
    year.close_merges()
    year.close_numbers()
    year.close_events()
    year.close_consents()


def control_totals(tables: Dict[str, Any], accounts: Dict[str, List[int]]) -> Dict[str, Any]:
    """Rows and sums of every table, turnover of every account, and what that proves of the bank."""
    received, paid = accounts.get("1001", (0, 0))
    proof = proof_of(0, received, paid)
    turnover = {
        account: {"debit_fen": debit, "credit_fen": credit}
        for account, (debit, credit) in sorted(accounts.items())
    }
    return {"tables": tables, "accounts": turnover, "proof": proof}


MALFORMED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    csv.Error,
    struct.error,
)


def examine(
    path: str,
    watch: Any = None,
    keys: Tuple[str, ...] = (),
    since: Optional[str] = None,
    kept: Optional[List[Any]] = None,
) -> Dict[str, Any]:
    """Check a zip or a folder: the result as one object; `fault` is None where all holds.

    `kept`: what was read is put there, for one who ends right after: to let go of it takes a while.
    """
    result: Dict[str, Any] = {"ok": False, "signed": False, "fault": None}
    # Nothing here refers back to itself, and to look for it again and again takes a fifth longer.
    collected = gc.isenabled()
    gc.disable()
    try:
        if os.path.isdir(path):
            result.update(_checked(path, Folder(path), watch, keys, since, kept))
        else:
            with open(path, "rb") as file:
                result.update(_checked(path, Zip(file), watch, keys, since, kept))
        result["ok"] = True
    except Fault as fault:
        result["fault"] = fault
    except MALFORMED as error:
        result["fault"] = Fault("malformed", os.path.basename(path), why=_why(error))
    finally:
        if kept:
            gc.freeze()
        if collected:
            gc.enable()
    return result


def _checked(
    path: str,
    source: Any,
    watch: Any,
    keys: Tuple[str, ...],
    since: Optional[str],
    kept: Optional[List[Any]],
) -> Dict[str, Any]:
    """By two processes where that is worth it; one alone has the word where anything is wrong."""
    signed = SEALED_BY in source.names
    second = second_for(path, source.size) if signed else None
    if second:
        try:
            return check(source, watch, keys, since, second, kept)
        except (Fault, Lost, *MALFORMED):
            if kept:
                kept.clear()
        finally:
            second.end()
    return check(source, watch, keys, since, None, kept)


def as_json(result: Dict[str, Any], lang: str) -> Dict[str, Any]:
    """The same object with the fault in words."""
    fault = result["fault"]
    told = fault and {"check": fault.check, "record": fault.record, "says": fault.says(lang)}
    return {**result, "fault": told}


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return "%s%d.%02d" % ("-" if fen < 0 else "", abs(fen) // 100, abs(fen) % 100)


def report(result: Dict[str, Any], lang: str) -> str:
    """The result on one page."""
    english = lang == "en"
    if result["fault"]:
        bad = "NOT IN ORDER. First bad record: " if english else "有问题。第一条有问题的记录："
        return bad + str(result["fault"].says(lang))
    money = {key: yuan(result[key]) for key in result if key.endswith("_fen")}
    other = OTHER[english] if result["verifier_differs"] else ""
    other += KINDS[english] if result["kinds_differ"] else ""
    short = BEYOND[english] if result["closing_fen"] < 0 else ""
    due = result["union_due_fen"]
    union = UNION[(due > 0) - (due < 0)][english].format(yuan(abs(due)))
    told = {**result, **money, "short": short, "union": union, "proven": _proven(result, english)}
    told["years"] = ("、", ", ")[english].join(map(str, result["benefit_years"]))
    told["of"] = CALENDAR[english].format(**result) if result["booked"] is not None else ""
    return str((EN if english else ZH).format(**told) + other)


def _proven(result: Dict[str, Any], english: bool) -> str:
    """What the outside was asked for, and said."""
    point = result["checkpoint"]
    if not point:
        return UNSIGNED[english]
    until = instant(point["until"][:19])
    day = "%s UTC" % until if english else "北京时间 %s" % (until + timedelta(hours=8))
    said = [IS_SIGNED[english].format(day=day, **point)]
    said += [
        FROM_OUTSIDE[name][english].format(**point)
        for name in ("key", "since")
        if name in result["outside"]
    ]
    return "\n".join([*said, BESIDE[english]] if result["outside"] else [*said, ALONE[english]])


UNSIGNED = (
    "未签名：本次只核对了资料包自身，没有与外部凭据核对。",
    "Unsigned: checked by itself, not checked against outside.",
)
IS_SIGNED = (
    "已签名：检查点共 {size} 条，截至 {day}；所列各行都在其中，本年度一行不少。\n密钥指纹 {key}。",
    "Signed: {size} leaves, up to {day}.\nAll rows are in it, and none is missing. Key {key}.",
)
FROM_OUTSIDE = {
    "key": ("密钥与您给出的指纹相符。", "The key is the one you gave the fingerprint of."),
    "since": (
        "与您保存的检查点（{since} 条）前后一致：此后没有改写、删除或倒填。",
        "It continues the checkpoint you kept ({since} leaves): nothing was rewritten since.",
    ),
}
BESIDE = (
    "reports/、README.md、ask.py 等不在日志中：报告的数字请与各表对照。",
    "reports/, README.md, ask.py and such are not in the log: compare reports with the tables.",
)
ALONE = (
    "没有与外部凭据核对：请用 --key 给出密钥指纹，用 --since 给出以前保存的检查点。",
    "Not checked against outside: give --key FINGERPRINT and --since CHECKPOINT, an earlier one.",
)


UNION = {
    1: ("工会补助尚未到账：{} 元。", "Still due from the union: {} yuan."),
    0: ("工会补助均已到账。", "Nothing is due from the union."),
    -1: ("工会预付：{} 元。", "Paid ahead by the union: {} yuan."),
}
BEYOND = (
    "\n付出多于本年度收入：差额由基金其他年度的款项支付。",
    "\nMore was paid than came in for this benefit year; the rest is money of other years.",
)
OTHER = (
    "\n注意：资料包内的 verify.py 与正在运行的这一份不同。",
    "\nNote: the verify.py in the bundle is not the one that runs.",
)
KINDS = (
    "\n注意：医疗类别表 med_types.json 与本核对程序所知的不同，请查明为何。",
    "\nNote: med_types.json, what is paid as what, is not the one this verifier knows: ask why.",
)
CALENDAR = ("公历 {booked} 年记账的", " (calendar year {booked})")
ZH = """核对无误。
保障年度 {years}，截至事件 {made_from_event}。
重算理算结果 {determinations} 条、付款 {payments} 笔；参保、记账、两人办理、限额、控制总数均相符。
{of}银行存款：期初 {opening_fen} + 收 {received_fen} - 付 {paid_fen}
= 期末 {closing_fen}（元）。{short}
{union}
等待理算或重新理算的申请：{waiting} 件。未关闭的审计发现（各年度）：{open_findings} 项。
{proven}"""
EN = """Everything holds.
Benefit year {years}, made from event {made_from_event}.
{determinations} determinations and {payments} payments worked out again; enrolment, journal, two
persons, caps and control totals agree.
Bank{of}, yuan: opening {opening_fen} + received {received_fen} - paid {paid_fen}
= closing {closing_fen}.{short}
{union}
Claims that wait to be determined, or determined again: {waiting}.
Open audit findings, of all years: {open_findings}.
{proven}"""


NO_FINGERPRINT = (
    "--key：指纹是 64 位十六进制数，这不是：{}",
    "--key: a fingerprint has 64 digits, 0 to 9 and a to f, and this has not: {}",
)
NO_CHECKPOINT = (
    "--since：这个文件不是检查点：{}（保存的是资料包里的 seals/checkpoint.txt）",
    "--since: no checkpoint, which is what seals/checkpoint.txt of a bundle is: {}",
)
UNREADABLE = {
    errno.ENOENT: ("没有这个文件", "no such file"),
    errno.EACCES: ("没有权限", "permission denied"),
    errno.EISDIR: ("这是文件夹", "this is a folder"),
    errno.EIO: ("磁盘读不出来", "the disk does not give it"),
}
"""Why a file cannot be read, where the system says it in words of its own."""
OLDEST = (3, 8)
TOO_OLD = (
    "Python %d.%d runs this; it needs %d.%d or newer. Nothing was checked."
    "\n这台电脑的 Python 版本太旧，没有核对：请用 Python 3.8 或更新的版本。"
)


def main(arguments: List[str], kept: Optional[List[Any]] = None) -> int:
    """The command. Exit 0, 1 or 2. `kept`: what was read, as `examine` has it."""
    if sys.version_info < OLDEST:  # its csv, json or zlib would call good records bad
        print(TOO_OLD % (*sys.version_info[:2], *OLDEST), file=sys.stderr)
        return 2
    if arguments[:-1] == [THE_LOG]:
        return _the_log_alone(arguments[-1], [] if kept is None else kept)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console may lack a character, --help's too
    parser = argparse.ArgumentParser(
        description="Check an audit bundle (zip or unpacked). 核对审计资料包。"
    )
    parser.add_argument("bundle", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--lang", choices=("zh", "en"), default=language(os.environ, _locale()))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT")
    parser.add_argument("--since", metavar="CHECKPOINT", help="a checkpoint you kept: a file")
    parser.add_argument("--progress", action="store_true", help="say on stderr how far it is")
    asked = parser.parse_args(arguments)
    english = asked.lang == "en"
    if not os.path.exists(asked.bundle):
        parser.error("%s: %s" % (asked.bundle, UNREADABLE[errno.ENOENT][english]))
    for key in asked.key:
        if not fingerprint_of(key):
            parser.error(NO_FINGERPRINT[english].format(key))
    since = _kept(asked.since, english, parser) if asked.since else None
    watch = _say_progress if asked.progress else None
    result = examine(asked.bundle, watch, tuple(asked.key), since, kept)
    if asked.json:
        print(json.dumps(as_json(result, asked.lang), ensure_ascii=False))
    else:
        print(report(result, asked.lang))
    return 0 if result["ok"] else 1


def _kept(path: str, english: bool, parser: argparse.ArgumentParser) -> str:
    """The text of a checkpoint that was kept."""
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            text = file.read(MOST_JSON)
    except OSError as error:
        said = UNREADABLE.get(error.errno or 0)
        parser.error("%s: %s" % (path, said[english] if said else error.strerror))
    if not is_checkpoint(text):
        parser.error(NO_CHECKPOINT[english].format(path))
    return text


def _the_log_alone(path: str, kept: List[Any]) -> int:
    """The second process: it says nothing but what it vouches for."""
    gc.disable()
    try:
        print(vouched(path, kept))
    except (Fault, KeyboardInterrupt, *MALFORMED):
        return 1
    return 0


def _say_progress(done: int, of: int) -> None:
    print("%d/%d" % (done, of), file=sys.stderr, flush=True)


def language(environ: Any, system: str = "") -> str:
    """zh where the environment, or else the system, speaks Chinese; else en."""
    said = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or system
    return "zh" if said.lower().startswith(("zh", "chinese")) else "en"


def _locale() -> str:
    """What the system says by itself: Windows has none of these variables."""
    import locale  # asked for once

    try:
        return locale.getlocale()[0] or ""
    except ValueError:  # a name that Python does not know
        return ""


def _leave(code: int) -> None:
    """End at once, when what was said is said: to let go of all that was read takes a while."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    read: List[Any] = []
    ended = main(sys.argv[1:], read)
    try:
        _leave(ended)
    except (AttributeError, OSError, ValueError):  # nobody listens; Python says that as it does
        sys.exit(ended)
