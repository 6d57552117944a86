"""The commands of retention: first what would go, then with a reason; and legal holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.periods import RetentionPeriod
from icd9_review.values import Encounter, EventKind, PurgeReason
from tests.cli.running import Run
from tests.encounters import NOTE, add_encounter
from tests.store.retention.conftest import signed

__all__ = ["signed"]


@pytest.fixture
def database(commanded: Database) -> Database:
    """The database that the command goes to."""
    return commanded


def test_without_a_reason_it_says_what_would_go_and_changes_nothing(
    database: Database, signed: Encounter, run: Run
) -> None:
    code, out, err = run("purge", "--encounter", signed.label)
    assert (code, err) == (0, "")
    assert f"{signed.label}\tFinalised\t1 notes, 2 words of people" in out
    assert "Would purge 1 encounter: 1 texts of notes, 2 of people." in out
    assert out.endswith("Nothing was changed; say --reason to purge it.\n")
    assert encounter(database, signed.id).notes[0].text == NOTE


def test_with_a_reason_it_goes_in_the_name_of_the_program(
    database: Database, signed: Encounter, run: Run
) -> None:
    why = ("--reason", "other", "--words", "The hospital closed.")
    code, out, err = run("purge", "--encounter", signed.label, *why)
    assert (code, out, err) == (0, "Purged the text of 1 encounter.\n", "")
    gone = encounter(database, signed.id).purged
    assert gone is not None
    assert (gone.actor, gone.reason) == ("System", PurgeReason.OTHER)
    assert verify(database) == []
    code, out, _ = run("purge", "--encounter", signed.label, *why)
    assert (code, "was purged on" in out, "0 encounters" in out) == (1, True, True)


def test_by_age_it_names_the_day_and_what_a_legal_hold_keeps(
    database: Database, signed: Encounter, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it will be in eight years: the text of today is older than seven then."""
    held = add_encounter(database)
    sign_words = ("--words", "Court of Kent, 24-17")
    assert run("legal-hold", "place", held.label, *sign_words) == (0, "", "")
    code, out, _ = run("purge", "--older-than", "7y")
    assert (code, "What was signed before 2" in out, "Would purge 0" in out) == (0, True, True)

    tomorrow = datetime.now(UTC).date().replace(year=datetime.now(UTC).year + 1)
    monkeypatch.setattr(RetentionPeriod, "before", lambda *_: tomorrow)
    by_intake = ("purge", "--older-than", "7y", "--counted-from", "intake")
    code, out, _ = run(*by_intake)
    assert "What was taken in before" in out
    assert f"{held.label}\tkept. On legal hold since" in out
    assert "Court of Kent, 24-17" in out
    assert "Would purge 1 encounter" in out
    code, out, _ = run(*by_intake, "--reason", "retention_period")
    assert (code, "Purged the text of 1 encounter." in out) == (0, True)
    assert encounter(database, held.id).notes[0].text == NOTE


def test_holds_are_placed_listed_and_lifted(
    database: Database, signed: Encounter, run: Run
) -> None:
    why = ("--words", "Court of Kent, 24-17")
    run("legal-hold", "place", signed.label, *why)
    code, out, _ = run("legal-hold", "list")
    assert (code, out.startswith(f"{signed.label}\tOn legal hold since")) == (0, True)
    code, _, err = run("legal-hold", "place", signed.label, *why)
    assert (code, err) == (1, f"error: {signed.label} is on legal hold already.\n")
    code, _, err = run("purge", "--encounter", signed.label, "--reason", "request")
    assert code == 1
    assert run("legal-hold", "lift", signed.label, "--words", "settled") == (0, "", "")
    assert run("legal-hold", "list") == (0, "", "")
    kinds = [event.kind for event in ledger.events(database, signed.id)]
    assert kinds[-2:] == [EventKind.LEGAL_HOLD_PLACED, EventKind.LEGAL_HOLD_LIFTED]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("purge",), "Say either --encounter or --older-than."),
        (
            ("purge", "--older-than", "7y", "--encounter", "E-00001"),
            "Say either --encounter or --older-than.",
        ),
        (("purge", "--older-than", "soon"), "'soon' is not a retention period; write 7y, 18m"),
        (("purge", "--encounter", "E-9"), "'E-9' names no encounter that is stored here."),
        (("purge", "--encounter", "E-1", "--reason", "other"), "Say in words what the reason"),
        (("legal-hold", "place", "--words", "x"), "Name the encounters, or say --number."),
        (("legal-hold", "place", "--number", "17", "--words", "x"), "No encounter came in under"),
        (("legal-hold", "place", "E-1", "--words", " "), "The reason is empty; say in words why."),
    ],
)
def test_a_mistake_is_one_sentence_that_names_it(
    database: Database, signed: Encounter, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert err.startswith(f"error: {said}")
    assert len(err.splitlines()) == 1
    assert encounter(database, signed.id).notes[0].text == NOTE


def test_the_archive_is_filled_and_emptied(database: Database, signed: Encounter, run: Run) -> None:
    code, out, _ = run("archive", "--older-than", "1d")
    assert (code, out) == (
        0,
        "Archived 0 encounters; 0 came back. The archive has 0 encounters.\n",
    )
    assert run("archive", "--empty")[0] == 0
    told = [e for e in ledger.events(database, ledger.SYSTEM) if "archived" in e.kind]
    assert [each.payload["before"] is None for each in told] == [False, True]
    for wrong in ((), ("--older-than", "1d", "--empty")):
        code, _, err = run("archive", *wrong)
        assert code == 2
        assert "--older-than 18m, or --empty" in err
