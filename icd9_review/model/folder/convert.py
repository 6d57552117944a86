"""Making a good model folder of one as it is found in the wild.

Takes weights as a pickle (read as plain tensors only), labels without dots or without
codes, and a vocab.txt alone, whose case is told from its word pieces because
transformers would assume lower case. What was written is loaded before it gets its name.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertTokenizer,
    PreTrainedModel,
)

from icd9_review.errors import InputError, ModelFolderError
from icd9_review.model.folder.bounded import read_bounded
from icd9_review.model.folder.checkpoint import (
    attention_of,
    is_cased,
    load_checkpoint,
    quiet,
)
from icd9_review.model.folder.declarations import (
    BUCKETS,
    DEFAULT_WINDOWS,
    Windows,
)
from icd9_review.model.folder.files import (
    PICKLE,
    PROBLEM_TYPE,
    WEIGHTS,
    has_label_attention,
    listed_labels,
    positions_of,
    read_config,
    read_folder,
)
from icd9_review.model.folder.given_labels import read_given_labels
from icd9_review.values import Kind, ModelVersion

_COPIED = ("windows.json", "calibration.json", "judge.json", "metrics.json", "README.md")
_LEAST = 8  # word pieces of a window, as windows.json has it
_NAMED = 3  # tensors that a message names; by judgement


@dataclass(frozen=True, slots=True)
class Conversion:
    """What to convert, into what, and how its labels are to be read.

    ``labels`` is a text file with one code a line in the order of the outputs, in place of
    id2label. Without ``kind`` a code must have its dot, or its kind behind it in the file.
    ``length`` are the word pieces of a window; None takes windows.json, or up to 512.
    """

    source: Path
    output: Path
    kind: Kind | None = None
    labels: Path | None = None
    length: int | None = None


def convert_folder(conversion: Conversion) -> ModelVersion:
    """Write the output folder, whole or not at all.

    Raises ModelFolderError where the output exists or the source cannot become good.
    """
    source, output = conversion.source, conversion.output
    if output.exists():
        raise ModelFolderError(f"{output} exists already; name another --output or remove it")
    config = read_config(source)
    if has_label_attention(source, config):
        raise ModelFolderError(
            f"{source} was written by this program; what is wrong with it: "
            f"python -m icd9_review model check {source}"
        )
    windows = _windows(conversion, config)
    labels = read_given_labels(source, config, conversion.kind, conversion.labels)
    created = [parent for parent in output.parents if not parent.exists()]
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    try:
        _write_model(source, draft, _good_config(source, config, labels), labels)
        read_tokenizer(source).save_pretrained(draft)
        _write_declarations(source, draft, config, labels)
        if windows is not None:
            _write_json(draft / "windows.json", windows.to_json())
        folder = read_folder(draft)
        load_checkpoint(folder)
        draft.chmod(0o755)
        draft.rename(output)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        _remove_empty(created)
        raise
    return folder.version


def _remove_empty(folders: list[Path]) -> None:
    """Take away folders, the deepest first, as far as nobody has put anything in them."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _good_config(source: Path, config: dict[str, Any], labels: tuple[str, ...]) -> Any:
    found = config.get("problem_type")
    if found not in (None, PROBLEM_TYPE):
        raise ModelFolderError(
            f"{source / 'config.json'}: problem_type is {str(found)[:40]!r}; a model that was "
            "trained to choose one label gives no probability per code and cannot be converted"
        )
    quiet()
    try:
        good: Any = AutoConfig.from_pretrained(
            source, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        raise ModelFolderError(
            f"{source / 'config.json'} cannot be read by transformers ({type(error).__name__}); "
            "it needs a model_type such as bert"
        ) from error
    good.id2label = dict(enumerate(labels))
    good.label2id = {label: index for index, label in enumerate(labels)}
    good.problem_type = PROBLEM_TYPE
    return good


def _write_model(source: Path, draft: Path, config: Any, labels: tuple[str, ...]) -> None:
    model = _read_weights(source, config, labels)
    model.save_pretrained(draft)
    written = json.loads((draft / "config.json").read_text("utf-8"))
    written.pop("_name_or_path", None)
    _write_json(draft / "config.json", {**written, "dtype": "float32"})


def _read_weights(source: Path, config: Any, labels: tuple[str, ...]) -> PreTrainedModel:
    pickle = not (source / WEIGHTS).is_file()
    file = source / (PICKLE if pickle else WEIGHTS)
    if not file.is_file():
        raise ModelFolderError(f"{source} has neither {WEIGHTS} nor {PICKLE}")
    try:
        loaded: tuple[PreTrainedModel, dict[str, Any]] = (
            AutoModelForSequenceClassification.from_pretrained(
                source,
                config=config,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=not pickle,
                weights_only=True,
                dtype=torch.float32,
                output_loading_info=True,
                **attention_of(read_config(source)),
            )
        )
    except Exception as error:
        raise ModelFolderError(
            f"{file} does not load as plain tensors of a classifier with {len(labels):,} outputs "
            f"({type(error).__name__}); it holds code, is damaged, or has another number of "
            "outputs than there are labels"
        ) from error
    model, report = loaded
    if missing := sorted(report["missing_keys"]):
        raise ModelFolderError(
            f"{file} lacks {', '.join(missing[:_NAMED])}; it is a body without a trained "
            "classifier and has to be fine-tuned first"
        )
    # A model read from tensors with old names (LayerNorm.gamma) would be saved with them again.
    good = type(model)(config)
    good.load_state_dict(model.state_dict())
    return good


def read_tokenizer(source: Path) -> Any:
    """A fast tokenizer that cuts and pads nothing, its case told from the vocabulary.

    From tokenizer.json or else from vocab.txt; raises ModelFolderError where neither will do.
    """
    if not (source / "tokenizer.json").is_file():
        tokenizer = _read_vocabulary(source)
    else:
        tokenizer = _read_tokenizer(source)
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    return tokenizer


def _read_tokenizer(source: Path) -> Any:
    plain: Any = {"local_files_only": True, "trust_remote_code": False}
    try:
        loaded: Any = AutoTokenizer.from_pretrained(source, **plain)
        if not isinstance(loaded, BertTokenizer):
            return loaded
        lower = not is_cased(loaded.get_vocab())
        return AutoTokenizer.from_pretrained(source, **plain, do_lower_case=lower)
    except Exception as error:
        raise ModelFolderError(
            f"{source / 'tokenizer.json'} cannot be loaded ({type(error).__name__}); take it "
            "from the encoder again, or remove it so that vocab.txt is read"
        ) from error


def _read_vocabulary(source: Path) -> Any:
    file = source / "vocab.txt"
    if not file.is_file():
        raise ModelFolderError(f"{source} has neither tokenizer.json nor vocab.txt")
    try:
        pieces = read_bounded(file).decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise ModelFolderError(f"{file} is not text in UTF-8") from None
    return BertTokenizer(vocab=str(file), do_lower_case=not is_cased(pieces))


def _write_declarations(
    source: Path, draft: Path, config: dict[str, Any], labels: tuple[str, ...]
) -> None:
    """The small files as they are, thresholds and counts under their codes' dotted names."""
    for name in _COPIED:
        if (source / name).is_file():
            shutil.copyfile(source / name, draft / name)
    names = _renamed(listed_labels(source, config), labels)
    _rename_codes(source / BUCKETS, draft / BUCKETS, ("codes",), names)
    _rename_codes(source / "thresholds.json", draft / "thresholds.json", ("per_code",), names)
    _rename_codes(source / "examples.json", draft / "examples.json", ("notes", "passages"), names)


def _windows(conversion: Conversion, config: dict[str, Any]) -> Windows | None:
    """The windows to write, a quarter of each shared; None where the source has its own."""
    if conversion.length is None and (conversion.source / "windows.json").is_file():
        return None
    most = DEFAULT_WINDOWS.length
    positions = positions_of(config) or most
    length = min(most, positions) if conversion.length is None else conversion.length
    if not _LEAST <= length <= max(positions, _LEAST):
        raise InputError(f"--length must be {_LEAST} to {positions} for this model, not {length}")
    return Windows(length=length, stride=DEFAULT_WINDOWS.stride * length // most)


def _renamed(listed: tuple[str, ...], labels: tuple[str, ...]) -> dict[str, str]:
    """The dotted code of each label of id2label; one that stands for two codes names neither."""
    pairs = list(zip(listed, labels, strict=False))
    times = Counter(label for label, _ in pairs)
    return {label: code for label, code in pairs if times[label] == 1}


def _rename_codes(
    file: Path, renamed: Path, fields: tuple[str, ...], names: dict[str, str]
) -> None:
    """Write a declaration with the codes of some fields under their dotted names."""
    if not file.is_file():
        return
    try:
        content = json.loads(read_bounded(file))
    except (ValueError, RecursionError) as error:
        raise ModelFolderError(f"{file} is not JSON ({type(error).__name__})") from error
    for field in fields:
        if isinstance(content, dict) and isinstance(content.get(field), dict):
            content[field] = _with_names(content[field], names)
    _write_json(renamed, content)


def _with_names(given: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Values by code, or lists of codes by the name of their bucket, under dotted names."""
    if all(isinstance(value, list) for value in given.values()):
        return {key: [names.get(str(code), code) for code in given[key]] for key in given}
    return {names.get(code, code): value for code, value in given.items()}


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
