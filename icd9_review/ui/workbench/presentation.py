"""From stored values to what the workbench shows of them: wording and selection, no state."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from icd9_review.review import fold
from icd9_review.review.fold import reason, replacement, verdict
from icd9_review.review.form import MOST_SPANS
from icd9_review.review.reasons import REASONS, reason_words
from icd9_review.store.projections.code_records import CodeRecord
from icd9_review.ui.encounter.codes import NO_TITLE, code_key, code_name, describe_likelihood
from icd9_review.ui.encounter.demotions import Place, describe_demotion
from icd9_review.ui.encounter.highlights import shorten
from icd9_review.ui.encounter.view import ModelView, ReadView
from icd9_review.ui.words import describe_moment, format_percent
from icd9_review.ui.workbench.arranging import Arranged
from icd9_review.ui.workbench.documented import Outside
from icd9_review.ui.workbench.view import (
    CommentView,
    OutsideView,
    ReasonView,
    StandingView,
    SuggestionView,
)
from icd9_review.values import (
    Action,
    Assertion,
    CodeKey,
    Comment,
    Event,
    EventKind,
    Examples,
    Kind,
    ModelVersion,
    Scores,
    Suggestion,
    Verdict,
)

_LAST = 1_000_000  # a place behind all others
_TELLING = 10
"""Encounters from which on a record is told: of fewer, one more would move it by a tenth."""


def _choices(action: Action) -> tuple[ReasonView, ...]:
    return tuple(
        ReasonView(key=each.key, value=each.value.value, text=each.words)
        for each in REASONS[action]
    )


REJECTIONS: Final = _choices(Action.REJECT)
HOLDS: Final = _choices(Action.HOLD)
REOPENINGS: Final = _choices(Action.REOPEN)

ORIGINS: Final[Mapping[EventKind, str]] = {
    EventKind.ACCEPTED: "suggested",
    EventKind.REPLACED: "replaced",
    EventKind.ADDED: "added",
}


def present_model(model: ModelVersion) -> ModelView:
    """The banner's facts of a model version."""
    return ModelView(
        name=model.name,
        version=model.version[:8],
        labels=len(model.labels),
        calibrated=model.calibration is not None,
    )


def present_read(scores: Sequence[Scores], length: int) -> ReadView | None:
    """How much of an encounter's notes was read, ``length`` being that of all of them together.

    None where nothing was scored.
    """
    if not scores:
        return None
    share = sum(one.read for one in scores) / length
    whole = share >= 1.0
    return ReadView(share=share, text=f"read {'100 %' if whole else format_percent(share)}")


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a suggestion, by code: see `SuggestionView`.

    ``known`` are the codes of the model that has read all notes: one that is not among its
    suggestions is too improbable to be kept. ``arranged`` is where each stands in the orders,
    ``unscored`` what is said of a code without scores, ``named`` where the notes name what was
    demoted, ``explains`` whether it may be said why.
    """

    mentions: Mapping[CodeKey, int]
    assertions: Mapping[CodeKey, Assertion]
    records: Mapping[CodeKey, str]
    rare: Mapping[CodeKey, str]
    known: Container[CodeKey] = ()
    arranged: Mapping[CodeKey, Arranged] = field(default_factory=dict)
    explains: bool = True
    unscored: str = "not scored by this model"
    named: Mapping[CodeKey, Collection[Place]] = field(default_factory=dict)


def present_suggestions(
    ranked: Iterable[Suggestion],
    decided: Iterable[CodeKey],
    titles: Mapping[CodeKey, str],
    beside: Beside,
) -> tuple[SuggestionView, ...]:
    """The codes to show: what is suggested, and what was judged although it is not.

    Diagnoses come first, then procedures. A judged code this model does not know comes last of
    its kind, without a probability, and one that it knows and found too improbable to keep
    before that.
    """
    labels, keep = tuple(ranked), tuple(decided)
    known = {(suggestion.kind, suggestion.code) for suggestion in labels}
    scored = (
        _present_suggestion(suggestion, titles, beside)
        for suggestion in labels
        if suggestion.suggested or (suggestion.kind, suggestion.code) in keep
    )
    others = sorted(key for key in keep if key not in known)
    improbable = (_present_other(key, titles) for key in others if key in beside.known)
    unscored = (
        _present_other(key, titles, beside.unscored) for key in others if key not in beside.known
    )
    shown = sorted((*scored, *improbable, *unscored), key=_is_procedure)
    return tuple(
        _arrange(view, rank, beside.arranged.get(code_key(view.key)))
        for rank, view in enumerate(shown)
    )


def _arrange(view: SuggestionView, rank: int, found: Arranged | None) -> SuggestionView:
    """What has no scores of this model stands behind what the notes have."""
    if found is None:
        return replace(view, rank=rank, place=_LAST)
    return replace(
        view,
        rank=rank,
        place=found.place,
        section=found.section,
        chapter=found.chapter,
        under=code_name(*found.under) if found.under else "",
    )


def present_demoted(
    demoted: Iterable[Suggestion], titles: Mapping[CodeKey, str], beside: Beside
) -> tuple[SuggestionView, ...]:
    """What reaches its threshold and was demoted, each with the reason; diagnoses first."""
    views = (_present_suggestion(each, titles, beside) for each in demoted)
    return tuple(sorted(views, key=_is_procedure))


def _is_procedure(view: SuggestionView | OutsideView) -> bool:
    """Sorts procedures behind diagnoses and leaves the order of each."""
    return view.kind == Kind.PROCEDURE.value


def _present_other(
    key: CodeKey, titles: Mapping[CodeKey, str], unscored: str | None = None
) -> SuggestionView:
    """A code without scores: too improbable to be kept, or with ``unscored`` in their place."""
    known = unscored is None
    kind, code = key
    return SuggestionView(
        key=code_name(kind, code),
        code=code,
        kind=kind.value,
        title=titles.get(key, NO_TITLE),
        probability=0.0,
        percent=format_percent(0.0) if known else "",
        likelihood=describe_likelihood(0.0) if unscored is None else unscored,
    )


def _present_suggestion(
    suggestion: Suggestion, titles: Mapping[CodeKey, str], beside: Beside
) -> SuggestionView:
    key = suggestion.kind, suggestion.code
    shown = suggestion.shown
    assertion = beside.assertions.get(key)
    return SuggestionView(
        key=code_name(*key),
        code=suggestion.code,
        kind=suggestion.kind.value,
        title=titles.get(key, NO_TITLE),
        probability=shown,
        percent=format_percent(shown),
        likelihood=describe_likelihood(shown),
        mentions=beside.mentions.get(key, 0),
        record=beside.records.get(key, ""),
        assertion=assertion.value if assertion else "",
        rare=beside.rare.get(key, ""),
        demoted=_describe_doubt(suggestion, beside),
    )


def _describe_doubt(suggestion: Suggestion, beside: Beside) -> str:
    """Why a code was demoted; not while nothing may be explained, because it tells of the note."""
    if suggestion.demotion is None or not beside.explains:
        return ""
    key = suggestion.kind, suggestion.code
    return describe_demotion(suggestion.demotion, beside.named.get(key, ()))


def present_outside(
    mentions: Iterable[Outside], titles: Mapping[CodeKey, str], *, explains: bool = True
) -> tuple[OutsideView, ...]:
    """The codes that the notes name and the model cannot suggest, diagnoses first.

    Without ``explains`` nothing of where and how they are named.
    """
    views = (
        OutsideView(
            key=code_name(*each.key),
            code=each.key[1],
            kind=each.key[0].value,
            title=titles.get(each.key, NO_TITLE),
            quote=shorten(each.text) if explains else "",
            mentions=len(each.spans) if explains else 0,
            assertion=each.assertion.value if explains else "",
            spans=tuple((s.note_id, s.start, s.end) for s in each.spans[:MOST_SPANS] if explains),
        )
        for each in mentions
    )
    return tuple(sorted(views, key=_is_procedure))


RARE = 11
"""Training examples below which a probability says little: the model has hardly seen the code.

