"""What a model said of labelled notes: one matrix of logits, beside what is true of them.

A model is measured through small protocols. ``Scorer`` gives logits for many texts: a model
folder (``model/reading/scorer.py``) and the TF-IDF baseline are scorers. ``JudgingScorer`` says
besides what the judge of a folder demotes. ``NoteReader`` gives the suggestions for one text, as
the product's predictor does. What gives codes without probabilities, such as a dictionary, is
measured by its codes alone (``rule.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from icd9_review.arrays import Bools
from icd9_review.errors import CorpusError, NoteError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.model.folder.labels import kind_of
from icd9_review.model.reading.texts import check_text
from icd9_review.suggestions import Verdicts, calibrate, listing_order, sigmoid
from icd9_review.values import Calibration, Kind, Suggestion


class NoteReader(Protocol):
    """What reads one note: the predictor of a model folder."""

    @property
    def labels(self) -> Sequence[str]:
        """The dotted codes the model knows."""

    def predict(self, text: str) -> Sequence[Suggestion]:
        """The labels worth showing, with their probabilities."""


class CopyReader(NoteReader, Protocol):
    """What reads copies too, as what-if does."""

    def predict_copy(self, text: str, copy: str) -> Sequence[Suggestion]:
        """The labels worth showing for a copy of a text."""


class Scorer(Protocol):
    """What reads many notes; a code is suggested where ``sigmoid(logit) >= threshold``."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The dotted codes it knows, in the order of its outputs."""

    @property
    def thresholds(self) -> Sequence[float]:
        """From which probability each code is suggested."""

    def logits(self, texts: Iterable[str]) -> npt.NDArray[np.float32]:
        """Logits of shape (notes, codes); the texts may come from a generator."""


@runtime_checkable
class JudgingScorer(Protocol):
    """A scorer whose model has a second judge."""

    def judged_logits(
        self, texts: Iterable[str]
    ) -> tuple[npt.NDArray[np.float32], list[frozenset[int]]]:
        """Logits of shape (notes, codes), and of each note the places of the demoted codes."""


@runtime_checkable
class _Windowed(Protocol):
    def share_read(self, text: str) -> float: ...


@dataclass(frozen=True, eq=False)
class Readings:
    """Labelled notes and the logit a model gave every code for each.

    ``logits`` float32 of shape (notes, codes); ``thresholds`` and ``read``, the share of each
    note that the model saw, of shape (codes,) and (notes,). ``demoted`` are of each note the
    columns of what the model's judge did not let pass; empty where it has none.
    """

    notes: tuple[LabelledNote, ...]
    codes: tuple[str, ...]
    logits: npt.NDArray[np.float32]
    thresholds: npt.NDArray[np.float64]
    read: npt.NDArray[np.float64]
    calibration: Calibration | None = None
    demoted: tuple[frozenset[int], ...] = ()

    @property
    def probabilities(self) -> npt.NDArray[np.float64]:
        """Raw probabilities, before calibration: what thresholds are compared with."""
        return sigmoid(self.logits)

    @cached_property
    def order(self) -> npt.NDArray[np.floating]:
        """What lists go by, largest first: logits, or what is shown where labels differ."""
        return listing_order(self.logits, self.calibration, self._verdicts)

    @cached_property
    def shown(self) -> npt.NDArray[np.float64]:
        """The probabilities that people are shown: calibrated ones where the model is."""
        if self.calibration is None:
            return self.probabilities
        return calibrate(self.logits, self.calibration, self._verdicts)

    @property
    def _verdicts(self) -> Verdicts | None:
        """What the model's judge said, where it makes a difference to what is shown."""
        if self.calibration is None or self.calibration.passed is None:
            return None
        diagnoses = np.array([kind_of(code) is Kind.DIAGNOSIS for code in self.codes])
        demoted = np.zeros(self.logits.shape, dtype=np.bool_)
        for row, columns in enumerate(self.demoted):
            demoted[row, sorted(columns)] = True
        return Verdicts(self.suggested & diagnoses, demoted & diagnoses)

    @cached_property
    def suggested(self) -> Bools:
        """Which code is suggested for which note."""
        suggested: Bools = self.probabilities >= self.thresholds
        for row, columns in enumerate(self.demoted):
            suggested[row, sorted(columns)] = False
        return suggested

    @property
    def suggested_codes(self) -> tuple[frozenset[str], ...]:
        """The suggested codes of every note."""
        return tuple(
            frozenset(self.codes[column] for column in np.flatnonzero(row))
            for row in self.suggested
        )

    @property
    def truth(self) -> Bools:
        """Which code is positive for which note, by the rule of ``truth_and_mask``."""
        return self._judged[0]

    @property
    def mask(self) -> Bools:
        """Which pairs of note and code are neither positive nor negative."""
        return self._judged[1]

    @cached_property
    def _judged(self) -> tuple[Bools, Bools]:
        return truth_and_mask([note.labels for note in self.notes], self.codes, self.order)


