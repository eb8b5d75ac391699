"""Reaching a convention or a signatory to change it: operation first, then convention, then signatory."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action, check_version
from defi.kernel.models import Link
from defi.kernel.refusals import NotAllowed, Unknown, WrongState
from defi.operations.access import leads, lock_operation, pilots
from defi.operations.models import Operation, Session
from defi.steps.convention.models import LIVING, SIGNATORY_TYPE, Amendment, Convention, Signatory


def lock_convention(act: Action, operation_id: int, version: int | None = None) -> Convention:
    """The convention of this operation. Raises what `lock_operation` raises, and `WrongState` before it is drafted."""
    operation = lock_operation(act, operation_id)
    found = Convention.objects.filter(LIVING, operation=operation).select_for_update(of=("self",)).first()
    if found is None:
        raise WrongState(_("La convention n'est pas encore préparée : préparez-la d'abord."))
    check_version(found, version)
    found.operation = operation
    return found


def lock_signatory(act: Action, signatory_id: int, version: int | None = None) -> Signatory:
    """The signatory with its operation and convention locked. A link reaches its own signatory only.

    Raises `Unknown`, `NotAllowed`, `Stale`, `WrongState` (operation closed)."""
    seen = Signatory.objects.visible_to(act.actor).filter(pk=signatory_id).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    if act.actor.who in {Who.LINK, Who.TASK}:
        _lock_in_its_stead(act.actor, seen)
    else:
        lock_operation(act, seen.operation_id)
    Convention.objects.select_for_update(of=("self",)).get(pk=seen.convention_id)
    if seen.amendment_id is not None:
        Amendment.objects.select_for_update(of=("self",)).get(pk=seen.amendment_id)
    signatory = (
        Signatory.objects.select_for_update(of=("self",))
        .select_related("convention", "amendment__convention", "operation", "organisation", "person")
        .get(pk=seen.pk)
    )
    check_version(signatory, version)
    return signatory


def lock_amendment(act: Action, amendment_id: int, version: int | None = None) -> Amendment:
    """The amendment, after its operation and its convention. Raises what `lock_convention` raises, and `Unknown`."""
    seen = Amendment.objects.visible_to(act.actor).filter(pk=amendment_id).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    convention = lock_convention(act, seen.operation_id)
    amendment = act.lock(Amendment, amendment_id, version)
    if amendment.convention_id == convention.pk:
        amendment.convention = convention
    amendment.operation = convention.operation
    return amendment


def kill_links(act: Action, signatory: Signatory) -> None:
    """Who no longer signs keeps no way in, here or at the provider that was asked."""
    if signatory.outside_reference:
        act.change(signatory, outside_reference="")
    living = Link.objects.filter(object_type=SIGNATORY_TYPE, object_id=signatory.pk, revoked_at=None)
    living.update(revoked_at=act.now)


def _lock_in_its_stead(actor: Actor, signatory: Signatory) -> None:
    if actor.link and (actor.link.object_type, actor.link.object_id) != (SIGNATORY_TYPE, signatory.pk):
        raise NotAllowed(_("Ce lien ne concerne pas cette signature."))
    operation = Operation.objects.select_for_update(of=("self",)).get(pk=signatory.operation_id)
    if operation.state != "running":
        raise WrongState(_("Cette opération est close : elle se lit, elle ne se modifie plus."))


def session_of(operation: Operation) -> Session:
    """The session of the operation. Raises `WrongState` when it is not fixed yet."""
    session = Session._base_manager.filter(operation=operation).order_by("number").first()
    if session is None:
        raise WrongState(_("La session n'est pas encore fixée : indiquez d'abord ses dates et ses places."))
    return session


def is_own(actor: Actor, signatory: Signatory) -> bool:
    """Whether this actor answers for the signatory's organisation: its member, or the bearer of its link.

    In a firm, tutors and recruiters answer only when they are the person named."""
    if actor.who is Who.LINK:
        return actor.link is not None and actor.link.object_id == signatory.pk
    if actor.organisation_id != signatory.organisation_id:
        return False
    if actor.who in {Who.TUTOR, Who.RECRUITER, Who.TRAINER}:
        return actor.person_id == signatory.person_id
    return True


def runs(actor: Actor, operation: Operation) -> bool:
    """Whether this actor records for others: the provider that runs the operation, or the officer who pilots it."""
    return leads(actor, operation) or pilots(actor, operation)
