"""What a query to a physician may not say, and what it must.

By "Guidelines for Achieving a Compliant Query Practice" of AHIMA and ACDIS (2022 update). Words
that lead are many; these are the common ones, and whoever asks is answerable for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from icd9_review.codes import is_valid
from icd9_review.notes.text.disguised import has_controls
from icd9_review.quality.queries.templates import ALWAYS, TEMPLATES
from icd9_review.values import Kind, PhysicianQueryDraft

LONGEST_QUESTION: Final = 1_000
"""Characters of a question; by judgement."""
LONGEST_OPTION: Final = 200
"""Characters of an answer to choose from; by judgement."""
MOST_OPTIONS: Final = 7
"""Answers to choose from besides those of every query: nine keys; by judgement."""

_LINES = "\n\t"
_PAYMENT = re.compile(
    r"\b(?:payments?|paid|pay(?:er|or)s?|reimburs\w{0,9}|revenues?|billing|billed|drgs?|ms-?drgs?|"
    r"cc/mcc|mccs?|case[- ]mix|cmi|financial\w{0,2}|severity[- ]of[- ]illness|quality[- ]scores?|"
    r"penalt(?:y|ies))\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(?:please (?:document|add|addend|change|write|confirm that|state that)|"
    r"(?:would|do|don't|can) you (?:not )?agree|you should|should be documented|"
    r"we need|needs? to (?:be documented|say)|isn't (?:it|this)|surely|obviously|clearly)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?:\d{3}\.\d{1,2}|V\d{2}(?:\.\d{1,2})?|E\d{3}(?:\.\d)?)\b")


def compliance_problems(draft: PhysicianQueryDraft, cited: Iterable[str]) -> tuple[str, ...]:
    """Why a query cannot be asked as it stands, each with the way out; none where it can.

    ``cited`` are the words of its indicators.
    """
    return tuple(
        chain(
            _form(draft),
            _of_options(draft),
            _wording("The question", draft.question),
            *(_wording(f"The answer “{each}”", each) for each in draft.options),
            _leads(draft, " ".join(cited).lower()),
        )
    )


def _form(draft: PhysicianQueryDraft) -> Iterator[str]:
    if not draft.indicators:
        yield "It cites nothing of the record; choose the words of the notes that it rests on."
    if not draft.question.strip():
        yield "The question is empty; write what the record leaves open."
    if len(draft.question) > LONGEST_QUESTION:
        length = len(draft.question)
        yield f"The question has {length:,} characters; shorten it to {LONGEST_QUESTION:,}."
    if any(has_controls(each, besides=_LINES) for each in (draft.question, *draft.options)):
        yield "It contains a control character; write it without."


def _of_options(draft: PhysicianQueryDraft) -> Iterator[str]:
    told = [each.strip().lower() for each in draft.options]
    fewest = TEMPLATES[draft.reason].fewest
    if len(set(told)) < len(told) or "" in told or {each.lower() for each in ALWAYS} & set(told):
        yield "Answers are empty or stand there twice; leave them out."
    if len(told) < fewest:
        yield (
            f"It offers fewer than {fewest} answers, and one alone leads to it; "
            "add another that the record allows."
        )
    if len(told) > MOST_OPTIONS:
        yield f"It offers {len(told)} answers; leave {MOST_OPTIONS} at most."
    if any(len(each) > LONGEST_OPTION for each in draft.options):
        yield f"An answer has more than {LONGEST_OPTION} characters; shorten it."


def _wording(where: str, text: str) -> Iterator[str]:
    if payment := _PAYMENT.search(text):
        yield f"{where} speaks of payment (“{payment[0]}”); a query is about the patient alone."
    if leading := _LEADING.search(text):
        yield f"{where} leads (“{leading[0]}”); ask what it is, not for what is wanted."
    for code in _CODE.findall(text):
        if is_valid(Kind.DIAGNOSIS, code):
            yield f"{where} names a code ({code}); physicians say conditions."


def _leads(draft: PhysicianQueryDraft, cited: str) -> Iterator[str]:
    """An answer that the question says already, though the record does not."""
    question = draft.question.lower()
    told = _named(draft.options, question)
    if told and told not in cited:
        yield (
            f"The question says one of its answers (“{told}”), which the quoted words do not; "
            "leave it out."
        )


def _named(options: Sequence[str], question: str) -> str:
    words = (each.strip().lower() for each in options)
    return next((each for each in words if each and each in question), "")
