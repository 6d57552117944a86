"""Answers to what is looked for on the workbench: codes by number or words, siblings, children."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Final, Literal

from icd9_review import codes
from icd9_review.codes.hierarchy import (
    CodeDetails,
    CompleteCode,
    complete,
    details,
    is_header,
    parents,
)
from icd9_review.codes.lists import Lists, Substance
from icd9_review.codes.search import (
    Found,
    Index,
    ReadWords,
    Why,
    asks_in_words,
    icd10_meant,
    merge_meaning,
    search,
)
from icd9_review.codes.sexes import other_sex, patients_sex
from icd9_review.errors import CodeError
from icd9_review.naming.lines.wordings import MOST_HITS, find_further, find_line
from icd9_review.ui.encounter.codes import NO_TITLE, code_name, read_key
from icd9_review.values import CodeKey, Kind, Sex

_MOST = 30  # items of a list; by judgement: some screens of scrolling
_MOST_SUBSTANCES = 3  # above the codes; by judgement: they must leave the first codes in sight
_LONGEST_TEXT = 200  # characters; as long as the field lets a query be (palette.js)
_LONGEST_LINE = 300  # characters of a note of the tabular list; by judgement
NOTE_LABELS = (
    ("Includes", "inclusion"),
    ("Includes", "includes"),
    ("Omit code", "omit_code"),
    ("Excludes", "excludes"),
    ("Code first", "code_first"),
    ("Code also", "code_also"),
    ("Use additional", "use_additional"),
)
"""What each sort of note of the tabular list is called, and its field of `TabularNotes`."""
_NOTES = {Why.MEANING: "by meaning"}
_MODES: Final = ("add", "replace", "admitting", "diagnosis", "procedure")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What the browser asked; ``of`` is the code to replace, ``header`` the one to complete.

    The modes "diagnosis" and "procedure" ask for the codes of a chart line.
    ``meaning`` asks for what the model reads in the words, too: typing has paused.
    """

    id: int
    mode: Literal["add", "replace", "admitting", "diagnosis", "procedure"]
    text: str
    of: CodeKey | None
    header: CodeKey | None
    meaning: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Of which kinds a code may be."""
        if self.mode == "replace" and self.of:
            return (self.of[0],)
        if self.asks_line:
            return (Kind(self.mode),)
        return tuple(Kind) if self.mode == "add" else (Kind.DIAGNOSIS,)

    @property
    def asks_line(self) -> bool:
        """Whether it asks for the codes of a chart line."""
        return self.mode in ("diagnosis", "procedure")

    @property
    def wants_meaning(self) -> bool:
        """Whether it is for a model to read: words, once typing has paused."""
        return self.meaning and not self.header and asks_in_words(self.text)


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A code or header found; ``details`` are (label, text) from the tabular list, and before them
    MCC or CC with the release that says so.

    ``mapped`` says that only the equivalence map from ICD-10-CM gives it. A substance of the
    table of drugs has no code of its own but a ``row``: its codes, each with the circumstance
    as its ``note``. ``further`` is a condition that a chart line names behind its first one.
    """

    key: str
    code: str
    kind: str
    title: str
    note: str = ""
    header: bool = False
    mapped: bool = False
    details: tuple[tuple[str, str], ...] = ()
    row: tuple[FoundItem, ...] = ()
    further: bool = False


@dataclass(frozen=True, slots=True)
class FoundView:
    """The answer to the query of this ``id``; with ``meaning`` to all that it asked for.

    A query with ``meaning`` whose answer has none is to be asked again: the model was busy.
    """

    id: int
    items: tuple[FoundItem, ...]
    message: str = ""
    meaning: bool = False


def read_query(raw: object, encounter: str) -> SearchRequest | None:
    """The query of this encounter's page; None for anything that is not one."""
    if not isinstance(raw, Mapping) or raw.get("encounter") != encounter:
        return None
    number, mode, text = raw.get("id"), raw.get("mode"), raw.get("text")
    if not isinstance(number, int) or mode not in _MODES or not isinstance(text, str):
        return None
    return SearchRequest(
        number,
        mode,
        text[:_LONGEST_TEXT],
        read_key(raw.get("of")),
        read_key(raw.get("header")),
        raw.get("meaning") is True,
    )


