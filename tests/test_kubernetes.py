"""deploy/kubernetes: what Kubernetes takes, that its parts agree, and that nothing may do more than
it needs. By the schemas in `kubernetes-validate`, and by kubeconform where it is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from icd9_review.settings import ROOT, Settings
from icd9_review.ui.serving.addresses import read_addresses

FOLDER = ROOT / "deploy" / "kubernetes"
OLDEST, NEWEST = "1.30", "1.37"
"""By whose schemas the manifests are checked: what they use is in all between."""

SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
Manifest = dict[str, Any]


def manifests() -> Iterator[Manifest]:
    for name in yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]:
        yield from yaml.safe_load_all((FOLDER / name).read_text("utf-8"))


MANIFESTS = list(manifests())
WORKLOADS = [each for each in MANIFESTS if each["kind"] in ("Deployment", "StatefulSet")]


def name_of(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def find(kind: str, name: str) -> Manifest:
    (found,) = (each for each in MANIFESTS if name_of(each) == f"{kind} {name}")
    return found


def pod(workload: Manifest) -> Manifest:
    found: Manifest = workload["spec"]["template"]["spec"]
    return found


def container(workload: Manifest) -> Manifest:
    (found,) = pod(workload)["containers"]
    return dict(found)


def test_every_file_is_applied() -> None:
    applied = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]
    there = {path.name for path in FOLDER.glob("*.yaml")}
    assert there == {*applied, "kustomization.yaml"}


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("manifest", MANIFESTS, ids=name_of)
def test_kubernetes_takes_each(manifest: Manifest, version: str) -> None:
    kubernetes_validate.validate(manifest, version, strict=True)


def test_what_kubernetes_does_not_take_is_noticed() -> None:
    wrong = {**find("Service", "app"), "spec": {"ports": [{"port": "http"}], "selektor": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, NEWEST, strict=True)


def test_kubeconform_takes_all(tmp_path: Path) -> None:
    program = shutil.which("kubeconform")
    if program is None:
        pytest.skip("kubeconform is not installed (github.com/yannh/kubeconform)")
    copy_schemas(SCHEMAS / f"v{NEWEST}.0-local-strict", tmp_path)
    location = f"{tmp_path}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"
    asked = ("-strict", "-summary", "-skip=Kustomization", "-schema-location", location)
    done = subprocess.run(
        [program, *asked, *map(str, FOLDER.glob("*.yaml"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Valid: {len(MANIFESTS)}, Invalid: 0, Errors: 0" in done.stdout


def copy_schemas(source: Path, folder: Path) -> None:
    """Without their names, which are addresses that kubeconform would ask."""
    needed = {re.sub(r"\.k8s\.io", "", each["apiVersion"]) for each in MANIFESTS}
    suffixes = tuple(f"-{each.replace('/', '-')}.json" for each in needed)
    for path in source.iterdir():
        if path.name == "_definitions.json" or path.name.endswith(suffixes):
            text = path.read_text("utf-8").replace('"/api/_definitions.json', '"_definitions.json')
            schema = json.loads(text)
            schema.pop("$id", None)
            (folder / path.name).write_text(json.dumps(schema), "utf-8")


@pytest.mark.parametrize("workload", WORKLOADS, ids=name_of)
def test_nothing_runs_as_root_or_writes_into_its_image(workload: Manifest) -> None:
    assert pod(workload)["securityContext"]["runAsNonRoot"] is True
    assert pod(workload)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod(workload)["automountServiceAccountToken"] is False
    allowed = container(workload)["securityContext"]
    assert allowed["allowPrivilegeEscalation"] is False
    assert allowed["readOnlyRootFilesystem"] is True
    assert allowed["capabilities"]["drop"] == ["ALL"]


@pytest.mark.parametrize("workload", WORKLOADS, ids=name_of)
def test_each_says_what_it_needs_and_two_of_it_run(workload: Manifest) -> None:
    resources = container(workload)["resources"]
    assert {"cpu", "memory"} == set(resources["requests"])
    assert "memory" in resources["limits"]
    assert workload["spec"]["replicas"] == 2
    labels = workload["spec"]["template"]["metadata"]["labels"]
    assert workload["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_the_app_is_asked_whether_it_answers_and_whether_it_can_work() -> None:
    app = container(find("StatefulSet", "app"))
    asked = {name: app[name]["httpGet"]["path"] for name in app if name.endswith("Probe")}
    assert asked == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }


def test_app_and_worker_have_the_same_settings_and_the_database_is_a_secret() -> None:
    app, worker = container(find("StatefulSet", "app")), container(find("Deployment", "worker"))
    assert app["envFrom"] == worker["envFrom"]
    assert {"secretRef": {"name": "icd9-review-secret"}} in app["envFrom"]
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    told = find("ConfigMap", "icd9-review-settings")["data"]
    assert set(told) <= known - {"DATABASE_URL", "ICD9_REVIEW_COOKIE_SECRET"}
    ip_network(told["ICD9_REVIEW_PROXIES"])


def test_the_proxy_goes_by_the_file_of_compose_and_asks_each_replica() -> None:
    caddyfile = find("ConfigMap", "icd9-review-caddyfile")["data"]["Caddyfile"]
    assert caddyfile == (ROOT / "Caddyfile").read_text("utf-8")
    told, app = find("ConfigMap", "icd9-review-proxy")["data"], find("StatefulSet", "app")
    names = [f"app-{number}" for number in range(app["spec"]["replicas"])]
    assert told["APPS"].split() == [f"{name}.{app['spec']['serviceName']}:8501" for name in names]


def test_people_open_the_address_that_the_app_answers_to() -> None:
    hosts = find("ConfigMap", "icd9-review-settings")["data"]["ICD9_REVIEW_HOSTS"]
    address = find("ConfigMap", "icd9-review-proxy")["data"]["ADDRESS"]
    listens = container(find("Deployment", "proxy"))["ports"][0]["containerPort"]
    assert address == f"{hosts}:{listens}"
    host = hosts.removeprefix("https://")
    assert read_addresses([hosts]).origin(host, "http") == hosts


def test_the_proxy_alone_reaches_the_app() -> None:
    (rule,) = find("NetworkPolicy", "app")["spec"]["ingress"]
    (source,) = rule["from"]
    proxy = find("Deployment", "proxy")["spec"]["selector"]["matchLabels"]
    assert source["podSelector"]["matchLabels"] == proxy
    assert "ingress" not in find("NetworkPolicy", "worker")["spec"]
