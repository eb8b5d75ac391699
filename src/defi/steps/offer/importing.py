"""A table of lots, one verb per file: read line by line, written all together, reported row by row, replayable.

A line imported again unchanged changes nothing, even where the lot was corrected by hand since; a line that changed is
written over the lot of the same number. A lot that the table no longer names stays: decisions lean on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel import sheets
from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid
from defi.kernel.sheets import Line, Sheet, plain
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Commune, Job
from defi.reference.queries import current_basins
from defi.steps.offer.coverage import Period, period_faults
from defi.steps.offer.lot_lines import COLUMNS, REQUIRED, Defaults, LotLine, UnreadableError, read_line
from defi.steps.offer.models import Lot, LotImport, LotImportRow, LotPeriod
from defi.steps.offer.territories import Map, Territory, as_printed, read_territory
from defi.steps.offer.territory_names import declared_names

REQUIRED_WORDS = {
    "number": gettext_lazy("lot"),
    "territory": gettext_lazy("territoires"),
    "jobs": gettext_lazy("codes ROME"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A line whose names were found: the rows to write."""

    line: LotLine
    digest: str
    holder: Organisation | None
    co_holders: tuple[Organisation, ...]
    jobs: tuple[int, ...]
    territory: Territory

    @property
    def key(self) -> tuple[str, str]:
        return self.line.market_number, self.line.number


@dataclass
class Reference:
    """What names are looked up in, loaded once per file."""

    region: str
    region_id: int | None = None
    jobs: dict[str, list[int]] = field(default_factory=dict)
    providers: dict[str, Organisation] = field(default_factory=dict)

    @classmethod
    def load(cls, region: str, region_id: int | None = None) -> Reference:
        reference = cls(region, region_id)
        for pk, code, parent in Job.objects.filter(removed=False).values_list("pk", "code_rome", "parent_code"):
            # A market of before 2023 names the sheet that was split: it covers all that came of it.
            for known in {code, parent} - {""}:
                reference.jobs.setdefault(known, []).append(pk)
        for provider in Organisation.objects.filter(kind=OrganisationKind.PROVIDER):
            reference.providers.setdefault(plain(provider.name), provider)
            if provider.siret:
                reference.providers[provider.siret] = provider
        return reference

    @cached_property
    def map(self) -> Map:
        basins = current_basins(self.region)
        communes = Commune.objects.filter(basin__in=basins, current=True).values_list("name", "code", "department")
        known = list(communes)
        return Map(
            basins={plain(basin.name): basin.pk for basin in basins},
            communes={plain(name): code for name, code, _department in known},
            departments=frozenset(department for _name, _code, department in known),
            region=REGION_NAMES.get(self.region, ""),
            declared=declared_names(self.region_id),
        )

    def find(self, line: LotLine) -> Found:
        """The rows that the names of a line mean. Raises `UnreadableError` for a name that nobody knows."""
        unknown = [code for code in line.jobs if code not in self.jobs]
        if unknown:
            said = _("Codes ROME inconnus : %(codes)s.") % {"codes": ", ".join(unknown)}
            if len(self.jobs) < FULL_ROME:
                said += " " + _("Le ROME entier n'est pas chargé ici : faites-le charger, puis importez de nouveau.")
            raise UnreadableError(said)
        territory = read_territory(line.territory, self.map)
        if territory.unknown:
            names = as_printed(line.territory, territory.unknown)
            raise UnreadableError(
                _(
                    "Territoires inconnus : %(names)s. Corrigez leur nom, ou dites une fois de quels bassins il s'agit "
                    "(« Noms de territoires »), puis importez de nouveau le tableau."
                )
                % {"names": ", ".join(names)[:200]}
            )
        return Found(
            line=line,
            digest=hashlib.sha256(repr(line).encode()).hexdigest(),
            holder=self._provider(line.holder) if line.holder else None,
            co_holders=tuple(self._provider(name) for name in line.co_holders),
            jobs=tuple(dict.fromkeys(pk for code in line.jobs for pk in self.jobs[code])),
            territory=territory,
        )

    def _provider(self, name: str) -> Organisation:
        siret = "".join(name.split())
        found = self.providers.get(siret) or self.providers.get(plain(name))
        if found is None:
            words = _("Titulaire inconnu : « %(name)s ». Enregistrez cet organisme, ou donnez son SIRET.")
            raise UnreadableError(words % {"name": name[:100]})
        return found


