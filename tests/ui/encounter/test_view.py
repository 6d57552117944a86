from __future__ import annotations

from datetime import UTC, date, datetime

from icd9_review.ui.encounter.view import present_encounter
from icd9_review.values import CareSetting, Encounter, Sex


def test_the_banner_says_who_without_a_name() -> None:
    encounter = Encounter(
        id="e1",
        number=42,
        setting=CareSetting.INPATIENT,
        age=71,
        sex=Sex.FEMALE,
        admitted=date(2014, 3, 12),
        discharged=date(2014, 3, 17),
        created=datetime(2014, 3, 18, tzinfo=UTC),
        notes=(),
    )
    view = present_encounter(encounter)
    assert (view.label, view.person, view.setting) == ("E-00042", "71 F", "inpatient")
    assert view.dates == "2014-03-12 – 2014-03-17"
