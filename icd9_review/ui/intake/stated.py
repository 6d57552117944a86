"""What pasted notes state of the encounter: offered above the fields, taken where one is empty.

Nothing is written into a field: an answer that comes while somebody types would take away what
is being typed, and what stands in a form that is not sent yet is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import streamlit as st

from icd9_review.errors import EncounterError
from icd9_review.notes import NOTE_LIMIT
from icd9_review.notes.intake.fact_texts import facts_from
from icd9_review.notes.text.facts.reading import stated_facts
from icd9_review.outline.sections import sections
from icd9_review.review.event_words import DISPOSITION_WORDS, FACT_WORDS
from icd9_review.ui.words import plain
from icd9_review.values import CareSetting, Disposition, Fact

_READ = "intake_stated"
_SHOWN = "intake_stated_shown"
_QUOTED = 60  # characters of the words that are named; by judgement, a line


@dataclass(frozen=True, slots=True)
class Offer:
    """What the notes agree on: the value as events write it and as fields hold it, the words."""

    fact: Fact
    written: str
    value: object
    words: str


def read_stated(texts: Sequence[str]) -> tuple[Offer, ...]:
    """The facts on which the texts agree; none where they contradict each other.

    >>> [(each.fact.value, each.written) for each in read_stated(["A 71-year-old man."])]
    [('age', '71'), ('sex', 'male')]
    """
    found: dict[Fact, dict[str, str]] = {fact: {} for fact in Fact}
    for text in (each for each in texts if len(each) <= NOTE_LIMIT):
        for stated in stated_facts(text, sections(text)):
            words = " ".join(text[stated.start : stated.end].split())[:_QUOTED]
            found[stated.fact].setdefault(stated.value, words)
    sure = {fact: next(iter(each.items())) for fact, each in found.items() if len(each) == 1}
    try:
        facts = facts_from(CareSetting.INPATIENT, {fact: sure[fact][0] for fact in sure})
    except EncounterError:  # as a discharge before the admission
        return ()
    return tuple(
        Offer(fact, *(written, getattr(facts, fact.value), words))
        for fact, (written, words) in sure.items()
    )


def ask_stated(texts: Sequence[str], told: Mapping[str, object]) -> dict[str, object]:
    """Show what the texts state and files do not tell, and ask what of it is to be taken.

    By the names of the encounter's facts. Nothing of what this run is the first to show: a form
    may have been sent together with the text, and nobody has seen it then.
    """
    token = sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
    read, offers = st.session_state.get(_READ, ("", ()))
    if read != token:
        offers = read_stated(texts)
        st.session_state[_READ] = token, offers
    offers = [each for each in offers if told.get(each.fact.value) is None]
    shown = st.session_state.get(_SHOWN) == token
    st.session_state[_SHOWN] = token
    if not offers:
        return {}
    taken = _ask(offers, key=f"{_SHOWN}_{token[:16]}")
    return {each.fact.value: each.value for each in taken} if shown else {}


def forget_stated() -> None:
    """Begin anew with the next encounter."""
    for name in (_READ, _SHOWN):
        st.session_state.pop(name, None)


def _ask(offers: Sequence[Offer], *, key: str) -> list[Offer]:
    by_fact = {each.fact: each for each in offers}
    taken = st.pills(
        "Read from the note: taken where a field below is empty",
        list(by_fact),
        selection_mode="multi",
        default=list(by_fact),
        format_func=lambda fact: _words(by_fact[fact]),
        help="Click one to leave it out; what you enter yourself goes first.",
        key=key,
    )
    st.caption(plain(" · ".join(f"“{words}”" for words in dict.fromkeys(o.words for o in offers))))
    return [by_fact[fact] for fact in taken]


def _words(offer: Offer) -> str:
    if offer.fact is Fact.DISPOSITION:
        return f"{FACT_WORDS[offer.fact]}: {DISPOSITION_WORDS[Disposition(offer.written)]}"
    return f"{FACT_WORDS[offer.fact]} {offer.written}"
