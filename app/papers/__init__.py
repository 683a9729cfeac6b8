"""Papers: PDF documents, from values to bytes. Pure.

The font is Noto Sans SC, whole (`NotoSansSC-Regular.ttf`, under the licence beside it): a subset
to a national character set would lose 堃, 玥 and 犇. A glyph that is missing all the same is an
error, not a box on somebody's receipt.
"""
