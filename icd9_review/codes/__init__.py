"""ICD-9-CM: how codes are written and which codes exist. Pure, without torch or pandas."""

from icd9_review.codes.notation import category, normalise, undot
from icd9_review.codes.table import Code, codes, find_code, is_valid, title

__all__ = ["Code", "category", "codes", "find_code", "is_valid", "normalise", "title", "undot"]
