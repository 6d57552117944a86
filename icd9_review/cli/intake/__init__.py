"""``python -m icd9_review import PATH…``: the command, and what it says of each file."""

from icd9_review.cli.intake.command import app

__all__ = ["app"]
