"""What the pages look codes up in: the lists in force, the search index, the phrases of titles.

Built once per process and again when an import, here or in another process, has changed
the lists; building takes seconds, so it starts with the program.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from icd9_review.codes.book import phrases_by_code
from icd9_review.codes.lists import Lists
from icd9_review.codes.search import Index, build_index
from icd9_review.naming.terms import Term, build_phrases
from icd9_review.notes.text.phrases import Phrases
from icd9_review.store.code_lists import lists_in_force, lists_version
from icd9_review.store.database.engine import Database
from icd9_review.values import CodeKey


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything of one version of the lists; ``leading`` has the lines of the indexes by code."""

    version: str
    lists: Lists
    index: Index
    phrases: Phrases[Term]
    leading: Mapping[CodeKey, tuple[str, ...]] = field(default_factory=dict)


class References:
    """Hands out the reference in force; safe to ask from many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._current: Reference | None = None

    def warm_up(self) -> None:
        """Build in the background what the first page will ask for."""
        threading.Thread(target=self.current, name="reference", daemon=True).start()

    def current(self) -> Reference:
        """The reference of the lists now in force. Raises StoreError."""
        return self.of(lists_version(self._database))

    def of(self, version: str) -> Reference:
        """The same by their version, for whoever has just read it."""
        with self._lock:
            if self._current is None or self._current.version != version:
                self._current = build_reference(version, lists_in_force(self._database))
            return self._current


def build_reference(version: str, lists: Lists) -> Reference:
    """The index and the phrases of these lists; takes seconds."""
    built = Reference(
        version, lists, build_index(lists), build_phrases(lists), phrases_by_code(lists)
    )
    # Millions of objects that stay: looking through them for garbage on every
    # full collection would hold up decisions for a third of a second each.
    gc.collect()
    gc.freeze()
    return built
