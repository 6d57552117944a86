"""``python -m icd9_review ledger …``: look after the ledger of events."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, complain, open_store
from icd9_review.errors import ReviewError
from icd9_review.values import EventKind, LedgerQuery, ReviewOutcome

if TYPE_CHECKING:
    from icd9_review.export.anchors.anchor_file import Anchor
    from icd9_review.export.anchors.time_stamp import TimeStamp
    from icd9_review.store.database.engine import Database
    from icd9_review.values import Finding, LedgerReview

app = typer.Typer(name="ledger", no_args_is_help=True, help="Look after the ledger of events.")

_OWN_KEY = "ledger.key"
"""The file in the data folder with the key of this installation."""

Anchors = Annotated[
    list[Path] | None,
    typer.Option("--anchors", metavar="FILE", help="Anchors that were kept elsewhere."),
]
More = Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="More anchors.")]
PublicKey = Annotated[
    str,
    typer.Option(
        "--key",
        metavar="ed25519:…",
        help="The public key of the anchors, as it was printed; without it, that of this "
        "installation.",
    ),
]
Authority = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Certificates (PEM) that time-stamps of the anchors must answer to."
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="FILE", help="The key to sign with; made where the file does not exist."
    ),
]
Stamped = Annotated[
    str,
    typer.Option(
        "--timestamp", metavar="URL", help="Have an RFC 3161 authority stamp the time, too."
    ),
]

ReviewedBy = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who reviewed it: an auditor's name.")
]
WhatFound = Annotated[
    ReviewOutcome,
    typer.Option("--found", help="Whether there is something to follow up."),
]
InWords = Annotated[
    str,
    typer.Option("--words", metavar="TEXT", help="What was found; kept apart, to be deleted."),
]
UpTo = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
        help="Up to when, in the time zone of this machine; without it, up to now.",
    ),
]


@app.command("verify")
def verify_ledger(
    anchors: Anchors = None, more: More = None, key: PublicKey = "", authority: Authority = None
) -> None:
    """Check every stream of the ledger; the exit code is 1 where one does not verify."""
    from icd9_review.store.ledger.heads import changed_since
    from icd9_review.store.ledger.verification import verify as find_breaks

    known = _read_anchors([*(anchors or ()), *(more or ())], key, authority)
    database, begun = open_store(), time.monotonic()
    findings = find_breaks(database)
    for _, anchor, _ in known:
        findings += changed_since(database, anchor.heads, anchor.at)
    for finding in findings:
        typer.echo(f"{_printable(finding.stream)} {finding.sequence or ''}: {finding.problem}")
    for path, anchor, stamp in known:
        typer.echo(_account(path, anchor, stamp, findings))
    _tell_verified(database, len(findings), time.monotonic() - begun)
    if findings:
        raise typer.Exit(EXIT_PROBLEMS)
    typer.echo("every stream verifies")


def _tell_verified(database: Database, findings: int, seconds: float) -> None:
    """Have the ledger hear of it; what was found is told also where that cannot be stored."""
    from icd9_review.store.oversight.entries import record_verification
    from icd9_review.store.users import system_user

    try:
        record_verification(database, findings, seconds, actor=system_user(database))
    except ReviewError as error:
        complain(f"the ledger was not told of this: {error}")


@app.command("heads")
def print_heads() -> None:
    """Print the last event of every stream: stream, number, hash, time."""
    from icd9_review.store.ledger import write_time
    from icd9_review.store.ledger.heads import read_heads

    database = open_store()
    _tell_read(database)
    for head in read_heads(database):
        typer.echo(f"{_printable(head.stream)} {head.sequence} {head.hash} {write_time(head.at)}")


def _tell_read(database: Database, *kinds: EventKind) -> None:
    """Have the ledger hear of a look into it, before anything of it is printed."""
    from icd9_review.store.oversight.entries import record_ledger_read
    from icd9_review.store.users import system_user

    by, key = system_user(database), f"command-{uuid.uuid4().hex}"
    record_ledger_read(database, LedgerQuery(kinds=kinds), actor=by, key=key)


@app.command("anchor")
def write_anchor(
    file: Annotated[Path, typer.Argument(help="A file that does not exist yet.")],
    timestamp: Stamped = "",
    key: KeyFile = None,
) -> None:
    """Write the heads of all streams to a signed file, to be kept elsewhere."""
    from icd9_review.export.anchors.anchor_file import describe_heads, seal_lines
    from icd9_review.export.anchors.signing_key import make_key, public_text
    from icd9_review.export.anchors.time_stamp import ask_authority, stamp_path
    from icd9_review.export.files import new_file
    from icd9_review.store.ledger import now
    from icd9_review.store.ledger.heads import read_heads
    from icd9_review.store.oversight.entries import record_anchor

    database = open_store()
    heads = read_heads(database)
    signing = make_key(key or _own_key())
    lines = describe_heads(heads, now())
    stamp = ask_authority(timestamp, lines) if timestamp else None
    with ExitStack() as files:
        files.enter_context(new_file(file)).write(seal_lines(lines, signing))
        if stamp is not None:
            files.enter_context(new_file(stamp_path(file))).write(stamp)
    record_anchor(database, len(heads), sha256(lines).hexdigest(), stamped=stamp is not None)
    typer.echo(f"{file}: {len(heads)} streams, signed with {public_text(signing)}")


@app.command("review")
def record_review(
    by: ReviewedBy, found: WhatFound, words: InWords = "", until: UpTo = None
) -> None:
    """Record that somebody has reviewed the ledger up to a moment, and what they found."""
    from icd9_review.store.ledger import now
    from icd9_review.store.oversight.reviews import record_ledger_review
    from icd9_review.store.people.accounts import account
    from icd9_review.store.users import system_user

    database = open_store()
    actor = system_user(database)
    reviewer = account(database, by, by=actor).person
    up_to = until.astimezone() if until else now()
    review = record_ledger_review(database, up_to, found, words, actor=actor, by=reviewer)
    typer.echo(_told(review))


@app.command("reviews")
def print_reviews() -> None:
    """Print the last reviews of the ledger, the newest first, and how much came since."""
    from icd9_review.store.oversight.entries import COUNTED
    from icd9_review.store.oversight.reviews import events_since, ledger_reviews
    from icd9_review.store.users import system_user

    database = open_store()
    by = system_user(database)
    reviews = ledger_reviews(database, actor=by)
    since = events_since(database, next(iter(reviews), None), COUNTED + 1, actor=by)
    _tell_read(database, EventKind.LEDGER_REVIEWED)
    many = f"more than {COUNTED:,}" if since > COUNTED else f"{since:,}"
    typer.echo(f"events since the last review: {many}" if reviews else f"no review; events: {many}")
    for review in reviews:
        typer.echo(_told(review))
        if review.words:
            typer.echo(f"    {_printable(' '.join(review.words.split()))}")


def _told(review: LedgerReview) -> str:
    """A review on one line."""
    from icd9_review.review.telling.event_facts import OUTCOME_WORDS

    return (
        f"up to {_moment(review.up_to)} by {_printable(review.actor)}: "
        f"{OUTCOME_WORDS[review.outcome]} in {review.events:,} events"
    )


def _printable(stream: object) -> str:
    """The name of a stream on one line; one that was changed may hold anything."""
    return "".join(each if each.isprintable() else "\ufffd" for each in str(stream))


def _own_key() -> Path:
    from icd9_review.settings import Settings

    return Settings().data / _OWN_KEY


_Known = list[tuple[Path, "Anchor", "TimeStamp | None"]]


def _read_anchors(files: Sequence[Path], key: str, authority: Path | None) -> _Known:
    """Every anchor with its time-stamp, where it has one. Raises InputError, AnchorError."""
    if not files:
        return []
    from icd9_review.export.anchors.anchor_file import read_anchor
    from icd9_review.export.anchors.signing_key import check_public_text, load_key, public_text
    from icd9_review.export.anchors.time_stamp import (
        read_certificates,
        read_time_stamp,
        stamp_path,
    )

    trusted = check_public_text(key) if key else public_text(load_key(_own_key()))
    authorities = read_certificates(authority) if authority else []
    known: _Known = []
    for file in files:
        anchor, beside = read_anchor(file, trusted), stamp_path(file)
        has = beside.exists() or authority is not None
        stamp = read_time_stamp(beside, anchor.sha256, authorities) if has else None
        known.append((file, anchor, stamp))
    return known


def _account(
    path: Path, anchor: Anchor, stamp: TimeStamp | None, findings: Sequence[Finding]
) -> str:
    """What an anchor proves of the streams that it names."""
    broken = {finding.stream for finding in findings}
    count, whole = len(anchor.heads), sum(head.stream not in broken for head in anchor.heads)
    told = (
        f"of its {count} streams {whole} hold what they held"
        if whole < count
        else f"in its {count} streams nothing was rewritten, shortened or removed since"
    )
    return f"{path}: written on {_moment(anchor.at)} {_clock(stamp)}; {told}"


def _clock(stamp: TimeStamp | None) -> str:
    """Whose clock says when an anchor was written."""
    own = "by this installation's clock"
    if stamp is None:
        return own
    if stamp.authority is None:
        return f"{own} (its time-stamp was not checked: --authority names who answers for it)"
    return f"{own}, time-stamped on {_moment(stamp.at)} by {stamp.authority}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
