"""One code on the clinical page: everything that is known of it, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from icd9_review import __version__
from icd9_review.review.reasons import reason_words
from icd9_review.store.projections.code_records import CodeRecord
from icd9_review.ui.encounter.codes import code_name, code_title, describe_likelihood
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.demotions import Place, describe_demotion, places_in
from icd9_review.ui.encounter.explaining import Explained
from icd9_review.ui.encounter.highlights import (
    describe_completeness,
    describe_deletion,
    describe_method,
    had_it_passed,
)
from icd9_review.ui.encounter.reading import Reading
from icd9_review.ui.explanation.passage import (
    PassageView,
    Used,
    mark_passage,
    opposing,
    supporting,
)
from icd9_review.ui.explanation.reliability import ReliabilityView, present_reliability
from icd9_review.ui.words import describe_moment, format_percent
from icd9_review.values import (
    Action,
    Attribution,
    AttributionKey,
    Calibration,
    CodeState,
    Encounter,
    Examples,
    Note,
    Reliability,
    Suggestion,
    Verdict,
)

FactLines = tuple[tuple[str, str], ...]
Status = Literal["ready", "preview", "running", "failed", "off"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A code as it is read and printed; ``used`` is None until something can be shown."""

    code: str
    title: str
    facts: FactLines
    raw: FactLines
    reliability: ReliabilityView
    footer: FactLines
    status: Status
    message: str = ""
    where: str = ""
    used: UsedView | None = None

    @property
    def waiting(self) -> bool:
        """Whether the page should look again by itself."""
        return self.status in ("running", "preview")


