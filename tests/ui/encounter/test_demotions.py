"""Every doubt has words of its own, and names the other code where it speaks of one."""

from __future__ import annotations

import pytest

from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.demotions import Place, describe_demotion, named_places, places_in
from icd9_review.values import Assertion, Demotion, Doubt, Kind, Span, Suggestion, Window

WITHHELD = Demotion(Doubt.WITHHELD)
DENIED, OVER = Assertion.NEGATED, Assertion.HISTORICAL
FAMILY, PRESENT = Assertion.FAMILY, Assertion.PRESENT
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


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (
            [(FAMILY, "FAMILY HISTORY")],
            "named in \u2068FAMILY HISTORY\u2069 alone, as a relative's",
        ),
        ([(DENIED, "HPI"), (DENIED, "HPI")], "named in \u2068HPI\u2069 alone, as denied"),
        ([(OVER, "PMH"), (DENIED, "HPI")], "named only as denied or over"),
        ([(DENIED, "")], "named only as denied"),
    ],
)
def test_what_is_withheld_says_how_the_notes_name_it_and_where(
    places: list[Place], words: str
) -> None:
    assert describe_demotion(WITHHELD, places) == words


@pytest.mark.parametrize("places", [[], [(PRESENT, "HPI")], [(DENIED, "HPI"), (PRESENT, "PMH")]])
def test_what_the_notes_say_otherwise_is_not_said(places: list[Place]) -> None:
    assert describe_demotion(WITHHELD, places) == describe_demotion(WITHHELD)


def test_where_a_note_names_a_code_changes_no_other_doubt() -> None:
    other = Demotion(Doubt.UNLISTED)
    assert describe_demotion(other, [(DENIED, "HPI")]) == describe_demotion(other)


def test_places_have_what_is_said_there_and_their_section() -> None:
    context = NoteContext("HPI: Cough.\n\nFAMILY HISTORY: Father with pneumonia.\n")
    key = Kind.DIAGNOSIS, "486"
    assert places_in(context, key) == ((FAMILY, "FAMILY HISTORY"),)
    start = context.text.index("pneumonia")
    spans = {key: (Span("n", start, start + 9),)}
    demoted = [Suggestion("486", key[0], 0.8, None, 0.5, Window(0, 0, 9), demotion=WITHHELD)]
    assert named_places(demoted, spans, {"n": context}) == {key: ((FAMILY, "FAMILY HISTORY"),)}
