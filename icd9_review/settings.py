"""What can be set from outside: environment variables, nothing else.

One table, so that the documentation and the program cannot drift apart. Nothing
is read at import time: ``Settings()`` reads the environment when it is called.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from icd9_review.errors import SettingsError
from icd9_review.values import ArmShares, Proof

ROOT = Path(__file__).resolve().parent.parent
_LONGEST = 100  # characters of a setting in the ledger, whose texts have 200 at most


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
    device: str = Field(
        default="cpu",
        pattern=r"^(cpu|cuda(:\d{1,2})?)$",
        validation_alias="ICD9_REVIEW_DEVICE",
        description="Where the model reads and explains: cpu, or a GPU (cuda, cuda:1).",
    )
    explain_ahead: bool = Field(
        default=True,
        validation_alias="ICD9_REVIEW_EXPLAIN_AHEAD",
        description="Explain every suggestion before somebody looks at it; false: those alone that "
        "somebody looks at.",
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
    sign_in: Literal["single", "accounts", "oidc", "proxy"] = Field(
        default="single",
        validation_alias="ICD9_REVIEW_SIGN_IN",
        description="single: nobody signs in, on this machine only; accounts: names and "
        "passwords; oidc: an OpenID provider; proxy: a header of a proxy.",
    )
    second_factor: str = Field(
        default="",
        validation_alias="ICD9_REVIEW_SECOND_FACTOR",
        description="accounts: the roles that must show a code of an app besides the password, "
        "between commas; all others may.",
    )
    cookie_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="ICD9_REVIEW_COOKIE_SECRET",
        description="Signs what browsers keep, 32 bytes or more, the same for every replica; "
        "empty: made once in the data folder.",
    )
    oidc_issuer: str = Field(
        default="",
        validation_alias="ICD9_REVIEW_OIDC_ISSUER",
        description="Address of the OpenID provider, as its discovery document names it.",
    )
    oidc_client: str = Field(
        default="",
        validation_alias="ICD9_REVIEW_OIDC_CLIENT",
        description="What the provider calls this app (client id).",
    )
    oidc_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="ICD9_REVIEW_OIDC_SECRET",
        description="The client secret that the provider gave out.",
    )
    oidc_identity: str = Field(
        default="sub",
        validation_alias="ICD9_REVIEW_OIDC_IDENTITY",
        description="The claim that says who somebody is; it must never pass to somebody else.",
    )
    oidc_roles: str = Field(
        default="",
        validation_alias="ICD9_REVIEW_OIDC_ROLES",
        description="The claim that says what somebody may do, dots between levels; empty: the "
        "people added here say it.",
    )
    roles: str = Field(
        default="",
        validation_alias="ICD9_REVIEW_ROLES",
        description="Which value of that claim is which role: icd9-coders=coder, between commas.",
    )
    proxy_header: str = Field(
        default="",
        validation_alias="ICD9_REVIEW_PROXY_HEADER",
        description="The header in which the proxy says who somebody is.",
    )
    proxies: str = Field(
        default="",
        validation_alias="ICD9_REVIEW_PROXIES",
        description="Addresses or networks of the proxies that are believed, between commas.",
    )
    reauthenticate: Literal["finalise"] | None = Field(
        default=None,
        validation_alias="ICD9_REVIEW_REAUTHENTICATE",
        description="finalise: whoever signs a chart shows once more who they are; empty: nobody "
        "is asked.",
    )
    choose_user: bool = Field(
        default=False,
        validation_alias="ICD9_REVIEW_CHOOSE_USER",
        description="Without sign-in: ask people which development user they are.",
    )
    restrict: Literal["none", "team"] = Field(
        default="none",
        validation_alias="ICD9_REVIEW_RESTRICT",
        description="none: whoever reads encounters reads all; team: those of their own teams.",
    )
    blind_share: float = Field(
        default=0.0,
        ge=0.0,
        le=0.5,
        validation_alias="ICD9_REVIEW_BLIND_SHARE",
        description="Share of new encounters, up to 0.5, that are coded without suggestions until "
        "they are signed.",
    )
    plain_share: float = Field(
        default=0.0,
        ge=0.0,
        le=0.5,
        validation_alias="ICD9_REVIEW_PLAIN_SHARE",
        description="Share of new encounters, up to 0.5, whose suggestions come without "
        "explanations until they are signed.",
    )
    arms_seed: str = Field(
        default="1",
        validation_alias="ICD9_REVIEW_ARMS_SEED",
        description="Decides which encounters these are, the same for every replica.",
    )
    promotion_sample: int = Field(
        default=20,
        ge=0,
        le=500,
        validation_alias="ICD9_REVIEW_PROMOTION_SAMPLE",
        description="How many of the first encounters signed under a promoted model are drawn for "
        "audit by themselves; 0: none.",
    )
    api_rate: int = Field(
        default=120,
        ge=1,
        le=100_000,
        validation_alias="ICD9_REVIEW_API_RATE",
        description="Requests a minute that a service account may make over HTTP; a prediction "
        "counts as ten.",
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
            raise SettingsError(_describe(error)) from None

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The entries of ``hosts``, one by one (``ui/serving/addresses`` reads them)."""
        return _entries(self.hosts)

    @property
    def metrics_readers(self) -> tuple[str, ...]:
        """The entries of ``metrics``, one by one (``ui/serving/networks`` reads them)."""
        return _entries(self.metrics)

    @property
    def trusted_proxies(self) -> tuple[str, ...]:
        """The entries of ``proxies``, one by one (``ui/serving/networks`` reads them)."""
        return _entries(self.proxies)

    @property
    def factor_roles(self) -> tuple[str, ...]:
        """The entries of ``second_factor`` (``ui/serving/sign_in/factor/required`` reads them)."""
        return _entries(self.second_factor)

    @property
    def arm_shares(self) -> ArmShares:
        """Which shares of new encounters are coded with less than all suggestions."""
        return ArmShares(self.blind_share, self.plain_share, self.arms_seed)

    @property
    def proof(self) -> Proof:
        """How whoever has a session has shown who they are."""
        return {
            "single": Proof.CHOSEN,
            "accounts": Proof.PASSWORD,
            "oidc": Proof.PROVIDER,
            "proxy": Proof.PROXY,
        }[self.sign_in]

    @property
    def chooses(self) -> bool:
        """Whether people say who they are, and nobody asks for a proof."""
        return self.sign_in == "single" and self.choose_user

    def written_down(self) -> dict[str, str]:
        """Each setting by its variable, as it may stand in the ledger.

        Of a secret only whether it is set; of the address of a database neither name nor
        password; of what lies beside the program no more than where in it; a long value is cut and
        has its SHA-256.
        """
        return {
            str(field.validation_alias): _write_down(name, getattr(self, name))
            for name, field in type(self).model_fields.items()
        }

    @property
    def exports(self) -> Path:
        """The folder of the models' exports, which are made again where they are missing."""
        return self.data / "exports"

    @property
    def database(self) -> str:
        """The address of the database in use, SQLite in ``data`` where none is set."""
        return self.database_url or f"sqlite:///{self.data / 'icd9_review.sqlite3'}"


def _describe(error: ValidationError) -> str:
    """Which variable must be what."""
    first = error.errors(include_url=False, include_input=False)[0]
    expected = first.get("ctx", {}).get("expected", "")
    if first["type"] == "bool_parsing":
        expected = "true or false"
    form = str(expected).replace("'", "") or f"otherwise ({first['msg']})"
    return f"{first['loc'][0]} must be {form}."


def _write_down(name: str, value: object) -> str:
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else ""
    if isinstance(value, Path) and value.is_relative_to(ROOT):
        value = value.relative_to(ROOT)  # where the program lies is nobody's matter
    text = "" if value is None else str(value)
    if name == "database_url":
        text = _without_credentials(text)
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… (SHA-256 {sha256(text.encode()).hexdigest()})"


def _without_credentials(address: str) -> str:
    """Which database: what stands before the host, and behind the path, may hold a password."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        place = f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
    except ValueError:
        return "set"
    return f"{parts.scheme}://{place}{parts.path}"


def _entries(setting: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(entry.strip() for entry in setting.split(",") if entry.strip())
