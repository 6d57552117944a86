"""Rules 16 and 17: a symptom beside the disease that explains it.

There is no official table of which symptom belongs to which disease. This one is short:
pairs in which the symptom is routinely part of the disease.
"""

from __future__ import annotations

from functools import cache, lru_cache

from icd9_review.codes.edits.ranges import Ranges, ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, Severity

SYMPTOMS = ranges("780-799")
_INFECTION = (
    "001-009 034 036 038 055 070.0-070.1 075 084 320-322 324 381.0 382.0 383.0 390-391 420.9 421 "
    "461-466 475 478.22 478.24 480-488 490 510 513 519.2 540 562.11 562.13 566 567.0-567.2 572.0 "
    "575.0 576.1 590 595.0 597.0 599.0 601.0 604.0 604.9 614.0 614.3 615.0 670 681-683 711.0 730.0 "
    "995.91-995.92 996.6 998.5 999.31-999.39"
)
_LIMB_FRACTURES = "810-828"
INTEGRAL = (
    ("780.2", "426.0 427.1 427.4 427.5 458.0"),
    ("780.3", "345"),
    ("780.4", "386"),
    ("780.60 780.61 780.64", _INFECTION),
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
    ("790.2", "249-250"),
    ("790.7", "038"),
    ("791.0", "580-583"),
    ("799.02", "518.81 518.83 518.84"),
    ("288.60", _INFECTION),
    ("388.70", "380.1 381.0 382.0"),
    ("784.0", "850 851-854"),
    ("784.1", "034.0 462 463 464.0 475"),
    ("784.92", "802.2-802.3"),
    ("785.6", "034.0 075 683"),
    ("788.41 788.63", "590 595 599.0"),
    ("729.5 729.81", f"{_LIMB_FRACTURES} 681 682.3-682.4 682.6-682.7"),
    ("719.41", "810-812"),
    ("719.42", "812 813"),
    ("719.43", "813-814"),
    ("719.44", "814-817"),
    ("719.45", "808 820-821"),
    ("719.46", "821-823"),
    ("719.47", "823.8 824-826"),
    ("723.1", "805.0-805.1 806.0-806.1"),
    ("724.1", "805.2-805.3 806.2-806.3"),
    ("724.2", "805.4-805.7 806.4-806.7"),
    ("724.5", "805-806"),
    ("786.50 786.52", "807"),
    ("780.2", "992.1"),
    ("780.60", "277.31 992.0"),
    ("782.3", "646.1 992.7 995.1"),
    ("782.4", "576.8 751.61 774"),
    ("784.0", "307.81 349.0"),
    ("787.03", "078.82 536.2 643"),
    ("787.91", "014.8 306.4 536.0 564.4-564.5 579.1 579.8"),
    ("791.0", "646.2"),
)
"""Symptoms, and diseases, infections and fractures of which they are routinely part.

The last ones are what the alphabetic index has under the symptom itself: the disease is a kind of
it (Syncope, heat 992.1)."""

_CODED_BESIDE = (
    ("599.69 788.20 788.21 788.3 788.41 788.43 788.62-788.65", "600.01 600.21 600.91"),
    ("785.4", "249.7 250.7 443.0"),
    ("785.52", "995.92"),
)
"""Symptoms that the tabular list has coded beside their disease (use additional code)."""

_SECTION_16 = GUIDELINES + "II.A"
_DEFINITIVE = ranges("001-779")


def check_symptom_first(subject: Subject) -> Edits:
    """Rule 16: a symptom is not principal where a related definitive diagnosis is established."""
    code = subject.principal
    if code is None or not subject.inpatient or code not in SYMPTOMS:
        return
    if related := explaining(subject, code):
        message = f"{code} is a symptom of {listed(related)}; put the diagnosis first."
        yield Edit(16, Severity.WARNING, message, _SECTION_16, code, others=related)
    elif subject.among(_DEFINITIVE):
        message = (
            f"{code} is a symptom; if one of the other diagnoses explains it, put that one first."
        )
        yield Edit(16, Severity.HINT, message, _SECTION_16, code)


def explaining(subject: Subject, symptom: str) -> tuple[str, ...]:
    """The diagnoses of a chart of which a symptom is routinely part."""
    return subject.having(" ".join(held for text, held in INTEGRAL if symptom in ranges(text)))


def is_integral(symptom: str, condition: str) -> bool:
    """Whether a symptom is routinely part of a condition.

    >>> is_integral("786.05", "428.0"), is_integral("786.05", "401.9")
    (True, False)
    """
    return any(symptom in symptoms and condition in explained for symptoms, explained in _pairs())


@lru_cache(maxsize=20_000)  # a page asks of every symptom beside every suggestion
def belongs(symptom: str, condition: str) -> bool:
    """Whether the index, a guideline or the tabular list has a symptom with a condition: as part of
    it, or coded beside it.

    >>> belongs("787.91", "556.9"), belongs("788.20", "600.01"), belongs("787.91", "562.10")
    (True, True, False)
    """
    return is_integral(symptom, condition) or any(
        symptom in ranges(symptoms) and condition in ranges(conditions)
        for symptoms, conditions in _CODED_BESIDE
    )


@cache
def _pairs() -> tuple[tuple[Ranges, Ranges], ...]:
    return tuple((ranges(text), ranges(held)) for text, held in INTEGRAL)


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
