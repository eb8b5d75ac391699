"""The export of France compétences (RNCP and répertoire spécifique): certifications, blocks, ROME codes, certifiers,
successions.

Ten CSV tables a night, in one archive. Those of no use here (NSF, Formacode, branches, partners, ways in) are left
aside. Every table names the certification by its number (`Numero_Fiche`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.refusals import Invalid
from defi.reference import words
from defi.reference.certification_models import titled
from defi.reference.load.rome import rome_code
from defi.reference.load.sources import LineRefused, Source, labelled, text_of
from defi.reference.load.stage import Outcome, Stage
from defi.reference.models import ReferenceLoad

NUMBER = re.compile(r"(?:RNCP|RS)[0-9]{1,6}")
BLOCK = re.compile(r"((?:RNCP|RS)[0-9]{1,6})BC([0-9]{1,3})")
LEVEL = re.compile(r"NIV([1-8])")
SIRET = re.compile(r"[0-9]{14}")
ACTIVE = {"ACTIVE": True, "INACTIVE": False}
CERTIFICATIONS = "rncp.certifications"
KNOWN = "SELECT number FROM reference_certification"
OF_THE_ROW = "JOIN reference_certification AS c ON c.number = s.number"


def sheet_number(record: Mapping[str, Any], column: str = "numero_fiche") -> str:
    """A number like RNCP35506 or RS6117. Raises LineRefused when it is not one."""
    number = text_of(record, column).upper()
    if not NUMBER.fullmatch(number):
        raise LineRefused(_("numéro de certification « {number} » mal formé").format(number=number[:20]))
    return number


def day_of(record: Mapping[str, Any], column: str, row: Sequence[Any]) -> date | None:
    """A day like 31/08/2023; None when the cell is empty. Raises LineRefused when it is no day."""
    text = text_of(record, column)
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError as error:
        raise LineRefused(
            _("date « {day} » : jour/mois/année attendu (colonne « {column} »)").format(day=text[:20], column=column),
            row,
        ) from error


class _Export(Source):
    """What the tables of the export share: one name for the sheet, and being known by any of their own columns, so
    that a column with another name is told as missing rather than the table left aside."""

    family = "certifications"
    own: ClassVar[frozenset[str]]

    def recognises(self, columns: Iterable[str]) -> bool:
        return bool(self.own & frozenset(columns))


class Certifications(_Export):
    name, rank = CERTIFICATIONS, 60
    label = gettext_lazy("certifications")
    own = frozenset({"id_fiche", "nomenclature_europe_niveau", "date_fin_enregistrement", "type_enregistrement"})
    signature = frozenset({"id_fiche"})
    required = (
        "numero_fiche",
        "intitule",
        "nomenclature_europe_niveau",
        "date_decision",
        "date_fin_enregistrement",
        "actif",
    )
    columns: ClassVar = {
        "number": "text",
        "title": "text",
        "brand": "text",
        "level": "text",
        "active": "boolean",
        "decided_on": "date",
        "ends_on": "date",
        "search_key": "text",
    }
    key = ("number",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        number = sheet_number(record)
        key = (number,)
        title = labelled(record, "intitule", 600, key)
        brand = text_of(record, "abrege_libelle")[:60]
        state = text_of(record, "actif").upper()
        if state not in ACTIVE:
            raise LineRefused(_("« {state} » : ACTIVE ou INACTIVE attendu").format(state=state[:20]), key)
        level = LEVEL.fullmatch(text_of(record, "nomenclature_europe_niveau").upper())
        yield (
            number,
            title,
            brand,
            level.group(1) if level else "",
            ACTIVE[state],
            day_of(record, "date_decision", key),
            day_of(record, "date_fin_enregistrement", key),
            words.search_key(titled(title, brand)),
        )

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        outcome = stage.upsert(
            "reference_certification",
            {name: f"s.{name}" for name in self.columns} | {"removed": "FALSE"},
            key=("number",),
        )
        outcome.removed = stage.retire(
            "reference_certification", "NOT EXISTS (SELECT FROM reference_stage s WHERE s.number = t.number)"
        )
        return outcome


class _OfASheet(_Export):
    """A table that says more of certifications that are known."""

    def check(self, stage: Stage) -> None:
        """Refuse what is given twice and what is of no known certification.

        Raises Invalid when no table of certifications was ever loaded: every line would be refused."""
        if not ReferenceLoad.objects.filter(source=CERTIFICATIONS).exists():
            raise Invalid(
                _(
                    "il manque le fichier des certifications (export_fiches_CSV_Standard_….csv) : sans lui, on ne sait "
                    "pas à quoi rattacher ces lignes. Donnez le dossier entier, ou l'archive."
                )
            )
        stage.refuse_doubles()
        stage.refuse_unknown("number", KNOWN, _("certification # inconnue"))


class Blocks(_OfASheet):
    name, rank = "rncp.blocks", 61
    label = gettext_lazy("blocs de compétences")
    own = frozenset({"bloc_competences_code", "bloc_competences_libelle"})
    signature = frozenset({"bloc_competences_code"})
    required = ("numero_fiche", "bloc_competences_code", "bloc_competences_libelle")
    columns: ClassVar = {"code": "text", "number": "text", "rank": "smallint", "label": "text"}
    key = ("code",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        number = sheet_number(record)
        code = text_of(record, "bloc_competences_code").upper()
        found = BLOCK.fullmatch(code)
        if not found:
            raise LineRefused(_("code de bloc « {code} » mal formé").format(code=code[:20]))
        key = (code, number, int(found.group(2)))
        if found.group(1) != number:
            raise LineRefused(
                _("le bloc {code} n'est pas un bloc de {number}").format(code=code, number=number), (code,)
            )
        yield (*key, labelled(record, "bloc_competences_libelle", 5000, key))

    def merge(self, stage: Stage) -> Outcome:
        self.check(stage)
        outcome = stage.upsert(
            "reference_certificationblock",
            {"certification_id": "c.id", "code": "s.code", "label": "s.label", "rank": "s.rank", "removed": "FALSE"},
            key=("code",),
            joins=OF_THE_ROW,
        )
        outcome.removed = stage.retire(
            "reference_certificationblock", "NOT EXISTS (SELECT FROM reference_stage s WHERE s.code = t.code)"
        )
        return outcome


class CertificationJobs(_OfASheet):
    """The ROME codes of the sheets, as they are written there: see `CertificationJob`."""

    name, rank = "rncp.jobs", 62
    label = gettext_lazy("métiers des certifications")
    own = frozenset({"codes_rome_code", "codes_rome_libelle"})
    signature = frozenset({"codes_rome_code"})
    required = ("numero_fiche", "codes_rome_code")
    columns: ClassVar = {"number": "text", "code": "text", "label": "text"}
    key = ("number", "code")

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        # The official file writes every apostrophe of this column twice.
        label = text_of(record, "codes_rome_libelle").replace("''", "'")[:250]
        yield sheet_number(record), rome_code(record, "codes_rome_code"), label

    def merge(self, stage: Stage) -> Outcome:
        self.check(stage)
        # Beside the few jobs of the built-in set, nearly every code would be unknown, and rightly kept.
        if ReferenceLoad.objects.filter(source="rome.jobs").exists():
            stage.refuse_unknown(
                "code",
                "SELECT code_rome FROM reference_job UNION SELECT parent_code FROM reference_job "
                "UNION SELECT parent_code FROM reference_jobtitle",
                _("code ROME # inconnu"),
            )
        outcome = stage.upsert(
            "reference_certificationjob",
            {"certification_id": "c.id", "code_rome": "s.code", "label": "s.label", "removed": "FALSE"},
            key=("certification_id", "code_rome"),
            joins=OF_THE_ROW,
        )
        outcome.removed = stage.retire(
            "reference_certificationjob",
            f"NOT EXISTS (SELECT FROM reference_stage AS s {OF_THE_ROW} "
            "WHERE c.id = t.certification_id AND s.code = t.code_rome)",
        )
        return outcome


class Certifiers(_OfASheet):
    """Who delivers. The SIRET comes after a tab, so that spreadsheets take it for a text."""

    name, rank = "rncp.certifiers", 63
    label = gettext_lazy("certificateurs")
    own = frozenset({"siret_certificateur", "nom_certificateur"})
    signature = frozenset({"siret_certificateur"})
    required = ("numero_fiche", "siret_certificateur", "nom_certificateur")
    columns: ClassVar = {"number": "text", "siret": "text", "name": "text"}
    key = ("number", "siret", "name")

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        number = sheet_number(record)
        siret = text_of(record, "siret_certificateur").replace(" ", "")
        if siret and not SIRET.fullmatch(siret):
            raise LineRefused(_("SIRET « {siret} » : 14 chiffres attendus").format(siret=siret[:20]), (number,))
        yield number, siret, labelled(record, "nom_certificateur", 250, (number, siret))

    def merge(self, stage: Stage) -> Outcome:
        self.check(stage)
        outcome = stage.upsert(
            "reference_certifier",
            {"certification_id": "c.id", "siret": "s.siret", "name": "s.name", "removed": "FALSE"},
            key=("certification_id", "siret", "name"),
            joins=OF_THE_ROW,
        )
        outcome.removed = stage.retire(
            "reference_certifier",
            f"NOT EXISTS (SELECT FROM reference_stage AS s {OF_THE_ROW} "
            "WHERE c.id = t.certification_id AND s.siret = t.siret AND s.name = t.name)",
        )
        return outcome


class Successions(_OfASheet):
    """What replaced what. Each pair is told twice, from the former sheet and from the new one."""

    name, rank = "rncp.successions", 64
    label = gettext_lazy("remplacements de certifications")
    own = frozenset({"ancienne_certification", "nouvelle_certification"})
    signature = frozenset({"nouvelle_certification"})
    required = ("numero_fiche", "ancienne_certification", "nouvelle_certification")
    columns: ClassVar = {"number": "text", "successor": "text"}
    key = ("number", "successor")

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        number = sheet_number(record)
        former, following = text_of(record, "ancienne_certification"), text_of(record, "nouvelle_certification")
        if former:
            yield sheet_number(record, "ancienne_certification"), number
        if following:
            yield number, sheet_number(record, "nouvelle_certification")

    def merge(self, stage: Stage) -> Outcome:
        told_again = stage.run(
            "DELETE FROM reference_stage AS s USING reference_stage AS f WHERE s.refused IS NULL AND f.refused IS NULL "
            "AND f.number = s.number AND f.successor = s.successor AND f.ctid < s.ctid"
        )
        self.check(stage)
        outcome = stage.upsert(
            "reference_certificationsuccession",
            {"certification_id": "c.id", "successor": "s.successor", "removed": "FALSE"},
            key=("certification_id", "successor"),
            joins=OF_THE_ROW,
        )
        outcome.removed = stage.retire(
            "reference_certificationsuccession",
            f"NOT EXISTS (SELECT FROM reference_stage AS s {OF_THE_ROW} "
            "WHERE c.id = t.certification_id AND s.successor = t.successor)",
        )
        outcome.aside = told_again
        return outcome


SOURCES: tuple[_Export, ...] = (Certifications(), Blocks(), CertificationJobs(), Certifiers(), Successions())


def left_out(loaded: Iterable[str]) -> list[str | Promise]:
    """The labels of the tables of the export that were not among the files loaded, when others of them were."""
    names = set(loaded)
    if not any(source.name in names for source in SOURCES):
        return []
    return [source.label for source in SOURCES if source.name not in names]
