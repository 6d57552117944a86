"""The pictures of the quality guide, anew: ``python -m tests.bench.quality_pictures [NAME …]``.

A database that is made up here, with people, charts and codes that chance gives them by one seed,
and the pages of quality over it in Chromium. Look at every picture before it is committed.
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import FloatRect, Page, expect, sync_playwright

from icd9_review.settings import ROOT
from icd9_review.store import ledger
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.steps import answer_audit, close_audit, return_to_coder
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.intake import encounters
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger import chain
from icd9_review.store.people.accounts import add_account
from icd9_review.store.recoding.gold_encounters import keep_gold
from icd9_review.store.recoding.gold_trials import give_gold, gold_trials
from icd9_review.store.recoding.seconds import ask_second, second_codings
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import ensure_development_users, system_user
from icd9_review.values import (
    Action,
    Arm,
    AuditedCode,
    CareSetting,
    Encounter,
    Kind,
    NewEncounter,
    NewNote,
    RejectReason,
    Role,
    Sex,
    User,
    WordCount,
)
from tests.bench.pictures import DOCS, take
from tests.browser.conftest import FLAGS, Server, chromium_path
from tests.browser.workbench import SLOW, choose, wait_until_at_rest
from tests.encounters import NOTE, add_encounter, coders, make_model, make_scores
from tests.outcomes import act, show
from tests.ports import free_port
from tests.store.auditing.auditing import new_key, revise
from tests.store.auditing.signing import auditor

_CODES = ("428.0", "427.31", "401.9", "250.00", "585.9", "486", "584.9", "496")
_MODEL = make_model(codes=_CODES)
_NAMES = ("Ana Ruiz", "Ben Ode", "Cem Kaya")
_BEFORE, _CHARTS, _SECONDS, _AUDITS, _GOLD = 160, 160, 24, 48, 4
_TICK = 4  # seconds that a decision takes
_SUGGESTED = 0.5
_BENCH = "audit-workbench"
"""A page that fills the window, whatever that is."""


@dataclass(frozen=True)
class _Chart:
    """An encounter, what is right for it, and what the model gives each code."""

    encounter: Encounter
    right: frozenset[str]
    given: dict[str, float]


def main() -> None:
    """Make the database, and take every picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder)
        sheet = _fill(open_database(f"sqlite:///{data / 'icd9_review.sqlite3'}"))
        settings = {
            "ICD9_REVIEW_CHOOSE_USER": "true",
            "ICD9_REVIEW_DEMONSTRATION": "false",
            "ICD9_REVIEW_MODEL": str(data / "none"),
        }
        server = Server(data=data, port=free_port(), environment=settings)
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1340, "height": 1700}).new_page()
        try:
            page.goto(server.url)
            choose(page, "Development auditor")
            _take_all(page, server.url, sheet, sys.argv[1:])
        finally:
            browser.close()
            server.kill()


def _take_all(page: Page, url: str, sheet: str, asked: Collection[str]) -> None:
    month = f"{datetime.now(UTC):%Y-%m}"
    for name, address, words, height in (
        ("outcomes", "outcomes", "A click on a heading sorts", 620),
        ("reliability", "outcomes?part=probabilities", "Reliability", 900),
        ("drift", f"outcomes?part=drift&from={month}&to={month}", "Encounters:", 1000),
        ("groups", "outcomes?part=groups", "Groups", 820),
        ("arms", "outcomes?part=arms", "What suggestions do", 1340),
        ("agreement", "agreement", "Members", 980),
        ("gold", "gold", "What was signed", 900),
        ("second-review", "second-review", "Draw a sample", 720),
        ("audit", f"second-review?audit={sheet}", "Differences", 1420),
        (_BENCH, f"workbench?audit={sheet}", "Signed", 860),
    ):
        if asked and name not in asked:
            continue
        page.goto(f"{url}/{address}")
        expect(page.get_by_text(words).first).to_be_attached(timeout=SLOW)
        if name == "second-review":
            page.get_by_role("tab", name="Figures").click()
        expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=SLOW)
        wait_until_at_rest(page)
        page.set_viewport_size({"width": 1340, "height": max(height, 1700 * (name != _BENCH))})
        main = page.locator("[data-testid=stMainBlockContainer]").bounding_box()
        assert main is not None
        clip = FloatRect(x=main["x"], y=0, width=main["width"], height=height)
        take(page, DOCS / "pictures" / f"quality-{name}.png", clip)


