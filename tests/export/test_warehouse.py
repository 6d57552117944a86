"""Folders of Parquet for a warehouse, read as docs/warehouse.md says; and OMOP's tables."""

from __future__ import annotations

import importlib
import io
import json
import re
import runpy
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import dataset

from icd9_review.batch.results import scored_row, write_results
from icd9_review.batch.waiting import WaitingNote
from icd9_review.errors import InputError, PermissionDenied
from icd9_review.export import partitions
from icd9_review.export.first_rows import first_rows
from icd9_review.export.formats import ColumnHead
from icd9_review.export.partitions import SUMS, UNDATED, Partition, write_partitions
from icd9_review.export.tables import TABLES
from icd9_review.export.writing import ExportRequest, export_rows, write_divided, write_export
from icd9_review.settings import ROOT
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import save_attribution
from icd9_review.store.scoring.scores import suggestions
from icd9_review.store.users import system_user, users
from icd9_review.suggestions import suggested
from icd9_review.values import (
    Action,
    Attribution,
    AttributionKey,
    Encounter,
    EventKind,
    Kind,
    RejectReason,
    Role,
    WordWeight,
)
from tests.encounters import NOTE, coders, make_model, make_scores
from tests.outcomes import act, decide_on_all, outpatients, show

_PAGE = (ROOT / "docs" / "warehouse.md").read_text("utf-8")
(_SPARK,) = re.findall(r"```python\n(.*?)```", _PAGE, re.S)
_QUERIES = re.findall(r"```sql\n(.*?);\n```", _PAGE, re.S)
_DIVIDED = [name for name, each in TABLES.items() if each.dated]
_OMOP = ("condition_occurrence", "procedure_occurrence", "note_nlp")


@pytest.fixture
def charts(sqlite: Database) -> Database:
    """E-00001 with two explained suggestions, decided on and signed, and eight charts beside."""
    (found,) = outpatients(sqlite, 1)
    who = coders(sqlite)[0]
    explain(sqlite, found, "428.0", "heart failure")
    explain(sqlite, found, "427.31", "pneumonia")  # which the note denies
    show(sqlite, found, who, "428.0", "427.31")
    act(sqlite, found, who, Action.ACCEPT, "428.0")
    act(sqlite, found, who, Action.REJECT, "427.31", reason=RejectReason.NEGATED)
    act(sqlite, found, who, Action.FINALISE)
    decide_on_all(sqlite, 8)
    return sqlite


def explain(database: Database, found: Encounter, code: str, words: str) -> None:
    """Have the model say that it went by these words."""
    model, note, start = make_model(), found.notes[0], NOTE.index(words)
    ranked = suggestions(database, found.id, model.version)
    window = next(each.window for each in ranked if each.code == code)
    key = AttributionKey(note.id, window, Kind.DIAGNOSIS, code, model.version, "m", "b", code)
    weights = (WordWeight(start, start + len(words), 1.0),)
    given = Attribution(code, window, weights, "m", "b", 1, 0.0, True, settings=code)
    save_attribution(database, key, given)


def divided(database: Database, table: str, folder: Path, by: Partition = Partition.MONTH) -> Path:
    """The folder of a table, made inside another."""
    path = folder / table
    path.mkdir()
    request = ExportRequest(table, "parquet", partition=by)
    write_divided(database, request, path, actor=system_user(database))
    return path


def omop(database: Database, table: str, *, words: bool = False) -> list[dict[str, Any]]:
    sink = io.BytesIO()
    request = ExportRequest(table, "jsonl", words=words)
    write_export(database, request, sink, actor=system_user(database))
    return [json.loads(line) for line in sink.getvalue().splitlines()]


