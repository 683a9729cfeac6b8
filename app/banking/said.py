"""SQL of what stands of a statement's line, in one place."""

from typing import Final, LiteralString

LAST_WORD: Final[LiteralString] = """
LEFT JOIN LATERAL (
    SELECT act, batch_id FROM line_resolution r WHERE r.line_id = l.id ORDER BY seq DESC LIMIT 1
) said ON true
"""
"""What was said last of line `l`, as `said`; nothing while nobody has."""
