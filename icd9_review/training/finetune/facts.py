"""What the card of a fine-tuned model says: the record of its run, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from icd9_review.training.card import CardFacts, Impact
from icd9_review.training.card_facts import CardRecord
from icd9_review.training.finetune.recipe import ModelHead

_TERMS = (
    "models trained on MIMIC-III are governed by the PhysioNet Credentialed Health Data Use "
    "Agreement 1.5.0: share it only with people who have signed it"
)
_LIMITS = (
    "It learned from one hospital (Beth Israel Deaconess Medical Center, Boston, 2001 to 2012), "
    "from stays with intensive care. Other hospitals, specialties, years and kinds of notes were "
    "not seen.",
    "Its targets are the codes that were billed. What coders left out or chose for payment it "
    "learned as truth.",
    "It knows no code outside its label space, and rare codes poorly.",
    "Accuracy may differ by sex, age, ethnicity and insurance; patients of some groups are few.",
    "A network may keep passages of what it was trained on; treat the folder like the notes.",
    "Sequence, present on admission, and combination codes are the coder's.",
)
_MIMIC = (
    "Johnson et al. 2016, MIMIC-III, a freely accessible critical care database, Scientific Data "
    "3:160035, version 1.4 from PhysioNet."
)
_CAML = (
    "Label spaces and split lists after Mullenbach et al. 2018, Explainable Prediction of Medical "
    "Codes from Clinical Text, NAACL."
)
_BIOBERT = (
    "Base: Lee et al. 2020, BioBERT: a pre-trained biomedical language representation model for "
    "biomedical text mining, Bioinformatics 36(4)."
)
_LAAT = (
    "Head: Vu, Nguyen and Nguyen 2020, A Label Attention Model for ICD Coding from Clinical Text, "
    "IJCAI; on windows of a pretrained encoder as Huang, Tsai and Chen 2022, PLM-ICD, ClinicalNLP."
)
_COMPUTED = {
    "bf16": "bfloat16 mixed precision: weights, optimiser and loss in float32. Stored and served "
    "in float32.",
    "fp32": "float32 throughout; stored and served in float32.",
}


def card_record(record: Mapping[str, Any]) -> CardRecord:
    """The card of a run whose run.json holds ``record``."""
    request = record["request"]
    base = _base(request["base"])
    plain = "ModernBERT" if record.get("encoder") == "modernbert" else "BERT"
    name = "BioBERT" if "biobert" in base.lower() else plain
    attended = request.get("head") == ModelHead.LABEL_ATTENTION
    return CardRecord(
        CardFacts(
            name=f"{name} fine-tuned on MIMIC-III for ICD-9-CM codes",
            summary=_summary(record, name),
            license="not named",
            terms=_TERMS,
            base_model=base,
            developer="not recorded; trained with ICD-9 Review by the holder of the data",
            training_data=_training_data(record),
            procedure=_procedure(record),
            settings=_settings(record),
            precision=_COMPUTED[record["precision"]],
            limits=_LIMITS,
            impact=_impact(record),
            credits=(
                _MIMIC,
                _CAML,
                *((_BIOBERT,) if name == "BioBERT" else ()),
                *((_LAAT,) if attended else ()),
            ),
            citation="None of its own is recorded. Name the model version "
            f"`{record['model_version']}`, and cite MIMIC-III and the base as below.",
            repository="none; it was trained where MIMIC-III is held",
            paper="none for this model",
        ),
        _validation(record),
    )


def _base(given: str) -> str:
    """A name of the Hub, or of a local folder without where it lies."""
    path = Path(given)
    return f"{path.name} (a local folder)" if path.is_absolute() or path.is_dir() else given


def _summary(record: Mapping[str, Any], name: str) -> str:
    return (
        f"A {name} encoder fine-tuned on discharge summaries of MIMIC-III to propose "
        f"{record['corpus']['labels']:,} ICD-9-CM codes for clinical notes."
    )


def _training_data(record: Mapping[str, Any]) -> tuple[str, ...]:
    request, corpus = record["request"], record["corpus"]
    counts = corpus["counts"]
    split = "the lists of CAML" if request["splits"] else f"patient, seed {request['seed']}"
    kinds = "diagnoses only" if request["diagnoses_only"] else "diagnoses and procedures"
    labels, unseen = _labels(request["labels"]), record["labels_without_training_notes"]
    return (
        "MIMIC-III v1.4: discharge summaries with their addenda, one document an admission, and "
        "the codes it was billed with. Identifiers were removed and dates shifted by its makers.",
        f"{counts['train']:,} admissions to train, {counts['validation']:,} to validate, "
        f"{counts['test']:,} kept for testing; split by {split}.",
        f"Label space: {labels}, {kinds}; {unseen:,} of {corpus['labels']:,} codes "
        "have no training note.",
    )


def _labels(spec: str) -> str:
    """As it was asked for; of a file its name, not where it lies."""
    return f"the codes of {Path(spec).name}" if Path(spec).suffix or "/" in spec else spec


def _procedure(record: Mapping[str, Any]) -> tuple[str, ...]:
    request, training = record["request"], record["training"]
    limit = 1 if request["reading"] == "first" else request["max_windows"]
    read = "its first window" if limit == 1 else f"at most {limit} windows spread over it"
    stopped = "stopped early" if training["stopped_early"] else "ran to its end"
    measure = "micro-F1" if request["goal"] == "f1" else "loss"
    attended = request.get("head") == ModelHead.LABEL_ATTENTION
    head = "Label attention (Vu et al. 2020)" if attended else "A fresh linear classifier"
    logit = (
        "each code's logit over the pieces of all of them"
        if attended
        else "each code's largest logit over the windows"
    )
    return (
        f"{head} was put on the base, its biases at the codes' shares of the training notes.",
        f"All weights were trained; of each note {read} was read, and {logit} went into "
        f"{_loss(request)}.",
        f"Training {stopped} after {training['steps']:,} of {training['planned_steps']:,} steps "
        f"({training['epochs']:.1f} epochs). The weights are those of step "
        f"{training['best_step']:,}, the best checkpoint by validation {measure}.",
        "Thresholds (one for all, one for each code with 20 positives or more) and calibration "
        "were fitted on the validation notes alone, read whole as the app reads.",
    )


def _loss(request: Mapping[str, Any]) -> str:
    weight = request["positive_weight"]
    weighted = "" if weight == 1 else f", codes that are there weighted {weight:g}"
    if request["loss"] == "focal":
        return f"focal loss (gamma {request['focal_gamma']:g}{weighted})"
    return f"binary cross-entropy{weighted}"


def _settings(record: Mapping[str, Any]) -> dict[str, str]:
    request = record["request"]
    return {
        "optimiser": "AdamW, weight decay 0.01, linear warm-up over 10 % of the steps and descent",
        "learning rate": f"{request['learning_rate']:g}",
        "notes a step": f"{request['batch'] * request['accumulate']:,} "
        f"({request['batch']:,} at once, {request['accumulate']:,} accumulated)",
        "epochs at most": f"{request['epochs']:,}",
        "patience": f"{request['patience']:,} checkpoints of {request['checkpoint_steps']:,} steps",
        "seed": str(request["seed"]),
        "base, SHA-256": f"`{request['base_sha256']}`",
        "versions": ", ".join(f"{k} {v}" for k, v in record["versions"].items() if v),
    }


def _impact(record: Mapping[str, Any]) -> Impact:
    used, hardware = record["used"], record["hardware"]
    machine = f"{hardware['cores']} cores of {hardware['processor']}"
    return Impact(
        hardware=", ".join(hardware["gpus"]) or machine,
        hours=sum(used["seconds"].values()) / 3600,
        energy_kwh=used["energy_kwh"],
        co2_kg=used["co2_kg"],
        country=used["country"],
        stops=max(0, used["legs"] - 1),
    )


def _validation(record: Mapping[str, Any]) -> str:
    found = record["validation"]
    own = found["codes_with_own_threshold"]
    return (
        f"On the {found['notes']:,} validation notes, to which thresholds and calibration were "
        f"fitted, so that these figures flatter: micro-F1 {found['micro_f1']:.3f}, precision "
        f"{found['precision']:.3f}, recall {found['recall']:.3f}; threshold "
        f"{found['global_threshold']:.2f}, {own:,} codes with their own."
    )
