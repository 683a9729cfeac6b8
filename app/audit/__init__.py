"""The audit bundle (审计资料包): benefit years in one zip, checked without us.

`gather` holds one moment, `reader` reads the year in it (`chosen`: what that is drawn from, found
once), `select` and `parts` say which rows, `joined` has the
server join them (`placing`: with where each is sealed, `near`: not looking for other years'),
`cells` and `lines` make CSV of them and mask it, `bundle` counts them, `pack` makes the zip, `make`
does it all and puts the zip in its place. `verify` is the second opinion: one file of
the standard library that travels in the bundle. The tables are described once, in `verify.TABLES`;
CSV headers and the Frictionless `datapackage.json` follow it.

Decisions, with their reasons:

- The same checkpoint gives the same bytes, whatever was recorded since; unsigned, the same state of
  the database does. Rows are sorted by their keys, times are written in UTC by the database, no
  clock is read: `made_from_event` says up to where the log was read. Making, reading and verifying
  bundles are left out of an unsigned one, for a second would otherwise differ from the first by the
  event of the first.
- Members of the zip are deflated. All digests but one are of what the files say, so that manifest,
  tree and proofs are a function of the contents alone. The one, in the zip's comment, is of all
  bytes before it: deflate may say the same in many ways, and none but the one written is accepted.
  The verifier works every header out again, so that no byte of the zip is outside the digests. The
  zip's own bytes are also a function of the locked isal, which may pack in another way on a
  processor of another kind: two bundles are the same if their manifests are.
- Rows come from the server joined to lines, thousands as one text, and are never a Python object
  each. And by two connections on one moment (`by_two`): what scratch tables are needed for by the
  one that has them, all else (journal, log, and where each number has its own bit claims,
  determinations, moves, payments, outcomes; gaps in numbers) by whichever is free. The year of a
  city with 300,000 claims in three years, 1.4 million rows, takes 2.1 s by the clock on two cores;
  two years took 7.7 instead of 13.9 by one connection, a calendar year 6.2 instead of 9.8, and
  where there are no scratch tables (a standby) 10 instead of more than 18.
- The server's bare COPY TO of the same rows, found once (0.6 s), not sorted, joined or masked,
  takes 2.4 s, and SHA-256 and isal's deflate 0.2, one after the other: a bundle takes 0.85 of that
  by the clock, and 1.14 by the processor (3.6 s: 2.4 in the server, 1.2 here). COPY TO of as many
  rows from the start of each table, which finds none, takes 0.9 s: 1.8 times that. Which claims
  and covers are the year's takes 0.6 here, too, settlements are the longest stretch (0.6: to read
  and join 100,000 rows of 36 cells, to sort and to write them). A process takes 200 MB.
  A year of a million claims, 13.9 million rows, takes 20 s, 0.67 of bare work's 30, and 283 MB.
  Tables are as small as isal makes them.
- Tried and thrown away: COPY's own CSV (each row comes by itself, which costs the driver as much as
  all else); the server's parallel plans (somewhat more work in all, taken from whoever packs, and
  none reads a session's own tables); more memory for its sorts (no change); zlib (thrice isal's
  time for a tenth more bytes). Not tried: pseudonyms put in by a join with a table of them (a hash
  of all members for each of a dozen tables, and 18 bytes to read where a number does).
- What is broken off is read to its end (`gather.copied_joined`): a text with one of the joining
  signs in a table of many rows had the next question wait for ever for the end of the answer.
- Several years lie beside each other, each in a folder of its own that is what its bundle alone
  would be: so the verifier needs no second set of rules, and no row can hide between years. A
  calendar year (`booked`) is all benefit years that have entries in it, whole.
- Every number is accounted for (`number_gaps`): of each sequence a bundle says which numbers are
  other years' and which were never used; where it is signed, the log says how many rows there are.
- All findings are in every bundle, whatever their year: so none can be left out, and an open one is
  in the next. Reports (`report_files`) are read through the schema `as_of`, which shows the tables
  as they were at the checkpoint; the verifier knows their bytes only.
- What the tables are called in ISO 21378 and GB/T 24589 stands in `standards`; where these have no
  word for it, there is none.
- A claim belongs to the benefit years of its determinations; one that never found a cover belongs
  to the calendar year of its bill (discharge, or settlement where there is none). All its
  determinations go with it. Where a correction moved a claim into another benefit year, all claims
  of that member go with it, so that every entitlement in the bundle is whole and can be worked out
  again. Covers: those of the year, all of members with claims, and those before that decide when a
  cover of the year starts and whether it waits.
- Masked: members, staff, bank cards, visits and invoices are stable pseudonyms, so that one card
  for several members, one invoice twice, and an officer paid by himself still show. Left out:
  names, ID numbers, account numbers, diagnoses, and texts the bank wrote.
- `seal` takes in what was recorded since the last seal, chunk by chunk (`kept` says what belongs
  together, `chunks` reads it); `checkpoint` signs the log of the seals; `as_of` sees every table as
  it was at the checkpoint; `proof` ties each row of a bundle to its leaf. Why: `app.evidence`.
- The verifier checks tables in blocks of rows, column by column (types, order, places in the log,
  foreign keys), and then row by row what the rules say. A block is cut before its first bad row, so
  the record it names is the one that a reading row by row would name. A method of `verify.Year`
  takes a row, or only the fields its arguments are named after; what rows share is proved once.
- It says the same by every Python from 3.8 on, to the byte: what one takes and another refuses (a
  NUL in CSV) it refuses itself, and what each words in its own way it words itself.
- Of a large bundle two processes ask the halves: one of rows by themselves, the other what the
  rules say. Neither's word counts alone, and nothing but a yes goes from one to the other: whatever
  is wrong, one process goes through all of it in order. Tried: the second process for the log alone
  (it waited three quarters of the time); enrolment in the second, too (it took as long as it saved,
  for what it had to read). What was read is let go of only after the answer, or not at all: the
  process ends (`verify._leave`), which saves a twentieth.
- Texts are made one of a kind (`sys.intern`) only where one process reads all, to save memory: to
  look each of them up took a tenth of two processes' time, more than to compare them.
- What only a key outside can show (that all of it was written anew, consistently) is shown by
  `--key` and `--since`, which the auditor brings; without them the verifier says so.
"""
