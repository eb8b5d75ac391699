"""What the frame of every page shows: who is acting, the menu, how much there is to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from defi.kernel.access import WHO_LABELS, Actor
from defi.people.models import Membership


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


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: `frame`."""
    identity = getattr(request, "identity", None)
    if identity is None:
        return {"frame": Frame(demonstration=settings.DEMONSTRATION)}
    membership = identity.membership
    basins = [basin.name for basin in membership.basins.all()] if membership else []
    return {
        "frame": Frame(
            actor=identity.actor,
            name=str(identity.person),
            role_label=str(WHO_LABELS[identity.actor.who]),
            organisation=str(membership.organisation) if membership else "",
            territory=", ".join(basins),
            other_memberships=identity.others,
            demonstration=settings.DEMONSTRATION,
        )
    }
