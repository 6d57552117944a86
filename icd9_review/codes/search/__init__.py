"""Finding a code by code, words, abbreviation, a misspelt word or an ICD-10-CM code."""

from icd9_review.codes.search.finder import search
from icd9_review.codes.search.found import Found, Why
from icd9_review.codes.search.index import Index, build_index
from icd9_review.codes.search.merging import ReadWords, asks_in_words, merge_meaning
from icd9_review.codes.search.written_codes import icd10_meant

__all__ = [
    "Found",
    "Index",
    "ReadWords",
    "Why",
    "asks_in_words",
    "build_index",
    "icd10_meant",
    "merge_meaning",
    "search",
]
