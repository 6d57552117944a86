"""The drill: decide, back up while others decide, restore elsewhere, and find everything."""

from __future__ import annotations

import gzip
import os
import random
import resource
import signal
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from icd9_review.errors import ConflictError, InputError, SettingsError, StoreError
from icd9_review.store.auditing.samples import redraw
from icd9_review.store.backups.backup import back_up, restore
from icd9_review.store.backups.backup_file import database_kind
from icd9_review.store.condition import examine
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import newest_revision, upgrade
from icd9_review.store.database.tables import Base
from icd9_review.store.deciding.decisions import decide, decision_events
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.legal_holds import place_hold
from icd9_review.store.retention.purging import purge, read_purge
from icd9_review.store.users import users
from icd9_review.values import Action, Decision, Encounter, PurgeReason, Role
from tests.databases import Server
from tests.encounters import add_scored_encounter, coders
from tests.store.auditing.signing import auditor
from tests.store.backups.whole import fill
from tests.store.kept.make import FOLDER as KEPT

ACCEPT = Decision("key-0", Action.ACCEPT, "428.0", "tab-1", 0)
_NAMES = count(1)


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, address: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the same kind."""
    if address.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'icd9_review.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = f"elsewhere_{next(_NAMES)}"
    server.execute(f"CREATE DATABASE {name}")
    yield server.address(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "review.backup.gz"


@pytest.fixture
def encounter(database: Database) -> Encounter:
    return add_scored_encounter(database)


class Deciding:
    """A coder who accepts and takes back without pause, in a thread; ``keys`` are acknowledged."""

    def __init__(self, database: Database, encounter: Encounter) -> None:
        self.keys: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._decide, args=(database, encounter))

    def __enter__(self) -> Deciding:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def wait_for(self, number: int) -> None:
        while len(self.keys) < number:
            self._thread.join(0.001)
            assert self._thread.is_alive()

    def _decide(self, database: Database, encounter: Encounter) -> None:
        coder, _ = coders(database)
        seen = 0
        for number in count(1):
            if self._stop.is_set():
                return
            action = Action.ACCEPT if number % 2 else Action.UNDO
            decision = replace(ACCEPT, key=f"key-{number}", action=action, seen=seen)
            seen = decide(database, encounter.id, decision, coder).sequence
            self.keys.append(decision.key)


def opened(address: str) -> Database:
    """As the program opens it at its start."""
    database = open_database(address)
    upgrade(database)
    return database


def test_what_was_acknowledged_before_a_backup_began_is_in_it(
    database: Database, encounter: Encounter, address: str, elsewhere: str, file: Path
) -> None:
    with Deciding(database, encounter) as deciding:
        deciding.wait_for(5)
        acknowledged = list(deciding.keys)
        made = back_up(address, file)
        deciding.wait_for(len(acknowledged) + 3)
    restore(file, elsewhere)
    with closing(opened(elsewhere)) as restored:
        kept = [event.key for event in decision_events(restored, encounter.id)]
        assert kept[: len(acknowledged)] == acknowledged
        assert deciding.keys[: len(kept)] == kept
        assert verify(restored) == []
        assert all(each.good for each in examine(restored))
        decision = replace(ACCEPT, key="later", code="427.31", seen=len(kept) + 3)
        decide(restored, encounter.id, decision, coders(restored)[1])
        assert verify(restored) == []
    assert made.revision == newest_revision()
    assert made.size == file.stat().st_size


def rows(address: str) -> dict[str, list[str]]:
    """Every row of every table as it is stored, in an order that both databases share."""
    with closing(open_database(address)) as database, database.read() as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.execute(table.select()))
            for table in Base.metadata.sorted_tables
        }


def test_every_row_of_every_table_is_in_it(
    database: Database,
    address: str,
    elsewhere: str,
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever adds a table puts a row into ``whole.fill``."""
    monkeypatch.setenv("ICD9_REVIEW_PLAIN_SHARE", "0.5")
    fill(database, tmp_path)
    before = rows(address)
    assert [name for name, found in before.items() if not found] == []
    back_up(address, file)
    restore(file, elsewhere)
    assert rows(elsewhere) == before
    with closing(opened(elsewhere)) as restored:
        assert verify(restored) == []
        assert all(each.good for each in examine(restored))
        redrawn = redraw(restored, 1, actor=auditor(restored))
    assert redrawn == redraw(database, 1, actor=auditor(database))


