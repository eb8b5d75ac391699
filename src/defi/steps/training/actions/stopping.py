"""What becomes of the periods in company of somebody who leaves the training: no end is left to be noted by hand."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.journal import acting
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import mails
from defi.steps.training.actions.company import first_day
from defi.steps.training.actions.locks import lock_placement
from defi.steps.training.actions.placements import begin_placement, cancel_placement, finish_placement
from defi.steps.training.company_hours import awaited, last_day
from defi.steps.training.interruptions import stay_of
from defi.steps.training.models import CompanyPresence, Placement, PlacementSignature
from defi.steps.training.periods import agreement_gap


def stop_placements(candidacy_id: int) -> None:
    """Within the action by which somebody leaves: a period under way stops that day, one to come is cancelled.

    What the tutor signed until then counts. When half-days until then wait for a signature, the tutor is asked for
    them, and the last one ends the period (`company.sign_presence`). A last day after which the tutor signed the person
    present is refused before (`present.refuse_present_from`)."""
    with scope(TASK):
        left_on = Candidacy.objects.values_list("left_on", flat=True).get(pk=candidacy_id)
        found = Placement.objects.filter(candidacy=candidacy_id, state__in=["planned", "begun"]).order_by("pk")
        periods = list(found.select_related("candidacy"))
    for placement in periods:
        if left_on is not None and _is_under_way(placement, left_on):
            _stop(placement, left_on)
        else:
            cancel_placement(TASK, placement.pk, reason=_("La personne a quitté la formation."))


def _is_under_way(placement: Placement, left_on: date) -> bool:
    """Whether a period has begun, or would have at the tutor's first answer: agreed by three, its first day past."""
    if placement.state == "begun":
        return True
    signed = PlacementSignature._base_manager.filter(placement=placement, voided_on=None)
    first = first_day(placement)
    if agreement_gap(set(signed.values_list("party", flat=True))) or first > min(left_on, placement.ends_on):
        return False
    return stay_of(placement.candidacy).interrupted(first) is None


def _stop(placement: Placement, left_on: date) -> None:
    if placement.state == "planned":
        placement = begin_placement(TASK, placement.pk, on=first_day(placement))
    begun, last = placement.begun_on or placement.starts_on, last_day(placement)
    kept = set(CompanyPresence._base_manager.filter(placement=placement).values_list("on", "half"))
    if any(due.key not in kept for due in awaited(placement, stay_of(placement.candidacy))):
        with acting(TASK, "placement.send_tutor_link") as act:
            locked = lock_placement(act, placement.pk)
            mails.placement_stopped(act, locked, unsigned=True)
            act.note(locked, link_sent=True)
        return
    finish_placement(TASK, placement.pk, on=max(begun, last), left=True)
