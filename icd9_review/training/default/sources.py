"""Real notes to cut training text from, with what is known of the codes in each.

Two corpora of the reference data, read at training time and never part of the project:

- MTSamples notes labelled by reading (``labels_mtsamples.jsonl`` beside this module holds ids,
  codes and offsets, no text; docs/labelling.md): marked evidence says that a code is present, and
  marked mentions that another is named and not coded;
- CodiEsp's training notes in English (CC BY 4.0): words for one of a note's own codes count as
  evidence of it.

The notes kept for measuring, and notes close to them, are in none.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from icd9_review.codes.notation import category
from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.training.default.labels import label_codes, label_ids
from icd9_review.training.default.mentions import LabelledMention, find_terms, without_overlaps
from icd9_review.training.default.phrases import PhraseBook

_OVERLAP_LIMIT = 0.3  # of the smaller text's shingles; by judgement: templates share less
_SHINGLE = 8  # words (Broder 1997); by judgement: so many in a row are seldom chance
_MEASURED = ("mtsamples_dev_labelled.jsonl", "mtsamples_procedures_labelled.jsonl")
_REPEATED = 5  # letters from which the same words elsewhere in a note mean the same; by judgement
_LONGEST_TERM = 80  # characters of evidence that is a term and no sentence; by judgement


class NoteOrigin(StrEnum):
    """Where a note comes from, and so how sure its labels are."""

    READ = "MTSamples, labelled by reading"
    CODIESP = "CodiEsp"


@dataclass(frozen=True, slots=True)
class SourceNote:
    """One real note, the mentions in it, and the codes of which other mentions are not known."""

    text: str
    mentions: tuple[LabelledMention, ...]
    unknown: frozenset[str] = frozenset()
    corpus: NoteOrigin = NoteOrigin.READ
    present: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A labelled note with what it names and does not report: codes, and where."""

    note: LabelledNote
    named: tuple[tuple[tuple[str, ...], tuple[tuple[int, int], ...]], ...] = ()
    first: tuple[str, ...] = ()


def load_sources(reference_data: Path, book: PhraseBook) -> tuple[SourceNote, ...]:
    """Every note of the corpora that may be trained on."""
    measured = [note.text for note in measured_notes(reference_data)]
    read = _read_notes(reference_data)
    held = [each.note.text for each in read if each.note.split == "validation"]
    kept_out = _Overlap([*measured, *held])
    sources = (
        *(_as_read(each) for each in read if each.note.split == "train"),
        *(_confirmed(note, book) for note in _codiesp(reference_data)),
    )
    return tuple(source for source in sources if not kept_out.holds(source.text))


def read_mtsamples(reference_data: Path) -> tuple[LabelledNote, ...]:
    """The MTSamples notes labelled for this project, of the splits train and validation.

    Notes of the second choose the threshold and are not trained on. Raises CorpusError where the
    reference data has another text under a note's id.
    """
    return tuple(each.note for each in _read_notes(reference_data))


def _read_notes(reference_data: Path) -> tuple[ReadNote, ...]:
    texts = _mtsamples(reference_data)
    rows = [json.loads(line) for line in label_lines()]
    return tuple(_join(row, texts) for row in rows if row["id"] in texts)


def measured_notes(reference_data: Path) -> tuple[LabelledNote, ...]:
    """The labelled notes of the reference data, which nothing may be trained on or fitted to."""
    paths = (reference_data / "notes" / name for name in _MEASURED)
    return tuple(note for path in paths if path.is_file() for note in read_labelled(path))


def label_lines() -> list[str]:
    """The lines of ``labels_mtsamples.jsonl``: one note each, by id, without its text."""
    path = files("icd9_review.training.default").joinpath("labels_mtsamples.jsonl")
    return path.read_text(encoding="utf-8").splitlines()


