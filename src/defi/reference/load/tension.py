"""The file of tension: an index by job and employment basin (France Travail). Why only that: `Tension`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.reference.load.rome import rome_code
from defi.reference.load.sources import LineRefused, Source, labelled, text_of
from defi.reference.load.stage import Outcome, Stage

CUT = re.compile(r"lib_bassin_bmo([0-9]{2})")


class Tensions(Source):
    """Basins of regions that are not loaded are left aside: the file is often the national one.

    Its ROME codes are those of its year: they are kept as they are, and read through `Job.parent_code`."""

    name, family, rank, alone = "tension", "territoires", 50, False
    label = gettext_lazy("tensions")
    signature = frozenset({"ind_tension_d"})
    required = ("annee", "rome", "rome_label", "cbassin", "ind_tension_d")
    columns: ClassVar = {
        "year": "smallint",
        "code": "text",
        "basin": "text",
        "cut": "text",
        "label": "text",
        "index": "smallint",
    }
    key = ("year", "code", "basin")

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        year = text_of(record, "annee")
        if not re.fullmatch(r"20[0-9]{2}", year):
            raise LineRefused(_("année « {year} » mal formée").format(year=year[:20]))
        code, basin = rome_code(record, "rome"), text_of(record, "cbassin")
        key = (int(year), code, basin)
        if not re.fullmatch(r"[0-9A-Z]{2,10}", basin):
            raise LineRefused(_("code de bassin « {code} » mal formé").format(code=basin[:20]), key[:2])
        index = text_of(record, "ind_tension_d")
        if index not in {"1", "2", "3", "4", "5"}:
            raise LineRefused(_("indice « {index} » : de 1 à 5 attendu").format(index=index[:20]), key)
        yield (*key, _cut(record), labelled(record, "rome_label", 250, key), int(index))

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        stage.refuse(
            "NOT EXISTS (SELECT FROM reference_basin AS b WHERE b.vintage = s.cut)",
            "replace(%s, '#', s.cut)",
            [_("découpage # des bassins inconnu : chargez d'abord le fichier des bassins d'emploi")],
        )
        here = "JOIN reference_basin AS b ON b.code = s.basin AND b.vintage = s.cut"
        outcome = stage.upsert(
            "reference_tension",
            {
                "basin_id": "b.id",
                "code_rome": "s.code",
                "year": "s.year",
                "label": "s.label",
                "index": "s.index",
                "removed": "FALSE",
            },
            key=("basin_id", "code_rome", "year"),
            joins=here,
        )
        outcome.removed = stage.retire(
            "reference_tension",
            f"NOT EXISTS (SELECT FROM reference_stage AS s {here} "
            "WHERE b.id = t.basin_id AND s.code = t.code_rome AND s.year = t.year)",
            alive="NOT t.removed AND t.year IN (SELECT year FROM reference_stage)",
        )
        (outcome.aside,) = stage.numbers(
            "SELECT count(*) FROM reference_stage AS s WHERE refused IS NULL "
            "AND NOT EXISTS (SELECT FROM reference_basin AS b WHERE b.code = s.basin AND b.vintage = s.cut)"
        )
        return outcome


def _cut(record: Mapping[str, Any]) -> str:
    """The cut of the basins, told by the name of a column: `lib_bassin_bmo19` → BE19."""
    found = [match.group(1) for column in record if (match := CUT.fullmatch(column))]
    return f"BE{max(found)}" if found else "BE19"


SOURCES: tuple[Source, ...] = (Tensions(),)
