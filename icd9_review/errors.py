"""Every error this package raises on purpose, as one small tree.

ReviewError
├── InputError        what a person gave cannot be taken
│   ├── NoteError         a note (text or file)
│   ├── CodeError         an ICD-9-CM code
│   ├── CodeListError     a file of official code lists
│   ├── EncounterError    the facts of an encounter
│   ├── CorpusError       notes with codes, for training or measuring
│   └── AnchorError       an anchor of the ledger, or its time-stamp
├── CodeTableError    the ICD-9-CM table is missing or not version 32
├── ModelFolderError  a checkpoint folder that breaks the model-folder contract
├── SettingsError     a setting or a hardening option that is not what it must be
├── DecisionError     a decision that the state of the encounter does not allow
├── ConflictError     somebody else's event came in between
│   ├── StateChanged      the encounter is not as whoever asks had seen it
│   └── KeyReused         an idempotency key came with another request
├── TextPurged        the text that this needs was purged
├── StoreError        the database is busy, away or refuses
│   └── DatabaseBusy      another one is in the way
├── LedgerError       the ledger does not hold what it must
├── PermissionDenied  the person lacks the role
│   └── Restricted        the encounter is another team's
│       └── AuditedBlind      it is audited blind and the person is not to know yet
├── SignInRefused     nobody was let in
└── NotFound          nothing is stored under that identifier

A message says what was wrong with which input and what to do next. It never
contains note text: messages travel into logs.
"""

from __future__ import annotations


class ReviewError(Exception):
    """Base of all errors raised on purpose; its message may be shown to people."""


class InputError(ReviewError):
    """What a person gave cannot be taken as it is."""


class NoteError(InputError):
    """A note's text or file cannot be taken."""


class CodeError(InputError):
    """A text that is not an ICD-9-CM code of the expected kind."""


class CodeListError(InputError):
    """A file of official code lists cannot be taken."""


class EncounterError(InputError):
    """The facts of an encounter contradict each other or are out of range."""


class CorpusError(InputError):
    """Notes with codes, for training or measuring, are not of the expected form."""


class AnchorError(InputError):
    """A file is no anchor of this ledger, or not as it was written."""


class CodeTableError(ReviewError):
    """The table of ICD-9-CM codes is missing or is not version 32."""


class ModelFolderError(ReviewError):
    """A folder does not hold a model this program can load safely."""


class SettingsError(ReviewError):
    """A setting is missing, contradictory or unsafe."""


class DecisionError(ReviewError):
    """The encounter's state does not allow this decision."""


class ConflictError(ReviewError):
    """Another event came in between; nothing was overwritten."""


class StateChanged(ConflictError):
    """The encounter is not any more as it was when whoever asks had seen it."""


class KeyReused(ConflictError):
    """An idempotency key came before, with another request."""


class TextPurged(ReviewError):
    """What needs the text of an encounter cannot be done: it was purged."""


class StoreError(ReviewError):
    """The database cannot take this now; nothing of it was stored."""


class DatabaseBusy(StoreError):
    """Another process or session was in the way for longer than one waits."""


class LedgerError(ReviewError):
    """The ledger does not hold what it must; nothing is made of it."""


class PermissionDenied(ReviewError):
    """The signed-in person lacks the role for this."""


class Restricted(PermissionDenied):
    """The encounter is another team's, and no reason was given to see it; ``label`` names it."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} belongs to another team. Open it and give a reason, or ask an administrator "
            "to move it to yours."
        )
        self.label = label


class AuditedBlind(Restricted):
    """The encounter is audited blind, by the person or another, so that all else of it waits."""

    def __init__(self, label: str, *, own: bool = True) -> None:
        super().__init__(label)
        self.own = own
        waits = (
            f"You audit {label} blind: nothing else of it is shown to you"
            if own
            else f"{label} is audited without its coder being named: nothing that tells who coded "
            "it is shown to auditors"
        )
        self.args = (f"{waits} until that audit is closed. It opens from the page Second review.",)


class SignInRefused(ReviewError):
    """Nobody was let in: who it is was not shown, or they may not.

    ``why`` is what the ledger is to hear (``SignInFailure``); empty where it has heard, or where
    nobody tried.
    """

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why


class NotFound(ReviewError):
    """No record has this identifier."""
