"""The setting that names the roles which must have a second factor."""

from __future__ import annotations

import pytest

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.ui.serving.sign_in.factor.required import roles_with_factor
from icd9_review.ui.serving.sign_in.ways import check_sign_in
from icd9_review.values import Role


@pytest.fixture(autouse=True)
def accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", "accounts")


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        ("", set()),
        ("administrator", {Role.ADMINISTRATOR}),
        ("administrator, auditor,", {Role.ADMINISTRATOR, Role.AUDITOR}),
    ],
)
def test_it_names_roles(monkeypatch: pytest.MonkeyPatch, said: str, roles: set[Role]) -> None:
    monkeypatch.setenv("ICD9_REVIEW_SECOND_FACTOR", said)
    assert roles_with_factor(Settings()) == roles
    check_sign_in()


@pytest.mark.parametrize("said", ["all", "Administrator", "system", "auditor;coder", ",", " , "])
def test_what_names_no_role_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("ICD9_REVIEW_SECOND_FACTOR", said)
    with pytest.raises(SettingsError, match=r"ICD9_REVIEW_SECOND_FACTOR names .*no role"):
        check_sign_in()


@pytest.mark.parametrize("way", ["single", "oidc", "proxy"])
def test_it_is_refused_where_others_ask_who_somebody_is(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", way)
    monkeypatch.setenv("ICD9_REVIEW_SECOND_FACTOR", "auditor")
    with pytest.raises(SettingsError, match=f"SIGN_IN=accounts; with {way} .* Unset it"):
        check_sign_in()
