"""Messages to webhooks, sent: signed as Standard Webhooks say, to addresses that may be called.

No redirect is followed, no proxy of the environment is asked, and nothing of an answer but its
status is read. A name is looked up once and what was found is called, so that what was looked at is
what is called.
"""

from __future__ import annotations

import hmac
import json
import socket
import ssl
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult

import structlog

from icd9_review.errors import InputError, ReviewError
from icd9_review.store.callers.deliveries import (
    WAITS,
    TakenDelivery,
    finish_delivery,
    new_message,
    take_delivery,
)
from icd9_review.store.callers.webhook_address import may_be_called, read_webhook_address
from icd9_review.store.callers.webhooks import SECRET_BEGINS, signing_address
from icd9_review.store.database.engine import Database
from icd9_review.values import User

LOOKS_FOR_MESSAGES: Final = 1.0
"""Seconds between two looks; by judgement: a small query."""

_PATIENCE = 10.0  # seconds for each step of a try; by judgement: a receiver answers, then works
_WHOLE = 25.0  # seconds for all of a try, whoever answers byte by byte; less than half a LEASE
_MOMENT = 1.0  # seconds; whoever takes longer waits for the others' turn; by judgement
_GONE = 410  # RFC 9110, 15.5.11: an address that will not come back
_PORTS = {"https": 443, "http": 80}
_log = structlog.get_logger(__name__)


def sign_message(secret: str, message: str, at: int, body: bytes) -> str:
    """The signature of a message: HMAC-SHA-256 over its id, the time of the try and its body.

    >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> sign_message(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = b64decode(secret.removeprefix(SECRET_BEGINS))
    signed = b".".join((message.encode(), str(at).encode(), body))
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending a message once: a status, 0 without an answer, and what is said of it,
    which is the class of the error then."""

    status: int
    outcome: str

    @property
    def sent(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300


class WebhookSender:
    """Sends what is due, one message after the other; safe beside others in other processes."""

    def __init__(
        self,
        database: Database,
        *,
        waits: Sequence[timedelta] = WAITS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._database = database
        self._waits = waits
        self._tls = tls or ssl.create_default_context()

    def send_due(self) -> int:
        """How many messages were tried. Logs what fails, and raises nothing.

        A webhook that takes long has one message tried, and its next ones by the next call: so it
        holds up others by one message, however many wait for it.
        """
        count, slow = 0, set[str]()
        try:
            while (taken := take_delivery(self._database, passing_over=slow)) is not None:
                begun = time.monotonic()
                self._send(taken)
                count += 1
                if time.monotonic() - begun > _MOMENT:
                    slow.add(taken.webhook)
        except ReviewError as error:  # its lease runs out
            _log.warning("queue_unreadable", error=str(error))
        return count

    def _send(self, taken: TakenDelivery) -> None:
        done = _try_once(taken.url, taken.secret, taken.message, taken.body, self._tls)
        if not done.sent:
            _log.warning("webhook_failed", job=taken.id, error=done.outcome)
        finish_delivery(
            self._database,
            taken,
            done.outcome,
            sent=done.sent,
            for_good=done.status == _GONE,
            waits=self._waits,
        )


def send_test(
    database: Database, webhook_id: str, *, by: User, tls: ssl.SSLContext | None = None
) -> Attempt:
    """Send a webhook a message that tells nothing (``webhook.test``), now and once, from here.

    Raises PermissionDenied, NotFound.
    """
    to = signing_address(database, webhook_id, by=by)
    said = {"type": "webhook.test", "timestamp": datetime.now(UTC).isoformat(), "data": {}}
    body = json.dumps(said, separators=(",", ":")).encode()
    return _try_once(to.url, to.secret, new_message(), body, tls or ssl.create_default_context())


def _try_once(url: str, secret: str, message: str, body: bytes, tls: ssl.SSLContext) -> Attempt:
    now = int(datetime.now(UTC).timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "icd9-review",
        "webhook-id": message,
        "webhook-timestamp": str(now),
        "webhook-signature": sign_message(secret, message, now, body),
    }
    try:
        status = post(url, body, headers, tls)
    except (OSError, HTTPException, InputError, ValueError) as error:
        return Attempt(0, type(error).__name__)
    return Attempt(status, f"status {status}")


def post(url: str, body: bytes, headers: Mapping[str, str], tls: ssl.SSLContext) -> int:
    """The status that an address answers a POST with.

    Raises InputError for an address that may not be called, OSError and HTTPException where there
    is no answer.
    """
    parts, latest = read_webhook_address(url), time.monotonic() + _WHOLE
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
    connection.sock = found = _connect(parts, tls)
    end = threading.Timer(max(0.0, latest - time.monotonic()), _cut, (found,))
    end.daemon = True
    end.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Host": parts.netloc, **headers})
        return connection.getresponse().status
    finally:
        end.cancel()
        connection.close()
        found.close()


def _connect(parts: SplitResult, tls: ssl.SSLContext) -> socket.socket:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not all(may_be_called(ip_address(each.partition("%")[0]), host) for each in addresses):
        raise InputError("This name stands for an address that is no other program's.")
    plain = socket.create_connection((addresses[0], port), timeout=_PATIENCE)
    if parts.scheme == "http":
        return plain
    try:
        return tls.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _cut(found: socket.socket) -> None:
    """End a connection under somebody who is waiting for it."""
    try:
        found.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
