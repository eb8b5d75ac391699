"""Takes the sheets from the reference tables, and keeps one index for the process until these tables change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from threading import Lock, Thread

from django.db import DatabaseError, connection

from defi.reference.models import Competence, Job, JobCompetence, JobTitle, NearJob
from defi.reference.reading.index import Index, Sheet

BEHAVIOUR = "Savoir-être professionnel"

# A load always leaves its own row, and the small built-in set new numbers: four looks at the end of an index.
STAMP = """
SELECT current_database(), (SELECT max(id) FROM reference_referenceload), (SELECT max(id) FROM reference_job),
       (SELECT max(id) FROM reference_jobtitle), (SELECT max(id) FROM reference_jobcompetence)
"""

_kept: dict[str, tuple[tuple[object, ...], Index]] = {}
_building = Lock()
_serving: list[bool] = []


def current_index() -> Index:
    """The index of the reference as it stands; built at the first call and after each load, in some seconds for the
    whole ROME. Calls that come meanwhile wait for it; in a server (`serve_while_building`) they get the former one,
    while the new one is built beside."""
    stamp = _stamp()
    kept = _kept.get("index")
    if kept is not None and kept[0] == stamp:
        return kept[1]
    if kept is not None and _serving and kept[0][0] == stamp[0]:
        if _building.acquire(blocking=False):
            Thread(target=_build_beside, name="reading", daemon=True).start()
        return kept[1]
    with _building:
        return _build(stamp)


def serve_while_building() -> None:
    """From now on, in this process, nobody waits for a new index: for servers, where a page must not take its time."""
    _serving.append(True)


def _build(stamp: tuple[object, ...]) -> Index:
    kept = _kept.get("index")
    if kept is None or kept[0] != stamp:
        kept = _kept["index"] = (stamp, Index(tuple(sheets())))
    return kept[1]


def _build_beside() -> None:
    """In a thread of its own, with its own connection; the lock was taken by whoever started it."""
    try:
        _build(_stamp())
    except DatabaseError:
        # The former index goes on serving: the next reading tries again.
        return
    finally:
        connection.close()
        _building.release()


def _stamp() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return tuple(cursor.fetchone())


def sheets(left_out: Iterable[str] = ()) -> Iterable[Sheet]:
    """Every job in use with what the ROME says of it, by code; `left_out`: the OGR codes of titles not to be read."""
    titles: dict[int, list[str]] = defaultdict(list)
    in_use = JobTitle.objects.filter(removed=False).exclude(ogr__in=list(left_out)).order_by("kind", "ogr")
    for owner, label in in_use.values_list("job_id", "label"):
        titles[owner].append(label)
    core, competences, knowledge = _competences()
    near: dict[int, list[str]] = defaultdict(list)
    for owner, label in NearJob.objects.filter(removed=False, near__removed=False).values_list("job_id", "near__label"):
        near[owner].append(label)
    for job in Job.objects.filter(removed=False).order_by("code_rome"):
        yield Sheet(
            job.pk,
            job.parent_code or job.code_rome,
            job.label,
            tuple(titles[job.pk]),
            job.definition,
            job.access,
            core=tuple(core[job.pk]),
            competences=tuple(competences[job.pk]),
            knowledge=tuple(knowledge[job.pk]),
            near=tuple(near[job.pk]),
        )


def _competences() -> tuple[dict[int, list[str]], dict[int, list[str]], dict[int, list[str]]]:
    """Labels by job: the heart of it, the other competences, the knowledge. What is asked of anybody tells no job."""
    labels = {
        pk: (kind, label)
        for pk, kind, label in Competence.objects.filter(removed=False)
        .exclude(category=BEHAVIOUR)
        .values_list("id", "kind", "label")
    }
    core: dict[int, list[str]] = defaultdict(list)
    others: dict[int, list[str]] = defaultdict(list)
    knowledge: dict[int, list[str]] = defaultdict(list)
    links = JobCompetence.objects.filter(removed=False).order_by("job_id", "competence__kind", "competence__ogr")
    for job, competence, heart in links.values_list("job_id", "competence_id", "core").iterator(chunk_size=5000):
        if competence not in labels:
            continue
        kind, label = labels[competence]
        if kind == Competence.Kind.KNOWLEDGE:
            knowledge[job].append(label)
        else:
            (core if heart else others)[job].append(label)
    return core, others, knowledge