def _fill(database: Database) -> str:
    """Everything that is seen; the audit whose sheet is."""
    chance = random.Random(7)  # noqa: S311 - invented charts
    today = datetime.now(UTC)
    with _clock(today - timedelta(days=today.day + 3)):
        upgrade(database)
        ensure_development_users(database)
        register_model(database, _MODEL)
        system = system_user(database)
        people = [add_account(database, name, Role.CODER, by=system) for name in _NAMES]
        charts = _work(database, people, chance, _BEFORE)
    with _clock(today - timedelta(hours=12)):
        charts += _work(database, people, chance, _CHARTS)
    _code_again(database, charts, people, chance)
    _keep_gold(database, charts, people, chance)
    for each in charts[-_AUDITS:]:
        _audit(database, each)
    sheet = _begin_sheet(database, people[0])
    database.close()
    return sheet


@contextmanager
def _clock(start: datetime) -> Iterator[None]:
    """Events are of that time, a few seconds apart."""
    ticks = itertools.count(step=_TICK)

    def then() -> datetime:
        return start + timedelta(seconds=next(ticks))

    with patch.object(chain, "now", then), patch.object(ledger, "now", then):
        yield


def _work(
    database: Database, people: Sequence[User], chance: random.Random, count: int
) -> list[_Chart]:
    """So many charts, of each arm some, coded by one after the other."""
    arms = (Arm.FULL, Arm.FULL, Arm.PLAIN, Arm.BLIND)
    with patch.object(encounters, "draw_arm", lambda *_: chance.choice(arms)):
        charts = [_make_chart(database, chance) for _ in range(count)]
    for number, each in enumerate(charts):
        _code(database, each.encounter, each, people[number % len(people)], chance)
    return charts


def _make_chart(database: Database, chance: random.Random) -> _Chart:
    facts = NewEncounter(
        CareSetting.OUTPATIENT,
        age=chance.choice((34, 58, 71, 83)),
        sex=chance.choice((Sex.FEMALE, Sex.MALE)),
        service=chance.choice(("Cardiology", "General medicine", "Nephrology")),
    )
    note = NewNote(" ".join([NOTE] * chance.choice((1, 20, 60))), "Visit")
    by, key = coders(database)[0], new_key()
    found = encounters.create_encounter(
        database, facts, [note], actor=by, key=key, model_version=_MODEL.version
    )
    right = frozenset(chance.sample(_CODES, chance.randint(2, 4)))
    given = {code: chance.gauss(1.6 if code in right else -2.2, 1.3) for code in _CODES}
    # By a seed of its own, so that the charts stay what they were.
    words = WordCount(900, random.Random(key).randint(6, 42))  # noqa: S311
    save_scores(database, found.notes[0].id, make_scores(_MODEL, given), words=words)
    return _Chart(found, right, given)


def _code(
    database: Database, found: Encounter, chart: _Chart, who: User, chance: random.Random
) -> None:
    """As somebody who mostly follows what is suggested, and mostly rightly."""
    blind = found.arm is Arm.BLIND
    suggested = [] if blind else [code for code, logit in chart.given.items() if logit > 0]
    show(database, found, who, *suggested, version=_MODEL.version)
    for code in _CODES:
        wants = code in chart.right if chance.random() < 0.9 else code in suggested
        if code in suggested:
            action = Action.ACCEPT if wants else Action.REJECT
            reason = None if wants else RejectReason.HISTORY
            act(database, found, who, action, code, reason=reason)
        elif wants:
            act(database, found, who, Action.ADD, code)
    act(database, found, who, Action.FINALISE)


