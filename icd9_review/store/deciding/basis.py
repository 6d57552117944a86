"""What a decision rests on: the model version that was on the screen and what it said."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from icd9_review.store.projections.dossier import Dossier
from icd9_review.store.scoring.model_versions import load_version
from icd9_review.suggestions import choose_scores, label_places, merge, rank_all
from icd9_review.values import CodeKey, EventKind, ModelVersion, Scores, Suggestion, User


def scored_models(session: Session, dossier: Dossier, actor: User) -> list[ModelVersion]:
    """The model versions with scores of an encounter's notes.

    The one this person was shown last comes first, then the one in use, then the
    one with the latest scores.
    """
    views = (event for event in dossier.those((EventKind.SHOWN,)) if event.actor == actor.id)
    shown = [view.payload.get("model_version") for view in views][-1:]
    preferred = [*shown, dossier.in_use and dossier.in_use.version]
    order = [version for version in preferred if version in dossier.scores] + [*dossier.scores]
    models = (load_version(session, str(version)) for version in dict.fromkeys(order))
    return [model for model in models if model is not None]


def basis(dossier: Dossier, models: Sequence[ModelVersion], key: CodeKey) -> dict[str, object]:
    """What the first of the models that knows a code says of it, as payloads hold it.

    A code that none knows has the version of the first model alone. One that a model found
    too improbable for its scores to be kept has the threshold beside the version, and one that
    the judge demoted what it doubted.
    """
    knowing = next((model for model in models if key in model.places), None)
    if knowing is None:
        version = models[0].version if models else None
        return {"model_version": version, **dict.fromkeys(_SAID)}
    suggestion = _find_suggestion(dossier, knowing, key)
    if suggestion is None:
        threshold = knowing.thresholds[knowing.places[key]]
        said = {"model_version": knowing.version, **dict.fromkeys(_SAID)}
        return said | {"threshold": threshold}
    window, demotion = suggestion.window, suggestion.demotion
    said = {
        "model_version": knowing.version,
        "probability": suggestion.probability,
        "calibrated": suggestion.calibrated,
        "threshold": suggestion.threshold,
        "note": suggestion.note_id,
        "window": [window.index, window.start, window.end],
    }
    return said if demotion is None else said | {"demoted": demotion.doubt.value}


_SAID = ("probability", "calibrated", "threshold", "note", "window")


def _find_suggestion(dossier: Dossier, model: ModelVersion, key: CodeKey) -> Suggestion | None:
    """What the model says of a code in the note where it is most probable."""
    place = model.places[key]
    found = dossier.scores.get(model.version, {})
    ranked = (
        rank_all(_those(scores, place), model, note.id)
        for note in dossier.encounter.notes  # as on the page: of equal ones the first counts
        if (scores := found.get(note.id)) is not None
    )
    return next(iter(merge(ranked)), None)


def _those(scores: Scores, place: int) -> Scores:
    """The scores of one label."""
    return choose_scores(scores, (label_places(scores) == place).nonzero()[0])
