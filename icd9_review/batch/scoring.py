"""Some notes read at once by one predictor: the one way to codes that all engines go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from icd9_review.batch.results import ResultRow, Spans, rejected_row, scored_row
from icd9_review.batch.waiting import WaitingNote
from icd9_review.evidence import choose_evidence
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.model.reading.threads import use_threads
from icd9_review.suggestions import suggested
from icd9_review.values import Suggestion, Window

AT_ONCE: Final = 64
"""Notes whose windows are sorted by length together; by judgement: batches are full from there."""


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How notes are read: by which model folder, on how many cores of one process or which GPU.

    ``exports`` is where ONNX Runtime's form of the model lies, None for PyTorch; of each note the
    first ``explained`` suggestions are explained.
    """

    model: Path
    exports: Path | None
    threads: int = 1
    explained: int = 0
    device: str = "cpu"


class NoteScorer:
    """A predictor as a batch uses it."""

    def __init__(self, settings: BatchSettings) -> None:
        use_threads(settings.threads)
        self._predictor = load_predictor(settings.model, settings.device)
        if settings.exports is not None:
            use_fastest(self._predictor, settings.exports)
        self._explainer = Explainer(self._predictor)
        self._explained = settings.explained

    @property
    def predictor(self) -> Predictor:
        """What reads the notes."""
        return self._predictor

    def score(self, notes: Sequence[WaitingNote]) -> list[ResultRow]:
        """A row for each note, in their order; what was refused before stays refused.

        Raises what the model raises: an engine finds out by which note.
        """
        version = self._predictor.version
        waiting = [note for note in notes if not note.refusal]
        scores = iter(self._predictor.score_many(note.text for note in waiting))
        rows = []
        for note in notes:
            if note.refusal:
                rows.append(rejected_row(note, version.version, note.refusal))
                continue
            found, mine = suggested(one := next(scores), version), note.text
            rows.append(scored_row(note, one, found, self._spans(mine, found)))
        return rows

    def _spans(self, text: str, found: Sequence[Suggestion]) -> Spans:
        spans: Spans = {}
        for window, codes in _by_window(found[: self._explained]):
            explained = self._explainer.explain_many(text, codes, window=window)
            for code, attribution in explained.items():
                # Weights that do not add up are no explanation.
                spans[code] = choose_evidence(text, attribution) if attribution.holds else ()
        return spans


def _by_window(found: Sequence[Suggestion]) -> Iterator[tuple[Window, list[str]]]:
    """Codes of one window share the passes through the model."""
    codes: dict[Window, list[str]] = defaultdict(list)
    for each in found:
        codes[each.window].append(each.code)
    yield from codes.items()
