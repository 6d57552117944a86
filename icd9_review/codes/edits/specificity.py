"""Rule 28: an unspecified code where the notes hold the words of a more specific one."""

from __future__ import annotations

from functools import lru_cache

from icd9_review.codes.edits.forms import is_siteless, leaves_open, other_forms
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject
from icd9_review.codes.search.text import STOP_WORDS, VAGUE_WORDS, fold_plain, split, words_of
from icd9_review.codes.table import title
from icd9_review.codes.written_terms import written_terms
from icd9_review.values import ChartCode, Edit, Kind, Sentences, Severity

_UNTOLD = (
    STOP_WORDS
    | VAGUE_WORDS
    | {"lesion", "section", "portion", "region", "form", "native", "artery", "vessel"}
    | {"organ", "tissue", "only", "alone"}
    | {"left", "right", "both", "and", "or", "single", "multiple", "primary", "closed"}
)
"""Words of titles by which notes do not tell one form of a condition from another."""


def check_specificity(subject: Subject) -> Edits:
    """Rule 28. A chart without words of notes has none of it."""
    for entry in subject.chart.diagnoses:
        if not (entry.sentences and leaves_open(subject, entry.code)):
            continue
        if told := _told(subject, entry):
            words = "; ".join(f"“{' '.join(said)}” ({offer})" for offer, said in told.items())
            yield Edit(
                28,
                Severity.HINT,
                f"{entry.code} is an unspecified code, and the note says more: {words}.",
                GUIDELINES + "I.A.5.b",
                entry.code,
                offers=tuple(told),
            )


def _told(subject: Subject, entry: ChartCode) -> dict[str, tuple[str, ...]]:
    """The more specific codes whose telling words stand in a sentence, with these words.

    Of two the one with more words counts: "acute systolic" is more than "systolic".
    """
    sentences = tuple(frozenset(map(fold_plain, words)) for words in entry.sentences)
    found = {
        other.code: said
        for other in other_forms(entry.code)
        if other.code not in subject.positions
        and not is_siteless(other.code)
        and (said := _said_of(entry.code, other.code, sentences))
    }
    return {
        code: said
        for code, said in found.items()
        if not any(set(said) < set(more) for more in found.values())
    }


def _said_of(code: str, other: str, sentences: Sentences) -> tuple[str, ...]:
    """The words by which a sentence tells another code from this one; empty for none."""
    for telling, needed in _telling(code, other):
        if any(needed <= words for words in sentences):
            return telling
    return ()


@lru_cache(maxsize=20_000)
def _telling(code: str, other: str) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """Of the title and terms of another code: the words that tell it from this one, in their
    order, and those a sentence needs, folded. Of a title they are the same; a term counts as a
    whole.
    """
    held = set(words_of(title(Kind.DIAGNOSIS, code) or "")) | _UNTOLD
    found = []
    for place, text in enumerate((title(Kind.DIAGNOSIS, other) or "", *_terms(other))):
        telling = {fold_plain(word): word for word in split(text) if fold_plain(word) not in held}
        needed = frozenset(words_of(text)) - STOP_WORDS if place else frozenset(telling)
        if telling:
            found.append((tuple(telling.values()), needed))
    return tuple(found)


def _terms(code: str) -> tuple[str, ...]:
    return tuple(written_terms().get(code, ()))
