"""How far what a source calls an encounter counts, where people say whose numbers they are."""

from __future__ import annotations

import pytest

from icd9_review.notes.intake.identifiers import UNNAMED, Identifier


def test_a_number_of_one_file_is_that_of_the_source_that_people_name() -> None:
    given = Identifier("17", within="monday.csv").given_by("Ward 3")
    assert given == Identifier("Ward 3|17")
    assert given.before == "17"


@pytest.mark.parametrize("kept", [Identifier("17^HOSP"), UNNAMED])
def test_what_its_source_gave_out_or_has_no_name_for_stays_as_it_is(kept: Identifier) -> None:
    assert kept.given_by("Ward 3") is kept


def test_what_is_called_by_its_content_is_nobodys_number_and_stays_as_it_is() -> None:
    coined = Identifier("row 0a1b 1", within="monday.csv", coined=True)
    assert coined.given_by("Ward 3") is coined
