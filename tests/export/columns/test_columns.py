"""The columns say what the screen says, under names that the documentation explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from icd9_review.export.columns import DECISION_COLUMNS, HISTORY_COLUMNS, Column, chosen
from icd9_review.export.formats import Value
from icd9_review.export.tables import TABLES
from icd9_review.review.reasons import REASONS
from icd9_review.review.status_words import STATUS_WORDS
from icd9_review.settings import ROOT
from icd9_review.values import (
    Action,
    Assertion,
    DecisionRow,
    Doubt,
    EncounterStatus,
    HistoryRow,
    Origin,
    Poa,
    RejectReason,
    Span,
    Unshown,
    Verdict,
)
from tests.export.rows import DECISION, NOTE
from tests.export.rows import HISTORY as EVENT


def told(row: DecisionRow) -> dict[str, Value]:
    return {column.name: column.value(row) for column in DECISION_COLUMNS}


def told_event(row: HistoryRow) -> dict[str, Value]:
    return {column.name: column.value(row) for column in HISTORY_COLUMNS}


def test_the_probability_is_the_one_on_the_screen_and_raw_the_other() -> None:
    row = told(DECISION)
    assert (row["probability"], row["raw"]) == (0.25, 0.1 + 0.2)
    row = told(replace(DECISION, calibrated=None))
    assert (row["probability"], row["raw"]) == (0.1 + 0.2, 0.1 + 0.2)
    event = told_event(replace(EVENT, probability=0.5, calibrated=0.75))
    assert (event["probability"], event["raw"]) == (0.75, 0.5)


@pytest.mark.parametrize(
    ("raw", "threshold", "suggested"),
    [(0.5, 0.5, "yes"), (0.5, 0.4, "yes"), (0.4, 0.5, "no"), (None, None, "no")],
)
def test_a_code_was_suggested_where_the_raw_probability_reached_the_threshold(
    raw: float | None, threshold: float | None, suggested: str
) -> None:
    row = told(replace(DECISION, probability=raw, calibrated=0.9, threshold=threshold))
    assert row["suggested"] == suggested


@pytest.mark.parametrize("doubt", Doubt)
def test_a_demoted_code_was_not_suggested_and_says_what_was_doubted(doubt: Doubt) -> None:
    reaching = replace(DECISION, probability=0.9, threshold=0.5)
    row = told(replace(reaching, demoted=doubt, rank=None))
    assert (row["suggested"], row["demoted"]) == ("no", doubt.value)
    assert (told(reaching)["suggested"], told(reaching)["demoted"]) == ("yes", None)


def test_the_documentation_names_every_doubt() -> None:
    (column,) = (each for each in DECISION_COLUMNS if each.name == "demoted")
    assert all(doubt.value in column.meaning for doubt in Doubt)


def test_persons_have_their_numbers_and_the_model_its_name_beside() -> None:
    row = told(replace(DECISION, signer="Second coder", signer_id=3))
    assert (row["actor"], row["actor_id"]) == ("Development coder", 2)
    assert (row["signer"], row["signer_id"]) == ("Second coder", 3)
    assert (row["model"], row["model_version"]) == ("tiny", "a" * 64)
    assert row["rank"] == 3


def test_the_dates_of_the_stay_are_days() -> None:
    row = told(replace(DECISION, discharged=date(2012, 3, 5)))
    assert (row["admitted"], row["discharged"]) == ("2012-03-01", "2012-03-05")
    assert told(DECISION)["discharged"] is None


@pytest.mark.parametrize("status", EncounterStatus)
def test_the_status_is_that_of_the_worklist_in_its_words(status: EncounterStatus) -> None:
    row = told(replace(DECISION, status=status))
    assert row["encounter_status"] == status.value
    assert row["encounter_status_words"] == STATUS_WORDS[status]


@pytest.mark.parametrize("reason", REASONS[Action.REJECT], ids=lambda each: each.value)
def test_a_reason_has_its_words_on_the_screen_beside_it(reason: object) -> None:
    assert isinstance(reason, type(REASONS[Action.REJECT][0]))
    row = told(replace(DECISION, reason=RejectReason(reason.value)))
    assert (row["reason"], row["reason_words"]) == (reason.value, reason.words)


@pytest.mark.parametrize("action", [Action.HOLD, Action.REOPEN])
def test_a_hold_and_a_reopening_have_theirs(action: Action) -> None:
    for reason in REASONS[action]:
        row = told(replace(DECISION, status_reason=(action, reason.value)))
        assert row["encounter_reason"] == reason.value
        assert row["encounter_reason_words"] == reason.words
        event = told_event(replace(EVENT, reason=(action, reason.value)))
        assert (event["reason"], event["reason_words"]) == (reason.value, reason.words)


def test_the_evidence_shown_stands_with_offsets_share_assertion_and_section() -> None:
    row = told(DECISION)
    assert row["evidence_shown"] == f"{NOTE}:0-23 {NOTE}:40-47"
    assert row["evidence_weights"] == "1 -0.25"
    assert row["evidence_assertions"] == "present family"
    assert row["evidence_sections"] == "discharge diagnoses | other"
    assert row["evidence_words"] == "heart failure | =cmd|x"
    without = told(replace(DECISION, shown=()))
    assert {without[name] for name in without if name.startswith("evidence")} == {None}


def test_no_text_of_a_note_or_person_without_asking() -> None:
    for table in TABLES.values():
        quiet = {each.name for each in chosen(table.columns, words=False)}
        spoken = {each.name for each in chosen(table.columns, words=True)}
        assert (
            spoken - quiet
            == {
                "decisions": {"evidence_words"},
                "history": {"words"},
                "codes": set(),
                "audits": {"remark", "answer_words", "settled_words"},
                "queries": {"question", "options", "answer", "answer_words"},
                "outcomes": set(),
                "agreement": set(),
                "condition_occurrence": set(),
                "procedure_occurrence": set(),
                "note_nlp": {"snippet"},
            }[table.name]
        )


def test_an_accepted_code_tells_origin_place_settings_and_evidence() -> None:
    row = told(
        replace(
            DECISION,
            verdict=Verdict.ACCEPTED,
            reason=None,
            origin=Origin.ADDED,
            position=1,
            principal=True,
            poa=Poa.EXEMPT,
            performed=date(2012, 3, 4),
            admitting=True,
            evidence=(Span(NOTE, 0, 9), Span(NOTE, 12, 20)),
            signed_at=datetime(2026, 1, 2, tzinfo=UTC),
        )
    )
    names = (
        "origin",
        "position",
        "principal",
        "poa",
        "performed",
        "admitting",
        "evidence",
        "signed",
    )
    assert [row[name] for name in names] == [
        "added",
        1,
        "yes",
        "1",
        "2012-03-04",
        "yes",
        f"{NOTE}:0-9 {NOTE}:12-20",
        "2026-01-02T00:00:00.000Z",
    ]
    assert (row["reason"], row["reason_words"]) == (None, None)


def test_a_code_keeps_its_dot_and_has_its_title() -> None:
    row = told(DECISION)
    assert row["code"] == "250.00"
    assert str(row["title"]).startswith("Diabetes mellitus")
    assert told(replace(DECISION, code="000.99"))["title"] is None


def test_an_event_tells_who_did_what_when_and_what_it_changed() -> None:
    row = told_event(EVENT)
    assert {name: row[name] for name in ("sequence", "time", "actor", "actor_id", "event")} == {
        "sequence": 7,
        "time": "2026-01-02T03:04:05.678Z",
        "actor": "Development coder",
        "actor_id": 2,
        "event": "rejected",
    }
    assert (row["event_words"], row["from"], row["to"]) == ("rejected 250.00", "open", "rejected")
    assert (row["code"], row["kind"], row["hash"]) == ("250.00", "diagnosis", "b" * 64)
    assert told_event(replace(EVENT, code=None))["title"] is None


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_names_are_words_of_their_own_and_the_outline_is_among_them(table: object) -> None:
    assert isinstance(table, type(TABLES["decisions"]))
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name == name.lower() for name in names)
    assert set(table.outline) < {each.name for each in chosen(table.columns, words=False)}


@pytest.mark.parametrize(
    ("title", "columns"), [(table.title, table.columns) for table in TABLES.values()]
)
def test_the_documentation_has_the_columns_and_their_meanings(
    title: str, columns: tuple[Column[object], ...]
) -> None:
    pages = (ROOT / "docs" / name for name in ("export.md", "warehouse.md"))
    page = "\n".join(each.read_text("utf-8") for each in pages)
    section = page.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    assert lines == [f"| `{each.name}` | {each.meaning} |" for each in columns]


def test_whose_evidence_it_is_and_why_none_was_shown_is_said_in_words() -> None:
    row = told(replace(DECISION, evidence=(Span(NOTE, 0, 3),), shown=(), unshown=Unshown.PENDING))
    assert row["evidence_by"] == "coder"
    assert row["evidence_shown"] is None
    assert row["evidence_unshown"] == "the explanation was not there yet"
    assert told(replace(DECISION, evidence=(Span(NOTE, 0, 3),), found=True))["evidence_by"] == (
        "program"
    )
    row = told(DECISION)
    assert (row["evidence_by"], row["evidence_unshown"]) == (None, None)


def test_there_are_as_many_assertions_as_spans() -> None:
    spans = tuple(replace(DECISION.shown[0], assertion=each) for each in Assertion)
    row = told(replace(DECISION, shown=spans))
    assert len(str(row["evidence_assertions"]).split()) == len(spans)