def read_notes(
    scorer: Scorer,
    notes: Iterable[LabelledNote],
    watch: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> Readings:
    """Every note read once; ``watch`` may put a progress bar around their texts.

    Raises CorpusError naming the note for a text that no model can take, and where there are
    no notes.
    """
    taken = tuple(_checked(note) for note in notes)
    if not taken:
        raise CorpusError("there are no notes to read; name a file that has some")
    if isinstance(scorer, _Windowed):
        read = np.array([scorer.share_read(note.text) for note in taken])
    else:
        read = np.ones(len(taken))
    logits, demoted = _read(scorer, watch(note.text for note in taken))
    return Readings(
        notes=taken,
        codes=tuple(scorer.labels),
        logits=logits,
        thresholds=np.array(scorer.thresholds, dtype=np.float64),
        read=read,
        calibration=getattr(scorer, "calibration", None),
        demoted=tuple(demoted),
    )


def _read(
    scorer: Scorer, texts: Iterable[str]
) -> tuple[npt.NDArray[np.float32], list[frozenset[int]]]:
    if isinstance(scorer, JudgingScorer):
        return scorer.judged_logits(texts)
    return scorer.logits(texts), []


def of_kind(readings: Readings, kind: Kind | None) -> Readings:
    """The same of codes and labels of one kind alone; of None as it is.

    For notes that were labelled with codes of this kind only: what a model suggests of the other
    is neither right nor wrong there.
    """
    if kind is None:
        return readings
    columns = [place for place, code in enumerate(readings.codes) if kind_of(code) is kind]
    place_of = {column: place for place, column in enumerate(columns)}
    calibration = readings.calibration
    return replace(
        readings,
        notes=tuple(_with_labels_of(note, kind) for note in readings.notes),
        codes=tuple(readings.codes[column] for column in columns),
        logits=readings.logits[:, columns],
        thresholds=readings.thresholds[columns],
        calibration=None if calibration is None else calibration.of(columns),
        demoted=tuple(
            frozenset(place_of[column] for column in row if column in place_of)
            for row in readings.demoted
        ),
    )


def _with_labels_of(note: LabelledNote, kind: Kind) -> LabelledNote:
    kept = (label for label in note.labels if any(kind_of(code) is kind for code in label.any_of))
    return replace(note, labels=tuple(kept))


def truth_and_mask(
    labels: Iterable[Sequence[Label]], codes: Sequence[str], logits: npt.NDArray[np.floating]
) -> tuple[Bools, Bools]:
    """Truth and mask of shape (notes, codes), from each note's labels.

    ``logits`` are what lists go by. Of a core label's codes in the label space, the one with
    the largest is positive (of equals the first); its other codes would be right too and are
    masked, as are the codes of arguable labels. What is positive for one label is masked for
    none. So with one code a label this is the usual matrix, and with several a label still
    counts once.

    >>> either = Label(frozenset({"428.0", "428.9"}))
    >>> logits = np.array([[2.0, 1.0, 3.0]])
    >>> truth, mask = truth_and_mask([[either]], ("428.0", "428.9", "486"), logits)
    >>> truth.tolist(), mask.tolist()
    ([[True, False, False]], [[False, True, False]])
    """
    places = {code: column for column, code in enumerate(codes)}
    truth = np.zeros(logits.shape, dtype=np.bool_)
    mask = np.zeros(logits.shape, dtype=np.bool_)
    for row, note in enumerate(labels):
        for label in note:
            columns = sorted(places[code] for code in label.any_of if code in places)
            mask[row, columns] = True
            if label.status == "core" and columns:
                truth[row, columns[int(np.argmax(logits[row, columns]))]] = True
    return truth, mask & ~truth


def _checked(note: LabelledNote) -> LabelledNote:
    try:
        check_text(note.text)
    except NoteError as error:
        raise CorpusError(f"note {note.id!r}: {error}") from None
    return note
