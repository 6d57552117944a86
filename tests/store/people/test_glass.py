"""A reason to see an encounter of another team is an event, and words apart from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icd9_review.errors import ConflictError, InputError, NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.free_text import forget_texts
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.access import GLASS_LASTS
from icd9_review.store.people.glass import LONGEST_REASON, break_glass, broken_glass
from icd9_review.store.people.teams import add_team
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import Encounter, Event, EventKind, GlassReason, PurgeReason, User
from tests.encounters import add_encounter, coders

WORDS = "The ward asks. Ωé🩺"


@pytest.fixture
def restricted(database: Database) -> Database:
    return replace(database, restricted=True)


@pytest.fixture
def found(database: Database) -> Encounter:
    """An encounter of a team that nobody is in."""
    by = system_user(database)
    made = add_encounter(database)
    move_encounter(database, made.number, add_team(database, "Surgery", by=by), by=by)
    return made


@pytest.fixture
def ana(database: Database) -> User:
    return coders(database)[0]


def broken(database: Database, found: Encounter) -> list[Event]:
    told = ledger.events(replace(database, restricted=False), found.id)
    return [each for each in told if each.kind is EventKind.GLASS_BROKEN]


def test_the_event_has_the_reason_and_no_word_of_it(
    restricted: Database, found: Encounter, ana: User
) -> None:
    at = datetime.now(UTC)
    for _ in range(2):  # a second click
        break_glass(
            restricted, found.id, GlassReason.QUERY, f" {WORDS}\n", actor=ana, key="k", now=at
        )
    assert encounter(restricted.seen_by(ana), found.id) == found
    (event,) = broken(restricted, found)
    assert event.payload.keys() == {"reason", "until", "words"}
    assert event.payload["reason"] == "query"
    assert event.payload["until"] == ledger.write_time(at + GLASS_LASTS)
    (told,) = broken_glass(restricted, actor=system_user(restricted))
    assert (told.words, told.at, told.until) == (WORDS, at, at + GLASS_LASTS)
    with restricted.write() as session:
        forget_texts(session, [str(event.payload["words"])])
    assert broken_glass(restricted, actor=system_user(restricted))[0].words is None


def test_of_a_purged_encounter_no_words_are_kept(
    database: Database, restricted: Database, found: Encounter, ana: User
) -> None:
    purge(database, found.id, PurgeReason.REQUEST, actor=system_user(database))
    break_glass(restricted, found.id, GlassReason.QUERY, WORDS, actor=ana, key="k")
    (event,) = broken(restricted, found)
    assert event.payload.keys() == {"reason", "until"}
    assert verify(database) == []


def test_nothing_is_told_where_nothing_was_hidden(
    database: Database, restricted: Database, found: Encounter, ana: User
) -> None:
    break_glass(database, found.id, GlassReason.CARE, actor=ana, key="off")
    for key in ("one", "two"):
        break_glass(restricted, found.id, GlassReason.CARE, actor=ana, key=key)
    assert len(broken(restricted, found)) == 1


@pytest.mark.parametrize(
    ("reason", "words", "said"),
    [
        (GlassReason.OTHER, " \n", "Write why you need"),
        (GlassReason.CARE, "x" * (LONGEST_REASON + 1), "501 characters long; shorten it to 500"),
        (GlassReason.CARE, "a\x00b", "control character"),
        (GlassReason.CARE, "a\ud800b", "control character"),
    ],
)
def test_what_cannot_be_a_reason_opens_nothing(
    restricted: Database, found: Encounter, ana: User, reason: GlassReason, words: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        break_glass(restricted, found.id, reason, words, actor=ana, key="k")
    assert broken_glass(restricted, actor=system_user(restricted)) == ()


def test_a_key_means_one_reason(restricted: Database, found: Encounter, ana: User) -> None:
    break_glass(restricted, found.id, GlassReason.CARE, actor=ana, key="k")
    other = coders(restricted)[1]
    with pytest.raises(ConflictError):
        break_glass(restricted, found.id, GlassReason.CARE, actor=other, key="k")
    with pytest.raises(NotFound):
        break_glass(restricted, "0" * 22, GlassReason.CARE, actor=ana, key="l")


def test_the_list_is_newest_first_by_person_and_time(
    restricted: Database, found: Encounter, ana: User
) -> None:
    ben, now = coders(restricted)[1], datetime.now(UTC)
    long_ago = now - timedelta(days=9)
    for who, at in ((ana, long_ago), (ben, long_ago), (ana, now)):
        key = f"{who.id}-{at:%d}"
        break_glass(restricted, found.id, GlassReason.CARE, actor=who, key=key, now=at)
    every = broken_glass(restricted, actor=system_user(restricted))
    assert [(each.person, each.at) for each in every] == [
        (ana, now),
        (ben, long_ago),
        (ana, long_ago),
    ]
    assert broken_glass(restricted, person=ben, actor=system_user(restricted)) == every[1:2]
    assert (
        broken_glass(restricted, since=now, actor=system_user(restricted))
        == broken_glass(restricted, limit=1, actor=system_user(restricted))
        == every[:1]
    )
