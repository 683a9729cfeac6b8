"""The evidence log: who did what, when, to what.

Every writer appends to it in its own transaction, so that there is no fact without an event and
no event of something that did not happen. Events hold ids, counts and digests, never personal
data: they go into the audit bundle as they are.
"""
