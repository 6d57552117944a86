"""Six invented charts: what was coded of each, and which diagnosis is the principal one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from icd9_review.notes.lines.chart_lines import chart_lines
from icd9_review.review.principal.linking import Contender, LinkedLine, ListedLine, link
from icd9_review.values import CareSetting, Span


@dataclass(frozen=True)
class CodedChart:
    """A note, the words of it by which each diagnosis was coded, and the one that is right."""

    setting: CareSetting
    text: str
    codes: dict[str, str]
    principal: str

    def contenders(self, *, accepted: bool = True) -> tuple[Contender, ...]:
        """The codes with their words as evidence, in the order in which they are given."""
        return tuple(
            Contender(code, accepted, 0.9, (span_of(self.text, words),))
            for code, words in self.codes.items()
        )


def span_of(text: str, words: str) -> Span:
    """Where words stand first, over the end of a line too."""
    found = re.search(r"\s+".join(map(re.escape, words.split())), text)
    assert found, words
    return Span("note", found.start(), found.end())


def linked(text: str, contenders: tuple[Contender, ...]) -> tuple[LinkedLine, ...]:
    """The lines of a note with their codes."""
    lines = [ListedLine(each) for each in chart_lines(text)]
    return link({"note": lines}, contenders, {"note": text})


FAILURE = CodedChart(
    CareSetting.INPATIENT,
    """DISCHARGE SUMMARY

CHIEF COMPLAINT: Shortness of breath.

HISTORY OF PRESENT ILLNESS: This 74-year-old woman with hypothyroidism and atrial fibrillation
on warfarin came with four days of worsening shortness of breath and swelling of both legs. She
had run out of furosemide. She denied chest pain. In the emergency room she needed two liters of
oxygen. BNP was 1,840. Chest film showed pulmonary vascular congestion and small effusions.

HOSPITAL COURSE: She was given intravenous furosemide and lost six kilograms. An echocardiogram
showed an ejection fraction of 30 percent. Her rate was controlled with metoprolol. Creatinine
rose to 1.6 and came back to 1.2 when the dose was lowered. She walked with physical therapy and
went home on the fifth day.

DISCHARGE DIAGNOSES:
1. Acute on chronic systolic heart failure.
2. Atrial fibrillation.
3. Acute kidney injury, resolved.
4. Hypothyroidism.
5. Long-term use of anticoagulants.

DISCHARGE MEDICATIONS: Furosemide, metoprolol, lisinopril, levothyroxine, warfarin.
DISPOSITION: Home with visiting nurse.
""",
    {
        "244.9": "hypothyroidism",
        "786.05": "shortness of breath",
        "427.31": "atrial fibrillation",
        "V58.61": "Long-term use of anticoagulants",
        "584.9": "Acute kidney injury",
        "428.23": "Acute on chronic systolic heart failure",
    },
    "428.23",
)

PACEMAKER = CodedChart(
    CareSetting.INPATIENT,
    """OPERATIVE REPORT

PREOPERATIVE DIAGNOSIS: Syncope, complete heart block.
POSTOPERATIVE DIAGNOSIS: Complete heart block.

OPERATION PERFORMED: Implantation of a dual-chamber permanent pacemaker.

INDICATIONS: This 81-year-old man was found on his kitchen floor after a syncopal spell. The
ambulance recorded a rate of 32 with dissociated P waves. He has type 2 diabetes and coronary
artery disease with bypass surgery twelve years ago. No reversible cause was found; he takes no
drug that slows conduction. His daughter agreed with him that a pacemaker should be placed.

DESCRIPTION OF PROCEDURE: The left chest was prepared and draped. Lidocaine was infiltrated and
an incision made below the clavicle. Two leads were passed by the subclavian vein, the first to
the apex of the right ventricle, the second to the right atrial appendage. Thresholds were good.
The generator was placed in a pocket, which was closed in layers. Blood loss was minimal. He
left the room in stable condition, paced at 70. A film showed no pneumothorax.

COMPLICATIONS: None.
""",
    {
        "250.00": "type 2 diabetes",
        "414.01": "coronary artery disease",
        "V45.81": "bypass surgery twelve years ago",
        "780.2": "Syncope",
        "426.0": "complete heart block",
    },
    "426.0",
)

BYPASS = CodedChart(
    CareSetting.INPATIENT,
    """DISCHARGE SUMMARY

REASON FOR ADMISSION: Elective laparoscopic Roux-en-Y gastric bypass.

FINAL DIAGNOSES
1. Morbid obesity, status post laparoscopic gastric bypass.
2. Obstructive sleep apnea.
3. Hypertension.
4. Body mass index 47.

HISTORY: This 39-year-old woman has been overweight since childhood and has tried many diets.
She wears a mask at night for sleep apnea and takes lisinopril for her blood pressure. Her knees
hurt when she climbs stairs. She had a cholecystectomy. She was seen by the dietitian and the
psychologist and passed the evaluation of the program.

