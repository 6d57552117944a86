"""What happens when a page fails: people get a sentence, the log gets no note text.

The message of an unforeseen exception may quote what it choked on: only the class and the
lines of code are kept, under the id that people read.
"""

from __future__ import annotations

import streamlit as st
import structlog
from structlog.contextvars import bound_contextvars

from icd9_review.errors import ReviewError
from icd9_review.instruments import PAGES_FAILED
from icd9_review.logs import passed_lines
from icd9_review.ui.serving.requests.ids import request_id
from icd9_review.ui.words import plain

_log = structlog.get_logger(__name__)


def show_failure(error: Exception) -> bool:
    """Tell the person at the screen; True says that nothing else needs to be shown."""
    if isinstance(error, ReviewError):
        st.error(plain(str(error)), icon=":material/error:")
    else:
        number = request_id()
        PAGES_FAILED.inc()
        with bound_contextvars(request=number):
            _log.error("page_failed", error=type(error).__name__, where=passed_lines(error))
        st.error(
            "Something went wrong on this page. What was saved is safe; reload the page. "
            f"If it happens again, tell an administrator the id {number}.",
            icon=":material/error:",
        )
    return True
