"""Word documents: everything a reader sees, nothing that was deleted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document
from icd9_review.notes.intake.formats.archive import MEMBERS, UNPACKED
from icd9_review.notes.intake.reading import read_here as read_file
from tests.notes.intake.formats.made import member, with_members, word


def read(data: bytes) -> str:
    found = read_file(data, "note.docx")
    assert isinstance(found, Document)
    return found.encounters[0].notes[0].intake.note.text


def test_header_paragraphs_and_tables_come_in_order() -> None:
    data = word(["Diagnoses", "CHF"], [["Drug", "Dose"], ["Lasix", "40 mg"]], "St. Elsewhere")
    assert read(data) == "St. Elsewhere\nDiagnoses\nCHF\nDrug | Dose\nLasix | 40 mg"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f'<w:p>{run("no ")}<w:ins w:id="1">{run("CHF")}</w:ins></w:p>', "no CHF"),
        (
            f'<w:p>{run("CHF")}<w:del w:id="1"><w:r><w:delText>AF</w:delText></w:r></w:del></w:p>',
            "CHF",
        ),
        (f"<w:sdt><w:sdtContent><w:p>{run('CHF')}</w:p></w:sdtContent></w:sdt>", "CHF"),
        (f"<w:p><w:sdt><w:sdtContent>{run('CHF')}</w:sdtContent></w:sdt></w:p>", "CHF"),
        (
            "<w:p><w:r><w:t>A</w:t><w:tab/><w:t>B</w:t><w:br/><w:t>C</w:t></w:r></w:p>",
            "A\tB\nC",
        ),
        (
            f"<w:p>{run('A')}<w:r><w:pict><w:txbxContent><w:p>{run('in a box')}</w:p>"
            "</w:txbxContent></w:pict></w:r></w:p>",
            "A\nin a box",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>inner</w:t></w:r></w:p></w:tc>"
            f"</w:tr></w:tbl><w:p>{run('outer')}</w:p></w:tc></w:tr></w:tbl>",
            "inner outer",
        ),
        (
            '<w:p><w:hyperlink w:anchor="x">' + run("link") + "</w:hyperlink></w:p>",
            "link",
        ),
    ],
)
def test_what_python_docx_passes_over_is_read(body: str, expected: str) -> None:
    assert read(word(["end"], body=body)) == f"{expected}\nend"


def test_comments_are_left_out_with_a_notice() -> None:
    import docx

    document = docx.Document()
    paragraph = document.add_paragraph("CHF")
    document.add_comment(paragraph.runs, text="is this right?", author="x", initials="x")
    buffer = io.BytesIO()
    document.save(buffer)
    found = read_file(buffer.getvalue(), "note.docx")
    assert isinstance(found, Document)
    assert found.all_notices == ('"note.docx" has comments; they are left out.',)
    assert found.encounters[0].notes[0].intake.note.text == "CHF"


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(NoteError, match=r'"note\.docx" is empty'):
        read(word())


def bomb() -> bytes:
    """An archive of a megabyte that unpacks to more than the limit."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w/>")
        for number in range(3):
            archive.writestr(f"word/{number}.xml", bytes(UNPACKED // 2))
    return buffer.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(NoteError, match=r"unpacks to 4 files with 300 MB, the limits are"):
        read(bomb())


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bomb()
    size = (UNPACKED // 2).to_bytes(4, "little")
    assert data.count(size) >= 3
    with pytest.raises(NoteError, match=r'^"note\.docx" is a damaged Office document'):
        read(data.replace(size, (100).to_bytes(4, "little")))


def test_too_many_members_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", b"<w/>")
        for number in range(MEMBERS):
            archive.writestr(f"x/{number}", b"")
    with pytest.raises(NoteError, match=r"unpacks to 5,001 files"):
        read(buffer.getvalue())


def test_entities_read_no_file_and_do_not_expand(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("unmistakable")
    data = word(["CHF"])
    xml = member(data, "word/document.xml")
    for declaration in (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>',
        '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY e "&a;&a;&a;&a;">]>',
    ):
        head, _, rest = xml.partition(b"?>")
        hostile = head + b"?>" + declaration.encode() + rest.replace(b"CHF", b"CHF &e;")
        for name in ("word/document.xml", "[Content_Types].xml", "word/styles.xml"):
            with pytest.raises(NoteError, match="document type declaration"):
                read(with_members(data, {name: hostile}))


def test_a_declaration_in_utf_16_is_seen_too() -> None:
    hostile = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16")
    with pytest.raises(NoteError, match="document type declaration"):
        read(with_members(word(["CHF"]), {"word/styles.xml": hostile}))


@pytest.mark.parametrize("name", ["[Content_Types].xml", "word/document.xml", "_rels/.rels"])
@pytest.mark.parametrize("content", [b"", b"<x>", b"\xff\xfe\x00", b"<x/>"])
def test_a_broken_package_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(NoteError, match=r'^"note\.docx" '):
        read(with_members(word(["CHF"]), {name: content}))
