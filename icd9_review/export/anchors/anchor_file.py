"""The form of an anchor: JSON lines that say where every stream stood, and a seal.

The first line says what this is and when; a line for each stream follows with its last event.
The last line is the seal: the SHA-256 of all bytes before it, the public key, and the signature
over the 32 bytes of that sum. ``sed '$d' FILE | sha256sum`` gives the sum without this program.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from icd9_review.errors import AnchorError
from icd9_review.export.anchors.signing_key import is_public_text, is_signed, public_text
from icd9_review.store.ledger import encode, write_time
from icd9_review.values import Head

_FORM = "icd9-review ledger anchor 1"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the streams stood at a time by the clock of the installation; ``sha256`` in bytes."""

    at: datetime
    heads: tuple[Head, ...]
    sha256: bytes


def describe_heads(heads: Sequence[Head], at: datetime) -> bytes:
    """The lines that are summed, signed and time-stamped."""
    first = {"form": _FORM, "at": write_time(at), "streams": len(heads)}
    return b"".join(encode(line) + b"\n" for line in (first, *map(_line, heads)))


def seal_lines(lines: bytes, key: Ed25519PrivateKey) -> bytes:
    """The whole file: the lines and, as the last of them, the seal."""
    total = sha256(lines).digest()
    signature = key.sign(total).hex()
    seal = {"sha256": total.hex(), "key": public_text(key), "signature": signature}
    return lines + encode(seal) + b"\n"


def read_anchor(path: Path, trusted: str) -> Anchor:
    """What a file says that was sealed with the ``trusted`` public key and is unchanged.

    Raises AnchorError otherwise.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AnchorError(f"{path} cannot be read: {error.strerror or error}.") from None
    lines, seal = _split(path, content)
    total = sha256(lines).digest()
    if seal["sha256"] != total.hex():
        raise AnchorError(f"{path} is not as it was written; take a copy that nobody changed.")
    if seal["key"] != trusted:
        raise AnchorError(
            f"{path} was signed with the key {seal['key']} and not with {trusted}; name the "
            "key of the installation that wrote it with --key."
        )
    if not is_signed(total, bytes.fromhex(seal["signature"]), trusted):
        raise AnchorError(f"{path} has a wrong signature; take a copy that nobody changed.")
    return _anchor(path, lines, total)


def _split(path: Path, content: bytes) -> tuple[bytes, dict[str, str]]:
    """What was summed, and the seal."""
    lines, _, last = content.removesuffix(b"\n").rpartition(b"\n")
    try:
        seal = json.loads(last)
        canonical = encode(seal | {"signature": bytes.fromhex(seal["signature"]).hex()})
        whole = last == canonical and "sha256" in seal and is_public_text(seal["key"])
    except (ValueError, LookupError, TypeError):
        whole = False
    if not whole:
        raise _damaged(path)
    return lines + b"\n", seal


def _anchor(path: Path, lines: bytes, total: bytes) -> Anchor:
    try:
        first, *rest = map(json.loads, lines.splitlines())
        heads = tuple(map(_head, rest))
        if first["form"] != _FORM or first["streams"] != len(heads):
            raise _damaged(path)
        return Anchor(datetime.fromisoformat(first["at"]), heads, total)
    except (ValueError, LookupError, TypeError):
        raise _damaged(path) from None


def _line(head: Head) -> dict[str, object]:
    at = write_time(head.at)
    return {"stream": head.stream, "sequence": head.sequence, "hash": head.hash, "at": at}


def _head(line: dict[str, Any]) -> Head:
    at = datetime.fromisoformat(line["at"])
    return Head(str(line["stream"]), int(line["sequence"]), str(line["hash"]), at)


def _damaged(path: Path) -> AnchorError:
    return AnchorError(f"{path} is no anchor of the ledger, or a part of one; name a whole one.")
