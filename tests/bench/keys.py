"""How many keys real notes take on the workbench: ``python -m tests.bench.keys``.

Seven inpatient and three outpatient notes of the labelled ones of the reference data
(``ICD9_REVIEW_REFERENCE_DATA``), the first with six core labels or more, are each coded to a
signature in Chromium by the driver of the written charts. Right are the core labels; of codes that
a label calls equally right the first that is suggested, or the first. Days, lines and the admitting
diagnosis are in no label, so nobody enters them. Of a note nothing is printed but its id.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Error, sync_playwright

from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.users import ensure_development_users, users
from icd9_review.values import CareSetting, Kind, NewEncounter, NewNote, Sex
from tests.bench.three_notes import SETTINGS
from tests.browser.conftest import FLAGS, Server, chromium_path
from tests.browser.day_charts import DayChart, RightCode
from tests.browser.keyboard_coder import KeyboardCoder
from tests.browser.workbench import open_encounter
from tests.ports import free_port

_LABELLED = Path("notes") / "mtsamples_dev_labelled.jsonl"
_FEWEST = 6  # core labels; by judgement: fewer say little about a chart
_NEXT = {"id": "next", "setting": "inpatient", "text": "Nothing to tell."}
"""What opens when the last note is signed."""
_WANTED = {CareSetting.INPATIENT: 7, CareSetting.OUTPATIENT: 3}


@dataclass(frozen=True, slots=True)
class CodedNote:
    """What a note took. ``principal`` is empty where nobody asks for one."""

    keys: Counter[str]
    codes: int
    typed: int
    principal: str
    signed: bool


def main() -> None:
    """Code the notes and print a row for each, then the mean."""
    notes = list(_notes())
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        encounters = _take_in(Path(folder), notes)
        server = Server(Path(folder), free_port(), environment=SETTINGS)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            server.start()
            coded = [_code(browser, server, note, encounters[note["id"]]) for note in notes]
        finally:
            browser.close()
            server.kill()
    keys = [each.keys.total() for each in coded]
    print(f"keys on average {sum(keys) / len(keys):.1f}; by task {_mean_tasks(coded)}")


def _notes() -> Iterator[dict[str, Any]]:
    reference = os.environ.get("ICD9_REVIEW_REFERENCE_DATA")
    if not reference:
        sys.exit("name the folder with the reference data: ICD9_REVIEW_REFERENCE_DATA=…")
    rows = list(map(json.loads, (Path(reference) / _LABELLED).open(encoding="utf-8")))
    long = [row for row in rows if len(_core(row)) >= _FEWEST]
    return chain.from_iterable(
        islice((row for row in long if row["setting"] == setting.value), wanted)
        for setting, wanted in _WANTED.items()
    )


def _core(note: dict[str, Any]) -> list[dict[str, Any]]:
    return [label for label in note["labels"] if label["status"] == "core"]


def _take_in(data: Path, notes: list[dict[str, Any]]) -> dict[str, str]:
    """The notes as encounters whose setting alone is known, by their ids."""
    database = open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}")
    upgrade(database)
    ensure_development_users(database)
    actor = users(database)[0]
    taken = {
        note["id"]: create_encounter(
            database,
            NewEncounter(CareSetting(note["setting"])),
            [NewNote(note["text"], "Note")],
            actor=actor,
            key=note["id"],
            model_version=None,
        ).id
        for note in (*notes, _NEXT)
    }
    database.close()
    return taken


def _code(browser: Browser, server: Server, note: dict[str, Any], encounter: str) -> CodedNote:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    open_encounter(page, server.url, encounter)
    rows = page.locator(".workbench .left .row .code").all_inner_texts()
    chart = _chart(note, [row.split()[0] for row in rows])
    coder = KeyboardCoder(page, chart)
    coder.code()
    principal = coder.principal()
    signed = _sign(coder)
    page.context.close()
    found = CodedNote(coder.keys, len(chart.codes), len(coder.beyond), principal, signed)
    right = {True: "right", False: "not the label's"}[principal == chart.principal]
    asked = right if chart.inpatient and chart.principal else "not asked"
    print(
        f"{note['id']:9} {chart.setting.value:10} {found.codes:2} codes, {found.keys.total():3} "
        f"keys, {found.typed} typed in full, principal {asked}, "
        f"{'signed' if signed else 'not signed'}; {dict(found.keys)}",
        flush=True,
    )
    return found


def _chart(note: dict[str, Any], suggested: list[str]) -> DayChart:
    """The note with its core labels as the truth."""
    picked = [(label, _pick(label["any_of"], suggested)) for label in _core(note)]
    setting = CareSetting(note["setting"])
    poa = "Y" if setting is CareSetting.INPATIENT else ""
    codes = dict.fromkeys(code for _, code in picked)
    return DayChart(
        name=note["id"],
        text=note["text"],
        setting=setting,
        age=None,
        sex=Sex.UNKNOWN,
        admitted=None,
        discharged=None,
        disposition=None,
        principal=next((code for label, code in picked if label["first"]), ""),
        admitting="",
        codes=tuple(RightCode(Kind.DIAGNOSIS, code, "", poa=poa) for code in codes),
        lines={},
    )


def _pick(equal: list[str], suggested: list[str]) -> str:
    return next((code for code in suggested if code in equal), equal[0])


def _sign(coder: KeyboardCoder) -> bool:
    """Whether the chart could be signed; edits may forbid what a label calls right."""
    try:
        coder.sign()
    except (Error, AssertionError):
        return False
    return True


def _mean_tasks(coded: list[CodedNote]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for each in coded:
        total += each.keys
    return {task: round(count / len(coded), 1) for task, count in total.most_common()}


if __name__ == "__main__":
    main()
