"""Which codes have words of the notes that speak for them, as far as anybody can tell now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icd9_review.ui.encounter.codes import code_key
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.explaining import Explained
from icd9_review.ui.workbench.documented import SUPPORTING, what_is_said
from icd9_review.values import Assertion, CodeKey, Span, Suggestion


def supported_codes(
    contexts: Mapping[str, NoteContext],
    assertions: Mapping[CodeKey, Assertion],
    places: Mapping[CodeKey, Sequence[Span]],
    explained: Explained,
    suggested: Sequence[Suggestion] | None,
) -> set[CodeKey]:
    """The codes that words speak for, and those whose explanation is still to come.

    ``assertions`` are those of the best evidence of each code, ``places`` where the notes name it;
    ``suggested`` is None without a model, of which nothing is to come.
    """
    supported = {key for key, said in assertions.items() if said in SUPPORTING}
    named = ((key, what_is_said(contexts, spans)) for key, spans in places.items())
    supported |= {key for key, said in named if said in SUPPORTING}
    if suggested is None:
        return supported
    there = explained.attributions.keys() - explained.previews
    failed = {name for name, each in explained.missing.items() if each.status == "failed"}
    running = {name for name, each in explained.missing.items() if each.status == "running"}
    # Unasked only what is suggested is explained.
    coming = {(each.kind, each.code) for each in suggested}
    coming |= {code_key(name) for name in running | set(explained.previews)}
    return supported | (coming - {code_key(name) for name in there | failed})
