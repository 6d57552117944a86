"""The tree of ICD-9-CM: categories, subcategories and the codes below them.

A header is a category or subcategory that version 32 divides further (250, 250.0). It is
never a code: ``complete`` says which codes can take its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from icd9_review.codes.chapters import Chapter, chapter, in_range
from icd9_review.codes.lists import Lists, TabularNotes
from icd9_review.codes.notation import category
from icd9_review.codes.table import Code, codes, find_code
from icd9_review.codes.titles import differences, shared_title
from icd9_review.errors import CodeError
from icd9_review.values import Kind


@dataclass(frozen=True, slots=True)
class Heading:
    """A header: dotted, with its title in the tabular list or a derived one."""

    code: str
    kind: Kind
    title: str


@dataclass(frozen=True, slots=True)
class CompleteCode:
    """A legal code below a header and the words that separate it from the other choices."""

    code: str
    title: str
    differs: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a header, or a code itself, can be completed to; ``header`` is what was asked for."""

    kind: Kind
    header: str
    title: str
    choices: tuple[CompleteCode, ...]


@dataclass(frozen=True, slots=True)
class CodeDetails:
    """What is known of a code or header.

    ``above`` are its headers, outermost first; ``notes`` what the tabular list says from
    the chapter down to the code itself, outermost first; without an import there are none.
    """

    code: str
    kind: Kind
    title: str
    header: bool
    chapter: Chapter | None
    above: tuple[Heading, ...]
    notes: tuple[TabularNotes, ...]

    @property
    def section(self) -> TabularNotes | None:
        """The narrowest range of categories the tabular list gathers this one under."""
        ranges = [note for note in self.notes if "-" in note.heading]
        return ranges[-1] if ranges else None


def children(kind: Kind, code: str, lists: Lists | None = None) -> tuple[Heading | Code, ...]:
    """What stands directly below a header, in the order of the book; nothing below a code.

    >>> [each.code for each in children(Kind.DIAGNOSIS, "428.2")]
    ['428.20', '428.21', '428.22', '428.23']
    """
    return tuple(_node(kind, child, lists) for child in _tree(kind).get(code, ()))


def siblings(kind: Kind, code: str, lists: Lists | None = None) -> tuple[Heading | Code, ...]:
    """The others below the same header; none for a category, which has none above it.

    >>> [each.code for each in siblings(Kind.DIAGNOSIS, "401.9")]
    ['401.0', '401.1']
    """
    above = _above(code)
    if above is None:
        return ()
    return tuple(node for node in children(kind, above, lists) if node.code != code)


def parents(kind: Kind, code: str, lists: Lists | None = None) -> tuple[Heading, ...]:
    """The headers above a code or header, outermost first.

    >>> [each.code for each in parents(Kind.DIAGNOSIS, "250.01")]
    ['250', '250.0']
    """
    found: list[Heading] = []
    above = _above(code)
    while above is not None:
        if above in _tree(kind):
            found.insert(0, Heading(above, kind, heading_title(kind, above, lists)))
        above = _above(above)
    return tuple(found)


def is_header(kind: Kind, code: str) -> bool:
    """Whether a dotted code is a category or subcategory that is divided further.

    >>> is_header(Kind.DIAGNOSIS, "250.0"), is_header(Kind.DIAGNOSIS, "250.01")
    (True, False)
    """
    return code in _tree(kind)


def headers(kind: Kind) -> tuple[str, ...]:
    """Every header of one kind, dotted, in the order of the book.

    >>> [code for code in headers(Kind.DIAGNOSIS) if code.startswith("428")]
    ['428', '428.2', '428.3', '428.4']
    """
    return tuple(_tree(kind))


def heading_title(kind: Kind, header: str, lists: Lists | None = None) -> str:
    """The title of a header: the tabular list's where imported, else a derived one.

    Raises CodeError for what is no header of version 32.

    >>> heading_title(Kind.DIAGNOSIS, "428.2")
    'Systolic heart failure'
    """
    if not is_header(kind, header):
        raise CodeError(
            f"{header[:10]!r} is neither a {kind} code nor a header of ICD-9-CM version 32; "
            "search for it by its words"
        )
    noted = lists.notes_of(kind).get(header) if lists else None
    return noted.title if noted and noted.title else _derived_title(kind, header)


