"""Exports: everything reads back, nothing runs in a spreadsheet, the ledger knows."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.export.columns import COLUMNS, values
from icd9_review.export.decisions import export_decisions, write_csv, write_jsonl
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    DecisionRow,
    EncounterStatus,
    EventKind,
    Format,
    Kind,
    Origin,
    Poa,
    RejectReason,
    Sex,
    Span,
    Verdict,
)
from tests.encounters import add_scored_encounter, coders

ROW = DecisionRow(
    encounter="E-00001",
    encounter_id="A" * 22,
    setting=CareSetting.INPATIENT,
    age=67,
    sex=Sex.FEMALE,
    code="250.00",
    kind=Kind.DIAGNOSIS,
    verdict=Verdict.REJECTED,
    reason=RejectReason.NEGATED,
    actor="Development coder",
    at=datetime(2026, 1, 2, 3, 4, 5, 678900, UTC),
    probability=0.1 + 0.2,
    calibrated=None,
    threshold=1e-05,
    model_version="a" * 64,
    note_id="B" * 22,
)
FORMULA = re.compile("[=+\\-@\t\r\n\x00＝＋－＠]")


def _csv(*rows: DecisionRow) -> bytes:
    sink = io.BytesIO()
    write_csv(rows, sink)
    return sink.getvalue()


def _read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def _restore(cell: str) -> str:
    """What the guide tells programs that read the file to do."""
    return cell[1:] if re.match("'+[=+\\-@\t\r\n\x00＝＋－＠]", cell) else cell


def test_csv_has_the_documented_columns_and_codes_with_their_dots() -> None:
    (row,) = _read_csv(_csv(ROW))
    assert list(row) == [column.name for column in COLUMNS]
    assert row["code"] == "250.00"
    assert row["title"].startswith("Diabetes mellitus")
    assert row["time"] == "2026-01-02T03:04:05.678Z"
    assert float(row["probability"]) == ROW.probability
    assert (row["calibrated"], row["reason"]) == ("", "negated")


def test_csv_tells_origin_place_settings_evidence_and_signature() -> None:
    note = "0" * 22
    row = replace(
        ROW,
        verdict=Verdict.ACCEPTED,
        reason=None,
        probability=None,
        threshold=None,
        note_id=None,
        origin=Origin.ADDED,
        position=1,
        poa=Poa.EXEMPT,
        performed=date(2012, 3, 4),
        admitting=True,
        evidence=(Span(note, 0, 9), Span(note, 12, 20)),
        status=EncounterStatus.FINALISED,
        signer="=Second coder",
        signed_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    (cells,) = _read_csv(_csv(row))
    assert {name: cells[name] for name in list(cells)[10:17]} == {
        "replaced_by": "",
        "origin": "added",
        "position": "1",
        "poa": "1",
        "performed": "2012-03-04",
        "admitting": "yes",
        "evidence": f"{note}:0-9 {note}:12-20",
    }
    assert [cells[name] for name in ("probability", "threshold", "note_id")] == ["", "", ""]
    assert (cells["encounter_status"], cells["signer"], cells["signed"]) == (
        "finalised",
        "'=Second coder",
        "2026-01-02T00:00:00.000Z",
    )
    (cells,) = _read_csv(_csv(replace(ROW, verdict=Verdict.REPLACED, by="250.02")))
    assert (cells["verdict"], cells["replaced_by"], cells["admitting"]) == (
        "replaced",
        "250.02",
        "",
    )


def test_csv_lines_end_as_rfc_4180_says() -> None:
    assert _csv(ROW).count(b"\r\n") == 2


def test_jsonl_is_one_object_a_line_with_types() -> None:
    sink = io.BytesIO()
    write_jsonl([ROW, replace(ROW, actor='=x"\n\u2028🩺', at=None)], sink)
    first, second = (json.loads(line) for line in sink.getvalue().decode().split("\n")[:-1])
    assert first == values(ROW)
    assert (first["age"], first["calibrated"], first["code"]) == (67, None, "250.00")
    assert (second["actor"], second["time"]) == ('=x"\n\u2028🩺', None)


@pytest.mark.parametrize(
    "hostile",
    [
        '=HYPERLINK("http://x","y")',
        "+1",
        "-1+1|cmd",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\x00=1",
        "＝1",
        "'=1",
        "''=1",
        '",=1,"',
        "O'Brien",
        "'",
        "Ωé🩺\u202e",
    ],
)
def test_nothing_runs_in_a_spreadsheet_and_everything_reads_back(hostile: str) -> None:
    (row,) = _read_csv(_csv(replace(ROW, actor=hostile)))
    assert not FORMULA.match(row["actor"])
    assert _restore(row["actor"]) == hostile


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_name_is_harmless_and_reads_back(name: str) -> None:
    (row,) = _read_csv(_csv(replace(ROW, actor=name, code=name)))
    for cell in (row["actor"], row["code"]):
        assert not FORMULA.match(cell)
        assert _restore(cell) == name


@pytest.mark.parametrize("form", Format)
def test_the_ledger_tells_who_exported_what(database: Database, form: Format) -> None:
    encounter = add_scored_encounter(database)
    first, second = coders(database)
    decide(database, encounter.id, Decision("k", Action.ACCEPT, "428.0", "tab", 0), first)
    sink = io.BytesIO()
    count = export_decisions(database, form, sink, actor=second, only_decided=True)
    assert count == 1
    assert b"428.0" in sink.getvalue()
    (event,) = ledger.events(database, ledger.SYSTEM)
    assert (event.kind, event.actor) == (EventKind.EXPORTED, second.id)
    assert event.payload == {
        "format": form.value,
        "rows": 1,
        "complete": True,
        "only_decided": True,
        "sha256": sha256(sink.getvalue()).hexdigest(),
    }


def test_an_export_that_breaks_off_is_told_too(database: Database) -> None:
    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            if self.tell() > 0:
                raise OSError("No space left on device")
            return super().write(data)  # type: ignore[arg-type]

    add_scored_encounter(database)
    with pytest.raises(OSError, match="No space"):
        export_decisions(database, Format.CSV, Full(), actor=coders(database)[0])
    (event,) = ledger.events(database, ledger.SYSTEM)
    assert event.payload["complete"] is False


def test_rows_are_written_one_by_one() -> None:
    """The second row is asked for only after the first was written."""
    sink, sizes = io.BytesIO(), []

    def rows() -> object:
        for _ in range(3):
            sizes.append(len(sink.getvalue()))
            yield ROW

    write_jsonl(rows(), sink)  # type: ignore[arg-type]
    assert sizes[0] < sizes[1] < sizes[2]


def test_an_empty_export_has_a_header_only() -> None:
    assert _read_csv(_csv()) == []
    assert _csv().startswith(b"encounter,encounter_id,")
