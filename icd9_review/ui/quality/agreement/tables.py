"""The tables of the page, as text; encounters lead to the workbench."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import pandas as pd

from icd9_review.codes.hierarchy import heading_title, is_header
from icd9_review.codes.table import title
from icd9_review.quality.agreement.codings import Codings
from icd9_review.quality.agreement.confusing import Confusion
from icd9_review.quality.agreement.pairs import PairAgreement, SharedEncounter
from icd9_review.quality.agreement.per_code import CodeAgreement
from icd9_review.quality.agreement.words import write_figure, write_interval
from icd9_review.ui.words import plain
from icd9_review.values import CodeKey

_LINKS = 4  # encounters that a line leads to
_Labels = Mapping[str, str]


def pair_table(pairs: Sequence[PairAgreement]) -> pd.DataFrame:
    """Every two members with their encounters and figures."""
    rows = [
        {
            "Members": f"{each.first} and {each.second}",
            "Encounters": f"{each.encounters:,}",
            "Alpha": write_interval(each.alpha),
            "Jaccard": write_interval(each.jaccard),
            "Credit": write_figure(each.credit),
        }
        for each in pairs
    ]
    return pd.DataFrame(rows)


def code_table(codes: Sequence[CodeAgreement], codings: Codings, labels: _Labels) -> pd.DataFrame:
    """Codes with their figures, and the encounters in which not all have them."""
    rows = [
        {
            "Code": each.key[1],
            "Title": written_title(each.key),
            "Both": f"{each.both:,}",
            "One": f"{each.one:,}",
            "Positive": write_interval(each.positive),
            "Kappa": write_interval(each.kappa),
            "AC1": write_figure(each.ac1),
            "Negative": write_figure(each.negative),
        }
        for each in codes
    ]
    table = pd.DataFrame(rows).map(plain)
    table["Differ in"] = [_links(_apart(each.key, codings), labels) for each in codes]
    return table


def confused_table(found: Sequence[Confusion], labels: _Labels) -> pd.DataFrame:
    """Codes that are taken for each other, and where."""
    rows = [
        {
            "Code": each.first[1],
            "Taken for": each.second[1],
            "Titles": f"{written_title(each.first)} / {written_title(each.second)}",
            "Siblings": "yes" if each.siblings else "same category",
            "Cases": f"{len(each.cases):,}",
        }
        for each in found
    ]
    table = pd.DataFrame(rows).map(plain)
    table["Encounters"] = [
        _links((case.encounter for case in each.cases), labels) for each in found
    ]
    return table


def encounter_table(
    found: Sequence[SharedEncounter], pair: tuple[str, str], labels: _Labels
) -> pd.DataFrame:
    """What two members gave each encounter, the least agreement first."""
    rows = [
        {
            "Jaccard": write_figure(each.jaccard),
            "Credit": write_figure(each.credit),
            "Both": _codes(each.both),
            f"Only {pair[0]}": _codes(each.only_first),
            f"Only {pair[1]}": _codes(each.only_second),
        }
        for each in found
    ]
    table = pd.DataFrame(rows).map(plain)
    table.columns = pd.Index([plain(name) for name in table.columns])
    table.insert(0, "Encounter", [_link(each.encounter, labels) for each in found])
    return table


def written_title(key: CodeKey) -> str:
    """What a code or a header is called; nothing for what version 32 does not have."""
    kind, code = key
    if (known := title(kind, code)) is not None:
        return known
    return heading_title(kind, code) if is_header(kind, code) else "not in version 32"


def _codes(keys: Iterable[CodeKey]) -> str:
    return ", ".join(code for _, code in sorted(keys)) or "–"


def _apart(key: CodeKey, codings: Codings) -> Iterable[str]:
    for encounter, members in codings.items():
        if len({key in codes for codes in members.values()}) > 1:
            yield encounter


def _links(encounters: Iterable[str], labels: _Labels) -> str:
    given = list(dict.fromkeys(encounters))
    links = " ".join(_link(each, labels) for each in given[:_LINKS])
    more = len(given) - _LINKS
    return f"{links} and {more:,} more" if more > 0 else links


def _link(encounter: str, labels: _Labels) -> str:
    return f"[{labels[encounter]}](workbench?encounter={quote(encounter)})"
