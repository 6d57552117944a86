"""From text to scores and suggestions, by one model folder, from many threads at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from icd9_review.errors import InputError
from icd9_review.model.folder.checkpoint import Checkpoint, load_checkpoint
from icd9_review.model.folder.files import ModelFolder, read_folder
from icd9_review.model.reading.backends import Attended, Backend, Pieces
from icd9_review.model.reading.copy_windows import copy_spans
from icd9_review.model.reading.devices import move_to
from icd9_review.model.reading.smaller import own_backend
from icd9_review.model.reading.texts import check_text
from icd9_review.model.reading.turns import Turns
from icd9_review.model.reading.vocabulary import count_words
from icd9_review.model.reading.windows import Passage, count_read, cut_windows, whole_note
from icd9_review.naming.judging import judged
from icd9_review.settings import Settings
from icd9_review.suggestions import places_suggested, rank, sigmoid
from icd9_review.values import ModelVersion, Scores, Suggestion, Window, WordCount

_BATCH_PIECES = 1024  # at once on processors; by judgement: two of BERT's windows
_DEVICE_PIECES = 16_384  # at once on a GPU; by judgement
_LIKE = 0.85
"""The share of the longest that the shortest of a batch has at least: what padding may cost.

50 transcriptions by sentences took 8 % less than with batches that were only full."""


def _nothing() -> None:
    """What is done between two batches unless a caller has something to do."""


class Predictor:
    """A loaded model folder. Safe to share between threads; the model is never changed."""

    def __init__(self, folder: ModelFolder, checkpoint: Checkpoint) -> None:
        self.version: ModelVersion = folder.version
        self.examples = folder.examples
        self.reliability = folder.reliability
        self.windows = folder.windows
        self.judge = folder.judge
        self.checkpoint = checkpoint
        self.turns = Turns()
        self.numbers = folder.numbers
        self.backend: Backend = own_backend(folder, checkpoint.model)
        # Windows of one note are explained one after the other.
        self._cut_once = lru_cache(maxsize=1)(self._cut)

    @property
    def labels(self) -> tuple[str, ...]:
        """The dotted codes the model knows, in the order of its outputs."""
        return self.version.labels

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Each code with its place among the outputs; a dotted code tells its kind."""
        return {code: place for place, code in enumerate(self.labels)}

    @property
    def model_version(self) -> str:
        """SHA-256 of all that changes the output."""
        return self.version.version

    def predict(self, text: str) -> list[Suggestion]:
        """The labels worth showing for a text (see ``keep_scores``), most probable first.

        Raises NoteError like ``score``.

        >>> first = load_predictor().predict("Pneumonia. No chest pain.")[0]
        >>> first.code, first.suggested
        ('486', True)
        """
        return list(rank(self.score(text), self.version))

    def predict_copy(self, text: str, copy: str) -> list[Suggestion]:
        """The same for a copy of a text, as ``score_copy`` reads it."""
        return list(rank(self.score_copy(text, copy), self.version))

    def score(self, text: str, between: Callable[[], object] = _nothing) -> Scores:
        """Every label's largest logit over the windows of a text, and what the judge demotes.

        With label attention it is the label's logit for the text, and its window is the one that
        has most of its attention.

        ``between`` is called before each batch; what it raises gives the reading up.
        Raises NoteError for a text without anything but white space, and for one with half
        a surrogate pair, which no tokenizer takes.
        """
        return self.score_many([text], between)[0]

    def score_copy(self, text: str, copy: str, between: Callable[[], object] = _nothing) -> Scores:
        """The same of a copy of a text, in the windows of ``passages_of_copy``."""
        return self._score([copy], [self.passages_of_copy(text, check_text(copy))], between)[0]

    def score_many(
        self, texts: Iterable[str], between: Callable[[], object] = _nothing
    ) -> list[Scores]:
        """Scores of several texts in their order; their windows share batches."""
        taken = [check_text(text) for text in texts]
        return self._score(taken, [self.passages(text) for text in taken], between)

    def _score(
        self,
        texts: Sequence[str],
        notes: Sequence[tuple[Passage, ...]],
        between: Callable[[], object],
    ) -> list[Scores]:
        """Scores of texts, each with the windows it is read in."""
        logits = np.full((len(notes), len(self.labels)), -np.inf, dtype=np.float32)
        windows = np.zeros((len(notes), len(self.labels)), dtype=np.int32)
        attended = self.windows.attended
        entries = [
            (note, passage)
            for note, cuts in enumerate(notes)
            for passage in ((whole_note(cuts),) if attended else cuts)
        ]
        for batch in _batches(entries, self._budget):
            between()
            if attended:
                numbers = [note for note, _ in batch]
                logits[numbers], windows[numbers] = self._attend([each for _, each in batch])
                continue
            found = self._run([passage for _, passage in batch])
            for (note, passage), row in zip(batch, found, strict=True):
                _keep_largest(logits[note], windows[note], row, passage.window.index)
        scores = [
            Scores(
                model_version=self.model_version,
                logits=logits[note],
                windows=windows[note],
                spans=tuple(passage.window for passage in cuts),
                read=count_read(cuts),
                length=len(texts[note]),
            )
            for note, cuts in enumerate(notes)
        ]
        return [self._judged(*each) for each in zip(texts, scores, strict=True)]

    def _judged(self, text: str, scores: Scores) -> Scores:
        return scores if self.judge is None else judged(text, scores, self.version, self.judge)

    def score_passages(self, passages: Sequence[Passage]) -> npt.NDArray[np.float32]:
        """Logits of shape (passages, labels); every passage is read by itself, in its order."""
        logits = np.empty((len(passages), len(self.labels)), dtype=np.float32)
        for batch in _batches(list(enumerate(passages)), self._budget):
            logits[[number for number, _ in batch]] = self._run([one for _, one in batch])
        return logits

    def read_phrase(self, text: str, patience: float) -> npt.NDArray[np.float32] | None:
        """The logits of a few words that somebody typed, read by themselves in one window.

        A person waits, so the words go before what waits for a turn already. None where no turn
        comes within ``patience`` seconds; -inf for every label where the tokenizer leaves nothing
        of the words. What is beyond a window is not read.
        """
        encoding = self.checkpoint.tokenizer.encode(text, add_special_tokens=False)
        length = min(len(encoding.ids), self.windows.content)
        if not length:
            return np.full(len(self.version.labels), -np.inf, np.float32)
        whole = Window(0, 0, encoding.offsets[length - 1][1])
        read = Passage(whole, tuple(encoding.ids[:length]), tuple(encoding.offsets[:length]))
        ids, mask = self._rows([read])
        with self.turns.ahead(patience) as come:
            return self.backend.logits(ids, mask)[0] if come else None

    def count_words(self, text: str) -> WordCount:
        """The words of a text, and how many of them the tokenizer hardly knows."""
        return count_words(text, self.checkpoint.tokenizer)

    def passages(self, text: str) -> tuple[Passage, ...]:
        """The windows of a text with their word pieces."""
        return self._cut_once(text)

    def passages_of_copy(self, text: str, copy: str) -> tuple[Passage, ...]:
        """The windows of a copy of a text: those of the text, where the change touches nothing.

        Where windows overlap they are those of the copy as a text by itself: a change moves all
        that are behind it.
        """
        if self.windows.cut is None:
            return self.passages(copy)
        before, anew = ([each.window for each in self._cut(one)] for one in (text, copy))
        spans = copy_spans(text, before, copy, anew)
        return cut_windows(copy, self.checkpoint.tokenizer, self.windows, spans)

    def _cut(self, text: str) -> tuple[Passage, ...]:
        return cut_windows(text, self.checkpoint.tokenizer, self.windows)

    def read_together(self, text: str, window: Window) -> Passage:
        """What is read for the scores of a window: it alone, or with label attention the note.

        Raises ValueError for a window that is none of this text's.
        """
        cuts = self.passages(text)
        chosen = next((each for each in cuts if each.window == window), None)
        if chosen is None:
            raise ValueError("this is no window of this text under this model")
        return replace(whole_note(cuts), window=window) if self.windows.attended else chosen

    def framed(self, passage: Passage) -> list[int]:
        """The pieces of a passage between the special ones, as the model takes them.

        With label attention a passage may be longer than a window: it is read in several.
        """
        first, last = self.checkpoint.first, self.checkpoint.last
        parts = self._parts(passage.pieces) or [()]
        return [piece for part in parts for piece in (first, *part, last)]

    def places(self, passage: Passage) -> list[int]:
        """Where the pieces of a passage are among those of ``framed``."""
        parts = self._parts(range(len(passage.pieces)))
        return [at + 1 + 2 * number for number, part in enumerate(parts) for at in part]

    def _parts(self, pieces: Sequence[int]) -> list[Sequence[int]]:
        """Pieces by the window that they are read in."""
        size = self.windows.content if self.windows.attended else max(1, len(pieces))
        return [pieces[at : at + size] for at in range(0, len(pieces), size)]

    def _attend(self, passages: Sequence[Passage]) -> Attended:
        """Logits of notes, and the window that each code looked at most: (notes, labels)."""
        ids, mask = self._rows(passages)
        with self.turns:
            return self.backend.attended(ids, mask)

    def _run(self, passages: Sequence[Passage]) -> npt.NDArray[np.float32]:
        """Logits of shape (passages, labels)."""
        ids, mask = self._rows(passages)
        with self.turns:
            return self.backend.logits(ids, mask)

    def _rows(self, passages: Sequence[Passage]) -> tuple[Pieces, Pieces]:
        """Passages as the backend takes them: framed and padded."""
        rows = [self.framed(passage) for passage in passages]
        longest = max(len(row) for row in rows)
        if self.windows.attended:  # an export reads whole windows alone
            longest += -longest % self.windows.length
        ids = np.full((len(rows), longest), self.checkpoint.padding, dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        return ids, mask

    @property
    def _budget(self) -> int:
        """Pieces in one batch, where the model is now."""
        return _BATCH_PIECES if self.checkpoint.model.device.type == "cpu" else _DEVICE_PIECES


def load_predictor(folder: Path | str | None = None, device: str | None = None) -> Predictor:
    """Load a model folder; None takes the one that ICD9_REVIEW_MODEL names.

    ``device`` is cpu, cuda or cuda:1; None takes that of ICD9_REVIEW_DEVICE. Raises
    ModelFolderError for a folder that breaks the contract of docs/model-folder.md, SettingsError
    for a device that is not there.

    >>> len(load_predictor("models/default").labels)
    18449
    """
    read = read_folder(Settings().model if folder is None else Path(folder))
    checkpoint = load_checkpoint(read)
    move_to(checkpoint.model, Settings().device if device is None else device)
    return Predictor(read, checkpoint)


def predict_icd9_codes(text: str, threshold: float | None = 0.8) -> list[str]:
    """The codes whose probability is above a threshold, in the order of the model's labels.

    ``threshold=None`` takes the model folder's own thresholds and its judge, as the app does. The
    model is that of ICD9_REVIEW_MODEL, loaded on the first call and kept.

    >>> predict_icd9_codes("Community-acquired pneumonia. No chest pain.")
    ['486']
    """
    if threshold is not None and not 0 <= threshold <= 1:
        raise InputError(f"a threshold is between 0 and 1, not {threshold}")
    predictor = _kept_predictor(Settings().model)
    scores = predictor.score(text)
    if threshold is None:
        places = places_suggested(scores, predictor.version)
    else:
        places = (sigmoid(scores.logits) > threshold).nonzero()[0].tolist()
    return [predictor.labels[place] for place in places]


@lru_cache(maxsize=1)
def _kept_predictor(folder: Path) -> Predictor:
    return load_predictor(folder)


def _batches(
    entries: list[tuple[int, Passage]], budget: int
) -> Iterator[list[tuple[int, Passage]]]:
    """Passages of like length together, at most so many pieces with the padding."""
    batch: list[tuple[int, Passage]] = []
    longest = 0
    for entry in sorted(entries, key=lambda entry: -len(entry[1].pieces)):
        length = len(entry[1].pieces) + 2
        if batch and ((len(batch) + 1) * longest > budget or length < _LIKE * longest):
            yield batch
            batch = []
        longest = longest if batch else length
        batch.append(entry)
    if batch:
        yield batch


def _keep_largest(
    logits: npt.NDArray[np.float32],
    windows: npt.NDArray[np.int32],
    row: npt.NDArray[np.float32],
    window: int,
) -> None:
    """Take a window's logits where they are larger; of equals the first window stays."""
    larger = (row > logits) | ((row == logits) & (window < windows))
    logits[larger] = row[larger]
    windows[larger] = window
