"""Reaching a candidacy to change it: the operation is locked first, then the session, then the row."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Who
from defi.kernel.journal import Action, check_version
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_bound, lock_operation
from defi.operations.models import Operation, Partner, Session
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.privacy import personal_fault, private_fault
from defi.steps.sourcing.rules import day_fault, nir_fault

TAKES_A_SEAT = ("confirmed", "entered", "completed")


def lock_candidacy(act: Action, candidacy_id: int, version: int | None = None) -> Candidacy:
    """The candidacy with its operation and session locked, if this actor may act on it.

    Raises `Unknown`, `NotAllowed` (other provider, prescriber gone, other link), `Stale`, `WrongState` (closed)."""
    seen = Candidacy.objects.visible_to(act.actor).filter(pk=candidacy_id).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    _lock_file(act, seen)
    candidacy = (
        Candidacy.objects.select_for_update(of=("self",))
        .select_related("person", "session", "operation__provider", "prescriber", "oriented_by")
        .get(pk=seen.pk)
    )
    check_version(candidacy, version)
    return candidacy


def _lock_file(act: Action, candidacy: Candidacy) -> None:
    actor = act.actor
    if actor.who in {Who.LINK, Who.TRAINEE, Who.TASK}:
        # They reach one row and not the operation: the file is locked in their stead.
        operation = Operation.objects.select_for_update(of=("self",)).get(pk=candidacy.operation_id)
        if actor.link and (actor.link.object_type, actor.link.object_id) != ("sourcing.candidacy", candidacy.pk):
            raise NotAllowed(_("Ce lien ne concerne pas cette candidature."))
        if operation.state != "running":
            raise WrongState(_("Cette opération est close : elle se lit, elle ne se modifie plus."))
    else:
        lock_operation(act, candidacy.operation_id)
        must_still_take_part(act, candidacy.operation_id)
    Session.objects.select_for_update(of=("self",)).get(pk=candidacy.session_id)


def must_still_take_part(act: Action, operation_id: int) -> None:
    """A prescriber that left the operation reads its people's files and changes nothing. Raises `NotAllowed`."""
    if not act.actor.in_prescriber:
        return
    partners = Partner.objects.filter(operation_id=operation_id, organisation_id=act.actor.organisation_id or 0)
    if not partners.filter(left_on=None).exists():
        raise NotAllowed(
            _("Votre structure ne participe plus à cette opération : voyez avec l'organisme de formation.")
        )


def lock_session(act: Action, session_id: int, version: int | None = None) -> Session:
    """The session with its operation locked first. Raises what `lock_operation` raises."""
    session = lock_bound(act, Session, session_id, version)
    must_still_take_part(act, session.operation_id)
    return session


def seats_taken(session_id: int, *, without: int | None = None) -> int:
    """Region-funded people who hold a seat of the session, one left out. All are counted, whoever the actor sees."""
    rows = Candidacy.objects.filter(session_id=session_id, funding=Candidacy.Funding.REGION, state__in=TAKES_A_SEAT)
    return rows.exclude(pk=without or 0).count()


def checked_day(act: Action, on: date | None, *, after: date | None = None, field: str = "on") -> date:
    """The date of a fact, today when none is given. Raises `Invalid` beside its field."""
    day = on or act.today
    fault = day_fault(day, today=act.today, after=after)
    if fault:
        raise Invalid.field(field, fault)
    return day


def refuse_nir(**texts: str) -> None:
    """Raises `Invalid` beside each text that looks like a social security number (law.md 4.1)."""
    _refuse({name: nir_fault(text) for name, text in texts.items()})


def refuse_private(**texts: str) -> None:
    """The same, and beside each text about a person that says something of their health or social situation: a reason
    is read by firms, prescribers or the person, and kept (law.md 4.1)."""
    _refuse({name: private_fault(text) for name, text in texts.items()})


def refuse_personal(**texts: str) -> None:
    """The same for notes about a group that firms read, where words that are the subject of a trade may stand."""
    _refuse({name: personal_fault(text) for name, text in texts.items()})


def _refuse(found: dict[str, str]) -> None:
    if faults := {name: fault for name, fault in found.items() if fault}:
        raise Invalid(next(iter(faults.values())), faults)
