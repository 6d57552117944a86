"""What may be missing, in words."""

from __future__ import annotations

from icd9_review.review.remaining import Remaining
from icd9_review.ui.workbench.finishing.presenting import present_missing
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
