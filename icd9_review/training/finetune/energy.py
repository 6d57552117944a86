"""Energy and carbon dioxide of a training, estimated by codecarbon without a network.

codecarbon is optional. Whatever its configuration files or variables say, nothing is sent,
fetched or written by it: every option that could is given here.
"""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass
from typing import Any

from icd9_review.errors import InputError

_UNSET = (
    "emissions_endpoint",
    "logging_logger",
    "metadata",
    "region",
    "cloud_provider",
    "cloud_region",
    "country_2letter_iso_code",
)


@dataclass(frozen=True, slots=True)
class Consumption:
    """Of a stretch of training: kilowatt-hours, and kilograms of CO2 in a known country."""

    energy_kwh: float
    co2_kg: float | None


class EnergyMeter:
    """Measures from its making; None for everything where codecarbon is not installed."""

    def __init__(self, country: str | None) -> None:
        self._country = country
        self._tracker: Any = None
        if importlib.util.find_spec("codecarbon"):
            self._tracker = _make_tracker(country)
            self._tracker.start_task("training")

    def lap(self) -> Consumption | None:
        """What was used since the last call, or since the making."""
        if self._tracker is None:
            return None
        used = self._tracker.stop_task()
        self._tracker.start_task("training")
        if used is None:
            return None
        return Consumption(
            float(used.energy_consumed), float(used.emissions) if self._country else None
        )

    def stop(self) -> None:
        """End the threads that measure."""
        if self._tracker is not None:
            self._tracker.stop_task()
            self._tracker.stop()


def check_country(country: str | None) -> None:
    """Raise InputError for what is not a country codecarbon knows; codecarbon only logs it."""
    if country is None or not importlib.util.find_spec("codecarbon"):
        return
    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)
    from codecarbon.input import DataSource

    source: Any = DataSource
    if country not in source().get_global_energy_mix_data():
        raise InputError(
            f"--country {country!r} is not a three-letter code such as USA, DEU or GBR that "
            "codecarbon has figures for; correct it or leave it out"
        )


def _make_tracker(country: str | None) -> Any:
    from codecarbon import OfflineEmissionsTracker

    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)  # its own option comes too late
    return OfflineEmissionsTracker(
        country_iso_code=country,
        project_name="icd9-review",
        output_methods=[],
        output_handlers=[],
        allow_multiple_runs=True,  # or it would leave a lock file and take over the signals
        electricitymaps_api_token="",  # None would let it look for one in the environment
        log_level="critical",
        **dict.fromkeys(_UNSET),
    )
