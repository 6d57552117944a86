"""Logs: events of a fixed vocabulary to standard error, lines for people or JSON.

An event is a name out of EVENTS with fields out of FIELDS, and nothing else is written; tests
hold every call in the package to them. Identifiers, codes, counts and names of error classes
only: never the text of a note, and never an exception's own message, which may quote one. What
other libraries log of an exception is treated alike.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.contextvars import merge_contextvars

from icd9_review.errors import SettingsError

EVENTS = {
    "database_held": "another process migrates the database or else holds it, and the start waits",
    "explanation_failed": "an attribution could not be computed for a reason nobody foresaw",
    "export_unusable": "PyTorch predicts, because the model's export cannot be made or used",
    "exported": "the model was exported for ONNX Runtime and compared with PyTorch",
    "job_not_given_back": "a job could not be given back to the queue; its lease runs out",
    "heartbeat_missed": "the database did not take a worker's heartbeat, which may lapse",
    "lease_not_renewed": "the database did not take the renewal of a job's lease",
    "choice_unreadable": "the database could not be asked which model is in use",
    "model_missing": "the folder of a model cannot be used: the app starts without, or without a "
    "former one",
    "model_not_taken_up": "the model that was chosen cannot be loaded; the one before goes on",
    "model_taken_up": "another model came into use while the program runs",
    "preview_failed": "a quick preview could not be computed; the explanation is waited for",
    "shadow_missing": "the folder of the model in the shadow cannot be used; it reads nothing",
    "scoring_failed": "a note could not be scored; its job goes back to the queue",
    "page_failed": "a page stopped with an error nobody foresaw",
    "request_failed": "an HTTP request ended with an error nobody foresaw",
    "request_late": "a request was given up because its body came too slowly",
    "sign_in_refused": "an OpenID provider did not take a sign-in",
    "sign_in_service_failed": "an OpenID provider is away, or did not answer as it should",
    "thread_failed": "a thread ended with an error nobody foresaw",
    "upload_aborted": "a browser went away while it sent a file, of which nothing is kept",
    "webhook_failed": "a message to a webhook was not taken; it is tried again, or dead",
    "queue_unreadable": "the worker could not ask the database for a job",
}
FIELDS = {
    "code": "an ICD-9-CM code",
    "difference": "the largest difference of a probability between two backends",
    "encounter": "the identifier of an encounter",
    "error": "the class of an error, the message of a ReviewError, or a sentence of the program's",
    "folder": "the name of a model folder",
    "job": "the number of a job",
    "model": "the SHA-256 of a model version",
    "note": "the identifier of a note",
    "outside": "what a proxy calls a request, where it is plain hexadecimal",
    "request": "the id of a request or of a run of a page, which people read where it failed",
    "where": "file and line where an error came up",
}
_log = structlog.get_logger(__name__)
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_OWN_FIELDS = ("event", "level", "timestamp", "exc_info")
_LONGEST = 300  # characters of a value; by judgement: a message of ours fits, a note does not


def configure_logs(level: str = "INFO") -> None:
    """Send events to standard error: readable on a terminal, one JSON object a line elsewhere.

    Raises SettingsError for a level that is none.
    """
    if level.upper() not in LEVELS:
        raise SettingsError(
            f"ICD9_REVIEW_LOG_LEVEL is {level[:20]!r}, it must be one of {', '.join(LEVELS)}"
        )
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            merge_contextvars,
            _allow,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_errors,
            _shorten,
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )
    logging.setLogRecordFactory(_PlainRecord)


def keep_threads_plain() -> None:
    """Have an error that ends a thread of this process logged like any other, without its words."""
    threading.excepthook = _tell_of_thread


def passed_lines(error: BaseException) -> str:
    """The lines of code that an error passed, the last first; none of its words."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-6:]))


class _PlainRecord(logging.LogRecord):
    """What another library logs: of an exception its class and the lines that it passed."""

    def __init__(
        self,
        name: str,
        level: int,
        pathname: str,
        lineno: int,
        msg: object,
        args: Any,
        exc_info: Any,
        *more: Any,
        **named: Any,
    ) -> None:
        if exc_info and exc_info[1]:
            error = exc_info[1]
            msg, args = "%s at %s", (type(error).__name__, passed_lines(error))
        elif isinstance(args, tuple):
            args = tuple(map(_without_words, args))
        super().__init__(name, level, pathname, lineno, msg, args, None, *more, **named)


def _without_words(value: object) -> object:
    """What a library puts into its line: of an error its class, a text on one line."""
    if isinstance(value, BaseException):
        return type(value).__name__
    return _on_one_line(value) if isinstance(value, str) else value


def _on_one_line(text: str) -> str:
    """A text that can begin no line of its own, and that no terminal takes for an order."""
    line = " ".join(text.split())
    return "".join(each if each.isprintable() else "\ufffd" for each in line)


def _tell_of_thread(ended: threading.ExceptHookArgs) -> None:
    error = ended.exc_value
    if error is not None and not isinstance(error, SystemExit):
        _log.error("thread_failed", error=type(error).__name__, where=passed_lines(error))


def _to_standard_error(*_: object) -> structlog.PrintLogger:
    """To where standard error is now: what it was may have been closed since."""
    return structlog.PrintLogger(sys.stderr)


def _allow(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop what is no field, and an event that is none."""
    if event.get("event") not in EVENTS:
        raise structlog.DropEvent
    for name in [name for name in event if name not in FIELDS and name not in _OWN_FIELDS]:
        del event[name]
    return event


def _name_errors(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The class of an exception in place of its traceback and message."""
    given = event.pop("exc_info", None)
    found = sys.exc_info()[1] if given is True else given
    if isinstance(found, BaseException):
        event["error"] = type(found).__name__
    return event


def _shorten(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Every value on one line and bounded, whatever somebody put into it."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _on_one_line(value)[:_LONGEST]
    return event
