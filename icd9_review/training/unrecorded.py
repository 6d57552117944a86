"""What a card says of a model whose training nobody recorded: that it is not known.

A folder that was converted, or came from elsewhere. Its files tell the rest of the card
(``card_details``), and whoever has it written adds what they know.
"""

from __future__ import annotations

from icd9_review.training.card import CardFacts, Impact

FITTED_ON = (
    "What thresholds and calibration were fitted on stands under Details; how well they did there "
    "is not recorded."
)
_NOT_RECORDED = "Not recorded."
_LIMITS = (
    "It knows no code outside its label space, listed in config.json.",
    "What is not recorded of its training is not known of its limits either: which hospitals, "
    "specialties, years and kinds of notes it has seen, and how frequent each code was there, "
    "unless it is said under Training data.",
    "Accuracy may differ by sex, age, ethnicity and insurance.",
    "A network may keep passages of what it was trained on; where that may have been notes of "
    "patients, treat the folder like the notes.",
    "Sequence, present on admission, and combination codes are the coder's.",
)
_MIMIC = (
    "Of what it was made is not recorded. A model trained on MIMIC-III is governed by the "
    "PhysioNet Credentialed Health Data Use Agreement 1.5.0, whatever its licence."
)


def unrecorded_facts(name: str) -> CardFacts:
    """The facts of a folder with this name."""
    return CardFacts(
        name=f"{name}, a model for ICD-9-CM codes",
        summary=(
            "A model that proposes ICD-9-CM codes for clinical notes. Its training was not "
            "recorded by this program: this card says what the files of the folder show, and what "
            "whoever had it written added."
        ),
        license="not named",
        base_model="not recorded",
        training_data=(_NOT_RECORDED,),
        procedure=(_NOT_RECORDED,),
        settings={"all": "not recorded"},
        precision="not recorded of the training; computed in float32.",
        limits=_LIMITS,
        impact=Impact(hardware=""),
        credits=(_MIMIC,),
        citation="None of its own is recorded; name the model version above.",
        developer="not recorded",
    )
