"""Small official releases for tests, of the shape of the real ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook  # type: ignore[import-untyped]

from icd9_review.codes import undot
from icd9_review.codes.official.code_lists import MCE_HEADER, POA_HEADER

MCC_TITLE = "TABLE 6I.--COMPLETE MCC LIST - FY 2015"
CC_TITLE = "TABLE 6J.--COMPLETE CC LIST - FY 2015"
MCCS = ("038.9", "428.21", "785.52")
CCS = ("003.24", "428.20", "V62.84")

Lines = Iterable[tuple[int, int, str]]

MCE = (
    ("Newborn_Only", "D", "762.0"),
    ("Pediatric_Only", "D", "789.7"),
    ("Maternity_Only", "D", "650"),
    ("Adult_Only", "D", "601.0"),
    ("Female_Only", "D", "614.0"),
    ("Female_Only", "P", "68.51"),
    ("Male_Only", "D", "601.0"),
    ("Male_Only", "P", "60.0"),
    ("Principal_Manifestation", "D", "785.52"),
    ("Principal_Questionable_Admit", "D", "250.00"),
    ("Principal_Unacceptable", "D", "V45.81"),
    ("Noncovered_Always", "P", "11.71"),
    ("Noncovered_Over60", "P", "37.51"),
    ("Limited_Coverage", "P", "33.50"),
    ("Wrong_Performed", "D", "E876.5"),
    ("Noncovered_LOS_96hr", "P", "96.72"),
)

TABULAR = (
    (0, 0, "CLASSIFICATION OF DISEASES AND INJURIES"),
    (0, 0, "7.  DISEASES OF THE CIRCULATORY SYSTEM (390-459)"),
    (0, 1440, "428\tHeart failure"),
    (0, 720, "Code, if applicable, heart failure due to hypertension first (402.0-402.9)"),
    (720, 2160, "428.0\tCongestive heart failure, unspecified"),
    (1620, 2340, "Right heart failure"),
    (720, 2160, "Excludes:\tfluid overload NOS (276.69)"),
)
INDEX = (
    (0, 0, "INDEX TO DISEASES AND INJURIES"),
    (0, 0, "F"),
    (0, 1080, "Failure, failed"),
    (360, 1080, "heart (acute) (sudden) 428.9"),
    (720, 1440, "congestive (compensated) (see also Failure, heart) 428.0"),
)
CAUSES = (
    (0, 0, "INDEX TO EXTERNAL CAUSES OF INJURY (E CODE)"),
    (0, 1080, "Fall, falling (accidental) E888.9"),
    (360, 1080, "from, off"),
    (720, 1440, "ladder E881.0"),
    (360, 1080, "due to earthquake - see Earthquake"),
)
PROCEDURES = (
    (0, 0, "Index to Procedures"),
    (0, 0, "R"),
    (0, 1080, "Repair"),
    (360, 1080, "hernia NEC 53.9"),
    (720, 1440, "inguinal (unilateral) (with synchronous repair of the"),
    (1440, 2160, "cord) 53.00"),
    (360, 1080, "spectacles -- omit code"),
    (360, 1080, "toe -- see also Arthroplasty 81.57"),
)

VOLUME_3 = (
    (0, 0, "CLASSIFICATION OF PROCEDURES"),
    (0, 0, "9.  OPERATIONS ON THE DIGESTIVE SYSTEM (42-54)"),
    (0, 720, "Code also any application of an adhesion barrier substance (99.77)"),
    (0, 1440, "54.1\tLaparotomy"),
    (720, 2160, "54.11\tExploratory laparotomy"),
    (1620, 2340, "Second look"),
    (720, 2160, "Excludes:\texploration incidental to intra abdominal surgery -- omit code"),
)

DRUGS = (
    (0, 0, "Table of Drugs and Chemicals"),
    (0, 0, "This table contains a classification of drugs and other chemical substances."),
    (0, 720, "Acetic"),
    (360, 720, "acid\t983.1\tE864.1\t-\tE950.7\tE962.1\tE980.6"),
    (720, 1440, "with sodium acetate \n(ointment)\t976.3\tE858.7\tE946.3\tE950.4\tE962.0\tE980.4"),
    (0, 720, "Digoxin\t972.1\tE858.3\tE942.1\tE950.4\tE962.0\tE980.4"),
)


def as_rtf(lines: Lines, title: str = "Written (FY12)") -> bytes:
    """Paragraphs of (edge, left, text) as RTF, the way Word writes the releases."""
    paragraphs = "".join(
        rf"\pard\plain \fi{edge - left}\li{left} {{\b {_escaped(text)}\par }}"
        for edge, left, text in lines
    )
    head = rf"{{\rtf1\ansi\uc1{{\fonttbl{{\f0 Times;}}}}{{\info{{\title {title}}}}}"
    return f"{head}{paragraphs}}}".encode("ascii")


def as_zip(rtf: bytes, name: str = "Dtab12.rtf") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, rtf)
    return buffer.getvalue()


def as_mce(rows: Iterable[tuple[str, str, str]] = MCE, version: str = "32") -> bytes:
    lines = ["\t".join(MCE_HEADER)] + [
        f"{version}\t9\t4\tA\t{edit}\t{kind}\t{undot(code)}\tA short title"
        for edit, kind, code in rows
    ]
    return ("\n".join(lines) + "\n").encode()


def as_poa(codes: Iterable[str] = ("137.0", "E000.0", "V91.00")) -> bytes:
    lines = ["\t".join(POA_HEADER), *(f"{undot(code)}\tA title" for code in codes)]
    return ("\n".join(lines) + "\n\n").encode()


def as_complications(
    title: str, codes: Iterable[str], heading: str = "Diagnosis Code", parted: str = "\t"
) -> bytes:
    """An IPPS table as CMS publishes it as text: title, headings, bare codes, a footnote."""
    rows = [[title], [heading, "Description"], *([undot(code), "A title, NOS"] for code in codes)]
    lines = [parted.join(f'"{cell}"' if parted in cell else cell for cell in row) for row in rows]
    return "\r\n".join([*lines, "", "* Revised after publication"]).encode()


def as_workbook(title: str, codes: Iterable[object]) -> bytes:
    """The same as a workbook; a code that is no text is a number in it."""
    book = Workbook()
    for row in ([title], ["Diagnosis Code", "Description"], *([code, "A title"] for code in codes)):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def write_releases(folder: Path) -> tuple[Path, ...]:
    """One small file of each release, under names that say nothing."""
    indexes = (as_rtf(lines) for lines in (INDEX, CAUSES, PROCEDURES, VOLUME_3, DRUGS))
    complications = as_complications(MCC_TITLE, MCCS), as_workbook(CC_TITLE, map(undot, CCS))
    contents = (as_mce(), as_poa(), as_zip(as_rtf(TABULAR)), *indexes, *complications)
    names = ("one.txt", "two", "three.bin", "four.doc", "five", "six", "seven", "eight", "9", "10")
    paths = tuple(folder / name for name in names)
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def _escaped(text: str) -> str:
    return "".join(map(_escape, text))


def _escape(character: str) -> str:
    point = ord(character)
    if character in "\\{}":
        return f"\\{character}"
    if character == "\t":
        return r"\tab "
    if character == "\n":
        return r"\line "
    if point < 128:
        return character
    units = [point] if point < 0x10000 else []
    return "".join(rf"\u{unit if unit < 0x8000 else unit - 0x10000}?" for unit in units)
