"""Rule 21: late effects come after what is left of them, and without the acute phase."""

from __future__ import annotations

from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, Severity

_SECTION = GUIDELINES + "I.B.12"
_LATE = "137-139 268.1 326 677 905-909"
"""Late effect codes; 438 is not among them: its codes name what is left (I.C.7.d)."""

_ACUTE = (
    ("137", "010-018"),
    ("138", "045"),
    ("326", "320 322 324 325"),
)
_NEW_EVENTS = (
    ("677", "630-676"),
    ("905.0", "800-804"),
    ("905.1", "805-806"),
    ("905.2", "810-819"),
    ("905.3", "820"),
    ("905.4", "821-827"),
    ("905.6", "830-839"),
    ("905.7", "840-848"),
    ("905.9", "885-887 895-897"),
    ("906.0-906.1", "870-884 890-894"),
    ("906.5-906.9", "940-949"),
    ("907.0", "850-854"),
    ("907.2", "806 952"),
    ("908.0", "860-862"),
    ("908.1", "863-868"),
    ("909.0", "960-979"),
    ("909.1", "980-989"),
)
"""Late effects and the codes of their acute phase (titles of 137-139, 326, 677, 905-909)."""


def check_residual_first(subject: Subject) -> Edits:
    code = subject.principal
    if code and code in subject.having(_LATE):
        yield Edit(
            21,
            Severity.WARNING,
            f"{code} names a late effect; put the condition that is left (the residual) before it.",
            _SECTION if not code.startswith("677") else GUIDELINES + "I.C.11.j.3",
            code,
        )


def check_acute_phase(subject: Subject) -> Edits:
    """Of an illness a warning; a hint where an injury or pregnancy may be a new one."""
    for pairs, severity in ((_ACUTE, Severity.WARNING), (_NEW_EVENTS, Severity.HINT)):
        for text, acute in pairs:
            for code in subject.having(text):
                if current := subject.having(acute):
                    yield Edit(
                        21,
                        severity,
                        f"{code} (late effect) is not coded with the acute phase "
                        f"({listed(current)}) of the same illness or injury; keep one.",
                        _SECTION,
                        code,
                        others=current,
                    )
