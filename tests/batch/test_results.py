"""What could not be scored, as a file that people open."""

from __future__ import annotations

import csv
from pathlib import Path

from icd9_review.batch.results import rejected_row, write_rejected, write_results
from icd9_review.batch.waiting import WaitingNote


def test_the_list_of_rejected_notes_is_in_order_and_runs_no_formula(tmp_path: Path) -> None:
    notes = [
        WaitingNote(2, "=cmd.csv", "row 1", '=HYPERLINK("http://evil.example")', "@n"),
        WaitingNote(1, "a.csv", "row 7", "17", "-1"),
    ]
    rows = [rejected_row(each, "v", "it is empty") for each in notes]
    write_results(rows, tmp_path / "1.parquet")
    assert write_rejected(tmp_path, tmp_path / "rejected.csv") == 2
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert [*first.values()] == ["1", "a.csv", "row 7", "17", "'-1", "it is empty"]
    assert [*second.values()] == [
        "2",
        "'=cmd.csv",
        "row 1",
        '\'=HYPERLINK("http://evil.example")',
        "'@n",
        "it is empty",
    ]
