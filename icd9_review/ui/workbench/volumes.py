"""What of the suggested and documented codes an encounter is asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from icd9_review.codes.volumes import takes
from icd9_review.ui.encounter.reading import Ranked, Reading
from icd9_review.ui.workbench.documented import Outside
from icd9_review.ui.workbench.snapshot import Snapshot
from icd9_review.values import CareSetting, CodeKey, Kind


@dataclass(frozen=True, slots=True)
class Offered:
    """The labels, the demoted and the documented codes to go by; how many procedures are left out.

    Left out is nothing that a person has judged or commented on.
    """

    ranked: Ranked
    outside: tuple[Outside, ...]
    hidden: int = 0
    demoted: Ranked = ()


def offered(
    setting: CareSetting, reading: Reading, outside: tuple[Outside, ...], snapshot: Snapshot
) -> Offered:
    """All of them for an inpatient; without procedures nobody touched for an outpatient."""
    ranked = reading.suggested
    if takes(setting, Kind.PROCEDURE):
        return Offered(ranked, outside, demoted=reading.demoted)
    touched = {key for key, events in snapshot.stacks.items() if events}
    touched |= {(each.kind, each.code) for each in snapshot.comments}
    kept = tuple(each for each in ranked if _stays((each.kind, each.code), touched))
    named = tuple(each for each in outside if _stays(each.key, touched))
    hidden = {
        (each.kind, each.code)
        for each in ranked
        if each.suggested and not _stays((each.kind, each.code), touched)
    } | {each.key for each in outside if not _stays(each.key, touched)}
    demoted = tuple(each for each in reading.demoted if each.kind is Kind.DIAGNOSIS)
    return Offered(kept, named, len(hidden), demoted)


def _stays(key: CodeKey, touched: Collection[CodeKey]) -> bool:
    return key[0] is Kind.DIAGNOSIS or key in touched
