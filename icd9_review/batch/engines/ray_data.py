"""Ray Data: the same scoring in actors of a Ray cluster, or of one that begins here.

Which notes are done, Ray remembers by its own checkpoints of rows. ``RAY_ADDRESS`` names a cluster;
its nodes need the program, the model folder and the folder of results under the same paths.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from icd9_review.batch.guarded import Guarded, Work
from icd9_review.batch.results import SCHEMA
from icd9_review.batch.scoring import AT_ONCE
from icd9_review.batch.waiting import WaitingNote
from icd9_review.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

_SHARE: Final = 0.5
"""Of a core, what Ray counts an actor for: on full cores nothing could be read or written."""

_LIGHT: Final = {"num_cpus": 0.25}
"""What it counts reading and writing for."""


def score_with_ray(work: Work, waiting: Path, results: Path, checkpoint: Path) -> None:
    """Score what waits, but for what the checkpoint knows; a file of results for each block.

    Raises InputError where Ray is not installed or its cluster cannot be reached.
    """
    ray = _begin_ray()
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False  # the command says how far it is
        context.checkpoint_config = ray.data.checkpoint.CheckpointConfig(
            id_column="number", checkpoint_path=str(checkpoint)
        )
        gpus = ray.cluster_resources().get("GPU", 0)
        blocks = sum(1 for _ in waiting.glob("*.parquet"))
        ray.data.read_parquet(
            str(waiting), override_num_blocks=blocks, ray_remote_args=_LIGHT
        ).map_batches(
            _Actor,
            fn_constructor_args=(work,),
            batch_size=AT_ONCE,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=work.processes),
            num_cpus=work.settings.threads * _SHARE,
            num_gpus=1 if gpus else None,
        ).write_parquet(str(results), ray_remote_args=_LIGHT)
    finally:
        ray.shutdown()


def _begin_ray() -> Any:
    try:
        import ray
        import ray.data.checkpoint
    except ModuleNotFoundError:
        raise InputError(
            "--engine ray needs Ray: pip install -r requirements-ray.txt, or leave it out."
        ) from None
    logging.getLogger("ray.data").setLevel(logging.ERROR)  # the command says what happens
    try:
        ray.init(logging_level=logging.WARNING, log_to_driver=False)
    except ConnectionError as error:
        raise InputError(f"The Ray cluster of RAY_ADDRESS cannot be reached: {error}") from None
    return ray


def _device(asked: str) -> str:
    """Of an actor: the GPU that Ray gave it, the only one that it sees, or what was asked for."""
    import ray
    import torch

    return "cuda" if ray.get_gpu_ids() and torch.cuda.is_available() else asked


class _Actor:
    """Scores in a process of its own, which a note may hold up or take down."""

    def __init__(self, work: Work) -> None:
        settings = replace(work.settings, device=_device(work.settings.device))
        self._scorer = Guarded(replace(work, processes=1, settings=settings))

    def __call__(self, batch: pa.Table) -> pa.Table:
        import pyarrow as pa

        notes: Sequence[WaitingNote] = [WaitingNote(**row) for row in batch.to_pylist()]
        return pa.Table.from_pylist(self._scorer.finish(self._scorer.begin(notes)), SCHEMA)
