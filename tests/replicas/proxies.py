"""The proxies in front of replicas, by the files that are given out, started by hand."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from icd9_review.settings import ROOT

PROXIES = ("caddy", "nginx")
_WRITTEN = ("10.0.0.11:8501", "10.0.0.12:8501")
_NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@contextmanager
def running_proxy(name: str, folder: Path, url: str, replicas: Sequence[str]) -> Iterator[None]:
    """A proxy that answers at an https address and asks the replicas, each "127.0.0.1:PORT"."""
    program = shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
    if program is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install {name})")
    command, own = _COMMANDS[name](program, folder, url, replicas)
    with (folder / f"{name}.out").open("wb") as log:
        process = subprocess.Popen(
            command, env={"PATH": os.environ["PATH"], **own}, stdout=log, stderr=log
        )
    try:
        _wait_for(url)
        yield
    finally:
        process.terminate()
        process.wait()


def _caddy(
    program: str, folder: Path, url: str, replicas: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    own = dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME"), str(folder))
    told = {"ADDRESS": url, "APPS": " ".join(replicas), "CERTIFICATE": "internal"}
    command = [program, "run", "--adapter", "caddyfile", "--config", str(ROOT / "Caddyfile")]
    return command, {**own, **told}


def _nginx(
    program: str, folder: Path, url: str, replicas: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    site = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for written, here in zip(_WRITTEN, replicas, strict=True):
        site = site.replace(written, here).replace(written.replace(".", r"\."), here)
    host, _, port = url.removeprefix("https://").partition(":")
    site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    site = site.replace("coding.example.org", host).replace("/etc/coding-tls", str(folder))
    (folder / "site.conf").write_text(site, "utf-8")
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder), "utf-8")
    _make_certificate(folder, host)
    return [program, "-e", str(folder / "first.log"), "-c", str(folder / "nginx.conf")], {}


_COMMANDS = {"caddy": _caddy, "nginx": _nginx}


def _make_certificate(folder: Path, host: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    form, open_key = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, form, open_key))


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/healthz", verify=False, trust_env=False)  # noqa: S501
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the proxy did not start")
