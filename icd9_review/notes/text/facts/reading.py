"""All facts that a note states, each with the words that state it."""

from __future__ import annotations

from collections.abc import Sequence

from icd9_review.notes.text.facts.disposition import stated_disposition
from icd9_review.notes.text.facts.person import stated_person
from icd9_review.notes.text.facts.statement import StatedFact
from icd9_review.notes.text.facts.stay import stated_stay
from icd9_review.outline.sections import Section
from icd9_review.values import Fact

_ORDER = {fact: place for place, fact in enumerate(Fact)}


def stated_facts(text: str, divided: Sequence[Section]) -> tuple[StatedFact, ...]:
    """Each fact once for each value that the text gives it, by the first words that do.

    In the order of `Fact`, then of the text; ``divided`` are the sections of the text.
    """
    found = sorted(
        (
            *stated_person(text, divided),
            *stated_stay(text),
            *stated_disposition(text, divided),
        ),
        key=lambda each: (_ORDER[each.fact], each.start, each.end),
    )
    first: dict[tuple[Fact, str], StatedFact] = {}
    for each in found:
        first.setdefault((each.fact, each.value), each)
    return tuple(first.values())
