"""What is as large as the notes is sent once, and named from then on."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from icd9_review.ui.encounter.view import NoteView
from icd9_review.ui.workbench.component import as_data, read_held
from icd9_review.ui.workbench.view import (
    AnswerView,
    CodesView,
    FactsView,
    ReviewView,
    TextView,
    WorkbenchView,
)

NOTE = NoteView("n1", "Note", ("Heart ", "failure."), (0,), (1,), "new", "a day")
NAMED = ("notes", "explanations", "cited", "mentions", "lines")


def view_of(*notes: NoteView) -> WorkbenchView:
    """A view of which nothing but the text is looked at."""
    text = TextView(notes, {}, {}, {"486": ()}, (), ())
    nothing = AnswerView()
    return WorkbenchView(
        cast(FactsView, nothing), text, cast(CodesView, nothing), cast(ReviewView, nothing)
    )


def names_of(view: WorkbenchView) -> dict[str, str]:
    return cast(dict[str, str], as_data(view)["names"])


def test_a_browser_that_holds_a_part_gets_its_name_alone() -> None:
    whole = as_data(view_of(NOTE))
    names = names_of(view_of(NOTE))
    assert tuple(names) == NAMED
    sent = as_data(view_of(NOTE), {names["notes"], names["mentions"], "another"})
    assert set(whole) - set(sent) == {"notes", "mentions"}
    assert sent["names"] == names


def test_a_browser_that_holds_nothing_gets_everything() -> None:
    assert set(NAMED) <= set(as_data(view_of(NOTE)))


def test_another_content_has_another_name() -> None:
    other = replace(NOTE, pieces=("Heart failure.",))
    assert names_of(view_of(NOTE)) == names_of(view_of(replace(NOTE)))
    before, after = names_of(view_of(NOTE)), names_of(view_of(other))
    assert before.pop("notes") != after.pop("notes")
    assert before == after


@pytest.mark.parametrize(
    ("outbox", "poll", "held"),
    [
        ([{"id": "d1"}, {"held": ["a", "b"]}], None, {"a", "b"}),
        ([{"held": ["a"]}], {"at": 1, "held": ["b"]}, {"b"}),
        ([{"id": "d1"}], None, set()),
        ([], None, set()),
        (None, 17, set()),
        ({"held": ["a"]}, ["a"], set()),
        ([{"held": "a"}], {"held": {"a": 1}}, set()),
        ([{"held": ["a", 7, None, ["b"]]}], None, {"a"}),
    ],
)
def test_whatever_a_browser_says_that_it_holds_is_read(
    outbox: object, poll: object, held: set[str]
) -> None:
    assert read_held(outbox, poll) == held
