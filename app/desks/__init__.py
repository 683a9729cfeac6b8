"""By when an office has done what waits for it: dated data, beside the kinds of work that wait.

Reviews, objections and enquiries have rules of their own (`app.reviews`, `app.objections`,
`app.enquiries`); of all other kinds the days stand in `policy.toml`.
"""
