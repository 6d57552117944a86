"""Finding a code by code, words, abbreviation, a misspelt word or an ICD-10-CM code."""

from icd9_review.codes.search.finder import search
from icd9_review.codes.search.found import Found, Why
from icd9_review.codes.search.index import Index, build_index
from icd9_review.codes.search.written_codes import icd10_meant

__all__ = ["Found", "Index", "Why", "build_index", "icd10_meant", "search"]
