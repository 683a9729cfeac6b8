"""What an office has to do by when, and what its months came to.

Reviews, objections and enquiries have rules of their own (`app.reviews`, `app.objections`,
`app.enquiries`); of all other kinds the days stand in `policy.toml`. `keep_months` counts what was
received, decided and paid; `keep_waiting` keeps which year each claim that waits belongs to.
"""
