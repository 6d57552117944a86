"""Rules 16 and 17: a symptom beside the disease that explains it.

There is no official table of which symptom belongs to which disease. This one is short:
pairs in which the symptom is routinely part of the disease.
"""

from __future__ import annotations

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, Severity

SYMPTOMS = ranges("780-799")
_INFECTION = "038 320-322 421 461-466 480-488 540 590 599.0 681-682 995.91-995.92"
INTEGRAL = (
    ("780.2", "426.0 427.1 427.4 427.5 458.0"),
    ("780.3", "345"),
    ("780.4", "386"),
    ("780.6", _INFECTION),
    ("780.97", "293.0 348.3 349.82"),
    ("782.3", "428 581"),
    ("782.4", "070 570"),
    ("784.0", "339 346"),
    ("785.1", "427"),
    ("786.00 786.05 786.09", "415.1 428 480-488 491.2 492 493 496 507 518.4 518.81 518.84"),
    ("786.07", "491.2 493"),
    ("786.2", "464 465 466 480-488 490-493 496"),
    ("786.5", "410 411.0-411.1 413 415.1 420 441.0 511.0"),
    ("787.0", "008 009 535 536.3 540 558.9 560 574 575.0 577.0"),
    ("787.91", "001-009 555 556 558"),
    ("788.0", "592"),
    ("788.1", "590 595 599.0"),
    ("789.0", "531-535 540-542 555 556 560 562.11 562.13 574 575 577.0"),
    ("790.7", "038"),
    ("791.0", "580-583"),
    ("799.02", "518.81 518.83 518.84"),
)
"""Symptoms, and diseases of which they are routinely part."""

_SECTION_16 = GUIDELINES + "II.A"
_DEFINITIVE = ranges("001-779")


def check_symptom_first(subject: Subject) -> Edits:
    """Rule 16: a symptom is not principal where a related definitive diagnosis is established."""
    code = subject.principal
    if code is None or not subject.inpatient or code not in SYMPTOMS:
        return
    explained = next((held for text, held in INTEGRAL if code in ranges(text)), "")
    if related := subject.having(explained):
        message = f"{code} is a symptom of {listed(related)}; put the diagnosis first."
        yield Edit(16, Severity.WARNING, message, _SECTION_16, code, others=related)
    elif subject.among(_DEFINITIVE):
        message = (
            f"{code} is a symptom; if one of the other diagnoses explains it, put that one first."
        )
        yield Edit(16, Severity.HINT, message, _SECTION_16, code)


def check_integral(subject: Subject) -> Edits:
    """Rule 17: a symptom that is routinely part of an accepted disease is not coded too."""
    for text, explained in INTEGRAL:
        symptoms = subject.having(text)
        related = subject.having(explained) if symptoms else ()
        for code in symptoms:
            if related and code != subject.principal:
                yield Edit(
                    17,
                    Severity.HINT,
                    f"{code} is usually part of {listed(related)}; keep it only if it stands for "
                    "something else.",
                    GUIDELINES + "I.B.7",
                    code,
                    others=related,
                )
