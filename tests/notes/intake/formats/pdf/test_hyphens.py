"""A hyphen at a line end goes where it only broke a word, and stays in a compound."""

from __future__ import annotations

import pytest

from icd9_review.notes.intake.formats.pdf.hyphens import BREAK, join_words

BROKEN = (
    "pneu|monia fail|ure hypothy|roidism hospital|ization treat|ment through|out cardio|myopathy "
    "gastro|esophageal anti|biotic brady|cardia diver|ticulitis chole|cystectomy hyper|tension "
    "out|patient pan|creatitis sep|sis throm|bocytopenia nephro|pathy weak|ness septi|cemia "
    "hemo|dialysis over|weight dis|ease fibril|lation de|nies PNEU|MONIA"
)
COMPOUND = (
    "Follow|up well|controlled beta|blocker insulin|dependent non|tender X|ray T|cell 30|year "
    "ST|elevation left|sided short|term community|acquired life|threatening end|stage low|grade "
    "self|inflicted hepatitis|B Guillain|Barré HIV|positive 2012|2013"
)


@pytest.mark.parametrize("word", BROKEN.split())
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_broken_word_is_one_word(word: str, end: str) -> None:
    assert join_words(f"a {word.replace('|', BREAK + end)} b") == f"a {word.replace('|', '')} b"


@pytest.mark.parametrize("word", COMPOUND.split())
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_compound_keeps_its_hyphen(word: str, end: str) -> None:
    assert join_words(f"a {word.replace('|', BREAK + end)} b") == f"a {word.replace('|', '-')} b"


def test_how_the_document_writes_a_word_elsewhere_decides() -> None:
    assert join_words(f"a micro-flora, micro{BREAK}flora") == "a micro-flora, micro-flora"
    assert join_words(f"a zzyzzx, zzy{BREAK}zzx") == "a zzyzzx, zzyzzx"
    assert join_words("no hyphen - at all") == "no hyphen - at all"
    assert join_words(f"a list {BREAK}") == "a list -"