@pytest.fixture
def warehouse(charts: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All divided tables and a batch, each in a folder of the working directory."""
    for table in _DIVIDED:
        divided(charts, table, tmp_path)
    model = make_model()
    scores, note = make_scores(model), WaitingNote(1, "notes.csv", encounter="E-00002", text=NOTE)
    (tmp_path / "results" / "model=aaaaaaaaaaaa").mkdir(parents=True)
    row = scored_row(note, scores, suggested(scores, model, "n"), {})
    write_results([row], tmp_path / "results" / "model=aaaaaaaaaaaa" / "1.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_queries_of_the_page_find_rows(warehouse: Path) -> None:
    assert len(_QUERIES) == 4
    with duckdb.connect() as database:
        for query in _QUERIES:
            assert database.execute(query).fetchall(), query


@pytest.mark.spark
def test_spark_reads_what_the_page_says_and_what_arrow_reads(warehouse: Path) -> None:
    spark = importlib.import_module("pyspark.sql").SparkSession.builder.getOrCreate()
    lines = warehouse / "lines.py"
    lines.write_text(_SPARK, "utf-8")
    try:
        found = runpy.run_path(str(lines), {"spark": spark})
        for name, folder in (("codes", "codes"), ("batch", "results")):
            asked = dataset.dataset(warehouse / folder, format="parquet", partitioning="hive")
            assert found[name].count() == asked.count_rows()
            assert set(found[name].columns) == set(asked.schema.names)
        assert [(row.month, row.code, row["count"]) for row in found["by_month"].collect()]
        assert {row.one.code for row in found["failing"].collect()} == {"428.0"}
    finally:
        spark.stop()


@pytest.mark.parametrize("by", Partition)
def test_a_folder_has_the_rows_of_the_file(charts: Database, tmp_path: Path, by: Partition) -> None:
    path = divided(charts, "codes", tmp_path, by)
    request = ExportRequest("codes", "parquet")
    rows = [*export_rows(charts, request, actor=system_user(charts))]
    found = dataset.dataset(path, format="parquet", partitioning="hive").to_table()
    assert found.num_rows == len(rows)
    assert found.column_names[-1] == by.value
    parts = {each.name for each in path.iterdir()} - {SUMS}
    today = max(str(row[-2]) for row in rows if row[-2])[: {"day": 10, "month": 7}[by]]
    assert parts == {f"{by}={today}", f"{by}={UNDATED}"}  # the last chart is not signed


def test_every_file_has_its_sum_and_the_ledger_that_of_the_sums(
    charts: Database, tmp_path: Path
) -> None:
    path = divided(charts, "decisions", tmp_path)
    sums = (path / SUMS).read_bytes()
    for line in sums.decode().splitlines():
        digest, name = line.split("  ")
        assert sha256((path / name).read_bytes()).hexdigest() == digest
    assert len(sums.splitlines()) == len([*path.rglob("*.parquet")])
    told = ledger.events(charts, ledger.SYSTEM)[-1]
    assert told.kind is EventKind.EXPORTED
    assert told.payload["sha256"] == sha256(sums).hexdigest()
    assert told.payload["partition"] == "month"


def test_what_does_not_fit_into_memory_is_written_in_several_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "_HELD", 3)
    rows = [(f"2026-0{1 + number % 2}-01", str(number)) for number in range(8)]
    heads = (ColumnHead("day"), ColumnHead("number"))
    sums = io.BytesIO()
    write_partitions(heads, tmp_path, "day", Partition.MONTH, rows, sums)
    found = dataset.dataset(tmp_path, format="parquet", partitioning="hive").to_table()
    assert sorted(found["number"].to_pylist()) == [row[1] for row in rows]
    assert len([*tmp_path.rglob("*.parquet")]) > 2
    assert sorted(found["month"].to_pylist()) == ["2026-01"] * 4 + ["2026-02"] * 4


def test_no_row_is_a_table_without_rows(sqlite: Database, tmp_path: Path) -> None:
    path = divided(sqlite, "codes", tmp_path)
    assert dataset.dataset(path, format="parquet", partitioning="hive").to_table().num_rows == 0


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (ExportRequest("outcomes", "parquet", partition=Partition.DAY), "of no day"),
        (ExportRequest("codes", "csv", partition=Partition.DAY), "Only Parquet"),
    ],
)
def test_what_is_of_no_day_or_no_parquet_is_not_divided(
    sqlite: Database, tmp_path: Path, request_: ExportRequest, words: str
) -> None:
    (folder := tmp_path / "out").mkdir()
    with pytest.raises(InputError, match=words):
        write_divided(sqlite, request_, folder, actor=system_user(sqlite))
    assert not [*folder.iterdir()]


def test_who_may_not_export_gets_no_folder(sqlite: Database, tmp_path: Path) -> None:
    clinician = next(each for each in users(sqlite) if each.role is Role.CLINICIAN)
    (folder := tmp_path / "out").mkdir()
    for table in _OMOP:
        request = ExportRequest(table, "parquet", partition=Partition.DAY)
        with pytest.raises(PermissionDenied):
            write_divided(sqlite, request, folder, actor=clinician)
    assert not [*folder.iterdir()]


def test_a_diagnosis_is_a_condition_of_its_visit(charts: Database) -> None:
    first = omop(charts, "condition_occurrence")[0]
    assert first["condition_occurrence_id"] == 1001
    assert first["person_id"] == first["visit_occurrence_id"] == 1
    assert first["condition_source_value"] == "428.0"
    assert first["condition_status_source_value"] == "principal diagnosis"
    assert first["condition_concept_id"] == first["condition_source_concept_id"] == 0
    ids = [each["condition_occurrence_id"] for each in omop(charts, "condition_occurrence")]
    assert len(set(ids)) == len(ids)


def test_a_span_says_whether_the_patient_has_it_and_which_model_found_it(charts: Database) -> None:
    heart, lung = omop(charts, "note_nlp")
    assert (heart["offset"], heart["term_exists"]) == (str(NOTE.index("heart failure")), "Y")
    assert (lung["offset"], lung["term_exists"]) == (str(NOTE.index("pneumonia")), "N")
    assert heart["nlp_system"] == f"tiny {make_model().version}"
    said = dict(each.split("=") for each in lung["term_modifiers"].split(";"))
    assert said["code"] == "427.31"
    assert (said["assertion"], said["verdict"]) == ("negated", "rejected")
    assert int(said["end"]) == NOTE.index("pneumonia") + len("pneumonia")


def test_no_word_of_a_note_leaves_unless_words_are_asked_for(charts: Database) -> None:
    for table in _OMOP:
        assert "failure" not in json.dumps(omop(charts, table))
    heart, _ = omop(charts, "note_nlp", words=True)
    assert (heart["lexical_variant"], heart["snippet"]) == ("heart failure",) * 2
    assert omop(charts, "note_nlp")[0]["lexical_variant"] == ""


@pytest.mark.parametrize("table", ["condition_occurrence", "note_nlp"])
def test_the_ledger_hears_whose_first_rows_were_shown(charts: Database, table: str) -> None:
    request = ExportRequest(table, "csv")
    first_rows(charts, request, 2, actor=coders(charts)[0], visit="v")
    told = ledger.events(charts, ledger.SYSTEM)[-1]
    assert told.kind is EventKind.ROWS_SHOWN
    assert told.payload["encounters"][0] == 1  # type: ignore[index]
