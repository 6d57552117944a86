from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from icd9_review.review.status_words import STATUS_WORDS
from icd9_review.store.explaining.plan import ExplanationProgress
from icd9_review.ui.worklist.rows import (
    describe_behind,
    describe_progress,
    describe_row,
)
from icd9_review.values import (
    CareSetting,
    Claim,
    EncounterStatus,
    Progress,
    QueryStanding,
    Role,
    Sex,
    User,
    WorklistRow,
)

ME, ANA = User(7, "Development coder", Role.CODER), User(8, "Ana Ortiz", Role.CODER)
NOON = datetime(2026, 3, 2, 12, 40, tzinfo=UTC)
CLAIM = Claim("0" * 22, ANA, NOON, NOON)
UNTIL = f"{NOON.astimezone():%H:%M}"
ROW = WorklistRow(
    id="0" * 22,
    number=42,
    label="E-00042",
    setting=CareSetting.INPATIENT,
    age=71,
    sex=Sex.FEMALE,
    admitted=date(2014, 3, 12),
    discharged=date(2014, 3, 17),
    titles=("Discharge summary", "Consult"),
    status=EncounterStatus.IN_PROGRESS,
    open=3,
    decided=6,
    errors=2,
    confidence=0.912,
    assignee=ME,
    claim=CLAIM,
    actor="Ana Ortiz",
    at=NOON,
    created=NOON,
    service="Cardiology",
    payer="Medicare",
)


def test_a_row_reads_as_a_coder_would_say_it() -> None:
    told = describe_row(ROW, ME)
    assert told.pop("last").endswith(" · Ana Ortiz")
    assert told == {
        "id": "0" * 22,
        "label": "E-00042",
        "person": "71 F",
        "setting": "Inpatient",
        "dates": "2014-03-12 – 2014-03-17",
        "notes": "Discharge summary · Consult",
        "billed": "Cardiology · Medicare",
        "status": "in_progress",
        "status_text": "In progress",
        "errors": "2 errors",
        "asked": "",
        "explained": "",
        "open": "3",
        "likeliest": "91 %",
        "assignee": "You",
        "claim": "Ana Ortiz",
        "until": f"until {UNTIL}",
    }


def test_what_is_not_known_is_left_empty() -> None:
    row = replace(ROW, errors=None, confidence=None, assignee=None, claim=None)
    told = describe_row(replace(row, service=None, payer=None), ME)
    empty = ("errors", "likeliest", "assignee", "claim", "until", "billed")
    assert [told[name] for name in empty] == [""] * 6
    assert describe_row(replace(ROW, errors=1), ME)["errors"] == "1 error"


@pytest.mark.parametrize("status", [EncounterStatus.SCORING, EncounterStatus.FINALISED])
def test_nothing_is_to_decide_before_the_reading_and_after_the_signature(
    status: EncounterStatus,
) -> None:
    told = describe_row(replace(ROW, status=status), ME)
    assert (told["open"], told["likeliest"]) == ("", "")


def test_nobody_works_on_a_signed_chart_that_is_still_on_the_screen() -> None:
    told = describe_row(replace(ROW, status=EncounterStatus.FINALISED), ME)
    assert (told["claim"], told["until"]) == ("", "")


@pytest.mark.parametrize(
    ("standing", "status", "told"),
    [
        (QueryStanding(), EncounterStatus.OPEN, ""),
        (QueryStanding(open=1), EncounterStatus.HELD, "query open"),
        (QueryStanding(open=2, answered=1), EncounterStatus.OPEN, "2 queries open"),
        (QueryStanding(answered=2), EncounterStatus.DECIDED, "query answered"),
        (QueryStanding(answered=2), EncounterStatus.FINALISED, ""),
        (QueryStanding(open=1), EncounterStatus.FINALISED, "query open"),
    ],
)
def test_a_row_says_whether_the_physician_was_asked_and_has_answered(
    standing: QueryStanding, status: EncounterStatus, told: str
) -> None:
    assert describe_row(replace(ROW, queries=standing, status=status), ME)["asked"] == told


def test_every_status_has_a_word() -> None:
    assert set(STATUS_WORDS) == set(EncounterStatus)


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Progress(0, 0, None), ""),
        (Progress(0, 1, None), "Your day: 0 finalised, 1 code decided. Only you see this."),
        (
            Progress(3, 41, timedelta(minutes=6, seconds=20)),
            "Your day: 3 finalised, 41 codes decided, 6 min per encounter (median). "
            "Only you see this.",
        ),
        (
            Progress(1, 2, timedelta(minutes=65)),
            "Your day: 1 finalised, 2 codes decided, 1 h 5 min per encounter (median). "
            "Only you see this.",
        ),
    ],
)
def test_the_day_in_a_line(done: Progress, words: str) -> None:
    assert describe_progress(done) == words


def test_codes_that_were_added_are_not_among_those_to_decide() -> None:
    progress = ExplanationProgress(suggested=5, explained=5, failed=0)
    assert describe_row(ROW, ME, progress)["open"] == "3 of 5"


def test_where_nobody_counted_the_suggestions_the_open_ones_stand_alone() -> None:
    assert describe_row(ROW, ME)["open"] == "3"
    assert describe_row(replace(ROW, open=0), ME)["open"] == "0"


def test_how_far_a_new_model_is_stands_in_a_sentence() -> None:
    assert "1 encounter is still counted by the one before" in describe_behind(1)
    assert "12,345 encounters are still counted" in describe_behind(12_345)
