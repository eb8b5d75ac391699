"""The small set the product works on before an official file is loaded: 22 basins, their centres, jobs in demand, a
few certifications.

The facts are in `territory.toml`, `jobs.toml`, `near.toml`, `tension.toml` and `certifications.toml`, with their
source.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, TypeVar

from django.db import connection, transaction

from defi.reference.load.run import LOAD_LOCK
from defi.reference.models import (
    Basin,
    Certification,
    CertificationBlock,
    CertificationJob,
    CertificationSuccession,
    Certifier,
    Commune,
    Competence,
    Domain,
    Job,
    JobCompetence,
    JobTitle,
    Keyed,
    NearJob,
    ReferenceLoad,
    Tension,
)

Row = TypeVar("Row", bound=Keyed)


def ensure_builtin() -> None:
    """Add what is missing of the small set; called whenever the database is migrated, and harmless when repeated.

    Never changes a row that is there, and adds nothing to a territory or a ROME that was loaded from official files:
    what such a file does not hold is not to come back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        if not ReferenceLoad.objects.filter(source__startswith="geo.").exists():
            _add_territory(_read("territory.toml"))
        if not ReferenceLoad.objects.filter(source__startswith="rome.").exists():
            _add_jobs(_read("jobs.toml")["job"])
            _add_nearness(_read("near.toml"))
        if not ReferenceLoad.objects.filter(source="tension").exists():
            _add_tension(_read("tension.toml"))
        if not ReferenceLoad.objects.filter(source__startswith="rncp.").exists():
            _add_certifications(_read("certifications.toml")["certification"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _keyed(row: Row) -> Row:
    row.set_keys()
    return row


def _add_territory(facts: dict[str, Any]) -> None:
    vintage, region = facts["vintage"], facts["region"]
    Basin.objects.bulk_create(
        [_keyed(Basin(code=code, vintage=vintage, name=name, region=region)) for code, name in facts["basins"]],
        ignore_conflicts=True,
    )
    basins = dict(Basin.objects.filter(vintage=vintage).values_list("code", "id"))
    Commune.objects.bulk_create(
        [
            _keyed(
                Commune(
                    code=code,
                    name=name,
                    department=department,
                    postcodes=postcodes,
                    basin_id=basins[basin],
                    population=population,
                    epci_name=epci,
                )
            )
            for code, name, department, postcodes, basin, population, epci in facts["communes"]
        ],
        ignore_conflicts=True,
    )


def _add_jobs(facts: list[dict[str, Any]]) -> None:
    Job.objects.bulk_create(
        [
            _keyed(
                Job(
                    code_rome=job["code"],
                    label=job["label"],
                    parent_code=job["parent"],
                    regulated=job.get("regulated"),
                )
            )
            for job in facts
        ],
        ignore_conflicts=True,
    )
    jobs = dict(Job.objects.values_list("code_rome", "id"))
    JobTitle.objects.bulk_create(
        [
            _keyed(JobTitle(ogr=ogr, label=label, kind=kind, job_id=jobs[job["code"]], parent_code=job["parent"]))
            for job in facts
            for ogr, kind, label in job["titles"]
        ],
        ignore_conflicts=True,
    )
    _add_competences(facts, jobs)


def _add_competences(facts: list[dict[str, Any]], jobs: dict[str, int]) -> None:
    lines = [(job["code"], *competence) for job in facts for competence in job["competences"]]
    Competence.objects.bulk_create(
        [
            _keyed(Competence(ogr=ogr, kind=kind, label=label, category=category, sub_category=sub_category))
            for _code, ogr, kind, _core, category, sub_category, label in lines
        ],
        ignore_conflicts=True,
    )
    competences = {(ogr, kind): pk for ogr, kind, pk in Competence.objects.values_list("ogr", "kind", "id")}
    JobCompetence.objects.bulk_create(
        [
            JobCompetence(job_id=jobs[code], competence_id=competences[ogr, kind], core=core)
            for code, ogr, kind, core, *_labels in lines
        ],
        ignore_conflicts=True,
    )


def _add_nearness(facts: dict[str, Any]) -> None:
    Domain.objects.bulk_create(
        [Domain(code=code, label=label) for code, label in facts["domains"]], ignore_conflicts=True
    )
    jobs = dict(Job.objects.values_list("code_rome", "id"))
    NearJob.objects.bulk_create(
        [NearJob(job_id=jobs[code], near_id=jobs[near], rank=rank) for code, near, rank in facts["mobility"]],
        ignore_conflicts=True,
    )


def _add_tension(facts: dict[str, Any]) -> None:
    # Where other basins were loaded, the rows of the small set have none to hang on.
    basins = dict(Basin.objects.filter(vintage=facts["vintage"]).values_list("code", "id"))
    Tension.objects.bulk_create(
        [
            Tension(
                basin_id=basins[basin],
                code_rome=job["code"],
                label=job["label"],
                year=facts["year"],
                index=index,
            )
            for job in facts["job"]
            for basin, index in job["index"].items()
            if basin in basins
        ],
        ignore_conflicts=True,
    )


def _add_certifications(facts: list[dict[str, Any]]) -> None:
    plain = ("number", "title", "brand", "level", "active", "decided_on", "ends_on")
    Certification.objects.bulk_create(
        [_keyed(Certification(**{name: row[name] for name in plain if name in row})) for row in facts],
        ignore_conflicts=True,
    )
    sheets = dict(Certification.objects.values_list("number", "id"))
    keyed = [(sheets[row["number"]], row) for row in facts]
    CertificationBlock.objects.bulk_create(
        [
            CertificationBlock(certification_id=sheet, code=code, label=label, rank=int(code.rpartition("BC")[2]))
            for sheet, row in keyed
            for code, label in row.get("blocks", ())
        ],
        ignore_conflicts=True,
    )
    CertificationJob.objects.bulk_create(
        [
            CertificationJob(certification_id=sheet, code_rome=code, label=label)
            for sheet, row in keyed
            for code, label in row.get("jobs", ())
        ],
        ignore_conflicts=True,
    )
    Certifier.objects.bulk_create(
        [
            Certifier(certification_id=sheet, siret=siret, name=name)
            for sheet, row in keyed
            for siret, name in row.get("certifiers", ())
        ],
        ignore_conflicts=True,
    )
    CertificationSuccession.objects.bulk_create(
        [
            CertificationSuccession(certification_id=sheet, successor=number)
            for sheet, row in keyed
            for number in row.get("successors", ())
        ],
        ignore_conflicts=True,
    )
