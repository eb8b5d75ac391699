"""The files of the territory: communes (COG), intercommunalities, employment basins, and what ties them together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.reference import words
from defi.reference.load.sources import LineRefused, Source, labelled, text_of
from defi.reference.load.stage import Outcome, Stage

CODE_COMMUNE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
CODE_BASIN = re.compile(r"[0-9A-Z]{2,10}")
POSTCODE = re.compile(r"[0-9]{5}")
KNOWN_COMMUNES = "SELECT code FROM reference_commune"
SMALL_WORDS = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sous", "sur"})

# A merged commune belongs to the basin of the one that succeeds it, when no file says better.
INHERIT_BASIN = """
UPDATE reference_commune AS t SET basin_id = s.basin_id FROM reference_commune AS s
WHERE s.code = t.successor_id AND t.basin_id IS NULL AND s.basin_id IS NOT NULL
"""


def commune_code(record: Mapping[str, Any], column: str) -> str:
    """An INSEE code like 28088 or 2A004. Raises LineRefused when it is not one."""
    code = text_of(record, column).upper().zfill(5)
    if not CODE_COMMUNE.fullmatch(code):
        raise LineRefused(_("code INSEE « {code} » mal formé").format(code=code[:20]))
    return code


def whole_number(record: Mapping[str, Any], column: str) -> int | None:
    digits = text_of(record, column)
    return int(digits) if digits.isdecimal() and len(digits) < 10 else None


def proper_name(name: str) -> str:
    """A name in capitals as French writes it: "NOGENT LE ROTROU" → "Nogent-le-Rotrou"."""
    if not name.isupper():
        return name
    parts = re.split(r"[ -]+", name.lower())
    first, *others = parts
    return "-".join([first.capitalize(), *(o if o in SMALL_WORDS else o.capitalize() for o in others)])


class Communes(Source):
    """The communes of a COG in JSON; those that were merged are kept, not current, leading to their successor."""

    name, family, rank, alone = "geo.communes", "territoires", 10, False
    label = gettext_lazy("communes")
    signature = frozenset({"arrondissement", "nom", "type"})
    required = ("code", "nom", "departement", "type")
    columns: ClassVar = {
        "code": "text",
        "name": "text",
        "department": "text",
        "postcodes": "text[]",
        "population": "integer",
        "successor": "text",
        "sort_key": "text",
        "search_key": "text",
    }
    key = ("code",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        code = commune_code(record, "code")
        successor = commune_code(record, "cheflieu") if record.get("cheflieu") else None
        if successor == code:
            return
        name = labelled(record, "nom", 120, (code,))
        department = text_of(record, "departement").upper()
        if not re.fullmatch(r"[0-9][0-9AB][0-9]?", department):
            raise LineRefused(_("département « {code} » mal formé").format(code=department[:10]), (code,))
        given = record.get("codespostaux") or []
        postcodes = sorted(str(p) for p in given if POSTCODE.fullmatch(str(p))) if isinstance(given, list) else []
        yield (
            code,
            name,
            department,
            postcodes,
            whole_number(record, "population"),
            successor,
            words.plain(name),
            words.commune_key(name, code, postcodes),
        )

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        values = {
            "code": "s.code",
            "name": "s.name",
            "department": "s.department",
            "postcodes": "s.postcodes",
            "epci_name": "''",
            "population": "s.population",
            "sort_key": "s.sort_key",
            "search_key": "s.search_key",
            "current": "s.successor IS NULL",
        }
        living = stage.upsert(
            "reference_commune",
            {**values, "successor_id": "NULL::text"},
            key=("code",),
            kept=("epci_name",),
            where="s.successor IS NULL",
        )
        stage.refuse(
            "s.successor IS NOT NULL AND NOT EXISTS (SELECT FROM reference_commune c WHERE c.code = s.successor)",
            "replace(%s, '#', s.successor)",
            [_("commune # inconnue")],
        )
        merged = stage.upsert(
            "reference_commune",
            {**values, "successor_id": "s.successor"},
            key=("code",),
            kept=("epci_name",),
            where="s.successor IS NOT NULL",
        )
        removed = stage.retire(
            "reference_commune",
            "NOT EXISTS (SELECT FROM reference_stage s WHERE s.code = t.code)",
            mark="current = FALSE",
            alive="t.current AND t.department IN (SELECT department FROM reference_stage)",
        )
        stage.run(INHERIT_BASIN)
        return Outcome(living.added + merged.added, living.changed + merged.changed, removed)


class Intercommunalities(Source):
    """The EPCI in JSON, each with its members. Members of regions that are not loaded are left aside."""

    name, family, rank, alone = "geo.epci", "territoires", 20, False
    label = gettext_lazy("intercommunalités")
    signature = frozenset({"membres", "nom"})
    required = ("nom", "membres")
    columns: ClassVar = {"code": "text", "name": "text"}
    key = ("code",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        name = labelled(record, "nom", 160, ())
        members = record.get("membres")
        if not isinstance(members, list):
            raise LineRefused(_("la liste des communes membres manque"))
        return [(commune_code(m, "code"), name) for m in members if isinstance(m, dict)]

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        (elsewhere,) = stage.numbers(
            "SELECT count(*) FROM reference_stage AS s WHERE refused IS NULL "
            "AND NOT EXISTS (SELECT FROM reference_commune AS known WHERE known.code = s.code)"
        )
        changed = stage.run(
            "UPDATE reference_commune AS t SET epci_name = s.name FROM reference_stage AS s "
            "WHERE s.refused IS NULL AND s.code = t.code AND t.epci_name IS DISTINCT FROM s.name"
        )
        return Outcome(changed=changed, aside=elsewhere)


class Basins(Source):
    """Which commune belongs to which employment basin. The columns tell the vintage of the cut: be19, nombe19."""

    name, family, rank, alone = "geo.basins", "territoires", 30, False
    label = gettext_lazy("bassins d'emploi")
    signature = frozenset({"code_commune_insee"})
    required: ClassVar[tuple[str, ...]] = ("code_commune_insee", "reg")
    # When the basin of a commune follows this file.
    condition: ClassVar[str] = "TRUE"
    pattern: ClassVar[re.Pattern[str]] = re.compile(r"(be[0-9]{2})")
    columns: ClassVar = {
        "code": "text",
        "basin": "text",
        "vintage": "text",
        "name": "text",
        "region": "text",
        "sort_key": "text",
        "epci": "text",
    }
    key = ("code",)

    def recognises(self, columns: Iterable[str]) -> bool:
        return super().recognises(columns) and bool(self.vintage(columns))

    def vintage(self, columns: Iterable[str]) -> str:
        found = [match.group(1).upper() for column in columns if (match := self.pattern.fullmatch(column))]
        return max(found, default="")

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        vintage = self.vintage(record)
        code = commune_code(record, "code_commune_insee")
        name = labelled(record, f"nom{vintage.lower()}", 120, (code,))
        region = text_of(record, "reg")
        yield self.row(code, text_of(record, vintage.lower()), vintage, name, region, "")

    def row(self, code: str, basin: str, vintage: str, name: str, region: str, epci: str) -> Sequence[Any]:
        """A stage row. Raises LineRefused when the code of the basin or of the region is not one."""
        if not CODE_BASIN.fullmatch(basin):
            raise LineRefused(_("code de bassin « {code} » mal formé").format(code=basin[:20]), (code,))
        if not re.fullmatch(r"[0-9]{2}", region):
            raise LineRefused(_("code de région « {code} » mal formé").format(code=region[:20]), (code,))
        return code, basin, vintage, proper_name(name), region, words.plain(name), epci

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        stage.refuse_unknown(
            "code",
            KNOWN_COMMUNES,
            _("commune # absente du fichier des communes (fusionnée, ou ce fichier reste à charger)"),
        )
        basins = self._merge_basins(stage)
        attached = stage.run(
            "UPDATE reference_commune AS t SET basin_id = b.id "  # noqa: S608
            "FROM reference_stage AS s JOIN reference_basin AS b ON b.code = s.basin AND b.vintage = s.vintage "
            "WHERE s.refused IS NULL AND s.code = t.code AND t.basin_id IS DISTINCT FROM b.id AND " + self.condition
        )
        stage.run(INHERIT_BASIN)
        return Outcome(basins, attached + self._more(stage))

    def _merge_basins(self, stage: Stage) -> int:
        # The files write names in capitals: the commune of the same name knows how it is spelt. A known name is kept.
        return stage.run(
            "INSERT INTO reference_basin (code, vintage, name, region, sort_key) "
            "SELECT s.basin, s.vintage, COALESCE(min(c.name), min(s.name)), min(s.region), min(s.sort_key) "
            "FROM reference_stage AS s LEFT JOIN reference_commune AS c "
            "  ON c.sort_key = s.sort_key AND c.current AND c.code = s.code "
            "WHERE s.refused IS NULL GROUP BY s.basin, s.vintage "
            "ON CONFLICT (code, vintage) DO NOTHING"
        )

    def _more(self, stage: Stage) -> int:
        return 0


class Attachments(Basins):
    """One table that ties each commune to its EPCI and its basin; it only fills what the official files left."""

    name, rank = "geo.attachments", 40
    label = gettext_lazy("rattachements des communes")
    signature = frozenset({"code_insee", "epci_nom", "bassin_emploi_nom"})
    required = ("code_insee", "epci_nom", "bassin_emploi_nom")
    condition = "(t.basin_id IS NULL OR s.vintage > (SELECT o.vintage FROM reference_basin o WHERE o.id = t.basin_id))"
    pattern = re.compile(r"bassin_emploi_(be[0-9]{2})")

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        vintage = self.vintage(record)
        code = commune_code(record, "code_insee")
        basin = text_of(record, f"bassin_emploi_{vintage.lower()}")
        name = labelled(record, "bassin_emploi_nom", 120, (code,))
        yield self.row(code, basin, vintage, name, basin[:2], text_of(record, "epci_nom")[:160])

    def _more(self, stage: Stage) -> int:
        return stage.run(
            "UPDATE reference_commune AS t SET epci_name = s.epci FROM reference_stage AS s "
            "WHERE s.refused IS NULL AND s.code = t.code AND t.epci_name = '' AND s.epci <> ''"
        )


SOURCES: tuple[Source, ...] = (Communes(), Intercommunalities(), Basins(), Attachments())