def test_what_was_purged_stays_so_in_a_backup_and_after_it(
    database: Database, encounter: Encounter, address: str, elsewhere: str, file: Path
) -> None:
    administrator = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    held = add_scored_encounter(database)
    place_hold(database, held.id, "a court", actor=administrator)
    gone = purge(database, encounter.id, PurgeReason.RETENTION_PERIOD, actor=administrator)
    assert all(each.good for each in examine(database))
    back_up(address, file)
    restore(file, elsewhere)
    with closing(opened(elsewhere)) as restored:
        assert all(each.good for each in examine(restored))
        assert read_purge(restored, encounter.id) == gone
        with pytest.raises(ConflictError, match="a court"):
            purge(restored, held.id, PurgeReason.REQUEST, actor=administrator)


def test_a_backup_can_be_read_by_its_owner_alone_and_leaves_nothing_else(
    database: Database, address: str, file: Path
) -> None:
    before = os.umask(0)
    try:
        back_up(address, file)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {each.name for each in file.parent.iterdir()} <= {file.name, "data"}


def test_an_older_backup_is_replaced_only_when_that_is_said(
    database: Database, address: str, file: Path
) -> None:
    file.write_bytes(b"older")
    with pytest.raises(InputError, match=r"exists already.*--replace"):
        back_up(address, file)
    assert file.read_bytes() == b"older"
    back_up(address, file, replace=True)
    assert file.read_bytes() != b"older"


def test_a_backup_that_cannot_be_written_is_said(database: Database, address: str) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        back_up(address, Path("/proc/none/review.backup.gz"))


def test_where_there_is_no_database_nothing_is_made(tmp_path: Path, file: Path) -> None:
    with pytest.raises(SettingsError, match="no database of this program"):
        back_up(f"sqlite:///{tmp_path / 'nowhere.sqlite3'}", file)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_no_backup(elsewhere: str, file: Path) -> None:
    open_database(elsewhere).close()
    with pytest.raises(SettingsError, match="no database of this program"):
        back_up(elsewhere, file)
    assert not file.exists()


def test_a_damaged_database_is_not_backed_up(
    sqlite: Database, sqlite_address: str, file: Path
) -> None:
    sqlite.close()
    place = Path(sqlite_address.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(place)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
        ((page,),) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_jobs_next'")
        ((size,),) = raw.execute("PRAGMA page_size")
    with place.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)
    with pytest.raises(StoreError, match="damaged"):
        back_up(sqlite_address, file)
    assert not file.exists()


def test_a_database_that_is_not_empty_is_never_restored_over(
    database: Database, encounter: Encounter, address: str, file: Path
) -> None:
    back_up(address, file)
    with Deciding(database, encounter) as deciding:
        deciding.wait_for(1)
    database.close()
    with pytest.raises(SettingsError, match="not empty"):
        restore(file, address)
    kept = [event.key for event in decision_events(database, encounter.id)]
    assert kept == deciding.keys


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def without_its_sum(content: bytes) -> bytes:
    return content[:-8]


def with_something_behind(content: bytes) -> bytes:
    return content + b"more"


def with_a_flipped_bit(content: bytes) -> bytes:
    return content[:-6] + bytes([content[-6] ^ 1]) + content[-5:]


def other_text(_: bytes) -> bytes:
    return b"no backup at all"


def other_archive(_: bytes) -> bytes:
    return gzip.compress(b"no backup at all")


def nothing(_: bytes) -> bytes:
    return b""


_SPOILED: tuple[Callable[[bytes], bytes], ...] = (
    cut_short,
    without_its_sum,
    with_a_flipped_bit,
    with_something_behind,
    other_text,
    other_archive,
    nothing,
)


