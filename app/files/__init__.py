"""Files that come in: bytes -> text -> rows, the same for rosters, settlements and bank files.

Workbooks come in two ways. Nearly all are plain and are scanned by columns in this process (`scan`,
`plain`): 100,000 rows in a third of a second, and memory in proportion to bytes that were
counted first. The others, and the large, are read by `python-calamine` in a child under limits
(`limited`), because a file of a few kilobytes can make any reader abort the process. Hypothesis
holds the two beside each other. What goes back is the officer's own file with one column more
(`marked`).

A fault of the file refuses all of it and names the line; a fault of a row is the reader's business,
who knows what the columns mean.
"""
