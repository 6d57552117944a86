from itertools import pairwise

import pytest

from icd9_review.codes import category, codes
from icd9_review.codes.chapters import CHAPTERS, chapter, in_range
from icd9_review.values import Kind


@pytest.mark.parametrize("kind", Kind)
def test_every_code_stands_in_a_chapter_and_every_chapter_holds_codes(kind: Kind) -> None:
    used = {chapter(kind, code) for code in codes(kind)}
    assert used == set(CHAPTERS[kind])


@pytest.mark.parametrize("kind", Kind)
def test_no_two_chapters_share_a_category(kind: Kind) -> None:
    for before, after in pairwise(CHAPTERS[kind]):
        assert not in_range(after.first, before.first, before.last)
    numbers = {category(code) for code in codes(kind)}
    held = [sum(in_range(n, c.first, c.last) for c in CHAPTERS[kind]) for n in numbers]
    assert set(held) == {1}


@pytest.mark.parametrize(
    ("kind", "code", "title"),
    [
        (Kind.DIAGNOSIS, "250.00", "Endocrine, nutritional and metabolic"),
        (Kind.DIAGNOSIS, "001", "Infectious"),
        (Kind.DIAGNOSIS, "V58.61", "Factors influencing"),
        (Kind.DIAGNOSIS, "E885.9", "External causes"),
        (Kind.PROCEDURE, "00.66", "Procedures and interventions"),
        (Kind.PROCEDURE, "36.10", "Operations on the cardiovascular"),
    ],
)
def test_a_code_knows_its_chapter(kind: Kind, code: str, title: str) -> None:
    found = chapter(kind, code)
    assert found is not None
    assert found.title.startswith(title)


def test_what_no_chapter_holds_has_none() -> None:
    assert chapter(Kind.DIAGNOSIS, "000") is None
    assert chapter(Kind.PROCEDURE, "250") is None
