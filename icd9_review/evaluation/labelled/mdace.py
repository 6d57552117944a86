"""MDACE as labelled notes: codes of MIMIC-III notes with the spans that document them.

Cheng et al., MDACE: MIMIC Documents Annotated with Code Evidence, ACL 2023. Its public files
hold offsets and codes, one JSON object an admission; the texts are in NOTEEVENTS.csv of
MIMIC-III, which everybody has to get from PhysioNet. Offsets are code points of the text as
Python's csv module reads it, with every line break as one LF.

The labels are the annotations of one note, not all codes of its admission.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, TextIO

from pydantic import BaseModel, Field, ValidationError

from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.model.folder.labels import dot
from icd9_review.values import Kind

# What MDACE calls the volumes of ICD-9-CM; other systems (ICD-10, CPT) are left out.
_KINDS = {"ICD-9-CM": Kind.DIAGNOSIS, "ICD-9-PCS": Kind.PROCEDURE}
_COLUMNS = ("ROW_ID", "HADM_ID", "TEXT")
_LONGEST_FIELD = 2**31 - 1  # of a row; csv's own limit is 131,072 characters


class _Annotation(BaseModel):
    begin: Annotated[int, Field(ge=0)]
    end: int
    code: str
    code_system: str
    covered_text: str | None = None


class _Document(BaseModel):
    note_id: int
    category: str = ""
    annotations: tuple[_Annotation, ...] = ()


class _Admission(BaseModel):
    hadm_id: int
    notes: tuple[_Document, ...]


def read_mdace(
    annotations: Path,
    noteevents: Path,
    *,
    admissions: Collection[int] | None = None,
    category: str | None = None,
) -> tuple[LabelledNote, ...]:
    """Every annotated note with a code of ICD-9-CM, by admission and place in its file.

    ``annotations`` is a folder of MDACE's JSON files (data/Inpatient/ICD-9/1.0), ``noteevents``
    NOTEEVENTS.csv, which may be gzipped. ``admissions`` and ``category``, such as "Discharge
    summary", take only those notes. A note's id is its admission and its row, its factors hold
    its category. Raises CorpusError naming file and note where files are not of this form,
    where a text is missing and where an offset does not fit its text.
    """
    chosen = [
        (path, admission.hadm_id, document)
        for path, admission in _read_admissions(annotations)
        if admissions is None or admission.hadm_id in admissions
        for document in admission.notes
        if (category is None or document.category == category) and _codes(document)
    ]
    if not chosen:
        raise CorpusError(
            f"{annotations} annotates no note with ICD-9-CM codes that was asked for; "
            "name the folder data/Inpatient/ICD-9/1.0 of MDACE and a category it has"
        )
    texts = _read_texts(noteevents, {doc.note_id: hadm for _, hadm, doc in chosen})
    return tuple(_labelled(path, hadm, doc, texts[doc.note_id]) for path, hadm, doc in chosen)


def read_mdace_split(path: Path) -> frozenset[int]:
    """The admissions of a split of MDACE (splits/Inpatient/MDace-ev-test.csv), one a line."""
    try:
        lines = path.read_text(encoding="utf-8").split()
        return frozenset(int(line) for line in lines)
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise CorpusError(f"{path} is not a list of admissions, one HADM_ID a line") from None


def _read_admissions(folder: Path) -> Iterator[tuple[Path, _Admission]]:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise CorpusError(f"{folder} has no .json files; name MDACE's data/Inpatient/ICD-9/1.0")
    for path in paths:
        try:
            yield path, _Admission.model_validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            what = f"{place} {first['msg']}".strip()
            raise CorpusError(f"{path}: {what}") from None
        except OSError as error:
            raise CorpusError(f"{path} cannot be read: {error.strerror}") from None


def _codes(document: _Document) -> bool:
    return any(annotation.code_system in _KINDS for annotation in document.annotations)


def _labelled(path: Path, hadm_id: int, document: _Document, text: str) -> LabelledNote:
    """The note with one label a code, its spans in reading order and without repetitions."""
    spans: dict[str, set[tuple[int, int]]] = {}
    for annotation in document.annotations:
        if annotation.code_system in _KINDS:
            where = f"{path}, note {document.note_id}"
            span = _check_span(where, annotation, text)
            spans.setdefault(_dotted(where, annotation), set()).add(span)
    labels = tuple(
        Label(frozenset({code}), evidence=tuple(sorted(spans[code]))) for code in sorted(spans)
    )
    name = f"{hadm_id}-{document.note_id}"
    return LabelledNote(text, labels, name, factors={"category": document.category})


def _dotted(where: str, annotation: _Annotation) -> str:
    code = dot(annotation.code, _KINDS[annotation.code_system])
    if code is None:
        raise CorpusError(
            f"{where}: {annotation.code[:20]!r} is no code of {annotation.code_system}; correct it"
        )
    return code


def _check_span(where: str, annotation: _Annotation, text: str) -> tuple[int, int]:
    begin, end = annotation.begin, annotation.end
    if not begin < end <= len(text):
        raise CorpusError(
            f"{where}: [{begin}, {end}] lies outside its {len(text):,} characters; "
            "MDACE's offsets are those of NOTEEVENTS.csv of MIMIC-III 1.4, unchanged"
        )
    if annotation.covered_text is not None and text[begin:end] != annotation.covered_text:
        raise CorpusError(
            f"{where}: covered_text of [{begin}, {end}] is not what stands there; "
            "take NOTEEVENTS.csv of MIMIC-III 1.4, unchanged"
        )
    return begin, end


def _read_texts(path: Path, wanted: Mapping[int, int]) -> dict[int, str]:
    """The texts of rows, given with their admissions; the file is read once, row by row."""
    texts: dict[int, str] = {}
    with _open(path) as file:
        for number, row in _rows(path, file):
            if number not in wanted:
                continue
            if row["HADM_ID"].strip().partition(".")[0] != str(wanted[number]):
                raise CorpusError(
                    f"{path}, ROW_ID {number}: belongs to another admission than MDACE says; "
                    "take NOTEEVENTS.csv of MIMIC-III 1.4"
                )
            texts[number] = row["TEXT"].replace("\r\n", "\n").replace("\r", "\n")
            if len(texts) == len(wanted):
                break
    if missing := sorted(wanted.keys() - texts.keys()):
        raise CorpusError(
            f"{path} lacks {len(missing):,} of {len(wanted):,} annotated notes, the first is "
            f"ROW_ID {missing[0]}; MDACE belongs to the whole NOTEEVENTS.csv of MIMIC-III 1.4"
        )
    return texts


def _rows(path: Path, file: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(file)
    try:
        header = [name.upper() for name in next(reader, [])]
        if lacking := [name for name in _COLUMNS if name not in header]:
            raise CorpusError(f"{path} has no column {lacking[0]}; it is not NOTEEVENTS of MIMIC")
        places = {name: header.index(name) for name in _COLUMNS}
        for row in reader:
            found = {name: row[place] for name, place in places.items()}
            yield int(found["ROW_ID"]), found
    except (csv.Error, zlib.error, IndexError, ValueError, EOFError, OSError) as error:
        raise CorpusError(
            f"{path}, near line {reader.line_num}: no row of NOTEEVENTS ({type(error).__name__}); "
            "the file is damaged or was changed"
        ) from None


def _open(path: Path) -> TextIO:
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8", newline="")
        return path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}") from None
