"""What changes the need of the public: asked of prescribers, told by them or typed for them, or absent and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation
from defi.people.models import Organisation, OrganisationKind
from defi.steps.needs import mails
from defi.steps.needs.access import must_pilot
from defi.steps.needs.counts import PublicCounts, profile_faults
from defi.steps.needs.models import CollectiveNeed, PublicProfile
from defi.steps.needs.rules import nir_faults, person_faults
from defi.steps.needs.states import PROFILE


def ask_profiles(
    actor: Actor,
    organisations: Sequence[Organisation],
    *,
    collective_id: int | None = None,
    operation_id: int | None = None,
) -> list[PublicProfile]:
    """Ask prescribers who could enter: each gets a link by mail, and finds the question in its account if it has one.

    Asking again sends a new link. Raises `Invalid` when nobody is chosen, `WrongState` when one has already told."""
    with acting(actor, "public_profile.ask") as act:
        collective, operation = _about(act, collective_id, operation_id)
        if not organisations:
            raise Invalid.field("organisations", _("Cochez au moins un prescripteur à qui le demander."))
        return [_ask(act, organisation, collective, operation) for organisation in organisations]


def _ask(
    act: Action, organisation: Organisation, collective: CollectiveNeed | None, operation: Operation | None
) -> PublicProfile:
    _must_prescribe(organisation)
    profile = _known(organisation, collective, operation)
    state = profile.state if profile else ""
    if state == "given":
        raise WrongState(
            _("%(name)s a déjà donné son profil : il se corrige, il ne se redemande pas.") % {"name": organisation.name}
        )
    fields: dict[str, Any] = {
        "state": PROFILE.take(act.verb, act.actor, state).target,
        "asked_on": act.today,
        "absence": "",
        "recorded_on": None,
    }
    if profile:
        act.change(profile, **fields)
    else:
        profile = act.create(PublicProfile, **_place(collective, operation), organisation=organisation, **fields)
    mails.profile_asked(act, profile)
    return profile


def record_profile(
    actor: Actor,
    organisation: Organisation,
    counts: PublicCounts,
    *,
    collective_id: int | None = None,
    operation_id: int | None = None,
    adaptations: str = "",
) -> PublicProfile:
    """Who could enter, by the prescriber who knows them or by the officer for it; its latest word replaces the former.

    Raises `Unknown` (not asked, not a partner), `NotAllowed` (for another prescriber), `Invalid` (counts)."""
    with acting(actor, "public_profile.record") as act:
        if actor.in_prescriber and organisation.pk != actor.organisation_id:
            raise NotAllowed(_("Vous notez le profil du public que votre structure accompagne."))
        collective, operation = _about(act, collective_id, operation_id)
        _must_prescribe(organisation)
        fields = _told(act, counts, adaptations)
        profile = _known(organisation, collective, operation)
        if profile:
            return _write(act, profile, fields)
        state = PROFILE.take(act.verb, actor, "").target
        return act.create(
            PublicProfile,
            **_place(collective, operation),
            organisation=organisation,
            state=state,
            **fields,
            **_hand(act, organisation),
        )


def tell_profile(
    actor: Actor, profile_id: int, counts: PublicCounts, *, adaptations: str = "", version: int | None = None
) -> PublicProfile:
    """The answer to what was asked: from the mailed link, from the prescriber's account, or by the officer for it."""
    with acting(actor, "public_profile.record") as act:
        profile = _lock(act, profile_id, version)
        return _write(act, profile, _told(act, counts, adaptations))


def decline_profile(actor: Actor, profile_id: int, *, reason: str, version: int | None = None) -> PublicProfile:
    """The prescriber cannot tell, and says why: the absence has its reason, and nobody waits for it any more."""
    with acting(actor, "public_profile.decline", reason=reason) as act:
        profile = _lock(act, profile_id, version)
        if faults := nir_faults({"reason": reason}) | person_faults({"reason": reason}):
            raise Invalid(" ".join(faults.values()), faults)
        act.move(PROFILE, profile, absence=reason.strip(), recorded_on=act.today, **_hand(act, profile.organisation))
        _tell_officers(act, profile)
        return profile


