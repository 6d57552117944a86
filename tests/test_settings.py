from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.errors import SettingsError
from icd9_review.settings import ROOT, Settings


def test_the_database_is_sqlite_in_the_data_folder_unless_one_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path))
    assert Settings().database == f"sqlite:///{tmp_path / 'icd9_review.sqlite3'}"
    monkeypatch.setenv("DATABASE_URL", "postgresql://review@localhost/review")
    assert Settings().database == "postgresql://review@localhost/review"


def test_an_empty_reference_folder_is_an_absent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICD9_REVIEW_REFERENCE_DATA", "")
    assert Settings().reference_data is None


def test_a_wrong_value_names_its_variable_and_what_it_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DEMONSTRATION", "maybe")
    with pytest.raises(SettingsError) as caught:
        Settings()
    assert str(caught.value) == "ICD9_REVIEW_DEMONSTRATION must be true or false."


def test_host_names_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICD9_REVIEW_HOSTS", "coding.example.org, localhost,")
    assert Settings().allowed_hosts == ("coding.example.org", "localhost")


def test_every_setting_is_documented_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    missing = [
        field.validation_alias
        for field in Settings.model_fields.values()
        if f"`{field.validation_alias}`" not in readme
    ]
    assert missing == []


def test_an_empty_variable_is_an_absent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [str(field.validation_alias) for field in Settings.model_fields.values()]
    for name in names:
        monkeypatch.delenv(name, raising=False)
    without = Settings()
    for name in names:
        monkeypatch.setenv(name, "")
    assert Settings() == without


def test_no_secret_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = "canary-4f1c-which-is-long-enough-for-a-secret"
    address = f"postgresql://ann:{canary}@db.example:5433/review?password={canary}"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("ICD9_REVIEW_COOKIE_SECRET", canary)
    monkeypatch.setenv("ICD9_REVIEW_OIDC_SECRET", canary)
    written = Settings().written_down()
    assert canary not in str(written)
    assert "ann" not in written["DATABASE_URL"]
    assert written["DATABASE_URL"] == "postgresql://db.example:5433/review"
    assert written["ICD9_REVIEW_COOKIE_SECRET"] == written["ICD9_REVIEW_OIDC_SECRET"] == "set"
    monkeypatch.setenv("ICD9_REVIEW_OIDC_SECRET", "")
    assert Settings().written_down()["ICD9_REVIEW_OIDC_SECRET"] == ""


def test_of_what_lies_beside_the_program_it_is_not_written_down_where_that_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ICD9_REVIEW_MODEL", raising=False)
    assert Settings().written_down()["ICD9_REVIEW_MODEL"] == "models/default"
    monkeypatch.setenv("ICD9_REVIEW_MODEL", "/srv/models/ours")
    assert Settings().written_down()["ICD9_REVIEW_MODEL"] == "/srv/models/ours"


def test_every_setting_is_written_down_and_a_long_one_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_HOSTS", ",".join(f"host-{n}.example" for n in range(50)))
    written = Settings().written_down()
    names = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert written.keys() == names
    assert max(map(len, written.values())) <= 200
    assert written["ICD9_REVIEW_HOSTS"].startswith("host-0.example,host-1")
