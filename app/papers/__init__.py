"""Papers: PDF documents, from values to bytes. Pure.

They are in Chinese, whatever the page's language: a notice goes to a unit's bookkeeper, a receipt
into the unit's books. The same values make the same bytes: the day is an argument, and nothing is
taken from the clock, so that a paper printed again is the same paper.

The font is Noto Sans SC, whole (`NotoSansSC-Regular.ttf`, under the licence beside it): a subset
to a national character set would lose 堃, 玥 and 犇. A glyph that is missing all the same is an
error, not a box on somebody's receipt.
"""
