"""The officer's decision under 100 %, and the finding of the start."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import WrongState
from defi.operations.access import lock_operation, operation_of
from defi.operations.models import Session
from defi.schemes.conformity import Conformity, Verdict
from defi.steps.pairing import mails
from defi.steps.pairing.models import Admission, Finding
from defi.steps.pairing.queries import book_of, finding_counts, standing
from defi.steps.pairing.rules import say_verdict
from defi.steps.pairing.states import ADMISSION
from defi.steps.sourcing.locks import refuse_private


def admit(actor: Actor, session_id: int, *, reason: str) -> Admission:
    """The officer admits fewer than all seats paired, with a reason. Never the provider (seed 001, step 5)."""
    return _decide(actor, session_id, "admission.admit", reason)


def refuse_admission(actor: Actor, session_id: int, *, reason: str) -> Admission:
    """The officer refuses: the session is not DEFI."""
    return _decide(actor, session_id, "admission.refuse", reason)


def _decide(actor: Actor, session_id: int, verb: str, reason: str) -> Admission:
    with acting(actor, verb, reason=reason) as act:
        operation = lock_operation(act, operation_of(actor, Session, session_id))
        session = act.lock(Session, session_id)
        refuse_private(reason=reason)
        judged = standing(session).conformity
        former = Admission.objects.filter(session=session).exclude(state="superseded").select_for_update().first()
        _check_decidable(judged)
        if former is not None:
            act.change(former, state=ADMISSION.take("admission.supersede", actor, former.state).target)
        admission = act.create(
            Admission,
            operation=operation,
            session=session,
            state=ADMISSION.take(verb, actor, "", reason).target,
            paired=judged.counts.paired,
            counted=judged.counted,
            reason=reason.strip(),
            decided_on=act.today,
            decided_by_id=actor.person_id,
        )
        mails.admission_decided(act, operation, admission)
        return admission


def _check_decidable(judged: Conformity) -> None:
    if sentence := nothing_to_decide(judged):
        raise WrongState(sentence)


def nothing_to_decide(judged: Conformity) -> str:
    """Why no decision is to be taken: the target is met, or the minimum is not; empty when there is one."""
    if judged.verdict is Verdict.TARGET:
        return _("Toutes les places sont appairées : il n'y a rien à décider.")
    if judged.verdict is Verdict.NOT_DEFI and not judged.refused:
        return _("La session n'atteint pas le minimum (%(words)s) : elle ne peut pas être admise.") % {
            "words": say_verdict(judged)
        }
    return ""


def fix_finding(actor: Actor, session_id: int) -> Finding:
    """Fix and date the counts of the start. Once: later losses change the history, not the finding."""
    with acting(actor, "finding.fix") as act:
        operation = lock_operation(act, operation_of(actor, Session, session_id))
        session = act.lock(Session, session_id)
        if session.started_on is None:
            raise WrongState(_("La session n'a pas démarré : le constat se fait au démarrage."))
        if Finding.objects.filter(session=session).exists():
            raise WrongState(_("Le constat du démarrage est déjà fait : il ne change plus."))
        counts = finding_counts(book_of(operation), session)
        return act.create(
            Finding,
            operation=operation,
            session=session,
            found_on=session.started_on,
            seats=counts.seats,
            entered=counts.people,
            paired=counts.paired,
            apart=counts.apart,
            apart_conforming=counts.apart_conforming,
            small_group=session.small_group,
        )