def answer(
    query: SearchRequest,
    index: Index,
    lists: Lists,
    meant: ReadWords | None = None,
    sex: Sex = Sex.UNKNOWN,
) -> FoundView:
    """The codes that answer a query, best first, each with what the tabular list says of it.

    ``meant`` is what the model reads in the words; without it the index answers alone. What is for
    patients of another ``sex`` says so, and comes last where words were asked for.
    """
    whole = meant is not None or not query.wants_meaning
    found = _answer(query, index, lists, meant)
    found = replace(found, items=_for_patient(found.items, query, lists, sex))
    return replace(found, meaning=query.meaning and whole)


def _for_patient(
    items: Iterable[FoundItem], query: SearchRequest, lists: Lists, sex: Sex
) -> tuple[FoundItem, ...]:
    marked = [(_meant_for(item, lists, sex), item) for item in items]
    if asks_in_words(query.text) and marked:
        # What is for this patient takes the first place of what is for no such patient.
        own = {item.key for _, item in marked if _is_for(item, lists, sex)} if marked[0][0] else ()
        marked.sort(key=lambda each: (each[0] != "", each[1].key not in own))
    return tuple(
        replace(item, note=" · ".join(filter(None, (item.note, whom)))) for whom, item in marked
    )


def _is_for(item: FoundItem, lists: Lists, sex: Sex) -> bool:
    key = read_key(item.key)
    return key is not None and patients_sex(lists, key) is sex


def _meant_for(item: FoundItem, lists: Lists, sex: Sex) -> str:
    """Whom a code is for, where that is not this patient."""
    key = read_key(item.key)
    other = other_sex(lists, key, sex) if key else None
    return f"for {other} patients" if other else ""


def _answer(query: SearchRequest, index: Index, lists: Lists, meant: ReadWords | None) -> FoundView:
    if query.header:
        return _complete(query, query.header, lists)
    if query.mode == "replace" and query.of and not query.text:
        return FoundView(query.id, *find_beside(query.of, lists))
    if not query.text.strip():
        return FoundView(query.id, ())
    found = _search(query, index, meant)
    items = tuple(_found(each, lists) for each in found)
    if query.asks_line:
        items = _with_further(items, find_further(index, query.text, query.kinds[0]), lists)
    if query.mode != "add":
        return FoundView(query.id, items, _remark(query.text, found))
    substances = _substances(index.drugs.find(query.text, _MOST_SUBSTANCES))
    remark = "" if substances and not found else _remark(query.text, found)
    return FoundView(query.id, (*substances, *items), remark)


def _search(query: SearchRequest, index: Index, meant: ReadWords | None) -> tuple[Found, ...]:
    """What the index finds, with what the model reads in the words where it has."""
    if query.asks_line:
        found, most = find_line(index, query.text, query.kinds[0]), MOST_HITS
    else:
        found, most = search(index, query.text, kinds=query.kinds, limit=_MOST), _MOST
    return found if meant is None else merge_meaning(index, found, meant, query.kinds, most)


def _with_further(
    items: tuple[FoundItem, ...], further: tuple[Found, ...], lists: Lists
) -> tuple[FoundItem, ...]:
    """The codes of a line, those of what it names besides marked, and behind if not among them."""
    named = {code_name(each.kind, each.code) for each in further}
    marked = tuple(replace(item, further=item.key in named) for item in items)
    held = {item.key for item in items}
    behind = (replace(_found(each, lists), further=True) for each in further)
    return (*marked, *(item for item in behind if item.key not in held))


def _substances(found: Iterable[Substance]) -> tuple[FoundItem, ...]:
    """Rows of the table of drugs as items that open it; each name once."""
    once: dict[str, FoundItem] = {}
    for substance in found:
        key = f"substance:{re.sub(r'[^A-Za-z0-9]+', '-', substance.name)}"
        row = tuple(_cell(code, words) for code, words in _cells(substance) if code)
        if row:
            once.setdefault(key, FoundItem(key, "", "", substance.name, "", row=row))
    return tuple(once.values())


def _cells(substance: Substance) -> tuple[tuple[str, str], ...]:
    return (
        (substance.poisoning, "Poisoning"),
        (substance.accident, "Accident"),
        (substance.therapeutic, "Therapeutic use"),
        (substance.suicide, "Suicide attempt"),
        (substance.assault, "Assault"),
        (substance.undetermined, "Undetermined"),
    )


