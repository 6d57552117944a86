"""HTML: what a browser shows, headings as headings, nothing of tags."""

from __future__ import annotations

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document, FileFormat
from icd9_review.notes.intake.formats.structured.html import is_html, plain_text
from icd9_review.notes.intake.reading import read_here
from icd9_review.outline.headings import without_marks
from icd9_review.outline.sections import sections


def read(body: str) -> tuple[str, tuple[str, ...]]:
    found = read_here(f"<!DOCTYPE html><html><body>{body}</body></html>".encode(), "n.html")
    assert isinstance(found, Document)
    assert found.format is FileFormat.HTML
    return found.encounters[0].notes[0].intake.note.text, found.all_notices


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<h1>Discharge summary</h1><p>Gout &amp; AF.</p>", "Discharge summary\nGout & AF."),
        ("<p>A<br>B</p><div>C</div>", "A\nB\nC"),
        (
            "<ul><li>no fever<li>cough</ul><ol><li>CHF<li>AF</ol>",
            "no fever\n- cough\n1. CHF\n2. AF",
        ),
        ("<table><tr><th>BNP</th><td><p>1200</p></td></tr></table>", "BNP | 1200"),
        ("<pre>A\n  B</pre>", "A\nB"),
        ("<script>x()</script><style>p{}</style><p>CHF</p>", "CHF"),
        (
            'Smoker <input type="checkbox" checked> Drinker <input type=checkbox>',
            "Smoker [x] Drinker [ ]",
        ),
        ('Dx: <input value="Gout"> <textarea>left toe</textarea>', "Dx: Gout left toe"),
        ("Age<input value=67>years", "Age 67 years"),
        ("Sex <select><option>M<option selected>F</select>", "Sex F"),
    ],
)
def test_what_a_browser_shows_is_read(body: str, text: str) -> None:
    found, notices = read(body)
    assert (without_marks(found), notices) == (text, ())


def test_headings_of_a_page_are_sections_whatever_they_say() -> None:
    text, _ = read("<h2>Family history</h2>Stroke.<h2>What she hopes for</h2>To walk.")
    assert [each.kind for each in sections(text)] == ["family history", "other"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("CHF <s>AF</s>", "struck"),
        ("CHF <del>AF</del>", "struck"),
        ('CHF <span style="text-decoration: line-through">AF</span>', "struck"),
        ('CHF <span style="display:none">AF</span>', "hidden"),
        ("CHF <p hidden>AF</p>", "hidden"),
        ('CHF <img src="x.png">', "picture"),
    ],
)
def test_what_is_left_out_is_said(body: str, said: str) -> None:
    text, (notice,) = read(body)
    assert text == "CHF"
    assert notice.startswith('"n.html" has ')
    assert said in notice


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(NoteError, match=r'^"n\.html" is HTML without text'):
        read('<img src="scan.png">')


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="iso-8859-1">', "latin-1"),
        ('<meta charset="iso-8859-1">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
    ],
)
def test_the_character_set_of_a_page_is_obeyed(head: str, encoding: str) -> None:
    word = "сердце" if encoding == "cp1251" else "Ménière"
    word += " – “spell”" * (encoding == "cp1252")
    data = f"<html><head>{head}</head><body><p>{word}</p></body></html>".encode(encoding)
    found = read_here(data, "n.html")
    assert isinstance(found, Document)
    assert found.encounters[0].notes[0].intake.note.text == word
    assert found.all_notices == ()


@pytest.mark.parametrize(
    "text",
    ["<50% stenosis", "<PATIENT> was seen", "a < b > c", "p <0.05, <i>not</i", "2 <b", "AF & CHF"],
)
def test_prose_with_brackets_is_left_alone(text: str) -> None:
    assert not is_html(text)
    assert plain_text(text, "x").text == text


def test_a_tag_that_never_ends_is_passed_quickly() -> None:
    """The app looks at a file itself before a child reads it: nobody shall wait for that."""
    assert not is_html(("<b" + " " * 99_000) * 10)


@pytest.mark.parametrize("tag", ["<br/>", "<br />", "<p class='a'>", "</p >", "<hr\n>"])
def test_tags_may_hold_spaces_and_a_stroke(tag: str) -> None:
    assert is_html(f"{tag}Gout{tag}")
