"""What a coder was not shown of the suggestions of a chart, as the first signature says it.

Nobody learns it before: until then it stands in the scores alone, of which nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from icd9_review.codes.volumes import takes
from icd9_review.quality.arms.veil import veil_by
from icd9_review.store.projections.dossier import Dossier
from icd9_review.suggestions import merge, suggested
from icd9_review.values import ModelVersion, Suggestion


def suggested_codes(suggestions: Iterable[Suggestion]) -> list[list[object]]:
    """Suggestions as payloads hold them: kind, code, probability."""
    return [[each.kind.value, each.code, each.probability] for each in suggestions]


def withheld(dossier: Dossier, models: Sequence[ModelVersion]) -> dict[str, object]:
    """What the payload of a signature has besides: the suggestions that its signer did not see.

    Nothing where they were seen, or where the first of the ``models`` has not read every note.
    The dossier is that of before the signature.
    """
    encounter = dossier.encounter
    if veil_by(encounter.arm, dossier.events).suggestions or not models:
        return {}
    model, notes = models[0], [note.id for note in encounter.notes]
    scores = dossier.scores.get(model.version, {})
    if len(scores) < len(notes):
        return {}
    found = merge(suggested(scores[note], model, note) for note in notes)
    codes = suggested_codes(each for each in found if takes(encounter.setting, each.kind))
    return {"withheld": {"model_version": model.version, "codes": codes}}
