"""The command `defi offer load`: the door of the terminal onto the import of a file of offers."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.refusals import Invalid
from defi.steps.offer.catalogue.models import CatalogueImport, ImportRow
from defi.steps.offer.lheo.importing import DEFAULT_SOURCE, import_catalogue

TOLD = 20


def command(path: str, source: str = "", *, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Load a file: 0 when it was read to its end, 1 when it was refused and nothing written."""
    out, err = out or sys.stdout, err or sys.stderr
    start = time.perf_counter()
    file = Path(path).expanduser()
    try:
        with file.open("rb") as stream:
            run = import_catalogue(TASK, stream, name=file.name, source=source or DEFAULT_SOURCE)
    except OSError as error:
        print(
            _("« {name} » ne se laisse pas lire ({error}).").format(name=path, error=error.strerror or error), file=err
        )
        return 1
    except Invalid as refusal:
        print(refusal.sentence, file=err)
        print(_("Rien n'a été écrit."), file=err)
        return 1
    for line in tell(run, time.perf_counter() - start):
        print(line, file=out)
    return 0


def tell(run: CatalogueImport, seconds: float) -> list[str]:
    """The lines that say what was loaded, with the first ones of the report."""
    lines = [
        _(
            "{name} (LHÉO {version}, source « {source} ») en {seconds} s. Formations lues : {read}, "
            "ajoutées : {added}, modifiées : {changed}, plus proposées : {withdrawn}, refusées : {refused}. "
            "Avertissements : {warnings}."
        ).format(
            name=run.file_name,
            version=run.lheo_version,
            source=run.source,
            read=run.read,
            added=run.added,
            changed=run.changed,
            withdrawn=run.withdrawn,
            refused=run.refused,
            warnings=run.warnings,
            seconds=f"{seconds:.1f}".replace(".", ","),
        )
    ]
    with scope(TASK):
        rows = list(ImportRow.objects.filter(run=run).order_by("kind", "line", "pk")[: TOLD + 1])
    line = _("  ligne {line}, <{element}>, {kind} : {sentence}")
    lines += [
        line.format(line=row.line, element=row.element, kind=row.get_kind_display(), sentence=row.sentence)
        for row in rows[:TOLD]
    ]
    if len(rows) > TOLD:
        lines.append(_("  … la suite est sur la page de l'import."))
    return lines
