"""Files of every format, made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
import openpyxl  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(pages: Sequence[str], *, encrypt: str = "") -> bytes:
    """A PDF by hand: a page for each text, a page with a full-page picture for None-like "~".

    ``encrypt`` is put into the trailer as it is.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (
            b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(pages))),
            len(pages),
        ),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream",
    ]
    for text in pages:
        number = len(objects) + 2
        content = _content(text)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>" % number,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    return _assemble(objects, encrypt)


def _content(text: str) -> bytes:
    """``~`` draws a picture over the whole page; the rest is text, line by line."""
    picture = b"q 600 0 0 800 0 0 cm /I Do Q\n" if "~" in text else b""
    lines = [line for line in text.replace("~", "").split("\n") if line]
    if not lines:
        return picture
    shown = b"".join(b"(%s) Tj T*\n" % line.encode("latin-1") for line in lines)
    return picture + b"BT /F 12 Tf 14 TL 50 700 Td\n" + shown + b"ET"


def _assemble(objects: Sequence[bytes], encrypt: str) -> bytes:
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        data
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, encrypt.encode(), len(data))
    )


def drawn(
    content: bytes, annotations: bytes = b"", fields: bytes = b"", pictures: bool = False
) -> bytes:
    """A PDF of one page, 600 by 800 points, with this content and these annotations."""
    resources = b"/Font << /F 3 0 R >>" + (b" /XObject << /I 6 0 R >>" if pictures else b"")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % fields,
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R"
        b" /Resources << %s >> /Annots [%s] >>" % (resources, annotations),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream",
    ]
    return _assemble(objects, "")


def placed(*words: tuple[float, float, str]) -> bytes:
    """Words at their places from the left and from below, in the order in which they are drawn."""
    return b"".join(
        b"BT /F 12 Tf %g %g Td (%s) Tj ET\n" % (x, y, text.encode("latin-1"))
        for x, y, text in words
    )


LOCKED = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -1 /O <" + "11" * 32 + "> /U <" + "22" * 32 + "> >>"
    " /ID [<00> <00>]"
)
"""A trailer of a PDF that opens with no password anybody knows."""


def word(
    paragraphs: Sequence[str] = (),
    table: Sequence[Sequence[str]] = (),
    header: str = "",
    body: str = "",
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    """A Word document; ``body`` is XML put at its beginning, ``parts`` replace members."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, cells in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    buffer = io.BytesIO()
    document.save(buffer)
    replaced = dict(parts or {})
    if body:
        name = "word/document.xml"
        xml = member(buffer.getvalue(), name)
        replaced[name] = xml.replace(b"<w:body>", b"<w:body>" + body.encode())
    return with_members(buffer.getvalue(), replaced)


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parquet(rows: Sequence[Mapping[str, object]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), buffer)
    return buffer.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def with_members(data: bytes, replaced: Mapping[str, bytes]) -> bytes:
    """An archive with some members replaced or added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *replaced]):
            new.writestr(name, replaced[name] if name in replaced else old.read(name))
    return buffer.getvalue()


MDM = (
    "MSH|^~\\&|EHR|H|ICD|H|20140317120000||MDM^T02|1|P|2.5\r"
    "PID|1||MRN777^^^H||Doe^Jane||19430110|F\r"
    "PV1|1|I|||||||||||||||||V0001^^^HOSP|||||||||||||||||||||||||20140312|20140317\r"
    "TXA|1|DS|TX|20140317||||||||DOC9\r"
    "OBX|1|TX|||DISCHARGE DIAGNOSES:~1. Congestive heart failure\\.br\\2. Afib \\T\\ flutter\r"
    "OBX|2|TX|||Follow up in 2 weeks\r"
    "DG1|1|I9|428.0^CHF^I9C\r"
    "DG1|2||E11.9^T2DM^I10\r"
)
ORU = (
    "MSH|^~\\&|LAB|H|ICD|H|20140313||ORU^R01|2|P|2.5\n"
    "PID|1||MRN777||Doe^Jane||19430110|F\n"
    "PV1|1|O|||||||||||||||||V0002|||||||||||||||||||||||||20140313\n"
    "OBR|1||F1|71020^CHEST XRAY|||20140313\n"
    "OBX|1|FT|||FINDINGS: Small effusion.\n"
    "and a line of its own\n"
    "OBR|2||F2|2345-7^Glucose|||20140313\n"
    "OBX|1|NM|2345-7^Glucose^LN||182|mg/dL|70-105|H\n"
    "OBX|2|NM|2345-7^Glucose^LN||1|mg/dL|||||W\n"
)


def cda(body: str, *, root: str = "ClinicalDocument", doctype: str = "") -> bytes:
    """A CDA document with the given structured body."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
        f'<{root} xmlns="urn:hl7-org:v3"><id root="1.2" extension="d1"/>'
        '<setId root="1.2" extension="s1"/><title>Discharge Summary</title>'
        '<effectiveTime value="20140317"/>'
        "<recordTarget><patientRole><patient><name>Jane Doe</name>"
        '<administrativeGenderCode code="F"/><birthTime value="19430110"/>'
        "</patient></patientRole></recordTarget><componentOf><encompassingEncounter>"
        '<id root="9.9" extension="V0001"/><code code="IMP"/><effectiveTime>'
        '<low value="20140312"/><high value="20140317"/></effectiveTime>'
        f"</encompassingEncounter></componentOf><component>{body}</component></{root}>"
    ).encode()


SECTIONS = (
    "<structuredBody><component><section><title>Hospital Course</title>"
    "<text><paragraph>Acute on chronic  CHF,<br/>diuresed.</paragraph>"
    '<paragraph>Kept <content revised="delete">not this </content>word.</paragraph></text>'
    "<component><section><title>Labs</title><text><table><tr><th>BNP</th><td>1200</td></tr>"
    "</table></text></section></component></section></component>"
    "<component><section><title>Plan:</title><text><list><item>Furosemide</item>"
    "<item>Follow up</item></list></text></section></component></structuredBody>"
)
