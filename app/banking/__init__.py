"""Files to the bank and from it. Pure: bytes from values and values from bytes.

Banks have formats of their own; this is the fund's plain one, which a bank's is mapped to. Both
directions are CSV with one record for the batch, one for the headings, the lines, and a trailer
with count and total: without its trailer nobody knows whether a file is whole.

`payfile` writes (代发文件):

    批次号,P2024-0001,制单日期,2024-06-03
    序号,户名,账号,金额,附言
    1,王安,6221990000000000008,1000.00,职工医疗互助保障金
    合计,1,1000.00

`returnfile` reads (回盘文件; columns in any order, others are ignored):

    批次号,P2024-0001
    序号,金额,结果,入账日期,原因
    1,1000.00,成功,2024-06-05,
    合计,1,1000.00

A name is never altered to fit an encoding: the bank compares it with the account's. GBK cannot
hold 㛃, 䶮 or 𬭚, so such a file is refused and the line named.

A statement of 100,000 lines takes 4.3 to 4.5 times a COPY of its lines with their keys by the clock
(`tests/bench/bench_statement`; 5.1 before, in turns): its lines are kept by columns from the
file to the COPY (`bank_lines`), no line is made a value that nobody looks at, and the numbers of
lines and receipts are drawn while lines are matched. Of 1.9 s, 0.4 is reading and proving and 0.2
what the lines are, with the server idle for most of both; then it writes receipts, lines and
postings with their indexes for 1.2.

Tried for statements of 100,000 lines and thrown away: receipts in the binary form of COPY (the
server takes as long, 0.27 s); receipts written in the order of their units (0.43 s of the server
for 0.47, and the lines that name them then took 0.1 more); a file cut at its commas where numpy
finds them (0.15 s either way).
"""
