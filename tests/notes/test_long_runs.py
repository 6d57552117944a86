"""Whoever repeats one word to the end of a note makes no reader slower than the note is long."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icd9_review.notes.intake.formats.base64_text import looks_like_base64
from icd9_review.notes.intake.formats.pdf.hyphens import BREAK, join_words
from icd9_review.notes.text.assertions import Reader
from icd9_review.notes.text.facts.reading import stated_facts
from icd9_review.notes.text.operation_dates import stated_days
from icd9_review.notes.text.replies import replied_items
from icd9_review.outline.breaks import sentence_starts
from icd9_review.outline.headings import declared_headings
from icd9_review.outline.sections import sections
from icd9_review.outline.sentences import sentences
from tests.attacks import BOUND, growth

WORDS = (
    *("fever ", "no ", "no fever, ", "history of ", "mother ", "denies ", "or ", "and ", "a", "a "),
    *("(", "( ", "[ ] ", "+ ", "- ", "? ", ", ", ";", "_", "...", "0 ", "1. ", "\n", "\n\n", " "),
    *("Fever: ", "A: ", "PMH: ", "HPI:\n", "AB ", "Negative: ", "Yes ", "3/4/2010 ", "x. "),
    *(f"con{BREAK}\n", "a-", "\u2063", "\u2063A\u2063\n", "’", "É\u0301"),
    *("68-year-old ", "The patient is a ", "68 yo white ", "Age: 6 ", "Admitted: ", "Sex: "),
)
FARTHEST = 50  # spans that are asked about, evenly over a text


def run_of(word: str) -> Callable[[int], str]:
    """Makes a text of nothing but a word."""
    return lambda size: word * (size // len(word))


def ask_everywhere(text: str) -> None:
    """Read a text, and ask about spans all over it."""
    reader = Reader(text)
    for start in range(0, len(text), max(1, len(text) // FARTHEST)):
        reader.read(start, start + 5)


def read_facts(text: str) -> object:
    """The facts of a text, as a page reads them."""
    return stated_facts(text, sections(text))


READERS: tuple[Callable[[str], object], ...] = (
    sections,
    sentence_starts,
    sentences,
    declared_headings,
    replied_items,
    stated_days,
    read_facts,
    Reader,
    join_words,
    looks_like_base64,
)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_reader_takes_time_in_proportion_to_its_text(read: Callable[[str], object]) -> None:
    read("warm")
    assert [word for word in WORDS if growth(read, run_of(word)) > BOUND] == []


def test_what_a_note_says_of_a_span_costs_no_more_in_a_long_note() -> None:
    ask_everywhere("warm")
    assert [word for word in WORDS if growth(ask_everywhere, run_of(word)) > BOUND] == []


@pytest.mark.long
@pytest.mark.parametrize("word", WORDS)
def test_two_hundred_thousand_times_one_word_are_read_to_their_end(word: str) -> None:
    ask_everywhere(word * 200_000)
