"""What tests of several packages share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from icd9_review.settings import Settings

pytest_plugins = ["tests.databases"]

# A busy machine is no reason for a test to fail: speed is measured in benches.
settings.register_profile("untimed", settings(deadline=None))
settings.load_profile("untimed")

_REFERENCE = "ICD9_REVIEW_REFERENCE_DATA"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Keep bytes out of the names of tests: an archive holds the time at which it was packed, and
    the processes that share the tests must agree on every name."""
    return "bytes" if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def unset_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them, but the reference data."""
    for field in Settings.model_fields.values():
        name = str(field.validation_alias)
        if name != _REFERENCE:
            monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of public reference data, or a skip that says how to name it."""
    folder = os.environ.get(_REFERENCE)
    if not folder:
        pytest.skip(f"{_REFERENCE} names no folder of public reference data")
    if not Path(folder).is_dir():
        pytest.skip(f"{_REFERENCE} names {folder}, which is not a folder")
    return Path(folder)


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with a taught tiny BERT; copy it before changing anything in it."""
    from tests.tiny import build_tiny_model

    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
