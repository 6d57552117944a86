from __future__ import annotations

import json

import pytest
import structlog
from streamlit.testing.v1 import AppTest

from icd9_review.logs import configure_logs

NOTE = "canary-7f3a in the text of a note"


def _fail() -> None:
    import streamlit as st  # what AppTest runs stands alone

    from icd9_review.ui.serving.failures import show_failure
    from icd9_review.ui.serving.requests.ids import under_new_id

    try:
        raise ValueError("canary-7f3a in the text of a note")
    except ValueError as error:
        with under_new_id() as number:
            show_failure(error)
        st.text(number)


def test_a_failed_page_shows_the_id_under_which_the_log_names_the_error_and_not_the_note(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs()
    try:
        page = AppTest.from_function(_fail).run()
        page.run()
    finally:
        structlog.reset_defaults()
    (said,), (number,) = page.error, page.text
    logged = capsys.readouterr().err.splitlines()
    first, second = (json.loads(line) for line in logged if line.startswith("{"))
    assert f"tell an administrator the id {number.value}." in said.value
    assert first["request"] != second["request"] == number.value
    assert (second["event"], second["error"]) == ("page_failed", "ValueError")
    assert "canary-7f3a" not in str(second) + said.value
