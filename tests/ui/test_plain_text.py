"""Every place of the app that reads Markdown is given words of ours, numbers, or ``plain`` text.

Streamlit reads Markdown in labels and messages alike. The test reads the source: what stands
there is a constant, comes out of ``plain``, is formatted as a number, or is named below.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from icd9_review.settings import ROOT
from icd9_review.ui.words import plain

READS_MARKDOWN = {
    "badge",
    "button",
    "caption",
    "checkbox",
    "date_input",
    "download_button",
    "error",
    "expander",
    "feedback",
    "file_uploader",
    "form_submit_button",
    "header",
    "info",
    "link_button",
    "markdown",
    "metric",
    "multiselect",
    "number_input",
    "page_link",
    "pills",
    "popover",
    "radio",
    "segmented_control",
    "selectbox",
    "slider",
    "spinner",
    "status",
    "subheader",
    "success",
    "table",
    "tabs",
    "text_area",
    "text_input",
    "title",
    "toast",
    "toggle",
    "warning",
    "write",
}
ARGUMENTS = {"label", "body", "help", "value", "delta", "data"}
OURS = {
    "_LABELS[meaning]": "a constant table",
    "TABLES[table].about": "a constant table",
    "choice.empty": "a constant table",
    "choice.all_empty": "a constant table",
    "formats[form].words": "a constant table",
    "formats[form].about": "a constant table",
    "hint": "a constant",
    "notes": "names of formats",
    "tables": "names of formats",
    "_describe_missing(asked, model)": "a sentence, the code in it plain",
    "_linked(found[:LISTED], people)": "plain, but for links made of E- and a number",
    "_linked(found.entries, people, user)": "plain, but for links made of E- and a number",
    "encounter_table(shared[:_ENCOUNTERS], pair, read.labels)": "plain, but for such links",
    "code_table(listed[:_LISTED], compared, read.labels)": "plain, but for such links",
    "confused_table(found.confusions[:_LISTED], read.labels)": "plain, but for such links",
    "trial_table(trials[:_SHOWN], people)": "plain, but for such links",
    "second_table(found[:_LISTED], people)": "plain, but for such links",
    "began": "a moment in figures",
    "since": "a moment in figures",
    "seen": "a moment in figures",
    "describe_behind(behind)": "sentences and a count",
    "describe_proof(each)": "a constant table",
    "describe_purge(target.purged)": "a sentence with a day and a word of an enumeration",
    "encounter.label": "E- and a number",
    "encounters(len(free))": "a count",
    "owner.role": "a word of an enumeration",
    "said": "a sentence and a count",
    "describe_workers(version)": "sentences and a count",
    "done": "counts in words (describe_progress)",
    "label": "a constant, or one with a count",
    "number": "a number of our own counting",
    "problem.number": "a number of our own counting",
    "message": "what_if: sentences, with plain text in them",
    "result.value.capitalize()": "a word of an enumeration",
    "table.format": "a word of an enumeration",
    "target.label": "E- and a number",
    "restricted.label": "E- and a number",
    "user.role": "a word of an enumeration",
    "allowed": "words of an enumeration",
    "what": "a constant",
    "zone": "a constant",
}
"""Expressions that are no literal and hold nothing that came in from outside, with the reason."""

FILES = [
    file
    for folder in ("pages", "icd9_review/ui")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if "import streamlit" in file.read_text("utf-8")
]


def given(call: ast.Call) -> Iterator[ast.expr]:
    """What a call shows as Markdown: its first argument and those with a telling name."""
    yield from call.args[:1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in ARGUMENTS)


def is_plain(shown: ast.expr) -> bool:
    """Whether an expression can hold nothing from outside that Markdown would be found in."""
    match shown:
        case ast.Constant():
            return True
        case ast.Name(id=name) if name.isupper():  # a constant of the module
            return True
        case ast.JoinedStr(values=parts):
            return all(map(is_plain, parts))
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=form)])):
            return str(form).endswith((",", "%", "d", "f"))  # a text would be an error there
        case ast.FormattedValue(value=value):
            return is_plain(value)
        case ast.IfExp(body=one, orelse=other):
            return is_plain(one) and is_plain(other)
    return is_made_plain(shown) or ast.unparse(shown) in OURS


def is_made_plain(shown: ast.expr) -> bool:
    """Whether the function for text from outside was called, on a text or on a whole table."""
    match shown:
        case ast.Call(func=ast.Name(id="plain" | "len")):
            return True
        case ast.Call(func=ast.Attribute(attr="map"), args=[ast.Name(id="plain")]):
            return True
    return False


def shown(tree: ast.AST) -> Iterator[ast.expr]:
    """Every expression of a module that Streamlit reads as Markdown."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            console = ast.unparse(node.func.value).startswith("sys.")
            if node.func.attr in READS_MARKDOWN and not console:
                yield from given(node)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_from_outside_is_shown_as_markdown(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    found = [(each.lineno, ast.unparse(each)) for each in shown(tree) if not is_plain(each)]
    assert found == []


@pytest.mark.parametrize(
    ("code", "fine"),
    [
        ("st.error('Words')", True),
        ("st.error(plain(name))", True),
        ("st.error(f'{plain(name)} has {count:,} rows')", True),
        ("st.error(str(error))", False),
        ("st.error(f'{name} is damaged')", False),
        ("st.error(f'{name:>10}')", False),
        ("st.button(label=name)", False),
        ("left.selectbox('One', names, help=name)", False),
        ("st.table(frame)", False),
        ("st.table(frame.map(plain))", True),
        ("st.text(name)", True),
    ],
)
def test_the_reading_of_the_source_finds_what_it_is_to_find(code: str, fine: bool) -> None:
    assert all(map(is_plain, shown(ast.parse(code)))) is fine


def test_plain_is_the_function_meant() -> None:
    assert plain("*x*") == "`*x*`"
