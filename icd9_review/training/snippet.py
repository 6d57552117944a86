"""The lines of Python with which a card shows how its model is read."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Final

from icd9_review.model.folder.declarations import BUCKETS, read_windows

# The folder's own files say how a note is read, so the snippet and the app agree.
SNIPPET: Final = '''\
import json
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

folder = Path("MODEL")
model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
tokenizer = AutoTokenizer.from_pretrained(folder)
windows = json.loads((folder / "windows.json").read_text())
thresholds = json.loads((folder / "thresholds.json").read_text())


def suggest(note: str) -> dict[str, float]:
    """Codes and probabilities: the largest over overlapping windows of the whole note."""
    pieces = tokenizer(
        note,
        truncation=True,
        max_length=windows["length"],
        stride=windows["stride"],
        return_overflowing_tokens=True,
        padding=True,
        return_tensors="pt",
    )
    pieces.pop("overflow_to_sample_mapping")
    with torch.no_grad():
        logits = model(**pieces).logits.max(dim=0).values
    probabilities = dict(zip(model.config.id2label.values(), torch.sigmoid(logits).tolist()))
    per_code = thresholds.get("per_code", {})
    return {
        code: probability
        for code, probability in sorted(probabilities.items(), key=lambda item: -item[1])
        if probability >= per_code.get(code, thresholds["global"])
    }


print(suggest("DISCHARGE DIAGNOSES: 1. Congestive heart failure. 2. Atrial fibrillation."))'''

_THRESHOLDS = 'thresholds = json.loads((folder / "thresholds.json").read_text())'
_OF_BUCKETS = """
buckets = json.loads((folder / "buckets.json").read_text())["codes"]
per_bucket = {
    code: thresholds["per_bucket"][name]
    for name, codes in buckets.items()
    if name in thresholds.get("per_bucket", {})
    for code in codes
}
thresholds["per_code"] = per_bucket | thresholds.get("per_code", {})"""

_BY_SENTENCES = (
    ("suggest(note: str)", "suggest(sentences: list[str])"),
    ("the largest over overlapping windows of the whole note.", "the largest over the sentences."),
    ("        note,\n", "        sentences,\n"),
    ('        stride=windows["stride"],\n', ""),
    (
        'suggest("DISCHARGE DIAGNOSES: 1. Congestive heart failure. 2. Atrial fibrillation.")',
        'suggest(["1. Congestive heart failure.", "2. Atrial fibrillation."])',
    ),
)

_ATTENDED: Final = """\
# The head is that of ICD-9 Review, which reads it without code from this folder.
from icd9_review.model.reading.predictor import load_predictor

predictor = load_predictor("MODEL")
note = "DISCHARGE DIAGNOSES: 1. Congestive heart failure. 2. Atrial fibrillation."
print({each.code: each.probability for each in predictor.predict(note) if each.suggested})"""


def write_snippet(folder: Path) -> str:
    """The snippet for a folder: with its thresholds by bucket, and where it is read by sentences,
    of sentences as they are. Label attention is no head of transformers."""
    windows = read_windows(folder)
    if windows.attended:
        return _ATTENDED
    text: str = SNIPPET
    if (folder / BUCKETS).is_file():
        text = text.replace(_THRESHOLDS, _THRESHOLDS + _OF_BUCKETS)
    if windows.cut is None:
        return text
    return reduce(lambda text, change: text.replace(*change), _BY_SENTENCES, text)
