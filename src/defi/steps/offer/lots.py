"""Lots as the rules read them."""

from __future__ import annotations

from datetime import date

from defi.reference.models import Basin, Job
from defi.steps.offer.models import Lot
from defi.steps.offer.rules import LotFacts, Sought, covers


def facts_of(lot: Lot) -> LotFacts:
    """The facts of one lot; jobs and basins come from what was prefetched, when it was."""
    return LotFacts(
        label=f"{lot.market_number} {lot.number}",
        holder=lot.holder.name,
        jobs=frozenset(job.pk for job in lot.jobs.all()),
        basins=frozenset(basin.pk for basin in lot.basins.all()),
        valid_from=lot.valid_from,
        valid_to=lot.valid_to,
    )


def sought(job: Job, basin: Basin) -> Sought:
    """What must be covered."""
    return Sought(job.pk, job.label, basin.pk, basin.name)


def covering_lots(region_id: int, job: Job, basin: Basin, day: date) -> list[Lot]:
    """The lots of the Region that cover this job in this basin that day."""
    rows = (
        Lot.objects.filter(region_id=region_id, jobs=job, basins=basin, valid_from__lte=day, valid_to__gte=day)
        .select_related("holder")
        .prefetch_related("jobs", "basins")
    )
    wanted = sought(job, basin)
    return [lot for lot in rows if covers(facts_of(lot), wanted, day)]
