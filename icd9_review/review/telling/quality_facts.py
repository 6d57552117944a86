"""What stands beside the words of events about quality: samples, gold, audits, queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from icd9_review.review.telling.fact_words import many, person
from icd9_review.values import EventKind

AUDIT_KINDS: Final = (
    EventKind.AUDIT_OPENED,
    EventKind.AUDIT_CODED,
    EventKind.AUDIT_REMARKED,
    EventKind.AUDIT_RETURNED,
    EventKind.AUDIT_ANSWERED,
    EventKind.AUDIT_ADJUDICATED,
    EventKind.AUDIT_CLOSED,
    EventKind.AUDIT_WITHDRAWN,
)
"""What is done to an audit; each names it."""


_Said = Mapping[str, Any]
_Names = Mapping[int, str]


def _drawn(said: _Said, _: _Names) -> str:
    of = f"{said['drawn']:,} of {many(said['candidates'], 'encounter')}"
    return f"sample {said['number']}, {of}, seed {said['seed']}, SHA-256 {said['sha256']}"


def _gold_kept(said: _Said, _: _Names) -> str:
    onboarding = ", of the onboarding set" if said["onboarding"] else ""
    codes = f"{many(len(said['codes']), 'code')}, {said['origin']}"
    return f"G-{said['number']:05d} of {said['encounter']}, {codes}{onboarding}"


def _gold_changed(said: _Said, _: _Names) -> str:
    onboarding = "" if said["onboarding"] else "not "
    retired = ", retired" if said["retired"] else ""
    return f"G-{said['number']:05d}, {onboarding}of the onboarding set{retired}"


def _twin(said: _Said, names: _Names) -> str:
    return f"{said['purpose']}, {said['encounter']} of {said['of']}, {person(said['to'], names)}"


def _second_rule(said: _Said, _: _Names) -> str:
    if not said["active"]:
        return "nobody is asked"
    most = f"at most {said['per_day']:,} a day and {said['per_week']:,} a week"
    return f"below {said['least']:.2f} of {many(said['fewest'], 'encounter')}, {most}"


def _audit(said: _Said, _: _Names) -> str:
    told = [f"audit {said['audit'][:8]}"]
    told += [said["difference"]] if said.get("difference") else []
    told += [f"cause {said['cause']}"] if said.get("cause") else []
    told += [many(len(said["codes"]), "code")] if "codes" in said else []
    told += ["agreed" if said["agreed"] else "rebutted"] if "agreed" in said else []
    told += [f"coder right in {len(said['overturned']):,}"] if "overturned" in said else []
    told += ["a guideline to be settled"] if said.get("guideline") else []
    told += ["chart to be reopened"] if said.get("reopen") else []
    return ", ".join(told)


def _asked(said: _Said, _: _Names) -> str:
    return f"{said['reason'].replace('_', ' ')}, {many(len(said['evidence']), 'indicator')} cited"


def _answered_physician(said: _Said, _: _Names) -> str:
    chosen = f", answer {said['option'] + 1}" if said.get("option") is not None else ""
    return f"query {said['query']}{chosen}"


QUALITY_FACTS: Final[Mapping[EventKind, Callable[[_Said, _Names], str]]] = MappingProxyType(
    {
        EventKind.PHYSICIAN_ASKED: _asked,
        EventKind.PHYSICIAN_ANSWERED: _answered_physician,
        EventKind.PHYSICIAN_QUERY_WITHDRAWN: _answered_physician,
        EventKind.SAMPLE_DRAWN: _drawn,
        EventKind.GOLD_KEPT: _gold_kept,
        EventKind.GOLD_CHANGED: _gold_changed,
        EventKind.TWIN_MADE: _twin,
        EventKind.SECOND_RULE_SET: _second_rule,
        **dict.fromkeys(AUDIT_KINDS, _audit),
    }
)
