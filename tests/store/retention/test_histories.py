"""Whatever people do, in whatever order: what was purged is gone, and nothing else is."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import ConflictError, ReviewError, TextPurged
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.intake.encounters import add_note, encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.legal_holds import legal_hold, lift_hold, place_hold
from icd9_review.store.retention.purging import purge, read_purge
from icd9_review.store.users import system_user
from icd9_review.values import (
    Action,
    Decision,
    DecisionRow,
    EncounterStatus,
    HoldReason,
    Kind,
    NewNote,
    Poa,
    PurgeReason,
    RejectReason,
    ReopenReason,
)
from tests.encounters import add_scored_encounter, coders
from tests.rows import decision_rows, history_rows
from tests.store.retention.conftest import administrator

_KEYS = itertools.count(1)
_WORDS = "Zyxovir, said Dr. Grün."
_DECISIONS: dict[str, tuple[Action, str, dict[str, Any]]] = {
    "accept": (Action.ACCEPT, "428.0", {}),
    "poa": (Action.SET_POA, "428.0", {"poa": Poa.YES}),
    "first": (Action.RESEQUENCE, "428.0", {"position": 0}),
    "reject": (Action.REJECT, "427.31", {"reason": RejectReason.OTHER, "words": _WORDS}),
    "undo": (Action.UNDO, "427.31", {}),
    "replace": (Action.REPLACE, "250.00", {"by": "250.02"}),
    "hold": (Action.HOLD, "", {"reason": HoldReason.OTHER, "words": _WORDS}),
    "release": (Action.RELEASE, "", {}),
    "sign": (Action.FINALISE, "", {}),
    "reopen": (Action.REOPEN, "", {"reason": ReopenReason.OTHER, "words": _WORDS}),
}
_STEPS = (*_DECISIONS, "comment", "note", "place", "lift", "purge")


class _Ward:
    """Two encounters in a database, and what people try to do to them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ids = [add_scored_encounter(database, titles=("Zyxovir.txt",)).id for _ in range(2)]
        self.coder, self.by = coders(database)[0], administrator(database)

    def work(self, place: int, step: str) -> None:
        """One step; what is refused is refused."""
        found = self.ids[place]
        if step == "purge":
            self._purge(found)
            return
        with suppress(ReviewError):
            self._ways(step)(found)

    def _purge(self, found: str) -> None:
        before, held = (
            self.rows(),
            legal_hold(self.database, found, actor=system_user(self.database)),
        )
        gone = read_purge(self.database, found)
        if held is None and gone is None:
            purge(self.database, found, PurgeReason.REQUEST, "asked", actor=self.by)
            assert self.rows() == before
        else:
            with pytest.raises((ConflictError, TextPurged)):
                purge(self.database, found, PurgeReason.REQUEST, actor=self.by)

    def rows(self) -> list[DecisionRow]:
        """Without the status: what is gone is not waited for any more."""
        rows = decision_rows(self.database)
        return [
            replace(row, purged=None, unshown=None, status=EncounterStatus.OPEN) for row in rows
        ]

    def _ways(self, step: str) -> Callable[[str], object]:
        key = f"key-{next(_KEYS)}"
        more: dict[str, Any] = {"actor": self.coder, "key": key}
        ways: dict[str, Callable[[str], object]] = {
            "comment": lambda each: add_comment(
                self.database, each, Kind.DIAGNOSIS, "428.0", _WORDS, **more
            ),
            "note": lambda each: add_note(
                self.database, each, NewNote(f"{_WORDS} {key}", "Note"), model_version=None, **more
            ),
            "place": lambda each: place_hold(self.database, each, "a court", actor=self.by),
            "lift": lambda each: lift_hold(self.database, each, "settled", actor=self.by),
        }
        return ways.get(step, lambda each: self._decide(each, step, key))

    def _decide(self, found: str, step: str, key: str) -> None:
        action, code, parts = _DECISIONS[step]
        seen = last_sequence(self.database, found)
        decision = Decision(key, action, code, "tab", seen, **parts)
        decide(self.database, found, decision, self.coder, lists=built_in_lists())


def _check(ward: _Ward) -> None:
    """The ledger verifies, and of a purged encounter no word is left, of another every one."""
    assert verify(ward.database) == []
    for found in ward.ids:
        here = encounter(ward.database, found)
        assert all((note.text == "") is (here.purged is not None) for note in here.notes)
        told = [row for row in history_rows(ward.database) if row.encounter_id == found]
        written = [row for row in told if row.event.payload.get("words") is not None]
        assert all((row.words is None) is row.purged for row in written)


@settings(max_examples=6)  # of some twelve steps each, half a second on an idle machine
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(_STEPS)), min_size=5, max_size=20))
def test_after_any_history_the_ledger_verifies_and_no_decision_is_lost(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[int, str]],
) -> None:
    place = tmp_path_factory.mktemp("history") / "icd9_review.sqlite3"
    shutil.copyfile(sqlite_template, place)
    with closing(open_database(f"sqlite:///{place}")) as database:
        ward = _Ward(database)
        for where, step in steps:
            ward.work(where, step)
        _check(ward)


def test_the_same_on_either_database(database: Database) -> None:
    """One long history: everything before a purge and everything after it."""
    ward = _Ward(database)
    for step in (*_STEPS[:7], "comment", "note", "place", "purge", "lift", "sign", "purge"):
        ward.work(0, step)
    for step in _STEPS:
        ward.work(0, step)
        ward.work(1, step)
    _check(ward)
    assert encounter(database, ward.ids[0]).purged is not None
