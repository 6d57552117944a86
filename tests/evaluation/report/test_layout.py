"""A table is the same on a card and in a terminal: one definition, written twice."""

from __future__ import annotations

from icd9_review.evaluation.report.layout import Cell, FigureTable, Row

TABLE = FigureTable(
    "Figures",
    "Cue",
    ("Right", "F1"),
    (
        Row("all", (Cell("1 of 2"), Cell("0.500", "0.400 to 0.600")), main=True),
        Row("a|b <i>", (Cell("–"), Cell("0.250"))),
    ),
)


def test_a_terminal_gets_columns_with_figures_to_the_right() -> None:
    assert list(TABLE.to_lines()) == [
        "Cue       Right                      F1",
        "all      1 of 2  0.500 (0.400 to 0.600)",
        "a|b <i>       –                   0.250",
    ]


def test_a_card_gets_markdown_with_names_as_plain_text() -> None:
    assert TABLE.to_markdown().splitlines()[2:] == [
        "| all | 1 of 2 | 0.500 (0.400 to 0.600) |",
        "| a\\|b &lt;i&gt; | – | 0.250 |",
    ]


def test_what_was_not_measured_is_a_dash() -> None:
    assert Cell.of(None) == Cell("–")
    assert Cell.of({"value": 0.5, "low": None, "high": None}).whole == "0.500"
