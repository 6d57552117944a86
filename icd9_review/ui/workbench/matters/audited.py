"""The codes of an auditor on the desk: an audit stands in for the chart.

All of it is read through the functions that know what an audit is blind to. What was so when the
chart was signed never changes and is read once; the audit itself is asked anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from typing import Final

from icd9_review.quality.arms.veil import NO_VEIL
from icd9_review.quality.audit_rules import check_auditor
from icd9_review.quality.audited_chart import SIGNED, SIGNER, audited_events
from icd9_review.store.auditing.audits import audit, quick_signed
from icd9_review.store.auditing.looking import (
    audited_chart,
    beside_signed_codes,
    explained_at_signing,
    read_at_signing,
)
from icd9_review.store.code_lists import lists_version
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.moments import Moment
from icd9_review.suggestions import rank
from icd9_review.ui.encounter.explaining import Explained, Explaining
from icd9_review.ui.encounter.reading import Reading
from icd9_review.ui.encounter.view import ExplanationState
from icd9_review.ui.services import Model, Services
from icd9_review.ui.workbench.matters.differing import present_audit
from icd9_review.ui.workbench.matters.matter import Around
from icd9_review.ui.workbench.matters.storing import audit_name
from icd9_review.ui.workbench.snapshot import Snapshot
from icd9_review.ui.workbench.view import StatusView
from icd9_review.values import (
    Arm,
    Attribution,
    AttributionKey,
    CodeKey,
    Encounter,
    EncounterStatus,
    Event,
    Note,
    Suggestion,
    User,
    Veil,
)

_BLIND: Final = Veil(
    Arm.BLIND,
    suggestions=False,
    explanations=False,
    notice="This audit is blind to the model: nothing that it said of these notes is shown, and "
    "codes are found by their letters alone, until the audit is closed.",
)
"""As of a chart that is coded blind."""
_NOT_KEPT: Final = ExplanationState(
    "failed", "This was not explained when it was coded, and an audit has nothing worked out."
)


class AuditedCodes:
    """The codes of one open audit, before its auditor."""

    def __init__(self, services: Services, audit_id: str, user: User) -> None:
        database = services.database
        self.id = audit_name(audit_id)
        self.explaining: Explaining = _Stored(database, audit_id, user)
        self._asked = database, audit_id
        self._user = user
        self._beside = beside_signed_codes(database, audit_id, actor=user)
        self._quick = quick_signed(database, audit_id, actor=user)
        self._signing = read_at_signing(database, audit_id, actor=user)
        self.audit = audit(database, audit_id, actor=user)

    def moment(self) -> Moment:
        """The audit as it stands, told as the decisions on a chart; no chart's events are read."""
        database, audit_id = self._asked
        self.audit = found = audit(database, audit_id, actor=self._user)
        check_auditor(found, self._user.id)
        return Moment(
            status=EncounterStatus.OPEN,
            sequence=found.sequence,
            explained=0,
            intake=None,
            events=audited_events(found, self._beside),
            comments=(),
            names={SIGNER: SIGNED, self._user.id: self._user.name},
            claim=None,
            lists=lists_version(database),
        )

    def taken(self) -> Encounter:
        """The notes and facts."""
        database, audit_id = self._asked
        return audited_chart(database, audit_id, actor=self._user)

    def served(self, services: Services) -> Services:
        """The services with the model that had read the notes; with none where it is kept back."""
        return Services(
            database=services.database,
            references=services.references,
            model=self._model(services),
            problem=services.problem,
        )

    def _model(self, services: Services) -> Model | None:
        version = self._signing.version
        if version is None:
            return None
        if services.models is not None:
            return services.models.of(version.version)
        model = services.model
        return model if model and model.version == version.version else None

    def read(self, _services: Services, notes: Sequence[Note]) -> Reading:
        """What the model had said when it was signed."""
        version, scores = self._signing.version, self._signing.scores
        if version is None:
            return Reading()
        ranked = {note: rank(each, version, note) for note, each in scores.items()}
        return Reading(notes=tuple(notes), scores=scores, by_note=ranked)

    def known(self, _services: Services) -> Container[CodeKey]:
        """The codes that it knew, whether it can be loaded now or not."""
        version = self._signing.version
        return version.places if version else ()

    def veil(self, _encounter: Encounter, _events: Sequence[Event]) -> Veil:
        """Everything of the model is kept back where the audit is blind to it."""
        return _BLIND if self.audit.blind_model else NO_VEIL

    def status(
        self, _moment: Moment, _services: Services, _is_read: Callable[[], bool]
    ) -> StatusView:
        """Whether there are suggestions; those of a blind audit are not missed."""
        if self._signing.version is None and not self.audit.blind_model:
            return StatusView("unread", "No model had read these notes when the chart was signed.")
        return StatusView("ready")

    def around(self, _snapshot: Snapshot, encounter: Encounter) -> Around:
        """The audit beside its codes; nothing of those who work on the chart."""
        return Around(audit=present_audit(self.audit, self._quick, encounter))


class _Stored(Explaining):
    """The explanations of an audit: those that are stored, and none that is worked out now."""

    def __init__(self, database: Database, audit_id: str, user: User) -> None:
        super().__init__(database)
        self._audit = audit_id
        self._user = user

    def explain(
        self,
        model: Model | None,
        ranked: Sequence[Suggestion],
        shown: Collection[str],
        focus: str | None,
        told: int | None = None,
    ) -> Explained:
        """Those that are stored; nothing of a model that cannot be loaded any more."""
        if model is None:
            return Explained(missing=dict.fromkeys(shown, _NOT_KEPT))
        return super().explain(model, ranked, shown, focus, told)

    def find(self, keys: Sequence[AttributionKey]) -> Mapping[AttributionKey, Attribution]:
        """As the audit may show them."""
        return explained_at_signing(self._database, self._audit, keys, actor=self._user)

    def state(self, _model: Model, _key: AttributionKey, _focused: bool) -> ExplanationState | None:
        """What is not there stays so."""
        return _NOT_KEPT
