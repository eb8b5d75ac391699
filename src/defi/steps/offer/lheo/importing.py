"""The import of a file of offers: one verb, one transaction, one journal entry, a report line per fault and warning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import BinaryIO

from django.db import connection
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid
from defi.people.models import Organisation, OrganisationKind
from defi.steps.offer.catalogue.models import CatalogueImport, ImportRow, Training
from defi.steps.offer.lheo.checking import Judge, Judged
from defi.steps.offer.lheo.faults import Fault
from defi.steps.offer.lheo.merging import Merge
from defi.steps.offer.lheo.reading import LheoFile

BATCH = 500
FAULTS_PER_TRAINING = 50
LONGEST_SENTENCE = 400
LONGEST_ELEMENT = 60
LONGEST_SOURCE = 80
DEFAULT_SOURCE = "catalogue régional"
LOSS_UNSEEN = 3
"""So few trainings that go are no surprise, whatever the size of the source."""


def import_catalogue(
    actor: Actor, stream: BinaryIO, *, name: str, source: str = DEFAULT_SOURCE, may_lose: bool = True
) -> CatalogueImport:
    """Read a file of offers in LHÉO (2.3 or 2.2) into the catalogue of its source.

    Trainings that break the rules of LHÉO are refused one by one and reported; the others enter. Trainings, actions
    and sessions that the last file of this source had and this one has not are marked as no longer offered. The same
    file again changes nothing. `name` is how the user knows the file. Unless it `may_lose` them, a file that would mark
    most of what the source offers is refused: it is probably the file of another source.

    Raises `Invalid`, and nothing is written, when the file is not LHÉO, is damaged or cut, would lose too much, or when
    another import of the source is running."""
    with acting(actor, "catalogue.import") as act, connection.cursor() as cursor:
        source = _checked_source(source)
        region_id = _region_id(actor)
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", [f"catalogue {source}", region_id])
        if not cursor.fetchone()[0]:
            raise Invalid(_("Un autre import de cette source est en cours : recommencez quand il sera fini."))
        file = LheoFile(stream, name)
        run = act.create(
            CatalogueImport,
            region_id=region_id,
            source=source,
            file_name=name[-200:],
            fingerprint="",
            size=0,
            lheo_version=file.opened.version,
            loaded_by_id=actor.person_id,
        )
        merge = Merge(cursor, region_id, source, act.now, act.today)
        offered = Training.objects.filter(region_id=region_id, source=source, withdrawn_on=None).count()
        taken = _take_in(act, run, file, merge)
        if not may_lose and (fault := loss_fault(taken.withdrawn, offered)):
            raise Invalid.field("may_lose", fault)
        return taken


def loss_fault(withdrawn: int, offered: int) -> str:
    """Why a file that marks so many trainings, out of those the source offers, is looked at twice; or nothing."""
    if withdrawn <= LOSS_UNSEEN or 2 * withdrawn <= offered:
        return ""
    return _(
        "Ce fichier marquerait %(n)d formations sur %(all)d de cette source comme n'étant plus proposées : est-ce bien "
        "un fichier de la même source ? Si oui, cochez la case et recommencez ; sinon, changez le nom de la source."
    ) % {"n": withdrawn, "all": offered}


def _take_in(act: Action, run: CatalogueImport, file: LheoFile, merge: Merge) -> CatalogueImport:
    told: Counter[str] = Counter()
    trainings: Counter[str] = Counter()
    judge = Judge(file.namespace)
    judged = (judge.judge(read) for read in file.trainings())
    while batch := list(islice(judged, BATCH)):
        trainings["read"] += len(batch)
        trainings["refused"] += sum(one.row is None for one in batch)
        merge.stage([one.row for one in batch if one.row is not None])
        merge.keep(one.number for one in batch if one.row is None)
        merge.report(run.pk, _counted(_lines(batch), told))
    around = (_line(ImportRow.Kind.REFUSED, fault) for fault in file.frame_faults)
    merge.report(run.pk, _counted(around, told))
    return act.change(
        run,
        fingerprint=file.fingerprint,
        size=file.size,
        read=trainings["read"],
        refused=trainings["refused"],
        faults=told[ImportRow.Kind.REFUSED],
        warnings=told[ImportRow.Kind.WARNING],
        **asdict(merge.finish()),
    )


Line = tuple[str, int, str, str, str]


def _lines(batch: Iterable[Judged]) -> Iterator[Line]:
    for one in batch:
        for fault in one.faults[:FAULTS_PER_TRAINING]:
            yield _line(ImportRow.Kind.REFUSED, fault, one.number)
        if (more := len(one.faults) - FAULTS_PER_TRAINING) > 0:
            sentence = _("… et {more} autres fautes dans cette formation.").format(more=more)
            yield _line(ImportRow.Kind.REFUSED, Fault(one.faults[-1].line, "formation", sentence), one.number)
        for warning in one.warnings:
            yield _line(ImportRow.Kind.WARNING, warning, one.number)


def _line(kind: ImportRow.Kind, fault: Fault, number: str = "") -> Line:
    return (kind.value, fault.line, fault.element[:LONGEST_ELEMENT], number, fault.sentence[:LONGEST_SENTENCE])


def _counted(lines: Iterable[Line], told: Counter[str]) -> Iterator[Line]:
    for line in lines:
        told[line[0]] += 1
        yield line


def _checked_source(source: str) -> str:
    source = " ".join(source.split())
    if not source:
        raise Invalid.field("source", _("Indiquez la source du fichier : c'est elle que le prochain fichier remplace."))
    if len(source) > LONGEST_SOURCE:
        raise Invalid.field("source", _("Un nom de source compte 80 caractères au plus : raccourcissez-le."))
    return source


def _region_id(actor: Actor) -> int:
    """The Region of the agent; for a task, that of the installation."""
    if actor.region_id is not None:
        return actor.region_id
    region = Organisation.objects.filter(kind=OrganisationKind.REGION).order_by("pk").first()
    if region is None:
        raise Invalid(_("Aucune Région n'est enregistrée : le catalogue n'a pas où entrer."))
    return region.pk
