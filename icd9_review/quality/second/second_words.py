"""Second coders in the words of page and command."""

from __future__ import annotations

from icd9_review.quality.second.groups import GroupAgreement
from icd9_review.values import GroupLevel, SecondCoding, SecondRule

GROUP_WORDS = {GroupLevel.CATEGORY: "category", GroupLevel.CHAPTER: "chapter"}
"""What the screen calls a group of codes."""


def describe_second_rule(rule: SecondRule) -> str:
    """When somebody is asked, in a sentence.

    >>> describe_second_rule(SecondRule())
    'Nobody is asked by itself.'
    """
    if not rule.active:
        return "Nobody is asked by itself."
    fewest = "1 encounter" if rule.fewest == 1 else f"{rule.fewest:,} encounters"
    return (
        f"Where two coders agree below {rule.least:.2f} on a {GROUP_WORDS[rule.level]} in "
        f"{fewest} or more, further encounters with its codes get a second "
        f"coder: at most {rule.per_day:,} in 24 hours and {rule.per_week:,} in seven days."
    )


def describe_group(found: GroupAgreement) -> str:
    """A pair and a group with their agreement on a line."""
    return (
        f"{found.first} and {found.second} on {found.group[1]}: {found.positive:.2f} "
        f"({found.both:,} both, {found.one:,} one, {found.encounters:,} encounters)"
    )


def describe_seconding(found: SecondCoding) -> str:
    """How far a second coding is."""
    return "signed" if found.signed else "waits"
