"""What the code book says of a code the browser asks about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from icd9_review.codes import is_valid
from icd9_review.codes.book import BookStep, way_to
from icd9_review.codes.edits.rules import rules_about
from icd9_review.codes.hierarchy import parents
from icd9_review.codes.lists import Lists, SourceName
from icd9_review.errors import CodeError
from icd9_review.store.own_codes import LONGEST_OWN_WORDS
from icd9_review.ui.encounter.codes import code_name, code_title, read_key
from icd9_review.ui.reference import Reference
from icd9_review.ui.workbench.book.view import BookView, OwnView, StepView
from icd9_review.ui.workbench.edits.presenting import present_rule
from icd9_review.ui.workbench.finding import NOTE_LABELS, find_beside
from icd9_review.values import CodeKey, Kind, OwnCode

_MOST_PHRASES = 12  # lines of the index; by judgement: what is asked for is among the first
_LONGEST_NOTE = 900  # characters of a line; by judgement: chapters exclude pages
_COMMAND = "python -m icd9_review codes import PATH…"
_NOTES = (*NOTE_LABELS, ("Note", "notes"))


@dataclass(frozen=True, slots=True)
class BookRequest:
    """Which code or header a browser asks about; ``id`` comes back with the answer."""

    id: int
    key: CodeKey


def read_book(sent: object, encounter: str) -> BookRequest | None:
    """What this encounter's page asks of the book; None for anything that is no such question."""
    if not isinstance(sent, Mapping) or sent.get("encounter") != encounter:
        return None
    number, key = sent.get("id"), read_key(sent.get("key"))
    return BookRequest(number, key) if type(number) is int and key else None


def present_book(asked: BookRequest, reference: Reference) -> BookView:
    """The code as the book has it; of what is in no book only that."""
    kind, code = asked.key
    lists = reference.lists
    try:
        steps = way_to(kind, code, lists)
    except CodeError:
        steps = ()
    beside, _ = find_beside(asked.key, lists)
    phrases = list(_phrases(asked.key, reference)) if steps else []
    return BookView(
        id=asked.id,
        key=code_name(kind, code),
        code=code,
        title=steps[-1].title if steps else code_title(kind, code),
        steps=tuple(map(_present_step, steps)),
        index=tuple(phrases[:_MOST_PHRASES]),
        more=max(0, len(phrases) - _MOST_PHRASES),
        siblings=tuple(replace(item, details=()) for item in beside),
        rules=tuple(map(present_rule, rules_about(kind, code, lists))),
        absent=tuple(_absent(kind, code, lists)),
    )


def present_own(key: CodeKey, own: Iterable[OwnCode], kept: str, problem: str) -> OwnView | None:
    """What the code is to a person, and what became of their last wish."""
    if not is_valid(*key):
        return None
    mine = next((each for each in own if (each.kind, each.code) == key), OwnCode(*key))
    return OwnView(mine.favourite, mine.words, LONGEST_OWN_WORDS, kept, problem)


def _present_step(step: BookStep) -> StepView:
    lines: dict[str, list[str]] = {}
    for label, name in _NOTES if step.notes else ():
        lines.setdefault(label, []).extend(getattr(step.notes, name))
    told = tuple((label, _cut("; ".join(texts))) for label, texts in lines.items() if texts)
    title = step.title.capitalize() if step.title.isupper() else step.title
    return StepView(step.heading, title, told)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NOTE else text[: _LONGEST_NOTE - 1].rstrip() + "…"


def _phrases(key: CodeKey, reference: Reference) -> Iterator[tuple[str, str]]:
    """The lines that lead to the code, then those that lead to a header and leave its digits."""
    kind, code = key
    above = (heading.code for heading in reversed(parents(kind, code, reference.lists)))
    for led in (code, *above):
        yield from ((phrase, led) for phrase in reference.leading.get((kind, led), ()))


def _absent(kind: Kind, code: str, lists: Lists) -> Iterator[str]:
    if not lists.notes_of(kind):
        which = "diseases" if kind is Kind.DIAGNOSIS else "procedures"
        yield (
            "What the book includes, excludes and wants coded besides comes with the tabular list "
            f"of {which}. An administrator imports it: {_COMMAND}"
        )
    if _index_of(kind, code) not in lists.indexes:
        yield f"What leads to it comes with the alphabetic index: {_COMMAND}"


def _index_of(kind: Kind, code: str) -> SourceName:
    if kind is Kind.PROCEDURE:
        return SourceName.PROCEDURE_INDEX
    return SourceName.EXTERNAL_CAUSES if code.startswith("E") else SourceName.INDEX
