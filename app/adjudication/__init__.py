"""Determinations (理算): the kernel applied to what the fund knows, and the answers kept for ever.

`offline` is the kernel between two files and a third, without a database (`huzhu determine`):
anybody can recompute what the fund granted. `covers_file` reads its list of covers.
"""
