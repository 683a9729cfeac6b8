"""Who signs in, and as what.

Accounts and sign-ins are no facts of the fund: they may change and go. What people *did* stays in
the evidence log. A session lives in the database, so that signing out, disabling an account or
taking a role away works with the very next request, whatever cookie a browser still holds.
"""
