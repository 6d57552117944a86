"""Codes that were valid until ICD-9-CM changed under them, and what takes their place.

Only codes retired since October 2000 are here: notes and models of the time (MIMIC-III
covers 2001 to 2012) still hold them. What was divided before is an incomplete code today.
That each diagnosis was valid once is known from AHRQ CCS 2015, and that it is no more from
version 32. The years follow the annual addenda of CDC/NCHS and CMS; those of diagnoses of
2002, 2009 and 2010 and of procedures from 2006 on were compared with the inactivation dates
of the Indian Health Service's table updates, the others were not compared with a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from icd9_review.codes.hierarchy import below
from icd9_review.values import CodeKey, Kind

_DIAGNOSES = {
    2000: (
        "372.8 494 600 645.00 645.01 645.03 707.1 781.9 783.2 783.4 790.0 V15.0 V26.2 V67.0 "
        "V77.9 V82.8"
    ),
    2001: "256.3 464.0 521.0 525.1 564.0 772.1 793.8",
    2002: (
        "357.8 359.8 459.1 633.0 633.1 633.2 633.8 633.9 770.8 771.8 779.8 780.9 795.0 795.3 "
        "998.3 V01.8 V13.2 V23.4 V54.8"
    ),
    2003: (
        "255.1 277.8 282.4 289.8 331.1 348.3 458.2 530.2 600.0 600.1 600.2 600.9 719.70 719.75 "
        "719.76 719.77 719.78 719.79 752.8 766.2 767.1 790.2 799.8 850.1 959.1 V04.8 V43.2 V53.9 "
        "V54.0 V64.4 V65.1"
    ),
    2004: (
        "066.4 252.0 347 521.1 521.2 521.3 521.4 523.2 524.2 524.3 524.5 524.8 525.2 528.7 588.8 "
        "618.0 618.8 621.3 622.1 707.0 758.3 V01.7 V46.1 V72.3 V72.4"
    ),
    2005: "276.5 287.3 567.2 567.8 585 599.6 770.1 799.0 996.4 V12.6 V17.8 V26.3 V58.1 V64.0",
    2006: (
        "238.7 277.3 284.0 288.0 323.0 323.4 323.5 323.6 323.7 323.8 333.7 478.1 519.1 521.8 "
        "523.0 523.1 523.3 523.4 528.0 608.2 616.8 775.8 793.9 995.2 V18.5 V58.3 V72.1"
    ),
    2007: (
        "233.3 255.4 258.0 284.8 359.2 364.8 389.2 624.0 787.2 789.5 999.3 V16.5 V17.4 V18.1 "
        "V26.4 V26.8 V68.0 V84.8"
    ),
    2008: (
        "046.1 051.0 136.2 259.5 337.0 511.8 599.7 611.8 695.1 729.9 760.6 777.5 780.6 788.9 "
        "795.1 997.3 999.8 V13.5 V15.2 V15.5 V28.8 V45.1 V51 V61.0 V62.2"
    ),
    2009: (
        "239.8 274.0 279.4 348.8 453.8 488 768.7 779.3 784.5 799.2 969.0 969.7 E992 E993 E994 "
        "E995 E996 E998 V10.9 V53.5 V60.8 V72.6 V80.0"
    ),
    2010: "275.0 276.6 287.4 488.0 488.1 752.3 786.3 787.6 970.8 999.6 999.7 V25.1 V85.4",
    2011: (
        "041.4 173.0 173.1 173.2 173.3 173.4 173.5 173.6 173.7 173.8 173.9 284.1 286.5 310.8 "
        "425.1 444.0 512.8 516.3 518.5 596.8 631 718.60 747.3 793.1 795.5 997.4 998.0 999.4 999.5 "
        "V12.2 V13.8 V19.1 V40.3"
    ),
}
"""Diagnoses by the October in which they ceased to be valid."""

_PROCEDURES = {
    2003: "37.5 68.3",
    2005: "36.01 36.02 36.05",
    2006: "13.9 68.4 68.6 68.7",
    2008: "45.8 48.5 53.7",
    2010: "39.8",
    2011: "02.2",
}
_ELSEWHERE = {
    "645.00": "645.10 645.20",
    "645.01": "645.11 645.21",
    "645.03": "645.13 645.23",
    "718.60": "718.65",
    "36.01": "00.66",
    "36.02": "00.66",
    "36.05": "00.66",
} | dict.fromkeys(["719.70", "719.75", "719.76", "719.77", "719.78", "719.79"], "719.7")
"""Successors of what was not divided but replaced."""


@dataclass(frozen=True, slots=True)
class Retired:
    """A code that was valid until 30 September of ``year``; ``successors`` are of version 32."""

    code: str
    kind: Kind
    year: int
    successors: tuple[str, ...]


def retired(kind: Kind, code: str) -> Retired | None:
    """What became of a dotted code that was retired since October 2000; else None.

    >>> retired(Kind.DIAGNOSIS, "799.0").year, retired(Kind.DIAGNOSIS, "799.01")
    (2005, None)
    """
    return retired_codes().get((kind, code))


def successors(kind: Kind, code: str) -> tuple[str, ...]:
    """The codes of version 32 that take a retired code's place; none for any other code.

    >>> successors(Kind.DIAGNOSIS, "799.0")
    ('799.01', '799.02')
    """
    found = retired(kind, code)
    return found.successors if found else ()


@cache
def retired_codes() -> Mapping[CodeKey, Retired]:
    """Every code this module knows to be retired."""
    tables = ((Kind.DIAGNOSIS, _DIAGNOSES), (Kind.PROCEDURE, _PROCEDURES))
    return {
        (kind, code): Retired(code, kind, year, _successors(kind, code))
        for kind, table in tables
        for year, held in table.items()
        for code in held.split()
    }


def _successors(kind: Kind, code: str) -> tuple[str, ...]:
    if code in _ELSEWHERE:
        return tuple(_ELSEWHERE[code].split())
    return tuple(held.code for held in below(kind, code))
