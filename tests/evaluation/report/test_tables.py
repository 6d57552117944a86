"""All codes stand in the first line of every table, and what was not measured has no table."""

from __future__ import annotations

from icd9_review.evaluation.report.tables import (
    found_table,
    measured_tables,
    pairs_table,
    strikes_sentence,
)
from tests.evaluation.invented import bare, whole


def test_all_codes_stand_in_the_first_line() -> None:
    tables = dict(measured_tables(whole()))
    assert set(tables) == {
        "found",
        "frequency",
        "ranking",
        "certainty",
        "steadiness",
        "pairs",
        "explanations",
    }
    for name in ("found", "frequency", "ranking", "certainty"):
        assert tables[name].rows[0].name == "All codes"
        assert tables[name].rows[0].main


def test_what_the_judge_took_away_is_told_below_all_codes() -> None:
    evaluation = whole()
    assert "All codes, without the judge" not in [r.name for r in found_table(evaluation).rows]
    evaluation["all_codes"]["unjudged"] = evaluation["all_codes"]["all"]
    first, *rest = found_table(evaluation).rows
    (unjudged,) = (row for row in rest if row.name == "All codes, without the judge")
    assert (first.main, unjudged.main) == (True, False)
    assert unjudged.cells == first.cells


def test_every_row_has_a_cell_for_each_column() -> None:
    for _, table in measured_tables(whole()):
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_a_part_that_the_model_has_no_code_of_has_0_found_and_no_blank() -> None:
    rows = {row.name: row.cells[0].text for row in found_table(whole()).rows}
    assert rows["E codes"].startswith("0 % (0 of ")
    assert set(rows) >= {"Within the label space", "Diagnoses", "Procedures", "V codes"}


def test_yardsticks_stand_over_all_codes_and_within_the_space() -> None:
    names = [row.name for row in found_table(whole()).rows]
    assert {"Dictionary, all codes", "Dictionary, within"} <= set(names)


def test_pairs_are_summed_and_held_out_wording_stands_apart() -> None:
    table = pairs_table(whole())
    assert table is not None
    rows = {row.name: row.cells[0].text for row in table.rows}
    assert rows["all"] == "88 % (21 of 24)"
    assert rows["negation, held-out wording"] == "50 % (2 of 4)"
    assert rows["procedure"] == "0 of 3, no code known"


def test_without_figures_there_is_no_table() -> None:
    assert set(dict(measured_tables(bare()))) == {"found", "ranking", "certainty"}
    assert strikes_sentence(bare()) is None


def test_a_verdict_that_turned_is_said_beside_the_moves_and_in_older_records_among_them() -> None:
    now = strikes_sentence(whole())
    assert now is not None
    assert now.endswith(
        "Of 12 more the second judge said otherwise, which moves no points; "
        "7 came into the list or left it."
    )
    older = whole()
    older["steadiness"]["strikes"]["by_verdict"] = older["steadiness"]["strikes"].pop("turned")
    then = strikes_sentence(older)
    assert then is not None
    assert "12 by a verdict of the second judge alone, 18 read otherwise" in then


def test_an_evaluation_of_an_older_program_has_the_tables_it_has_figures_for() -> None:
    older = whole()
    for name in ("all_codes", "certainty", "steadiness", "pairs_held_out"):
        del older[name]
    tables = dict(measured_tables(older))
    assert set(tables) == {"found", "pairs", "explanations"}
    assert tables["found"].rows[0].name == "Within the label space"
