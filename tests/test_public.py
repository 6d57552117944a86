"""The names people import, and what importing costs."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import icd9_review
from icd9_review.settings import ROOT
from tests.tiny import CODES, NOTE


@pytest.mark.parametrize("name", icd9_review.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(icd9_review, name) is not None
    assert name in dir(icd9_review)


_DECLARING = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "icd9_review").rglob("*.py")
    if "__all__ = [" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", _DECLARING)
def test_a_module_has_every_name_it_declares(name: str) -> None:
    module = import_module(name)
    assert [each for each in module.__all__ if not hasattr(module, each)] == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = icd9_review.nonsense


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert icd9_review.__version__ == project["version"]


def test_the_public_surface_predicts(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tiny_model_folder))
    predictor = icd9_review.load_predictor()
    assert predictor.labels == CODES
    assert len(predictor.model_version) == 64
    assert predictor.predict(NOTE)[0].code in {"428.0", "427.31"}
    assert icd9_review.predict_icd9_codes(NOTE) == ["428.0", "427.31", "V58.61"]
