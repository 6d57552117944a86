"""Reading a copy with the model, beside what is stored of the notes that it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from icd9_review.errors import NoteError
from icd9_review.model.reading.predictor import Predictor
from icd9_review.notes import is_empty, read_note
from icd9_review.suggestions import merge, rank
from icd9_review.ui.encounter.reading import Ranked
from icd9_review.ui.what_if.copies import Copy, Draft
from icd9_review.ui.what_if.moving import Moves, compare


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a copy: what moved, or in ``refusal`` why it cannot be read.

    ``moves`` is None where it was not read; ``empty`` says that the copy has no words left,
    ``shifted`` that a change shifts what else the model reads, whose codes may move with it, and
    ``judged`` that a second judge has looked at the whole copy.
    """

    moves: Moves | None = None
    empty: bool = False
    refusal: str = ""
    shifted: bool = False
    judged: bool = False


def try_out(
    copy: Copy,
    stored: Mapping[str, Ranked],
    predictor: Predictor,
    between: Callable[[], object],
) -> Outcome:
    """Read what differs in a copy and compare its suggestions with those of the notes.

    ``between`` is called before each batch; what it raises gives the reading up.
    """
    if not any(draft.changed for draft in copy.drafts):
        return Outcome()
    try:
        read = [_read(draft, stored, predictor, between) for draft in copy.drafts]
    except NoteError as error:
        return Outcome(refusal=str(error))
    return Outcome(
        compare(merge(stored.values()), merge(read)),
        empty=not any(read),
        shifted=predictor.windows.cut is None,
        judged=predictor.judge is not None,
    )


def _read(
    draft: Draft, stored: Mapping[str, Ranked], predictor: Predictor, between: Callable[[], object]
) -> Ranked:
    """Every label for a draft, none for one without words. Raises NoteError as intake does."""
    if not draft.changed:
        return stored[draft.note.id]
    if is_empty(draft.text):
        return ()
    text = read_note(draft.text, draft.note.title).note.text
    return rank(predictor.score(text, between), predictor.version, draft.note.id)
