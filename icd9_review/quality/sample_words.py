"""A sample in words: what it was drawn from, and what a stratum is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from icd9_review.quality.traits import TRAIT_WORDS
from icd9_review.values import Risk, SampleQuery, Stratifier

STRATIFIER_WORDS: Final[Mapping[Stratifier, str]] = MappingProxyType(
    {
        Stratifier.CODER: "coder",
        Stratifier.SETTING: "setting",
        Stratifier.SERVICE: "service",
        Stratifier.RISK: "risk",
    }
)
"""What screens and the command call what a sample is divided by."""

_RISKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Risk.LOW.value: "no trait",
        Risk.MIDDLE.value: "one trait",
        Risk.HIGH.value: "several traits",
    }
)


def describe_sample_query(query: SampleQuery, names: Mapping[int, str]) -> str:
    """What a sample was drawn from, and by: ``20 signed from 2014-03-01, by coder``."""
    told = [f"{query.size:,} signed{_period(query)}"]
    if query.coders:
        told.append("by " + " or ".join(names.get(each, str(each)) for each in query.coders))
    told += [" or ".join(each.value for each in query.settings)] if query.settings else []
    told += [" or ".join(query.services)] if query.services else []
    told += [" or ".join(TRAIT_WORDS[each] for each in query.traits)] if query.traits else []
    if query.version:
        told.append(
            f"of the first {query.first:,} under model version {query.version[:12]}, because it "
            "was promoted"
        )
    if query.strata:
        told.append("divided by " + " and ".join(STRATIFIER_WORDS[each] for each in query.strata))
    return ", ".join(told)


def describe_stratum(
    stratum: Sequence[str], strata: Sequence[Stratifier], names: Mapping[int, str]
) -> str:
    """A stratum by the words of its parts: ``Ana Ruiz, inpatient, several traits``."""
    parts = zip(strata, stratum, strict=True)
    return ", ".join(_part(by, value, names) for by, value in parts) or "all"


def _period(query: SampleQuery) -> str:
    since = f" from {query.since}" if query.since else ""
    return since + (f" until {query.until}" if query.until else "")


def _part(by: Stratifier, value: str, names: Mapping[int, str]) -> str:
    if by is Stratifier.CODER:
        return names.get(int(value), value)
    if by is Stratifier.RISK:
        return _RISKS[value]
    return value or "no service named"
