"""Finding a code by code, words, abbreviation or a misspelt word."""

from icd9_review.codes.search.finder import search
from icd9_review.codes.search.found import Found, Why
from icd9_review.codes.search.index import Index, build_index

__all__ = ["Found", "Index", "Why", "build_index", "search"]
