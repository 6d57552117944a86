"""Score vectors and the model versions that made them, as they are stored.

Used inside the store; a session comes in, values go out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.store.database.tables import ModelVersionRow, ScoresEncoding, ScoresRow
from icd9_review.store.ledger import now
from icd9_review.suggestions import choose_scores, label_places
from icd9_review.values import (
    Calibration,
    Demotion,
    Doubt,
    Kind,
    ModelVersion,
    Scores,
    Window,
)

_LABELS = np.dtype("<i4")
_LOGITS = np.dtype("<f4")
_WINDOWS = np.dtype("<i4")


def load_version(session: Session, version: str) -> ModelVersion | None:
    """A model version that was registered."""
    known: dict[str, ModelVersion] = session.info["models"]
    if version not in known:
        row = session.get(ModelVersionRow, version)
        if row is None:
            return None
        known[version] = _model(row)
    return known[version]


def model_in_use(session: Session) -> ModelVersion | None:
    """The version the program changed to last."""
    version = newest_version(session)
    return None if version is None else load_version(session, version)


def newest_version(session: Session) -> str | None:
    """The same by its SHA-256 alone."""
    newest = select(ModelVersionRow.version).order_by(ModelVersionRow.in_use_since.desc())
    return session.scalar(newest.limit(1))


def model_names(session: Session) -> dict[str, str]:
    """What every model that was in use calls itself, by version."""
    query = select(ModelVersionRow.version, ModelVersionRow.name)
    return {row.version: row.name for row in session.execute(query)}


def use_model(session: Session, model: ModelVersion) -> None:
    """Store a model version where it is new, and make it the one in use."""
    latest = session.scalar(select(func.max(ModelVersionRow.in_use_since)))
    row = session.get(ModelVersionRow, model.version)
    if row is None:
        row = ModelVersionRow(
            version=model.version,
            name=model.name,
            labels=list(model.labels),
            kinds=[kind.value for kind in model.kinds],
            thresholds=list(model.thresholds),
            calibration=_calibration_columns(model.calibration),
        )
        session.add(row)
    # A clock that was set back must not leave the version before in use.
    row.in_use_since = max(now(), latest + timedelta(microseconds=1)) if latest else now()
    session.flush()


def load_scores(session: Session, notes: Iterable[str], version: str) -> dict[str, Scores]:
    """The scores of those of the notes that this version has scored, by note."""
    rows = session.scalars(
        select(ScoresRow).where(ScoresRow.note_id.in_(notes), ScoresRow.version == version)
    )
    return {row.note_id: _scores(row) for row in rows}


def scores_by_version(session: Session, notes: Sequence[str]) -> dict[str, dict[str, Scores]]:
    """The scores of these notes by model version and note, the version of the latest first."""
    found: dict[str, dict[str, Scores]] = {}
    rows = select(ScoresRow).where(ScoresRow.note_id.in_(notes)).order_by(ScoresRow.at.desc())
    for row in session.scalars(rows):
        found.setdefault(row.version, {})[row.note_id] = _scores(row)
    return found


def scores_row(note_id: str, scores: Scores) -> ScoresRow:
    """The row that stores these scores, of the labels that are kept."""
    return ScoresRow(
        note_id=note_id,
        version=scores.model_version,
        encoding=ScoresEncoding.KEPT,
        labels=label_places(scores).astype(_LABELS).tobytes(),
        logits=scores.logits.astype(_LOGITS).tobytes(),
        windows=scores.windows.astype(_WINDOWS).tobytes(),
        spans=[[span.start, span.end] for span in scores.spans],
        read=scores.read,
        length=scores.length,
        at=now(),
        demoted=_as_stored(scores.demoted) or None,
    )


def scores_sha256(row: ScoresRow) -> str:
    """SHA-256 of what a row says of labels, as the ledger names it: byte after byte as stored."""
    return sha256((row.labels or b"") + row.logits + row.windows).hexdigest()


def spans_sha256(row: ScoresRow) -> str:
    """SHA-256 of where a row's windows stand: JSON without spaces."""
    return sha256(json.dumps(row.spans, separators=(",", ":")).encode()).hexdigest()


def scores_hold(row: ScoresRow, named: object, count: object, demoted: object) -> bool:
    """Whether a row is what the ledger named: by its SHA-256, the number of its scores, verdicts.

    If need be in the form it had then: one that an older revision made whole was kept before.
    """
    if (row.demoted or []) != demoted:
        return False
    if len({len(row.logits), len(row.windows), len(row.labels or row.logits)}) > 1:
        return False  # the sum does not say where one of them ends
    try:
        found = _scores(row)
    except (ValueError, TypeError):
        return False
    as_kept = row if row.encoding == ScoresEncoding.KEPT else scores_row(row.note_id, found)
    known = (scores_sha256(row), scores_sha256(as_kept))
    return named in known and len(found.logits) == count


def _as_stored(demoted: Mapping[int, Demotion]) -> list[list[object]]:
    """Place, doubt and the code beside of each demoted label, upwards."""
    return [[place, each.doubt.value, each.beside] for place, each in sorted(demoted.items())]


def _scores(row: ScoresRow) -> Scores:
    logits = np.frombuffer(row.logits, _LOGITS).astype(np.float32)
    windows = np.frombuffer(row.windows, _WINDOWS).astype(np.int32)
    found = Scores(
        model_version=row.version,
        logits=logits,
        windows=windows,
        spans=tuple(Window(index, start, end) for index, (start, end) in enumerate(row.spans)),
        read=row.read,
        length=row.length,
        labels=None if row.labels is None else np.frombuffer(row.labels, _LABELS).astype(np.int32),
        demoted={
            place: Demotion(Doubt(doubt), beside) for place, doubt, beside in row.demoted or ()
        },
    )
    # A database that went back to an older revision has every label, with -inf for what was
    # not kept.
    there = np.isfinite(logits)
    return found if there.all() else choose_scores(found, there.nonzero()[0])


def _model(row: ModelVersionRow) -> ModelVersion:
    return ModelVersion(
        version=row.version,
        name=row.name,
        labels=tuple(row.labels),
        kinds=tuple(Kind(kind) for kind in row.kinds),
        thresholds=tuple(row.thresholds),
        calibration=_calibration(row.calibration),
    )


def _calibration_columns(calibration: Calibration | None) -> dict[str, object] | None:
    """As JSON; one line for all labels as it was always stored."""
    if calibration is None:
        return None
    stored = {name: getattr(calibration, name) for name in ("slope", "intercept", "split")}
    if calibration.line_of:
        stored |= {"lines": calibration.lines, "line_of": calibration.line_of.hex()}
    for verdict in ("passed", "demoted"):
        if (line := getattr(calibration, verdict)) is not None:
            stored[verdict] = line
    return stored


def _calibration(stored: dict[str, Any] | None) -> Calibration | None:
    if stored is None:
        return None
    lines = tuple((slope, intercept) for slope, intercept in stored.get("lines", ()))
    line_of = bytes.fromhex(stored.get("line_of", ""))
    verdicts: dict[str, Any] = {
        name: tuple(stored[name]) for name in ("passed", "demoted") if name in stored
    }
    return Calibration(**stored | verdicts | {"lines": lines, "line_of": line_of})
