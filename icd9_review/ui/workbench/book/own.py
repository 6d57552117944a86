"""What a person has marked or named themselves: in the search, and set from the code book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from icd9_review.codes.lists import Lists
from icd9_review.codes.search.own_words import called_so
from icd9_review.ui.encounter.codes import read_key
from icd9_review.ui.workbench.finding import FoundItem, FoundView, SearchRequest, present_code
from icd9_review.values import OwnCode

_MOST = 5  # above what the index finds; by judgement: its first ones stay in sight
_NONE_YET = "Your favourites stand here: F in the book of a code (B, or → on a row) marks one."
_LONGEST = 1_000  # characters that are looked at; the store says what is too long


@dataclass(frozen=True, slots=True)
class Marking:
    """What a browser wants kept of a code; ``id`` comes back once that was done or refused."""

    id: str
    own: OwnCode


def read_marking(sent: object, encounter: str) -> Marking | None:
    """What this encounter's page wants kept; None for anything that is no such wish."""
    if not isinstance(sent, Mapping) or sent.get("encounter") != encounter:
        return None
    name, key, words = sent.get("id"), read_key(sent.get("key")), sent.get("words")
    if not isinstance(name, str) or key is None or not isinstance(words, str):
        return None
    return Marking(name[:64], OwnCode(*key, sent.get("favourite") is True, words[:_LONGEST]))


def with_own(
    found: FoundView, query: SearchRequest, own: Iterable[OwnCode], lists: Lists
) -> FoundView:
    """An answer with the person's own codes before it: by their words, or all favourites.

    Favourites answer a search in which nothing is typed yet; a chart line has neither.
    """
    if query.asks_line or query.header:
        return found
    if query.text.strip():
        mine = called_so(own, query.text, query.kinds)[:_MOST]
        return _before(found, tuple(_present_own(each, lists) for each in mine))
    if query.mode == "replace":
        return found
    liked = [each for each in own if each.favourite and each.kind in query.kinds]
    items = tuple(_present_own(each, lists) for each in liked)
    return FoundView(query.id, items, "" if items else _NONE_YET, found.meaning)


def _before(found: FoundView, mine: tuple[FoundItem, ...]) -> FoundView:
    if not mine:
        return found
    keys = {item.key for item in mine}
    rest = tuple(item for item in found.items if item.key not in keys)
    message = found.message if found.items else ""
    return FoundView(found.id, (*mine, *rest), message, found.meaning)


def _present_own(own: OwnCode, lists: Lists) -> FoundItem:
    # An isolate keeps words from turning the direction of what stands beside them.
    note = f"your words: “\u2068{own.words}\u2069”" if own.words else "favourite"
    return present_code((own.kind, own.code), note, lists)
