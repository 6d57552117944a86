"""Imported releases: all or none, once, with an event, and seen by others."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import ListName, Release, SourceName
from icd9_review.codes.official import read_release
from icd9_review.errors import InputError, StoreError
from icd9_review.store import ledger
from icd9_review.store.code_lists import lists_in_force, lists_version, replace_lists
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.users import system_user
from icd9_review.values import Event, EventKind, Kind, User
from tests.releases import MCE, as_mce, write_releases


@pytest.fixture
def releases(tmp_path: Path) -> tuple[Release, ...]:
    folder = tmp_path / "releases"
    folder.mkdir()
    return tuple(map(read_release, write_releases(folder)))


@pytest.fixture
def actor(database: Database) -> User:
    return system_user(database)


def imports(database: Database) -> list[Event]:
    events = ledger.events(database, ledger.SYSTEM)
    return [event for event in events if event.kind is EventKind.CODES_IMPORTED]


def test_without_an_import_the_built_in_lists_are_in_force(database: Database) -> None:
    assert lists_in_force(database) == built_in_lists()


def test_what_was_imported_is_in_force_unchanged(
    database: Database, releases: tuple[Release, ...], actor: User
) -> None:
    assert replace_lists(database, releases, actor=actor) == releases
    expected = built_in_lists()
    for release in releases:
        expected = expected.with_release(release)
    found = lists_in_force(database)
    assert found == expected
    assert found.holds(ListName.FEMALE, "68.51", Kind.PROCEDURE)
    assert not found.holds(ListName.FEMALE, "650")
    assert found.tabular["428.0"].excludes == ("fluid overload NOS (276.69)",)
    assert found.drugs[-1].therapeutic == "E942.1"
    assert found.procedures["54.11"].inclusion == ("Second look",)
    assert [entries[-1].code for entries in found.indexes.values()] == ["E881.0", "428.0", "81.57"]


def test_every_release_has_an_event_with_its_source_and_counts(
    database: Database, releases: tuple[Release, ...], actor: User
) -> None:
    replace_lists(database, releases, actor=actor)
    events = imports(database)
    assert [event.payload["name"] for event in events] == list(SourceName)
    assert {event.actor for event in events} == {actor.id}
    first = events[0].payload
    assert first["sha256"] == releases[0].provenance.sha256
    assert (first["version"], first["count"]) == ("MCE version 32", len(MCE))
    assert isinstance(first["lists"], dict)
    assert first["lists"]["female"] == 2
    assert not verify(database)


def test_the_same_files_again_change_nothing(
    database: Database, releases: tuple[Release, ...], actor: User
) -> None:
    replace_lists(database, releases, actor=actor)
    before = lists_version(database), len(imports(database))
    assert replace_lists(database, releases, actor=actor) == ()
    assert (lists_version(database), len(imports(database))) == before


def test_another_file_of_the_same_kind_takes_the_place_of_the_first(
    database: Database, releases: tuple[Release, ...], actor: User, tmp_path: Path
) -> None:
    replace_lists(database, releases, actor=actor)
    (tmp_path / "longer").write_bytes(as_mce([*MCE, ("Male_Only", "D", "185")]))
    longer = read_release(tmp_path / "longer")
    assert replace_lists(database, [longer, *releases[1:]], actor=actor) == (longer,)
    found = lists_in_force(database)
    assert found.holds(ListName.MALE, "185")
    assert found.lists[ListName.MALE].provenance == longer.provenance
    assert len(imports(database)) == len(releases) + 1


def test_a_file_that_is_read_otherwise_than_before_is_stored_again(
    database: Database, releases: tuple[Release, ...], actor: User
) -> None:
    replace_lists(database, releases, actor=actor)
    version = lists_version(database)
    better = replace(releases[3], index=releases[3].index[:1])
    assert replace_lists(database, [better], actor=actor) == (better,)
    assert lists_version(database) != version


def test_two_files_of_one_kind_are_refused_together(
    database: Database, releases: tuple[Release, ...], actor: User
) -> None:
    with pytest.raises(InputError, match="Two files hold mce"):
        replace_lists(database, [*releases, releases[0]], actor=actor)
    assert lists_in_force(database) == built_in_lists()


def test_an_import_that_fails_half_way_leaves_nothing_behind(
    database: Database,
    releases: tuple[Release, ...],
    actor: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append, calls = ledger.append, count(1)

    def append_once(*arguments: Any) -> Event:
        if next(calls) > 1:
            raise StoreError("The database cannot be written.")
        return append(*arguments)

    monkeypatch.setattr(ledger, "append", append_once)
    with pytest.raises(StoreError):
        replace_lists(database, releases[:3], actor=actor)
    assert lists_in_force(database) == built_in_lists()
    assert imports(database) == []


def test_another_process_notices_an_import(
    database: Database, address: str, releases: tuple[Release, ...], actor: User
) -> None:
    other = open_database(address)
    before = lists_version(other)
    assert before == lists_version(database)
    for release in releases:
        replace_lists(database, [release], actor=actor)
        assert lists_version(other) != before
        before = lists_version(other)
    of_codes = {SourceName.MCE, SourceName.POA, SourceName.MCC, SourceName.CC}
    assert set(lists_in_force(other).sources) == set(SourceName) - of_codes
    other.close()


@pytest.mark.long
@pytest.mark.reference
def test_the_real_releases_are_read_back_as_they_were(
    sqlite: Database, reference_data: Path
) -> None:
    names = ("Dtab12.zip", "Dindex12.zip", "MCE_Simple_Code_Edits_v32.txt", "Pindex12.zip")
    releases = [read_release(reference_data / "icd9cm" / name) for name in names]
    replace_lists(sqlite, releases, actor=system_user(sqlite))
    found = lists_in_force(sqlite)
    assert found.tabular == releases[0].tabular
    assert found.index == releases[1].index + releases[3].index
    assert found.lists[ListName.FEMALE].keys == releases[2].lists[ListName.FEMALE]
