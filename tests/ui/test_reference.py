"""What codes are looked up in follows the lists in force."""

from __future__ import annotations

from icd9_review.codes.lists import ListOrigin, Provenance, Release, SourceName, TabularNotes
from icd9_review.store.code_lists import replace_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.users import system_user
from icd9_review.ui.reference import References


def test_an_import_is_noticed_without_a_restart(sqlite: Database) -> None:
    references = References(sqlite)
    before = references.current()
    assert references.current() is before
    notes = {"428.0": TabularNotes("428.0", "CHF", inclusion=("Right heart failure",))}
    release = Release(
        SourceName.TABULAR, Provenance(ListOrigin.OFFICIAL, "FY12", "0" * 64), tabular=notes
    )
    replace_lists(sqlite, [release], actor=system_user(sqlite))
    after = references.current()
    assert after is not before
    assert after.lists.tabular == notes
