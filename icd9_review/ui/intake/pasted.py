"""Pasted notes: one field for each, and the facts that they state, put into the form to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import streamlit as st

from icd9_review.errors import EncounterError
from icd9_review.notes import NOTE_LIMIT
from icd9_review.notes.intake.fact_texts import facts_from
from icd9_review.notes.text.facts.reading import stated_facts
from icd9_review.outline.sections import sections
from icd9_review.review.event_words import DISPOSITION_WORDS, FACT_WORDS
from icd9_review.ui.words import plain
from icd9_review.values import CareSetting, Disposition, Fact, Sex

_COUNT = "intake_pasted_notes"
_STATED = "intake_stated"
_MOST = 20  # pasted notes of one encounter; by judgement, more come as files
_QUOTED = 60  # characters of the words that are named; by judgement, a line


def ask_texts() -> tuple[str, ...]:
    """The fields for pasted notes, with a button for one more; those that hold something."""
    count = st.session_state.setdefault(_COUNT, 1)
    texts = [_ask_text(number) for number in range(1, count + 1)]
    if count < _MOST and st.button("Paste another note", icon=":material/add:", type="tertiary"):
        st.session_state[_COUNT] = count + 1
        st.rerun()
    return tuple(text for text in texts if text.strip())


def forget_pasted() -> None:
    """Begin with one empty field the next time."""
    for name in (_COUNT, _STATED):
        st.session_state.pop(name, None)


def offer_stated(texts: Sequence[str], told: Mapping[str, object], *, submitted: bool) -> None:
    """Put what the notes state into fields that are empty, and name the words it was read from.

    ``told`` are the facts that files tell, which go first. A form that is ``submitted`` in this
    moment stays as it was seen. Where notes differ, nothing is put in.
    """
    token = sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
    before, values, words = st.session_state.get(_STATED, ("", {}, ()))
    if token != before and not submitted:
        for name, value in values.items():
            if st.session_state.get(f"intake_{name}") == value:
                st.session_state[f"intake_{name}"] = _EMPTY.get(name)
        values, words = _put(texts, told)
        st.session_state[_STATED] = token, values, words
    if words:
        st.caption(f"Read from the note, to be checked below: {plain('; '.join(words))}")


_EMPTY: Mapping[str, object] = {"sex": Sex.UNKNOWN}


def _ask_text(number: int) -> str:
    return st.text_area(
        "Note" if number == 1 else f"Note {number}",
        height=320 if number == 1 else 200,
        placeholder="Paste the text of a note",
        help=f"Up to {NOTE_LIMIT:,} characters a note.",
        key=f"intake_text_{number}",
    )


def _put(
    texts: Sequence[str], told: Mapping[str, object]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """What was put into fields, by their names, and what is said of it."""
    found: dict[Fact, dict[str, str]] = {fact: {} for fact in Fact}
    for text in (each for each in texts if len(each) <= NOTE_LIMIT):
        for stated in stated_facts(text, sections(text)):
            words = " ".join(text[stated.start : stated.end].split())[:_QUOTED]
            found[stated.fact].setdefault(stated.value, words)
    sure = {fact: next(iter(each.items())) for fact, each in found.items() if len(each) == 1}
    try:
        facts = facts_from(CareSetting.INPATIENT, {fact: sure[fact][0] for fact in sure})
    except EncounterError:  # they contradict each other, as a discharge before the admission
        return {}, ()
    values: dict[str, object] = {}
    said = []
    for fact, (value, words) in sure.items():
        field = f"intake_{fact.value}"
        if told.get(fact.value) is None and st.session_state.get(field) in (None, Sex.UNKNOWN):
            values[fact.value] = st.session_state[field] = getattr(facts, fact.value)
            said.append(f"{FACT_WORDS[fact]} {_shown(fact, value)} (“{words}”)")
    return values, tuple(said)


def _shown(fact: Fact, value: str) -> str:
    return DISPOSITION_WORDS[Disposition(value)] if fact is Fact.DISPOSITION else value
