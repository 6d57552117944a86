"""Time and energy are added up over all legs, and what nobody measured is not made up."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from icd9_review.errors import InputError
from icd9_review.training.finetune.energy import Consumption, EnergyMeter, check_country
from icd9_review.training.finetune.laps import LapLog, total


@pytest.fixture
def without_codecarbon(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "codecarbon" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)


@pytest.mark.usefixtures("without_codecarbon")
def test_legs_are_counted_and_their_seconds_added(tmp_path: Path) -> None:
    path = tmp_path / "laps.jsonl"
    for _ in range(2):
        laps = LapLog(path, "DEU")
        laps.lap("corpus", 0)
        laps.lap("training", 10)
        laps.stop()
    found = total(path)
    assert found["legs"] == 2
    assert set(found["seconds"]) == {"corpus", "training"}  # type: ignore[call-overload]
    assert (found["energy_kwh"], found["co2_kg"]) == (None, None)


def test_a_line_a_kill_cut_short_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "laps.jsonl"
    line = (
        '{"leg": 1, "stage": "training", "step": 1, "seconds": 2, "energy_kwh": 0.5,'
        ' "co2_kg": null}\n'
    )
    path.write_text(line * 2 + line[:30], "utf-8")
    assert total(path) == {
        "legs": 1,
        "seconds": {"training": 4.0},
        "energy_kwh": 1.0,
        "co2_kg": None,
    }


@pytest.mark.usefixtures("without_codecarbon")
def test_without_codecarbon_nothing_is_measured_and_no_country_is_wrong() -> None:
    check_country("Atlantis")
    meter = EnergyMeter("DEU")
    assert meter.lap() is None
    meter.stop()


def test_with_codecarbon_energy_is_measured_and_co2_where_a_country_is_known() -> None:
    pytest.importorskip("codecarbon")
    for country in ("DEU", None):
        meter = EnergyMeter(country)
        try:
            used = meter.lap()
        finally:
            meter.stop()
        assert isinstance(used, Consumption)
        assert used.energy_kwh >= 0
        assert (used.co2_kg is None) is (country is None)


def test_a_country_codecarbon_does_not_know_is_refused() -> None:
    pytest.importorskip("codecarbon")
    check_country("USA")
    with pytest.raises(InputError, match="--country 'Germany' is not a three-letter code"):
        check_country("Germany")
