"""What the ledger hears of a start: the settings, where they differ from those of the last one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.entries import write_entry
from icd9_review.store.users import system_actor
from icd9_review.values import EventKind


def record_settings(database: Database, settings: Mapping[str, str]) -> bool:
    """Write down the settings of a start by their variables; whether anything had changed.

    What is given is stored as it stands: secrets are for the caller to leave out.
    """
    with database.write() as session:
        actor = system_actor(session)
        last = ledger.last(session, ledger.SYSTEM, EventKind.SETTINGS_CHANGED, actor)
        before = cast(dict[str, Any], last.payload["settings"] if last else {})
        names = settings.keys() | before.keys()
        changed = sorted(name for name in names if settings.get(name) != before.get(name))
        if changed:
            said = {"settings": dict(settings), "changed": changed}
            write_entry(session, EventKind.SETTINGS_CHANGED, said, actor)
        return bool(changed)
