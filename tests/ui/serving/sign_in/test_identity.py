"""The person of a tab is read again at every run; a tab never acts for somebody else."""

from __future__ import annotations

from unittest.mock import patch

import pytest
import streamlit
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner

from icd9_review.errors import StoreError
from icd9_review.ui.serving.sign_in import identity
from icd9_review.ui.serving.sign_in.identity import PersonalRunner, same_person
from icd9_review.values import Role, User

ANNA, BERT = User(2, "Anna", Role.CODER), User(3, "Bert", Role.CLINICIAN)
ASKED = RerunData(
    query_string="encounter=abc",
    page_script_hash="workbench",
    widget_states=WidgetStates(),
    fragment_id_queue=["here"],
    is_auto_rerun=True,
)
PAGE = RerunData(query_string="encounter=abc", page_script_hash="workbench")


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([ANNA, ANNA], [True, True]),
        ([ANNA, BERT, BERT], [True, False, True]),
        ([ANNA, None, None], [True, False, True]),
        ([None, ANNA], [True, False]),
        ([ANNA, User(2, "Anna", Role.AUDITOR)], [True, False]),
    ],
)
def test_a_tab_notices_at_once_that_its_person_is_another(
    people: list[User | None], expected: list[bool]
) -> None:
    state: dict[str, object] = {}
    assert [same_person(state, person) for person in people] == expected


def test_what_a_tab_knew_of_a_person_is_forgotten_with_them() -> None:
    state: dict[str, object] = {}
    same_person(state, ANNA)
    state["typed"] = "words of a note"
    assert same_person(state, ANNA)
    assert state["typed"] == "words of a note"
    same_person(state, BERT)
    assert "typed" not in state


def run(*people: User | StoreError | None) -> RerunData:
    """What the last of several runs of a tab does, each before one of these people."""
    runner = PersonalRunner.__new__(PersonalRunner)
    runner._fragment_storage = MemoryFragmentStorage()
    runner._fragment_storage.register("here", lambda: None)
    state: dict[str, object] = {}
    with (
        patch.object(identity, "present_person", side_effect=people),
        patch.object(streamlit, "session_state", state),
        patch.object(ScriptRunner, "_run_script") as ran,
    ):
        for _ in people:
            runner._run_script(ASKED)
    (done,) = ran.call_args.args
    assert isinstance(done, RerunData)
    return done


def test_what_a_person_asks_for_is_done() -> None:
    assert run(ANNA, ANNA) == ASKED


@pytest.mark.parametrize("later", [BERT, None, StoreError("away")])
def test_what_a_tab_asks_for_somebody_else_is_not_done(later: User | StoreError | None) -> None:
    assert run(ANNA, later) == PAGE


@pytest.mark.parametrize("later", [BERT, None])
def test_what_a_tab_still_sends_to_a_part_of_somebody_elses_page_is_passed_over(
    later: User | None,
) -> None:
    """The part keeps the person it was made for: run again it would act for them."""
    runner = PersonalRunner.__new__(PersonalRunner)
    runner._fragment_storage = MemoryFragmentStorage()
    runner._fragment_storage.register("here", lambda: None)
    with (
        patch.object(identity, "present_person", side_effect=[ANNA, later, later, later]),
        patch.object(streamlit, "session_state", {}),
        patch.object(ScriptRunner, "_run_script") as ran,
    ):
        for _ in range(4):
            runner._run_script(ASKED)
    assert [call.args for call in ran.call_args_list] == [(ASKED,), (PAGE,)]
