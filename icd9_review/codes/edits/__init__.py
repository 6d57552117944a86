"""Edits: what guidelines and the Medicare Code Editor say about a chart. See docs/edits.md."""

from icd9_review.codes.edits.engine import blocks, check_chart
from icd9_review.codes.edits.unchecked import Unchecked, not_checked

__all__ = ["Unchecked", "blocks", "check_chart", "not_checked"]
