"""Codes of a gold standard, from a file of encounters and codes."""

from __future__ import annotations

import pytest

from icd9_review.errors import InputError
from icd9_review.quality.agreement.codings import Coding
from icd9_review.quality.agreement.gold import read_gold
from icd9_review.values import Kind
from tests.quality.agreement.examples import keys

LABELS = {"x": "E-00001", "y": "E-00002"}


def test_codes_are_gathered_by_encounter_with_or_without_their_dots() -> None:
    found = read_gold("encounter,code\nE-00001,428.0\ne-00001,486\nE-00002,v4581\n", LABELS)
    assert found.codings == (
        Coding("x", "Gold standard", keys("428.0", "486")),
        Coding("y", "Gold standard", keys("V45.81")),
    )
    assert found.unknown == ()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_procedures_say_so_in_a_column(separator: str) -> None:
    rows = ("Encounter code kind age", "E-00001 3893 procedure 7", "E-00001 4280 diagnosis 7")
    text = "\ufeff" + "\r\n".join(row.replace(" ", separator) for row in rows)
    (coding,) = read_gold(text, LABELS).codings
    assert coding.codes == keys("428.0") | keys("38.93", kind=Kind.PROCEDURE)


def test_a_line_without_a_code_says_that_there_is_none() -> None:
    (coding,) = read_gold("encounter,code\nE-00001,\n", LABELS).codings
    assert coding.codes == frozenset()


def test_encounters_that_are_not_here_are_named() -> None:
    found = read_gold("encounter,code\nE-00009,486\nE-00001,486\n", LABELS)
    assert found.unknown == ("E-00009",)
    assert [each.encounter for each in found.codings] == ["x"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column encounter and no column code"),
        ("encounter,codes\n", "no column code"),
        ("encounter,code\n", "no line below its first one"),
        ("encounter,code\n,486\n", "Line 2 of the gold standard names no encounter"),
        ("encounter,code\nE-00001,486\nE-00001,4.86\n", "Line 3 .* is not written as an ICD-9-CM"),
        ("encounter,code,kind\nE-00001,486,dx\n", "Line 2 .*'dx' is no kind of code"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_gold(text, LABELS)


def test_a_code_that_version_32_does_not_have_is_taken_as_written() -> None:
    (coding,) = read_gold("encounter,code\nE-00001,276.5\n", LABELS).codings
    assert coding.codes == keys("276.5")
