"""A line speaks of a code by its evidence, by the same words, or by the code's own."""

from __future__ import annotations

from icd9_review.notes.lines.chart_lines import chart_lines
from icd9_review.review.principal.contending import contending
from icd9_review.review.principal.linking import Contender, ListedLine
from icd9_review.values import Action, Kind, Span, Suggestion, Window
from tests.review.bench import Bench, make
from tests.review.principal.six_charts import linked, span_of

TEXT = (
    "ADMITTING DIAGNOSES: 1. Cardiac decompensation. 2. Gout.\n"
    "DISCHARGE DIAGNOSES: 1. Cardiac decompensation. 2. Urinary tract infection.\n"
)


def codes(*contenders: Contender, text: str = TEXT) -> list[tuple[str, ...]]:
    return [each.codes for each in linked(text, contenders)]


def test_the_words_of_the_evidence_are_found_in_every_list() -> None:
    failure = Contender("428.0", True, 1.0, (span_of(TEXT, "Cardiac decompensation"),))
    assert codes(failure) == [("428.0",), (), ("428.0",), ()]


def test_a_code_is_found_by_its_own_words_without_evidence() -> None:
    assert codes(Contender("599.0", False, 0.5)) == [(), (), (), ("599.0",)]


def test_a_part_of_a_word_is_no_word() -> None:
    text = "HISTORY: ART.\nDISCHARGE DIAGNOSES: Arthritis.\n"
    assert codes(Contender("V08", True, 1.0, (span_of(text, "ART"),)), text=text) == [()]


def test_what_stands_first_in_a_line_comes_first_then_what_is_accepted_then_the_likelier() -> None:
    whole = span_of(TEXT, "Cardiac decompensation")
    later = Span("note", whole.start + 8, whole.end)
    given = (
        Contender("428.9", False, 0.99, (later,)),
        Contender("428.1", False, 0.2, (whole,)),
        Contender("428.22", False, 0.4, (whole,)),
        Contender("428.23", True, 0.1, (whole,)),
    )
    first, *_ = codes(*given)
    assert first == ("428.23", "428.22", "428.1", "428.9")


def test_a_line_is_read_once() -> None:
    (line,) = chart_lines("DISCHARGE DIAGNOSES: Gout.")
    listed = ListedLine(line)
    assert (listed.names("274.9"), listed.names("428.0")) == (0, None)
    assert listed.names("274.9") == 0


def test_accepted_and_open_diagnoses_contend_and_what_was_rejected_does_not() -> None:
    bench = Bench()
    bench.decide(make(code="428.0"))
    bench.decide(make(Action.ADD, "401.9"))
    bench.decide(make(Action.REJECT, "427.31"))
    window, long_one = Window(0, 5, 40), Window(0, 0, 5000)
    suggested = [
        Suggestion("428.0", Kind.DIAGNOSIS, 0.9, 0.8, 0.5, window, "note"),
        Suggestion("427.31", Kind.DIAGNOSIS, 0.9, 0.8, 0.5, window, "note"),
        Suggestion("486", Kind.DIAGNOSIS, 0.7, 0.6, 0.5, long_one, "note"),
        Suggestion("38.93", Kind.PROCEDURE, 0.7, 0.6, 0.5, window, "note"),
    ]
    outside = [(Kind.DIAGNOSIS, "274.9"), (Kind.PROCEDURE, "45.13")]
    spans = {(Kind.DIAGNOSIS, "274.9"): (Span("note", 1, 4),)}
    assert contending(bench.state, suggested, outside, spans) == (
        Contender("428.0", True, 0.8, (Span("note", 5, 40),)),
        Contender("401.9", True, 1.0, ()),
        Contender("486", False, 0.6, ()),
        Contender("274.9", False, 0.0, (Span("note", 1, 4),)),
    )
