"""The encounters behind a figure, with links to the workbench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

import pandas as pd
import streamlit as st

from icd9_review.quality.arms.sentences import ARM_NAMES
from icd9_review.quality.outcomes.counting import SCORE_BINS
from icd9_review.quality.outcomes.periods import Period, write_month
from icd9_review.quality.outcomes.sentences import describe_duration
from icd9_review.quality.outcomes.telling import TEN_THOUSAND
from icd9_review.store.oversight.outcome_encounters import outcome_encounters
from icd9_review.ui.quality.outcomes.code_table import rejected_because
from icd9_review.ui.services import services
from icd9_review.ui.words import format_percent, plain
from icd9_review.values import (
    OutcomeChoice,
    OutcomeEncounter,
    OutcomeKind,
    OutcomeQuery,
    User,
)

LISTED: Final = 50
BECAME_WORDS: Final[Mapping[OutcomeKind, str]] = {
    OutcomeKind.ACCEPTED: "accepted",
    OutcomeKind.REPLACED: "replaced",
    OutcomeKind.REJECTED: "rejected",
    OutcomeKind.UNTOUCHED: "untouched",
    OutcomeKind.WAITING: "waiting",
    OutcomeKind.EDITED: "took another's place",
    OutcomeKind.ON_TEXT: "added on text",
    OutcomeKind.OFF_TEXT: "added off text",
    OutcomeKind.DIRECT: "typed although suggested",
}


def show_encounters(
    query: OutcomeQuery,
    period: Period,
    choice: OutcomeChoice,
    people: Mapping[int, str],
    user: User,
) -> None:
    """The newest encounters of a figure, as a table of links."""
    database = services().database
    found = outcome_encounters(database, query, period, choice, actor=user, limit=LISTED + 1)
    st.header(plain(describe_choice(choice, people)), anchor=False)
    if not found:
        st.write("No encounter of this figure is left, or none that you see.")
        return
    if len(found) > LISTED:
        st.caption(f"The newest {LISTED}.")
    st.table(_linked(found[:LISTED], people), hide_index=True)


def describe_choice(choice: OutcomeChoice, people: Mapping[int, str]) -> str:
    """Which figure it is, in words.

    >>> from icd9_review.values import Kind
    >>> describe_choice(OutcomeChoice((Kind.DIAGNOSIS, "428.0"), (OutcomeKind.REJECTED,)), {})
    'Encounters: 428.0, rejected'
    """
    parts = [choice.key[1]] if choice.key else []
    if choice.outcomes:
        parts.append(" or ".join(BECAME_WORDS[each] for each in choice.outcomes))
    elif choice.suggested:
        parts.append("suggested")
    if choice.detail:
        parts.append(choice.detail.replace("_", " "))
    parts += _where(choice)
    if choice.signed:
        parts.append("signed")
    if choice.signer is not None:
        parts.append(f"signed by {people.get(choice.signer, 'somebody')}")
    return f"Encounters: {', '.join(parts)}"


def _where(choice: OutcomeChoice) -> list[str]:
    """The bin, bucket, group or arm in words."""
    parts = []
    if choice.bin is not None:
        parts.append(f"decided on at {_range(choice.bin)}")
    if choice.raw is not None:
        parts.append(f"suggested at {_range(choice.raw)} (raw)")
    if choice.often is not None:
        parts.append(f"codes with {choice.often}")
    if choice.group:
        parts.append(f"{choice.group[0].value} {choice.group[1]}")
    if choice.arm is not None:
        parts.append(f"signed in the arm {ARM_NAMES[choice.arm]}")
    return parts


def _range(number: int) -> str:
    width = 100 // SCORE_BINS
    return f"{number * width}–{(number + 1) * width} %"


def _linked(found: Sequence[OutcomeEncounter], people: Mapping[int, str]) -> pd.DataFrame:
    table = pd.DataFrame([_row(each, people) for each in found]).map(plain)
    table.insert(0, "Encounter", [_link(each) for each in found])
    return table


def _row(each: OutcomeEncounter, people: Mapping[int, str]) -> dict[str, str]:
    who = people.get(each.actor, "") if each.actor is not None else ""
    if each.key is None or each.outcome is None:
        took = {"Took": describe_duration(each.seconds)} if each.seconds is not None else {}
        return {"Month": write_month(each.month), "Signed by": who, **took}
    reason = each.outcome is OutcomeKind.REJECTED
    return {
        "Code": each.key[1],
        "Outcome": BECAME_WORDS[each.outcome],
        "With": rejected_because(each.detail) if reason else each.detail,
        "Shown at": "" if each.score is None else format_percent(each.score / TEN_THOUSAND),
        "Who": who,
        "Month": write_month(each.month),
    }


def _link(each: OutcomeEncounter) -> str:
    return f"[{each.encounter}](workbench?encounter={quote(each.encounter_id)})"
