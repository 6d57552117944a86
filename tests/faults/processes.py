"""What is killed: a process that stores what browsers send, and a worker.

Both run the program's own code in processes of their own, forked from one that has imported it,
so that a round costs no start of an interpreter.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from icd9_review.errors import ReviewError
from icd9_review.jobs.worker import Worker
from icd9_review.store import leases
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.scoring import heartbeats
from icd9_review.values import Decision, User
from tests.explaining import Explains
from tests.jobs.test_worker import Scorer

LEASE = timedelta(seconds=1)

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])


class Killed:
    """A process that ends at once when it is told to, whatever it is doing."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        process.start()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


class Server(Killed):
    """Stores what comes over a connection for each browser, as ``decide`` does."""

    def __init__(self, address: str, browsers: int) -> None:
        pipes = [_forks.Pipe() for _ in range(browsers)]
        theirs = [there for _, there in pipes]
        super().__init__(_forks.Process(target=_serve, args=(address, theirs), daemon=True))
        self.browsers = [Browser(here) for here, _ in pipes]
        for there in theirs:
            there.close()  # or its end would never be noticed here

    def kill(self) -> None:
        super().kill()
        for browser in self.browsers:
            browser.close()


class Browser:
    """The other end of a connection: a ``Store`` for a person."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def store(self, encounter: str, decision: Decision, user: User) -> int:
        with self._lock:
            self._connection.send((encounter, decision, user))
            answer = self._connection.recv()
        if isinstance(answer, Exception):
            raise answer
        return int(answer)

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def worker(address: str) -> Killed:
    """Scores and explains until it is killed; others take its work once LEASE is over."""
    return Killed(_forks.Process(target=_work, args=(address,), daemon=True))


def _serve(address: str, connections: Sequence[Connection]) -> None:
    database = open_database(address)
    threads = [threading.Thread(target=_answer, args=(database, each)) for each in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _answer(database: Database, connection: Connection) -> None:
    while True:
        try:
            encounter, decision, user = connection.recv()
        except EOFError:
            return
        answer: int | ReviewError
        try:
            answer = decide(database, encounter, decision, user).sequence
        except ReviewError as error:
            answer = error
        connection.send(answer)


def _work(address: str) -> None:
    leases.LEASE = heartbeats.ALIVE = LEASE
    Worker(open_database(address), Scorer(), Explains(), standby=False).start()
    threading.Event().wait()
