"""From stored values to what the workbench shows of them: wording and selection, no state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from icd9_review.review.fold import VERDICTS, CodeKey, reason
from icd9_review.ui.words import describe_dates, describe_person
from icd9_review.ui.workbench.highlights import (
    cut,
    cut_points,
    explain,
    heading_spans,
    pieces_between,
)
from icd9_review.ui.workbench.view import (
    EncounterView,
    ExplanationView,
    ModelView,
    NoteView,
    ReadView,
    ReasonView,
    StandingView,
    SuggestionView,
)
from icd9_review.values import (
    Attribution,
    Encounter,
    Event,
    Kind,
    ModelVersion,
    Note,
    RejectReason,
    Scores,
    Suggestion,
)

REASON_WORDS: Final[Mapping[RejectReason, str]] = {
    RejectReason.NOT_DOCUMENTED: "not documented",
    RejectReason.NEGATED: "negated or ruled out",
    RejectReason.HISTORY: "past or family history",
    RejectReason.UNCERTAIN: "uncertain diagnosis",
    RejectReason.SPECIFICITY: "a more specific code fits",
    RejectReason.INTEGRAL: "integral to another code",
    RejectReason.DUPLICATE: "duplicate",
    RejectReason.WRONG_SENSE: "wrong sense of a word",
    RejectReason.OTHER: "other",
}

REASONS: Final[tuple[ReasonView, ...]] = tuple(
    ReasonView(key=str(digit), value=value.value, text=text)
    for digit, (value, text) in enumerate(REASON_WORDS.items(), start=1)
)

_NO_TITLE = "title not known"


def code_name(kind: Kind, code: str) -> str:
    """The key of a code in the view: ``diagnosis:428.0``."""
    return f"{kind.value}:{code}"


def format_percent(probability: float) -> str:
    """A probability for people, never quite none and never quite all."""
    if probability < 0.01:
        return "< 1 %"
    if probability >= 0.995:
        return "> 99 %"
    return f"{round(100 * probability)} %"


def describe_likelihood(probability: float) -> str:
    """A probability in words, of the percentage that is shown beside them."""
    shown = round(probability, 2)
    for least, words in ((0.9, "very likely"), (0.7, "likely"), (0.4, "possible")):
        if shown >= least:
            return words
    return "unlikely"


def present_encounter(encounter: Encounter) -> EncounterView:
    """The banner's facts of an encounter."""
    return EncounterView(
        id=encounter.id,
        label=encounter.label,
        person=describe_person(encounter.age, encounter.sex) or "age and sex unknown",
        setting=encounter.setting.value,
        dates=describe_dates(encounter.admitted, encounter.discharged),
    )


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


def present_suggestions(
    ranked: Iterable[Suggestion], decided: Iterable[CodeKey], titles: Mapping[CodeKey, str]
) -> tuple[SuggestionView, ...]:
    """The codes to show: what is suggested, and what was decided on although it is not.

    A decided code this model does not know comes last, without a probability.
    """
    given, keep = tuple(ranked), tuple(decided)
    known = {(suggestion.kind, suggestion.code) for suggestion in given}
    scored = (
        _present_suggestion(suggestion, titles)
        for suggestion in given
        if suggestion.suggested or (suggestion.kind, suggestion.code) in keep
    )
    unscored = (_present_unscored(key, titles) for key in sorted(keep) if key not in known)
    return (*scored, *unscored)


def _present_unscored(key: CodeKey, titles: Mapping[CodeKey, str]) -> SuggestionView:
    kind, code = key
    return SuggestionView(
        key=code_name(kind, code),
        code=code,
        kind=kind.value,
        title=titles.get(key, _NO_TITLE),
        probability=0.0,
        percent="",
        likelihood="not scored by this model",
    )


def _present_suggestion(suggestion: Suggestion, titles: Mapping[CodeKey, str]) -> SuggestionView:
    shown = suggestion.probability if suggestion.calibrated is None else suggestion.calibrated
    return SuggestionView(
        key=code_name(suggestion.kind, suggestion.code),
        code=suggestion.code,
        kind=suggestion.kind.value,
        title=titles.get((suggestion.kind, suggestion.code), _NO_TITLE),
        probability=shown,
        percent=format_percent(shown),
        likelihood=describe_likelihood(shown),
    )


def present_standing(
    stacks: Mapping[CodeKey, Sequence[Event]], names: Mapping[int, str], user: int
) -> tuple[StandingView, ...]:
    """The decisions of `review.fold.stack`, all codes together, oldest first."""
    standing = [(event, key) for key, events in stacks.items() for event in events]
    return tuple(
        StandingView(
            key=code_name(*key),
            verdict=VERDICTS[event.kind],
            reason=REASON_WORDS[why] if (why := reason(event)) else "",
            actor=names[event.actor],
            own=event.actor == user,
        )
        for event, key in sorted(standing, key=lambda pair: pair[0].sequence)
    )


def present_notes(
    notes: Sequence[Note], attributions: Mapping[str, tuple[str, Attribution]]
) -> tuple[tuple[NoteView, ...], dict[str, ExplanationView]]:
    """The notes in pieces and the explanations that refer to these pieces.

    ``attributions`` maps the key of a code to the id of a note and what the model used
    in it; one of a note that is not given is left out.
    """
    views: list[NoteView] = []
    explanations: dict[str, ExplanationView] = {}
    for index, note in enumerate(notes):
        mine = {key: found for key, (where, found) in attributions.items() if where == note.id}
        points = cut_points(note.text, mine.values())
        views.append(_present_note(note, points))
        for key, found in mine.items():
            explanations[key] = explain(note.text, points, found, index)
    return tuple(views), explanations


def _present_note(note: Note, points: Sequence[int]) -> NoteView:
    return NoteView(
        id=note.id,
        title=note.title,
        pieces=cut(note.text, points),
        headings=tuple(
            piece
            for start, end in heading_spans(note.text)
            for piece in pieces_between(points, start, end)
        ),
    )
