"""The coding summary: what leaves of one chart as plain text, to be copied or printed.

Codes in their order with what is set on them, facts, edits that are left, signature and model.
Never words of a note, which an edit may quote, nor of people besides their names. What came from
outside stands on one line, without characters that nobody sees or that turn the direction of text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from icd9_review.codes.table import title
from icd9_review.review.event_words import DISPOSITION_WORDS
from icd9_review.review.reasons import reason_words
from icd9_review.review.signing import SESSION_ALONE, codes_sha256, signed_codes, signer_proof
from icd9_review.values import (
    Action,
    CareSetting,
    CodeState,
    Edit,
    Encounter,
    Event,
    EventKind,
    Kind,
    ReviewState,
    Severity,
    Sex,
)

PROOF_WORDS: Final[Mapping[str, str]] = {
    SESSION_ALONE: "their session",
    "chosen": "their choice of a name",
    "password": "their password",
    "provider": "signing in anew at the provider",
    "proxy": "the proxy",
}
"""How a signer showed who they are, in words."""

_SEVERITIES: Final = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.HINT: ("hint", "hints"),
}
_QUOTED: Final = re.compile("“[^“”]*”")
_WIDTH: Final = 15  # of the name of a fact, its colon and what keeps it from the value
_UNKNOWN: Final = "not known"


@dataclass(frozen=True, slots=True)
class SummarySource:
    """What a summary is written from: the chart at one moment, and who writes when.

    ``events`` are the decisions on the encounter in order, ``names`` those of the people by number;
    ``model`` is the name and version of the model whose suggestions were there, None without one;
    ``exempt`` are the diagnoses whose presence on admission is not asked.
    """

    encounter: Encounter
    state: ReviewState
    edits: Sequence[Edit]
    events: Sequence[Event]
    names: Mapping[int, str]
    model: tuple[str, str] | None
    writer: str
    at: datetime
    exempt: frozenset[str] = frozenset()


def write_summary(source: SummarySource) -> str:
    """The summary as lines of plain text that end with a line feed."""
    parts = (
        _heading(source),
        _facts(source.encounter),
        _admitting(source),
        _codes(source, Kind.DIAGNOSIS),
        _codes(source, Kind.PROCEDURE),
        _edits(source.edits),
        _standing(source),
    )
    blocks = ("\n".join(lines) for part in parts if (lines := tuple(part)))
    return "\n\n".join(blocks) + "\n"


def clean(text: str) -> str:
    """Text from outside on one line, without control, format and unassigned characters.

    >>> clean("Ana\\u202e\\n Ortiz")
    'Ana Ortiz'
    """
    seen = ("".join(" " if each.isspace() else each for each in text)).strip()
    kept = (each for each in seen if not unicodedata.category(each).startswith("C"))
    return " ".join("".join(kept).split())


def _heading(source: SummarySource) -> Iterator[str]:
    yield f"Coding summary of {clean(source.encounter.label)}"
    yield "ICD-9-CM, ICD-9 Review. Assists coding, not for diagnosis."
    yield f"Written {_moment(source.at)} by {clean(source.writer)}"


def _facts(encounter: Encounter) -> Iterator[str]:
    inpatient = encounter.setting is CareSetting.INPATIENT
    gone = encounter.disposition
    age = _UNKNOWN if encounter.age is None else str(encounter.age)
    yield _fact("Setting", encounter.setting.value)
    yield _fact("Age", age)
    yield _fact("Sex", _UNKNOWN if encounter.sex is Sex.UNKNOWN else encounter.sex.value)
    yield _fact("Admitted" if inpatient else "From", str(encounter.admitted or _UNKNOWN))
    yield _fact("Discharged" if inpatient else "Until", str(encounter.discharged or _UNKNOWN))
    yield _fact("Disposition", DISPOSITION_WORDS[gone] if gone else _UNKNOWN)


def _fact(name: str, value: str) -> str:
    return f"{name + ':':<{_WIDTH}}{value}"


def _admitting(source: SummarySource) -> Iterator[str]:
    if source.encounter.setting is not CareSetting.INPATIENT:
        return
    yield "Admitting diagnosis"
    code = source.state.admitting
    yield f"    {_named(Kind.DIAGNOSIS, code)}" if code else "    none"


def _codes(source: SummarySource, kind: Kind) -> Iterator[str]:
    codes = [each for each in source.state.accepted if each.kind is kind]
    if kind is Kind.PROCEDURE and not codes:
        return
    yield "Diagnoses" if kind is Kind.DIAGNOSIS else "Procedures"
    if not codes:
        yield "    none"
    for place, code in enumerate(codes, start=1):
        told = [*_said_of(source, code, place)]
        yield f"{place:>3} {_named(kind, code.code)}" + (f" [{'; '.join(told)}]" if told else "")


def _said_of(source: SummarySource, code: CodeState, place: int) -> Iterator[str]:
    inpatient = source.encounter.setting is CareSetting.INPATIENT
    if code.kind is Kind.PROCEDURE:
        if inpatient and place == 1:
            yield "principal"
        yield str(code.performed) if code.performed else "no date"
        return
    if code.code == source.state.principal:
        yield "principal" if inpatient else "first-listed"
    if inpatient:
        unset = "exempt" if code.code in source.exempt else "not set"
        yield f"POA {code.poa.value if code.poa else unset}"


def _named(kind: Kind, code: str) -> str:
    return f"{clean(code):<7}{title(kind, code) or ''}".rstrip()


def _edits(edits: Sequence[Edit]) -> Iterator[str]:
    counted = (
        f"{count} {words[0] if count == 1 else words[1]}"
        for severity, words in _SEVERITIES.items()
        if (count := sum(edit.severity is severity for edit in edits))
    )
    yield f"Edits left: {', '.join(counted) or 'none'}"
    yield from (_edit(each) for severity in _SEVERITIES for each in _of(severity, edits))


def _of(severity: Severity, edits: Iterable[Edit]) -> Iterator[Edit]:
    return (edit for edit in edits if edit.severity is severity)


def _edit(edit: Edit) -> str:
    # A hint may quote the note: its words stay here.
    said = clean(_QUOTED.sub("“…”", edit.message))
    return f"    {edit.number} {_SEVERITIES[edit.severity][0]}: {said}"


def _standing(source: SummarySource) -> Iterator[str]:
    state = source.state
    yield _fact("Signed", _signature(source))
    if state.hold:
        who = clean(source.names[state.hold.actor])
        reason = reason_words(Action.HOLD, state.hold.reason)
        yield _fact("On hold", f"{reason} ({who}, {_moment(state.hold.at)})")
    model = f"{clean(source.model[0])} {source.model[1]}" if source.model else "none"
    yield _fact("Model", model)
    yield _fact("Codes SHA-256", codes_sha256(signed_codes(state), state.admitting))


def _signature(source: SummarySource) -> str:
    signed = source.state.signed
    events = [each for each in source.events if each.kind is EventKind.FINALISED]
    if signed is None or not events:
        return "no"
    proof, at = signer_proof(events[-1])
    shown = f"shown by {PROOF_WORDS.get(proof, clean(proof))}" + (f", {_moment(at)}" if at else "")
    return f"{clean(source.names[signed.actor])}, {_moment(signed.at)}, {shown}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
