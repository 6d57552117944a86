"""Nothing more is known of what is here; types that the ledger has come back after a way down."""

from __future__ import annotations

from datetime import date

from tests.store.database.versions.history import NOTE, History

BEFORE, AFTER = "0017", "0018"
OF_ENCOUNTERS = dict.fromkeys(("account", "service", "payer"))
OF_NOTES = dict.fromkeys(("type", "author", "written"))


def added(**more: object) -> tuple[str, dict[str, object]]:
    return "note_added", {"note": NOTE, "sha256": "f" * 64, "length": 7, "supersedes": None} | more


def test_of_what_is_here_nothing_more_is_known(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    history.put_events(added())
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | {
        "encounters": [each | OF_ENCOUNTERS for each in before["encounters"]],
        "notes": [each | OF_NOTES for each in before["notes"]],
    }


def test_the_type_comes_back_and_the_rest_is_lost(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    history.put_events(added(type="consultation"))
    history.run("UPDATE encounters SET account = 'a', service = 'Cardiology', payer = 'Medicare'")
    history.run("UPDATE notes SET type = 'consultation', author = 'A', written = '2014-03-12'")
    (told,) = history.rows("notes", *OF_NOTES)
    assert told == {"type": "consultation", "author": "A", "written": date(2014, 3, 12)}
    history.there_and_back(BEFORE, AFTER)
    assert history.rows("encounters", *OF_ENCOUNTERS) == [OF_ENCOUNTERS]
    assert history.rows("notes", *OF_NOTES) == [OF_NOTES | {"type": "consultation"}]
