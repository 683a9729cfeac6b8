"""The auditor's work beside recomputing: samples, what deserves a look, findings and their answers.

`sampling` says which payments a sample holds: by a seed and a rule that fit into a few lines, so
that whoever has the bundle draws it again. `draw` keeps each draw with its seed, what was drawn
from and its digest, as a fact with its event: a draw that was repeated until it pleased shows.
The population are the payments of a benefit year's batches that the bank carried out and that
nobody found to have failed.

`pointers` are questions to a year's rows, each with the reason why it is asked and what innocently
answers to it: they say where to look first, and nothing is called fraud. `look` has a worker ask
them all, because some read every bill of the year; the answers are no facts and can be had again.

`find`: an auditor writes down a finding, an officer of the union that it is about (or of one above)
answers, and an auditor closes it; nobody closes a finding by answering it. Texts name no people:
what looks like an ID number, a card or a telephone number is refused, since findings leave the
house. None of it touches money.
"""
