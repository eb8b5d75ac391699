"""What the needs say of employers: whom an officer works with, who is to be answered, what was asked for and when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.people.employers.actions import learn_contact
from defi.people.employers.reach import engages, meets, tie, unsaid
from defi.steps.needs.access import seen_needs
from defi.steps.needs.models import Need
from defi.steps.needs.queries import Line, lines


@tie
def askers(actor: Actor) -> QuerySet[Any, Any]:
    """The employers who said a need in an officer's territory, wherever their seat. A provider knows no firm by it."""
    if actor.who is not Who.OFFICER:
        return Need._base_manager.none().values("employer_id")
    here = Q(basin_id__in=actor.basins) if actor.basins else Q()
    # A sheet that its employer has not confirmed makes nobody known.
    return Need._base_manager.filter(here).exclude(state="to_confirm").values("employer_id")


@unsaid
def unconfirmed() -> QuerySet[Any, Any]:
    """Whoever a public sheet names before its link or a phone call has confirmed it: « rien n'est enregistré tant que
    vous n'avez pas confirmé »."""
    return Need._base_manager.filter(state="to_confirm").values("employer_id")


@meets
def answering(actor: Actor) -> QuerySet[Any, Any]:
    """Who answers for the needs that a provider sees: those of its operations, those it typed."""
    return Need._base_manager.filter(seen_needs(actor), contact__isnull=False).values("contact_id")


@engages
def asked(actor: Actor) -> QuerySet[Any, Any]:
    """The firms whose need became an operation of this provider."""
    runs = Q(collective__operation__provider_id=actor.organisation_id)
    holds = Q(collective__operation__holder_id=actor.organisation_id)
    return Need._base_manager.filter(runs | holds).values("employer_id")


@on("need.submit")
@on("need.confirm")
@on("need.complete")
@on("need_import.run")
def contact_told(outer: Action, entries: list[JournalEntry]) -> None:
    """Who answers for a need is a contact of the firm, once the need is known to be its own."""
    ids = [entry.object_id for entry in entries if entry.object_type == "needs.need"]
    told = Need._base_manager.filter(pk__in=ids).exclude(state="to_confirm")
    for need in told.select_related("employer", "contact"):
        if need.contact is not None:
            learn_contact(need.employer, need.contact)
        elif need.contact_email or need.contact_phone:
            _reach(need)


def _reach(need: Need) -> None:
    """Nobody was named: the address and the phone that were given are those of the firm, where it had none."""
    firm = need.employer
    found = {"email": firm.email or need.contact_email, "phone": firm.phone or need.contact_phone}
    if (firm.email, firm.phone) != tuple(found.values()):
        firm.email, firm.phone = found["email"], found["phone"]
        firm.save(update_fields=["email", "phone"])


@dataclass(frozen=True, slots=True)
class NeedHistory:
    """The needs of an employer, the latest first, as this actor may see them."""

    needs: list[Need]
    lines: list[Line]

    @property
    def posts(self) -> int:
        return sum(need.posts for need in self.needs if need.state != "withdrawn")

    @property
    def offers(self) -> list[tuple[str, date]]:
        """What the firm can lend or open (its platform, a visit, a tutor…), and when it last said so (feature 9)."""
        said: dict[str, date] = {}
        for need in self.needs:
            for words in need.offers if need.state != "withdrawn" else ():
                said.setdefault(words, need.received_on)
        return list(said.items())


def needs_of(actor: Actor, firms: Collection[int]) -> NeedHistory:
    """One query."""
    rows = Need.objects.visible_to(actor).filter(employer_id__in=firms).order_by("-received_on", "-pk")
    needs = list(rows.select_related("job", "basin", "collective__operation"))
    return NeedHistory(needs, lines(actor, needs))
