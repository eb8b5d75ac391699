"""The convention of a DEFI session: who engages for what, and the box where each one signs (seed 001, step 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template
from defi.kernel.documents.french import counted
from defi.kernel.documents.text import Field, Kind, Listing, Passage, Table, Vocabulary
from defi.steps.convention.documents.words import DRAFT, SESSION, SIGNING


@dataclass(frozen=True)
class Party:
    """One who engages. `quality` is its place in the operation: organisme de formation, employeur, prescripteur…"""

    name: str
    quality: str
    represented_by: str = ""
    function: str = ""
    address: str = ""


@dataclass(frozen=True)
class Competences:
    """The competences to acquire of one family (techniques, comportementales, transversales)."""

    family: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class PromiseLine:
    """What one employer promises: `posts` posts of a job, with what contract, where and from when.

    `counts` is false when the rulebook does not count such a contract."""

    employer: str
    job: str
    posts: int
    contract: str
    place: str
    starts_on: date | None = None
    counts: bool = True


@dataclass(frozen=True)
class Signature:
    """One box. Not yet signed: `signed_at` is None. `how` is "à l'encre", "par clic"…"""

    name: str
    quality: str
    organisation: str
    how: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True)
class ModuleLine:
    """A module of the training and its hours, in words."""

    title: str
    hours: str


@dataclass(frozen=True)
class ConventionData:
    """`title` is that of the convention, with its EOS number, as it was typed; `training` the same without that number.
    Hours are whole hours per trainee; the Region finances the `seats`.

    `draft` prints "projet" on top: a draft is read and corrected, never signed."""

    title: str
    training: str
    eos_number: str
    job: str
    rome: str
    provider: str
    place: str
    basin: str
    starts_on: date
    ends_on: date
    hours_centre: int
    hours_company: int
    seats: int
    certification: str = ""
    parties: tuple[Party, ...] = ()
    competences: tuple[Competences, ...] = ()
    promises: tuple[PromiseLine, ...] = ()
    signatures: tuple[Signature, ...] = ()
    signing_place: str = ""
    signing_at: datetime | None = None
    draft: bool = False
    modules: tuple[ModuleLine, ...] = ()

    @property
    def posts(self) -> int:
        """Posts promised, all contracts together."""
        return sum(line.posts for line in self.promises)

    @property
    def uncounted(self) -> int:
        """Posts promised by contracts that the rulebook does not count."""
        return sum(line.posts for line in self.promises if not line.counts)


COMMITMENTS = (
    Passage("organisme de formation", _("ce à quoi s'engage l'organisme de formation"), "provider"),
    Passage("employeur", _("ce à quoi s'engagent les employeurs"), "employer"),
    Passage("Région", _("ce à quoi s'engage la Région"), "region"),
    Passage("prescripteur", _("ce à quoi s'engagent les prescripteurs"), "prescriber"),
)
"""By the kind of the organisation that signs: each is shown its own before it agrees."""

WORDS = Vocabulary(
    fields=(
        *SESSION,
        Field("métier", _("métier préparé"), lambda d: d.job, "Assistant de vie"),
        Field("code ROME", _("code ROME du métier"), lambda d: d.rome, "K1302"),
        Field("lieu", _("lieu de la formation"), lambda d: d.place, "Châteaudun"),
        Field("bassin", _("bassin d'emploi"), lambda d: d.basin, "Châteaudun"),
        Field("heures en centre", _("heures en centre, par stagiaire"), lambda d: d.hours_centre, "420", Kind.NUMBER),
        Field(
            "heures en entreprise",
            _("heures en entreprise, par stagiaire"),
            lambda d: d.hours_company,
            "140",
            Kind.NUMBER,
        ),
        Field(
            "places financées",
            _("places financées par la Région"),
            lambda d: counted(d.seats, "place financée", "places financées"),
            "10 places financées",
        ),
        Field("certification", _("certification visée"), lambda d: d.certification, "Titre professionnel"),
        Field(
            "postes promis",
            _("postes promis, tous contrats"),
            lambda d: counted(d.posts, "poste promis", "postes promis"),
            "10 postes promis",
        ),
        Field(
            "postes comptés",
            _("postes dont le contrat compte"),
            lambda d: counted(d.posts - d.uncounted, "poste compte", "postes comptent"),
            "9 postes comptent",
        ),
        Field(
            "postes non comptés",
            _("postes dont le contrat ne compte pas, s'il y en a"),
            lambda d: counted(d.uncounted, "poste", "postes") if d.uncounted else "",
            "1 poste",
        ),
        Field("projet", _("le texte n'est encore qu'un projet"), lambda d: d.draft, kind=Kind.YES_NO),
        *SIGNING,
        DRAFT,
    ),
    lists=(
        Listing(
            "employeur",
            _("chaque promesse d'un employeur"),
            lambda d: d.promises,
            (
                Field("employeur", _("nom de l'employeur"), lambda p: p.employer, "Les Tilleuls"),
                Field("emploi", _("emploi promis"), lambda p: p.job, "Assistant de vie"),
                Field("postes", _("nombre de postes"), lambda p: p.posts, "2", Kind.NUMBER),
                Field("contrat", _("contrat"), lambda p: p.contract, "CDI, 28 h par semaine"),
                Field("lieu de travail", _("lieu de travail"), lambda p: p.place, "Bonneval"),
                Field("embauche", _("date d'embauche"), lambda p: p.starts_on, "13 avril 2026", Kind.DATE),
                Field("contrat qui compte", _("le règlement compte ce contrat"), lambda p: p.counts, kind=Kind.YES_NO),
            ),
        ),
        Listing(
            "signataire",
            _("chaque signataire"),
            lambda d: d.parties,
            (
                Field("organisation", _("nom de l'organisation"), lambda p: p.name, "Les Tilleuls"),
                Field("qualité", _("place dans l'opération"), lambda p: p.quality, "employeur"),
                Field(
                    "représentant", _("qui signe"), lambda p: p.represented_by, "Jeanne Modèle", otherwise="à désigner"
                ),
                Field("fonction", _("fonction de qui signe"), lambda p: p.function, "gérante"),
                Field("adresse", _("adresse"), lambda p: p.address, "12 rue des Essais"),
            ),
        ),
        Listing(
            "module",
            _("chaque module de la formation"),
            lambda d: d.modules,
            (
                Field("module", _("titre du module"), lambda m: m.title, "Gestes de la vie quotidienne"),
                Field("heures du module", _("ses heures"), lambda m: m.hours, "126 h en centre"),
            ),
        ),
        Listing(
            "famille de compétences",
            _("chaque famille de compétences"),
            lambda d: d.competences,
            (Field("famille", _("nom de la famille"), lambda f: f.family, "Compétences techniques"),),
            (
                Listing(
                    "compétence",
                    _("chaque compétence de la famille"),
                    lambda f: f.labels,
                    (Field("compétence", _("ce qu'il faut savoir faire"), lambda label: label, "Rendre compte"),),
                ),
            ),
        ),
    ),
    tables=(
        Table("résumé", _("les faits de la session"), "summary"),
        Table("parties", _("qui s'engage, et qui représente"), "parties"),
        Table("promesses", _("les promesses d'emploi"), "promises", required=True),
        Table("signatures", _("une case par signataire"), "signatures", required=True),
    ),
    passages=COMMITMENTS,
)


CONVENTION = Template(
    kind="convention",
    title=_("Convention DEFI"),
    folder=Path(__file__).parent,
    data=ConventionData,
    prefix="CONV",
    verified=True,
    words=WORDS,
    paged=True,
)
