"""The amendment to a signed convention: what changes of it, from what to what, and who signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template
from defi.kernel.documents.text import Field, Kind, Listing, Table, Vocabulary
from defi.steps.convention.documents.convention import Signature
from defi.steps.convention.documents.words import DRAFT, SESSION


@dataclass(frozen=True)
class AmendmentData:
    """`title` is that of the convention it amends. `changes`: one sentence each, from what to what. Hours are whole
    hours per trainee: those agreed until then (`before_…`) and those that hold after; dates are those that hold after.
    `earlier`: the amendments signed before it, in words, for what changes is told of the convention so amended.

    `effective_on` is the day from which a change of the plan holds, when there is one."""

    title: str
    training: str
    eos_number: str
    provider: str
    starts_on: date
    ends_on: date
    before_centre: int
    before_company: int
    hours_centre: int
    hours_company: int
    convention_number: str = ""
    signed_on: date | None = None
    earlier: str = ""
    effective_on: date | None = None
    changes: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    draft: bool = False

    @property
    def hours_change(self) -> bool:
        """Whether the hours are among what changes."""
        return (self.before_centre, self.before_company) != (self.hours_centre, self.hours_company)


WORDS = Vocabulary(
    fields=(
        *SESSION,
        Field("numéro de la convention", _("son numéro"), lambda d: d.convention_number, "CONV-2025-0007"),
        Field(
            "convention signée le",
            _("jour de la dernière signature"),
            lambda d: d.signed_on,
            "12 novembre 2025",
            Kind.DATE,
        ),
        Field(
            "avenants antérieurs",
            _("ceux qui sont déjà signés"),
            lambda d: d.earlier,
            "l'avenant n° AV-2025-0003 du 2 décembre 2025",
        ),
        Field("date d'effet", _("jour d'effet du changement"), lambda d: d.effective_on, "12 janvier 2026", Kind.DATE),
        Field("anciennes heures en centre", _("convenues jusqu'ici"), lambda d: d.before_centre, "420", Kind.NUMBER),
        Field(
            "anciennes heures en entreprise",
            _("convenues jusqu'ici"),
            lambda d: d.before_company,
            "140",
            Kind.NUMBER,
        ),
        Field("heures en centre", _("ce que dit l'avenant"), lambda d: d.hours_centre, "427", Kind.NUMBER),
        Field("heures en entreprise", _("ce que dit l'avenant"), lambda d: d.hours_company, "140", Kind.NUMBER),
        Field(
            "heures modifiées",
            _("les heures changent"),
            lambda d: d.hours_change,
            kind=Kind.YES_NO,
        ),
        Field("projet", _("le texte n'est encore qu'un projet"), lambda d: d.draft, kind=Kind.YES_NO),
        DRAFT,
    ),
    lists=(
        Listing(
            "changement",
            _("chaque chose que l'avenant change, de quoi à quoi"),
            lambda d: d.changes,
            (Field("changement", _("ce qui change"), lambda said: said, "Postes promis par Les Tilleuls : de 2 à 1."),),
        ),
        Listing(
            "signataire",
            _("chaque signataire"),
            lambda d: d.signatures,
            (
                Field("organisation", _("nom de l'organisation"), lambda s: s.organisation, "Les Tilleuls"),
                Field("qualité", _("place dans l'opération"), lambda s: s.quality, "employeur"),
                Field("représentant", _("qui signe"), lambda s: s.name, "Jeanne Modèle", otherwise="à désigner"),
            ),
        ),
    ),
    tables=(
        Table("heures", _("les heures, avant et après"), "hours"),
        Table("signatures", _("une case par signataire"), "signatures", required=True),
    ),
)

AMENDMENT = Template(
    kind="amendment",
    title=_("Avenant à la convention DEFI"),
    folder=Path(__file__).parent,
    data=AmendmentData,
    prefix="AV",
    verified=True,
    words=WORDS,
    paged=True,
)
