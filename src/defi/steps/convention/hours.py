"""The hours of a convention: those a text made now says, those that were agreed, those an amendment replaces."""

from __future__ import annotations

from defi.operations.models import Session
from defi.steps.convention.models import Amendment, Convention
from defi.steps.convention.rules import Hours
from defi.steps.design.calendar.reading import plan_hours
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.models import TrainingPlan


def hours_now(session: Session, plan: TrainingPlan | None) -> Hours:
    """The hours that a text made now says: the session's, unless a change approved since made them the plan's."""
    if plan is not None and ChangeRequest._base_manager.filter(plan=plan, state="approved").exists():
        return plan_hours(plan.pk)
    return session.hours_centre, session.hours_company


def hours_agreed(convention: Convention, session: Session) -> Hours:
    """The hours that were signed, or are being signed: those of the last amendment, else of the text."""
    return _last_agreed(convention, session, None)


def hours_before(amendment: Amendment, session: Session) -> Hours:
    """The hours that an amendment replaces: those of the one signed before it, else of the text."""
    return _last_agreed(amendment.convention, session, amendment.pk)


def _last_agreed(convention: Convention, session: Session, before: int | None) -> Hours:
    rows = Amendment._base_manager.filter(convention=convention, state="signed")
    last = (rows if before is None else rows.filter(pk__lt=before)).order_by("-pk").first()
    if last is not None:
        return last.hours_centre, last.hours_company
    if convention.hours_centre is None or convention.hours_company is None:
        return session.hours_centre, session.hours_company
    return convention.hours_centre, convention.hours_company
