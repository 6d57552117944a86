"""An export is written row by row, by those who may, and the ledger knows of each."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from icd9_review.errors import InputError, PermissionDenied
from icd9_review.export.charts.formats import CHART_FORMATS
from icd9_review.export.coding_tables import CODING_TABLES
from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.export.writing import ExportRequest, column_names, export_rows, write_export
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.explaining.attributions import save_attribution
from icd9_review.store.ledger.verification import verify
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import system_user, users
from icd9_review.values import (
    Action,
    Attribution,
    AttributionKey,
    CareSetting,
    Decision,
    Event,
    EventKind,
    ExportFilter,
    HoldReason,
    Kind,
    Role,
    Window,
    WordWeight,
)
from tests.encounters import (
    add_encounter,
    add_scored_encounter,
    coders,
    make_model,
    make_scores,
)
from tests.export.reading import read_back, read_names


class Full(io.BytesIO):
    """A disk that takes the first write and is full then."""

    def write(self, data: object, /) -> int:
        if self.tell() > 0:
            raise OSError("No space left on device")
        assert isinstance(data, bytes)
        return super().write(data)


def accept(database: Database) -> None:
    encounter = add_scored_encounter(database)
    decision = Decision("k", Action.ACCEPT, "428.0", "tab", 0)
    decide(database, encounter.id, decision, coders(database)[0])


def exports(database: Database) -> list[Event]:
    told = ledger.events(database, ledger.SYSTEM)
    return [event for event in told if event.kind is EventKind.EXPORTED]


def exported(database: Database) -> Event:
    (event,) = exports(database)
    return event


CODED = [each.name for each in CODING_TABLES]


@pytest.mark.parametrize("table", CODED)
@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_the_ledger_tells_who_exported_what(database: Database, table: str, form: str) -> None:
    accept(database)
    first, second = coders(database)
    wanted = ExportFilter(
        since=datetime(2001, 2, 3, tzinfo=UTC),
        people=(first.id,),
        only_decided=table != "codes",  # nothing is signed
        settings=(CareSetting.INPATIENT,),
        codes=("428",),
    )
    sink = io.BytesIO()
    request = ExportRequest(table, form, wanted, words=True)
    assert write_export(database, request, sink, actor=second) == 1
    assert [row[column_names(request).index("code")] for row in read_back(form, sink)] == ["428.0"]
    assert exported(database).actor == second.id
    assert exported(database).payload == {
        "table": table,
        "format": form,
        "words": True,
        "since": "2001-02-03T00:00:00+00:00",
        "before": None,
        "people": [first.id],
        "only_decided": table != "codes",
        "settings": ["inpatient"],
        "statuses": [],
        "codes": ["428"],
        "rows": 1,
        "complete": True,
        "sha256": sha256(sink.getvalue()).hexdigest(),
    }
    assert verify(database) == []


@pytest.mark.parametrize("table", CODED)
def test_an_export_that_breaks_off_is_told_too(database: Database, table: str) -> None:
    accept(database)
    with pytest.raises(OSError, match="No space"):
        write_export(database, ExportRequest(table, "csv"), Full(), actor=coders(database)[0])
    assert exported(database).payload["complete"] is False


@pytest.mark.parametrize("role", Role)
def test_who_may_not_export_gets_nothing(sqlite: Database, role: Role) -> None:
    add_scored_encounter(sqlite)
    people = {person.role: person for person in (*users(sqlite), system_user(sqlite))}
    sink, request = io.BytesIO(), ExportRequest("decisions", "csv")
    if role is not Role.CLINICIAN:
        assert write_export(sqlite, request, sink, actor=people[role]) == 2
        return
    with pytest.raises(PermissionDenied, match="clinician does not export"):
        write_export(sqlite, request, sink, actor=people[role])
    assert sink.getvalue() == b""
    assert exports(sqlite) == []


@pytest.mark.parametrize("form", EXPORT_FORMATS)
@pytest.mark.parametrize("table", CODED)
def test_every_format_gives_the_rows_that_are_looked_at(
    sqlite: Database, table: str, form: str
) -> None:
    accept(sqlite)
    coder, sink, request = coders(sqlite)[0], io.BytesIO(), ExportRequest(table, form)
    seen = list(export_rows(sqlite, request, actor=coder))
    assert write_export(sqlite, request, sink, actor=coder) == len(seen) > 0
    assert read_names(form, sink) == column_names(request)
    assert read_back(form, sink) == seen


@pytest.mark.parametrize("form", CHART_FORMATS)
def test_charts_leave_in_the_forms_of_other_systems(database: Database, form: str) -> None:
    accept(database)
    coder, sink = coders(database)[0], io.BytesIO()
    assert write_export(database, ExportRequest("codes", form), sink, actor=coder) == 1
    assert b"428.0" in sink.getvalue() or b"HI*BK:4280~" in sink.getvalue()
    told = exported(database).payload
    assert (told["format"], told["rows"], told["complete"]) == (form, 1, True)
    assert told["sha256"] == sha256(sink.getvalue()).hexdigest()


def test_a_table_without_charts_is_not_written_as_one(sqlite: Database) -> None:
    with pytest.raises(InputError, match="History cannot be written as hl7"):
        write_export(sqlite, ExportRequest("history", "hl7"), io.BytesIO(), actor=coders(sqlite)[0])


@pytest.mark.parametrize(
    ("table", "canaries"),
    [("decisions", ["quaggafever", "zebuword"]), ("history", ["quaggafever", "zebuword"])],
)
def test_text_of_notes_and_people_leaves_only_with_words(
    sqlite: Database, table: str, canaries: list[str]
) -> None:
    tell(sqlite)
    coder = coders(sqlite)[0]
    said = {}
    for words in (True, False):
        sink = io.BytesIO()
        write_export(sqlite, ExportRequest(table, "jsonl", words=words), sink, actor=coder)
        said[words] = sink.getvalue().decode()
        assert "428.0" in said[words]
    assert [canary for canary in canaries if canary in said[False]] == []
    expected = {"decisions": "=quaggafever", "history": "zebuword"}[table]
    assert expected in said[True]
    assert "ZANZIBAR" not in said[True]


def test_words_of_a_note_run_in_no_spreadsheet(sqlite: Database) -> None:
    tell(sqlite)
    sink = io.BytesIO()
    request = ExportRequest("decisions", "csv", words=True)
    write_export(sqlite, request, sink, actor=coders(sqlite)[0])
    rows = csv.DictReader(io.StringIO(sink.getvalue().decode(), newline=""))
    assert [row["evidence_words"] for row in rows] == ["'=quaggafever"]


def tell(database: Database) -> None:
    """An encounter with words of its own in the note, its heading and title, and a hold."""
    coder, model = coders(database)[0], make_model(codes=("428.0",))
    register_model(database, model)
    text = "ZANZIBAR:\nHas =quaggafever."
    encounter = add_encounter(database, text=text, titles=["ZANZIBAR"])
    note = encounter.notes[0]
    save_scores(database, note.id, make_scores(model, length=len(text)))
    window = Window(0, 0, len(text) // 2 + 1)
    key = AttributionKey(note.id, window, Kind.DIAGNOSIS, "428.0", model.version, "m", "b", "s")
    start = text.index("=")
    weights = (WordWeight(start, start + 12, 1.0),)
    found = Attribution("428.0", window, weights, "m", "b", 1, 0.0, True, settings="s")
    save_attribution(database, key, found)
    hold = Decision("h", Action.HOLD, "", "tab", 0, reason=HoldReason.OTHER, words="zebuword")
    decide(database, encounter.id, hold, coder)


def test_an_export_leaves_while_others_decide(database: Database) -> None:
    """The read ends before the ledger is written: no lock waits for another."""
    accept(database)

    class Deciding(io.BytesIO):
        def write(self, data: object, /) -> int:
            if self.tell() == 0:
                accept_more(database)
            assert isinstance(data, bytes)
            return super().write(data)

    sink = Deciding()
    count = write_export(
        database, ExportRequest("decisions", "csv"), sink, actor=coders(database)[0]
    )
    assert sink.getvalue().count(b"\r\n") == count + 1


def accept_more(database: Database) -> None:
    encounter = add_scored_encounter(database)
    decision = Decision("more", Action.ACCEPT, "428.0", "tab", 0)
    decide(database, encounter.id, decision, coders(database)[0])
