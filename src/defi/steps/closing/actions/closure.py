"""The end of the file: the session closed in EOS, then the operation (process.md, step 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation, Session
from defi.operations.states import OPERATION
from defi.steps.closing import mails
from defi.steps.closing.models import EosClosure
from defi.steps.closing.queries import closing_facts
from defi.steps.closing.rules import closing_gaps


def record_eos_closed(actor: Actor, operation_id: int, *, closed_on: date) -> EosClosure:
    """The provider closed the session in EOS, that day: after its end, not in the future, once."""
    with acting(actor, "eos.record_closed") as act:
        operation = lock_operation(act, operation_id)
        session = Session.objects.filter(operation=operation).order_by("number").first()
        if session is None or session.ended_on is None:
            raise WrongState(_("La fin de la session n'est pas constatée : notez-la d'abord."))
        if EosClosure.objects.filter(session=session).exists():
            raise WrongState(_("La clôture dans EOS est déjà notée."))
        if closed_on > act.today:
            raise Invalid.field("closed_on", _("Cette date est à venir : notez la clôture une fois faite."))
        if closed_on < session.ended_on:
            raise Invalid.field("closed_on", _("Cette date précède la fin de la session."))
        return act.create(EosClosure, operation=operation, session=session, closed_on=closed_on)


def take_archive(actor: Actor, operation_id: int) -> Operation:
    """Somebody takes away the whole file of an operation, which bears names: the journal says who, and when."""
    with acting(actor, "operation.take_archive") as act:
        operation = act.lock(Operation, operation_id)
        act.note(operation, taken=True)
        return operation


def close_operation(actor: Actor, operation_id: int, *, version: int | None = None) -> Operation:
    """The officer closes the operation: it is then read, not changed; the follow-up of people goes on.

    Raises `Invalid` with what is missing, in sentences."""
    with acting(actor, "operation.close") as act:
        operation = lock_operation(act, operation_id, version)
        gaps = closing_gaps(closing_facts(operation))
        if gaps:
            raise Invalid(not_yet(gaps))
        act.move(OPERATION, operation, closed_on=act.today)
        mails.operation_closed(act, operation)
        return operation


def not_yet(gaps: Iterable[str]) -> str:
    """Why an operation cannot be closed yet, in the words of what is missing."""
    return _("L'opération ne peut pas encore être close. %(gaps)s") % {"gaps": " ".join(gaps)}
