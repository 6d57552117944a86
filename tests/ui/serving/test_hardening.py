from __future__ import annotations

import pytest
from streamlit import config

from icd9_review.errors import SettingsError
from icd9_review.ui.serving.hardening import REQUIRED, check_hardening


def test_the_committed_configuration_is_hard() -> None:
    check_hardening()


@pytest.mark.parametrize("name", REQUIRED)
def test_each_protecting_setting_is_missed_when_it_is_not_in_force(name: str) -> None:
    def option(asked: str) -> object:
        return "something else" if asked == name else config.get_option(asked)

    with pytest.raises(SettingsError, match=name):
        check_hardening(option)
