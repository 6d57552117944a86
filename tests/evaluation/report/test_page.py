"""The report is one page on its own: whole, escaped, and clear about what is missing."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from icd9_review.errors import InputError
from icd9_review.evaluation.report.page import frequent_first, render_report, write_report
from tests.evaluation.invented import HOSTILE, bare, whole

HEADINGS = [
    "Headline",
    "Precision and recall",
    "More figures",
    "Do probabilities mean what they say?",
    "Rare and frequent codes",
    "Steadiness",
    "Negation, family, history, uncertainty and procedures",
    "Explanations",
    "Subgroups",
    "Code by code",
]


class Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_section_is_there_with_its_plots() -> None:
    html = render_report(whole())
    assert re.findall(r"<h2>(.+)</h2>", html) == HEADINGS
    assert html.count("<svg") == 5


def test_hostile_texts_are_shown_as_text() -> None:
    html = render_report(whole(HOSTILE))
    page = Page(html)
    assert "script" not in page.tags
    assert "a" not in page.tags
    assert page.text.count(HOSTILE) >= 6


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = Page(render_report(whole(HOSTILE)))
    assert not {"script", "img", "link", "iframe", "object", "image"} & set(page.tags)
    references = [v for name, v in page.attributes if name in ("href", "src", "xlink:href")]
    assert all(reference.startswith("#") for reference in references)
    styles = [value for _, value in page.attributes if "url(" in value]
    assert all("url(#" in style for style in styles)


def test_ids_are_unique_and_references_find_them() -> None:
    page = Page(render_report(whole()))
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    references = {value[1:] for name, value in page.attributes if name == "xlink:href"}
    assert references <= set(ids)


def test_the_same_figures_give_the_same_page() -> None:
    assert render_report(whole()) == render_report(whole())


def test_missing_parts_say_so() -> None:
    html = render_report(bare())
    for words in (
        "No yardstick was measured",
        "There is no curve",
        "The model is not calibrated",
        "No code of the model occurs",
        "Steadiness was not measured",
        "Minimal pairs were not measured",
        "Explanations were not measured",
        "nothing to group them by",
        "not said; name who with --labelled-by",
    ):
        assert words in html


def test_suppressed_groups_are_said_and_have_no_figures() -> None:
    html = render_report(whole())
    assert "2 groups are suppressed" in html
    assert re.search(r'rare</th><td>x</td><td colspan="4" class="n how">suppressed', html)


def test_the_most_frequent_codes_come_first() -> None:
    positives = [row["positives"] for row in frequent_first(whole()["per_code"])]
    assert positives == sorted(positives, reverse=True)


def test_the_report_is_written_to_a_file(tmp_path: Path) -> None:
    write_report(whole(), tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == render_report(whole())
    with pytest.raises(InputError, match="cannot be written"):
        write_report(whole(), tmp_path / "missing" / "report.html")


def test_explanations_show_how_true_and_how_steady_weights_are() -> None:
    text = Page(render_report(whole())).text
    assert "Infidelity" in text
    assert "Sensitivity" in text
    assert "more than 5 points in 25 % (7 of 28) deletion checks" in text
    for figure in ("1.500", "9.500", "0.125", "0.900"):
        assert figure in text


def test_an_evaluation_of_an_older_program_has_dashes_for_what_it_did_not_measure() -> None:
    evaluation = whole()
    for method in evaluation["explanations"]["methods"].values():
        for name in (
            "infidelity", "infidelity_of_chance", "sensitivity_max", "naopc", "random_words",
        ):  # fmt: skip
            del method[name]
    assert "1.500" not in Page(render_report(evaluation)).text
