"""The tree of unions: city federation -> county or district -> a unit's own union."""
