"""Who runs a command is known by the operating system's own table."""

from __future__ import annotations

import os
import pwd

import pytest

from icd9_review.cli.console import os_account


def test_an_account_is_named_whatever_a_variable_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    assert os_account() == pwd.getpwuid(os.getuid()).pw_name


def test_one_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1_999_999_999)
    assert os_account() == "1999999999"
