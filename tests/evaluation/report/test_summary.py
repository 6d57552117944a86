"""The card's section has the figures that matter, and no text of others as markup."""

import re

from icd9_review.evaluation.report.numerals import interval, number, share, with_interval
from icd9_review.evaluation.report.summary import to_markdown
from tests.evaluation.invented import HOSTILE, bare, whole


def test_headline_yardsticks_factors_pairs_and_explanations_are_there() -> None:
    evaluation = whole()
    section = to_markdown(evaluation)
    every = evaluation["all_codes"]["all"]
    found = share(every["found"], every["core"])
    assert f"| All codes | {found} | {with_interval(every['false_positives'])} |" in section
    assert "| Dictionary, all codes |" in section
    assert "Labelled by: female." in section
    assert "| female | male | 20 |" in section
    assert "Suppressed, being small or giving a small one away: 2 of" in section
    assert (
        "| negation | 95 % (19 of 20) | 100 % (20 of 20) | 95 % (19 of 20) | 95 % (19 of 20) |"
        in section
    )
    assert "| line in front | 40 | 0.875 (0.750 to 0.950) |" in section
    assert "moved 15 % (30 of 200) of the codes from outside them" in section
    assert "Of 12 more the second judge said otherwise" in section
    assert "| integrated gradients | 0.750 (0.700 to 0.800) |" in section
    assert "| 0.750 (0.700 to 0.800) | 0.900 (0.800 to 0.950) |" in section
    assert "in 25 % (7 of 28) deletion checks." in section
    assert section.count("| 1.500 (1.250 to 1.750) | 0.125 (0.100 to 0.150) |") == 1
    assert "| 9.500 (9.250 to 9.750) | – |" in section
    assert re.findall("^### (.+)$", section, re.M) == [
        "Factors",
        "Steadiness",
        "Negation, family, history, uncertainty and procedures",
        "Explanations",
    ]


def test_hostile_texts_are_no_markup() -> None:
    section = to_markdown(whole(HOSTILE))
    assert "<script" not in section
    assert "[a](" not in section
    assert "&lt;script&gt;" in section
    rows = [line for line in section.splitlines() if line.startswith("| &lt;script")]
    assert rows
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5, 8}  # factors, yardsticks


def test_missing_parts_say_so() -> None:
    section = to_markdown(bare())
    assert "Labelled by: not said." in section
    assert "No yardstick was measured beside it." in section
    assert "nothing to group them by" in section
    assert section.count("Not measured.") == 3
    assert "not calibrated" in section


def test_an_evaluation_of_an_older_program_has_dashes_for_what_it_did_not_measure() -> None:
    evaluation = whole()
    for method in evaluation["explanations"]["methods"].values():
        for name in (
            "infidelity", "infidelity_of_chance", "sensitivity_max", "naopc", "random_words",
        ):  # fmt: skip
            del method[name]
    section = to_markdown(evaluation)
    assert "| 0.750 (0.700 to 0.800) | – | – |" in section
    assert "1.500" not in section


def test_figures_that_are_not_defined_are_a_dash() -> None:
    assert number(None) == "–"
    assert with_interval({"value": None, "low": None, "high": None}) == "–"
    assert with_interval({"value": 0.5, "low": None, "high": None}) == "0.500"
    assert interval({"value": 0.5, "low": 0.25, "high": 0.75}) == "0.250 to 0.750"
    assert share(0, 0) == "–"
    assert share(1, 3) == "33 % (1 of 3)"
