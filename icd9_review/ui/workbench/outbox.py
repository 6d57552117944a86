"""Reading what a browser sent: decisions, or refusals of what cannot be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from icd9_review.review.form import LONGEST_WORDS, MOST_SPANS
from icd9_review.values import (
    Action,
    Decision,
    Fact,
    HoldReason,
    Kind,
    Poa,
    RejectReason,
    ReopenReason,
    Span,
)

_LONGEST = 64
"""Characters of an id, a code or the name of a tab, as the ledger takes them."""

_UNREADABLE = "This decision arrived damaged and was not stored; decide again."


@dataclass(frozen=True, slots=True)
class Sent:
    """A decision with the encounter it was made on and the user who made it, by their ids."""

    encounter: str
    user: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that was not stored, by its id, and why."""

    id: str
    code: str
    message: str


def read_outbox(raw: object) -> tuple[tuple[Sent, ...], tuple[Refusal, ...]]:
    """The decisions in an outbox, in order, and a refusal for each entry that is not one.

    An entry without a usable id was not made by this program's page and is passed over.
    """
    sent: list[Sent] = []
    refused: list[Refusal] = []
    for entry in raw if isinstance(raw, list) else ():
        if not isinstance(entry, Mapping) or not is_name(entry.get("id")):
            continue
        try:
            sent.append(_read_entry(entry))
        except ValueError:
            code = entry.get("code")
            shown = str(code) if is_name(code) else ""
            refused.append(Refusal(id=str(entry["id"]), code=shown, message=_UNREADABLE))
    return tuple(sent), tuple(refused)


def _read_entry(entry: Mapping[str, object]) -> Sent:
    action = Action(_name(entry, "action"))
    return Sent(
        encounter=_name(entry, "encounter"),
        user=_number(entry, "user"),
        decision=Decision(
            key=_name(entry, "id"),
            action=action,
            code=_name(entry, "code") if entry.get("code") else "",
            kind=Kind(_name(entry, "kind")),
            client=_name(entry, "client"),
            seen=_number(entry, "seen"),
            reason=_reason(entry, action),
            by=None if entry.get("by") is None else _name(entry, "by"),
            evidence=read_spans(entry.get("evidence")),
            position=None if entry.get("position") is None else _number(entry, "position"),
            poa=None if entry.get("poa") is None else Poa(_name(entry, "poa")),
            performed=_day(entry.get("performed")),
            words=_words(entry.get("words")),
            together=1 if entry.get("together") is None else _number(entry, "together"),
            fact=None if entry.get("fact") is None else Fact(_name(entry, "fact")),
            value=None if entry.get("value") is None else _name(entry, "value"),
            query=None if entry.get("query") is None else _number(entry, "query"),
        ),
    )


def _reason(
    entry: Mapping[str, object], action: Action
) -> RejectReason | HoldReason | ReopenReason | None:
    if entry.get("reason") is None:
        return None
    given = _name(entry, "reason")
    if action is Action.HOLD:
        return HoldReason(given)
    return ReopenReason(given) if action is Action.REOPEN else RejectReason(given)


def read_spans(given: object) -> tuple[Span, ...]:
    """Evidence as [note, start, end] each; none where nothing was sent. Raises ValueError."""
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > MOST_SPANS:
        raise ValueError("evidence is not a short list")
    return tuple(_span(each) for each in given)


def _span(given: object) -> Span:
    if not isinstance(given, list) or len(given) != 3 or not is_name(given[0]):
        raise ValueError("evidence is not a note and two offsets")
    place = {"start": given[1], "end": given[2]}
    return Span(str(given[0]), _number(place, "start"), _number(place, "end"))


def _day(given: object) -> date | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise ValueError("a date is not a text")
    return date.fromisoformat(given)


def _words(given: object) -> str:
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > LONGEST_WORDS:
        raise ValueError("words are not a short text")
    return given.strip()


def _name(entry: Mapping[str, object], field: str) -> str:
    value = entry.get(field)
    if not is_name(value):
        raise ValueError(f"{field} is not a short text")
    return str(value)


def _number(entry: Mapping[str, object], field: str) -> int:
    value = entry.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{field} is not a number")
    return value


def is_name(value: object) -> bool:
    """Whether something sent is an id, a code or the name of a tab, as the ledger takes them."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST
        and value.isascii()
        and value.isprintable()
    )
