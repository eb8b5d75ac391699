"""What waits before there is an operation: proposals of providers, needs to group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import LEAD, Actor, Who
from defi.steps.needs.models import Need
from defi.steps.offer.models import Proposal

R = TypeVar("R", Need, Proposal)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line of « À faire » that hangs on no operation yet."""

    title: str
    about: str
    since: date | None
    url: str
    button: str


def arrivals(actor: Actor) -> list[Arrival]:
    """The oldest first. Two queries at most."""
    if actor.who is Who.OFFICER:
        return [*_needs(actor), *_proposals(actor, "proposed", _("Répondre à une proposition"), _("Lire et répondre"))]
    if actor.who in LEAD:
        return _proposals(actor, "changes_asked", _("Revoir une proposition"), _("Revoir"))
    return []


def _proposals(actor: Actor, state: str, title: str, button: str) -> list[Arrival]:
    rows = _here(actor, Proposal.objects.visible_to(actor).filter(state=state))
    return [
        Arrival(
            title,
            f"{proposal.title} · {proposal.provider}",
            proposal.decided_on or proposal.proposed_on,
            reverse("offer:proposal", args=[proposal.pk]),
            button,
        )
        for proposal in rows.select_related("provider").order_by("proposed_on", "pk")
    ]


def _needs(actor: Actor) -> list[Arrival]:
    rows = _here(actor, Need.objects.visible_to(actor).filter(state="received"))
    found = rows.order_by().aggregate(n=Count("pk"), since=Min("received_on"))
    if not found["n"]:
        return []
    about = ngettext("%(n)d fiche d'intérêt reçue", "%(n)d fiches d'intérêt reçues", found["n"]) % {"n": found["n"]}
    return [Arrival(_("Regrouper des besoins"), about, found["since"], reverse("needs:list"), _("Ouvrir les besoins"))]


def _here(actor: Actor, rows: QuerySet[R]) -> QuerySet[R]:
    return rows.filter(basin_id__in=actor.basins) if actor.basins else rows
