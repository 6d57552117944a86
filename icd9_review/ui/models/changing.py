"""Registering, promoting, rolling back and retiring on a click, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.jobs.changing_models import (
    promote_checked,
    register_checked,
    roll_back_checked,
)
from icd9_review.quality.models.model_words import MODEL_STATE_WORDS
from icd9_review.settings import Settings
from icd9_review.store.models.known_models import retire_model
from icd9_review.store.people.permissions import Act
from icd9_review.store.retention.words import LONGEST_WHY
from icd9_review.ui.models.listing import is_folder_there
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import KnownModel, ModelStanding, ModelState, User

_DONE, _REFUSED = "models_done", "models_refused"
_FIELDS = ("models_folder", "models_promote_why", "models_back_why", "models_retire_why")


def show_change_outcome() -> None:
    """What came of the last click, once; what stands below it keeps its place, and so its tab."""
    with st.container():
        if done := st.session_state.pop(_DONE, ""):
            st.success(plain(done), icon=":material/check:")
        if refused := st.session_state.pop(_REFUSED, ""):
            st.error(plain(refused), icon=":material/error:")


def ask_folder() -> None:
    """The folder of a model that is to read in the shadow."""
    with st.form("models_register", border=True):
        st.header("Register a model folder", anchor=False)
        st.text_input(
            "Folder on the server",
            key="models_folder",
            placeholder="/models/further",
            help="Each app and worker process must find it under this path. It is checked as "
            "python -m icd9_review model check does, which takes some seconds.",
        )
        st.form_submit_button("Check and register", on_click=_register)


def ask_promotion(standing: ModelStanding, in_use: str | None) -> None:
    """Which model comes into use, and why."""
    others = [each for each in standing.known if each.version != in_use]
    if not others:
        return
    others.sort(key=_place)
    with st.form("models_promote", border=True):
        st.header("Promote", anchor=False)
        chosen = st.selectbox("Model", others, format_func=_describe_choice, key="models_promoted")
        st.text_input("Why it comes into use", max_chars=LONGEST_WHY, key="models_promote_why")
        st.form_submit_button(
            "Promote", type="primary", on_click=_promote, args=(in_use,), disabled=chosen is None
        )


def ask_roll_back(standing: ModelStanding, in_use: str | None, names: dict[str, str]) -> None:
    """One step back, and why."""
    if not standing.promoted or (former := standing.promoted[-1][0]) is None:
        return
    with st.form("models_back", border=True):
        st.header("Roll back", anchor=False)
        st.markdown(f"To {plain(names.get(former, ''))} {plain(former[:12])}, in use before.")
        st.text_input("Why the model goes back", max_chars=LONGEST_WHY, key="models_back_why")
        st.form_submit_button("Roll back", on_click=_roll_back, args=(in_use,))


def ask_retirement(standing: ModelStanding) -> None:
    """Whether the model in the shadow shall read no more."""
    if (shadow := standing.shadow) is None:
        return
    with st.form("models_retire", border=True):
        st.header("Retire the shadow model", anchor=False)
        st.markdown(f"{plain(shadow.name)} {plain(shadow.version[:12])} then reads no more.")
        st.text_input("Why it is retired", max_chars=LONGEST_WHY, key="models_retire_why")
        st.form_submit_button("Retire", on_click=_retire, args=(shadow,))


def _place(model: KnownModel) -> tuple[bool, bool, float]:
    """What can be promoted first, then what reads in the shadow, then the last one registered."""
    gone = not is_folder_there(model)
    return gone, model.state is not ModelState.SHADOW, -model.at.timestamp()


def _describe_choice(model: KnownModel) -> str:
    state = MODEL_STATE_WORDS[model.state].partition(":")[0]
    return f"{model.name} · {model.version[:12]} · {state}"


def _do(step: Callable[[User], object], told: str) -> None:
    """Do it as the person at the screen; the fields are emptied where it was done."""
    actor = require_user(Act.ADMINISTER)
    try:
        step(actor)
    except ReviewError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[_DONE] = told
    for field in _FIELDS:
        if field in st.session_state:
            st.session_state[field] = ""
    if models := services().models:
        models.follow()


def _register() -> None:
    folder = str(st.session_state["models_folder"]).strip()
    if not folder:
        st.session_state[_REFUSED] = "Name the folder of the model."
        return
    database = services().database
    _do(
        lambda actor: register_checked(database, Path(folder), actor=actor),
        "Registered. It reads in the shadow from now on; the comparison grows with what it reads.",
    )


def _promote(in_use: str | None) -> None:
    known: KnownModel = st.session_state["models_promoted"]
    why = str(st.session_state["models_promote_why"])
    database, setting = services().database, Settings().model
    _do(
        lambda by: promote_checked(
            database, known, why, instead_of=in_use, setting=setting, actor=by
        ),
        f"{known.name} {known.version[:12]} is in use. New encounters are read by it.",
    )


def _roll_back(in_use: str | None) -> None:
    why = str(st.session_state["models_back_why"])
    database, setting = services().database, Settings().model
    _do(
        lambda by: roll_back_checked(database, why, instead_of=in_use, setting=setting, actor=by),
        "Rolled back. Open charts that the model had read are read anew by the one before.",
    )


def _retire(known: KnownModel) -> None:
    why = str(st.session_state["models_retire_why"])
    database = services().database
    _do(
        lambda by: retire_model(database, known.version, why, actor=by),
        "Retired. It reads no more.",
    )
