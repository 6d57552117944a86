"""The chapters of both volumes, with the categories each begins and ends with.

Source: contents of ICD-9-CM, volumes 1 and 3, sixth edition (CDC and CMS, October 2011).
"""

from __future__ import annotations

from dataclasses import dataclass

from icd9_review.codes.notation import category
from icd9_review.values import Kind


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its title and its first and last category."""

    title: str
    first: str
    last: str


_PREGNANCY = "Complications of pregnancy, childbirth, and the puerperium"
_STATUS = "Factors influencing health status and contact with health services"
CHAPTERS = {
    Kind.DIAGNOSIS: (
        Chapter("Infectious and parasitic diseases", "001", "139"),
        Chapter("Neoplasms", "140", "239"),
        Chapter(
            "Endocrine, nutritional and metabolic diseases, and immunity disorders", "240", "279"
        ),
        Chapter("Diseases of the blood and blood-forming organs", "280", "289"),
        Chapter("Mental, behavioral and neurodevelopmental disorders", "290", "319"),
        Chapter("Diseases of the nervous system and sense organs", "320", "389"),
        Chapter("Diseases of the circulatory system", "390", "459"),
        Chapter("Diseases of the respiratory system", "460", "519"),
        Chapter("Diseases of the digestive system", "520", "579"),
        Chapter("Diseases of the genitourinary system", "580", "629"),
        Chapter(_PREGNANCY, "630", "679"),
        Chapter("Diseases of the skin and subcutaneous tissue", "680", "709"),
        Chapter("Diseases of the musculoskeletal system and connective tissue", "710", "739"),
        Chapter("Congenital anomalies", "740", "759"),
        Chapter("Certain conditions originating in the perinatal period", "760", "779"),
        Chapter("Symptoms, signs, and ill-defined conditions", "780", "799"),
        Chapter("Injury and poisoning", "800", "999"),
        Chapter(_STATUS, "V01", "V91"),
        Chapter("External causes of injury and poisoning", "E000", "E999"),
    ),
    Kind.PROCEDURE: (
        Chapter("Procedures and interventions, not elsewhere classified", "00", "00"),
        Chapter("Operations on the nervous system", "01", "05"),
        Chapter("Operations on the endocrine system", "06", "07"),
        Chapter("Operations on the eye", "08", "16"),
        Chapter("Other miscellaneous diagnostic and therapeutic procedures", "17", "17"),
        Chapter("Operations on the ear", "18", "20"),
        Chapter("Operations on the nose, mouth, and pharynx", "21", "29"),
        Chapter("Operations on the respiratory system", "30", "34"),
        Chapter("Operations on the cardiovascular system", "35", "39"),
        Chapter("Operations on the hemic and lymphatic system", "40", "41"),
        Chapter("Operations on the digestive system", "42", "54"),
        Chapter("Operations on the urinary system", "55", "59"),
        Chapter("Operations on the male genital organs", "60", "64"),
        Chapter("Operations on the female genital organs", "65", "71"),
        Chapter("Obstetrical procedures", "72", "75"),
        Chapter("Operations on the musculoskeletal system", "76", "84"),
        Chapter("Operations on the integumentary system", "85", "86"),
        Chapter("Miscellaneous diagnostic and therapeutic procedures", "87", "99"),
    ),
}


def chapter(kind: Kind, code: str) -> Chapter | None:
    """The chapter of a dotted code or header; None for what no chapter holds.

    >>> chapter(Kind.DIAGNOSIS, "428.0").title
    'Diseases of the circulatory system'
    """
    number = category(code)
    return next(
        (held for held in CHAPTERS[kind] if in_range(number, held.first, held.last)),
        None,
    )


def in_range(number: str, first: str, last: str) -> bool:
    """Whether a category lies between two of its own sort: 250, V58 and E885 are three sorts."""
    return (
        len(number) == len(first)
        and number[0].isdigit() == first[0].isdigit()
        and (first <= number <= last)
    )
