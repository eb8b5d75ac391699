"""What the catalogue answers to the other parts of the room: which sessions are offered for a job, where and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from defi.kernel.access import Actor
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Basin, Job
from defi.steps.offer.catalogue.models import OfferedSession


@dataclass(frozen=True, slots=True)
class Offered:
    """A session of the catalogue, as evidence.

    `exact`: the training bears the code of this job, not only the older code it was split from. `basins`: ids of the
    basins of its places. `provider`: the organisation known here by its SIRET, if any. Hours in hours; an unknown
    number or date is None; levels and objective are codes of LHÉO."""

    session_id: int
    training_id: int
    number: str
    title: str
    exact: bool
    certifications: frozenset[str]
    formacodes: frozenset[str]
    level_in: str
    level_out: str
    general_objective: str
    starts_on: date | None
    ends_on: date | None
    is_permanent: bool
    recruitment: str
    hours_centre: int | None
    hours_company: int | None
    region_seats: int | None
    funders: frozenset[str]
    basins: frozenset[int]
    communes: tuple[str, ...]
    provider_name: str
    provider_siret: str
    provider_nda: str
    provider: Organisation | None


def job_codes(job: Job) -> list[str]:
    """The codes under which a file may announce this job: its own, and the one it was split from."""
    return [code for code in (job.code_rome, job.parent_code) if code]


def offered(actor: Actor, job: Job, basins: Iterable[Basin], period: tuple[date, date]) -> list[Offered]:
    """The sessions still offered for this job, with a place in one of these basins, at some day of the period (first
    and last day). A session whose dates are open counts. By start, then training. Four queries."""
    first, last = period
    rows = (
        OfferedSession.objects.visible_to(actor)
        .filter(
            Q(starts_on=None) | Q(starts_on__lte=last),
            Q(ends_on=None) | Q(ends_on__gte=first),
            withdrawn_on=None,
            action__training__jobs__overlap=job_codes(job),
            action__places__commune__basin__in=list(basins),
        )
        .select_related("action__training")
        .prefetch_related("action__places__commune")
        .order_by("starts_on", "action__training__title", "pk")
        .distinct()
    )
    found = list(rows)
    providers = _providers({row.action.training.provider_siret for row in found})
    return [_offered(row, job, providers) for row in found]


def _providers(sirets: set[str]) -> dict[str, Organisation]:
    known = Organisation.objects.filter(kind=OrganisationKind.PROVIDER, siret__in=sirets - {""})
    return {provider.siret: provider for provider in known}


def _offered(row: OfferedSession, job: Job, providers: dict[str, Organisation]) -> Offered:
    action, training = row.action, row.action.training
    places = list(action.places.all())
    return Offered(
        session_id=row.pk,
        training_id=training.pk,
        number=training.number,
        title=training.title,
        exact=job.code_rome in training.jobs,
        certifications=frozenset(training.certifications),
        formacodes=frozenset(training.formacodes),
        level_in=training.level_in,
        level_out=training.level_out,
        general_objective=training.general_objective,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_permanent=action.is_permanent,
        recruitment=row.recruitment,
        hours_centre=action.hours_centre,
        hours_company=action.hours_company,
        region_seats=action.region_seats,
        funders=frozenset(action.funders),
        basins=frozenset(p.commune.basin_id for p in places if p.commune and p.commune.basin_id),
        communes=tuple(dict.fromkeys(p.commune.name if p.commune else p.town for p in places)),
        provider_name=training.provider_name,
        provider_siret=training.provider_siret,
        provider_nda=training.provider_nda,
        provider=providers.get(training.provider_siret),
    )
