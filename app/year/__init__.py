"""The benefit year as a whole: what units and people are due to be told, and how it stands.

Above all that knows money and claims, because both ask of all of it: `remind`, `standing`.
"""
