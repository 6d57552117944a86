"""Signed charts as labelled notes: a chart is one text, its notes one after the other.

The product takes each code's largest logit over all windows of all notes of a chart, and so does
training over the windows of a text. Nobody has to say in which note a code stands.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from icd9_review.quality.teaching import lesson_part
from icd9_review.training.finetune.workplace import replace_json
from icd9_review.values import LeftLesson, Lesson, Span

_BETWEEN: Final = "\n\n"  # notes: no sentence goes on behind a blank line


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """What was written: charts by part and by whose word they are, what was left out, the sum.

    ``unknown`` counts the charts of each code that the model does not know and cannot learn.
    """

    parts: Mapping[str, int]
    audited: Mapping[str, int]
    left: Mapping[str, Sequence[str]]
    unknown: Mapping[str, int]
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def write_lessons(
    given: Iterable[tuple[Lesson, tuple[str, ...]] | LeftLesson],
    left: Iterable[LeftLesson],
    labels: Collection[str],
    path: Path,
) -> LessonFacts:
    """Write charts as the lines that models are trained and measured on, and say what they are.

    ``left`` was left out before. The file is its owner's alone and is whole or not there; what it
    is stands beside it.
    """
    parts: Counter[str] = Counter()
    audited: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    passed, total = list(left), sha256()
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        for each in given:
            if isinstance(each, LeftLesson):
                passed.append(each)
                continue
            lesson, texts = each
            line = json.dumps(_line(lesson, texts), ensure_ascii=False).encode() + b"\n"
            total.update(line)
            file.write(line)
            parts[lesson_part(lesson)] += 1
            audited[lesson_part(lesson)] += lesson.audited
            unknown.update(c.key[1] for c in lesson.codes if c.key[1] not in labels)
    why: dict[str, list[str]] = {}
    for each in passed:
        why.setdefault(each.why.value, []).append(each.encounter)
    facts = LessonFacts(dict(parts), dict(audited), why, dict(unknown), total.hexdigest())
    replace_json(facts_path(path), facts.to_json())
    draft.rename(path)
    return facts


def facts_path(corpus: Path) -> Path:
    """Where it stands what a file of charts is."""
    return corpus.with_suffix(".facts.json")


def _line(lesson: Lesson, texts: Sequence[str]) -> dict[str, object]:
    starts: dict[str, int] = {}
    place = 0
    for note, text in zip(lesson.notes, texts, strict=True):
        starts[note] = place
        place += len(text) + len(_BETWEEN)
    return {
        "id": lesson.encounter,
        "text": _BETWEEN.join(texts),
        "split": lesson_part(lesson).value,
        "factors": {"word": "audited" if lesson.audited else "single"},
        "labels": [
            {"any_of": [each.key[1]], "evidence": _offsets(each.evidence, starts)}
            for each in lesson.codes
        ],
    }


def _offsets(evidence: Iterable[Span], starts: Mapping[str, int]) -> list[list[int]]:
    """Places in the text of the chart; what stands in a note that counts no more is left out."""
    return [
        [starts[span.note_id] + span.start, starts[span.note_id] + span.end]
        for span in evidence
        if span.note_id in starts
    ]
