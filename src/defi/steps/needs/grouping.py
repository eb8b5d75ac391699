"""What changes a collective need: making and unmaking it, diagnosis, opening the operation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.actions import join
from defi.operations.actions import open_operation as open_file
from defi.operations.models import Operation, Part
from defi.reference.models import Basin, Job
from defi.steps.needs import mails
from defi.steps.needs.access import must_pilot
from defi.steps.needs.actions import answer_need, bring_employer
from defi.steps.needs.models import CollectiveNeed, Need, PublicProfile
from defi.steps.needs.proposing import most_wanted
from defi.steps.needs.rules import nir_faults
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
    """Group needs: by default under the job and the basin that most posts are of, as `proposing` proposes them; the
    officer may choose otherwise."""
    with acting(actor, "collective.create") as act:
        needs = _lock_needs(act, need_ids)
        wanted = most_wanted((need.job_id, need.posts) for need in needs)
        job = job or next((need.job for need in needs if need.job_id == wanted), None)
        place = most_wanted((need.basin_id, need.posts) for need in needs)
        basin = basin or next(need.basin for need in needs if need.basin_id == place)
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
        if collective.state in {"closed", "dissolved"}:
            raise WrongState(_("Ce besoin collectif est classé ou défait : regroupez ces besoins ailleurs."))
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


def split_collective(
    actor: Actor, collective_id: int, need_ids: Iterable[int], *, title: str = "", version: int | None = None
) -> CollectiveNeed:
    """Some needs of a group make another one, under the job of the first of them; the others stay where they are.

    Raises `WrongState` once the operation is open, `Invalid` when none or all of them are chosen."""
    with acting(actor, "collective.split") as act:
        collective = _lock_unmade(act, collective_id, version)
        inside = set(_waiting(collective))
        chosen = sorted(set(need_ids))
        if not chosen or not inside.issuperset(chosen):
            raise Invalid.field("needs", _("Cochez les besoins de ce groupe qui en feront un autre."))
        if len(chosen) == len(inside):
            raise Invalid.field(
                "needs", _("Laissez au moins un besoin dans ce groupe, ou changez plutôt son intitulé.")
            )
        needs = [act.lock(Need, pk) for pk in chosen]
        job = needs[0].job or collective.job
        other = act.create(
            CollectiveNeed,
            region_id=collective.region_id,
            title=(title.strip() or f"{job.label}, {collective.basin.name}")[:160],
            job=job,
            basin=collective.basin,
            wanted_from=min((n.wanted_from for n in needs if n.wanted_from), default=None),
            state=COLLECTIVE.take(act.verb, actor, "").target,
        )
        with acting(actor, "need.regroup") as moving:
            for need in needs:
                moving.move(NEED, need, collective=other)
        return other


def dissolve_collective(actor: Actor, collective_id: int, *, reason: str, version: int | None = None) -> CollectiveNeed:
    """The grouping was not a good one: every need waits again, by itself, and none is lost or answered."""
    with acting(actor, "collective.dissolve", reason=reason) as act:
        collective = _lock_unmade(act, collective_id, version)
        for pk in _waiting(collective):
            ungroup_need(actor, pk)
        return act.move(COLLECTIVE, collective)


def _lock_unmade(act: Action, collective_id: int, version: int | None) -> CollectiveNeed:
    """A group that no operation holds yet."""
    collective = _lock_collective(act, collective_id, version)
    if collective.state == "in_operation":
        raise WrongState(
            _("L'opération est ouverte : actez plutôt le départ d'un employeur, ou abandonnez l'opération.")
        )
    return collective


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


def open_operation(actor: Actor, collective_id: int, *, title: str = "", version: int | None = None) -> Operation:
    """Open the operation in one click: its employers and their contacts, the profiles of the public and the prescribers
    who gave them, the diagnosis, its figures and files come with it."""
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
        for profile in PublicProfile.objects.filter(collective=collective).select_related("organisation"):
            act.change(profile, operation=operation)
            if profile.state == "given":
                join(act, operation, profile.organisation, Part.PRESCRIBER)
        mails.operation_opened(act, operation, needs)
        return operation


def _lock_collective(act: Action, collective_id: int, version: int | None = None) -> CollectiveNeed:
    collective = act.lock(CollectiveNeed, collective_id, version)
    must_pilot(act.actor, collective.basin_id)
    return collective
