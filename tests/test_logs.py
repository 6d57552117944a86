from __future__ import annotations

import ast
import json
import logging
import re
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from icd9_review.errors import SettingsError
from icd9_review.logs import EVENTS, FIELDS, configure_logs, keep_threads_plain
from icd9_review.settings import ROOT
from tests.hostile import BY_CLASS


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logging.setLogRecordFactory(logging.LogRecord)


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "icd9_review").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "_log"))):
                    yield path.name, node


def test_every_event_in_the_package_is_of_the_vocabulary() -> None:
    unknown, used = [], set()
    for file, call in calls():
        event = call.args[0]
        name = event.value if isinstance(event, ast.Constant) else None
        used.add(name)
        fields = {keyword.arg for keyword in call.keywords}
        if name not in EVENTS or not fields <= set(FIELDS):
            unknown.append((file, call.lineno, name, fields))
    assert unknown == []
    assert set(EVENTS) <= used


def test_events_are_lines_of_json_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning")
    log = structlog.get_logger()
    log.info("left out")
    log.warning("model_missing", folder="default\nx" + "y" * 1000)
    out, err = capsys.readouterr()
    assert out == ""
    event = json.loads(err)
    assert event["event"] == "model_missing"
    assert event["level"] == "warning"
    assert event["folder"].startswith("default xy")
    assert len(event["folder"]) == 300


def test_the_message_of_an_exception_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        raise ValueError("Patient has heart failure")
    except ValueError:
        structlog.get_logger().exception("page_failed")
    err = capsys.readouterr().err
    assert "heart failure" not in err
    assert json.loads(err)["error"] == "ValueError"


def test_an_event_goes_to_where_standard_error_is_now(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch, StringIO() as closed_later:
        patch.setattr("sys.stderr", closed_later)
        configure_logs()
    structlog.get_logger().warning("queue_unreadable")
    assert "queue_unreadable" in capsys.readouterr().err


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="ICD9_REVIEW_LOG_LEVEL"):
        configure_logs("LOUD")


CANARY = "canary-7f3a in the text of a note"


def test_what_is_no_event_and_no_field_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    log = structlog.get_logger()
    log.warning(CANARY)
    log.warning("model_missing", folder="default", text=CANARY)
    with structlog.contextvars.bound_contextvars(request="ab12", person=CANARY):
        log.warning("queue_unreadable")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["folder"]) == ("model_missing", "default")
    assert (second["event"], second["request"]) == ("queue_unreadable", "ab12")
    assert "canary" not in str((first, second))


def test_what_other_libraries_log_of_an_error_has_none_of_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    configure_logs()
    logger = logging.getLogger("uvicorn.error")
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        with caplog.at_level(logging.ERROR, logger=logger.name):
            logger.error("Exception in ASGI application", exc_info=error)
            logger.error("It failed: %s", error)
            logger.exception("Once more")
    assert caplog.text.count("ValueError") == 3
    assert "test_logs.py" in caplog.text
    assert "canary" not in caplog.text


def test_a_thread_that_ends_by_an_error_is_told_without_its_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    configure_logs()
    keep_threads_plain()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    err = capsys.readouterr().err
    assert json.loads(err)["event"] == "thread_failed"
    assert "canary" not in err


@pytest.mark.parametrize("text", BY_CLASS.values(), ids=BY_CLASS)
@pytest.mark.parametrize("watched", [True, False])
def test_no_text_makes_a_line_of_its_own_or_an_order_for_a_terminal(
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    watched: bool,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: watched)
    configure_logs()
    structlog.get_logger().warning("model_missing", **dict.fromkeys(FIELDS, text))
    logging.getLogger("a.library").error("Rejected: %s", text)
    (own,) = capsys.readouterr().err.splitlines()
    (of_a_library,) = caplog.messages
    assert "model_missing" in own
    assert of_a_library.startswith("Rejected: ")
    colours = re.compile(r"\x1b\[[0-9;]*m")  # structlog's own, on a terminal
    assert colours.sub("", own).isprintable() or not watched
    assert of_a_library.isprintable()
    assert "\x1b]" not in own
