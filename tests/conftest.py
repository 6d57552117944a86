"""What tests of several packages share."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from icd9_review.codes.lists import Lists
from icd9_review.settings import Settings
from icd9_review.ui.reference import Reference, build_reference

pytest_plugins = ["tests.databases"]

# Servers that tests start, and tests that make a cookie for them, sign with one secret.
_SECRET = "ICD9_REVIEW_COOKIE_SECRET"
os.environ[_SECRET] = "the-secret-of-the-tests-which-protects-nothing"

# A busy machine is no reason for a test to fail: speed is measured in benches. A property is
# tried half as often as hypothesis would with every change, and ten times as often in long rounds.
settings.register_profile("change", settings(deadline=None, max_examples=50))
settings.register_profile("long", settings(deadline=None, max_examples=1000))
settings.load_profile("change")

# Files and folders whose files take long for the number of their tests: begun last, one of them
# would keep a single process busy at the end.
_LONG = (
    *("browser", "test_starts.py", "training", "test_people_and_worker.py", "test_app_alone.py"),
    *("faults", "cli", "app", "jobs", "store", "codes", "evaluation", "ui", "model"),
)

_HERE = Path(__file__).parent
_REFERENCE = "ICD9_REVIEW_REFERENCE_DATA"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Keep bytes out of the names of tests: an archive holds the time at which it was packed, and
    the processes that share the tests must agree on every name."""
    return "bytes" if isinstance(val, bytes) else None


def pytest_configure(config: pytest.Config) -> None:
    """``-m long`` is the long round, in which properties are tried at length too."""
    if config.option.markexpr == "long":
        settings.load_profile("long")


_OWN_SERVER = tuple(
    f"tests/browser/{name}.py"
    for name in (
        *("test_patient_data", "test_serving", "test_worklist", "test_models"),
        *("test_behind_tls", "test_restarts", "test_hostile_text"),
        *("test_sign_in", "test_other_sign_ins", "test_signing_anew"),
    )
)
_CHARTS = tuple(
    f"tests/browser/{name}.py"
    for name in ("test_coding", "test_whole_day", "test_quality_walk", "test_queries", "test_arms")
)
"""As long together as all others that ask a shared server."""


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """A process runs a file from its first test to its last, and two of them the files that ask a
    server which a browser's tests share."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if not file.startswith("tests/browser/") or file in _OWN_SERVER:
            return file
        return "charts" if file in _CHARTS else "browser"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """In the place of ``--dist loadfile``."""
    return _ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Millions of objects that stay: nobody looks through them for garbage, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.config.option.markexpr == "long" and is_hypothesis_test(getattr(item, "obj", None)):
        item.add_marker("long")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; within each rank the order stays as it was shuffled."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    first = item.path.relative_to(_HERE).parts[0]
    return _LONG.index(first) if first in _LONG else len(_LONG)


@pytest.fixture(autouse=True)
def unset_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them, but the reference data; the secret
    is the one of the tests."""
    for field in Settings.model_fields.values():
        name = str(field.validation_alias)
        if name not in (_REFERENCE, _SECRET):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session", autouse=True)
def references_built_once() -> Iterator[None]:
    """The same lists give the same index and phrases, which take two seconds to build."""
    built: dict[str, Reference] = {}

    def build(version: str, lists: Lists) -> Reference:
        if version not in built:
            built[version] = build_reference(version, lists)
        return built[version]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("icd9_review.ui.reference.build_reference", build)
        yield


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
