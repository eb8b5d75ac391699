"""Who pays a seat, who follows the trainee, the card handed to them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.people.actions import NewCard, issue_card
from defi.people.models import Membership, Person
from defi.steps.sourcing.actions.checks import (
    refuse_overflow,
)
from defi.steps.sourcing.locks import TAKES_A_SEAT, lock_candidacy
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.orientation import Funding, check_funding


def fund_seat(actor: Actor, candidacy_id: int, funding: Funding, *, version: int | None = None) -> Candidacy:
    """Say who pays the seat, and what a seat of other funding aims at.

    The payer no longer changes after entry, since the finding counts it; the aim may still be told."""
    with acting(actor, "candidacy.fund") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        check_funding(funding)
        if funding.by != candidacy.funding and candidacy.entered_on:
            raise WrongState(_("La personne est entrée : le financement de sa place ne change plus."))
        if funding.by == Candidacy.Funding.REGION and candidacy.state == "confirmed":
            refuse_overflow(candidacy.session, candidacy.pk)
        return act.change(
            candidacy, funding=funding.by, aim_contract=funding.aim_contract, aim_months=funding.aim_months
        )


def name_referent(actor: Actor, candidacy_id: int, referent_id: int | None, *, version: int | None = None) -> Candidacy:
    """The person of the provider who follows this trainee (CCTAC, « référent de parcours »); None: nobody yet."""
    with acting(actor, "candidacy.name_referent") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        referent = _colleague(candidacy, referent_id) if referent_id else None
        return act.change(candidacy, referent=referent)


def hand_card(actor: Actor, candidacy_id: int) -> NewCard:
    """A new personal card for somebody who holds a seat; the former one dies, and the file keeps that it was handed.

    Raises `WrongState` before the person is confirmed, or once they have left."""
    with acting(actor, "card.issue") as act:
        candidacy = lock_candidacy(act, candidacy_id)
        if candidacy.state not in TAKES_A_SEAT:
            raise WrongState(_("La carte se remet à une personne confirmée ou entrée en formation."))
        new = issue_card(actor, candidacy.person)
        act.note(candidacy, card=new.card.pk)
        return new


def _colleague(candidacy: Candidacy, person_id: int) -> Person:
    with scope(TASK):
        working = Membership.objects.filter(person_id=person_id, organisation=candidacy.operation.provider)
        member = working.filter(until=None).select_related("person").first()
    if member is None:
        raise Invalid.field("referent", _("Le référent se choisit parmi les personnes de l'organisme de formation."))
    return member.person
