"""What stands beside the words of an event: numbers, formats, roles, settings, sums.

One table for the page of the ledger and for its download. Never words of a note or of people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from icd9_review.review.event_words import EVENT_WORDS, FACT_WORDS, SUMMARY
from icd9_review.review.fold import DECISIONS
from icd9_review.review.reasons import GLASS_WORDS, reason_words
from icd9_review.review.status_words import PURGE_WORDS
from icd9_review.review.telling.caller_facts import CALLER_FACTS
from icd9_review.review.telling.fact_words import many, person
from icd9_review.review.telling.model_facts import MODEL_FACTS
from icd9_review.review.telling.quality_facts import QUALITY_FACTS
from icd9_review.values import (
    Event,
    EventKind,
    Fact,
    GlassReason,
    PurgeReason,
    ReviewOutcome,
    SignInFailure,
    encounter_label,
)

OUTCOME_WORDS: Final[Mapping[ReviewOutcome, str]] = MappingProxyType(
    {
        ReviewOutcome.NOTHING: "nothing to follow up",
        ReviewOutcome.FOLLOW_UP: "something to follow up",
    }
)
"""What the screen calls what a review of the ledger found."""

FAILURE_WORDS: Final[Mapping[SignInFailure, str]] = MappingProxyType(
    {
        SignInFailure.CANCELLED: "given up at the sign-in service",
        SignInFailure.REFUSED: "the sign-in service did not take it",
        SignInFailure.ANSWER: "the answer of the sign-in service did not hold",
        SignInFailure.IDENTITY: "the sign-in service named nobody",
        SignInFailure.EMAIL: "the e-mail address was not verified",
        SignInFailure.ROLE: "no group with a role here",
        SignInFailure.OTHER_PERSON: "somebody else, to sign a chart",
        SignInFailure.HEADER: "no header of the proxy, or more than one",
    }
)
"""Why a service or a proxy let nobody in, as the ledger's page and download say it."""

KIND_WORDS: Final[Mapping[EventKind, str]] = MappingProxyType(
    {
        kind: " ".join(words.format(code="a code", by="another", fact="a fact").split())
        for kind, words in EVENT_WORDS.items()
    }
)
"""What a kind of event is called where no event is at hand: ``replaced a code by another``."""

_Said = Mapping[str, Any]
_Names = Mapping[int, str]


def event_facts(event: Event, names: Mapping[int, str]) -> str:
    """The facts of an event in one line, empty where its words say all; ``names`` by number.

    Also where an older program, or somebody around this one, wrote other facts.
    """
    by = event.payload.get("run_by")
    return ", ".join(filter(None, (_of_kind(event, names), f"run by {by}" if by else "")))


def _of_kind(event: Event, names: _Names) -> str:
    said = cast(dict[str, Any], event.payload)
    if (describe := _FACTS.get(event.kind)) is not None:
        try:
            return describe(said, names)
        except (LookupError, TypeError, ValueError):
            return ""
    return ", ".join(_decided(event.kind, said)) if event.kind in DECISIONS else ""


def _decided(kind: EventKind, said: _Said) -> Iterator[str]:
    if said.get("reason"):
        yield reason_words(DECISIONS[kind], str(said["reason"]))
    if said.get("together"):
        yield f"one of {said['together']} at once"
    if said.get("query"):
        yield f"for query {said['query']}"


def _standing(said: _Said, names: _Names) -> str:
    service = "in service" if said["active"] else "out of service"
    service += ", a service account" if said.get("service") else ""
    return f"{person(said['user'], names)}: {said['role']}, {service}"


def _of_person(said: _Said, names: _Names) -> str:
    return person(said.get("user"), names)


def _of_name(said: _Said, names: _Names) -> str:
    return person(said["user"], names) if said.get("user") else "a name that nobody has"