def below(kind: Kind, header: str) -> tuple[Code, ...]:
    """Every legal code below a header, in the order of the book.

    >>> [each.code for each in below(Kind.DIAGNOSIS, "250.0")]
    ['250.00', '250.01', '250.02', '250.03']
    """
    return tuple(codes(kind)[code] for code in _descendants(kind).get(header, ()))


def complete(kind: Kind, header: str, lists: Lists | None = None) -> Completion:
    """The legal codes a header can be completed to; a legal code completes to itself.

    Raises CodeError for what is neither.

    >>> [each.differs for each in complete(Kind.DIAGNOSIS, "428.2").choices]
    ['unspecified', 'Acute', 'Chronic', 'Acute on chronic']
    """
    known = find_code(kind, header)
    if known:
        return Completion(kind, header, known.title, (CompleteCode(header, known.title, ""),))
    title = heading_title(kind, header, lists)
    held = below(kind, header)
    apart = differences([code.title for code in held])
    choices = (
        CompleteCode(code.code, code.title, words) for code, words in zip(held, apart, strict=True)
    )
    return Completion(kind, header, title, tuple(choices))


def details(kind: Kind, code: str, lists: Lists | None = None) -> CodeDetails:
    """Everything the code pane shows; raises CodeError for what is neither code nor header.

    >>> found = details(Kind.DIAGNOSIS, "428.22")
    >>> [heading.title for heading in found.above], found.title
    (['Heart failure', 'Systolic heart failure'], 'Chronic systolic heart failure')
    """
    node = _node(kind, code, lists)
    above = parents(kind, code, lists)
    return CodeDetails(
        code=code,
        kind=kind,
        title=node.title,
        header=isinstance(node, Heading),
        chapter=chapter(kind, code),
        above=above,
        notes=_notes(kind, (*(heading.code for heading in above), code), lists),
    )


def _notes(kind: Kind, chain: tuple[str, ...], lists: Lists | None) -> tuple[TabularNotes, ...]:
    if lists is None:
        return ()
    number, noted = category(chain[0]), lists.notes_of(kind)
    ranges = [
        (held, notes)
        for heading, notes in noted.items()
        if (held := heading.partition("-"))[1] and in_range(number, held[0], held[2])
    ]
    ranges.sort(key=lambda pair: (pair[0][0], _reversed(pair[0][2])))
    exact = (noted[code] for code in chain if code in noted)
    return (*(notes for _, notes in ranges), *exact)


def _reversed(number: str) -> tuple[int, ...]:
    """A key that puts the wider of two ranges with one beginning first."""
    return tuple(-ord(letter) for letter in number)


def _node(kind: Kind, code: str, lists: Lists | None) -> Heading | Code:
    return find_code(kind, code) or Heading(code, kind, heading_title(kind, code, lists))


def _above(code: str) -> str | None:
    number, _, detail = code.partition(".")
    if not detail:
        return None
    return f"{number}.{detail[0]}" if len(detail) > 1 else number


@cache
def _tree(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    """What stands directly below each header."""
    tree: dict[str, list[str]] = {}
    for code in codes(kind):
        child = code
        while (above := _above(child)) is not None:
            held = tree.setdefault(above, [])
            if child in held:
                break
            held.append(child)
            child = above
    return MappingProxyType({header: tuple(tree[header]) for header in sorted(tree)})


@cache
def _descendants(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code in codes(kind):
        above = _above(code)
        while above is not None:
            found.setdefault(above, []).append(code)
            above = _above(above)
    return MappingProxyType({header: tuple(held) for header, held in found.items()})


@cache
def _derived_title(kind: Kind, header: str) -> str:
    return shared_title([node.title for node in children(kind, header)])
