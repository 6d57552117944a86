"""What one person calls codes: their own words go before what the index finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from icd9_review.codes.search.text import without_unseen, words_of
from icd9_review.values import Kind, OwnCode

_SHORTEST = 2  # characters; a single one begins too many words; by judgement


def called_so(
    own: Iterable[OwnCode], query: str, kinds: Sequence[Kind] = tuple(Kind)
) -> tuple[OwnCode, ...]:
    """The codes whose own words begin with what was typed, word by word in any order.

    Of a code the phrase (apart by commas) counts that has the fewest words besides; so a phrase
    typed in full comes first. Case, accents and plurals do not count.

    >>> mine = (OwnCode(Kind.DIAGNOSIS, "428.20", words="chf ef low, hfref"),)
    >>> [each.code for each in called_so(mine, "CHF lo")], called_so(mine, "low back")
    (['428.20'], ())
    """
    typed = _own_words(without_unseen(query))
    if len("".join(typed)) < _SHORTEST:
        return ()
    found = [
        (best, each.code, each)
        for each in own
        if each.kind in kinds and (best := _best(each.words, typed)) is not None
    ]
    return tuple(each for _, _, each in sorted(found, key=lambda one: one[:2]))


def _best(phrases: str, typed: list[str]) -> int | None:
    """How many words the best phrase has besides those typed, unfinished ones too."""
    left = [_besides(_own_words(phrase), typed) for phrase in phrases.split(",")]
    return min((each for each in left if each is not None), default=None)


def _besides(words: list[str], typed: list[str]) -> int | None:
    rest = list(words)
    unfinished = 0
    for each in typed:
        met = next((word for word in sorted(rest, key=len) if word.startswith(each)), None)
        if met is None:
            return None
        rest.remove(met)
        unfinished += met != each
    return 2 * len(rest) + unfinished


def _own_words(text: str) -> list[str]:
    """Folded words; of a text in letters that the index does not have, its own."""
    return words_of(text) or text.casefold().split()
