"""Marking the project's own pairs: whose cue is worded as nothing the default model learns from?

The wording of a pair is what only its absent side has. It is held out unless the longest run of
these words stands in a text of the generator (templates, contrasts, cues, wording), or some of
them are a cue of the generator or of the rules: the notes that were labelled by reading may not
be printed here, and are taken to have whatever is in that list. A test compares the marks of
``pairs.jsonl``; this writes them again:

    python -m tests.evaluation.held_out REFERENCE_DATA
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from pathlib import Path

from icd9_review.evaluation.pairs import read_pairs
from icd9_review.notes.text.cues import Category, cue_phrases
from icd9_review.training.default.sources import measured_notes, read_mtsamples

PAIRS = Path(str(files("icd9_review.evaluation").joinpath("pairs.jsonl")))
_LEARNT = ("templates.tsv", "contrasts.tsv", "cues.tsv", "wording.tsv")
_SAID = {
    Category.NEGATED,
    Category.WARNED,
    Category.FAMILY,
    Category.OTHER,
    Category.HISTORY,
    Category.HISTORICAL,
    Category.UNCERTAIN,
}
_WORD = re.compile(r"[\w'’+/-]+|\{\w+\}|[\t\n]")


def words_of(text: str) -> list[str]:
    """Lower-case words; a slot, a tab and a line end are words that no text has."""
    return _WORD.findall(text.lower())


@cache
def learnt_wordings() -> str:
    """All words of the generator's texts, one space around each."""
    folder = files("icd9_review.training.default")
    texts = (folder.joinpath(name).read_text(encoding="utf-8") for name in _LEARNT)
    return " ".join(["", *(word for text in texts for word in words_of(f"{text}\n")), ""])


@cache
def learnt_cues() -> frozenset[tuple[str, ...]]:
    """The cues that the generator puts before conditions."""
    rows = files("icd9_review.training.default").joinpath("cues.tsv").read_text("utf-8")
    return frozenset(tuple(words_of(row.split("\t")[1])) for row in rows.splitlines())


def cue_wordings(present: str, absent: str) -> tuple[tuple[str, ...], ...]:
    """The runs of words that only the absent side has, in its order.

    >>> cue_wordings("He has gout.", "His own father has gout, not him.")
    (('his', 'own', 'father'), ('not', 'him'))
    """
    before, after = words_of(present), words_of(absent)
    codes = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    return tuple(tuple(after[i:j]) for name, *_, i, j in codes if name != "equal" and i < j)


def is_held_out(present: str, absent: str) -> bool:
    """Whether the wording of a pair is in no text that the default model learns from."""
    runs = cue_wordings(present, absent)
    longest = max(runs, key=len, default=())
    if not longest or f" {' '.join(longest)} " in learnt_wordings():
        return False
    return not any(_has_cue(run) for run in runs)


def _has_cue(run: tuple[str, ...]) -> bool:
    """Whether some of these words are a cue of the generator or of the rules."""
    known = cue_phrases()
    for at in range(len(run)):
        if any(run[at : at + len(cue)] == cue for cue in learnt_cues()):
            return True
        if (found := known.longest(run, at)) and any(c.category in _SAID for c in found[1]):
            return True
    return False


def texts_of_pairs(reference_data: Path) -> dict[str, str]:
    """Texts by id of the MTSamples notes that no model is trained on."""
    validation = (note for note in read_mtsamples(reference_data) if note.split == "validation")
    return {note.id: note.text for note in (*validation, *measured_notes(reference_data))}


def mark(path: Path, notes: Mapping[str, str]) -> None:
    """Write every pair's mark again; the texts of all its notes are needed."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = read_pairs(path, notes)
    if len(pairs) != len(lines):
        raise SystemExit("some pairs are of notes that the reference data lacks")
    rows = [json.loads(line) for line in lines]
    for row, pair in zip(rows, pairs, strict=True):
        row.pop("held_out", None)
        if is_held_out(pair.present, pair.absent):
            row["held_out"] = True
    written = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    mark(PAIRS, texts_of_pairs(Path(sys.argv[1])))
