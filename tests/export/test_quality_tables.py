"""Audits, queries, outcomes and agreement as files: what readers find, and what stays unsaid."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import pytest
from pyarrow import parquet

from icd9_review.errors import PermissionDenied
from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.export.quality_tables import QUALITY_TABLES
from icd9_review.export.tables import TABLES
from icd9_review.export.writing import ExportRequest, column_names, export_rows, write_export
from icd9_review.quality.agreement.measuring import measure
from icd9_review.quality.agreement.written import agreement_data
from icd9_review.quality.outcomes.figures import CodeOutcomes, code_figures
from icd9_review.quality.outcomes.written import write_code
from icd9_review.store import ledger
from icd9_review.store.auditing.audits import accuracy_by_coder
from icd9_review.store.auditing.blindness import count_blind
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.steps import (
    adjudicate,
    answer_audit,
    close_audit,
    remark_on,
    return_to_coder,
    set_audited_codes,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.oversight.outcome_counts import read_outcomes
from icd9_review.store.people.accounts import add_account
from icd9_review.store.querying.queries import answer_query, ask_physician
from icd9_review.store.users import system_user, users
from icd9_review.values import (
    Confidence,
    DifferenceCause,
    EventKind,
    ExportFilter,
    OutcomeQuery,
    PhysicianQueryDraft,
    PhysicianQueryReason,
    Role,
    Span,
    User,
)
from tests.encounters import coders
from tests.export.reading import read_back, read_cells, read_names
from tests.signing import add_read_visit, sign_codes
from tests.store.auditing.auditing import begin, diagnoses, new_key, revise, second_auditor
from tests.store.auditing.signing import add_signed, auditor
from tests.store.querying.asking import query_about

NAMES = [each.name for each in QUALITY_TABLES]
CANARY = "Zyxovira Canary"
FORMULA = '=HYPERLINK("http://evil.example","see")'


def read(
    database: Database, table: str, wanted: ExportFilter | None = None, *, by: User | None = None
) -> list[dict[str, Any]]:
    """The rows of JSON lines, with all words, as an auditor has them."""
    sink, who = io.BytesIO(), by or auditor(database)
    request = ExportRequest(table, "jsonl", wanted or ExportFilter(), words=True)
    write_export(database, request, sink, actor=who)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def settled(database: Database) -> None:
    """An audit that was rebutted, settled for the coder in one of two differences, and closed."""
    who, judge, coder = auditor(database), second_auditor(database), coders(database)[0]
    chart = add_signed(database, ("428.0", "427.31", "250.00"))
    audit = open_audit(database, chart.id, actor=who, key=new_key())
    audit = set_audited_codes(
        database, audit.id, diagnoses("428.0", "486"), seen=audit.sequence, actor=who, key=new_key()
    )
    for difference in ("deleted/diagnosis/427.31/", "deleted/diagnosis/250.00/"):
        remark_on(
            *(database, audit.id, difference, DifferenceCause.CODER, FORMULA),
            actor=who,
            key=new_key(),
        )
    cause = DifferenceCause.EDGE
    remark_on(database, audit.id, "added/diagnosis//486", cause, actor=who, key=new_key())
    return_to_coder(database, audit.id, actor=who, key=new_key())
    words = "\t@SUM(1)"
    answer_audit(database, audit.id, agreed=False, words=words, actor=coder, key=new_key())
    adjudicate(
        *(database, audit.id, Confidence.LIKELY, DifferenceCause.GUIDELINE),
        overturned=("deleted/diagnosis/250.00/",),
        words="-1+1",
        guideline=True,
        actor=judge,
        key=new_key(),
    )
    close_audit(database, audit.id, reopen=True, actor=judge, key=new_key())


def asked(database: Database) -> None:
    """A query that was answered in words that a spreadsheet would run."""
    chart, coder = add_signed(database), coders(database)[0]
    clinician = next(each for each in users(database) if each.role is Role.CLINICIAN)
    draft = PhysicianQueryDraft(
        PhysicianQueryReason.SPECIFICITY,
        "Which kind is it?",
        ("=1+1", "Diastolic"),
        (Span(chart.notes[0].id, 0, 4),),
    )
    query = ask_physician(database, chart.id, draft, actor=coder, key=new_key())
    answer_query(
        *(database, chart.id, query.sequence),
        option=0,
        words="+cmd|' /C calc'!A0",
        actor=clinician,
        key=new_key(),
    )


def coded(database: Database) -> None:
    """Three visits that the model read and people signed."""
    for codes in (["428.0", "427.31"], ["428.0"], ["427.32"]):
        sign_codes(database, add_read_visit(database), coders(database)[0], codes)


FILLED: Mapping[str, Callable[[Database], None]] = {
    "audits": settled,
    "queries": asked,
    "outcomes": coded,
    "agreement": coded,
}


@pytest.mark.parametrize("form", EXPORT_FORMATS)
@pytest.mark.parametrize("table", NAMES)
def test_every_format_gives_the_rows_that_are_looked_at_and_no_formula(
    sqlite: Database, table: str, form: str
) -> None:
    FILLED[table](sqlite)
    who, sink, request = auditor(sqlite), io.BytesIO(), ExportRequest(table, form, words=True)
    seen = list(export_rows(sqlite, request, actor=who))
    assert write_export(sqlite, request, sink, actor=who) == len(seen) > 0
    assert read_names(form, sink) == column_names(request)
    if form in ("csv", "xlsx"):
        cells = [str(cell or "") for row in read_cells(form, sink)[1:] for cell in row]
        assert [each for each in cells if each.lstrip().startswith(("=", "+", "@"))] == []
    else:
        assert read_back(form, sink) == seen


@pytest.mark.parametrize("table", NAMES)
def test_the_ledger_counts_the_rows_and_has_their_sum(database: Database, table: str) -> None:
    FILLED[table](database)
    sink = io.BytesIO()
    count = write_export(database, ExportRequest(table, "csv"), sink, actor=auditor(database))
    told = [e for e in ledger.events(database, ledger.SYSTEM) if e.kind is EventKind.EXPORTED][-1]
    assert (told.payload["table"], told.payload["rows"]) == (table, count)
    assert verify(database) == []


@pytest.mark.parametrize("role", [Role.CODER, Role.CLINICIAN])
@pytest.mark.parametrize("table", ["audits", "outcomes", "agreement"])
def test_figures_and_audits_are_not_for_everybody_who_exports(
    sqlite: Database, table: str, role: Role
) -> None:
    person, sink = next(each for each in users(sqlite) if each.role is role), io.BytesIO()
    with pytest.raises(PermissionDenied):
        write_export(sqlite, ExportRequest(table, "csv"), sink, actor=person)
    assert sink.getvalue() == b""


def test_an_audit_tells_each_difference_its_cause_and_how_it_was_settled(
    database: Database,
) -> None:
    settled(database)
    rows = read(database, "audits")
    told = {(row["difference"], row["coded"], row["audited"]): row for row in rows}
    assert list(told) == [
        ("same", "428.0", "428.0"),
        ("added", None, "486"),
        ("deleted", "427.31", None),
        ("deleted", "250.00", None),
    ]
    kept = told["deleted", "250.00", None]
    assert (kept["code"], kept["overturned"], kept["cause"]) == ("250.00", "yes", "coder")
    assert (kept["remark"], kept["settled_words"]) == (FORMULA, "-1+1")
    assert told["deleted", "427.31", None]["overturned"] == "no"
    names = ("audit", "status", "coder", "auditor", "answer", "guideline", "reopen")
    assert [kept[name] for name in names] == [
        *("A-00001", "final", "Development coder", "Development auditor"),
        *("rebutted", "yes", "yes"),
    ]
    assert [row["difference"] for row in read(database, "audits", ExportFilter(only_decided=True))]
    assert "same" not in {
        row["difference"] for row in read(database, "audits", ExportFilter(only_decided=True))
    }


def test_figures_of_accuracy_can_be_counted_again_from_the_rows(sqlite: Database) -> None:
    settled(sqlite)
    revise(sqlite, audit := begin(sqlite), diagnoses("428.0", "486"))
    assert audit.label == "A-00002"  # not final: it counts nowhere
    rows = pd.DataFrame(read(sqlite, "audits")).query("status == 'final'")
    standing = rows[rows["overturned"] != "yes"]["difference"].value_counts()
    back = rows[rows["overturned"] == "yes"]["difference"].value_counts()
    same = standing["same"] + back["deleted"]
    (found,) = accuracy_by_coder(sqlite, actor=auditor(sqlite))
    assert same == found.figures.total.same
    assert same + standing["added"] == found.figures.total.reviewed
    assert standing["deleted"] == found.figures.total.deleted


def test_a_blind_audit_names_its_coder_once_it_is_closed(database: Database) -> None:
    """However it is asked, by whomever looks on; who signed is found by nothing else in the row."""
    coder = add_account(database, CANARY, Role.CODER, by=system_user(database))
    chart, who = add_signed(database, coder=coder), auditor(database)
    audit = open_audit(database, chart.id, actor=who, key=new_key(), blind=True)
    judge = second_auditor(database)
    for by in (who, judge, system_user(database)):
        rows = read(database, "audits", by=by)
        assert len(rows) == 2
        assert CANARY not in str(rows)
        assert {row["coder_id"] for row in rows} == {None}
        assert read(database, "audits", ExportFilter(people=(coder.id,)), by=by) == []
    close_audit(database, audit.id, reopen=False, actor=who, key=new_key())
    assert {row["coder"] for row in read(database, "audits")} == {CANARY}


def test_no_export_of_an_auditor_names_the_coder_of_a_blind_audit(database: Database) -> None:
    coder = add_account(database, CANARY, Role.CODER, by=system_user(database))
    chart, who = add_signed(database, coder=coder), auditor(database)
    ask_physician(database, chart.id, query_about(chart), actor=coder, key=new_key())
    audit = open_audit(database, chart.id, actor=who, key=new_key(), blind=True)

    def named(by: User) -> list[str]:
        return [name for name in TABLES if name_stands(name, by)]

    def name_stands(table: str, by: User) -> bool:
        wanted = ExportFilter(people=(coder.id,)) if table == "decisions" else None
        return CANARY in str(read(database, table, wanted, by=by))

    judge = second_auditor(database)
    assert named(who) == named(judge) == []
    for left_out, by in ((1, who), (1, judge), (0, coder)):
        assert count_blind(database, actor=by) == left_out
    every = ["decisions", "codes", "history", "queries", "agreement"]
    assert named(system_user(database)) == every
    close_audit(database, audit.id, reopen=False, actor=who, key=new_key())
    assert set(named(judge)) == {*every, "audits"}


def test_a_query_leaves_with_its_answer_and_how_long_it_took(database: Database) -> None:
    asked(database)
    (row,) = read(database, "queries")
    assert (row["question"], row["options"].split(" | ")[0]) == ("Which kind is it?", "=1+1")
    assert (row["option"], row["answer"], row["status"]) == (1, "=1+1", "answered")
    assert row["settled_by"] == "Development clinician"
    assert row["hours"] == 0.0
    assert read(database, "queries", ExportFilter(only_decided=True)) == [row]
    assert read(database, "queries", ExportFilter(people=(coders(database)[1].id,))) == []


def test_outcomes_are_those_of_the_page_and_the_command(database: Database) -> None:
    coded(database)
    rows = read(database, "outcomes")
    counted = read_outcomes(database, OutcomeQuery(), actor=auditor(database))
    by_code = pd.DataFrame(rows).groupby("code")
    figures = code_figures(counted.codes)
    assert {each.code for each in figures} == set(by_code.groups)
    for each in figures:
        of_code, said = by_code.get_group(each.code), write_code(each)
        for name in ("shown", "accepted", "rejected", "untouched", "added", "final", "decided"):
            assert of_code[name].sum() == said[name], (each.code, name)
    version = next(row["model_version"] for row in rows if row["model_version"])
    query = OutcomeQuery(version=version)
    mine = code_figures(read_outcomes(database, query, actor=auditor(database)).codes)
    assert [shares(row) for row in rows if row["model_version"] == version] == [
        said_shares(each) for each in mine
    ]
    assert {row["code"] for row in read(database, "outcomes", ExportFilter(codes=("427",)))} == {
        *("427.31", "427.32")
    }


def shares(row: Mapping[str, Any]) -> tuple[object, ...]:
    return row["code"], row["shown"], row["acceptance"], row["capture_low"]


def said_shares(figures: CodeOutcomes) -> tuple[object, ...]:
    said = write_code(figures)
    assert said["acceptance"] is None  # of so few
    return figures.code, figures.shown, None, None


def test_agreement_is_that_of_the_page_and_the_command(database: Database) -> None:
    coded(database)
    rows = read(database, "agreement")
    codings = encounter_codings(database, actor=auditor(database))
    found = measure(codings.codings)
    assert found
    said = agreement_data(found, codings.labels)
    whole = [row for row in rows if row["level"] == "full"]
    (all_of_them,) = (row for row in whole if row["about"] == "all")
    assert (all_of_them["encounters"], all_of_them["signed"]) == (found.encounters, codings.signed)
    for name in ("alpha", "jaccard", "credit"):
        ends = [all_of_them[f"{name}{end}"] for end in ("", "_low", "_high")]
        assert ends == list(said[name].values())
    pairs = [(r["first"], r["second"], r["jaccard"]) for r in whole if r["about"] == "pair"]
    assert pairs == [(p["first"], p["second"], p["jaccard"]["value"]) for p in said["pairs"]]
    codes = [(r["code"], r["both"], r["one"], r["ac1"]) for r in whole if r["about"] == "code"]
    assert codes == [(c["code"], c["both"], c["one"], c["ac1"]) for c in said["codes"]]
    (confused,) = (row for row in whole if row["about"] == "confused")
    assert (confused["code"], confused["other_code"], confused["cases"]) == ("427.31", "427.32", 1)
    assert {row["level"] for row in rows} == {"full", "4", "3"}
    only = read(database, "agreement", ExportFilter(only_decided=True))
    assert only == whole


def test_readers_that_had_no_part_in_it_find_types_and_codes(sqlite: Database) -> None:
    coded(sqlite)
    files = {}
    for form in EXPORT_FORMATS:
        files[form] = io.BytesIO()
        write_export(sqlite, ExportRequest("outcomes", form), files[form], actor=auditor(sqlite))
        files[form].seek(0)
    by_pandas = pd.read_csv(files["csv"], dtype={"code": str})
    by_arrow = parquet.read_table(files["parquet"]).to_pandas()
    sheet = openpyxl.load_workbook(files["xlsx"], read_only=True).worksheets[0]
    head, *cells = sheet.iter_rows(values_only=True)
    place = head.index("shown")
    assert list(by_pandas["shown"]) == list(by_arrow["shown"]) == [row[place] for row in cells]
    assert list(by_pandas["code"]) == list(by_arrow["code"])
    with duckdb.connect() as database:
        held = database.execute("select code, shown from by_arrow order by all").fetchall()
    assert held == sorted(zip(by_arrow["code"], by_arrow["shown"], strict=True))
    assert all(math.isnan(each) for each in by_pandas["acceptance"])
