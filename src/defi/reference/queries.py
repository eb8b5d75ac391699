"""What the other rooms ask of the reference data."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from defi.reference.models import (
    CENTRE_VAL_DE_LOIRE,
    Basin,
    Commune,
    Competence,
    Domain,
    Job,
    JobCompetence,
    JobTitle,
    NearJob,
    Tension,
)


def current_basins(region: str = CENTRE_VAL_DE_LOIRE) -> QuerySet[Basin]:
    """The basins of a region in its newest cut, by name."""
    vintages = Basin.objects.filter(region=region).order_by("-vintage").values("vintage")[:1]
    return Basin.objects.filter(region=region, vintage=vintages)


def job_by_code(code_rome: str) -> Job | None:
    """The job of a ROME code, or, for a code that only older files know, the first of those it was split into."""
    code = code_rome.strip().upper()
    job = Job.objects.filter(code_rome=code).first()
    return job or Job.objects.filter(parent_code=code, removed=False).order_by("code_rome").first()


def titles_of(job: Job) -> QuerySet[JobTitle]:
    """The titles in use of a job, the official one first."""
    return job.titles.filter(removed=False).order_by("kind", "rarely_used", "label", "ogr")


def competences_of(job: Job) -> QuerySet[JobCompetence]:
    """What the job calls for, the heart of it first: competences, then knowledge. Each with its `competence`."""
    return (
        job.job_competences.filter(removed=False, competence__removed=False)
        .select_related("competence")
        .order_by("competence__kind", "-core", "competence__sort_key", "competence__ogr")
    )


def near_jobs(job: Job) -> QuerySet[NearJob]:
    """The jobs that people of this one can go to, in the order of the ROME, each with its `near`."""
    near = job.near_jobs.filter(removed=False, near__removed=False).select_related("near")
    return near.order_by("rank", "near__code_rome")


def competences_by_ogr(ogr: str) -> QuerySet[Competence]:
    """The competence, the knowledge, or both, that bear an OGR code."""
    return Competence.objects.filter(ogr=ogr.strip()).order_by("kind")


def communes_of(basin: Basin) -> QuerySet[Commune]:
    """The communes of a basin as they stand today, by name."""
    return basin.communes.filter(current=True)


def domain_of(code_rome: str) -> str:
    """The professional domain of a ROME code: its three first signs."""
    return code_rome[:3]


def domain_labels(codes: Iterable[str]) -> dict[str, str]:
    """The domains of these ROME codes by code, with their labels where they are known."""
    wanted = {domain_of(code) for code in codes}
    known = dict(Domain.objects.filter(code__in=wanted, removed=False).values_list("code", "label"))
    return {code: known.get(code, "") for code in wanted}


def moves_among(job_ids: Iterable[int]) -> set[tuple[int, int]]:
    """The pairs of these jobs (ids) between which the ROME says that one may move, in its direction."""
    wanted = set(job_ids)
    rows = NearJob.objects.filter(job__in=wanted, near__in=wanted, removed=False)
    return set(rows.values_list("job_id", "near_id"))


def tensions_of(job: Job) -> dict[int, Tension]:
    """The newest tension of a job in each basin (by id): its own row, else the one of the job it was split from."""
    codes = [job.code_rome, job.parent_code or job.code_rome]
    rows = Tension.objects.filter(code_rome__in=codes, removed=False)
    found: dict[int, Tension] = {}
    for row in sorted(rows, key=lambda row: (row.year, row.code_rome == job.code_rome)):
        found[row.basin_id] = row
    return found


def tensions_in(basin: Basin) -> QuerySet[Tension]:
    """What is known of the tension in a basin, newest year only, the hardest to recruit first."""
    rows = Tension.objects.filter(basin=basin, removed=False)
    newest = rows.order_by("-year").values("year")[:1]
    return rows.filter(year=newest).order_by("-index", "code_rome")
