from __future__ import annotations

from unittest.mock import patch

import pytest
from streamlit.runtime import app_session
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner

from icd9_review.ui.serving.late_requests import PunctualRunner, run_pages_by


@pytest.mark.parametrize(
    ("asked", "runs"),
    [([], True), (["here"], True), (["gone"], False), (["gone", "here"], True)],
)
def test_only_what_asks_for_nothing_but_gone_fragments_is_passed_over(
    asked: list[str], runs: bool
) -> None:
    runner = PunctualRunner.__new__(PunctualRunner)
    runner._fragment_storage = MemoryFragmentStorage()
    runner._fragment_storage.register("here", lambda: None)
    request = RerunData(fragment_id_queue=asked)
    with patch.object(ScriptRunner, "_run_script") as run:
        runner._run_script(request)
    assert [call.args for call in run.call_args_list] == [(request,)] * runs


def test_new_sessions_run_their_pages_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_session, "ScriptRunner", ScriptRunner)
    run_pages_by(PunctualRunner)
    assert app_session.ScriptRunner is PunctualRunner  # type: ignore[attr-defined]
