"""Messages to webhooks, sent to a real receiver on loopback."""

from __future__ import annotations

import hmac
import json
import socket
import ssl
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from icd9_review.errors import InputError
from icd9_review.jobs import webhooks as sending
from icd9_review.jobs.webhooks import WebhookSender, post, send_test
from icd9_review.store.callers.deliveries import deliveries, own_deliveries
from icd9_review.store.callers.webhooks import add_webhook, webhooks
from icd9_review.store.database.engine import Database
from icd9_review.store.users import system_user
from icd9_review.values import DeliveryState, User
from tests.store.auditing.signing import add_signed
from tests.store.callers.callers import add_service

AT_ONCE = (timedelta(0),) * 3


class Receiver:
    """Another program that takes messages; it gives the answers that it is told to give."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[tuple[dict[str, str], bytes, str]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                owner.got.append((headers, body, self.path))
                self.send_response(owner.answers.pop(0) if owner.answers else 204)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/signed?from=review"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def holds(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver verifies a message, written from the specification."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b64decode(secret.removeprefix("whsec_"))
    expected = b64encode(hmac.new(key, signed, sha256).digest()).decode()
    recent = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return recent and f"v1,{expected}" in headers["webhook-signature"].split(" ")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


def subscribe(database: Database, url: str) -> tuple[User, str]:
    account = add_service(database)
    return account, add_webhook(database, account, url, by=system_user(database))[0]


def test_a_receiver_that_fails_twice_gets_the_same_message_thrice(
    database: Database, receiver: Receiver
) -> None:
    account, secret = subscribe(database, receiver.url)
    signed = add_signed(database)
    receiver.answers = [500, 503]
    assert WebhookSender(database, waits=AT_ONCE).send_due() == 3
    assert len({headers["webhook-id"] for headers, _, _ in receiver.got}) == 1
    assert len({body for _, body, _ in receiver.got}) == 1
    assert all(holds(secret, headers, body) for headers, body, _ in receiver.got)
    headers, body, path = receiver.got[-1]
    assert path == "/signed?from=review"
    assert headers["content-type"] == "application/json"
    assert json.loads(body)["data"]["encounter"] == signed.id
    assert not holds(secret, headers, body + b" ")
    assert not holds(secret, {**headers, "webhook-timestamp": "1"}, body)
    (known,) = own_deliveries(database, account)
    assert (known.state, known.attempts, known.outcome) == (DeliveryState.SENT, 3, "status 204")
    assert WebhookSender(database).send_due() == 0


def test_who_goes_on_failing_is_given_up_and_who_says_so_is_gone_at_once(
    database: Database, receiver: Receiver
) -> None:
    subscribe(database, receiver.url)
    add_signed(database)
    receiver.answers = [500] * 10
    assert WebhookSender(database, waits=AT_ONCE).send_due() == 4
    add_signed(database)
    receiver.answers = [410]
    assert WebhookSender(database, waits=AT_ONCE).send_due() == 1
    dead = deliveries(database, by=system_user(database), state=DeliveryState.DEAD)
    assert [each.outcome for each in dead] == ["status 410", "status 500"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(sqlite: Database, receiver: Receiver, status: int) -> None:
    subscribe(sqlite, receiver.url)
    add_signed(sqlite)
    receiver.answers = [status]
    WebhookSender(sqlite).send_due()
    assert [path for _, _, path in receiver.got] == ["/signed?from=review"]
    (waiting,) = deliveries(sqlite, by=system_user(sqlite), state=DeliveryState.QUEUED)
    assert waiting.outcome == f"status {status}"


def test_one_that_is_away_holds_up_no_other(sqlite: Database, receiver: Receiver) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = closed.getsockname()[1]
    subscribe(sqlite, f"http://127.0.0.1:{away}/")
    subscribe(sqlite, receiver.url)
    add_signed(sqlite)
    assert WebhookSender(sqlite).send_due() == 2
    assert len(receiver.got) == 1
    (waiting,) = deliveries(sqlite, by=system_user(sqlite), state=DeliveryState.QUEUED)
    assert waiting.outcome == "ConnectionRefusedError"


def test_one_that_takes_long_holds_up_others_by_one_message(
    sqlite: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_MOMENT", -1.0)  # everybody takes long
    subscribe(sqlite, f"{receiver.url}&first")
    subscribe(sqlite, f"{receiver.url}&second")
    add_signed(sqlite)
    add_signed(sqlite)
    sender = WebhookSender(sqlite)
    assert [sender.send_due() for _ in range(3)] == [2, 2, 0]
    asked = [path.rpartition("&")[2] for _, _, path in receiver.got]
    assert {*asked[:2]} == {*asked[2:]} == {"first", "second"}


def test_a_test_is_sent_at_once_signed_and_tells_nothing(
    sqlite: Database, receiver: Receiver
) -> None:
    _, secret = subscribe(sqlite, receiver.url)
    by = system_user(sqlite)
    (known,) = webhooks(sqlite, by=by)
    receiver.answers = [204, 500]
    tried = [send_test(sqlite, known.id, by=by) for _ in range(2)]
    assert [(each.sent, each.outcome) for each in tried] == [
        (True, "status 204"),
        (False, "status 500"),
    ]
    headers, body, _ = receiver.got[0]
    assert holds(secret, headers, body)
    said = json.loads(body)
    assert (said["type"], said["data"]) == ("webhook.test", {})
    assert deliveries(sqlite, by=by) == ()
    receiver.close()
    assert send_test(sqlite, known.id, by=by).outcome == "ConnectionRefusedError"


def test_a_name_that_stands_for_a_forbidden_address_is_not_called(
    sqlite: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it stood for when it was added: it is looked up for each message."""
    for stands_for in ("127.0.0.1", "169.254.169.254", "::1", "fe80::1%eth0"):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (stands_for, 443))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        with pytest.raises(InputError):
            post("https://hooks.example.org/", b"{}", {}, ssl.create_default_context())
    assert receiver.got == []


def test_who_answers_byte_by_byte_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_WHOLE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            found, _ = server.accept()
            with found:
                while not stop.wait(0.05):
                    try:
                        found.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        begun = time.monotonic()
        with pytest.raises((OSError, Exception)):
            post(url, b"{}", {}, ssl.create_default_context())
        assert time.monotonic() - begun < 5
        stop.set()
        thread.join()


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    sqlite: Database, certificate: Callable[[], ssl.SSLContext]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            found, _ = server.accept()
            with found:
                try:
                    certificate().wrap_socket(found, server_side=True).close()
                except OSError:
                    return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        subscribe(sqlite, f"https://127.0.0.1:{port}/")
        add_signed(sqlite)
        WebhookSender(sqlite).send_due()
        thread.join()
    (waiting,) = deliveries(sqlite, by=system_user(sqlite))
    assert waiting.outcome == "SSLCertVerificationError"


@pytest.fixture
def certificate(tmp_path: Any) -> Callable[[], ssl.SSLContext]:
    """A server's side of TLS, with a certificate that it made itself."""
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))

    def context() -> ssl.SSLContext:
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        found.load_cert_chain(path)
        return found

    return context
