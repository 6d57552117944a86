"""What can be set from outside: environment variables, nothing else.

One table, so that the documentation and the program cannot drift apart. Nothing
is read at import time: ``Settings()`` reads the environment when it is called.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from icd9_review.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
_FORMS = {"bool_parsing": "true or false", "literal_error": "fastest or pytorch"}


class Settings(BaseSettings):
    """Settings of the program, each with the environment variable it comes from.

    Raises SettingsError, without the value: an address may hold a password.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="SQLAlchemy address of the database; empty: SQLite in the data folder.",
    )
    data: Path = Field(
        default=ROOT / "data",
        validation_alias="ICD9_REVIEW_DATA",
        description="Folder of the SQLite database, created with mode 0700.",
    )
    model: Path = Field(
        default=ROOT / "models" / "default",
        validation_alias="ICD9_REVIEW_MODEL",
        description="Folder of the model in use.",
    )
    reference_data: Path | None = Field(
        default=None,
        validation_alias="ICD9_REVIEW_REFERENCE_DATA",
        description="Folder of public reference data, for tests, benches and training only.",
    )
    backend: Literal["fastest", "pytorch"] = Field(
        default="fastest",
        validation_alias="ICD9_REVIEW_BACKEND",
        description="fastest: predict by ONNX Runtime where its export is the same model; pytorch.",
    )
    hosts: str = Field(
        default="localhost,127.0.0.1",
        validation_alias="ICD9_REVIEW_HOSTS",
        description="Host names and addresses under which people reach the app, between commas.",
    )
    metrics: str = Field(
        default="",
        validation_alias="ICD9_REVIEW_METRICS",
        description="Addresses and networks that may read /metrics besides this machine.",
    )
    demonstration: bool = Field(
        default=True,
        validation_alias="ICD9_REVIEW_DEMONSTRATION",
        description="Load the demonstration encounters into an empty database.",
    )
    choose_user: bool = Field(
        default=False,
        validation_alias="ICD9_REVIEW_CHOOSE_USER",
        description="Ask people which development user they are (for trying out roles).",
    )
    log_level: str = Field(
        default="INFO",
        validation_alias="ICD9_REVIEW_LOG_LEVEL",
        description="DEBUG, INFO, WARNING or ERROR.",
    )

    def __init__(self) -> None:
        try:
            super().__init__()
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            form = _FORMS.get(first["type"], f"otherwise ({first['msg']})")
            raise SettingsError(f"{first['loc'][0]} must be {form}.") from None

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The entries of ``hosts``, one by one (``ui/serving/addresses`` reads them)."""
        return _entries(self.hosts)

    @property
    def metrics_readers(self) -> tuple[str, ...]:
        """The entries of ``metrics``, one by one (``ui/serving/watching`` reads them)."""
        return _entries(self.metrics)

    @property
    def exports(self) -> Path:
        """The folder of the models' exports, which are made again where they are missing."""
        return self.data / "exports"

    @property
    def database(self) -> str:
        """The address of the database in use, SQLite in ``data`` where none is set."""
        return self.database_url or f"sqlite:///{self.data / 'icd9_review.sqlite3'}"


def _entries(setting: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(entry.strip() for entry in setting.split(",") if entry.strip())
