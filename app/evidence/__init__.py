"""The evidence log: who did what, when, to what; and what the proof of all records stands on.

Every writer appends to it in its own transaction, so that there is no fact without an event and
no event of something that did not happen. Events hold ids, counts and digests, never personal
data: they go into the audit bundle as they are.

`tree` and `note` are the mathematics of the seals (`app.audit.seal`): the Merkle tree of RFC 9162,
and checkpoints as C2SP has them (tlog-checkpoint on signed-note, Ed25519). Decisions:

- What is sealed is all facts of a bundle, not events alone: an auditor looks at rows. Leaves are
  the rows' masked lines, so that whoever has a bundle can hash them; pseudonyms are stable.
- Nobody waits for a seal and no writer does more for it: `recorded_at` is the transaction's start,
  by the database's clock, so that a moment before all work under way cuts the rows in two. The only
  price is one comparison an event (`after_the_seals`), by which a clock that was set back is found.
- One leaf of the log is a chunk: the rows of one table and the same benefit years in one seal. So
  the log stays small enough to travel whole in each bundle (some dozen leaves a day), an earlier
  checkpoint is checked by its prefix, and a bundle shows that no row of its years is left out.
- Years of a row are those it had when it was sealed, and never change. A claim that no year had
  determined by then stands among `-`: such rows are proved one by one, not as complete; what a
  bundle lacks of them only the events show.
- The private key is a file of the audit administrator's, sealed by a passphrase. No server and no
  database has it: who owns these can write everything anew, and cannot sign it.
- A bundle is a function of (year, latest checkpoint). Rows that were recorded later are not in it;
  without a checkpoint it is as of now and says that it is unsigned.
- Witnesses' signatures, an SM2 signature and an RFC 3161 time-stamp lie beside a bundle, not in it
  (`app.audit.beside`): they come later, or from outside.
"""
