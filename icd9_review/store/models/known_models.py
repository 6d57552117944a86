"""Models are registered, promoted, rolled back and retired here, each as an entry of the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, InputError
from icd9_review.quality.models.standing import (
    check_new,
    check_promotion,
    check_retirement,
    rolled_back_to,
)
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.ledger.free_text import find_texts, write_text
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.retention.words import check_why
from icd9_review.store.scoring.chosen import read_standing
from icd9_review.store.scoring.model_versions import (
    load_version,
    model_names,
    newest_version,
    use_model,
)
from icd9_review.values import EventKind, ModelChange, ModelStanding, ModelVersion, User

LONGEST_FOLDER: Final = 200
"""Characters of a folder's path: what an entry of the ledger holds."""


def register_folder(
    database: Database, model: ModelVersion, folder: str, *, actor: User
) -> ModelStanding:
    """Enter a model whose folder was checked, to read in the shadow from now on.

    Another one that did so is retired. Raises InputError for a version that is in use or there
    already, PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    if len(folder) > LONGEST_FOLDER:
        raise InputError(
            f"The path of the folder is {len(folder)} characters long; {LONGEST_FOLDER} are kept."
        )
    with database.write() as session:
        standing = _begin(session)
        check_new(standing, model.version, newest_version(session))
        shadow = standing.shadow
        said = {
            "to": model.version,
            "name": model.name[:LONGEST_FOLDER],
            "folder": folder,
            "replaces": shadow and shadow.version,
        }
        write_entry(session, EventKind.MODEL_REGISTERED, said, actor)
        return read_standing(session)


def promote_model(
    database: Database, model: ModelVersion, words: str, *, instead_of: str | None, actor: User
) -> ModelStanding:
    """Put a registered model in use instead of the one that the person saw in use.

    Its folder was checked just now. Raises InputError for a reason that is none, for what is not
    registered or is in use; ConflictError where another one came into use meanwhile;
    PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    why = check_why(words)
    with database.write() as session:
        standing, in_use = _begin(session), newest_version(session)
        _refuse_other(instead_of, in_use)
        check_promotion(standing, model.version, in_use)
        use_model(session, model)
        said = {"from": in_use, "to": model.version, "words": write_text(session, why)}
        write_entry(session, EventKind.MODEL_PROMOTED, said, actor)
        return read_standing(session)


def roll_back_model(
    database: Database, words: str, *, instead_of: str | None, actor: User
) -> ModelStanding:
    """Put the model in use that was so before the last promotion which stands.

    Raises InputError where none stands and for a reason that is none, ConflictError where another
    one came into use meanwhile, PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    why = check_why(words)
    with database.write() as session:
        standing, in_use = _begin(session), newest_version(session)
        _refuse_other(instead_of, in_use)
        former = rolled_back_to(standing)
        model = load_version(session, former)
        if model is None:  # a version that is in use is stored
            raise InputError(f"The version {former[:12]} was never in use here.")
        use_model(session, model)
        said = {"from": in_use, "to": former, "words": write_text(session, why)}
        write_entry(session, EventKind.MODEL_ROLLED_BACK, said, actor)
        return read_standing(session)


def retire_model(database: Database, version: str, words: str, *, actor: User) -> ModelStanding:
    """Have a model read in the shadow no more; what it has read stays.

    Raises InputError for what is not in the shadow and for a reason that is none, PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    why = check_why(words)
    with database.write() as session:
        check_retirement(_begin(session), version)
        said = {"to": version, "words": write_text(session, why)}
        write_entry(session, EventKind.MODEL_RETIRED, said, actor)
        return read_standing(session)


def known_models(database: Database, *, actor: User) -> ModelStanding:
    """All that is known of models, with the reasons in words. Raises PermissionDenied."""
    check_may(actor, Act.COMPARE)
    with database.read() as session:
        standing = read_standing(session)
        texts = find_texts(session, [each.digest for each in standing.changes if each.digest])
        changes = tuple(_worded(each, texts) for each in standing.changes)
        return replace(standing, changes=changes)


def models_in_use(database: Database, *, actor: User) -> tuple[str | None, dict[str, str]]:
    """The version in use, and what every version that was in use calls itself.

    Raises PermissionDenied.
    """
    check_may(actor, Act.COMPARE)
    with database.read() as session:
        return newest_version(session), model_names(session)


def _begin(session: Session) -> ModelStanding:
    """How models stand, while nobody else changes it."""
    lock(session, "model_versions")
    return read_standing(session)


def _refuse_other(seen: str | None, in_use: str | None) -> None:
    if seen != in_use:
        raise ConflictError(
            f"Meanwhile version {(in_use or 'none')[:12]} came into use; nothing was changed. Look "
            "at the page again and decide anew."
        )


def _worded(change: ModelChange, texts: dict[str, str | None]) -> ModelChange:
    return replace(change, words=texts.get(change.digest)) if change.digest else change