def _code_again(
    database: Database, charts: Sequence[_Chart], people: Sequence[User], chance: random.Random
) -> None:
    """By a second coder, as a twin."""
    by = auditor(database)
    for number, chart in enumerate(charts[:_SECONDS]):
        ask_second(database, chart.encounter.id, people[(number + 1) % 3].id, actor=by)
    ids = {each.encounter.id: each for each in charts}
    people_by = {each.id: each for each in people}
    for each in second_codings(database, actor=by):
        twin, chart = encounter(database, each.twin_id), ids[each.encounter_id]
        save_scores(database, twin.notes[0].id, make_scores(_MODEL, chart.given))
        _code(database, twin, chart, people_by[each.coder], chance)


def _keep_gold(
    database: Database, charts: Sequence[_Chart], people: Sequence[User], chance: random.Random
) -> None:
    by, chosen = auditor(database), charts[_SECONDS : _SECONDS + _GOLD]
    golds = []
    for chart in chosen:
        codes = [AuditedCode(code, Kind.DIAGNOSIS) for code in sorted(chart.right)]
        golds.append(keep_gold(database, chart.encounter.id, codes, actor=by, key=new_key()))
    give_gold(database, [e.number for e in golds], [person.id for person in people], actor=by)
    by_gold = {gold.id: chart for gold, chart in zip(golds, chosen, strict=True)}
    people_by = {each.id: each for each in people}
    for trial in gold_trials(database, actor=by):
        twin, chart = encounter(database, trial.encounter_id), by_gold[trial.gold.id]
        save_scores(database, twin.notes[0].id, make_scores(_MODEL, chart.given))
        _code(database, twin, chart, people_by[trial.coder], chance)


def _audit(database: Database, chart: _Chart) -> None:
    """The auditor has the right codes; where they differ the coder agrees."""
    by = auditor(database)
    audit = open_audit(database, chart.encounter.id, actor=by, key=new_key())
    codes = [AuditedCode(code, Kind.DIAGNOSIS) for code in sorted(chart.right)]
    if {each.code for each in audit.coded} != chart.right:
        audit = revise(database, audit, codes, by=by)
        return_to_coder(database, audit.id, actor=by, key=new_key())
        signer = User(audit.signer or 0, "", Role.CODER)
        answer_audit(database, audit.id, agreed=True, actor=signer, key=new_key())
    close_audit(database, audit.id, reopen=False, actor=by, key=new_key())


def _begin_sheet(database: Database, coder: User) -> str:
    """An audit under way of a chart with a note that reads like one."""
    text = (ROOT / "tests" / "browser" / "charts" / "heart-failure.txt").read_text("utf-8")
    text += "\nFOLLOW-UP: Cardiology clinic in two weeks, daily weights, a diet low in salt.\n"
    chart = add_encounter(
        database, text=text, version=_MODEL.version, setting=CareSetting.OUTPATIENT
    )
    given = {"428.0": 2.5, "427.31": 1.4, "401.9": 0.4, "486": 0.2}
    save_scores(database, chart.notes[0].id, make_scores(_MODEL, given, len(text)))
    show(database, chart, coder, *given, version=_MODEL.version)
    for code in ("428.0", "427.31", "486"):
        act(database, chart, coder, Action.ACCEPT, code)
    act(database, chart, coder, Action.FINALISE)
    by = auditor(database)
    audit = open_audit(database, chart.id, actor=by, key=new_key(), blind=True)
    codes = [AuditedCode(code, Kind.DIAGNOSIS) for code in ("428.0", "427.31", "401.9")]
    return revise(database, audit, codes, by=by).id


if __name__ == "__main__":
    main()
