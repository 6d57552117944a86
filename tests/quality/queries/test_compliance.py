"""A query that cites nothing, leads, or speaks of money is not asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.queries.compliance import (
    LONGEST_QUESTION,
    MOST_OPTIONS,
    compliance_problems,
)
from icd9_review.quality.queries.templates import ALWAYS, TEMPLATES, offered_answers
from icd9_review.values import PhysicianQueryDraft, PhysicianQueryReason, Span

CITED = ("BNP 1,240, crackles in both lungs",)
PLACES = (Span("n", 0, 10),)
ACUTE, CHRONIC = "Acute systolic heart failure", "Chronic systolic heart failure"


def draft(
    question: str = TEMPLATES[PhysicianQueryReason.DIAGNOSIS].question,
    options: tuple[str, ...] = (ACUTE, CHRONIC),
    indicators: tuple[Span, ...] = PLACES,
) -> PhysicianQueryDraft:
    return PhysicianQueryDraft(PhysicianQueryReason.DIAGNOSIS, question, options, indicators)


def said(given: PhysicianQueryDraft) -> str:
    return " ".join(compliance_problems(given, CITED))


def test_a_query_from_its_template_with_two_answers_can_be_asked() -> None:
    assert compliance_problems(draft(), CITED) == ()


@pytest.mark.parametrize("reason", [*PhysicianQueryReason])
def test_every_template_can_be_asked_as_it_stands(reason: PhysicianQueryReason) -> None:
    template = TEMPLATES[reason]
    options = template.options or (ACUTE, CHRONIC)
    asked = PhysicianQueryDraft(reason, template.question, options, PLACES)
    assert compliance_problems(asked, CITED) == ()


def test_every_query_offers_other_and_unable_to_determine_last() -> None:
    assert offered_answers([ACUTE])[-2:] == ALWAYS


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (draft(indicators=()), "cites nothing"),
        (draft("  "), "is empty"),
        (draft("x" * (LONGEST_QUESTION + 1)), "1,001 characters"),
        (draft("What\x00?"), "control character"),
        (draft(options=(ACUTE,)), "fewer than 2"),
        (draft(options=(ACUTE, ACUTE.upper())), "twice"),
        (draft(options=(ACUTE, "Unable to determine")), "twice"),
        (draft(options=(ACUTE, " ")), "empty"),
        (draft(options=tuple("abcdefgh")), f"leave {MOST_OPTIONS}"),
        (draft(options=(ACUTE, "y" * 201)), "200 characters"),
        (draft("Which condition? It changes the DRG."), "payment (“DRG”)"),
        (draft("Which condition? The payer wants it."), "payment (“payer”)"),
        (draft(options=(ACUTE, "An MCC")), "answer “An MCC” speaks of payment"),
        (draft("Please document heart failure."), "leads (“Please document”)"),
        (draft("Would you agree that it is so?"), "leads (“Would you agree”)"),
        (draft("Is it 428.21 or 428.22?"), "names a code (428.21)"),
        (draft(f"Is it {ACUTE.lower()}?"), "says one of its answers"),
    ],
)
def test_what_may_not_be_asked_is_said_with_the_way_out(
    given: PhysicianQueryDraft, problem: str
) -> None:
    assert problem in said(given)


def test_a_question_may_repeat_what_the_record_says() -> None:
    question = "The record says heart failure. Can it be described further?"
    asked = draft(question, ("Heart failure", ACUTE))
    assert compliance_problems(asked, ["Heart failure, better"]) == ()


@pytest.mark.parametrize("measure", ["Hemoglobin 10.2", "glucose 250.5 mg/dl", "38.5 degrees"])
def test_measures_are_no_codes(measure: str) -> None:
    assert compliance_problems(draft(f"{measure} stands there. What is it?"), CITED) == ()


@given(question=st.text(max_size=80), option=st.text(max_size=40))
def test_any_text_is_judged_without_an_error(question: str, option: str) -> None:
    found = compliance_problems(draft(question, (option, ACUTE)), CITED)
    assert all(each.endswith(".") for each in found)
