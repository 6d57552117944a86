"""What an auditor has otherwise than a coder: two lists of codes, aligned.

Codes are aligned within their kind, diagnoses with diagnoses:

1. the same code on both sides is the same;
2. of what is left, a code of the auditor's that was said to stand instead of one of the coder's is
   that one revised;
3. of what is left, codes of the same category (three characters of a diagnosis, E and three of an
   external cause, two of a procedure) are revised, the longest common beginning first, then in the
   order of the coder, then of the auditor;
4. what is left of the coder's was deleted, of the auditor's added.

The first diagnosis of either side is its principal (outpatient: first-listed) one. Where they are
not the same code, the principal changed, and neither of the two counts as re-sequenced besides. Of
the other aligned codes those are re-sequenced that do not belong to the longest part that both
sides have in the same order. POA is compared where both sides have the same code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icd9_review.codes.notation import category
from icd9_review.values import AuditedCode, Difference, DifferenceKind, Kind


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """A code of the coder's and the one of the auditor's that it is compared with, or one alone."""

    coded: AuditedCode | None
    audited: AuditedCode | None

    @property
    def is_same(self) -> bool:
        """Whether it is one code on both sides."""
        mine, theirs = self.coded, self.audited
        return mine is not None and theirs is not None and mine.code == theirs.code


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two lists of codes: how they are aligned, and in what they differ.

    ``pairs`` are in the order of the auditor's codes, those of the coder alone at the end of their
    kind; ``differences`` in that order too, the principal first.
    """

    coded: tuple[AuditedCode, ...]
    audited: tuple[AuditedCode, ...]
    pairs: tuple[AlignedPair, ...]
    differences: tuple[Difference, ...]


def compare_codes(coded: Sequence[AuditedCode], audited: Sequence[AuditedCode]) -> Comparison:
    """Align what a coder signed with what an auditor has, and say in what they differ.

    >>> ours, theirs = [AuditedCode("428.0"), AuditedCode("486")], [AuditedCode("428.20")]
    >>> [each.what.value for each in compare_codes(ours, theirs).differences]
    ['principal', 'revised', 'deleted']
    """
    pairs: list[AlignedPair] = []
    differences: list[Difference] = []
    for kind in Kind:
        mine = [each for each in coded if each.kind is kind]
        theirs = [each for each in audited if each.kind is kind]
        aligned = _align(mine, theirs)
        pairs += aligned
        differences += _differences(kind, mine, theirs, aligned)
    return Comparison(tuple(coded), tuple(audited), tuple(pairs), tuple(differences))


def _align(coded: Sequence[AuditedCode], audited: Sequence[AuditedCode]) -> list[AlignedPair]:
    left, partner = list(coded), dict[str, AuditedCode]()

    def take(mine: AuditedCode, theirs: AuditedCode) -> None:
        left.remove(mine)
        partner[theirs.code] = mine

    by_code = {each.code: each for each in coded}
    for theirs in audited:
        if theirs.code in by_code:
            take(by_code[theirs.code], theirs)
    for theirs in audited:
        mine = by_code.get(theirs.instead_of or "")
        if theirs.code not in partner and mine in left and mine is not None:
            take(mine, theirs)
    for mine, theirs in _kin(left, [each for each in audited if each.code not in partner]):
        if mine in left and theirs.code not in partner:
            take(mine, theirs)
    return [AlignedPair(partner.get(each.code), each) for each in audited] + [
        AlignedPair(each, None) for each in left
    ]


def _kin(
    coded: Sequence[AuditedCode], audited: Sequence[AuditedCode]
) -> list[tuple[AuditedCode, AuditedCode]]:
    """Codes of one category, the nearest first."""
    found = [
        (mine, theirs)
        for mine in coded
        for theirs in audited
        if category(mine.code) == category(theirs.code)
    ]
    return sorted(found, key=lambda pair: -_in_common(pair[0].code, pair[1].code))


def _in_common(first: str, second: str) -> int:
    """With how many characters both begin."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(first), len(second)))


def _differences(
    kind: Kind,
    coded: Sequence[AuditedCode],
    audited: Sequence[AuditedCode],
    pairs: Sequence[AlignedPair],
) -> Iterator[Difference]:
    principals = _principals(kind, coded, audited)
    if principals is not None:
        yield Difference(DifferenceKind.PRINCIPAL, kind, *principals)
    moved = _moved(coded, pairs, principals or ())
    for pair in pairs:
        yield from _of_pair(kind, pair)
        mine, theirs = pair.coded, pair.audited
        if mine is not None and theirs is not None and theirs.code in moved:
            places = str(coded.index(mine) + 1), str(audited.index(theirs) + 1)
            yield Difference(DifferenceKind.RESEQUENCED, kind, mine.code, theirs.code, *places)


def _principals(
    kind: Kind, coded: Sequence[AuditedCode], audited: Sequence[AuditedCode]
) -> tuple[str | None, str | None] | None:
    """The first diagnoses of both sides where they are not the same."""
    first, second = (side[0].code if side else None for side in (coded, audited))
    return (first, second) if kind is Kind.DIAGNOSIS and first != second else None


def _of_pair(kind: Kind, pair: AlignedPair) -> Iterator[Difference]:
    mine, theirs = pair.coded, pair.audited
    if mine is None or theirs is None:
        what = DifferenceKind.ADDED if mine is None else DifferenceKind.DELETED
        yield Difference(what, kind, _code_of(mine), _code_of(theirs))
    elif mine.code != theirs.code:
        yield Difference(DifferenceKind.REVISED, kind, mine.code, theirs.code)
    elif mine.poa is not theirs.poa:
        poas = mine.poa or "", theirs.poa or ""
        yield Difference(DifferenceKind.POA, kind, mine.code, theirs.code, *poas)


def _code_of(code: AuditedCode | None) -> str | None:
    return None if code is None else code.code


def _moved(
    coded: Sequence[AuditedCode], pairs: Sequence[AlignedPair], but: Sequence[str | None]
) -> set[str]:
    """The auditor's codes that stand in another order than the coder's, ``but`` for the principals.

    The fewest that have to be moved; where several ways need as few, the earlier of the auditor's
    codes stay.
    """
    places = [
        (coded.index(pair.coded), pair.audited.code)
        for pair in pairs
        if pair.coded is not None and pair.audited is not None
        if pair.coded.code not in but and pair.audited.code not in but
    ]
    stays: list[list[tuple[int, str]]] = []
    for number, place in enumerate(places):
        before = [chain for chain in stays[:number] if chain[-1][0] < place[0]]
        stays.append([*max(before, key=len, default=[]), place])
    kept = {code for _, code in max(stays, key=len, default=[])}
    return {code for _, code in places} - kept
