"""compose.yaml: what it starts, what of it is reached from outside, and that its parts agree; and
that both proxies let the same through."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import yaml

from icd9_review.settings import ROOT, Settings
from icd9_review.ui.serving.addresses import read_addresses
from icd9_review.ui.serving.networks import read_networks

REPLICAS = ("app", "app-2")
NOT_HANDED_ON = {
    "what needs a volume or a card of the machine beside it": (
        "ICD9_REVIEW_DATA ICD9_REVIEW_MODEL ICD9_REVIEW_REFERENCE_DATA ICD9_REVIEW_DEVICE"
    ),
    "for work on the program, where nobody signs in": "ICD9_REVIEW_CHOOSE_USER",
}
_VARIABLE = re.compile(r"\$\{(\w+)(:[-?])?([^}]*)\}")


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def filled_in(value: str) -> str:
    """What stands there where no variable is set."""
    return _VARIABLE.sub(lambda found: found[3] if found[2] == ":-" else "", value)


def environment(compose: Any, service: str) -> dict[str, str]:
    found = compose["services"][service]["environment"]
    return {name: filled_in(value) for name, value in found.items()}


def test_only_the_proxy_is_reached_and_by_this_machine_alone(compose: Any) -> None:
    ports = {name: each.get("ports", []) for name, each in compose["services"].items()}
    assert ports.pop("proxy") == ["${ICD9_REVIEW_LISTEN:-127.0.0.1}:443:443"]
    assert set(map(len, ports.values())) == {0}


def test_it_does_not_start_without_sign_in_and_a_password(compose: Any) -> None:
    needed = {
        variable
        for service in compose["services"].values()
        for value in service.get("environment", {}).values()
        for variable, how, _ in _VARIABLE.findall(value)
        if how == ":?"
    }
    assert needed == {"POSTGRES_PASSWORD", "ICD9_REVIEW_SIGN_IN"}


def test_app_and_proxy_agree_on_the_address(compose: Any) -> None:
    app, proxy = compose["services"]["app"], compose["services"]["proxy"]
    hosts, address = app["environment"]["ICD9_REVIEW_HOSTS"], proxy["environment"]["ADDRESS"]
    assert hosts == address == "${ICD9_REVIEW_ADDRESS:-https://localhost}"
    origin = read_addresses([filled_in(hosts)]).origin("localhost", "http")
    assert origin == "https://localhost"


def test_the_app_believes_the_proxy_and_nobody_else(compose: Any) -> None:
    at = compose["services"]["proxy"]["networks"]["default"]["ipv4_address"]
    believed = environment(compose, "app")["ICD9_REVIEW_PROXIES"]
    assert read_networks([believed], "ICD9_REVIEW_PROXIES") == (ip_network(at),)
    (network,) = compose["networks"]["default"]["ipam"]["config"]
    assert ip_address(at) in ip_network(network["subnet"])


def test_every_setting_that_it_hands_on_is_one(compose: Any) -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    handed_on = set(compose["services"]["app"]["environment"])
    assert handed_on - known == {"PGPASSWORD"}
    left_out = {name for names in NOT_HANDED_ON.values() for name in names.split()}
    assert known - handed_on == left_out  # a line of .env that nothing hears would go unnoticed


def test_the_proxy_is_told_whatever_its_file_asks_for(compose: Any) -> None:
    asked = set(re.findall(r"\{\$(\w+)", (ROOT / "Caddyfile").read_text("utf-8")))
    assert asked == set(environment(compose, "proxy"))
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in compose["services"]["proxy"]["volumes"]


def test_what_has_to_last_is_on_a_volume(compose: Any) -> None:
    kept = {
        name: [each.partition(":")[::2] for each in service["volumes"]]
        for name, service in compose["services"].items()
    }
    for name in (*REPLICAS, "worker"):
        assert ("data", "/data") in kept[name]
    assert ("database", "/var/lib/postgresql/data") in kept["database"]
    assert set(compose["volumes"]) == {"data", "database", "caddy"}


def test_the_proxy_asks_each_replica_and_all_of_them_are_the_same(compose: Any) -> None:
    asked = environment(compose, "proxy")["APPS"].split()
    assert asked == [f"{name}:8501" for name in REPLICAS]
    first, *others = (compose["services"][name] for name in REPLICAS)
    assert all(each == first for each in others)


def test_a_worker_goes_by_the_settings_of_the_replicas(compose: Any) -> None:
    worker, app = compose["services"]["worker"], compose["services"]["app"]
    assert worker["environment"] == app["environment"]
    assert worker["command"] == ["python", "-m", "icd9_review", "worker"]
    assert worker["deploy"]["replicas"] == 2


def test_nginx_lets_through_what_caddy_does() -> None:
    caddy = (ROOT / "Caddyfile").read_text("utf-8")
    nginx = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for each in ("max_size 30MB", "/metrics 404", "icd9_review_replica"):
        assert each in caddy
    for each in ("client_max_body_size 30m", "location = /metrics", "icd9_review_replica"):
        assert each in nginx


def test_nginx_writes_no_note_to_a_disk() -> None:
    """Left alone it keeps what is uploaded, and a long answer, in temporary files."""
    nginx = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    assert "proxy_request_buffering off;" in nginx
    assert "proxy_max_temp_file_size 0;" in nginx
