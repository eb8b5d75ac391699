"""Made-up data for the gallery. It obeys the rulebook: dates, delays, counts, states, ROME codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from defi.kernel.clock import PARIS
from defi.steps.pairing.drawing import spans, unmet

TODAY = date(2025, 10, 22)


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    label: str
    state: str
    caption: str
    url: str = ""

    @property
    def key(self) -> str:
        return f"step-{self.number}"


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    sentence: str
    reason: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    employer: str
    detail: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    state: str
    words: tuple[str, ...] | SafeString = ()
    employer: str = ""
    url: str = ""
    action_url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    person: str
    cells: tuple[Cell, ...]
    detail: str = ""
    url: str = ""

    @property
    def unmet(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.state == "unmet"]


@dataclass(frozen=True, slots=True)
class Board:
    promises: tuple[Promise, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class MenuItem:
    url: str
    label: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    actor: str | None = "officer"
    name: str = "Claire Modèle"
    role_label: str = "référente territoriale de formation"
    organisation: str = "Région"
    territory: str = "bassins de Châteaudun et Dreux"
    todo_count: int = 3
    menu: tuple[MenuItem, ...] = field(
        default=(
            MenuItem("#", "À faire", count=3),
            MenuItem("#", "Opérations", current=True),
            MenuItem("#", "Besoins"),
            MenuItem("#", "Chiffres"),
        )
    )
    other_memberships: tuple[str, ...] = ()
    demonstration: bool = False


STEPS = (
    Step(0, "Besoins", "done", "14 mai", "#besoins"),
    Step(1, "Réponse", "done", "marché existant", "#besoins"),
    Step(2, "Ingénierie", "done", "2 sept.", "#ingenierie"),
    Step(3, "Réunion prép.", "done", "9 sept."),
    Step(4, "EOS", "done", "15 sept."),
    Step(5, "Appairage", "current", "avant le 3 nov.", "#appairage"),
    Step(6, "Démarrage", "to_come", "3 nov."),
    Step(7, "Convention", "late", "8 jours de retard", "#convention"),
    Step(8, "Bilan", "to_come", "8 avr."),
    Step(9, "Clôture", "to_come", "puis 3 et 6 mois"),
)

JOURNAL = (
    Entry(
        datetime(2025, 10, 21, 16, 40, tzinfo=PARIS),
        "Jeanne F. : nouvel appairage avec Aide & Cie",
    ),
    Entry(
        datetime(2025, 10, 21, 16, 12, tzinfo=PARIS),
        "Service Plus retire 2 postes",
        reason="perte d'un marché",
    ),
    Entry(datetime(2025, 10, 20, 9, 0, tzinfo=PARIS), "Mission locale oriente 2 personnes"),
)

PROMISES = (
    Promise("Maison Bel-Air", "2 CDI · 28 h · Châteaudun"),
    Promise("Aide & Cie", "4 CDD 8 mois · 35 h"),
    Promise("Les Tilleuls", "3 CDI · 24 h · nuit"),
    Promise("Val à Domicile", "2 CDI · 30 h"),
    Promise("Service Plus", "retirée le 21 oct.", ended=True),
)
BEL_AIR, AIDE, TILLEULS, VAL, SERVICE = range(5)
_PAIRED = Cell("paired", ("appairage",), url="#appairage")


def _row(person: str, said: dict[int, Cell], detail: str = "") -> Row:
    cells = []
    for column, promise in enumerate(PROMISES):
        cell = said.get(column, Cell("none" if promise.ended else "unmet"))
        cells.append(
            Cell(
                cell.state,
                unmet() if cell.state == "unmet" else spans(cell.words),
                promise.employer,
                cell.url,
                cell.action_url,
                cell.action,
            )
        )
    return Row(person, tuple(cells), detail)


BOARD = Board(
    PROMISES,
    (
        _row("Amina R.", {BEL_AIR: _PAIRED, VAL: Cell("refused", ("cand. non",))}),
        _row("Hugo P.", {BEL_AIR: _PAIRED}),
        _row(
            "Bruno T.",
            {
                AIDE: _PAIRED,
                TILLEULS: Cell("agreed", ("cand. oui", "entr. oui"), url="#"),
            },
        ),
        _row(
            "Jeanne F.", {AIDE: Cell("paired", ("depuis hier",), url="#"), SERVICE: Cell("ended", ("rompu 21 oct.",))}
        ),
        _row("Inès B.", {AIDE: _PAIRED}),
        _row("Marc D.", {AIDE: _PAIRED, VAL: Cell("refused", ("cand. oui", "entr. non"))}),
        _row("Sofia L.", {TILLEULS: _PAIRED}),
        _row("Yanis K.", {TILLEULS: _PAIRED}),
        _row("Éva C.", {VAL: _PAIRED, TILLEULS: Cell("refused", ("cand. non",))}),
        _row(
            "Nadia S.",
            {
                SERVICE: Cell("ended", ("rompu 21 oct.",)),
                VAL: Cell("agreed", ("cand. oui", "entr. oui"), action_url="#", action="Appairer"),
            },
        ),
        _row(
            "Leïla M.",
            {
                AIDE: Cell("refused", ("cand. oui", "entr. non")),
                TILLEULS: Cell("waiting", ("cand. oui", "attend"), url="#"),
            },
        ),
        _row("Karim D.", {}, detail="sans rencontre"),
    ),
)

JOBS = (
    ("K1304", "Aide à domicile\nEmployé familial, K1304 · reconnu dans : aide à domicile"),
    ("K1311", "Assistant / Assistante de vie aux familles\nK1311 · reconnu dans : domicile, personnes âgées"),
)


class InterestSheet(forms.Form):
    """The first page of an employer's need, as a link bearer sees it."""

    words = forms.CharField(
        label="Qui cherchez-vous ?", help_text="Avec vos mots : « soudeur TIG inox, lecture de plan »"
    )
    job = forms.ChoiceField(label="Est-ce l'un de ces métiers ?", choices=JOBS, widget=forms.RadioSelect)
    posts = forms.IntegerField(label="Combien de postes ?", min_value=1)
    siret = forms.CharField(
        label="SIRET de votre établissement",
        help_text="14 chiffres, sur vos factures ou vos fiches de paie",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_siret(self) -> str:
        raise ValidationError(
            "Ce numéro n'existe pas : il se termine par des zéros, comme un numéro abîmé par un tableur. "
            "Recopiez-le depuis un document."
        )


class EveryField(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Intitulé", help_text="Dans les mots du métier")
    hours = forms.IntegerField(label="Heures en entreprise", required=False)
    starts_on = forms.DateField(label="Début de la formation")
    basin = forms.ChoiceField(label="Bassin d'emploi", choices=[("", "Choisir"), ("1", "Châteaudun"), ("2", "Dreux")])
    reason = forms.CharField(
        label="Motif", widget=forms.Textarea, help_text="Il est conservé et montré aux personnes concernées"
    )
    contract = forms.ChoiceField(
        label="Contrat promis",
        widget=forms.RadioSelect,
        choices=[
            ("cdi", "CDI"),
            ("cdd", "CDD de plus de 6 mois\nIl doit finir après le jour des 6 mois"),
            ("pro", "Contrat de professionnalisation"),
        ],
    )
    offers = forms.MultipleChoiceField(
        label="Ce que vous proposez",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("visit", "Une visite de l'entreprise"),
            ("stage", "Une période en entreprise"),
            ("tutor", "Un tuteur"),
        ],
    )
    order = forms.CharField(label="N° du bon de commande", disabled=True, required=False, initial="2025-PM-14")
    agreed = forms.BooleanField(label="J'ai montré ce texte à la personne qui signe")


class OperationFilters(forms.Form):
    """Filters of a list of operations."""

    step = forms.ChoiceField(label="Étape", required=False, choices=[("", "Toutes"), ("5", "5 Appairage")])
    basin = forms.ChoiceField(label="Bassin", required=False, choices=[("", "Tous"), ("1", "Châteaudun")])
    job = forms.CharField(label="Métier", required=False)


class Reason(forms.Form):
    """What a dangerous action asks."""

    reason = forms.CharField(
        label="Motif", widget=forms.Textarea, help_text="Il est conservé et montré aux personnes concernées"
    )
