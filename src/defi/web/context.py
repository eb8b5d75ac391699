"""What the frame of every page shows: who is acting, the menu, how much there is to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, WHO_LABELS, Actor, Who
from defi.kernel.documents.french import of_place
from defi.people.models import Membership
from defi.web.arrivals import how_much
from defi.web.identity import Identity


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the main menu."""

    url: str
    label: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """The context of the page around its content."""

    actor: Actor | None = None
    name: str = ""
    role_label: str = ""
    organisation: str = ""
    territory: str = ""
    todo_count: int = 0
    menu: tuple[MenuItem, ...] = ()
    other_memberships: tuple[Membership, ...] = ()
    demonstration: bool = False

    @property
    def welcomes(self) -> bool:
        """Whether this actor opens the door to other organisations."""
        return self.actor is not None and self.actor.who in {Who.OFFICER, Who.STEERING}


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: `frame`."""
    identity: Identity | None = getattr(request, "identity", None)
    if identity is None:
        return {"frame": Frame(demonstration=settings.DEMONSTRATION)}
    membership = identity.membership
    # A page that only says no counts nothing: half of what such a page would cost.
    says_no = getattr(request, "only_says_no", False)
    count = how_much(identity.actor) if membership and not says_no else 0
    return {
        "frame": Frame(
            actor=identity.actor,
            name=str(identity.person),
            role_label=str(WHO_LABELS[identity.actor.who]),
            organisation=str(membership.organisation) if membership else "",
            territory=_territory(membership),
            todo_count=count,
            menu=tuple(_menu(identity.actor, request.path, count)) if membership else (),
            other_memberships=identity.others,
            demonstration=settings.DEMONSTRATION,
        )
    }


def _territory(membership: Membership | None) -> str:
    basins = [basin.name for basin in membership.basins.all()] if membership else []
    if not basins:
        return ""
    if len(basins) == 1:
        return _("bassin %(name)s") % {"name": of_place(basins[0])}
    return _("bassins de %(names)s") % {"names": ", ".join(basins)}


# An entry that leads to several rooms of pages is the current one in each.
ROOMS_OF = {
    "steering:figures": ("/capitalisation/", "/chiffres/"),
    "needs:list": ("/bassins/",),
    "offer:proposals": ("/lots/", "/catalogue/", "/reponses-dues/"),
}


def _menu(actor: Actor, path: str, count: int) -> list[MenuItem]:
    """What each role comes for; « À faire » first."""
    entries = [("todo", _("À faire"), count)]
    if actor.who is Who.PAYING_OFFICE:
        entries.append(("closing:claims", _("Primes"), 0))
    entries.append(("operations", _("Opérations"), 0))
    if actor.in_prescriber:
        entries.append(("sourcing:seats", _("Places"), 0))
    if actor.who in {Who.OFFICER, Who.STEERING}:
        entries.append(("needs:list", _("Besoins"), 0))
        entries.append(("offer:proposals", _("Offre"), 0))
    if actor.who in {Who.OFFICER, Who.STEERING, *LEAD}:
        entries.append(("employers:list", _("Employeurs"), 0))
    if actor.who in {Who.OFFICER, Who.STEERING}:
        entries.append(("steering:figures", _("Chiffres"), 0))
    if actor.who in LEAD:
        entries.append(("offer:propose", _("Proposer un DEFI"), 0))
    if actor.in_employer:
        entries.append(("employers:mine", _("Mon entreprise"), 0))
    if actor.in_employer or actor.in_prescriber:
        entries.append(("needs:submit", _("Dire un besoin"), 0))
    items = []
    for name, label, number in entries:
        url = reverse(name)
        here = path == url or (url != "/" and name != "todo" and path.startswith((url, *ROOMS_OF.get(name, ()))))
        items.append(MenuItem(url, label, here, number))
    return items
