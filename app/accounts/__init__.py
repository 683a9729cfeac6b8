"""Who signs in, and as what.

Accounts and sign-ins are no facts of the fund: they may change and go. What people *did* stays in
the evidence log. A session lives in the database, so that signing out, disabling an account or
taking a role away works with the very next request, whatever cookie a browser still holds.

Who may what is another matter: it is given by one administrator, never by who made the account, and
each change is a fact (`govern`); an operator prepares and never approves (`prepares`). Staff prove
themselves twice (`factor`), or are vouched for by a provider outside (`provider`); who came in and
who tried stands in a log of half a year (`log`).
"""
