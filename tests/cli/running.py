"""What running a command in this process gives."""

from collections.abc import Callable

Run = Callable[..., tuple[object, str, str]]
"""Runs ``python -m icd9_review`` with these words: its exit code, what it printed, what it said."""
