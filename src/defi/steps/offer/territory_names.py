"""The names that markets give to territories: said once as so many basins, then read in every table."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.access import Actor, Guarded
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid
from defi.kernel.sheets import plain
from defi.reference.models import Basin


class TerritoryName(Guarded):
    """« Roissy - Le Bourget » is these basins, in the markets of one Region."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(gettext_lazy("nom, comme le marché l'écrit"), max_length=120)
    key = models.CharField(max_length=120, editable=False)
    basins = models.ManyToManyField("reference.Basin", related_name="+")

    class Meta:
        app_label = "offer"
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["region", "key"], name="territory_name_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


def declared_names(region_id: int | None) -> dict[str, frozenset[int]]:
    """The basins (ids) of each declared name, by its plain form."""
    rows = TerritoryName._base_manager.filter(region_id=region_id).prefetch_related("basins")
    return {row.key: frozenset(basin.pk for basin in row.basins.all()) for row in rows}


def name_territory(actor: Actor, name: str, basins: Sequence[Basin]) -> TerritoryName:
    """Say which basins a name means, or put right what was said. Raises `Invalid` (no name, no basin)."""
    with acting(actor, "territory.name") as act:
        words = " ".join(name.split())
        key = plain(words)
        faults = {}
        if not key:
            faults["name"] = _("Écrivez le nom comme le marché l'écrit.")
        elif len(words) > 120:
            faults["name"] = _("Un nom de territoire compte 120 signes au plus.")
        if not basins:
            faults["basins"] = _("Cochez au moins un bassin.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        known = TerritoryName.objects.visible_to(actor).filter(key=key).first()
        if known is None:
            row = act.create(TerritoryName, region_id=actor.region_id, name=words, key=key)
        else:
            row = act.change(act.lock(TerritoryName, known.pk), name=words)
        row.basins.set(basins)
        act.note(row, basins=len(basins))
        return row


def forget_territory(actor: Actor, territory_id: int) -> None:
    """The name means nothing any more; lots read with it keep their basins."""
    with acting(actor, "territory.forget") as act:
        act.remove(act.lock(TerritoryName, territory_id))
