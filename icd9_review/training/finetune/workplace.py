"""The output folder of a run: one request, one process at a time, closed to other people.

``work/`` below it holds what only the run needs: the corpus, windows and checkpoints, which
are patients' notes in one form or another, and the request they belong to.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from icd9_review.errors import InputError
from icd9_review.training.folder import write_json


class Workplace:
    """The files of a run, by name."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.work = output / "work"
        self.request = self.work / "request.json"
        self.windows = self.work / "windows"
        self.tokenizer = self.work / "tokenizer"
        self.checkpoints = self.work / "checkpoints"
        self.laps = self.work / "laps.jsonl"
        self.trained = self.work / "trained.json"
        self.draft = self.work / "model"
        self.draft_record = self.work / "run.json"
        self.model = output / "model"
        self.record = output / "run.json"

    @contextmanager
    def reserved(self, request: Mapping[str, object]) -> Iterator[None]:
        """Hold the folder for this request.

        Raises InputError where it holds something else, a run with another request, or a run
        that is going on.
        """
        self._check_unused()
        self.work.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.work.chmod(0o700)
        try:
            with FileLock(self.work / "lock", timeout=0):
                self.pin(request)
                yield
        except Timeout:
            raise InputError(f"another training is running in {self.output}; wait for it") from None

    def pin(self, request: Mapping[str, object]) -> None:
        """Write the request down, or compare it with what was written before.

        Values that were not known then are added. From the first checkpoint on a request binds:
        InputError names what differs. Before that a corrected one takes its place, and what was
        prepared for the other is removed; the corpus has a key of its own and stays.
        """
        held: dict[str, Any] = read_json(self.request) if self.request.is_file() else {}
        asked = json.loads(json.dumps(request))
        differing = [name for name in asked if name in held and held[name] != asked[name]]
        if differing and not self._binds():
            for folder in (self.windows, self.tokenizer):
                shutil.rmtree(folder, ignore_errors=True)
        elif differing:
            shown = "; ".join(f"{name} was {held[name]}, now {asked[name]}" for name in differing)
            raise InputError(
                f"{self.output} holds a run with another request: {shown}. Give the same options "
                "to go on with it, or name another --output"
            )
        replace_json(self.request, held | asked)

    def _binds(self) -> bool:
        """Whether something came of the request that another one could not go on with."""
        results = (self.trained, self.draft_record, self.record)
        checkpoints = self.checkpoints.glob("checkpoint-*")
        return any(path.exists() for path in results) or any(checkpoints)

    def _check_unused(self) -> None:
        if self.output.exists() and not self.output.is_dir():
            raise InputError(f"--output {self.output} is a file; name a folder")
        if self.output.is_dir() and any(self.output.iterdir()) and not self.work.is_dir():
            raise InputError(
                f"--output {self.output} holds something that is not a run of this command; name "
                "another folder"
            )


def corpus_of(output: Path) -> Path:
    """The corpus that a finished run was trained on, for measuring."""
    path: str = read_json(Workplace(output).record)["corpus"]["path"]
    return output / path


def read_json(path: Path) -> Any:
    """The content of a JSON file this program wrote."""
    return json.loads(path.read_text("utf-8"))


def replace_json(path: Path, content: object) -> None:
    """Write JSON whole or not at all."""
    draft = path.with_suffix(".draft")
    write_json(draft, content)
    draft.replace(path)
