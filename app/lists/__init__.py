"""What belongs to officers' lists and searches, and is no fact: the words of a search for an hour.

Words that identify a person never stand in an address, which logs, histories and other people see.
A search is posted; its words are kept here, sealed, under a number that is good for the account
that searched and for an hour. The address of what was found names that number, so that going back,
reloading and the next page work without posting again. Who searched, and for what kind of thing, is
on record (`search_log`), never the words.
"""
