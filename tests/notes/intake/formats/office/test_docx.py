"""Word documents: everything a reader sees, nothing that was deleted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document
from icd9_review.notes.intake.formats.office.archive import MEMBERS, UNPACKED
from icd9_review.notes.intake.reading import read_here as read_file
from icd9_review.outline.sections import sections
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


def notices(data: bytes) -> tuple[str, ...]:
    found = read_file(data, "note.docx")
    assert isinstance(found, Document)
    return found.all_notices


def styled(text: str, *properties: str) -> str:
    made = "".join(f"<w:{each}/>" for each in properties)
    return f"<w:r><w:rPr>{made}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"<w:p>{run('CHF')}{styled(' AF', 'strike')}</w:p>", "struck or deleted"),
        (f"<w:p>{run('CHF')}{styled(' AF', 'dstrike')}</w:p>", "struck or deleted"),
        (f"<w:p>{run('CHF')}{styled(' AF', 'vanish')}</w:p>", "hidden"),
        (
            f'<w:p>{run("CHF")}<w:del w:id="1"><w:r><w:delText>AF</w:delText></w:r></w:del></w:p>',
            "struck or deleted",
        ),
        (f'<w:p>{run("CHF")}<w:moveFrom w:id="1">{run(" AF")}</w:moveFrom></w:p>', "struck"),
        (
            f"<w:tbl><w:tr><w:tc><w:p>{run('CHF')}</w:p></w:tc></w:tr><w:tr><w:trPr>"
            f'<w:del w:id="1"/></w:trPr><w:tc><w:p>{run("AF")}</w:p></w:tc></w:tr></w:tbl>',
            "struck or deleted",
        ),
        (f"<w:p>{run('CHF')}<w:r><w:object/></w:r></w:p>", "embedded"),
        (f'<w:p>{run("CHF")}<w:r><w:sym w:font="Dingbats" w:char="F0AA"/></w:r></w:p>', "symbols"),
    ],
)
def test_what_nobody_is_meant_to_read_is_left_out_and_said(body: str, said: str) -> None:
    data = word(["end"], body=body)
    assert read(data) == "CHF\nend"
    (notice,) = notices(data)
    assert notice.startswith('"note.docx" has ')
    assert said in notice


def test_styles_strike_and_hide_and_a_run_may_say_otherwise() -> None:
    style = (
        b'<w:style w:type="character" w:styleId="Gone"><w:rPr><w:strike/></w:rPr></w:style>'
        b'<w:style w:type="character" w:styleId="Gone2"><w:basedOn w:val="Gone"/></w:style>'
    )
    off = '<w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>CHF</w:t></w:r>'
    by_style = '<w:r><w:rPr><w:rStyle w:val="Gone2"/></w:rPr><w:t>AF</w:t></w:r>'
    data = word(["end"], body=f"<w:p>{off}{by_style}</w:p>")
    styles = member(data, "word/styles.xml").replace(b"</w:styles>", style + b"</w:styles>")
    assert read(with_members(data, {"word/styles.xml": styles})) == "CHF\nend"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"
            f"</w:fldChar></w:r>{run('Smoker')}</w:p>",
            "[x] Smoker",
        ),
        (
            f"<w:p>{run('Sex: ')}<w:r><w:fldChar><w:ffData><w:ddList>"
            '<w:result w:val="1"/><w:listEntry w:val="M"/><w:listEntry w:val="F"/></w:ddList>'
            "</w:ffData></w:fldChar></w:r></w:p>",
            "Sex: F",
        ),
        (f'<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>{run(" AF")}</w:p>', "☑ AF"),
        (f'<w:p>{run("38 ")}<w:r><w:sym w:font="Symbol" w:char="F0B0"/></w:r></w:p>', "38 °"),
        (
            f"<w:p>{run('Dx: ')}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            f"{run('Click here')}</w:sdtContent></w:sdt><w:sdt><w:sdtPr><w:text/></w:sdtPr>"
            f"<w:sdtContent>{run('AF')}</w:sdtContent></w:sdt></w:p>",
            "Dx: AF",
        ),
        (f"<w:p>{run('pneu')}<w:r><w:softHyphen/></w:r>{run('monia')}</w:p>", "pneumonia"),
    ],
)
def test_forms_and_symbols_are_read(body: str, text: str) -> None:
    assert read(word(["end"], body=body)) == f"{text}\nend"


def test_headings_of_a_document_are_sections_whatever_they_say() -> None:
    document = docx.Document()
    for heading, words in (("Family history", "Stroke."), ("What she hopes for", "To walk.")):
        document.add_heading(heading, 2)
        document.add_paragraph(words)
    buffer = io.BytesIO()
    document.save(buffer)
    text = read(buffer.getvalue())
    assert [each.kind for each in sections(text)] == ["family history", "other"]


def test_a_picture_beside_text_is_named() -> None:
    drawn = (
        '<w:p><w:r><w:drawing><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/'
        '2006/picture"/></w:drawing></w:r></w:p>'
    )
    assert notices(word(["CHF"], body=drawn)) == (
        '"note.docx" has pictures; what stands in them is not read.',
    )


def strict(data: bytes) -> bytes:
    """A package as Word saves it under "Strict Open XML Document"."""
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    old = b"http://schemas.openxmlformats.org/"
    new = b"http://purl.oclc.org/ooxml/"
    changed = {}
    for name in names:
        content = member(data, name)
        for family in (b"wordprocessingml", b"spreadsheetml", b"officeDocument", b"drawingml"):
            content = content.replace(old + family + b"/2006/", new + family + b"/")
        changed[name] = content
    return with_members(data, changed)


def test_a_strict_document_is_read_as_any_other() -> None:
    data = strict(word(["CHF"], [["Lasix", "40 mg"]]))
    assert b"purl.oclc.org" in member(data, "word/document.xml")
    assert read(data) == "CHF\nLasix | 40 mg"


@pytest.mark.parametrize(
    "kind",
    [
        "vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "vnd.ms-word.document.macroEnabled.main+xml",
        "vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
)
def test_templates_and_documents_with_macros_are_read(kind: str) -> None:
    data = word(["CHF"])
    types = member(data, "[Content_Types].xml").replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", kind.encode()
    )
    assert read(with_members(data, {"[Content_Types].xml": types})) == "CHF"
