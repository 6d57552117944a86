"""Releases of code lists as a hospital downloads them."""

from icd9_review.codes.official.release import read_release

__all__ = ["read_release"]
