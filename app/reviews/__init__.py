"""Reviews (受理 → 初审 → 复核 → 审批): people's decisions about claims that wait for them.

What a person filed stands in `State.REVIEW`, and so does a bill of the bureau's that may be another
claim's. Each goes through the stages its policy names (`policy.toml`, snapshot in every row), each
stage another person's: 受理 and 初审 may be one person's, since both look at the same papers on
the same desk. Who entered figures may accept, and decides nothing more; who took papers in works
at that desk; nobody acts on the own claim. The last stage confirms the claim
(`app.claims.confirm`), a refusal undoes its filing (`app.claims.undo`): engine, replay and books
have nothing new to learn. Claims of the bureau's feed that nothing stands against go on by the
rules; the people of the payment order are their review.

`stages` (the table of the stages, and whom each bars) · `policy` · `clean` · `by_deadline`: pure.
`act` moves a claim on, `hold` keeps two officers from the same one, `list_waiting` reads the queue,
`bulk` approves many. Facts: `review`, `review_papers`, `review_answer`. `review_queue` and
`review_hold` are none: triggers of the database remake the first whatever moves a claim
(0004_reviews.sql), so that neither the drain nor a feed must know of it.
"""
