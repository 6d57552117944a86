"""What compose.yaml starts, started by hand: two replicas, two workers, a proxy and PostgreSQL.

Each process has a data folder of its own, so that nothing goes from one to another but through
the database.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from icd9_review.settings import ROOT
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from tests.browser.conftest import Server
from tests.databases import Server as PostgreSQL
from tests.ports import free_port
from tests.replicas.proxies import running_proxy

WORKERS = 2


@dataclass
class Replica(Server):
    """One of several: whoever is signed in, the database they share knows."""

    def start_session(self) -> None:
        """Nobody is anybody by a cookie of the tests."""


@dataclass(frozen=True, slots=True)
class Department:
    """Where people open the app, what runs behind it, and what all of it shares."""

    url: str
    replicas: tuple[Replica, ...]
    database: Database
    environment: dict[str, str]

    def command(self, *arguments: str, said: str = "") -> None:
        """Run a command beside the replicas."""
        subprocess.run(
            [sys.executable, "-m", "icd9_review", *arguments],
            cwd=ROOT,
            env=self.replicas[0].environment_of_process(),
            input=said,
            text=True,
            check=True,
            capture_output=True,
        )


@contextmanager
def running_department(
    folder: Path, postgresql: PostgreSQL, model: Path, proxy: str
) -> Iterator[Department]:
    """All of it while it runs, on a new database."""
    name = f"replicas_{secrets.token_hex(4)}"
    postgresql.execute(f"CREATE DATABASE {name}")
    url = f"https://localhost:{free_port()}"
    environment = {
        "DATABASE_URL": postgresql.address(name),
        "ICD9_REVIEW_SIGN_IN": "accounts",
        "ICD9_REVIEW_HOSTS": url,
        "ICD9_REVIEW_PROXIES": "127.0.0.1",
        "ICD9_REVIEW_MODEL": str(model),
        "ICD9_REVIEW_DEMONSTRATION": "false",
        "OMP_NUM_THREADS": "1",
    }
    with ExitStack() as stack:
        database = open_database(environment["DATABASE_URL"])
        stack.callback(database.close)
        upgrade(database)
        replicas = tuple(_replica(folder / f"replica-{n}", environment) for n in (1, 2))
        for replica in replicas:
            stack.callback(replica.kill)
            replica.start()
        for number in range(WORKERS):
            stack.enter_context(running_worker(folder / f"worker-{number}", environment))
        listening = [f"127.0.0.1:{replica.port}" for replica in replicas]
        stack.enter_context(running_proxy(proxy, folder, url, listening))
        yield Department(url, replicas, database, environment)


def _replica(data: Path, environment: dict[str, str]) -> Replica:
    data.mkdir()
    return Replica(data=data, port=free_port(), environment=environment)


@contextmanager
def running_worker(data: Path, environment: dict[str, str]) -> Iterator[None]:
    own = Replica(data=data, port=0, environment=environment)
    data.mkdir()
    with own.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "icd9_review", "worker", "--threads", "1"],
            cwd=ROOT,
            env=own.environment_of_process(),
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.kill()
        process.wait()
