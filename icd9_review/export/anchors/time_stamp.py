"""Time-stamps of a time-stamp authority (RFC 3161): an anchor was there at that time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx2
from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from icd9_review.errors import AnchorError, InputError

_WAIT = 30  # seconds for the authority's answer; by judgement
_FORM = "application/timestamp-query"  # RFC 3161, 3.4


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """When an authority saw a sum; ``authority`` is the one that proved it, None for unproved."""

    at: datetime
    authority: str | None


def stamp_path(anchor: Path) -> Path:
    """Where the time-stamp of an anchor lies: beside it."""
    return anchor.with_name(f"{anchor.name}.tsr")


def ask_authority(url: str, lines: bytes) -> bytes:
    """The authority's answer to the SHA-256 of these lines, as it is kept.

    Raises InputError where it does not answer, or not to what was asked.
    """
    request = TimestampRequestBuilder().data(lines).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        answer = httpx2.post(
            url, content=request.as_bytes(), headers={"Content-Type": _FORM}, timeout=_WAIT
        )
        answer.raise_for_status()
        response = decode_timestamp_response(answer.content)
        granted = response.status == PKIStatus.GRANTED
        mine = granted and _is_for(response, request.message_imprint.message)
        if not mine or response.tst_info.nonce != request.nonce:
            raise ValueError("it refused, or stamped something else")
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise InputError(
            f"The time-stamp authority {url} gave no time-stamp ({_reason(error)}). Nothing was "
            "written; try again, name another one, or leave --timestamp out."
        ) from None
    return answer.content


def read_time_stamp(path: Path, total: bytes, authorities: Sequence[Certificate]) -> TimeStamp:
    """The time-stamp of a SHA-256 in a file, proved where ``authorities`` are given.

    Raises AnchorError for one that is damaged, is of something else, or is not theirs.
    """
    try:
        response = decode_timestamp_response(path.read_bytes())
        if not _is_for(response, total):
            raise AnchorError(f"{path} is the time-stamp of something else; take the right one.")
        authority = _prove(response, total, authorities) if authorities else None
        return TimeStamp(response.tst_info.gen_time, authority)
    except OSError as error:
        raise AnchorError(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:
        raise AnchorError(f"{path} is damaged; take a copy that is whole.") from None
    except VerificationError as error:
        raise AnchorError(
            f"{path} is not a time-stamp of the authority named ({error}); name the certificate "
            "of the one that gave it."
        ) from None


def read_certificates(path: Path) -> list[Certificate]:
    """The certificates in a PEM file. Raises InputError where there are none."""
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:
        raise InputError(
            f"{path} holds no certificate; name the PEM file that the authority gives out."
        ) from None


def _is_for(response: TimeStampResponse, total: bytes) -> bool:
    return response.tst_info.message_imprint.message == total


def _prove(response: TimeStampResponse, total: bytes, authorities: Sequence[Certificate]) -> str:
    """Who signed the time-stamp. Raises VerificationError where none of these answers for it."""
    VerifierBuilder(roots=list(authorities)).build().verify(response, total)
    (signer,) = response.signed_data.signer_infos
    names = {
        (each.issuer, each.serial_number): each.subject
        for each in map(load_der_x509_certificate, response.signed_data.certificates)
    }
    return names.get((signer.issuer, signer.serial_number), signer.issuer).rfc4514_string()


def _reason(error: Exception) -> str:
    if isinstance(error, httpx2.HTTPStatusError):
        return f"it answered {error.response.status_code}"
    if isinstance(error, httpx2.HTTPError):
        return type(error).__name__
    return str(error).partition(":")[0]
