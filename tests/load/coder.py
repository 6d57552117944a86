"""A simulated coder: opens encounters, reads, decides, signs, and writes down what became of it.

What is sent is what the workbench's own scripts send: an outbox that is sent again until every
decision in it has been acknowledged or refused, at another replica too, and the question whether
the session lasts, every three seconds. Between two acts there is time to think.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from icd9_review.ui.serving.sign_in.cookie import COOKIE
from tests.load.tab import AWAY, Component, Tab

ASKS_EVERY = 3.0
"""Seconds between two looks whether the session lasts: ASK_EVERY of sign_in/browser/session.js."""

_SENT_AGAIN = 2.0  # seconds; pulse.js begins at half a second and takes longer each time
_LOOKS_AROUND = 20.0  # seconds without a word after which a page asks what others did: pulse.js
_SLOWEST = 120.0  # seconds for a page; only a failure takes so long


@dataclass(frozen=True, slots=True)
class Sent:
    """A decision as the driver knows it."""

    key: str
    encounter: str
    action: str
    code: str


@dataclass
class Log:
    """What one coder did. Times are seconds; each has the moment (monotonic) it ended at."""

    opened: list[tuple[float, float]] = field(default_factory=list)
    decided: list[tuple[float, float]] = field(default_factory=list)
    signed: list[tuple[float, float]] = field(default_factory=list)
    acknowledged: list[Sent] = field(default_factory=list)
    refused: list[tuple[Sent, str]] = field(default_factory=list)
    unanswered: list[Sent] = field(default_factory=list)
    reconnected: int = 0
    heard: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who codes: the cookie of their session, and the encounters they work on."""

    cookie: str
    encounters: tuple[str, ...]


