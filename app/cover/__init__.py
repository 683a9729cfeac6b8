"""Covers: one member under one scheme from a day to a day.

`periods` is the arithmetic of terms and waiting times, pure; `models` holds the facts and the terms
now in force; granting a cover is a verb with a file of its own.
"""
