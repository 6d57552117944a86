"""From the database and the model to a sheet: one code as it stands at this moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import review_state
from icd9_review.store.projections.code_records import code_records
from icd9_review.store.users import names
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.encounter.explaining import Explained
from icd9_review.ui.encounter.reading import Reading
from icd9_review.ui.explanation.opening import Opening
from icd9_review.ui.explanation.sheet import Known, Sheet, make_footer, make_sheet
from icd9_review.ui.services import Model
from icd9_review.values import AttributionKey, Encounter, Suggestion


def read_sheet(
    database: Database,
    model: Model,
    opening: Opening,
    reading: Reading,
    suggestion: Suggestion,
    *,
    explanations: bool,
) -> Sheet:
    """One code, with ``explanations`` also what the model used, asked for where nobody has yet.

    That it was inspected is in the ledger once this returns.
    """
    _, note = reading.note(suggestion.note_id)
    name = code_name(suggestion.kind, suggestion.code)
    explained = (
        opening.explaining.explain(model, [suggestion], {name}, name) if explanations else None
    )
    key = used_key(model.explanations.key(suggestion), explained, name)
    now = datetime.now().astimezone()
    opening.record(suggestion, model.version, explanations=explanations)
    return make_sheet(
        reading,
        suggestion,
        _read_known(database, model, opening.visit.encounter, suggestion),
        explained,
        opening.context(note),
        make_footer(opening.visit.encounter, note, key, opening.visit.user.name, now),
    )


def used_key(key: AttributionKey, explained: Explained | None, name: str) -> AttributionKey:
    """The key by which what is shown was worked out: of an older program, or of a preview."""
    if explained is None or name not in explained.attributions:
        return key
    _, used = explained.attributions[name]
    return replace(key, method=used.method, baseline=used.baseline, settings=used.settings)


def _read_known(
    database: Database, model: Model, encounter: Encounter, suggestion: Suggestion
) -> Known:
    key = suggestion.kind, suggestion.code
    decided = review_state(database, encounter.id).codes
    return Known(
        state=next((each for each in decided if (each.kind, each.code) == key), None),
        names=names(database),
        record=code_records(database, [key])[key],
        examples=model.predictor.examples,
        calibration=model.predictor.version.calibration,
        reliability=model.predictor.reliability,
    )
