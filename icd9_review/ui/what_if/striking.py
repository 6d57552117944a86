"""A text without some of its sentences."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from icd9_review.outline.sentences import Sentence


def leave_out(text: str, pieces: Sequence[Sentence], struck: Collection[int]) -> str:
    """The text without the sentences of these numbers; all else of it stays as it is."""
    kept: list[str] = []
    at = 0
    for number, sentence in enumerate(pieces):
        if number in struck:
            kept.append(text[at : sentence.start])
            at = sentence.end
    return "".join((*kept, text[at:]))
