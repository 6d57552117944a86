"""PostgreSQL's own programs: found, new enough, and told the password where nobody reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from icd9_review.errors import SettingsError, StoreError
from icd9_review.store.backups.backup import back_up, restore
from icd9_review.store.condition import examine
from icd9_review.store.database.engine import open_database
from tests.databases import Server

pytestmark = pytest.mark.postgresql
SECRET = "a password of letters/and:signs@"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_missing_program_is_a_sentence(
    postgresql_address: str, programs: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"pg_dump is missing; install .*postgresql-client-\d"):
        back_up(postgresql_address, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_program_older_than_the_server_is_a_sentence(
    postgresql_address: str, programs: Path, tmp_path: Path
) -> None:
    put(programs, "pg_dump", 'echo "pg_dump (PostgreSQL) 9.6.24"')
    with pytest.raises(SettingsError, match=r"pg_dump is of PostgreSQL 9 and the server of \d"):
        back_up(postgresql_address, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_program_that_fails_leaves_no_backup_and_its_words_out(
    postgresql_address: str, programs: Path, tmp_path: Path
) -> None:
    put(programs, "pg_dump", "echo half a backup; echo canary-5d1f >&2; exit 3")
    with pytest.raises(StoreError, match="pg_dump ended with 3; no backup was written") as caught:
        back_up(postgresql_address, tmp_path / "backup")
    assert "canary" not in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == ["bin"]


def test_the_password_goes_by_the_environment_and_never_by_the_arguments(
    postgresql_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = (
        make_url(postgresql_address)
        .set(password=SECRET)
        .update_query_dict({"application_name": "review"})
    )
    for name in ("pg_dump", "pg_restore"):
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not on the path")
        told = f'printf "%s\\n" "$0 $*" >> {tmp_path}/arguments'
        secret = f'printf "%s %s\\n" "$PGPASSWORD" "$PGAPPNAME" >> {tmp_path}/environment'
        put(tmp_path, name, f'{told}; {secret}; exec {found} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    full = address.render_as_string(hide_password=False)
    back_up(full, tmp_path / "backup")
    with pytest.raises(SettingsError, match="not empty"):
        restore(tmp_path / "backup", full)
    assert SECRET not in (tmp_path / "arguments").read_text()
    assert f"{SECRET} review\n" in (tmp_path / "environment").read_text()


def test_what_pg_dump_and_gzip_made_by_hand_is_a_backup_too(
    postgresql_address: str, postgresql_server: Server, tmp_path: Path
) -> None:
    """As the database's own container makes it, where the app has no pg_dump."""
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not on the path")
    file = tmp_path / "review.gz"
    with file.open("wb") as stream:
        command = f"pg_dump -Fc -Z0 {postgresql_address} | gzip"
        subprocess.run(["sh", "-c", command], stdout=stream, check=True)
    postgresql_server.execute("CREATE DATABASE by_hand")
    address = postgresql_server.address("by_hand")
    try:
        restore(file, address)
        with closing(open_database(address)) as restored:
            assert all(each.good for each in examine(restored))
    finally:
        postgresql_server.execute("DROP DATABASE by_hand WITH (FORCE)")
