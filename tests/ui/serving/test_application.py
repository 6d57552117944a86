"""Every way of starting finds the one application with all its parts."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
import streamlit as st
from streamlit.web.server.app_discovery import discover_asgi_app

from icd9_review.api.outside import ProblemsAlone
from icd9_review.settings import ROOT
from icd9_review.store.people.permissions import PERMISSIONS
from icd9_review.ui.serving.application import SCRIPT, parts
from icd9_review.ui.serving.origin import SameOrigin
from icd9_review.ui.serving.requests.ids import RequestIds
from icd9_review.ui.serving.router import PLACES
from icd9_review.ui.serving.security_headers import SecurityHeaders
from icd9_review.ui.serving.starting import PlainStart
from icd9_review.values import Role


def middleware() -> list[tuple[Any, dict[str, Any]]]:
    """The class and the arguments of each, the outermost first."""
    return [(each.cls, dict(each.kwargs)) for each in parts()["middleware"]]


def test_streamlit_run_finds_the_application_in_the_script() -> None:
    assert discover_asgi_app(SCRIPT).import_string == "app:app"
    assert isinstance(import_module("app").app, st.App)


def test_nothing_stands_before_what_refuses_foreign_pages_but_what_adds_headers() -> None:
    kinds = [kind for kind, _ in middleware()]
    assert kinds[:5] == [PlainStart, RequestIds, SecurityHeaders, ProblemsAlone, SameOrigin]


def test_a_wrong_setting_is_left_for_the_start_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICD9_REVIEW_HOSTS", "*")
    (given,) = (arguments for kind, arguments in middleware() if kind is SameOrigin)
    assert given["addresses"].origin("localhost:8501", "http") is None


def test_every_script_of_a_page_has_its_address() -> None:
    scripts = {str(file.relative_to(ROOT)) for file in (ROOT / "pages").rglob("*.py")}
    assert {place.script for place in PLACES} == scripts
    assert len({place.path for place in PLACES}) == len(PLACES)


def test_everybody_has_a_front_page() -> None:
    assert set(PERMISSIONS[PLACES[0].act].roles) == set(Role) - {Role.SYSTEM}