def noted_terms(sources: Iterable[SourceNote]) -> dict[str, tuple[str, ...]]:
    """The words in which read notes name each code, where they are a term and no sentence."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for source in sources:
        for mention in source.mentions:
            if mention.target != 0 and mention.end - mention.start < _LONGEST_TERM:
                term = " ".join(source.text[mention.start : mention.end].split())
                found[mention.code][term] = None
    return {code: tuple(terms) for code, terms in found.items()}


def note_counts(sources: Iterable[SourceNote]) -> Counter[str]:
    """In how many notes each code is present, in an order that every process has."""
    return Counter(chain.from_iterable(sorted(source.present) for source in sources))


def _join(row: Mapping[str, Any], texts: Mapping[str, str]) -> ReadNote:
    text = texts[row["id"]]
    if hashlib.sha256(text.encode()).hexdigest()[:16] != row["text_sha256"]:
        raise CorpusError(f"{row['id']} has another text than the one that was labelled")
    labels = (
        Label(frozenset(e["any_of"]), e["status"], tuple(map(tuple, e["evidence"])))
        for e in row["labels"]
    )
    named = (
        (tuple(e["any_of"]), tuple(map(tuple, e["evidence"]))) for e in row.get("mentions", ())
    )
    first = tuple(e["any_of"][0] for e in row["labels"])
    return ReadNote(LabelledNote(text, tuple(labels), row["id"], row["split"]), tuple(named), first)


@cache
def _mtsamples(reference_data: Path) -> dict[str, str]:
    path = reference_data / "notes" / "mtsamples_dev.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {row["id"]: row["text"] for row in map(json.loads, file)}


def _codiesp(reference_data: Path) -> Iterator[LabelledNote]:
    path = reference_data / "notes" / "codiesp_en_dev.jsonl.gz"
    return read_labelled(path, "train") if path.is_file() else iter(())


def _as_read(read: ReadNote) -> SourceNote:
    """Evidence of core labels is present, named codes are not; what is arguable is not known.

    Alternatives of a label, and what a coder may code or leave out, stay unknown throughout the
    note: the scoring rule counts neither, so training leaves them open too.
    """
    note, mentions = read.note, list[LabelledMention]()
    for label, best in zip(note.labels, read.first, strict=True):
        target = 1 if label.status == "core" else -1
        mentions += (LabelledMention(*place, best, target) for place in label.evidence)
    mentions += (
        LabelledMention(*place, code, 0)
        for codes, places in read.named
        for place in places
        for code in codes
    )
    core = {b for label, b in zip(note.labels, read.first, strict=True) if label.status == "core"}
    return SourceNote(
        note.text,
        _with_repeated(note.text, without_overlaps(mentions)),
        frozenset[str]().union(*(label.any_of for label in note.labels)),
        NoteOrigin.READ,
        frozenset(core),
    )


def _with_repeated(text: str, mentions: tuple[LabelledMention, ...]) -> tuple[LabelledMention, ...]:
    """The mentions, and the same words elsewhere in the note, which are taken to mean the same."""
    found = list(mentions)
    for mention in mentions:
        words = text[mention.start : mention.end]
        if mention.target == 0 or len(words) < _REPEATED:
            continue
        for place in re.finditer(rf"\b{re.escape(words)}\b", text, re.IGNORECASE):
            if not any(m.start < place.end() and place.start() < m.end for m in found):
                found.append(LabelledMention(*place.span(), mention.code, mention.target))
    return tuple(sorted(found, key=lambda m: (m.start, m.end)))


def _confirmed(note: LabelledNote, book: PhraseBook) -> SourceNote:
    """Words for the note's own codes count; kin of these codes are unknown."""
    codes = frozenset[str]().union(*(label.any_of for label in note.labels)) & label_ids().keys()
    kin = chain.from_iterable(_kin()[category(code)] for code in codes)
    mentions = without_overlaps(find_terms(note.text, codes, book))
    return SourceNote(note.text, mentions, frozenset(kin), NoteOrigin.CODIESP)


@cache
def _kin() -> dict[str, tuple[str, ...]]:
    """The codes of each category."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in label_codes():
        found[category(code)].append(code)
    return {kin: tuple(codes) for kin, codes in found.items()}


class _Overlap:
    """Whether a text shares much of its wording with one of the texts kept for measuring."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._sizes: list[int] = []
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            shingles = _shingles(text)
            self._sizes.append(len(shingles))
            for shingle in shingles:
                self._holders[shingle].append(number)

    def holds(self, text: str) -> bool:
        shingles = _shingles(text)
        shared = Counter(
            number for shingle in shingles for number in self._holders.get(shingle, ())
        )
        return any(
            count > _OVERLAP_LIMIT * max(1, min(len(shingles), self._sizes[number]))
            for number, count in shared.items()
        )


def _shingles(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))
