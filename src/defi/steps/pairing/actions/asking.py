"""Each employer is asked once, in one mail, what it thinks of the people it met."""

from __future__ import annotations

from itertools import groupby

from defi.kernel.access import TASK, scope
from defi.kernel.journal import acting
from defi.kernel.refusals import WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Part, Partner
from defi.steps.pairing import mails
from defi.steps.pairing.awaiting import AwaitedAnswer, answers_awaited
from defi.steps.pairing.models import Encounter


def ask_answers(operation_id: int | None = None) -> int:
    """Each morning: an employer whose answer is awaited gets one mail for all the people it met in an operation since
    the last one, with a link. Nobody is asked twice about the same person; without an address nothing is noted, and the
    board says who waits. `operation_id`: that operation only. Returns how many employers were written to."""
    due = sorted(answers_awaited([operation_id] if operation_id else None), key=_firm)
    fresh = {firm for firm, rows in groupby(due, key=_firm) if any(row.asked_on is None for row in rows)}
    return sum(_ask(operation, employer) for operation, employer in sorted(fresh))


def _firm(row: AwaitedAnswer) -> tuple[int, int]:
    return row.operation_id, row.employer_id


def _ask(operation_id: int, employer_id: int, *, again: bool = False) -> bool:
    with acting(TASK, "encounter.ask_answer") as act:
        # Looked at again under lock: what is awaited when the mail leaves is what counts.
        try:
            lock_operation(act, operation_id)
        except WrongState:
            return False
        rows = [row for row in answers_awaited([operation_id]) if row.employer_id == employer_id]
        asked = [row.encounter_id for row in rows if again or row.asked_on is None]
        partners = Partner.objects.filter(
            operation=operation_id, organisation=employer_id, part=Part.EMPLOYER, left_on=None
        )
        partner = partners.select_related("organisation", "operation__provider").first()
        if partner is None or not asked:
            return False
        met = list(
            Encounter.objects.filter(pk__in=asked)
            .select_related("candidacy__person", "promise__signatory")
            .order_by("candidacy__person__first_name", "candidacy__person__last_name", "pk")
        )
        sent = mails.answers_asked(act, partner, met)
        for encounter in met if sent else ():
            act.change(encounter, asked_on=act.today)
        return bool(sent)


def resend_answers(partner_id: int) -> None:
    """A new link for the holder of a dead one, with the people who still wait for an answer."""
    with scope(TASK):
        partner = Partner.objects.filter(pk=partner_id).first()
    if partner is not None:
        _ask(partner.operation_id, partner.organisation_id, again=True)
