"""Phrases that stand for codes, as a TSV file holds them: code, source, phrase.

The columns have a header; codes are diagnoses, with or without their dots. Sources are those of
the ICD-9-CM release: titles, the tabular list, the alphabetic index.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from icd9_review.codes.notation import normalise
from icd9_review.errors import CodeError, CorpusError
from icd9_review.values import Kind

_COLUMNS = ("code", "source", "phrase")
_SHORTEST = 4  # letters; shorter phrases stand for too many things
_FRAGMENTS = frozenset({"tab_inclusion", "tab_includes"})
_PARENTHESES = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_VAGUE = re.compile(r"(?:,? (?:NOS|NEC|unspecified|not otherwise specified))+$", re.IGNORECASE)
_FORMS = re.compile(r"(?P<before>(?:[^A-Z,]* )?)(?P<forms>[A-Z][^,]*(?:, [^,]+)+)")


@dataclass(frozen=True, slots=True)
class CodePhrase:
    """A phrase for a code, as the file writes both."""

    code: str
    source: str
    phrase: str


def read_phrases(path: Path) -> Iterator[CodePhrase]:
    """The rows of a file, plain or gzipped, in their order.

    Raises CorpusError where it cannot be read or lacks a column.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if missing := set(_COLUMNS) - set(reader.fieldnames or ()):
                raise CorpusError(
                    f"{path} has no column {', '.join(sorted(missing))}; its first line must "
                    f"name {', '.join(_COLUMNS)}, separated by tabs"
                )
            for row in reader:
                yield CodePhrase(*(row[column] or "" for column in _COLUMNS))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise CorpusError(f"{path} cannot be read: {reason}") from None


def dictionary_entries(path: Path, codes: Collection[str]) -> dict[str, str]:
    """Phrases for the codes of a label space, as ``Dictionary`` takes them.

    Inclusion terms are left out: they are often fragments that mean something only below
    their heading ("knee" of 682.6). Where a phrase stands for several codes, the first row
    holds. Raises CorpusError like ``read_phrases``, and where no phrase is left.
    """
    space = frozenset(codes)
    entries: dict[str, str] = {}
    for term in read_phrases(path):
        if term.source in _FRAGMENTS:
            continue
        code = _dotted(path, term)
        if code in space:
            for phrase in spellings(term):
                if len(phrase) >= _SHORTEST:
                    entries.setdefault(phrase, code)
    if not entries:
        raise CorpusError(f"{path} has no phrase for any of the {len(space):,} codes of the model")
    return entries


def _dotted(path: Path, term: CodePhrase) -> str:
    try:
        return normalise(term.code, Kind.DIAGNOSIS)
    except CodeError:
        raise CorpusError(
            f"{path}: {term.code[:10]!r} is no diagnosis code; its rows hold code, source, phrase"
        ) from None


def spellings(term: CodePhrase) -> tuple[str, ...]:
    """A term as notes may have it: without what is only said in books.

    Parentheses and a closing NOS, NEC or "unspecified" go; where the index gives its main word
    in several forms ("congestive heart Failure, failed"), there is one spelling for each.
    """
    plain = _VAGUE.sub("", _PARENTHESES.sub("", term.phrase)).strip()
    main = _FORMS.fullmatch(plain) if term.source.startswith("index") else None
    if main is None:
        return (plain,)
    return tuple(main["before"] + form for form in main["forms"].split(", "))
