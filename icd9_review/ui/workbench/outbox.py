"""Reading what a browser sent: decisions, or refusals of what cannot be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from icd9_review.ui.workbench.view import Refusal
from icd9_review.values import Action, Decision, Kind, RejectReason

_LONGEST = 64
"""Characters of an id, a code or the name of a tab, as the ledger takes them."""

_UNREADABLE = "This decision arrived damaged and was not stored; decide again."


@dataclass(frozen=True, slots=True)
class Sent:
    """A decision with the encounter it was made on and the user who made it, by their ids."""

    encounter: str
    user: int
    decision: Decision


def read_outbox(raw: object) -> tuple[tuple[Sent, ...], tuple[Refusal, ...]]:
    """The decisions in an outbox, in order, and a refusal for each entry that is not one.

    An entry without a usable id was not made by this program's page and is passed over.
    """
    sent: list[Sent] = []
    refused: list[Refusal] = []
    for entry in raw if isinstance(raw, list) else ():
        if not isinstance(entry, Mapping) or not _is_name(entry.get("id")):
            continue
        try:
            sent.append(_read_entry(entry))
        except ValueError:
            code = entry.get("code")
            shown = str(code) if _is_name(code) else ""
            refused.append(Refusal(id=str(entry["id"]), code=shown, message=_UNREADABLE))
    return tuple(sent), tuple(refused)


def _read_entry(entry: Mapping[str, object]) -> Sent:
    reason = entry.get("reason")
    return Sent(
        encounter=_name(entry, "encounter"),
        user=_number(entry, "user"),
        decision=Decision(
            key=_name(entry, "id"),
            action=Action(_name(entry, "action")),
            code=_name(entry, "code"),
            kind=Kind(_name(entry, "kind")),
            client=_name(entry, "client"),
            seen=_number(entry, "seen"),
            reason=None if reason is None else RejectReason(_name(entry, "reason")),
        ),
    )


def _name(entry: Mapping[str, object], field: str) -> str:
    value = entry.get(field)
    if not _is_name(value):
        raise ValueError(f"{field} is not a short text")
    return str(value)


def _number(entry: Mapping[str, object], field: str) -> int:
    value = entry.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{field} is not a number")
    return value


def _is_name(value: object) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST
        and value.isascii()
        and value.isprintable()
    )
