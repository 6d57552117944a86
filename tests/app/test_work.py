"""The administrator's page of background work."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.store import leases
from icd9_review.store.explaining.explanation_queue import (
    give_explanation_back,
    pending_explanations,
    take_explanation,
)
from icd9_review.store.scoring.scores import suggestions
from icd9_review.ui.services import services
from tests.app.conftest import become, texts, wait_until_read
from tests.encounters import add_encounter
from tests.tiny import NOTE

WORK = "pages/admin/work.py"


def _open(app: AppTest) -> AppTest:
    become(app.run(), "Development administrator")
    return app.switch_page(WORK).run()


def test_an_administrator_sees_that_nothing_waits_and_nothing_failed(app: AppTest) -> None:
    _open(app)
    assert not app.exception
    assert {metric.value for metric in app.metric} == {"0"}
    assert "Nothing has failed." in texts(app.markdown)
    assert "works on this by itself" in texts(app.caption)


def test_what_failed_three_times_is_listed_and_tried_again(app: AppTest) -> None:
    here = services()
    assert here.model is not None
    encounter = add_encounter(here.database, text=NOTE, version=here.model.version)
    here.wake_worker()
    wait_until_read()
    here.model.worker.stop()
    technique = Checked(Explainer(here.model.predictor)).technique
    last = suggestions(here.database, encounter.id, here.model.version)[-1]
    for _ in range(leases.ATTEMPTS):
        job = take_explanation(here.database, technique.key(last))
        assert job is not None
        give_explanation_back(here.database, job, RuntimeError("unmistakable words"))
    _open(app)
    told = app.table[0].value.to_string()
    assert encounter.label in told
    assert "RuntimeError" in told
    assert "unmistakable" not in told
    app.button[-1].click().run()
    assert pending_explanations(here.database, here.model.version).failed == 0
