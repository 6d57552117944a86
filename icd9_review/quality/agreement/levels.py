"""How closely codes are looked at, and what part of its way down the book two codes share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from icd9_review.codes.notation import category
from icd9_review.values import CodeKey


class CodeLevel(StrEnum):
    """How many characters of a code count.

    A category is what stands before the dot: three digits of a diagnosis (E codes: four
    characters), two of a procedure. A subcategory has one digit more.
    """

    FULL = "full"
    SUBCATEGORY = "4"
    CATEGORY = "3"


_DETAIL = {CodeLevel.SUBCATEGORY: 1, CodeLevel.CATEGORY: 0}


def at_level(key: CodeKey, level: CodeLevel) -> CodeKey:
    """A code as it is looked at; one that is shorter stays what it is.

    >>> from icd9_review.values import Kind
    >>> [at_level((Kind.DIAGNOSIS, "428.21"), level)[1] for level in CodeLevel]
    ['428.21', '428.2', '428']
    """
    if level is CodeLevel.FULL:
        return key
    kind, code = key
    number, _, detail = code.partition(".")
    kept = detail[: _DETAIL[level]]
    return kind, f"{number}.{kept}" if kept else number


def all_at_level(keys: Iterable[CodeKey], level: CodeLevel) -> frozenset[CodeKey]:
    """A set of codes as it is looked at; codes that are the same then count once."""
    return frozenset(at_level(key, level) for key in keys)


def path(key: CodeKey) -> tuple[CodeKey, ...]:
    """The way down to a code: category, subcategory, code; as many steps as it has.

    >>> from icd9_review.values import Kind
    >>> [code for _, code in path((Kind.DIAGNOSIS, "428.21"))]
    ['428', '428.2', '428.21']
    """
    kind, code = key
    number, detail = category(code), code.partition(".")[2]
    return ((kind, number), *((kind, f"{number}.{detail[:n]}") for n in range(1, len(detail) + 1)))


def shared_path(first: CodeKey, second: CodeKey) -> float:
    """The share of the longer way that two codes go together, from 0 to 1.

    >>> from icd9_review.values import Kind
    >>> round(shared_path((Kind.DIAGNOSIS, "428.20"), (Kind.DIAGNOSIS, "428.21")), 3)
    0.667
    """
    ways = path(first), path(second)
    together = sum(one == other for one, other in zip(*ways, strict=False))
    return together / max(map(len, ways))


def credit(first: frozenset[CodeKey], second: frozenset[CodeKey]) -> float:
    """Agreement of two sets that gives a nearly right code a part: the hierarchical credit.

    Of each code of both the share of its way that the nearest code of the other set goes along,
    averaged over all of them; 1 where both are empty.

    >>> from icd9_review.values import Kind
    >>> one, other = ({(Kind.DIAGNOSIS, code)} for code in ("428.20", "428.21"))
    >>> round(credit(frozenset(one), frozenset(other)), 3)
    0.667
    """
    count = len(first) + len(second)
    if not count:
        return 1.0
    alike = 2 * len(first & second)
    left, right = first - second, second - first
    ways = [(left, _by_category(second)), (right, _by_category(first))]
    return (alike + sum(_nearest(key, among) for mine, among in ways for key in mine)) / count


def _nearest(key: CodeKey, among: Mapping[CodeKey, list[CodeKey]]) -> float:
    return max((shared_path(key, other) for other in among.get(_first_step(key), ())), default=0.0)


def _by_category(keys: Iterable[CodeKey]) -> Mapping[CodeKey, list[CodeKey]]:
    """Only codes of one category go any step together."""
    found: dict[CodeKey, list[CodeKey]] = {}
    for key in keys:
        found.setdefault(_first_step(key), []).append(key)
    return found


def _first_step(key: CodeKey) -> CodeKey:
    return key[0], category(key[1])
