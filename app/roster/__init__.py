"""Rosters (花名册): who a unit enrols, and the numbers that tell people and units apart.

A roster is an Excel or CSV file a unit's clerk filled in, so every way such a file goes wrong
is expected. `sheet` accounts for every row: rows in = good rows + refused rows, always; blank
rows are counted apart, and totals and signatures below the table are each told (`closing`). The
first fault of a row is the one that is told. Nothing is guessed: what was tidied up on the way
(full-width digits, a small x) is noted. Columns are known by their headings (`columns`), wherever
and in whatever order they stand; those nobody reads are told.

Rows beyond doubt are found for all rows at once (`clean`), the others are read one by one by
`person`, which alone decides and has the words.

`identity` checks numbers. Citizen IDs (GB 11643): 18 characters, a check digit, a real birth
date. The region part earns a note at most, because districts are founded and dissolved all the
time and common libraries refuse about a third of the valid numbers for it. USCCs (GB 32100):
`python-stdnum` is right for companies, institutions and social organisations; codes that begin
with a letter (N: rural collectives) are outside what it knows, so they are accepted unverified.

An ID typed as a number is refused even where its digits look right: Excel keeps 15 digits of a
number and shows zeros for the rest. `template` makes a workbook whose columns are text.
"""
