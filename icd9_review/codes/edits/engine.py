"""The edits: every rule over one chart, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from icd9_review.codes.edits import inclusion, specificity, wording
from icd9_review.codes.edits.billing import claim_form, editor, presence, validity
from icd9_review.codes.edits.chapters import (
    care,
    combination,
    diabetes,
    external_cause,
    hypertension,
    late_effects,
    newborn,
    obstetric,
    sepsis,
    symptoms,
    v_codes,
)
from icd9_review.codes.edits.subject import Edits, Subject
from icd9_review.codes.edits.tabular import conventions
from icd9_review.codes.lists import Lists
from icd9_review.values import Chart, Edit, Kind, Severity

Rule = Callable[[Subject], Edits]

RULES: tuple[Rule, ...] = (
    validity.check_existence,
    validity.check_duplicates,
    specificity.check_specificity,
    inclusion.check_included,
    inclusion.check_superficial,
    editor.check_principal_exists,
    editor.check_external_cause_first,
    editor.check_age_and_sex,
    editor.check_manifestation,
    editor.check_acceptable,
    editor.check_questionable,
    editor.check_coverage,
    conventions.check_code_first,
    conventions.check_use_additional,
    conventions.check_excludes,
    hypertension.check_kidney,
    hypertension.check_heart,
    hypertension.check_agreement,
    diabetes.check_type,
    diabetes.check_manifestations,
    diabetes.check_company,
    symptoms.check_symptom_first,
    symptoms.check_integral,
    wording.check_uncertain,
    wording.check_history,
    combination.check_combination_code,
    combination.check_acute_first,
    combination.check_asthma,
    late_effects.check_residual_first,
    late_effects.check_acute_phase,
    obstetric.check_episode,
    obstetric.check_delivery,
    obstetric.check_normal_delivery,
    obstetric.check_priority,
    obstetric.check_abortion,
    obstetric.check_puerperal_sepsis,
    external_cause.check_cause,
    external_cause.check_adverse_effect,
    external_cause.check_order,
    external_cause.check_intent,
    care.check_care,
    newborn.check_birth,
    newborn.check_newborn_sepsis,
    newborn.check_mother_codes,
    newborn.check_gestation,
    sepsis.check_sirs,
    sepsis.check_severe,
    presence.check_presence,
    v_codes.check_first_only,
    v_codes.check_additional_only,
    v_codes.check_rehabilitation,
    claim_form.check_counts,
    claim_form.check_dates,
)
_SEVERITIES = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


def check_chart(chart: Chart, lists: Lists) -> tuple[Edit, ...]:
    """Everything the rules say about a chart.

    Errors first, then warnings, then hints; within them by number of the rule, then by the
    place of the code in the chart (what concerns the whole chart first, diagnoses before
    procedures). The same chart and lists give the same edits. Codes may be any text:
    what is not a code is named as such and no other rule takes it for one.

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> from icd9_review.values import CareSetting, ChartCode, Sex
    >>> codes = tuple(ChartCode(code) for code in ("357.2", "250.60"))
    >>> chart = Chart(CareSetting.OUTPATIENT, 61, Sex.FEMALE, None, None, codes)
    >>> found = check_chart(chart, built_in_lists())
    >>> found[0].severity.value, found[0].message
    ('error', '357.2 is a manifestation of 250.60 and comes after it; change the order.')
    >>> blocks(found)
    True
    """
    subject = Subject(chart, lists)
    found = dict.fromkeys(edit for rule in RULES for edit in rule(subject))
    places = _places(chart)
    return tuple(
        sorted(
            found,
            key=lambda edit: (
                _SEVERITIES[edit.severity],
                edit.number,
                places.get((edit.kind, edit.code or ""), -1),
                edit.code or "",
                edit.message,
            ),
        )
    )


def blocks(edits: Iterable[Edit]) -> bool:
    """Whether some edits keep an encounter from being finalised."""
    return any(edit.severity is Severity.ERROR for edit in edits)


def _places(chart: Chart) -> dict[tuple[Kind, str], int]:
    entries = [(Kind.DIAGNOSIS, entry.code) for entry in chart.diagnoses]
    entries += [(Kind.PROCEDURE, entry.code) for entry in chart.procedures]
    return {key: place for place, key in reversed(list(enumerate(entries)))}