def test_what_is_no_whole_backup_is_refused_and_leaves_nothing(
    database: Database, address: str, elsewhere: str, file: Path
) -> None:
    back_up(address, file)
    whole = file.read_bytes()
    for spoil in _SPOILED:
        file.write_bytes(spoil(whole))
        with pytest.raises(InputError, match="no backup of this program"):
            restore(file, elsewhere)
    assert_empty(elsewhere)


def test_a_single_bit_that_flipped_is_found_or_changes_nothing(
    database: Database, address: str, file: Path
) -> None:
    back_up(address, file)
    whole = file.read_bytes()
    chance = random.Random(1)  # noqa: S311
    refused = 0
    for place in chance.sample(range(len(whole)), 60):
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        try:
            database_kind(file)
        except InputError:
            refused += 1
        else:  # gzip has bits that nobody reads
            assert gzip.decompress(changed) == gzip.decompress(whole)
    assert refused > 30  # of 60: deflate has bits that nobody reads, fewer or more by the content


def assert_empty(address: str) -> None:
    if address.startswith("sqlite"):
        place = Path(address.removeprefix("sqlite:///"))
        assert not place.parent.exists() or list(place.parent.iterdir()) == []
        return
    with closing(open_database(address)) as database:
        assert "there is no database" in list(examine(database))[1].words


def test_a_file_that_is_not_there_is_said(elsewhere: str, file: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        restore(file, elsewhere)
    assert_empty(elsewhere)


def test_a_folder_is_no_backup(elsewhere: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        restore(tmp_path, elsewhere)


def test_a_disk_that_is_full_is_said_and_leaves_nothing(
    sqlite: Database, sqlite_address: str, file: Path, tmp_path: Path
) -> None:
    back_up(sqlite_address, file)
    place = tmp_path / "new" / "icd9_review.sqlite3"
    with small_files(1000), pytest.raises(SettingsError, match=f"{place} cannot be written"):
        restore(file, f"sqlite:///{place}")
    assert list(place.parent.iterdir()) == []
    file.unlink()
    with small_files(1000), pytest.raises((InputError, StoreError), match="cannot be written"):
        back_up(sqlite_address, file)
    assert not file.exists()


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """No file grows beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_backup_of_an_older_program_is_brought_up_to_date(tmp_path: Path) -> None:
    """A kept database of 0.1.0 lies in the repository as its backup would."""
    address = f"sqlite:///{tmp_path / 'new' / 'icd9_review.sqlite3'}"
    restore(KEPT / "0.1.0.sqlite3.gz", address)
    with closing(opened(address)) as restored:
        assert all(each.good for each in examine(restored))


def test_a_backup_of_a_newer_program_is_refused(
    database: Database, address: str, elsewhere: str, file: Path
) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    back_up(address, file)
    with pytest.raises(SettingsError, match="install the newer version"):
        restore(file, elsewhere)
    assert_empty(elsewhere)


def test_a_backup_of_the_other_kind_is_refused(
    sqlite: Database, sqlite_address: str, file: Path
) -> None:
    back_up(sqlite_address, file)
    with pytest.raises(InputError, match=r"is a backup of SQLite.*names PostgreSQL"):
        restore(file, "postgresql://nobody@127.0.0.1:1/none")


def test_a_database_that_is_in_use_is_not_restored_into(
    database: Database, address: str, elsewhere: str, file: Path
) -> None:
    back_up(address, file)
    catalogue = "sqlite_master" if address.startswith("sqlite") else "pg_class"
    with closing(open_database(elsewhere)) as used, used.read() as session:
        session.execute(text(f"SELECT * FROM {catalogue}"))  # noqa: S608
        with pytest.raises(SettingsError, match="in use"):
            restore(file, elsewhere)


def test_what_a_database_left_beside_it_is_not_mixed_with_a_restored_one(
    sqlite: Database, sqlite_address: str, file: Path
) -> None:
    """Somebody takes the file away under a program that goes on running."""
    add_scored_encounter(sqlite)
    back_up(sqlite_address, file)
    place = Path(sqlite_address.removeprefix("sqlite:///"))
    place.unlink()
    with pytest.raises(SettingsError, match="in use"):
        restore(file, sqlite_address)
    assert not place.exists()
