"""Time and energy of a training over all its legs: one line at every checkpoint.

A run that was killed and goes on keeps the laps before; what it used after its last
checkpoint is not known.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from icd9_review.training.finetune.energy import EnergyMeter


class LapLog:
    """Appends laps to a file of JSON lines, measured from its making."""

    def __init__(self, path: Path, country: str | None) -> None:
        self._path = path
        self._meter = EnergyMeter(country)
        self._since = time.monotonic()
        self._leg = max((lap["leg"] for lap in _read(path)), default=0) + 1

    def lap(self, stage: str, step: int) -> None:
        """Note what was used since the last lap."""
        now = time.monotonic()
        used = self._meter.lap()
        row = {"leg": self._leg, "stage": stage, "step": step, "seconds": now - self._since}
        self._since = now
        measured = asdict(used) if used else {"energy_kwh": None, "co2_kg": None}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row | measured) + "\n")

    def stop(self) -> None:
        """End the measuring."""
        self._meter.stop()


def total(path: Path) -> dict[str, object]:
    """Legs, seconds, kilowatt-hours and kilograms over all laps; None where a lap lacks one."""
    laps = _read(path)
    stages = {lap["stage"]: 0.0 for lap in laps}
    for lap in laps:
        stages[lap["stage"]] += lap["seconds"]
    return {
        "legs": max((lap["leg"] for lap in laps), default=0),
        "seconds": {stage: round(seconds, 1) for stage, seconds in stages.items()},
        "energy_kwh": _sum(laps, "energy_kwh"),
        "co2_kg": _sum(laps, "co2_kg"),
    }


def _sum(laps: list[dict[str, Any]], name: str) -> float | None:
    values = [lap[name] for lap in laps]
    return None if None in values or not values else float(sum(values))


def _read(path: Path) -> list[dict[str, Any]]:
    """The laps; a line that a kill cut short is left out."""
    if not path.is_file():
        return []
    laps = []
    for line in path.read_text("utf-8").splitlines():
        try:
            laps.append(json.loads(line))
        except ValueError:
            continue
    return laps
