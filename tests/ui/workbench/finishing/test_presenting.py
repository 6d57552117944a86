"""What may be missing, in words."""

from __future__ import annotations

from icd9_review.review.remaining import Remaining, Unstated
from icd9_review.ui.workbench.finishing.presenting import (
    present_looked,
    present_missing,
    present_unstated,
)
from icd9_review.values import Kind, Suggestion, Window


def test_what_may_be_missing_is_listed_and_the_rest_counted() -> None:
    confident = tuple(
        Suggestion(f"42{n}.0", Kind.DIAGNOSIS, 0.9, None, 0.5, Window(0, 0, 9)) for n in range(10)
    )
    left = Remaining(confident, ((Kind.DIAGNOSIS, "401.9"),), 0.25)
    lines = present_missing(left, {})
    assert lines[0].key == "diagnosis:420.0"
    assert [line.text for line in lines[5:]] == [
        "5 more confident suggestions not decided",
        "401.9 has no words of the note as evidence",
        "The model did not read 25 % of the text",
    ]
    assert present_missing(Remaining((), (), 0.0), {}) == ()


def test_facts_that_are_not_known_are_named_with_what_was_not_checked() -> None:
    assert [line.text for line in present_unstated([Unstated.SEX, Unstated.ADMITTING])] == [
        "The sex is not known: edits of sex were not asked",
        "No admitting diagnosis is set: M sets it",
    ]
    assert all(present_unstated([fact]) for fact in Unstated)


def test_what_was_looked_at_is_said_and_what_was_not() -> None:
    looked = present_looked(8, 0.0, 0, model=True, lists="Edits use the built-in lists.")
    assert looked.at[0] == "8 lines of the diagnosis and procedure sections"
    assert "Edits use the built-in lists" in looked.at
    assert looked.past == (
        "conditions that the notes tell outside their diagnosis and procedure sections",
    )


def test_without_lines_model_or_lists_each_is_said_to_be_missing() -> None:
    looked = present_looked(0, 0.0, 3, model=False, lists="")
    assert looked.past == (
        "lines of diagnoses or procedures: no section of the notes lists any",
        "suggestions: no model reads the notes",
        "3 edits that need official lists, wholly or in part",
    )
    unread = present_looked(1, 0.25, 0, model=True, lists="")
    assert "25 % of the text, which the model did not read" in unread.past
