"""What is sealed comes back, and nothing that was not sealed here for this purpose."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icd9_review.errors import SettingsError
from icd9_review.ui.serving.sign_in import seal as sealing
from icd9_review.ui.serving.sign_in.seal import derived_key, seal, secret, unseal

TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)


@given(TOKENS)
def test_a_value_comes_back_for_its_purpose_alone(value: str) -> None:
    assert unseal(seal(value, "session"), "session") == value
    assert unseal(seal(value, "session"), "form") == ""


@given(TOKENS, st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_letter_is_noticed(value: str, place: int, letter: str) -> None:
    sealed = seal(value, "session")
    place %= len(sealed)
    changed = sealed[:place] + letter + sealed[place + 1 :]
    # The last letter of base64 has bits that count for nothing.
    assert (
        unseal(changed, "session") in ("", value)
        if place == len(sealed) - 1
        else (changed == sealed or unseal(changed, "session") == "")
    )


@given(st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_what_was_made_up_is_nothing(kept: str) -> None:
    assert unseal(kept, "session") == ""


def test_a_seal_lapses(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal("value", "form")
    assert unseal(sealed, "form", seconds=10) == "value"
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 4_000_000_000)
    assert unseal(sealed, "form", seconds=10) == ""


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_each_purpose_has_a_key_of_its_own(one: str, other: str) -> None:
    assert len(derived_key(one)) == 32
    assert (derived_key(one) == derived_key(other)) == (one == other)


class TestTheSecretOfTheFolder:
    @pytest.fixture(autouse=True)
    def folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
        monkeypatch.setenv("ICD9_REVIEW_COOKIE_SECRET", "")
        monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path / "data"))
        secret.cache_clear()
        yield tmp_path / "data"
        secret.cache_clear()

    def test_it_is_made_once_for_its_owner_alone(self, folder: Path) -> None:
        found = secret()
        (file,) = folder.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(found) >= 32
        secret.cache_clear()
        assert secret() == found

    def test_two_that_start_together_have_the_same(self, folder: Path) -> None:
        found = secret()
        sealing._make(folder / "cookie.secret")
        secret.cache_clear()
        assert secret() == found

    def test_containers_that_start_together_have_the_same(self, folder: Path) -> None:
        folder.mkdir()
        with ThreadPoolExecutor(8) as containers:  # each with the process id 1, as here
            list(containers.map(sealing._make, [folder / "cookie.secret"] * 8))
        assert [each.name for each in folder.iterdir()] == ["cookie.secret"]
        assert len(secret()) >= 32

    def test_a_damaged_one_is_named(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "cookie.secret").write_text("short")
        with pytest.raises(SettingsError, match=r"cookie\.secret is damaged; delete it"):
            secret()

    def test_a_folder_that_cannot_be_written_is_named(self, folder: Path) -> None:
        folder.write_text("a file is in the way")
        with pytest.raises(SettingsError, match="ICD9_REVIEW_COOKIE_SECRET"):
            secret()
