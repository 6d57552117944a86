from __future__ import annotations

import logging

import pytest

from icd9_review.ui.serving.failures import keep_messages_out_of_logs

NOTE = "canary-7f3a in the text of a note"


def test_the_log_of_a_failed_page_names_the_error_and_not_the_note(
    caplog: pytest.LogCaptureFixture,
) -> None:
    keep_messages_out_of_logs()
    keep_messages_out_of_logs()
    logger = logging.getLogger("streamlit.error_util")
    try:
        raise ValueError(NOTE)
    except ValueError as error:
        with caplog.at_level(logging.ERROR, logger=logger.name):
            logger.propagate = True
            logger.error("Uncaught app execution", exc_info=error)
    assert "ValueError" in caplog.text
    assert "test_failures.py" in caplog.text
    assert "canary-7f3a" not in caplog.text
