"""Reading a copy with the model, beside what is stored of the notes that it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from icd9_review.errors import NoteError
from icd9_review.model.reading.predictor import Predictor
from icd9_review.notes import is_empty, read_note
from icd9_review.suggestions import merge, rank
from icd9_review.ui.encounter.reading import Ranked
from icd9_review.ui.what_if.causes import Cause, Cuts, find_causes
from icd9_review.ui.what_if.copies import Copy, Draft
from icd9_review.ui.what_if.moving import Moves, compare
from icd9_review.values import CodeKey


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a copy: what moved, or in ``refusal`` why it cannot be read.

    ``moves`` is None where it was not read; ``empty`` says that the copy has no words left,
    ``shifted`` that a change shifts what else the model reads, whose codes may move with it, and
    ``judged`` that a second judge has looked at the whole copy. ``causes`` say why a code moved
    whose words were left alone; where windows overlap, only what the judge did.
    """

    moves: Moves | None = None
    empty: bool = False
    refusal: str = ""
    shifted: bool = False
    judged: bool = False
    causes: Mapping[CodeKey, Cause] = field(default_factory=dict)


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
    moves = compare(merge(stored.values()), merge(read))
    return Outcome(
        moves,
        empty=not any(read),
        shifted=predictor.windows.cut is None,
        judged=predictor.judge is not None,
        causes=find_causes(moves.moved, predictor.version, _cuts(copy, predictor)),
    )


def _cuts(copy: Copy, predictor: Predictor) -> dict[str, tuple[Cuts, Cuts]]:
    """Of each changed note the windows as it is stored and as it is read in the copy.

    None where windows overlap: there a change moves all those behind it.
    """
    if predictor.windows.cut is None:
        return {}
    return {
        draft.note.id: _both(draft.note.text, _as_read(draft), predictor)
        for draft in copy.drafts
        if draft.changed and not is_empty(draft.text)
    }


def _both(text: str, copy: str, predictor: Predictor) -> tuple[Cuts, Cuts]:
    was, now = predictor.passages(text), predictor.passages_of_copy(text, copy)
    return Cuts.of(text, (each.window for each in was)), Cuts.of(
        copy, (each.window for each in now)
    )


def _read(
    draft: Draft, stored: Mapping[str, Ranked], predictor: Predictor, between: Callable[[], object]
) -> Ranked:
    """Every label for a draft, none for one without words. Raises NoteError as intake does."""
    if not draft.changed:
        return stored[draft.note.id]
    if is_empty(draft.text):
        return ()
    scores = predictor.score_copy(draft.note.text, _as_read(draft), between)
    return rank(scores, predictor.version, draft.note.id)


def _as_read(draft: Draft) -> str:
    return read_note(draft.text, draft.note.title).note.text
