"""Covers: one member under one scheme from a day to a day.

`periods` is the arithmetic of terms and waiting times, pure; `models` holds the facts and the terms
now in force; `place` says where a cover can stand; `terms` writes covers that begin, and
`end_gifts` what they end. `end_at_death` ends covers with their member's death, and lets them stand
again where that word was wrong; never longer than they stood.
"""
