"""What units and people are to be told: an outbox in the database, and who sends it.

A notice is a fact: to whom, of what kind, with ids and amounts and nothing personal; its `dedupe`
key is unique, so that the same reminder is made once however often somebody looks. Its delivery is
a mutable row beside it. A sender gets the notice's own key with every try: a worker that is killed
after sending and before it wrote so down sends again under the same key, and the sender (or the
file's name) makes one of the two. What fails is tried again, each time later, then given up and
listed. What is due is found by `app.year.remind`; others say so themselves by `write`.

Where a message goes is looked up when it is sent: `address`. What it says: `app.texts.notices`.
"""