By judgement; figures by frequency have a bound there as well (``evaluation.rarity``)."""


def describe_rare(examples: Examples | None, code: str) -> str:
    """How few training examples a code had; empty where it had enough or nobody counted them."""
    if examples is None or (count := examples.of(code)) >= RARE:
        return ""
    if count == 0:
        return f"rare: not in the training {examples.unit}s"
    return f"rare: {count} training {examples.unit}{'s' if count > 1 else ''}"


def describe_record(record: CodeRecord) -> str:
    """What became of a code here: ``accepted 41 of 50``; empty where few have decided yet."""
    told = record.decided >= _TELLING
    return f"accepted {record.accepted} of {record.decided}" if told else ""


def present_comments(comments: Iterable[Comment]) -> dict[str, tuple[CommentView, ...]]:
    """The comments on each code, by its key; of purged ones only that they were made."""
    by_code: dict[str, tuple[CommentView, ...]] = {}
    for comment in comments:
        key = code_name(comment.kind, comment.code)
        who = f"Comment by {comment.actor}, {describe_moment(comment.at)}"
        words = "(its words were deleted)" if comment.words is None else comment.words
        by_code[key] = (*by_code.get(key, ()), CommentView(who, words))
    return by_code


def present_standing(
    stacks: Mapping[CodeKey, Sequence[Event]], names: Mapping[int, str], user: int
) -> tuple[StandingView, ...]:
    """The verdicts of `review.fold.stack`, all codes together, oldest first."""
    standing = [(event, key) for key, events in stacks.items() for event in events]
    standing.sort(key=lambda pair: pair[0].sequence)
    return tuple(_present_verdict(event, key, names, user) for event, key in standing)


def _present_verdict(
    event: Event, key: CodeKey, names: Mapping[int, str], user: int
) -> StandingView:
    other, standing = replacement(event), verdict(event, key)
    return StandingView(
        key=code_name(*key),
        verdict=standing,
        reason=reason_words(Action.REJECT, why) if (why := reason(event)) else "",
        actor=names[event.actor],
        own=event.actor == user,
        origin=ORIGINS[event.kind] if standing is Verdict.ACCEPTED else "",
        by=code_name(*other) if other and standing is Verdict.REPLACED else "",
        of=code_name(*fold.decided_code(event)) if other and standing is Verdict.ACCEPTED else "",
    )
