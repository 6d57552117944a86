"""The tables of agreement: text as it stands, titles, and links to encounters."""

from __future__ import annotations

from typing import cast

import pytest

from icd9_review.quality.agreement.measuring import Agreement, measure, prepare
from icd9_review.quality.agreement.pairs import shared_encounters
from icd9_review.ui.quality.agreement.tables import (
    code_table,
    confused_table,
    encounter_table,
    pair_table,
    written_title,
)
from icd9_review.values import Kind
from tests.quality.agreement.examples import coded

CODINGS = coded({"*Ana*": ["428.20"] * 6, "Ben": ["428.21"] * 5 + ["428.20"]})
LABELS = {str(number): f"E-0000{number}" for number in range(6)}
FOUND = cast(Agreement, measure(CODINGS))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("428.0", "Congestive heart failure, unspecified"),
        ("428.2", "Systolic heart failure"),
        ("276.5", "Volume depletion"),
        ("999.999", "not in version 32"),
    ],
)
def test_a_code_and_a_header_have_their_titles(code: str, words: str) -> None:
    assert written_title((Kind.DIAGNOSIS, code)).startswith(words)


def test_a_code_leads_to_the_encounters_in_which_not_all_have_it() -> None:
    table = code_table(FOUND.codes, prepare(CODINGS), LABELS)
    (first,) = [row for row in table.to_dict("records") if row["Code"] == "`428.20`"]
    assert first["Differ in"].startswith("[E-00000](workbench?encounter=0) [E-00001]")
    assert first["Differ in"].endswith(" and 1 more")


def test_confused_codes_lead_to_their_cases() -> None:
    (row,) = confused_table(FOUND.confusions, LABELS).to_dict("records")
    assert (row["Cases"], row["Siblings"]) == ("`5`", "`yes`")
    assert "[E-00003](workbench?encounter=3)" in row["Encounters"]


def test_a_pair_has_its_figures_in_a_line() -> None:
    (row,) = pair_table(FOUND.pairs).to_dict("records")
    assert (row["Members"], row["Encounters"]) == ("*Ana* and Ben", "6")


def test_names_of_members_are_no_markdown() -> None:
    pair = ("*Ana*", "Ben")
    shared = shared_encounters(prepare(CODINGS), *pair)
    table = encounter_table(shared, pair, LABELS)
    assert "`Only *Ana*`" in table.columns
    assert table["Encounter"].iloc[-1] == "[E-00005](workbench?encounter=5)"
