"""The register of complaints: what did not go well, and what was done of it (Qualiopi, indicator 31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation, operation_of
from defi.steps.sourcing.locks import refuse_private
from defi.steps.training.actions.names import refuse_names
from defi.steps.training.models import Complaint


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """When it was said, of which kind, by whom (a role), and what."""

    on: date
    kind: str
    by: str
    what: str


def note_complaint(actor: Actor, operation_id: int, facts: ComplaintFacts) -> Complaint:
    """Write it in the register. Raises `Invalid`: a day to come, nothing said, a word on somebody's health, the name of
    somebody of the operation."""
    with acting(actor, "complaint.note") as act:
        operation = lock_operation(act, operation_id)
        refuse_private(what=facts.what)
        refuse_names(operation, what=facts.what)
        faults: dict[str, str] = {}
        if facts.on > act.today:
            faults["on"] = _("Cette date est à venir.")
        if facts.kind not in Complaint.Kind.values:
            faults["kind"] = _("Choisissez dans la liste.")
        if facts.by not in Complaint.By.values:
            faults["by"] = _("Choisissez dans la liste.")
        if not facts.what.strip():
            faults["what"] = _("Dites ce qui s'est passé, sans nommer personne.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        return act.create(
            Complaint,
            operation=operation,
            on=facts.on,
            kind=facts.kind,
            by=facts.by,
            what=facts.what.strip(),
            noted_by_id=actor.person_id,
        )


def close_complaint(actor: Actor, complaint_id: int, *, answer: str, on: date, version: int | None = None) -> Complaint:
    """Say what was done and what was answered: it is closed. Raises `Invalid`, `WrongState` the second time."""
    with acting(actor, "complaint.close") as act:
        lock_operation(act, operation_of(actor, Complaint, complaint_id))
        complaint = act.lock(Complaint, complaint_id, version)
        if complaint.closed_on:
            raise WrongState(_("Cette réclamation est déjà close : sa réponse ne change plus."))
        refuse_private(answer=answer)
        refuse_names(complaint.operation, answer=answer)
        if not answer.strip():
            raise Invalid.field("answer", _("Dites ce qui a été fait, et ce qui a été répondu."))
        if not complaint.on <= on <= act.today:
            raise Invalid.field("on", _("La réponse vient après la réclamation, au plus tard aujourd'hui."))
        return act.change(complaint, answer=answer.strip(), closed_on=on)
