"""Money in, and the covers it lets begin.

Domain, "Cover and money": a cover keeps its start if its roster's assessment (unit's and worker's
part) is fully received on or before the scheme's `pay_by`, otherwise it starts the day after full
receipt; where that day lies in another benefit year or scheme no cover starts and an officer
decides. Money fills the oldest roster first; partial money starts nothing. The union's part is due
from the union when covers begin, and none of them waits for it.

What is a unit's again (`credit`): money for people who are covered already, or had died, and late
money once an officer has decided. It is used as a receipt that no bank sent, or given back.
"""
