"""What each way of signing in needs before the app starts, and what is said although it does."""

from __future__ import annotations

import pytest

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.ui.serving.sign_in.ways import check_sign_in, warn_of_sign_in

PUBLIC = "https://coding.example.org"


def set_all(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"ICD9_REVIEW_{name.upper()}", value)


@pytest.mark.parametrize(
    ("way", "sentence"),
    [("single", "nobody shows it"), ("proxy", "a proxy cannot be told to ask somebody once more")],
)
def test_where_nobody_can_be_asked_once_more_the_app_does_not_start(
    monkeypatch: pytest.MonkeyPatch, way: str, sentence: str
) -> None:
    behind = {"proxies": "10.0.0.1", "proxy_header": "X-Forwarded-User"}
    set_all(monkeypatch, sign_in=way, reauthenticate="finalise", **behind)
    with pytest.raises(SettingsError, match=f"ICD9_REVIEW_REAUTHENTICATE=finalise.*{sentence}"):
        check_sign_in()
    monkeypatch.setenv("ICD9_REVIEW_REAUTHENTICATE", "")
    check_sign_in()


def test_with_accounts_signers_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, sign_in="accounts", reauthenticate="finalise")
    check_sign_in()


@pytest.mark.parametrize("value", ["true", "Finalise", "sign", "none", "finalise,export"])
def test_another_value_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_REAUTHENTICATE", value)
    with pytest.raises(SettingsError) as refused:
        Settings()
    assert str(refused.value) == "ICD9_REVIEW_REAUTHENTICATE must be finalise."


def test_accounts_behind_a_proxy_that_nobody_named_are_warned_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_all(monkeypatch, sign_in="accounts", hosts=f"localhost,{PUBLIC}")
    warning = warn_of_sign_in()
    assert "failed sign-ins of everybody count under the proxy's address" in warning
    assert "Set ICD9_REVIEW_PROXIES" in warning


@pytest.mark.parametrize(
    "settings",
    [
        {"sign_in": "accounts", "hosts": PUBLIC, "proxies": "10.0.0.1"},
        {"sign_in": "accounts", "hosts": "localhost,coding.example.org"},
        {"sign_in": "accounts", "hosts": "http://10.0.0.1:8501"},
        {"sign_in": "accounts"},
        {"sign_in": "oidc", "hosts": PUBLIC},
        {"sign_in": "single", "hosts": PUBLIC},
    ],
    ids=str,
)
def test_nobody_else_is(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    set_all(monkeypatch, **settings)
    assert warn_of_sign_in() == ""
