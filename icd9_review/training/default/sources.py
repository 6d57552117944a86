"""Real notes to cut training text from, with what is known of the codes in each.

Three corpora of the reference data, read at training time and never part of the project:

- MTSamples notes labelled by reading (``labels_mtsamples.jsonl`` beside this module holds ids,
  codes and offsets, no text; docs/labelling.md): marked evidence says that a code is present, and
  marked mentions that another is named and not coded;
- the other MTSamples notes: a dictionary with rules for negation, family and section gives
  weak labels;
- CodiEsp's training notes in English (CC BY 4.0): the dictionary's mentions count where the
  note's own codes confirm them.

The notes kept for measuring, and notes close to them, are in none.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from icd9_review.codes.notation import category
from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.mentions import LabelledMention, find_labelled

_OVERLAP_LIMIT = 0.3  # of the smaller text's shingles; by judgement: templates share less
_SHINGLE = 8  # words (Broder 1997); by judgement: so many in a row are seldom chance
_MEASURED = ("mtsamples_dev_labelled.jsonl", "mtsamples_procedures_labelled.jsonl")


class NoteOrigin(StrEnum):
    """Where a note comes from, and so how sure its labels are."""

    READ = "MTSamples, labelled by reading"
    WEAK = "MTSamples, labelled by the dictionary"
    CODIESP = "CodiEsp"


@dataclass(frozen=True, slots=True)
class SourceNote:
    """One real note, the mentions in it, and the codes of which other mentions are not known."""

    text: str
    mentions: tuple[LabelledMention, ...]
    unknown: frozenset[str] = frozenset()
    corpus: NoteOrigin = NoteOrigin.WEAK


def load_sources(reference_data: Path) -> tuple[SourceNote, ...]:
    """Every note of the three corpora that may be trained on."""
    measured = [note.text for note in measured_notes(reference_data)]
    read = read_mtsamples(reference_data)
    kept_out = _Overlap([*measured, *(note.text for note in read if note.split == "validation")])
    known = {note.id for note in read}
    weak = (text for id, text in _mtsamples(reference_data).items() if id not in known)
    sources = [
        *(_as_read(note) for note in read if note.split == "train"),
        *(SourceNote(text, tuple(find_labelled(text))) for text in weak),
        *map(_confirmed, _codiesp(reference_data)),
    ]
    return tuple(source for source in sources if not kept_out.holds(source.text))


def read_mtsamples(reference_data: Path) -> tuple[LabelledNote, ...]:
    """The MTSamples notes labelled for this project, of the splits train and validation.

    Notes of the second choose the threshold and are not trained on. Raises CorpusError where the
    reference data has another text under a note's id.
    """
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


def _join(row: dict[str, Any], texts: dict[str, str]) -> LabelledNote:
    text = texts[row["id"]]
    if hashlib.sha256(text.encode()).hexdigest()[:16] != row["text_sha256"]:
        raise CorpusError(f"{row['id']} has another text than the one that was labelled")
    labels = (
        Label(frozenset(e["any_of"]), e["status"], tuple(map(tuple, e["evidence"])))
        for e in row["labels"]
    )
    return LabelledNote(text, tuple(labels), row["id"], row["split"])


@cache
def _mtsamples(reference_data: Path) -> dict[str, str]:
    path = reference_data / "notes" / "mtsamples_dev.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {row["id"]: row["text"] for row in map(json.loads, file)}


def _codiesp(reference_data: Path) -> Iterator[LabelledNote]:
    path = reference_data / "notes" / "codiesp_en_dev.jsonl.gz"
    return read_labelled(path, "train") if path.is_file() else iter(())


def _as_read(note: LabelledNote) -> SourceNote:
    """Evidence of core labels becomes mentions.

    Alternatives, and what a coder may code or leave out, stay unknown: the scoring rule counts
    neither, so training leaves them open too.
    """
    place = {code: at for at, code in enumerate(label_codes())}
    mentions: list[LabelledMention] = []
    unknown: set[str] = set()
    for label in note.labels:
        codes = sorted(label.any_of & place.keys(), key=place.__getitem__)
        unknown.update(codes)
        if codes and label.status == "core":
            mentions += (LabelledMention(start, end, codes[0], 1) for start, end in label.evidence)
    return SourceNote(note.text, _apart(mentions), frozenset(unknown), NoteOrigin.READ)


def _apart(mentions: Iterable[LabelledMention]) -> tuple[LabelledMention, ...]:
    """Mentions in order; of overlapping ones only the first and those at the same place."""
    kept: list[LabelledMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end or _same_place(mention, kept[-1]):
            kept.append(mention)
    return tuple(kept)


def _same_place(one: LabelledMention, other: LabelledMention) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _confirmed(note: LabelledNote) -> SourceNote:
    """Mentions the note's codes confirm count; the others, and kin of its codes, are unknown."""
    codes = frozenset[str]().union(*(label.any_of for label in note.labels))
    categories = {category(code) for code in codes}
    found = find_labelled(note.text)
    mentions = tuple(replace(m, target=1) for m in found if m.code in codes and m.target)
    doubtful = {m.code for m in found if m.target and m.code not in codes}
    kin = {code for code in label_codes() if category(code) in categories}
    return SourceNote(note.text, mentions, frozenset(codes | doubtful | kin), NoteOrigin.CODIESP)


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
