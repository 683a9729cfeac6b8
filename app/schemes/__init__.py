"""A year's rules as stored and published.

What is published is the canonical form of `app.benefits.scheme` with its SHA-256; determinations
name that digest, and a published scheme is never edited (domain: next years are opened by copying
the last scheme and editing the copy).
"""
