"""Every doubt has words of its own, and names the other code where it speaks of one."""

from __future__ import annotations

import pytest

from icd9_review.ui.encounter.demotions import describe_demotion
from icd9_review.values import Demotion, Doubt

OF_CODES = {Doubt.EXPLAINED, Doubt.SIBLING, Doubt.OUTDONE, Doubt.COMBINED}


@pytest.mark.parametrize("doubt", Doubt)
def test_a_doubt_has_words(doubt: Doubt) -> None:
    words = describe_demotion(Demotion(doubt, beside="486" if doubt in OF_CODES else ""))
    assert words
    assert words[-1] != "."
    assert "{" not in words
    assert "  " not in words


@pytest.mark.parametrize("doubt", Doubt)
def test_a_doubt_names_the_other_code_where_it_speaks_of_one(doubt: Doubt) -> None:
    assert ("428.20" in describe_demotion(Demotion(doubt, beside="428.20"))) == (doubt in OF_CODES)


def test_no_two_doubts_read_the_same() -> None:
    assert len({describe_demotion(Demotion(doubt)) for doubt in Doubt}) == len(Doubt)
