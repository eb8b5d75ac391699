"""The avenant: due when hours change once the convention is signed, then noted as signed.

Source: issue of the plan, « During the training »."""

from __future__ import annotations

from datetime import date
from typing import Any

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid
from defi.operations.access import lock_bound
from defi.operations.models import Session
from defi.steps.convention import mails, printing
from defi.steps.convention.hours import hours_agreed
from defi.steps.convention.models import Amendment, Convention
from defi.steps.convention.rules import amendment_fault
from defi.steps.convention.states import AMENDMENT
from defi.steps.design.calendar.reading import plan_hours
from defi.steps.design.change_models import ChangeRequest


def follow_hours(convention: Convention, change: ChangeRequest) -> None:
    """Within an action: an amendment is owed, follows another change, or is no longer owed. Only once it is signed."""
    session = Session._base_manager.filter(operation=convention.operation_id).order_by("number").first()
    if convention.state != "signed" or session is None:
        return
    now, agreed = plan_hours(change.plan_id), hours_agreed(convention, session)
    owed = Amendment.objects.filter(convention=convention, state="owed").first()
    said: dict[str, Any] = {"hours_centre": now[0], "hours_company": now[1]}
    if now != agreed:
        _owe(convention, change, owed, said)
    elif owed is not None:
        with acting(TASK, "amendment.drop") as act:
            act.move(AMENDMENT, act.lock(Amendment, owed.pk), **said)


def _owe(convention: Convention, change: ChangeRequest, owed: Amendment | None, said: dict[str, Any]) -> None:
    with acting(TASK, "amendment.owe") as act:
        if owed is not None:
            row = act.move(AMENDMENT, act.lock(Amendment, owed.pk), change=change, **said)
            act.change(row, document=printing.keep_amendment(row, act.now))
            return
        made = act.create(
            Amendment,
            operation_id=convention.operation_id,
            convention=convention,
            change=change,
            state=AMENDMENT.take("amendment.owe", TASK, "").target,
            owed_on=act.today,
            **said,
        )
        act.change(made, document=printing.keep_amendment(made, act.now))
        mails.amendment_owed(act, made)


def record_amendment(actor: Actor, amendment_id: int, *, signed_on: date, version: int | None = None) -> Amendment:
    """All have signed the amendment, on paper or by mail: from then on its hours are those of the convention.

    Raises `Invalid` for a day to come, or before it was due."""
    with acting(actor, "amendment.record") as act:
        amendment = lock_bound(act, Amendment, amendment_id, version)
        AMENDMENT.take("amendment.record", actor, amendment.state)
        if fault := amendment_fault(signed_on, owed_on=amendment.owed_on, today=act.today):
            raise Invalid.field("signed_on", fault)
        return act.move(AMENDMENT, amendment, signed_on=signed_on)
