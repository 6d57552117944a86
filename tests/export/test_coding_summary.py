"""The coding summary: what a chart is, on paper, and nothing that a note says."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.export.coding_summary import PROOF_WORDS, SummarySource, clean, write_summary
from icd9_review.review.signing import SESSION_ALONE
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Disposition,
    Edit,
    Encounter,
    Kind,
    Poa,
    Proof,
    Severity,
    Sex,
)
from tests.review.bench import NAMES, Bench, make

AT = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
STAY = Encounter(
    "e1",
    12,
    CareSetting.INPATIENT,
    74,
    Sex.FEMALE,
    date(2014, 3, 12),
    date(2014, 3, 17),
    AT,
    (),
    disposition=Disposition.HOME,
)
VISIT = replace(STAY, setting=CareSetting.OUTPATIENT, age=None, sex=Sex.UNKNOWN, discharged=None)
WARNING = Edit(5, Severity.WARNING, "428.0 is a part of 428.23.", "")
QUOTING = Edit(28, Severity.HINT, "428.0: the note says more: “acute CANARY” (428.23).", "")


def charted() -> Bench:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.ADD, "99.04", kind=Kind.PROCEDURE))
    bench.decide(make(code="427.31"))
    bench.decide(make(Action.SET_POA, poa=Poa.YES, seen=3))
    day = date(2014, 3, 13)
    bench.decide(make(Action.SET_PERFORMED, "99.04", kind=Kind.PROCEDURE, performed=day, seen=3))
    bench.decide(make(Action.SET_ADMITTING, "786.05", seen=3))
    bench.decide(make(Action.RESEQUENCE, "427.31", position=0, seen=6))
    return bench


def source(bench: Bench, encounter: Encounter = STAY, *edits: Edit) -> SummarySource:
    model = ("Model one", "ab" * 32)
    return SummarySource(
        encounter, bench.state, edits, bench.events, NAMES, model, "First coder", AT
    )


def test_it_has_facts_and_codes_in_their_order_with_what_is_set_on_them() -> None:
    assert write_summary(source(charted(), STAY, WARNING, QUOTING)).splitlines()[:-1] == [
        "Coding summary of E-00012",
        "ICD-9-CM, ICD-9 Review. Assists coding, not for diagnosis.",
        "Written 2014-03-17 14:02 UTC by First coder",
        "",
        "Setting:       inpatient",
        "Age:           74",
        "Sex:           female",
        "Admitted:      2014-03-12",
        "Discharged:    2014-03-17",
        "Disposition:   home or self care",
        "",
        "Admitting diagnosis",
        "    786.05 Shortness of breath",
        "",
        "Diagnoses",
        "  1 427.31 Atrial fibrillation [principal; POA not set]",
        "  2 428.0  Congestive heart failure, unspecified [POA Y]",
        "",
        "Procedures",
        "  1 99.04  Transfusion of packed cells [principal; 2014-03-13]",
        "",
        "Edits left: 1 warning, 1 hint",
        "    5 warning: 428.0 is a part of 428.23.",
        "    28 hint: 428.0: the note says more: “…” (428.23).",
        "",
        "Signed:        no",
        f"Model:         Model one {'ab' * 32}",
    ]


def test_a_diagnosis_that_needs_no_indicator_is_called_exempt() -> None:
    exempt = replace(source(charted()), exempt=frozenset({"427.31", "428.0"}))
    text = write_summary(exempt)
    assert "[principal; POA exempt]" in text
    assert "unspecified [POA Y]" in text


def test_words_of_a_note_that_an_edit_quotes_stay_here() -> None:
    assert "CANARY" not in write_summary(source(charted(), STAY, QUOTING))


def test_a_signature_is_named_with_how_the_signer_was_known() -> None:
    bench = charted()
    bench.decide(make(Action.FINALISE, seen=7))
    text = write_summary(source(bench))
    assert "Signed:        First coder, 2026-01-02 " in text
    assert "UTC, shown by their session\n" in text
    assert bench.state.signed is not None
    assert f"Codes SHA-256: {bench.state.signed.codes_sha256}\n" in text
    confirmed = replace(
        bench.events[-1],
        payload={**bench.events[-1].payload, "signer": {"proof": "password", "at": AT.isoformat()}},
    )
    again = replace(source(bench), events=[*bench.events[:-1], confirmed])
    assert "UTC, shown by their password, 2014-03-17 14:02 UTC\n" in write_summary(again)


def test_a_reopened_chart_is_not_signed() -> None:
    bench = charted()
    bench.decide(make(Action.FINALISE, seen=7))
    bench.decide(make(Action.REOPEN, seen=8))
    assert "Signed:        no\n" in write_summary(source(bench))


def test_an_outpatient_has_no_admission_and_a_first_listed_diagnosis() -> None:
    bench = Bench(setting=CareSetting.OUTPATIENT)
    bench.decide(make())
    bench.decide(make(Action.RESEQUENCE, position=0, seen=1))
    text = write_summary(replace(source(bench, VISIT), model=None))
    assert "  1 428.0  Congestive heart failure, unspecified [first-listed]\n" in text
    assert "Age:           not known\nSex:           not known\n" in text
    assert "From:          2014-03-12\nUntil:         not known\n" in text
    assert "Model:         none\n" in text
    assert "Admitting" not in text
    assert "POA" not in text


def test_an_empty_chart_says_so() -> None:
    text = write_summary(source(Bench()))
    assert "Diagnoses\n    none\n" in text
    assert "Edits left: none\n" in text
    assert "Procedures" not in text


def test_a_hold_says_why() -> None:
    bench = charted()
    bench.decide(Decision("h", Action.HOLD, "", "tab-1", 7, reason=make(Action.HOLD).reason))
    assert "On hold:       " in write_summary(source(bench))


@given(st.text())
def test_what_came_from_outside_adds_no_line_and_turns_nothing(name: str) -> None:
    hostile = replace(source(Bench()), writer=name, names={1: name}, model=(name, "ab"))
    text = write_summary(hostile)
    assert text.count("\n") == write_summary(source(Bench())).count("\n")
    rest = text.replace("\n", "")
    assert not [each for each in rest if unicodedata.category(each).startswith("C")]


def test_a_name_is_on_one_line_as_it_is_read() -> None:
    assert clean(" Ana\u202e\r\n\tOrtiz\u200b\x00 ") == "Ana Ortiz"


def test_every_proof_has_words() -> None:
    assert set(PROOF_WORDS) == {*Proof, SESSION_ALONE}
