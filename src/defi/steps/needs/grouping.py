"""What changes a collective need: grouping, diagnosis, the need of the public, opening the operation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.operations.actions import open_operation as open_file
from defi.operations.models import Operation
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Basin, Job
from defi.steps.needs import mails
from defi.steps.needs.access import must_pilot
from defi.steps.needs.actions import answer_need, bring_employer
from defi.steps.needs.models import CollectiveNeed, Need, PublicProfile
from defi.steps.needs.rules import PublicCounts, nir_faults, profile_faults
from defi.steps.needs.states import COLLECTIVE, NEED


def create_collective(
    actor: Actor,
    need_ids: Iterable[int],
    *,
    title: str = "",
    job: Job | None = None,
    basin: Basin | None = None,
    wanted_from: date | None = None,
) -> CollectiveNeed:
    """Group needs: by default under the job and the basin of the first, which the officer may choose otherwise."""
    with acting(actor, "collective.create") as act:
        needs = _lock_needs(act, need_ids)
        job, basin = job or needs[0].job, basin or needs[0].basin
        if job is None:
            raise Invalid.field("job", _("Choisissez le métier du besoin collectif."))
        must_pilot(actor, basin.pk)
        collective = act.create(
            CollectiveNeed,
            region_id=actor.region_id,
            title=(title.strip() or f"{job.label}, {basin.name}")[:160],
            job=job,
            basin=basin,
            wanted_from=wanted_from or min((n.wanted_from for n in needs if n.wanted_from), default=None),
            state=COLLECTIVE.take("collective.create", actor, "").target,
        )
        _group(actor, needs, collective)
        return collective


def group_needs(actor: Actor, collective_id: int, need_ids: Iterable[int]) -> CollectiveNeed:
    """Add needs to a group; once its operation is open their employers take part in it at once."""
    with acting(actor, "need.group") as act:
        collective = _lock_collective(act, collective_id)
        if collective.state == "closed":
            raise WrongState(_("Ce besoin collectif est classé : regroupez ces besoins ailleurs."))
        _group(actor, _lock_needs(act, need_ids), collective)
        return collective


def _lock_needs(act: Action, need_ids: Iterable[int]) -> list[Need]:
    # By id, always: two officers who group the same needs take their locks in the same order.
    needs = [act.lock(Need, pk) for pk in sorted(set(need_ids))]
    if not needs:
        raise Invalid.field("needs", _("Cochez au moins un besoin à regrouper."))
    for need in needs:
        must_pilot(act.actor, need.basin_id)
        if need.state == "grouped":
            raise WrongState(
                _("Le besoin de %(employer)s est déjà regroupé : sortez-le d'abord de son groupe.")
                % {"employer": need.employer.name}
            )
        if need.state == "to_confirm":
            raise WrongState(
                _("Le besoin de %(employer)s n'est pas encore confirmé : appelez l'entreprise, puis confirmez-le.")
                % {"employer": need.employer.name}
            )
    return needs


def _group(actor: Actor, needs: list[Need], collective: CollectiveNeed) -> None:
    with acting(actor, "need.group") as act:
        for need in needs:
            # What the employer's words mean is decided by who groups: a need without a job takes that of the group.
            act.move(NEED, need, collective=collective, job=need.job or collective.job)
            bring_employer(act, need)


def ungroup_need(actor: Actor, need_id: int, *, version: int | None = None) -> Need:
    """Take a need out of its group, as long as no operation hangs on it."""
    with acting(actor, "need.ungroup") as act:
        need = act.lock(Need, need_id, version)
        must_pilot(actor, need.basin_id)
        if need.collective and need.collective.state == "in_operation":
            raise WrongState(
                _("L'opération est ouverte : actez plutôt le départ de l'employeur, ou retirez son besoin.")
            )
        return act.move(NEED, need, collective=None)


def close_collective(actor: Actor, collective_id: int, *, reason: str, version: int | None = None) -> CollectiveNeed:
    """No operation will come of it: each employer of the group is answered with the reason."""
    with acting(actor, "collective.close", reason=reason) as act:
        collective = _lock_collective(act, collective_id, version)
        act.move(COLLECTIVE, collective)
        for pk in _waiting(collective):
            answer_need(actor, pk, reason=reason)
        return collective


def _waiting(collective: CollectiveNeed) -> list[int]:
    grouped = Need.objects.filter(collective=collective, state="grouped").order_by("pk")
    return list(grouped.values_list("pk", flat=True))


def record_diagnosis(
    actor: Actor, collective_id: int, *, text: str, source: str, on: date | None = None, version: int | None = None
) -> CollectiveNeed:
    """What the territory says of this job, with where it is read and when it was established."""
    with acting(actor, "collective.record_diagnosis") as act:
        collective = _lock_collective(act, collective_id, version)
        faults = nir_faults({"diagnosis": text})
        if not text.strip():
            faults["diagnosis"] = _("Résumez le diagnostic en quelques lignes.")
        if not source.strip():
            faults["diagnosis_source"] = _("Indiquez d'où vient ce diagnostic (étude, fichier, réunion).")
        if on and on > act.today:
            faults["diagnosis_on"] = _("Cette date est à venir : indiquez le jour où le diagnostic a été établi.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        return act.change(
            collective,
            diagnosis=text.strip(),
            diagnosis_source=source.strip()[:200],
            diagnosis_on=on or act.today,
        )


def record_profile(
    actor: Actor,
    organisation: Organisation,
    counts: PublicCounts,
    *,
    collective_id: int | None = None,
    operation_id: int | None = None,
    adaptations: str = "",
) -> PublicProfile:
    """The need of the public, in counts: who could enter, by the prescriber who knows them or by the officer for it."""
    with acting(actor, "public_profile.record") as act:
        collective, operation = _of(act, collective_id, operation_id)
        if organisation.kind != OrganisationKind.PRESCRIBER:
            raise Invalid.field("organisation", _("Le profil du public vient d'un prescripteur."))
        if actor.in_prescriber and organisation.pk != actor.organisation_id:
            raise NotAllowed(_("Vous notez le profil du public que votre structure accompagne."))
        faults = profile_faults(counts) | nir_faults({"adaptations": adaptations})
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        fields = {**asdict(counts), "adaptations": adaptations.strip(), "recorded_on": act.today}
        known = _known_profile(organisation, collective, operation)
        if known:
            return act.change(known, **fields)
        return act.create(
            PublicProfile,
            region_id=(operation or collective).region_id,  # type: ignore[union-attr]
            collective=collective,
            operation=operation,
            organisation=organisation,
            **fields,
        )


def _of(
    act: Action, collective_id: int | None, operation_id: int | None
) -> tuple[CollectiveNeed | None, Operation | None]:
    if operation_id is not None:
        operation = lock_operation(act, operation_id)
        return CollectiveNeed.objects.filter(operation=operation).first(), operation
    if collective_id is None or act.actor.who is not Who.OFFICER:
        raise Unknown(_("Ce besoin collectif n'existe pas, ou il n'est pas pour vous."))
    collective = _lock_collective(act, collective_id)
    return collective, collective.operation


def _known_profile(
    organisation: Organisation, collective: CollectiveNeed | None, operation: Operation | None
) -> PublicProfile | None:
    """The latest word of a prescriber replaces its former one; the journal keeps both."""
    profiles = PublicProfile.objects.filter(organisation=organisation).select_for_update(of=("self",))
    if operation is not None:
        return profiles.filter(operation=operation).first()
    return profiles.filter(collective=collective).first()


def open_operation(actor: Actor, collective_id: int, *, title: str = "", version: int | None = None) -> Operation:
    """Open the operation in one click: its employers, their contacts and the profiles of the public come with it."""
    with acting(actor, "collective.open_operation") as act:
        collective = _lock_collective(act, collective_id, version)
        if collective.state == "in_operation":
            raise WrongState(_("L'opération de ce besoin collectif est déjà ouverte."))
        COLLECTIVE.take(act.verb, actor, collective.state)
        needs = list(Need.objects.filter(collective=collective, state="grouped").order_by("pk"))
        if not needs:
            raise WrongState(_("Ce besoin collectif n'a plus de besoin : regroupez-en avant d'ouvrir une opération."))
        operation = open_file(
            actor,
            title=title or collective.title,
            region=collective.region,
            basin=collective.basin,
            job=collective.job,
        )
        act.move(COLLECTIVE, collective, operation=operation)
        for need in needs:
            need.collective = collective
            bring_employer(act, need)
        for profile in PublicProfile.objects.filter(collective=collective):
            act.change(profile, operation=operation)
        mails.operation_opened(act, operation, needs)
        return operation


def _lock_collective(act: Action, collective_id: int, version: int | None = None) -> CollectiveNeed:
    collective = act.lock(CollectiveNeed, collective_id, version)
    must_pilot(act.actor, collective.basin_id)
    return collective