FULL_ROME = 400
"""With fewer codes than this, only the small set that comes with the product is loaded (the ROME has over 500)."""

REGION_NAMES = {"11": "Île-de-France", "24": "Centre-Val de Loire"}
"""Regions by their code, as the first line of a territory may name them (code officiel géographique)."""


def import_lots(
    actor: Actor, content: bytes, name: str, defaults: Defaults | None = None, *, region: str = "24"
) -> LotImport:
    """Read a table of lots and write what it says. `region`: the code of the region whose basins it names.

    Raises `Invalid` when the file is no table or lacks a column without which no lot can be read; a line at fault stops
    no other, and is told in the report."""
    with acting(actor, "lot.import") as act:
        sheet = sheets.read(content, name)
        places = sheets.recognise(sheet.head, COLUMNS)
        _check_columns(sheet, places)
        run = act.create(
            LotImport,
            region_id=actor.region_id,
            file_name=name[:200],
            fingerprint=hashlib.sha256(content).hexdigest(),
            loaded_by_id=actor.person_id,
            read=len(sheet.lines),
            added=0,
            changed=0,
            refused=0,
        )
        found, rows = _read(sheet.lines, places, defaults or Defaults(), Reference.load(region, actor.region_id))
        rows += _merge(actor, run.region, found)
        LotImportRow.objects.bulk_create([_of_run(run, row) for row in sorted(rows, key=lambda row: row.line)])
        results = [row.result for row in rows]
        return act.change(run, **{name: results.count(name) for name in ("added", "changed", "refused")})


def _of_run(run: LotImport, row: LotImportRow) -> LotImportRow:
    row.run = run
    return row


def _check_columns(sheet: Sheet, places: dict[str, int]) -> None:
    missing = [str(REQUIRED_WORDS[name]) for name in REQUIRED if name not in places]
    if missing:
        words = _("Il manque les colonnes : %(missing)s. La première ligne porte les titres ; on y lit : %(head)s.")
        head = ", ".join(title for title in sheet.head if title)[:200]
        raise Invalid.field("file", words % {"missing": ", ".join(missing), "head": head})


def _read(
    lines: Sequence[Line], places: dict[str, int], defaults: Defaults, reference: Reference
) -> tuple[dict[int, Found], list[LotImportRow]]:
    """The lots read, by line number, and the report of the refused lines."""
    found: dict[int, Found] = {}
    refused: list[LotImportRow] = []
    first_line: dict[tuple[str, str], int] = {}
    for line in lines:
        try:
            lot = reference.find(read_line(line, places, defaults))
            if lot.key in first_line:
                words = _("Ce lot est déjà à la ligne %(line)d du fichier.")
                raise UnreadableError(words % {"line": first_line[lot.key]})
        except UnreadableError as fault:
            number = line.get(places, "number")[:61]
            refused.append(LotImportRow(line=line.number, lot=number, result="refused", sentence=str(fault)[:400]))
            continue
        first_line[lot.key] = line.number
        found[line.number] = lot
    return found, refused


