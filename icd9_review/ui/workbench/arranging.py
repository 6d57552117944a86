"""In which order a person wants the suggestions, and what each order goes by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from icd9_review.codes.chapters import chapter
from icd9_review.codes.edits.chapters.symptoms import belongs
from icd9_review.naming.leading import is_listed
from icd9_review.store.database.engine import Database
from icd9_review.store.preferences import preference, save_preference
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.values import Assertion, CodeKey, Kind, Span, Suggestion, User

Arrangement = Literal["probability", "section", "chapter"]
ARRANGEMENTS: Final[tuple[Arrangement, ...]] = get_args(Arrangement)
_PAGE = "workbench"
_LAST = (2, 0, 0)  # behind whatever stands in a note


@dataclass(frozen=True, slots=True)
class Arranged:
    """Where a suggestion stands in the orders.

    ``place`` counts by the notes, what a list of diagnoses names first; ``section`` and ``chapter``
    are titles, ``under`` is the diagnosis that a symptom belongs to, None for anything else.
    """

    place: int
    section: str
    chapter: str
    under: CodeKey | None


def chosen_order(database: Database, user: User) -> Arrangement:
    """The order that a person has chosen; most probable first until they have."""
    kept = preference(database, user, _PAGE).get("order")
    return next((each for each in ARRANGEMENTS if each == kept), "probability")


def choose_order(database: Database, user: User, order: Arrangement) -> None:
    """Remember it for this person."""
    chosen = preference(database, user, _PAGE)
    save_preference(database, user, _PAGE, {**chosen, "order": order})


def shows_open_only(database: Database, user: User) -> bool:
    """Whether this person wants only the suggestions without a verdict; at first all."""
    return preference(database, user, _PAGE).get("open_only") is True


def choose_open_only(database: Database, user: User, on: bool) -> None:
    """Remember for this person whether decided suggestions are left out."""
    chosen = preference(database, user, _PAGE)
    save_preference(database, user, _PAGE, {**chosen, "open_only": on})


def arrange_suggestions(
    suggestions: Sequence[Suggestion],
    places: Mapping[CodeKey, Sequence[Span]],
    contexts: Mapping[str, NoteContext],
) -> dict[CodeKey, Arranged]:
    """Where each suggestion stands in the orders; ``suggestions`` are most probable first.

    A code stands where the notes first assert it, a list of diagnoses before everything else;
    one that they do not name, where the model saw most of it. ``contexts`` are the notes in their
    order, by id.
    """
    found = {
        (each.kind, each.code): _first(each, places.get((each.kind, each.code), ()), contexts)
        for each in suggestions
    }
    order = sorted(found, key=lambda key: found[key][0])
    codes = [each.code for each in suggestions if each.kind is Kind.DIAGNOSIS]
    return {
        key: Arranged(order.index(key), section, _chapter(key), _under(key, codes))
        for key, (_, section) in found.items()
    }


_Place = tuple[int, int, int]


def _first(
    suggestion: Suggestion, spans: Iterable[Span], contexts: Mapping[str, NoteContext]
) -> tuple[_Place, str]:
    """The first place of a code, as what sorts it, and the section there."""
    numbers = {note: index for index, note in enumerate(contexts)}
    asserted = [
        span
        for span in spans
        if span.note_id in contexts
        and contexts[span.note_id].assertion(span.start, span.end) is Assertion.PRESENT
    ]
    window, note_id = suggestion.window, suggestion.note_id
    if not asserted and note_id is not None and note_id in contexts:
        asserted = [Span(note_id, window.start, window.end)]
    ranked = [
        (
            (int(not is_listed(context.sections, span.start)), numbers[span.note_id], span.start),
            span,
        )
        for span in asserted
        if (context := contexts[span.note_id])
    ]
    if not ranked:
        return _LAST, ""
    place, span = min(ranked, key=lambda each: each[0])
    return place, contexts[span.note_id].describe(span.start, span.end)[1]


def _chapter(key: CodeKey) -> str:
    held = chapter(*key)
    return held.title if held else ""


def _under(key: CodeKey, codes: Sequence[str]) -> CodeKey | None:
    kind, code = key
    if kind is not Kind.DIAGNOSIS:
        return None
    condition = next((each for each in codes if belongs(code, each)), None)
    return None if condition is None else (Kind.DIAGNOSIS, condition)
