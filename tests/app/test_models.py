"""The page of models before administrators and auditors: registered, promoted, rolled back."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.model.folder.files import read_folder
from icd9_review.store.database.engine import Database
from icd9_review.store.models.known_models import models_in_use, promote_model
from icd9_review.store.models.shadow_readings import count_in_shadow
from icd9_review.store.scoring.scores import suggestions
from icd9_review.store.users import system_user
from icd9_review.ui.services import services
from tests.app.conftest import become, components, texts, wait_until_read
from tests.encounters import add_encounter
from tests.store.retention.conftest import administrator
from tests.tiny import NOTE, copy_with_lower_thresholds

PAGE = "pages/admin/models.py"
WORKBENCH = "pages/coding/workbench.py"
CANARY = "428.9"
WHY = "Better on the last sample."


@pytest.fixture
def further(tmp_path: Path, tiny_model_folder: Path) -> Path:
    """Another version of the tiny model: its thresholds are lower."""
    return copy_with_lower_thresholds(tiny_model_folder, tmp_path / "further")


@pytest.fixture
def page(app: AppTest) -> AppTest:
    become(app.run(), "Development administrator")
    return app.switch_page(PAGE).run()


def database() -> Database:
    return services().database


def in_use() -> str | None:
    return models_in_use(database(), actor=system_user(database()))[0]


def cells(page: AppTest) -> str:
    return "\n".join(each.value.to_string() for each in page.table).replace("`", "")


def press(page: AppTest, label: str, **fields: str) -> AppTest:
    for key, value in fields.items():
        page.text_input(key=f"models_{key}").set_value(value)
    (button,) = (each for each in page.button if each.label == label)
    return button.click().run()


def register(page: AppTest, folder: Path) -> AppTest:
    return press(page, "Check and register", folder=str(folder))


def test_with_no_registered_model_it_says_that_the_setting_names_it(page: AppTest) -> None:
    assert not page.exception
    assert "Named by the setting ICD9_REVIEW_MODEL" in texts(page.caption)
    assert "No model is registered." in texts(page.info)
    assert [each.label for each in page.button] == ["Check and register"]


def test_a_model_is_registered_promoted_and_rolled_back_without_a_restart(
    page: AppTest, further: Path
) -> None:
    before, after = in_use(), read_folder(further).version.version
    page = register(page, further)
    assert "Registered. It reads in the shadow" in texts(page.success)
    assert "shadow: reads, shown to nobody" in cells(page)
    assert in_use() == before
    page = press(page, "Promote")
    assert "The reason is empty" in texts(page.error)
    page = press(page, "Promote", promote_why=WHY)
    assert in_use() == after == services().model_version
    assert f"by Development administrator: {WHY.rstrip('.')}" in texts(page.caption)
    found = add_encounter(database(), text=NOTE, version=services().model_version)
    services().wake_worker()
    wait_until_read()
    assert suggestions(database(), found.id, after)
    page = press(page, "Roll back", back_why="It suggests too much.")
    assert in_use() == before == services().model_version
    assert f"rolled back to {str(before)[:12]} instead of {after[:12]}" in cells(page)
    assert "It suggests too much." in cells(page)


def test_a_chart_that_was_read_keeps_its_model_on_the_workbench(
    page: AppTest, further: Path
) -> None:
    before = services().model_version
    found = add_encounter(database(), text=NOTE, version=before)
    services().wake_worker()
    wait_until_read()
    page = press(register(page, further), "Promote", promote_why=WHY)
    assert services().model_version != before
    shown = services().of(found.id)
    assert shown.model_version == before
    become(page, "Development coder")
    page.query_params["encounter"] = found.id
    page.switch_page(WORKBENCH).run()
    assert not page.exception


def test_a_former_model_that_is_gone_leaves_its_charts_to_the_one_in_use(
    page: AppTest, further: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = add_encounter(database(), text=NOTE, version=services().model_version)
    services().wake_worker()
    wait_until_read()
    press(register(page, further), "Promote", promote_why=WHY)
    models = services().models
    assert models is not None
    monkeypatch.setattr(models, "of", lambda _: None)
    assert services().of(found.id).model_version == in_use()
    wait_until_read()
    assert suggestions(database(), found.id, str(in_use()))


@pytest.mark.parametrize("what", ["missing", "broken", "the same", ""])
def test_a_folder_that_cannot_be_taken_is_refused_in_a_sentence(
    page: AppTest, further: Path, tiny_model_folder: Path, what: str
) -> None:
    folder = {"missing": str(further / "no"), "broken": str(further), "": ""}.get(
        what, str(tiny_model_folder)
    )
    if what == "broken":
        (further / "model.safetensors").write_bytes(b"cut short")
    page = press(page, "Check and register", folder=folder)
    assert len(texts(page.error)) > 20
    assert not page.exception
    assert "No model is registered." in texts(page.info)


def test_a_folder_that_is_gone_is_told_and_nothing_is_promoted(
    page: AppTest, further: Path
) -> None:
    before = in_use()
    page = register(page, further)
    shutil.rmtree(further)
    page = page.run()
    assert "is not at" in texts(page.warning)
    page = press(page, "Promote", promote_why=WHY)
    assert texts(page.error)
    assert in_use() == before == services().model_version


def test_what_can_be_promoted_stands_before_what_is_gone(
    page: AppTest, further: Path, tmp_path: Path, tiny_model_folder: Path
) -> None:
    page = register(page, copy_with_lower_thresholds(tiny_model_folder, tmp_path / "other", 0.3))
    page = register(page, further)
    shutil.rmtree(further)
    first, last = page.run().selectbox(key="models_promoted").options
    assert (first.startswith("other"), last.startswith("further")) == (True, True)


def test_a_folder_that_was_changed_is_not_promoted(page: AppTest, further: Path) -> None:
    page = register(page, further)
    (further / "thresholds.json").write_text('{"global": 0.3, "split": "x"}', encoding="utf-8")
    page = press(page, "Promote", promote_why=WHY)
    assert "put the files back as they were" in texts(page.error)


def test_a_server_that_cannot_load_the_model_in_use_goes_on_and_says_so(
    page: AppTest, further: Path
) -> None:
    before, version = services().model_version, read_folder(further).version
    page = register(page, further)
    shutil.move(further, further.with_name("away"))
    by = administrator(database())
    promote_model(database(), version, WHY, instead_of=before, actor=by)  # as another server may
    models = services().models
    assert models is not None
    models.follow()
    page = page.run()
    assert services().model_version == before
    assert "This server cannot load the model in use" in texts(page.error)
    assert "nothing is lost" in texts(page.error)
    page = press(page, "Roll back", back_why="Its folder is gone.")
    assert in_use() == before
    assert not texts(page.error)


def test_auditors_may_look_and_change_nothing(page: AppTest, further: Path) -> None:
    register(page, further)
    page = become(page, "Development auditor")
    assert not page.exception
    assert "shadow: reads, shown to nobody" in cells(page)
    assert [each.label for each in page.button] == []


def test_the_model_in_the_shadow_reads_and_its_proposals_are_on_no_other_page(
    page: AppTest, further: Path
) -> None:
    """The canary is a code that the shadow model alone proposes."""
    labels = json.loads((further / "config.json").read_text("utf-8"))
    labels["id2label"] |= {"0": CANARY}
    labels["label2id"] = {code: int(place) for place, code in labels["id2label"].items()}
    (further / "config.json").write_text(json.dumps(labels), encoding="utf-8")
    page = register(page, further)
    version = read_folder(further).version.version
    found = add_encounter(database(), text=NOTE, version=services().model_version)
    services().wake_worker()
    wait_until_read()
    by, deadline = administrator(database()), time.monotonic() + 60
    while count_in_shadow(database(), version, actor=by) != (1, 0):
        assert time.monotonic() < deadline, "it was not read in the shadow"
        time.sleep(0.1)
    page.query_params["encounter"] = found.id
    for person in ("Development coder", "Development auditor"):
        become(page, person)
        for place in (WORKBENCH, "pages/clinical/explanation.py", "pages/coding/worklist.py"):
            if person == "Development auditor" and place != WORKBENCH:
                continue
            page = page.switch_page(place).run()
            shown = str(page.main) + "".join(str(each.proto) for each in components(page))
            assert CANARY not in shown
            assert place != WORKBENCH or "427.31" in shown
    become(page, "Development administrator")
    page = page.switch_page(PAGE).run()
    assert "has read 1 note in the shadow" in texts(page.markdown)