@dataclass(frozen=True, slots=True)
class UsedView:
    """What the model used in the passage, and whether that can be relied on."""

    supports: tuple[Used, ...]
    opposes: tuple[Used, ...]
    passage: PassageView
    holds: bool
    checks: FactLines
    method: FactLines


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a code besides its explanation.

    ``examples`` are None where the model folder does not count them.
    """

    state: CodeState | None
    names: Mapping[int, str]
    record: CodeRecord
    examples: Examples | None
    calibration: Calibration | None
    reliability: Reliability | None


def make_sheet(
    reading: Reading,
    suggestion: Suggestion,
    known: Known,
    explained: Explained | None,
    context: NoteContext,
    footer: FactLines,
) -> Sheet:
    """Everything about one code; ``context`` is that of the note it was seen in.

    ``explained`` is None where explanations are switched off.
    """
    name = code_name(suggestion.kind, suggestion.code)
    status, message = _status(explained, name)
    used = explained.attributions.get(name) if explained else None
    probability = suggestion.shown
    demoted = suggestion.reached and suggestion.demotion is not None
    named = places_in(context, (suggestion.kind, suggestion.code)) if explained else ()
    return Sheet(
        code=suggestion.code,
        title=code_title(suggestion.kind, suggestion.code),
        facts=_facts(suggestion, known, named),
        raw=_raw(suggestion, known.calibration),
        reliability=present_reliability(known.reliability, suggestion.code, probability),
        footer=footer,
        status=status,
        message=message,
        where=describe_where(reading, suggestion),
        used=_used(context, used[1], demoted=demoted, preview=status == "preview")
        if used
        else None,
    )


def _status(explained: Explained | None, name: str) -> tuple[Status, str]:
    """How far the explanation of a code is, and that in a sentence."""
    if explained is None:
        return "off", describe_status("off", "")
    missing = explained.missing.get(name)
    status: Status = missing.status if missing else "running"
    if name in explained.attributions:
        status = "preview" if name in explained.previews else "ready"
    return status, describe_status(status, missing.message if missing else "")


def _facts(suggestion: Suggestion, known: Known, named: Collection[Place]) -> FactLines:
    return (
        ("Probability", describe_probability(suggestion.shown, known.calibration)),
        ("Suggested", describe_threshold(suggestion, named)),
        ("Decision", describe_verdict(known.state, known.names)),
        ("Accepted here", describe_accepted(known.record)),
        ("Training examples", describe_examples(known.examples, suggestion.code)),
    )


def describe_probability(probability: float, calibration: Calibration | None) -> str:
    """A probability as people see it, in percent and in words."""
    told = f"{format_percent(probability)} · {describe_likelihood(probability)}"
    return told if calibration else f"{told} · not calibrated"


def describe_threshold(suggestion: Suggestion, named: Collection[Place] = ()) -> str:
    """Whether a code is suggested, and what that rests on; ``named`` is where the note names it."""
    reach = "reaches" if suggestion.reached else "stays below"
    rests = f"the raw output {reach} the threshold {suggestion.threshold:.3f}"
    if suggestion.reached and suggestion.demotion is not None:
        return f"no, demoted: {describe_demotion(suggestion.demotion, named)}; {rests}"
    return f"{'yes' if suggestion.suggested else 'no'}: {rests}"


def describe_verdict(state: CodeState | None, names: Mapping[int, str]) -> str:
    """What people have decided on a code of this encounter, who and why."""
    if state is None:
        return "not decided yet"
    told = state.verdict.value
    if state.verdict is Verdict.REPLACED:
        told += f" by {state.by}"
    elif state.reason is not None:
        told += f" ({reason_words(Action.REJECT, state.reason)})"
    who = names.get(state.actor, "somebody no longer known")
    return f"{told} · {who}, {describe_moment(state.at)}"


def describe_accepted(record: CodeRecord) -> str:
    """How often a code was accepted in this place."""
    if not record.decided:
        return "nobody has decided on this code here yet"
    cases = "encounter" if record.decided == 1 else "encounters"
    return f"in {record.accepted} of {record.decided} {cases} in which it was decided"


def describe_examples(examples: Examples | None, code: str) -> str:
    """In how many training notes, or passages, a code stood."""
    if examples is None:
        return "not known: the model folder does not count them"
    if not (count := examples.of(code)):
        return f"none: the code stood in no training {examples.unit}"
    return f"{count:,} {examples.unit}{'s' if count > 1 else ''}"


def _raw(suggestion: Suggestion, calibration: Calibration | None) -> FactLines:
    made = "not calibrated: the raw output is shown as it is"
    if calibration is not None:
        made = f"calibrated from the raw output on {calibration.split}"
    return (
        ("Raw output", f"{suggestion.probability:.4f}"),
        ("Threshold", f"{suggestion.threshold:.4f}"),
        ("Probability shown", f"{suggestion.shown:.4f}, {made}"),
    )


def describe_where(reading: Reading, suggestion: Suggestion) -> str:
    """Which note and window a code was seen in, and how much of the note was read."""
    place, note = reading.note(suggestion.note_id)
    scores = reading.scores[note.id]
    share = 1.0 if not scores.length else scores.read / scores.length
    read = "all of it" if share >= 1 else format_percent(share)
    return (
        f"“\u2068{note.title or 'without a title'}\u2069”, note {place + 1} of "
        f"{len(reading.notes)}; window {suggestion.window.index + 1} of "
        f"{len(scores.spans)}; {read} was read"
    )


def describe_status(status: Status, failure: str) -> str:
    """What keeps the explanation, in a sentence; empty where it is there."""
    if status == "ready":
        return ""
    if status == "preview":
        return "Quick preview. The explanation is being worked out and takes its place."
    if status == "off":
        return "You have switched explanations off."
    if status == "running":
        return "Working out what the model used …"
    return f"{failure.rstrip('.')}. Open the page again to have it tried again."


def _used(
    context: NoteContext, attribution: Attribution, *, demoted: bool, preview: bool
) -> UsedView:
    return UsedView(
        supports=supporting(context, attribution),
        opposes=opposing(context, attribution),
        passage=mark_passage(context, attribution, attribution.window),
        holds=attribution.holds or preview,
        checks=() if preview else _checks(attribution, demoted=demoted),
        method=_method(attribution),
    )


def _checks(attribution: Attribution, *, demoted: bool) -> FactLines:
    told = describe_deletion(attribution)
    return (
        ("Completeness", describe_completeness(attribution)),
        ("Deletion check", (had_it_passed(told) if demoted else told) or "not checked"),
    )


def _method(attribution: Attribution) -> FactLines:
    return (
        ("Method", describe_method(attribution)),
        ("Baseline", attribution.baseline),
        ("Delta", f"{attribution.delta:.4g}"),
        ("Characters", f"{attribution.window.start:,} to {attribution.window.end:,} of the note"),
    )


def make_footer(
    encounter: Encounter, note: Note, key: AttributionKey, reader: str, now: datetime
) -> FactLines:
    """What is needed to find exactly this again: versions, hashes, who read it when."""
    zone = now.strftime("%z")
    return (
        ("Encounter", f"{encounter.label} ({encounter.id})"),
        ("Note", f"{note.id}, version {note.version}"),
        ("SHA-256 of the text", note.sha256),
        ("Model version", key.model_version),
        ("Explanation", f"{key.method}, {key.baseline}"),
        ("Settings", key.settings),
        ("Program", f"ICD-9 Review {__version__}"),
        ("Read", f"{now:%Y-%m-%d %H:%M} ({zone[:3]}:{zone[3:]}) by {reader}"),
    )