def resend_link(profile_id: int) -> None:
    """A new link for a prescriber whose link died. Raises `WrongState` when nothing is awaited any more."""
    with acting(Actor(Who.TASK), "public_profile.resend_link") as act:
        profile = act.lock(PublicProfile, profile_id)
        _must_wait(profile)
        act.note(profile, link_sent=True)
        mails.profile_asked(act, profile)


def _about(
    act: Action, collective_id: int | None, operation_id: int | None
) -> tuple[CollectiveNeed | None, Operation | None]:
    """What the profile is of: an operation once it is open, a collective need before; locked."""
    if operation_id is not None:
        operation = lock_operation(act, operation_id)
        return CollectiveNeed.objects.filter(operation=operation).first(), operation
    if collective_id is None or act.actor.who is not Who.OFFICER:
        raise Unknown(_("Ce besoin collectif n'existe pas, ou il n'est pas pour vous."))
    collective = act.lock(CollectiveNeed, collective_id)
    must_pilot(act.actor, collective.basin_id)
    if collective.state not in {"open", "in_operation"}:
        raise WrongState(_("Ce besoin collectif est classé ou défait : son public n'est plus demandé."))
    return collective, collective.operation


def _must_prescribe(organisation: Organisation) -> None:
    if organisation.kind != OrganisationKind.PRESCRIBER:
        raise Invalid.field("organisation", _("Le profil du public vient d'un prescripteur."))


def _known(
    organisation: Organisation, collective: CollectiveNeed | None, operation: Operation | None
) -> PublicProfile | None:
    profiles = PublicProfile.objects.filter(organisation=organisation).select_for_update(of=("self",))
    if operation is not None:
        return profiles.filter(operation=operation).first()
    return profiles.filter(collective=collective).first()


def _place(collective: CollectiveNeed | None, operation: Operation | None) -> dict[str, Any]:
    of = operation or collective
    assert of is not None
    return {"region_id": of.region_id, "collective": collective, "operation": operation}


def _lock(act: Action, profile_id: int, version: int | None) -> PublicProfile:
    profile = act.lock(PublicProfile, profile_id, version)
    actor = act.actor
    if actor.in_prescriber and profile.organisation_id != actor.organisation_id:
        raise NotAllowed(_("Vous notez le profil du public que votre structure accompagne."))
    _must_wait(profile)
    must_pilot(actor, (profile.operation or profile.collective).basin_id)  # type: ignore[union-attr]
    return profile


def _must_wait(profile: PublicProfile) -> None:
    ended = profile.operation.state != "running" if profile.operation else False
    if ended or (profile.collective and profile.collective.state in {"closed", "dissolved"}):
        raise WrongState(_("Ce besoin n'est plus à l'étude : merci, il n'y a plus rien à dire."))


def _told(act: Action, counts: PublicCounts, adaptations: str) -> dict[str, Any]:
    faults = profile_faults(counts) | nir_faults({"adaptations": adaptations})
    faults |= person_faults({"adaptations": adaptations})
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    return {**asdict(counts), "adaptations": adaptations.strip(), "absence": "", "recorded_on": act.today}


def _hand(act: Action, organisation: Organisation) -> dict[str, Any]:
    """Who typed, and for whom: the bearer of a prescriber's link is the prescriber."""
    return {"recorded_by_id": act.actor.person_id, "recorded_as_id": act.actor.organisation_id or organisation.pk}


def _write(act: Action, profile: PublicProfile, fields: dict[str, Any]) -> PublicProfile:
    act.move(PROFILE, profile, **fields, **_hand(act, profile.organisation))
    _tell_officers(act, profile)
    return profile


def _tell_officers(act: Action, profile: PublicProfile) -> None:
    if not act.actor.in_region:
        mails.profile_told(act, profile)
