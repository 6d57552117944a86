"""What happens when a page fails: people get a sentence, the log gets no note text.

The message of an unforeseen exception may quote what it choked on. Streamlit would
print it with its traceback; here only the class and the lines of code are kept.
"""

from __future__ import annotations

import logging
import traceback

import streamlit as st
import structlog

from icd9_review.errors import ReviewError
from icd9_review.ui.words import plain

_log = structlog.get_logger(__name__)
_STREAMLIT_LOGGER = "streamlit.error_util"


def show_failure(error: Exception) -> bool:
    """Tell the person at the screen; True says that nothing else needs to be shown."""
    if isinstance(error, ReviewError):
        st.error(plain(str(error)), icon=":material/error:")
    else:
        _log.error("page_failed", error=type(error).__name__, where=_where(error))
        st.error(
            "Something went wrong on this page. What was saved is safe; reload the page. "
            "If it happens again, tell an administrator the time.",
            icon=":material/error:",
        )
    return True


class _WithoutMessage(logging.Filter):
    """Replaces an exception in a log record by its class and the lines it passed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            record.msg, record.args = "%s at %s", (type(error).__name__, _where(error))
            record.exc_info = record.exc_text = None
        return True


def keep_messages_out_of_logs() -> None:
    """Have Streamlit log uncaught exceptions without their messages; a second call is harmless."""
    logger = logging.getLogger(_STREAMLIT_LOGGER)
    if not any(isinstance(present, _WithoutMessage) for present in logger.filters):
        logger.addFilter(_WithoutMessage())


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-6:]))
