"""Which accepted codes a line is coded by."""

from __future__ import annotations

from collections.abc import Sequence

from icd9_review.naming.lines.coders import Coder, Link, coders
from icd9_review.notes.lines.chart_lines import ChartLine, chart_lines
from icd9_review.values import CodeKey, Kind

FAILURE = Kind.DIAGNOSIS, "428.0"
SYSTOLIC = Kind.DIAGNOSIS, "428.20"
GOUT = Kind.DIAGNOSIS, "274.9"
DIABETES = Kind.DIAGNOSIS, "250.00"
INSULIN = Kind.DIAGNOSIS, "V58.67"
GASTROSCOPY = Kind.PROCEDURE, "45.13"
COLONOSCOPY = Kind.PROCEDURE, "45.23"


def line(words: str, title: str = "FINAL DIAGNOSES") -> ChartLine:
    (found,) = chart_lines(f"{title}: {words}")
    return found


def nothing() -> Sequence[CodeKey]:
    return ()


def test_a_line_is_coded_by_the_code_whose_evidence_it_is() -> None:
    weak = line("Weak heart.")
    places = {FAILURE: [(weak.start + 2, weak.end)], GOUT: [(0, 5)]}
    assert coders(weak, [FAILURE, GOUT], places, nothing) == (Coder(FAILURE, Link.EVIDENCE),)


def test_a_line_that_names_a_code_is_coded_by_it_wherever_its_evidence_stands() -> None:
    named = line("Congestive heart failure, compensated.")
    assert coders(named, [GOUT, FAILURE], {}, nothing) == (Coder(FAILURE, Link.NAMED),)


def test_a_line_is_coded_by_what_the_search_finds_for_it() -> None:
    weak = line("Weak heart.")
    assert coders(weak, [GOUT, FAILURE], {}, lambda: [SYSTOLIC, FAILURE]) == (
        Coder(FAILURE, Link.FOUND),
    )


def test_a_sibling_counts_where_nothing_else_does_and_is_named_as_such() -> None:
    weak = line("Weak heart.")
    assert coders(weak, [GOUT, FAILURE], {}, lambda: [SYSTOLIC, GOUT]) == (Coder(GOUT, Link.FOUND),)
    assert coders(weak, [FAILURE], {}, lambda: [SYSTOLIC]) == (Coder(FAILURE, Link.NEAR, "428.20"),)
    assert coders(weak, [FAILURE], {}, lambda: [GOUT, SYSTOLIC]) == ()


def test_procedures_of_one_organ_are_no_siblings() -> None:
    scoped = line("Scope of the bowel.", "PROCEDURES")
    assert coders(scoped, [GASTROSCOPY], {}, lambda: [COLONOSCOPY]) == ()


def test_without_an_accepted_code_nothing_is_looked_up() -> None:
    def asked() -> Sequence[CodeKey]:
        raise AssertionError

    assert coders(line("Gout."), [], {}, asked) == ()


def test_what_is_taken_for_a_condition_is_not_the_code_of_its_line() -> None:
    diabetes = line("Diabetes, on insulin.")
    places = {INSULIN: [(diabetes.end - 7, diabetes.end)]}
    assert coders(diabetes, [INSULIN], places, lambda: [DIABETES]) == ()
    unnamed = line("Sugar, on insulin.")
    both = coders(unnamed, [INSULIN, DIABETES], {}, lambda: [DIABETES])
    assert both == (Coder(DIABETES, Link.FOUND), Coder(INSULIN, Link.NAMED))
    taken = line("Insulin for many years.")
    places = {INSULIN: [(taken.start, taken.end)]}
    assert coders(taken, [INSULIN], places, lambda: [INSULIN]) == (Coder(INSULIN, Link.EVIDENCE),)
    assert coders(taken, [INSULIN], places, lambda: [DIABETES])[0].key == INSULIN
    assert coders(taken, [INSULIN], places, nothing) == (Coder(INSULIN, Link.EVIDENCE),)
