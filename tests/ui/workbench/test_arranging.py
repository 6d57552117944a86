"""The orders of the suggestions, and which of them a person has chosen."""

from __future__ import annotations

from icd9_review.store.database.engine import Database
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.workbench.arranging import (
    arrange_suggestions,
    choose_open_only,
    choose_order,
    chosen_order,
    shows_open_only,
)
from icd9_review.values import CodeKey, Kind, Span, Suggestion, Window
from tests.encounters import coders

NOTE = "HPI: Dyspnea, hypertension. No pneumonia.\n\nDISCHARGE DIAGNOSES: CHF.\n"
CONTEXTS = {"n1": NoteContext(NOTE)}


def suggestion(code: str, words: str, kind: Kind = Kind.DIAGNOSIS) -> Suggestion:
    start = NOTE.index(words)
    window = Window(index=0, start=start, end=start + len(words))
    return Suggestion(code, kind, 0.9, None, 0.5, window, "n1")


def places(**words: str) -> dict[CodeKey, tuple[Span, ...]]:
    """Where the note names codes of diagnoses, given with an underscore for the dot."""
    return {
        (Kind.DIAGNOSIS, name.strip("c").replace("_", ".")): (
            Span("n1", NOTE.index(each), NOTE.index(each) + len(each)),
        )
        for name, each in words.items()
    }


def test_what_a_list_of_diagnoses_names_stands_before_the_story() -> None:
    ranked = [suggestion("401.9", "hypertension"), suggestion("428.0", "CHF")]
    found = arrange_suggestions(ranked, places(c401_9="hypertension", c428_0="CHF"), CONTEXTS)
    assert found[Kind.DIAGNOSIS, "428.0"].place < found[Kind.DIAGNOSIS, "401.9"].place
    assert found[Kind.DIAGNOSIS, "428.0"].section == "DISCHARGE DIAGNOSES"
    assert found[Kind.DIAGNOSIS, "401.9"].chapter == "Diseases of the circulatory system"


def test_a_code_that_is_not_named_stands_where_the_model_saw_it() -> None:
    ranked = [suggestion("401.9", "hypertension"), suggestion("786.05", "Dyspnea")]
    found = arrange_suggestions(ranked, {}, CONTEXTS)
    assert [found[key].place for key in found] == [1, 0]


def test_a_place_that_denies_a_code_is_none_of_its_places() -> None:
    found = arrange_suggestions([suggestion("486", "CHF")], places(c486="pneumonia"), CONTEXTS)
    assert found[Kind.DIAGNOSIS, "486"].section == "DISCHARGE DIAGNOSES"


def test_a_symptom_belongs_under_the_likeliest_condition_that_brings_it_along() -> None:
    ranked = [suggestion(code, "CHF") for code in ("786.05", "401.9", "428.0", "486")]
    ranked.append(suggestion("99.61", "CHF", Kind.PROCEDURE))
    found = arrange_suggestions(ranked, {}, CONTEXTS)
    under = {code: each.under for (_, code), each in found.items()}
    assert under == {
        "786.05": (Kind.DIAGNOSIS, "428.0"),
        **dict.fromkeys(("401.9", "428.0", "486", "99.61")),
    }


def test_a_symptom_stands_under_no_condition_that_merely_has_its_organs() -> None:
    """Diverticulosis does not bring diarrhea along; what the index has under it does."""
    codes = ("787.91", "562.10", "788.20", "600.00", "564.5")
    ranked = [suggestion(code, "CHF") for code in codes]
    found = arrange_suggestions(ranked, {}, CONTEXTS)
    assert found[Kind.DIAGNOSIS, "787.91"].under == (Kind.DIAGNOSIS, "564.5")
    assert found[Kind.DIAGNOSIS, "788.20"].under is None


def test_a_symptom_that_is_coded_beside_its_diagnosis_stands_under_it_too() -> None:
    ranked = [suggestion(code, "CHF") for code in ("788.20", "600.01")]
    found = arrange_suggestions(ranked, {}, CONTEXTS)
    assert found[Kind.DIAGNOSIS, "788.20"].under == (Kind.DIAGNOSIS, "600.01")


def test_nothing_is_arranged_of_nothing() -> None:
    assert arrange_suggestions([], {}, {}) == {}


def test_each_person_keeps_their_own_order(sqlite: Database) -> None:
    ana, ben = coders(sqlite)
    assert chosen_order(sqlite, ana) == "probability"
    choose_order(sqlite, ana, "section")
    assert [chosen_order(sqlite, each) for each in (ana, ben)] == ["section", "probability"]


def test_each_person_says_whether_what_is_decided_is_left_out(sqlite: Database) -> None:
    ana, ben = coders(sqlite)
    assert not shows_open_only(sqlite, ana)
    choose_order(sqlite, ana, "chapter")
    choose_open_only(sqlite, ana, True)
    assert [shows_open_only(sqlite, each) for each in (ana, ben)] == [True, False]
    assert chosen_order(sqlite, ana) == "chapter"
    choose_open_only(sqlite, ana, False)
    assert not shows_open_only(sqlite, ana)