def _merge(actor: Actor, region: Organisation, found: dict[int, Found]) -> list[LotImportRow]:
    """Write the lots that are new or whose line changed; the others are left alone and not reported."""
    kept = Lot.objects.visible_to(actor).filter(market_number__in={lot.line.market_number for lot in found.values()})
    known = {(lot.market_number, lot.number): lot for lot in kept.select_for_update()}
    new = {number: lot for number, lot in found.items() if lot.key not in known}
    changed = {number: lot for number, lot in found.items() if lot.key in known and known[lot.key].digest != lot.digest}
    refused = _clashing({number: known[lot.key] for number, lot in changed.items()}, changed)
    changed = {number: lot for number, lot in changed.items() if number not in {row.line for row in refused}}
    made = Lot.objects.bulk_create([Lot(region=region, **_fields(lot)) for lot in new.values()])
    written = dict(zip(new.values(), made, strict=True)) if new else {}
    for lot in changed.values():
        row = known[lot.key]
        for name, value in _fields(lot).items():
            setattr(row, name, value)
    rows = [known[lot.key] for lot in changed.values()]
    Lot.objects.bulk_update(rows, _FIELDS, batch_size=500)
    Lot.objects.filter(pk__in=[row.pk for row in rows]).update(version=F("version") + 1)
    written |= {lot: known[lot.key] for lot in changed.values()}
    _write_parts(written)
    added = [_row(number, lot, "added") for number, lot in new.items()]
    return added + [_row(number, lot, "changed") for number, lot in changed.items()] + refused


def _clashing(rows: dict[int, Lot], lines: dict[int, Found]) -> list[LotImportRow]:
    """The lines whose dates run into a renewal recorded by hand."""
    renewals: dict[int, list[Period]] = {}
    for period in LotPeriod._base_manager.filter(lot__in=rows.values()).order_by("starts_on"):
        renewals.setdefault(period.lot_id, []).append(Period(period.starts_on, period.ends_on))
    refused = []
    for number, lot in lines.items():
        firm = Period(lot.line.starts_on, lot.line.ends_on)
        if fault := period_faults([firm, *renewals.get(rows[number].pk, [])[1:]]):
            refused.append(LotImportRow(line=number, lot=" · ".join(lot.key)[:61], result="refused", sentence=fault))
    return refused


_FIELDS = (
    "market_number",
    "number",
    "title",
    "sector",
    "holder",
    "territory",
    "departments",
    "levels",
    "categories",
    "certification",
    "certifications",
    "digest",
)


def _fields(lot: Found) -> dict[str, Any]:
    line = lot.line
    return {
        "market_number": line.market_number,
        "number": line.number,
        "title": line.title,
        "sector": line.sector,
        "holder": lot.holder,
        "territory": line.territory,
        "departments": sorted(lot.territory.departments),
        "levels": list(line.levels),
        "categories": list(line.categories),
        "certification": line.certification,
        "certifications": list(line.certifications),
        "digest": lot.digest,
    }


def _row(number: int, lot: Found, result: str) -> LotImportRow:
    return LotImportRow(line=number, lot=" · ".join(lot.key)[:61], result=result)


def _write_parts(written: dict[Found, Lot]) -> None:
    """Jobs, places, co-contractors and the firm period of these lots; renewals recorded by hand stay."""
    ids = [lot.pk for lot in written.values()]
    _link(Lot.jobs.through, "job_id", ids, ((lot.pk, pk) for found, lot in written.items() for pk in found.jobs))
    _link(
        Lot.basins.through,
        "basin_id",
        ids,
        ((lot.pk, pk) for found, lot in written.items() for pk in found.territory.basins),
    )
    _link(
        Lot.communes.through,
        "commune_id",
        ids,
        ((lot.pk, code) for found, lot in written.items() for code in found.territory.communes),
    )
    _link(
        Lot.co_holders.through,
        "organisation_id",
        ids,
        ((lot.pk, firm.pk) for found, lot in written.items() for firm in found.co_holders),
    )
    firm = {period.lot_id: period for period in LotPeriod._base_manager.filter(lot__in=ids).order_by("-starts_on")}
    LotPeriod._base_manager.filter(pk__in=[period.pk for period in firm.values()]).delete()
    LotPeriod._base_manager.bulk_create(
        LotPeriod(
            lot=lot,
            starts_on=found.line.starts_on,
            ends_on=found.line.ends_on,
            seats=found.line.seats,
            seats_used=found.line.used,
        )
        for found, lot in written.items()
    )


def _link(through: type[Model], column: str, lots: list[int], pairs: Iterable[tuple[int, Any]]) -> None:
    through._base_manager.filter(lot_id__in=lots).delete()
    through._base_manager.bulk_create([through(lot_id=lot, **{column: pk}) for lot, pk in pairs], batch_size=2000)
