"""The seats already bought for a job in a basin: what the offer tells the diagnosis."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.reference.models import Basin, Job
from defi.steps.needs.diagnosis import Figure, day_words, tells
from defi.steps.offer.models import LotPeriod

MOST_NAMES = 6


@tells
def seats_bought(actor: Actor, job: Job | None, basin: Basin) -> list[Figure]:
    """The seats of the lots in force today, of all those this actor may see. A lot covers several jobs and basins: its
    seats are not all for this one, and the figure says so. Whether one covers a need is for the route to say."""
    today = clock.today()
    departments = list(basin.communes.filter(current=True).order_by().values_list("department", flat=True).distinct())
    here = Q(lot__basins=basin) | Q(lot__communes__basin=basin) | Q(lot__departments__overlap=departments)
    valid = LotPeriod.objects.visible_to(actor).filter(here, starts_on__lte=today, ends_on__gte=today)
    if job:
        valid = valid.filter(lot__jobs=job)
    rows = valid.select_related("lot__holder").order_by("lot__market_number", "lot__number", "pk").distinct()
    periods = list(rows)
    known = [period.seats for period in periods if period.seats is not None]
    return [
        Figure(
            _("Places achetées"),
            str(sum(known)) if known or not periods else _("non dites"),
            _("lots des marchés en cours"),
            day_words(today),
            detail=_names(periods) if periods else _("aucun lot en cours ne les couvre"),
            number=sum(known),
        )
    ]


def _names(periods: list[LotPeriod]) -> str:
    lots = [period.lot for period in periods]
    named = ", ".join(
        f"{lot.market_number} {lot.number}" + (f" ({lot.holder})" if lot.holder else "") for lot in lots[:MOST_NAMES]
    )
    if len(lots) > MOST_NAMES:
        named += _(" et %(n)d autres") % {"n": len(lots) - MOST_NAMES}
    return _("au plus : ces lots couvrent aussi d'autres métiers ou bassins. %(lots)s") % {"lots": named}