class Coder:
    """Works through the encounters of a person at an address, until told to stop."""

    def __init__(self, url: str, person: Person, think: float, seed: int) -> None:
        self.log = Log()
        self.tab = Tab(url, person.cookie)
        self._person = person
        self._think = think
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._stopping = asyncio.Event()
        self._client = uuid.uuid4().hex
        self._url = url
        self._shown: tuple[Component | None, dict[str, Any]] = None, {}

    def stop(self) -> None:
        """Begin nothing more; what is under way is brought to its end."""
        self._stopping.set()

    async def work(self) -> Log:
        """Until there is nothing left, or ``stop`` was called."""
        watching = asyncio.create_task(self._watch_session())
        await self.tab.open_again()
        self.tab.reconnected = 0
        try:
            for encounter in self._person.encounters:
                if not self._stopping.is_set():
                    await self._code(encounter)
        finally:
            watching.cancel()
            await self.tab.close()
        self.log.reconnected, self.log.heard = self.tab.reconnected, self.tab.heard
        return self.log

    async def _code(self, encounter: str) -> None:
        began = time.monotonic()
        await self.open(encounter)
        self.log.opened.append(_since(began))
        await self._pause(2)
        for action, code in _verdicts(self._view(), self._chance):
            if self._stopping.is_set():
                return
            began = time.monotonic()
            if await self.decide(encounter, action, code):
                self.log.decided.append(_since(began))
            await self._pause()
        await self._sign(encounter)

    async def _sign(self, encounter: str) -> None:
        view = self._view()
        if self._stopping.is_set() or any(each["severity"] == "error" for each in view["edits"]):
            return
        began = time.monotonic()
        if await self.decide(encounter, "finalise", {}):
            self.log.signed.append(_since(began))

    async def open(self, encounter: str) -> None:
        """Until the suggestions are there; a page that still waits for the model asks again."""
        await self.tab.visit("workbench", f"encounter={encounter}")
        ready = _shows(lambda view: view["status"]["name"] != "scoring", self._read)
        deadline = time.monotonic() + _SLOWEST
        while not await self.tab.until(ready, _SENT_AGAIN):
            if time.monotonic() > deadline:
                raise TimeoutError("a page did not come")
            if not self.tab.is_open:
                await self.tab.open_again()
                await self.tab.visit("workbench", f"encounter={encounter}")
            else:
                await self._say([])

    async def decide(self, encounter: str, action: str, code: dict[str, Any]) -> bool:
        """Send a decision until it is answered, wherever somebody answers; whether it is stored."""
        view = self._view()
        entry = _entry(view, self._client, action, code)
        sent = Sent(entry["id"], encounter, action, entry["code"])
        self.log.unanswered.append(sent)
        answered = _shows(lambda view: _answer(view, sent.key) is not None, self._read)
        while True:
            if not self.tab.is_open:
                await self.tab.open_again()
                await self.open(encounter)
            await self._say([entry])
            if await self.tab.until(answered, _SENT_AGAIN):
                break
        self.log.unanswered.remove(sent)
        refused = _answer(self._view(), sent.key)
        if refused:
            self.log.refused.append((sent, refused))
            return False
        self.log.acknowledged.append(sent)
        return True

    async def accept_first(self, encounter: str) -> bool:
        """Accept the first suggestion of the encounter that is open; whether that is stored."""
        return await self.decide(encounter, "accept", self._view()["suggestions"][0])

    async def _pause(self, times: float = 1) -> None:
        """Think, about as long as wanted, and look around where it takes long."""
        left = self._chance.gammavariate(2, self._think * times / 2)
        while left > 0 and not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), min(left, _LOOKS_AROUND))
            left -= _LOOKS_AROUND
            if left > 0 and self.tab.is_open:
                await self._say([])

    async def _say(self, outbox: list[dict[str, Any]]) -> None:
        """What the page holds, as its scripts send it: decisions, and names of what is there."""
        if (bench := self.tab.components.get("workbench")) is not None:
            names = list(self._read(bench).get("names", {}).values())
            await self.tab.answer(bench, {"outbox": [*outbox, {"held": names}]})

    async def _watch_session(self) -> None:
        async with httpx.AsyncClient(
            base_url=self._url,
            cookies={COOKIE: self._person.cookie},
            headers={"Origin": self._url},
            verify=False,  # noqa: S501 - the certificate of a proxy on this machine
            trust_env=False,
        ) as client:
            while True:
                with suppress(httpx.TransportError, *AWAY):
                    await client.post("/session")
                await asyncio.sleep(ASKS_EVERY)

    def _view(self) -> dict[str, Any]:
        return self._read(self.tab.components["workbench"])

    def _read(self, bench: Component) -> dict[str, Any]:
        """What a workbench shows; each message is read once."""
        if self._shown[0] is not bench:
            self._shown = bench, json.loads(bench.data)
        return self._shown[1]


def _shows(
    holds: Callable[[dict[str, Any]], bool], read: Callable[[Component], dict[str, Any]]
) -> Callable[[Tab], bool]:
    """Whether a tab has a workbench of which something holds."""

    def shows(tab: Tab) -> bool:
        bench = tab.components.get("workbench")
        return bench is not None and holds(read(bench))

    return shows


def _answer(view: dict[str, Any], key: str) -> str | None:
    """Why a decision was refused, empty where it was stored, None while it is unanswered."""
    if key in view["acknowledged"]:
        return ""
    return next((str(each["message"]) for each in view["refused"] if each["id"] == key), None)


def _verdicts(view: dict[str, Any], chance: random.Random) -> Sequence[tuple[str, dict[str, Any]]]:
    """What to say of each suggestion: two thirds are right, the first one always."""
    suggested = view["suggestions"]
    return [
        ("accept" if not place or chance.random() < 2 / 3 else "reject", each)
        for place, each in enumerate(suggested)
    ]


def _entry(view: dict[str, Any], client: str, action: str, code: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "encounter": view["encounter"]["id"],
        "user": view["user"],
        "action": action,
        "code": code.get("code", ""),
        "kind": code.get("kind", "diagnosis"),
        "reason": view["reasons"][0]["value"] if action == "reject" else None,
        "by": None,
        "seen": view["sequence"],
        "client": client,
    }


def _since(began: float) -> tuple[float, float]:
    now = time.monotonic()
    return now, now - began
