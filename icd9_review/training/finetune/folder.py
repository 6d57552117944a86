"""The model folder: weights and tokenizer, then what is fitted on the validation notes.

The app reads a whole note in windows and takes each code's largest logit. So do the scores
that thresholds and calibration are fitted on, also where training saw first windows only.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from icd9_review.arrays import Bools, Singles
from icd9_review.errors import ModelFolderError
from icd9_review.evaluation.fitting import Grouping, fit, write_fit
from icd9_review.evaluation.reliability import measure_reliability, write_reliability
from icd9_review.model.folder.check import Level, check_folder
from icd9_review.model.folder.declarations import Windows
from icd9_review.model.folder.label_attention import NoteNetwork
from icd9_review.model.reading.scorer import load_scorer
from icd9_review.training.finetune.recipe import ModelHead
from icd9_review.training.finetune.workplace import read_json
from icd9_review.training.folder import write_json

VALIDATION = "validation"
SERVED: Final[Mapping[ModelHead, str]] = {
    ModelHead.LINEAR: (
        "the whole note in windows, each code's largest logit over all of them, as the app reads; "
        "thresholds and calibration are fitted on validation notes read in this way"
    ),
    ModelHead.LABEL_ATTENTION: (
        "the whole note in windows, each code attending to the pieces of all of them, as the app "
        "reads; thresholds and calibration are fitted on validation notes read in this way"
    ),
}
_LEFTOVERS = ("_name_or_path", "torch_dtype")


def write_folder(
    folder: Path,
    model: NoteNetwork,
    tokenizer: Path,
    windows: Windows,
    examples: Mapping[str, int],
) -> None:
    """Configuration, float32 weights, the files of a tokenizer's folder and windows.json.

    ``examples`` are the training notes of each code, for examples.json.
    """
    model.save_pretrained(folder)
    config = read_json(folder / "config.json")
    kept = {key: value for key, value in config.items() if key not in _LEFTOVERS}
    write_json(folder / "config.json", {**kept, "dtype": "float32"})
    for file in tokenizer.iterdir():
        shutil.copyfile(file, folder / file.name)
    write_json(folder / "windows.json", windows.to_json())
    write_json(folder / "examples.json", {"notes": dict(examples), "split": "train"})


def score_notes(folder: Path, texts: Iterable[str], device: torch.device) -> Singles:
    """Logits of shape (notes, labels) as the app will have them, within 1e-4.

    The model, tokenizer and windows are those of the folder; the notes are read whole.
    """
    return load_scorer(folder, device).logits(texts)


def fit_folder(
    folder: Path,
    logits: Singles,
    truth: Bools,
    codes: Sequence[str],
    mask: Bools | None = None,
    split: str = VALIDATION,
    grouping: Grouping | None = None,
) -> dict[str, object]:
    """Write thresholds.json and calibration.json, both fitted on the notes ``split`` names.

    reliability.json is measured on the same notes and says so: two numbers were fitted for all
    codes, or for each bucket of ``grouping``, so it flatters little.

    ``logits``, ``truth`` and ``mask``, the pairs that count for nothing, are of shape (notes,
    labels). Returns the figures at the thresholds; raises ModelFolderError where the finished
    folder would be refused.
    """
    found = fit(logits, truth, codes, mask, grouping)
    write_fit(folder, found, split)
    where = f"{split}, where calibration was fitted too"
    write_reliability(folder, measure_reliability(found.shown(logits), truth, codes, where, mask))
    chosen = found.suggested(logits)
    if mask is not None:
        chosen &= ~mask
    problems = [r.text for r in check_folder(folder) if r.level is Level.PROBLEM]
    if problems:
        raise ModelFolderError(f"the trained folder would be refused: {'; '.join(problems)}")
    return {
        "global_threshold": found.thresholds.global_,
        "codes_with_own_threshold": len(found.thresholds.per_code),
        **({} if grouping is None else {"buckets": len(found.lines)}),
        "calibration": {"a": found.platt.a, "b": found.platt.b},
        "split": split,
        **_figures(chosen, truth),
    }


def _figures(chosen: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> dict[str, float]:
    found = int(np.count_nonzero(chosen & truth))
    predicted, labelled = int(np.count_nonzero(chosen)), int(np.count_nonzero(truth))
    return {
        "notes": len(truth),
        "precision": found / predicted if predicted else 0.0,
        "recall": found / labelled if labelled else 0.0,
        "micro_f1": 2 * found / (predicted + labelled) if predicted + labelled else 0.0,
    }
