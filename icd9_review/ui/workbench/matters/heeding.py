"""How a person likes the workbench, whatever lies on it."""

from __future__ import annotations

from icd9_review.ui.workbench.component import Wishes
from icd9_review.ui.workbench.session import Session


def heed(session: Session, wishes: Wishes) -> None:
    """Do what was asked of explanations, of the note that follows, and of the suggestions."""
    if wishes.explain is not None:
        session.explain(wishes.explain)
    if wishes.follow is not None:
        session.follow(wishes.follow)
    if wishes.order is not None:
        session.arrange(wishes.order)
    if wishes.open_only is not None:
        session.leave_out_decided(wishes.open_only)
