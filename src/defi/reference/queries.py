"""What the other rooms ask of the reference data."""

from __future__ import annotations

from django.db.models import QuerySet

from defi.reference.models import CENTRE_VAL_DE_LOIRE, Basin, Commune, Competence, Job, JobCompetence, JobTitle, NearJob


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
