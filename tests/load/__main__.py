"""How many coders one process of the app carries: ``python -m tests.load``.

``python -m tests.load coders``   stages of coders who open, decide and sign, with time to think
``python -m tests.load memory``   1,000 times opened and closed, and what an idle tab takes
``python -m tests.load bytes``    what opening and deciding send, for a note of 200,000 characters

Each starts the app, a worker and PostgreSQL of its own on this machine, with the embedded model
and written charts; the driver shares the cores, and says how much of them it took. Exits with 1
where the ledger and what the coders know differ.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("ICD9_REVIEW_COOKIE_SECRET", secrets.token_urlsafe(32))

from icd9_review import load_predictor
from icd9_review.settings import ROOT
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from tests.browser.day_charts import DAY, NAMES
from tests.databases import running_server
from tests.load.accounting import account
from tests.load.bench import SLOWEST_DECISION, bytes_of_a_rerun, cycle, idle, load
from tests.load.coder import Person
from tests.load.department import people_at, read_texts
from tests.ports import free_port
from tests.replicas.department import Replica, running_worker

_LONGEST = 200_000  # characters of a note, which is the most that intake takes
_IDLE = 50  # tabs


@dataclass(frozen=True, slots=True)
class Running:
    """The app while it runs, with people whose charts are read and explained."""

    url: str
    pid: int
    database: Database
    people: list[Person]

    @property
    def encounters(self) -> list[str]:
        return [each for person in self.people for each in person.encounters]


@contextmanager
def running_app(
    texts: Sequence[str], people: int, each: int, model: Path, *, explained: bool = True
) -> Iterator[Running]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        server = stack.enter_context(running_server())
        server.execute("CREATE DATABASE review")
        environment = {
            "DATABASE_URL": server.address("review"),
            "ICD9_REVIEW_SIGN_IN": "accounts",
            "ICD9_REVIEW_DEMONSTRATION": "false",
            "ICD9_REVIEW_MODEL": str(model),
        }
        database = open_database(environment["DATABASE_URL"])
        stack.callback(database.close)
        upgrade(database)
        known = read_texts(database, load_predictor(model), texts, explained=explained)
        busy = people_at(database, people, known, each)
        app = Replica(folder, free_port(), environment)
        stack.callback(app.kill)
        app.start()
        stack.enter_context(running_worker(folder / "worker", environment))
        assert app.process is not None
        print(f"{people} coders with {each} charts each", flush=True)
        yield Running(app.url, app.process.pid, database, busy)


def measure_coders(asked: argparse.Namespace) -> bool:
    stages = [int(each) for each in asked.stages.split(",")]
    charts = [(DAY / f"{name}.txt").read_text("utf-8") for name in NAMES[: asked.charts]]
    with running_app(charts, max(stages), asked.each, asked.model) as app:
        found, logs = asyncio.run(
            load(app.url, app.people, stages, asked.seconds, asked.think, app.pid, asked.profile)
        )
        carried = [each.coders for each in found if each.decided.p95 <= SLOWEST_DECISION]
        print(f"decisions within {SLOWEST_DECISION:.0f} s at p95 up to {max(carried, default=0)}")
        counted = account(app.database, logs, app.encounters)
        print(counted)
    return counted.is_right


def measure_memory(asked: argparse.Namespace) -> bool:
    charts = [(DAY / f"{name}.txt").read_text("utf-8") for name in NAMES[: asked.charts]]
    with running_app(charts, _IDLE, 1, asked.model) as app:
        each = asyncio.run(idle(app.url, app.people, app.pid))
        print(f"an idle workbench takes {each:.1f} MB ({_IDLE})", flush=True)
        middle, last = asyncio.run(cycle(app.url, app.people[0], asked.cycles, app.pid))
        print(f"{asked.cycles} times opened and closed: {middle:.0f} MB after a fifth of them, ")
        print(f"{last:.0f} MB at the end ({last / middle - 1:+.1%})")
    return True


def measure_bytes(asked: argparse.Namespace) -> bool:
    chart = (DAY / f"{NAMES[0]}.txt").read_text("utf-8")
    long = (chart * (_LONGEST // len(chart) + 1))[:_LONGEST]
    for text in (chart, long):
        with running_app([text], 1, 1, asked.model, explained=text is chart) as app:
            opened, decided = asyncio.run(bytes_of_a_rerun(app.url, app.people[0]))
            print(f"a note of {len(text):,} characters: opening sends {opened:,} bytes, ", end="")
            print(f"a decision and its answer {decided:,}", flush=True)
    return True


def main() -> None:
    commands = {"coders": measure_coders, "memory": measure_memory, "bytes": measure_bytes}
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("what", choices=commands)
    parser.add_argument("--stages", default="10,20,30,40,50", help="coders at once, in stages")
    parser.add_argument("--seconds", type=float, default=45, help="how long a stage lasts")
    parser.add_argument("--think", type=float, default=5, help="seconds between acts, on average")
    parser.add_argument("--each", type=int, default=4, help="charts of each coder")
    parser.add_argument("--charts", type=int, default=3, help="different charts, up to six")
    parser.add_argument("--cycles", type=int, default=1000, help="how often opened and closed")
    parser.add_argument("--profile", type=Path, help="where py-spy is to write the last stage")
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "default")
    asked = parser.parse_args()
    sys.exit(not commands[asked.what](asked))


if __name__ == "__main__":
    main()
