"""What the other rooms ask of the reference data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from defi.kernel import clock
from defi.reference import rules
from defi.reference.models import (
    CENTRE_VAL_DE_LOIRE,
    Basin,
    Certification,
    CertificationBlock,
    CertificationJob,
    Certifier,
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


def in_force(on_day: date) -> Q:
    """The certifications one may train for on that day, as `Certification.in_force` says of one."""
    return Q(active=True, removed=False) & (Q(ends_on=None) | Q(ends_on__gte=on_day))


def certification_numbered(number: str) -> Certification | None:
    """The certification of a number written as the register writes it: RNCP35506."""
    return Certification.objects.filter(number=number.strip().upper()).first()


def certifications_of_job(job: Job, on_day: date | None = None) -> QuerySet[Certification]:
    """The certifications that lead to a job: those in force on that day (today) first, and among them those whose
    sheet bears its own code (`exact`) before those that bear the code of the job it was split from."""
    own = CertificationJob.objects.filter(certification=OuterRef("pk"), removed=False, code_rome=job.code_rome)
    codes = [job.code_rome, job.parent_code or job.code_rome]
    led = CertificationJob.objects.filter(code_rome__in=codes, removed=False)
    rows = Certification.objects.filter(pk__in=led.values("certification"), removed=False)
    alive = Case(When(in_force(on_day or clock.today()), then=Value(True)), default=Value(False))
    return rows.annotate(exact=Exists(own), alive=alive).order_by("-alive", "-exact", "level", "title", "number")


def blocks_of(certification: Certification) -> QuerySet[CertificationBlock]:
    """The blocks of a certification, in the order of their codes."""
    return certification.blocks.filter(removed=False).order_by("rank", "code")


def certifiers_of(certification: Certification) -> QuerySet[Certifier]:
    """Who delivers a certification, by name."""
    return certification.certifiers.filter(removed=False).order_by("name", "siret")


@dataclass(frozen=True, slots=True)
class JobsLed:
    """A ROME code of a sheet, with its words there, and the jobs of today it means: none when it is not known here."""

    code_rome: str
    label: str
    jobs: tuple[Job, ...]


def jobs_led_to(certification: Certification) -> list[JobsLed]:
    """The jobs that a certification leads to, code by code; an older code leads to all the jobs it was split into."""
    codes = list(certification.jobs.filter(removed=False).order_by("code_rome"))
    wanted = [row.code_rome for row in codes]
    jobs = Job.objects.filter(Q(code_rome__in=wanted) | Q(parent_code__in=wanted), removed=False).order_by("code_rome")
    found: dict[str, list[Job]] = {code: [] for code in wanted}
    for job in jobs:
        for code in {job.code_rome, job.parent_code} & found.keys():
            found[code].append(job)
    return [JobsLed(row.code_rome, row.label, tuple(found[row.code_rome])) for row in codes]


CHAIN = """
WITH RECURSIVE chain (number, depth) AS (
    SELECT s.successor, 1 FROM reference_certificationsuccession AS s
    WHERE s.certification_id = %(first)s AND NOT s.removed
    UNION
    SELECT s.successor, chain.depth + 1 FROM chain
    JOIN reference_certification AS c ON c.number = chain.number
    JOIN reference_certificationsuccession AS s ON s.certification_id = c.id AND NOT s.removed
    WHERE chain.depth < 12
)
SELECT number, min(depth) FROM chain WHERE number <> %(number)s GROUP BY number ORDER BY 2, 1
"""


def successors_of(certification: Certification, on_day: date | None = None) -> list[rules.Successor]:
    """What replaced a certification: the nearest in force on that day (today), following the replacements of
    replacements; else the last ones known. One whose sheet was not loaded counts as in force: nothing says
    otherwise."""
    day = on_day or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, {"first": certification.pk, "number": certification.number})
        depths: dict[str, int] = dict(cursor.fetchall())
    if not depths:
        return []
    sheets = {row.number: row for row in Certification.objects.filter(number__in=depths)}
    living = [number for number in depths if number not in sheets or sheets[number].in_force(day)]
    kept = living or list(depths)
    depth = (min if living else max)(depths[number] for number in kept)
    return [
        rules.Successor(number, sheets[number].name if number in sheets else "", number in living)
        for number in kept
        if depths[number] == depth
    ]


def certification_fault(certification: Certification, on_day: date) -> str:
    """Why one cannot train for a certification on a day, with what replaced it; empty when one can. Two queries when
    one cannot, none when one can."""
    wrong = rules.ended(certification, on_day, today=clock.today())
    return f"{wrong} {rules.replaced(successors_of(certification, on_day))}".strip() if wrong else ""
