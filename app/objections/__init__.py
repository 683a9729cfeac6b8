"""Objections (申诉), and the wish that a person decides (个人信息保护法 第二十四条).

A member objects to one result, once and within a time that `policy.toml` sets; a later result is
another one. It waits for an officer who has had no hand in the claim: not who entered it, saw its
papers, reviewed or decided it, under whatever account (`decided_before` in the database says who).
The officer answers in words: the result stands, or the claim is decided anew: by a decision that a
second officer approves (`app.claims.decide`), or by sending a filing back to be filed with other
figures (`app.claims.undo`). If the second officer drops the decision, the objection waits again.
Payment does not wait for any of it. What both write is sealed: it may be about health.
"""
