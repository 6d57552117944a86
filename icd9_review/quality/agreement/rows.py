"""Figures of agreement as rows of a table, the same that the page and the command show."""

from __future__ import annotations

import math
from collections.abc import Iterator

from icd9_review.quality.agreement.measuring import Agreement
from icd9_review.statistics.intervals import Interval
from icd9_review.values import AgreementRow
from icd9_review.values.quality.exporting import Ends


def lay_out_agreement(found: Agreement, signed: int) -> Iterator[AgreementRow]:
    """All members together, each pair of them, each code, and the codes that are confused.

    ``signed`` is how many encounters there were to be compared.
    """
    level = found.level.value
    yield AgreementRow(
        level=level,
        about="all",
        encounters=found.encounters,
        signed=signed,
        alpha=_ends(found.alpha),
        jaccard=_ends(found.jaccard),
        credit=_ends(found.credit),
    )
    for pair in found.pairs:
        yield AgreementRow(
            level=level,
            about="pair",
            encounters=pair.encounters,
            first=pair.first,
            second=pair.second,
            alpha=_ends(pair.alpha),
            jaccard=_ends(pair.jaccard),
            credit=(pair.credit, math.nan, math.nan),
        )
    for code in found.codes:
        yield AgreementRow(
            level=level,
            about="code",
            key=code.key,
            both=code.both,
            one=code.one,
            neither=code.neither,
            positive=_ends(code.positive),
            kappa=_ends(code.kappa),
            ac1=code.ac1,
            negative=code.negative,
        )
    for each in found.confusions:
        yield AgreementRow(
            level=level, about="confused", key=each.first, other=each.second, cases=len(each.cases)
        )


def _ends(found: Interval) -> Ends:
    return found.value, found.low, found.high
