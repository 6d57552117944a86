"""The chooser of codes says which are suggested, and which were demoted."""

from __future__ import annotations

from dataclasses import replace

from icd9_review.ui.explanation.choosing import name_choice
from icd9_review.values import Demotion, Doubt, Kind, Suggestion, Window

SUGGESTED = Suggestion("486", Kind.DIAGNOSIS, 0.6, None, 0.5, Window(0, 0, 9))


def test_a_code_says_whether_it_is_suggested_demoted_or_neither() -> None:
    assert name_choice(SUGGESTED).endswith(" · 60 % · suggested")
    demoted = replace(SUGGESTED, demotion=Demotion(Doubt.WITHHELD))
    assert name_choice(demoted).endswith(" · 60 % · demoted")
    assert name_choice(replace(SUGGESTED, probability=0.4)).endswith(" · 40 %")