def _not_let_in(said: _Said, names: _Names) -> str:
    if said.get("all_names"):
        who = "every name from one address"
    else:
        why = said.get("why")
        who = FAILURE_WORDS[SignInFailure(why)] if why else _of_name(said, names)
    return ", ".join([who, *_from(said)])


def _from(said: _Said) -> list[str]:
    return [f"from {said['address']}"] if said.get("address") else []


def _teams(said: _Said, names: _Names) -> str:
    numbers = ", ".join(map(str, said["teams"]))
    return f"{person(said['user'], names)}: {f'teams {numbers}' if numbers else 'no team'}"


def _moved(said: _Said, _: _Names) -> str:
    former, wanted = (
        f"team {said[side]}" if said[side] else "everybody" for side in ("from", "to")
    )
    return f"from {former} to {wanted}"


def _glass(said: _Said, _: _Names) -> str:
    return f"{GLASS_WORDS[GlassReason(said['reason'])]}, until {said['until'][:19]}"


def _purged(said: _Said, _: _Names) -> str:
    if "reason" not in said:
        return many(len(said["purged_words"]), "text")
    return PURGE_WORDS[PurgeReason(said["reason"])]


def _session(said: _Said, names: _Names) -> str:
    told = [f"by {said['proof']}"] if said.get("proof") else []
    told += [person(said["user"], names)] if said.get("user") else []
    return ", ".join([*told, *_from(said)])


def _imported(said: _Said, _: _Names) -> str:
    counts = ", ".join(
        f"{said[name]:,} {name.replace('_', ' ')}"
        for name in ("stored", "changed", "already_here", "refused", "purged")
        if name in said
    )
    broken = "" if said["complete"] else "; it broke off"
    return f"by {said['way']}, {many(said['files'], 'file')}: {counts}{broken}"


def _exported(said: _Said, _: _Names) -> str:
    if said["table"] == SUMMARY:
        return f"{many(said['rows'], 'code')}, SHA-256 {said['sha256']}"
    words = ", with words" if said.get("words") else ""
    broken = "" if said.get("complete", True) else "; it broke off"
    rows = many(said["rows"], "row")
    return f"{said['table']} as {said['format']}{words}, {rows}, SHA-256 {said['sha256']}{broken}"


def _rows_shown(said: _Said, _: _Names) -> str:
    whose = ", ".join(encounter_label(number) for number in said["encounters"])
    told = f"{said['table']}, {many(said['rows'], 'row')}"
    return f"{told} of {whose}" if whose else told


def _codes(said: _Said, _: _Names) -> str:
    return f"{said['name']} {said['version']}, {said['count']:,}, SHA-256 {said['sha256']}"


def _settings(said: _Said, _: _Names) -> str:
    values = said["settings"]
    return "; ".join(f"{name}={values.get(name, '')}" for name in said["changed"])


def _read(said: _Said, names: _Names) -> str:
    told = [person(each, names) for each in said["people"]]
    told += [said["encounter"]] if said["encounter"] else []
    told += [KIND_WORDS[EventKind(each)] for each in said["kinds"]]
    told += [f"from {said['since'][:19]}"] if said["since"] else []
    told += [f"before {said['before'][:19]}"] if said["before"] else []
    return ", ".join(told) or "all of it"


def _figures(said: _Said, names: _Names) -> str:
    told = {**said["asked"]}
    if "signer" in told:
        told["signer"] = person(int(told["signer"]), names)
    return ", ".join(f"{name} {value}" for name, value in told.items())


def _reviewed(said: _Said, names: _Names) -> str:
    outcome = OUTCOME_WORDS[ReviewOutcome(said["outcome"])]
    events = many(said["events"], "event")
    return f"{person(said['user'], names)}, up to {said['up_to'][:19]}, {events}: {outcome}"


def _verified(said: _Said, _: _Names) -> str:
    count = said["findings"]
    return f"{many(count, 'place')} did not verify" if count else "every stream verified"


