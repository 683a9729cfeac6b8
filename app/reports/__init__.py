"""The fund's reports: a year for the federation and the public, a month for the joint meeting.

A report is sections, each a table with the sentence it proves, some with a chart: pages, PDF and
workbook show the same tables. Amounts come from the journal and counts from facts; where one figure
can be had in two ways (benefits by care, by age and by union; payments of a year and those of its
months) a test compares them. `years` are the sums by benefit year that pages show too, `parts` the
questions behind one year, `annual` and `monthly` put them together, `paper` and `book` draw,
`order` has a worker make the files, since ages are read from sealed numbers. `opens` says where
each figure leads, and `pieces` asks what a line is made of: added up it is the report's figure.

Years are benefit years; the month's report goes by the day on which money moved, as meetings do.
"""