def _cell(code: str, words: str) -> FoundItem:
    kind = Kind.DIAGNOSIS
    title = codes.title(kind, code) or NO_TITLE
    return FoundItem(code_name(kind, code), code, kind.value, title, words)


def _remark(text: str, found: tuple[Found, ...]) -> str:
    """What is said above the list: that a code is of ICD-10-CM, or that nothing was found."""
    meant = icd10_meant(text)
    mapped = any(each.why is Why.EQUIVALENT for each in found)
    if meant is not None and (mapped or not found):
        named = f"{meant.code} is ICD-10-CM" + (f" ({meant.title})." if meant.title else ".")
        by_map = "By the general equivalence map of CMS it comes near these: check with the note."
        return f"{named} {by_map if mapped else 'The general equivalence map has no code for it.'}"
    none = "Nothing found: try a part of the title, or the first digits of the code."
    return "" if found else none


def _complete(query: SearchRequest, header: CodeKey, lists: Lists) -> FoundView:
    """The codes below a header, with the words that separate them."""
    try:
        return FoundView(query.id, *_digits(header, lists))
    except CodeError as error:
        return FoundView(query.id, (), str(error))


def _digits(header: CodeKey, lists: Lists) -> tuple[tuple[FoundItem, ...], str]:
    completion = complete(*header, lists)
    items = tuple(_choice(header[0], choice, lists) for choice in completion.choices)
    return items, f"{header[1]} {completion.title}: choose the digits"


def find_beside(key: CodeKey, lists: Lists) -> tuple[tuple[FoundItem, ...], str]:
    """What could take a code's place: what is below it, else what is beside it, nearest first.

    Each has the words that separate it; where there is nothing, a message says why.
    """
    kind, code = key
    try:
        if is_header(kind, code):
            return _digits(key, lists)
        above = parents(kind, code, lists)
        if not above:
            return (), f"{code} has no siblings; type a code or words."
        items = [
            _choice(kind, choice, lists)
            for heading in reversed(above)
            for choice in complete(kind, heading.code, lists).choices
        ]
    except CodeError:
        return (), f"{code} is not in version 32; type a code or words."
    once: dict[str, FoundItem] = {}
    for item in items:
        if item.code != code:
            once.setdefault(item.key, item)  # the nearest heading first: its words say most
    return tuple(list(once.values())[:_MOST]), ""


def _choice(kind: Kind, choice: CompleteCode, lists: Lists) -> FoundItem:
    differs = "" if choice.differs == choice.title else choice.differs
    return _item((kind, choice.code), choice.title, differs, lists)


def _found(found: Found, lists: Lists) -> FoundItem:
    mapped = found.why is Why.EQUIVALENT
    key = found.kind, found.code
    item = _item(key, found.title, describe_origin(found), lists, header=found.header)
    return replace(item, note=f"for {found.matched}", mapped=True) if mapped else item


def describe_origin(found: Found) -> str:
    """What is said beside a code of how it was found."""
    return f"“{found.matched}”" if found.matched else _NOTES.get(found.why, "")


def present_code(key: CodeKey, note: str, lists: Lists) -> FoundItem:
    """A code of version 32 as an item, with what is said beside it."""
    return _item(key, codes.title(*key) or NO_TITLE, note, lists)


def _item(key: CodeKey, title: str, note: str, lists: Lists, *, header: bool = False) -> FoundItem:
    lines = tuple(_lines(details(*key, lists))) if lists.notes_of(key[0]) else ()
    mark, source = lists.comorbidity(*key)
    if mark:
        lines = ((f"{mark}:", source), *lines)
    return FoundItem(code_name(*key), key[1], key[0].value, title, note, header, details=lines)


def _lines(known: CodeDetails) -> list[tuple[str, str]]:
    """What is said of the code itself, then what its headers say, nearest first."""
    found = [
        (note.heading == known.code, label, note.heading, "; ".join(texts)[:_LONGEST_LINE])
        for label, name in NOTE_LABELS
        for note in reversed(known.notes)
        if (texts := getattr(note, name))
    ]
    found.sort(key=itemgetter(0), reverse=True)
    return [
        (f"{label}:" if own else f"{label} ({heading}):", text)
        for own, label, heading, text in found
    ]