def _anchored(said: _Said, _: _Names) -> str:
    stamped = ", time-stamped" if said["stamped"] else ""
    return f"{many(said['streams'], 'stream')}{stamped}, SHA-256 {said['sha256']}"


def _copied(said: _Said, _: _Names) -> str:
    return f"revision {said['revision']}, {said['size']:,} bytes, SHA-256 {said['sha256']}"


def _fact(said: _Said, _: _Names) -> str:
    source = "read from a note" if said["evidence"] else "typed"
    return f"{FACT_WORDS[Fact(said['fact'])]} {said['value'] or 'not known'}, {source}"


def _intake(said: _Said, _: _Names) -> str:
    read = ", ".join(FACT_WORDS[Fact(fact)] for fact in said.get("read", ()))
    return f"read from a note: {read}" if read else ""


def _line(said: _Said, _: _Names) -> str:
    ((note, start, end),) = said["evidence"]
    return f"characters {start:,} to {end:,} of note {note}"


_FACTS: Mapping[EventKind, Callable[[_Said, _Names], str]] = {
    EventKind.ENCOUNTER_CREATED: _intake,
    EventKind.FACT_SET: _fact,
    EventKind.LINE_SET: _line,
    EventKind.FINALISED: lambda said, _: (
        many(len(said["uncoded"]), "uncoded line") if said["uncoded"] else ""
    ),
    EventKind.ASSIGNED: lambda said, names: f"to {person(said['to'], names)}",
    EventKind.CLAIMED: lambda said, names: f"from {person(said['from'], names)}",
    EventKind.SCORED: lambda said, _: f"{said['suggested']:,} suggested",
    EventKind.SHOWN: lambda said, _: many(len(said["codes"]), "code"),
    EventKind.INSPECTED: lambda said, _: ", ".join(each[1] for each in said["codes"]),
    EventKind.SEARCHED: lambda said, _: many(said["terms"], "word"),
    EventKind.ENCOUNTER_REGISTERED: lambda said, _: encounter_label(said["number"]),
    EventKind.CODES_IMPORTED: _codes,
    EventKind.IMPORTED: _imported,
    EventKind.EXPORTED: _exported,
    EventKind.ROWS_SHOWN: _rows_shown,
    **MODEL_FACTS,
    **CALLER_FACTS,
    **QUALITY_FACTS,
    EventKind.SETTINGS_CHANGED: _settings,
    EventKind.FIGURES_READ: _figures,
    EventKind.LEDGER_READ: _read,
    EventKind.LEDGER_REVIEWED: _reviewed,
    EventKind.LEDGER_VERIFIED: _verified,
    EventKind.LEDGER_ANCHORED: _anchored,
    EventKind.ENCOUNTERS_ARCHIVED: lambda said, _: f"signed before {said['before'] or 'no day'}",
    EventKind.BACKED_UP: _copied,
    EventKind.RESTORED: lambda said, _: f"SHA-256 {said['sha256']}",
    EventKind.SIGNED_IN: _session,
    EventKind.SIGNED_OUT: _session,
    EventKind.SIGN_IN_FAILED: _not_let_in,
    EventKind.LOCKED_OUT: _not_let_in,
    EventKind.UNLOCKED: _of_person,
    EventKind.PASSWORD_SET: _of_person,
    EventKind.FACTOR_SET: _of_person,
    EventKind.FACTOR_FAILED: _not_let_in,
    EventKind.FACTOR_REMOVED: _of_person,
    EventKind.RECOVERY_CODES_SET: _of_person,
    EventKind.RECOVERY_CODE_USED: _of_person,
    EventKind.TEAM_ADDED: lambda said, _: f"team {said['team']}",
    EventKind.TEAMS_SET: _teams,
    EventKind.MOVED: _moved,
    EventKind.GLASS_BROKEN: _glass,
    EventKind.PURGED: _purged,
    EventKind.PERSON_ADDED: _standing,
    EventKind.PERSON_CHANGED: _standing,
}
