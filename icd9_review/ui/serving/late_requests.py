"""Requests that come too late: from a part of a page that the person has left.

Streamlit 1.67 queues them behind the run of the new page and finds only then that their
fragment is gone. It calls that harmless, but has told the browser already that the old page is
back, and the browser takes everything away that the new one shows: a second click, or a list
that renews itself in that moment, ends on an empty page. Here such a request does nothing.
"""

from __future__ import annotations

from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner

from icd9_review.ui.serving.requests.ids import under_new_id


class PunctualRunner(ScriptRunner):
    """Runs what is asked for under an id of its own, but for fragments none of which is left."""

    def _run_script(self, rerun_data: RerunData) -> None:
        asked = rerun_data.fragment_id_queue
        if not asked or any(map(self._fragment_storage.contains, asked)):
            with under_new_id():
                super()._run_script(rerun_data)


def run_pages_by(runner: type[ScriptRunner]) -> None:
    """Let every session that begins from now on run its pages so."""
    app_session.ScriptRunner = runner  # type: ignore[attr-defined]
