"""The files of the ROME (France Travail): jobs, titles, competences, knowledge, links between them, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.reference import words
from defi.reference.load.sources import LineRefused, Source, labelled, text_of
from defi.reference.load.stage import Outcome, Stage
from defi.reference.models import Competence, JobTitle

CODE_ROME = re.compile(r"[A-Z][0-9]{4}")
CODE_OGR = re.compile(r"[0-9]{1,10}")
CONTEXTS = "reference_contexts"
KNOWN_JOBS = "SELECT code_rome FROM reference_job WHERE NOT removed"


def rome_code(record: Mapping[str, Any], column: str) -> str:
    """A code like K1311. Raises LineRefused when it is not one."""
    code = text_of(record, column).upper()
    if not CODE_ROME.fullmatch(code):
        raise LineRefused(_("code ROME « {code} » mal formé").format(code=code[:20]))
    return code


def ogr_code(record: Mapping[str, Any], column: str) -> str:
    """An OGR code: digits. Raises LineRefused when it is not one."""
    code = text_of(record, column)
    if not CODE_OGR.fullmatch(code):
        raise LineRefused(_("code OGR « {code} » mal formé").format(code=code[:20]))
    return code


def parent_code(record: Mapping[str, Any]) -> str:
    """The code of the sheet before ROME 4.0 split it; empty in the files that do not have it."""
    code = text_of(record, "code_rome_parent").upper()
    return code if CODE_ROME.fullmatch(code) else ""


class Jobs(Source):
    name, family, rank = "rome.jobs", "ROME", 10
    label = gettext_lazy("fiches métier")
    signature = frozenset({"libelle_rome"})
    foreign = frozenset({"code_grand_domaine"})
    required = ("code_rome", "libelle_rome")
    columns: ClassVar = {
        "code": "text",
        "label": "text",
        "parent": "text",
        "regulated": "boolean",
        "sort_key": "text",
    }
    key = ("code",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        code = rome_code(record, "code_rome")
        label = labelled(record, "libelle_rome", 250, (code,))
        regulated = {"O": True, "N": False}.get(text_of(record, "emploi_reglemente"))
        yield code, label, parent_code(record), regulated, words.plain(label)

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        outcome = stage.upsert(
            "reference_job",
            {
                "code_rome": "s.code",
                "label": "s.label",
                "definition": "''",
                "access": "''",
                "parent_code": "s.parent",
                "regulated": "s.regulated",
                "removed": "FALSE",
                "sort_key": "s.sort_key",
            },
            key=("code_rome",),
            kept=("definition", "access"),
        )
        outcome.removed = stage.retire(
            "reference_job", "NOT EXISTS (SELECT FROM reference_stage s WHERE s.code = t.code_rome)"
        )
        return outcome


class Titles(Source):
    name, family, rank = "rome.titles", "ROME", 20
    label = gettext_lazy("appellations")
    signature = frozenset({"libelle_appellation_long"})
    required = ("code_ogr", "libelle_appellation_long", "code_rome")
    columns: ClassVar = {
        "ogr": "text",
        "label": "text",
        "code": "text",
        "kind": "text",
        "parent": "text",
        "rarely_used": "boolean",
        "search_key": "text",
    }
    key = ("ogr",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        ogr = ogr_code(record, "code_ogr")
        label = labelled(record, "libelle_appellation_long", 250, (ogr,))
        kind = text_of(record, "classification").upper()
        yield (
            ogr,
            label,
            text_of(record, "code_rome").upper(),
            JobTitle.Kind.MAIN if kind == JobTitle.Kind.MAIN else JobTitle.Kind.SYNONYM,
            parent_code(record),
            text_of(record, "peu_usite") == "O",
            words.search_key(label, text_of(record, "libelle_appellation_court")),
        )

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        stage.refuse_unknown("code", KNOWN_JOBS, _("code ROME # inconnu"))
        outcome = stage.upsert(
            "reference_jobtitle",
            {
                "ogr": "s.ogr",
                "label": "s.label",
                "job_id": "job.id",
                "kind": "s.kind",
                "parent_code": "s.parent",
                "rarely_used": "s.rarely_used",
                "removed": "FALSE",
                "search_key": "s.search_key",
            },
            key=("ogr",),
            joins="JOIN reference_job AS job ON job.code_rome = s.code",
        )
        outcome.removed = stage.retire(
            "reference_jobtitle", "NOT EXISTS (SELECT FROM reference_stage s WHERE s.ogr = t.ogr)"
        )
        return outcome


class _Competences(Source):
    """What competences and knowledge share: same table, another kind, other names of columns."""

    family = "ROME"
    kind: ClassVar[Competence.Kind]
    names: ClassVar[tuple[str, str, str, str]]
    columns: ClassVar = {
        "ogr": "text",
        "label": "text",
        "category": "text",
        "sub_category": "text",
        "sort_key": "text",
        "search_key": "text",
    }
    key = ("ogr",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        code, name, category, sub_category = self.names
        ogr = ogr_code(record, code)
        label = labelled(record, name, 400, (ogr,))
        yield (
            ogr,
            label,
            text_of(record, category)[:120],
            text_of(record, sub_category)[:120],
            words.plain(label),
            words.search_key(label),
        )

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        outcome = stage.upsert(
            "reference_competence",
            {
                "ogr": "s.ogr",
                "kind": f"'{self.kind.value}'",
                "label": "s.label",
                "category": "s.category",
                "sub_category": "s.sub_category",
                "removed": "FALSE",
                "sort_key": "s.sort_key",
                "search_key": "s.search_key",
            },
            key=("ogr", "kind"),
        )
        outcome.removed = stage.retire(
            "reference_competence",
            "NOT EXISTS (SELECT FROM reference_stage s WHERE s.ogr = t.ogr)",
            alive=f"NOT t.removed AND t.kind = '{self.kind.value}'",
        )
        return outcome


class Competences(_Competences):
    name, rank = "rome.competences", 30
    label = gettext_lazy("compétences")
    kind = Competence.Kind.COMPETENCE
    names = ("code_ogr", "libelle_competence", "cat_comp", "sous_cat_comp")
    signature = frozenset({"libelle_competence"})
    required = ("code_ogr", "libelle_competence")


class Knowledge(_Competences):
    name, rank = "rome.knowledge", 31
    label = gettext_lazy("savoirs")
    kind = Competence.Kind.KNOWLEDGE
    names = ("code_ogr_savoir", "libelle_savoir", "categorie_savoir", "sous_categorie_savoir")
    signature = frozenset({"libelle_savoir"})
    required = ("code_ogr_savoir", "libelle_savoir")


class WorkContexts(Source):
    """Read only so that the links of a job to its working conditions are not taken for unknown competences."""

    name, family, rank = "rome.contexts", "ROME", 40
    label = gettext_lazy("contextes de travail")
    signature = frozenset({"libelle_cont_travail"})
    required = ("code_ogr",)
    columns: ClassVar = {"ogr": "text"}
    key = ("ogr",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        yield (ogr_code(record, "code_ogr"),)

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        stage.run(f"DROP TABLE IF EXISTS {CONTEXTS}")
        stage.run(
            f"CREATE TEMP TABLE {CONTEXTS} ON COMMIT DROP AS "  # noqa: S608
            f"SELECT ogr FROM {stage.table} WHERE refused IS NULL"
        )
        return Outcome(aside=stage.numbers(f"SELECT count(*) FROM {CONTEXTS}")[0])  # noqa: S608


class JobCompetences(Source):
    name, family, rank = "rome.links", "ROME", 50
    label = gettext_lazy("compétences par métier")
    signature = frozenset({"coeur_metier"})
    required = ("code_rome", "code_ogr", "coeur_metier")
    columns: ClassVar = {"code": "text", "ogr": "text", "core": "boolean", "emerging": "boolean"}
    key = ("code", "ogr")

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        heart = words.plain(text_of(record, "coeur_metier"))
        yield (
            rome_code(record, "code_rome"),
            ogr_code(record, "code_ogr"),
            heart == "principale",
            heart == "emergente",
        )

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        stage.run(f"CREATE TEMP TABLE IF NOT EXISTS {CONTEXTS} (ogr text) ON COMMIT DROP")
        stage.refuse_unknown("code", KNOWN_JOBS, _("code ROME # inconnu"))
        stage.refuse_unknown(
            "ogr",
            f"SELECT ogr FROM reference_competence WHERE NOT removed UNION SELECT ogr FROM {CONTEXTS}",  # noqa: S608
            _("code OGR # inconnu : ni compétence, ni savoir, ni contexte de travail"),
        )
        outcome = stage.upsert(
            "reference_jobcompetence",
            {
                "job_id": "job.id",
                "competence_id": "c.id",
                "core": "s.core",
                "emerging": "s.emerging",
                "removed": "FALSE",
            },
            key=("job_id", "competence_id"),
            joins=(
                "JOIN reference_job AS job ON job.code_rome = s.code "
                "JOIN reference_competence AS c ON c.ogr = s.ogr AND NOT c.removed"
            ),
        )
        outcome.removed = stage.retire(
            "reference_jobcompetence",
            "NOT EXISTS (SELECT FROM reference_stage AS s JOIN reference_job AS job ON job.code_rome = s.code "
            "JOIN reference_competence AS c ON c.ogr = s.ogr WHERE job.id = t.job_id AND c.id = t.competence_id)",
        )
        (outcome.aside,) = stage.numbers(
            f"SELECT count(*) FROM reference_stage WHERE refused IS NULL AND ogr IN (SELECT ogr FROM {CONTEXTS})"  # noqa: S608
        )
        return outcome


class Texts(Source):
    """What a job is and how people come to it, sentence by sentence."""

    name, family, rank = "rome.texts", "ROME", 60
    label = gettext_lazy("définitions")
    signature = frozenset({"libelle_texte"})
    required = ("code_rome", "libelle_type_texte", "position_phrase", "libelle_texte")
    columns: ClassVar = {"code": "text", "kind": "text", "place": "integer", "sentence": "text"}
    key = ("code", "kind", "place")
    kinds: ClassVar = {"definition": "definition", "acces_metier": "access"}

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        kind = self.kinds.get(text_of(record, "libelle_type_texte"))
        if kind is None:
            return
        code = rome_code(record, "code_rome")
        place = text_of(record, "position_phrase")
        if not place.isdecimal() or len(place) > 4:
            raise LineRefused(_("position « {place} » : un nombre est attendu").format(place=place[:20]), (code, kind))
        # The official file writes every apostrophe of this column twice.
        sentence = labelled(record, "libelle_texte", 2000, (code, kind, int(place))).replace("''", "'")
        yield code, kind, int(place), sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        stage.refuse_unknown("code", KNOWN_JOBS, _("code ROME # inconnu"))
        changed = stage.run(
            "UPDATE reference_job AS t SET definition = d.definition, access = d.access FROM ("
            "  SELECT job.id, COALESCE(string_agg(sentence, ' ' ORDER BY place) FILTER (WHERE kind = 'definition'),"
            "    job.definition) AS definition,"
            "    COALESCE(string_agg(sentence, ' ' ORDER BY place) FILTER (WHERE kind = 'access'), job.access)"
            "    AS access"
            "  FROM reference_stage AS s JOIN reference_job AS job ON job.code_rome = s.code "
            "  WHERE s.refused IS NULL GROUP BY job.id"
            ") AS d WHERE d.id = t.id AND (t.definition, t.access) IS DISTINCT FROM (d.definition, d.access)"
        )
        return Outcome(changed=changed)


class NearJobs(Source):
    """Which jobs people of a job can go to (mobilités)."""

    name, family, rank = "rome.near", "ROME", 70
    label = gettext_lazy("métiers proches")
    signature = frozenset({"code_rome_cible"})
    required = ("code_rome", "code_rome_cible", "numero_ordre")
    columns: ClassVar = {"code": "text", "near": "text", "place": "integer"}
    key = ("code", "near")

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        code, near = rome_code(record, "code_rome"), rome_code(record, "code_rome_cible")
        place = text_of(record, "numero_ordre")
        if not place.isdecimal() or len(place) > 4:
            raise LineRefused(_("rang « {place} » : un nombre est attendu").format(place=place[:20]), (code, near))
        yield code, near, int(place)

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        stage.refuse_unknown("code", KNOWN_JOBS, _("code ROME # inconnu"))
        stage.refuse_unknown("near", KNOWN_JOBS, _("code ROME # inconnu"))
        outcome = stage.upsert(
            "reference_nearjob",
            {"job_id": "job.id", "near_id": "near.id", "rank": "s.place", "removed": "FALSE"},
            key=("job_id", "near_id"),
            joins=(
                "JOIN reference_job AS job ON job.code_rome = s.code "
                "JOIN reference_job AS near ON near.code_rome = s.near"
            ),
        )
        outcome.removed = stage.retire(
            "reference_nearjob",
            "NOT EXISTS (SELECT FROM reference_stage AS s JOIN reference_job AS job ON job.code_rome = s.code "
            "JOIN reference_job AS near ON near.code_rome = s.near WHERE job.id = t.job_id AND near.id = t.near_id)",
        )
        return outcome


SOURCES: tuple[Source, ...] = (
    Jobs(), Titles(), Competences(), Knowledge(), WorkContexts(), JobCompetences(), Texts(), NearJobs(),
)  # fmt: skip
