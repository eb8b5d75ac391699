"""One load: everything that is given, in the order files need one another, in one transaction, told line by line."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.refusals import Invalid
from defi.reference.load import domains, geo, rncp, rome, tension
from defi.reference.load.files import gather
from defi.reference.load.records import Damaged, Table
from defi.reference.load.sources import LineRefused, Source
from defi.reference.load.stage import Outcome, Stage
from defi.reference.models import ReferenceLoad

SOURCES = (*rome.SOURCES, *domains.SOURCES, *geo.SOURCES, *tension.SOURCES, *rncp.SOURCES)
LOAD_LOCK = int.from_bytes(b"DEFI-ref")


@dataclass
class SourceReport:
    """What became of one file."""

    source: Source
    file: str
    version: str
    read: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    aside: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class LoadReport:
    """What became of everything that was given."""

    sources: list[SourceReport] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def written(self) -> int:
        return sum(report.outcome.written for report in self.sources)


def command(
    paths: list[str], *, accept_removals: bool = False, out: TextIO | None = None, err: TextIO | None = None
) -> int:
    """`defi reference load PATH|URL… [--accept-removals]`: 0 when loaded, 1 when refused and nothing written."""
    out, err = out or sys.stdout, err or sys.stderr
    start = time.perf_counter()
    try:
        report = load(paths, accept_removals=accept_removals)
    except Invalid as refusal:
        print(refusal.sentence, file=err)
        print(_("Rien n'a été écrit."), file=err)
        return 1
    for line in tell(report, time.perf_counter() - start):
        print(line, file=out)
    return 0


def load(places: Sequence[str], *, accept_removals: bool = False) -> LoadReport:
    """Load every file found behind the places, all or nothing.

    Raises Invalid, in a sentence that says which file and why, when one is unknown, damaged, cut, or would make too
    much disappear, or when another load is running."""
    with TemporaryDirectory(prefix="defi-reference-") as folder:
        report = LoadReport()
        chosen = _recognise([Table(entry) for entry in gather(list(places), Path(folder))], report)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOAD_LOCK])
            if not cursor.fetchone()[0]:
                raise Invalid(_("Un autre chargement est en cours : recommencez quand il sera fini."))
            for source, table in chosen:
                report.sources.append(_load_one(cursor, source, table, accept_removals=accept_removals))
    return report


def _recognise(tables: list[Table], report: LoadReport) -> list[tuple[Source, Table]]:
    chosen: dict[tuple[str, str], tuple[Source, Table]] = {}
    for table in tables:
        source = next((source for source in SOURCES if source.recognises(table.columns)), None)
        if source is None:
            if table.entry.named:
                raise _unknown(table)
            report.unused.append(table.entry.name)
            continue
        if missing := source.missing(table.columns):
            raise _missing(table, source, missing)
        place = "" if source.alone else table.facts.fingerprint
        twin = chosen.setdefault((source.name, place), (source, table))[1]
        if twin.facts.fingerprint != table.facts.fingerprint:
            raise Invalid(
                _("« {one} » et « {other} » contiennent tous deux les {label} : n'en donnez qu'un.").format(
                    one=twin.entry.name, other=table.entry.name, label=source.label
                )
            )
    if not chosen:
        raise Invalid(
            _(
                "Aucun fichier connu : on attend les fichiers du ROME, les communes (COG), les bassins d'emploi, "
                "les tensions, ou l'export de France compétences (RNCP et RS)."
            )
        )
    return sorted(chosen.values(), key=lambda pair: (pair[0].family != "ROME", pair[0].rank, pair[1].entry.name))


def _missing(table: Table, source: Source, missing: Sequence[str]) -> Invalid:
    return Invalid(
        ngettext(
            "« {name} » ressemble au fichier des {label}, mais il y manque la colonne « {columns} ».",
            "« {name} » ressemble au fichier des {label}, mais il y manque les colonnes « {columns} ».",
            len(missing),
        ).format(name=table.entry.name, label=source.label, columns=" », « ".join(missing))
    )


def _unknown(table: Table) -> Invalid:
    """The kind of file that shares most columns with this one, two at least, tells what is missing."""
    present = set(table.columns)

    def expected(source: Source) -> set[str]:
        return {*source.signature, *source.required}

    near = [source for source in SOURCES if len(expected(source) & present) > 1 and not source.foreign & present]
    if near:
        nearest = min(near, key=lambda source: len(expected(source) - present) / len(expected(source)))
        return _missing(table, nearest, sorted(expected(nearest) - present))
    return Invalid(
        _("« {name} » n'est pas un fichier connu. Ses colonnes : {columns}.").format(
            name=table.entry.name, columns=", ".join(table.columns)[:300]
        )
    )


def _load_one(cursor: CursorWrapper, source: Source, table: Table, *, accept_removals: bool) -> SourceReport:
    report = SourceReport(source, table.entry.name, _version(source, table))
    stage = Stage(cursor, source.columns, source.key, accept_removals=accept_removals)
    try:
        stage.fill(_staged(source, table, report))
        report.outcome = source.merge(stage)
        report.outcome.aside += report.aside
    except Invalid as refusal:
        if table.entry.name in refusal.sentence:
            raise
        raise Invalid(f"« {table.entry.name} » : {refusal.sentence}") from refusal
    report.refused = stage.refused()
    _remember(stage, report, table.facts.fingerprint)
    return report


def _staged(source: Source, table: Table, report: SourceReport) -> Iterator[Sequence[Any]]:
    width = len(source.columns)
    for line, record in table.records():
        report.read += 1
        if isinstance(record, Damaged):
            yield (line, record.reason, *[None] * width)
            continue
        try:
            rows = list(source.rows(record))
        except LineRefused as refusal:
            yield (line, refusal.reason, *refusal.row, *[None] * (width - len(refusal.row)))
            continue
        report.aside += not rows
        for row in rows:
            yield (line, None, *row)


def _version(source: Source, table: Table) -> str:
    if vintage := source.vintage(table.columns):
        return vintage
    found = re.search(
        r"_v([0-9]{2,4})(?:_|\.)|cog-?([0-9]{4})|_([0-9]{4}_[0-9]{2}_[0-9]{2})\.|_([0-9]{4})\.",
        table.entry.name,
        re.IGNORECASE,
    )
    parts = found.groups() if found else ()
    return next((part.replace("_", "-") for part in parts if part), table.entry.release)


def _remember(stage: Stage, report: SourceReport, fingerprint: str) -> None:
    """A row per load, except for a file that was loaded before and now changed nothing."""
    known = ReferenceLoad.objects.filter(source=report.source.name, fingerprint=fingerprint).exists()
    if known and not report.outcome.written:
        return
    kept = ReferenceLoad.objects.create(
        source=report.source.name,
        version=report.version,
        fingerprint=fingerprint,
        rows_read=report.read,
        rows_written=report.outcome.written,
        rows_refused=len(report.refused),
    )
    stage.keep_refusals(kept.pk)


def tell(report: LoadReport, seconds: float) -> Iterator[str]:
    """The lines that say what was loaded: a line per file, a line per refusal, the end."""
    for done in report.sources:
        yield _(
            "{label} {version} : {read} lues, {added} ajoutées, {changed} modifiées, {removed} retirées, "
            "{refused} refusées, {aside} sans usage ({file})"
        ).format(
            label=done.source.label,
            version=done.version,
            read=thousands(done.read),
            added=thousands(done.outcome.added),
            changed=thousands(done.outcome.changed),
            removed=thousands(done.outcome.removed),
            refused=thousands(len(done.refused)),
            aside=thousands(done.outcome.aside),
            file=done.file,
        )
        for line, reason in done.refused:
            yield _("  ligne {line} refusée : {reason}").format(line=line, reason=reason)
    if report.unused:
        yield _("Non repris, faute d'usage : {files}").format(files=", ".join(report.unused))
    if absent := rncp.left_out(done.source.name for done in report.sources):
        yield _("Absent de ce chargement : {files}. Ce qui en était déjà chargé reste.").format(
            files=", ".join(str(label) for label in absent)
        )
    if not report.written:
        yield _("Rien n'a changé : ces fichiers étaient déjà chargés ({seconds} s).").format(seconds=decimal(seconds))
        return
    yield _("Chargé : {rows} lignes écrites en {seconds} s.").format(
        rows=thousands(report.written), seconds=decimal(seconds)
    )


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def decimal(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")
