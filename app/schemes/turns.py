"""Turns that more than one package takes."""

COVERS = "covers"
"""Whoever may begin covers, or says by which rules they begin, takes turns."""