HOSPITAL COURSE: The operation was done without difficulty. A swallow on the next day showed no
leak. She had nausea for a day, which ondansetron relieved. She took clear liquids on the second
day and walked in the hall. Her mask was used at night. Pressures stayed below 140. The wounds
were clean and dry when she left on the third day.

INSTRUCTIONS: Liquids for two weeks, then soft food. Crush the tablets. Return in ten days.
""",
    {
        "401.9": "Hypertension",
        "V85.42": "Body mass index 47",
        "787.02": "nausea",
        "327.23": "Obstructive sleep apnea",
        "V45.86": "status post laparoscopic gastric bypass",
        "278.01": "Morbid obesity",
    },
    "278.01",
)

FRACTURE = CodedChart(
    CareSetting.INPATIENT,
    """DISCHARGE SUMMARY

ADMITTING DIAGNOSIS: Left hip pain after a fall.

DISCHARGE DIAGNOSES:
1. Left intertrochanteric hip fracture.
2. Acute blood loss anemia.
3. Senile osteoporosis.
4. Dementia.
5. Fall from a chair at the nursing home.

HISTORY OF PRESENT ILLNESS: An 86-year-old woman slipped from a chair while reaching for her
glasses. She could not stand and her left leg was short and turned outward. She has dementia and
lives in a nursing home. There was no loss of consciousness and no chest pain. Films showed a
displaced intertrochanteric fracture on the left.

HOSPITAL COURSE: She was taken to surgery on the next morning, where a short nail was placed. On
the second day the hemoglobin was 7.6 after 11.2, and two units of red cells were given. She was
confused at night and quiet by day. Physical therapy got her to a chair with two helpers.
Calcium and vitamin D were begun. She returned to her nursing home on the fifth day.

DISCHARGE CONDITION: Stable. Weight bearing as tolerated.
""",
    {
        "E884.2": "Fall from a chair",
        "733.01": "Senile osteoporosis",
        "719.45": "Left hip pain",
        "294.20": "Dementia",
        "285.1": "Acute blood loss anemia",
        "820.21": "Left intertrochanteric hip fracture",
    },
    "820.21",
)

LUPUS = CodedChart(
    CareSetting.OUTPATIENT,
    """OFFICE VISIT

REASON FOR VISIT: Follow-up of systemic lupus erythematosus.

HISTORY: This 33-year-old woman comes for her three-month visit. She has had lupus for nine
years with rash, joint pain and nephritis, for which she takes mycophenolate and prednisone. For
two weeks her wrists have been stiff in the morning. She has no fever, no chest pain and no
mouth sores. She sleeps badly. Her mother has rheumatoid arthritis.

EXAMINATION: Blood pressure 146/92. There is a faint rash over both cheeks. Wrists are tender
without swelling. The lungs are clear and the heart is regular. There is no edema.

LABORATORY: Creatinine 0.9, protein to creatinine ratio 0.6, complement low, hemoglobin 11.4.

ASSESSMENT:
1. Hypertension, above goal.
2. Systemic lupus erythematosus with nephritis, mildly active.
3. Long-term use of steroids.
4. Possible fibromyalgia.

PLAN: Raise lisinopril. Continue mycophenolate. Prednisone stays at 7.5 mg. Urine again in a
month.
""",
    {
        "401.9": "Hypertension",
        "719.43": "wrists have been stiff",
        "729.1": "fibromyalgia",
        "583.81": "nephritis",
        "V58.65": "Long-term use of steroids",
        "710.0": "systemic lupus erythematosus",
    },
    "710.0",
)

HIV = CodedChart(
    CareSetting.INPATIENT,
    """DISCHARGE SUMMARY

REASON FOR ADMISSION: Fever, cough and shortness of breath.

DISCHARGE DIAGNOSES:
1. Pneumocystis pneumonia.
2. Acute respiratory failure with hypoxia.
3. AIDS.
4. Oral thrush.
5. Tobacco use.

HISTORY OF PRESENT ILLNESS: A 41-year-old man with AIDS, who stopped his medicines a year ago,
had three weeks of dry cough and fever, then shortness of breath at rest. His oxygen saturation
was 84 percent. He smokes ten cigarettes a day. He has lost twelve kilograms. There was no
travel and nobody at home was ill. The film showed diffuse infiltrates in both lungs.

HOSPITAL COURSE: He was treated with trimethoprim-sulfamethoxazole and prednisone and needed a
mask for three days. Lavage showed cysts of Pneumocystis. The CD4 count was 38. Nystatin was
given for the thrush. He was seen by infectious diseases, who will begin antiretroviral drugs in
two weeks. He left on room air.

DISPOSITION: Home. Clinic in one week.
""",
    {
        "786.05": "shortness of breath",
        "305.1": "Tobacco use",
        "112.0": "Oral thrush",
        "518.81": "Acute respiratory failure",
        "136.3": "Pneumocystis pneumonia",
        "042": "AIDS",
    },
    "042",
)

SIX_CHARTS = {
    "heart failure": FAILURE,
    "pacemaker": PACEMAKER,
    "gastric bypass": BYPASS,
    "hip fracture": FRACTURE,
    "lupus": LUPUS,
    "HIV": HIV,
}
