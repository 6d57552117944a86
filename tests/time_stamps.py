"""A time-stamp authority on loopback: openssl stamps what is asked of it over HTTP."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.ports import free_port

NAME = "Hospital time"
_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True, slots=True)
class Authority:
    """Where it is reached, and the file with the certificate that its time-stamps answer to."""

    url: str
    root: Path


@contextmanager
def running_authority(folder: Path) -> Iterator[Authority]:
    """An authority with a root of its own; a skip where there is no openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    _make_certificates(folder)
    (folder / "serial").write_text("01\n", "ascii")
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder), "utf-8")
    server = HTTPServer(("127.0.0.1", free_port()), _handler(folder))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Authority(f"http://127.0.0.1:{server.server_port}/tsr", folder / "root.pem")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = folder / "query.tsq"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            stamp = ["openssl", "ts", "-reply", "-config", str(folder / "tsa.cnf")]
            done = subprocess.run(
                [*stamp, "-queryfile", str(query)], capture_output=True, check=False
            )
            assert self.headers["Content-Type"] == "application/timestamp-query"
            self.send_response(200 if done.returncode == 0 else 500)
            self.end_headers()
            self.wfile.write(done.stdout)

        def log_message(self, format: str, *_: object) -> None:
            pass

    return Handler


def _make_certificates(folder: Path) -> None:
    """A root, and the certificate of the authority that it signed."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _named(f"{NAME} root", f"{NAME} root", root_key).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    leaf = _named(NAME, f"{NAME} root", key).add_extension(usage, critical=True)
    for path, certificate in (("root.pem", root), ("tsa.pem", leaf)):
        signed = certificate.sign(root_key, SHA256())
        (folder / path).write_bytes(signed.public_bytes(Encoding.PEM))
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(key.private_bytes(*form))


def _named(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
