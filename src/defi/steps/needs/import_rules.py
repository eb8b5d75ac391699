"""Reads what people write in the spreadsheet of a meeting: which column is what, and what a cell means.

Pure: no database, no clock. Every value that cannot be read gets a sentence; nothing is guessed in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel import sheets
from defi.kernel.columns import Column, Unclear, email, numeric_day, places_of, read_cells, short, worded_day
from defi.people.identifiers import check_siret
from defi.steps.needs.models import Contract
from defi.steps.needs.rules import lines_of

COLUMNS = (
    Column(
        "employer",
        lazy("Entreprise"),
        ("entreprise", "employeur", "societe", "raison sociale", "etablissement", "structure", "nom de l entreprise"),
    ),
    Column("siret", lazy("SIRET"), ("siret", "numero siret", "n siret", "no siret")),
    Column(
        "wording",
        lazy("Qui est recherché"),
        (
            "qui est recherche",
            "poste",
            "metier",
            "poste recherche",
            "metier recherche",
            "profil",
            "profil recherche",
            "besoin",
            "intitule du poste",
            "emploi",
            "recherche",
            "qui cherchez vous",
        ),
    ),
    Column("rome", lazy("Code ROME"), ("code rome", "rome")),
    Column(
        "posts",
        lazy("Nombre de postes"),
        ("nombre de postes", "postes", "nb postes", "nb de postes", "nombre", "nb", "effectif", "combien", "volume"),
    ),
    Column(
        "place",
        lazy("Commune"),
        ("commune", "ville", "lieu", "lieu de travail", "lieu du poste", "code postal", "cp", "localisation"),
    ),
    Column("contract", lazy("Contrat"), ("contrat", "type de contrat", "nature du contrat")),
    Column("months", lazy("Durée en mois"), ("duree en mois", "duree", "mois", "duree du contrat")),
    Column(
        "weekly_hours",
        lazy("Heures par semaine"),
        ("heures par semaine", "heures", "temps de travail", "heures hebdomadaires", "h semaine"),
    ),
    Column(
        "wanted_from",
        lazy("À partir du"),
        ("a partir du", "date", "date de debut", "date d embauche", "prise de poste", "quand", "echeance"),
    ),
    Column(
        "contact_name",
        lazy("Personne à joindre"),
        ("personne a joindre", "contact", "interlocuteur", "nom du contact", "referent"),
    ),
    Column(
        "email",
        lazy("Adresse électronique"),
        ("adresse electronique", "mail", "email", "e mail", "courriel", "adresse mail", "adresse email"),
    ),
    Column("phone", lazy("Téléphone"), ("telephone", "tel", "portable", "mobile", "numero de telephone")),
    Column("technical", lazy("Savoir-faire"), ("savoir faire", "competences", "competences techniques")),
    Column("behavioural", lazy("Savoir-être"), ("savoir etre", "qualites", "competences comportementales")),
    Column("comment", lazy("Précisions"), ("precisions", "commentaire", "commentaires", "remarques", "observations")),
)
LABELS = {column.name: column.label for column in COLUMNS}
EXAMPLE = "Exemple (ligne à effacer)"


# --- which column is what ----------------------------------------------------------------------------------------


def columns_of(head: Sequence[str]) -> dict[str, int]:
    """Where each column stands: by a title it goes by, else by the longest such title inside a longer one
    (« Commune du poste à pourvoir »). A place serves once."""
    found = places_of(head, COLUMNS)
    taken = set(found.values())
    titles = [set(sheets.plain(title).split()) for title in head]
    held = [
        (-len(title.split()), place, column.name)
        for column in COLUMNS
        for title in column.titles
        for place, words in enumerate(titles)
        if words >= set(title.split())
    ]
    for _length, place, name in sorted(held):
        if name not in found and place not in taken:
            found[name] = place
            taken.add(place)
    return found


# --- what a cell means -------------------------------------------------------------------------------------------

NUMBERS = {word: n for n, word in enumerate("un deux trois quatre cinq six sept huit neuf dix".split(), start=1)}  # noqa: SIM905
SOON = ("des que possible", "asap", "immediat", "immediatement", "au plus tot", "urgent", "de suite", "tout de suite")
CONTRACTS = (
    ("contrat pro", Contract.PROFESSIONALISATION),
    ("professionnalisation", Contract.PROFESSIONALISATION),
    ("apprentissage", Contract.APPRENTICESHIP),
    ("apprenti", Contract.APPRENTICESHIP),
    ("interim", Contract.CTT),
    ("ctt", Contract.CTT),
    ("cdd", Contract.CDD),
    ("cdi", Contract.CDI),
)
FULL_TIME = Decimal(35)
HOURS = r"([0-9]{1,2})(?:[.,]([0-9]))? *(?:h|heures?)?(?:[ /]*(?:par )?(?:sem|semaine))?"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line as it was understood. `faults`: a sentence per cell that could not be."""

    employer: str = ""
    siret: str = ""
    wording: str = ""
    rome: str = ""
    posts: int = 0
    place: str = ""
    contract: str = ""
    months: int | None = None
    weekly_hours: Decimal | None = None
    wanted_from: date | None = None
    contact_name: str = ""
    email: str = ""
    phone: str = ""
    technical: tuple[str, ...] = ()
    behavioural: tuple[str, ...] = ()
    comment: str = ""
    faults: dict[str, str] = field(default_factory=dict)


def understood(cells: Mapping[str, str]) -> Wanted:
    """What a line says, and the faults of its cells. An employer needs a name or a SIRET, a search words or a code."""
    values, faults = read_cells(cells, READERS)
    contract, months = values.pop("contract", ("", None)), values.pop("months", None)
    values |= {"contract": contract[0], "months": months if months is not None else contract[1]}  # type: ignore[index]
    if not cells.get("employer", "").strip() and not cells.get("siret", "").strip():
        faults["employer"] = _("Indiquez le nom ou le SIRET de l'entreprise.")
    if not cells.get("wording", "").strip() and not cells.get("rome", "").strip():
        faults["wording"] = _("Indiquez qui est recherché, avec les mots de l'entreprise.")
    return Wanted(**values, faults=faults)  # type: ignore[arg-type]


def _siret(typed: str) -> str:
    return check_siret(typed) if typed else ""


def _rome(typed: str) -> str:
    code = typed.upper().replace(" ", "")
    if code and not re.fullmatch(r"[A-N][0-9]{4}", code):
        raise Unclear(_("Un code ROME s'écrit une lettre et quatre chiffres, comme K1304 ; sinon, laissez vide."))
    return code


def _posts(typed: str) -> int:
    if not typed:
        raise Unclear(_("Indiquez le nombre de postes."))
    words = sheets.plain(typed).split()
    numbers = [int(word) for word in words if word.isdigit()] or [NUMBERS[word] for word in words if word in NUMBERS]
    if len(numbers) != 1 or "," in typed or "." in typed:
        raise Unclear(_("« %(typed)s » ne dit pas un nombre de postes : écrivez un seul nombre.") % {"typed": typed})
    if not 1 <= numbers[0] <= 500:
        raise Unclear(_("Indiquez de 1 à 500 postes."))
    return numbers[0]


def _place(typed: str) -> str:
    if not typed:
        raise Unclear(_("Indiquez la commune où se trouve le poste, ou son code postal."))
    return typed


def _contract(typed: str) -> tuple[str, int | None]:
    if not typed:
        return "", None
    plain = sheets.plain(typed)
    known = [code for words, code in CONTRACTS if words in plain]
    if not known or len(set(known)) > 1:
        raise Unclear(
            _("« %(typed)s » ne dit pas un seul contrat : CDI, CDD, intérim, professionnalisation, apprentissage.")
            % {"typed": typed}
        )
    with_length = re.search(r"[0-9]+ *(?:mois|an)", plain)
    return known[0].value, _months(with_length.group()) if with_length else None


def _months(typed: str) -> int | None:
    if not typed:
        return None
    found = re.fullmatch(r"([0-9]+) *(mois|m|ans?)?", sheets.plain(typed))
    if not found:
        raise Unclear(_("« %(typed)s » n'est pas une durée en mois : écrivez un nombre, comme 8.") % {"typed": typed})
    return int(found[1]) * (12 if (found[2] or "").startswith("an") else 1)


def _hours(typed: str) -> Decimal | None:
    if not typed:
        return None
    if sheets.plain(typed) in {"temps plein", "temps complet", "plein temps"}:
        return FULL_TIME
    found = re.fullmatch(HOURS, typed.lower())
    if not found:
        raise Unclear(
            _("« %(typed)s » n'est pas un nombre d'heures par semaine : écrivez 35, ou 24,5.") % {"typed": typed}
        )
    return Decimal(f"{found[1]}.{found[2] or 0}")


def _day(typed: str) -> date | None:
    plain = sheets.plain(typed)
    if not plain or plain in SOON:
        return None
    found = numeric_day(typed) or worded_day(typed)
    if found:
        return found
    raise Unclear(
        _("« %(typed)s » n'est pas une date : écrivez 01/09/2026, septembre 2026, ou « dès que possible ».")
        % {"typed": typed}
    )


def _listed(typed: str) -> tuple[str, ...]:
    return tuple(lines_of(re.sub(r"[;\n•]+", "\n", typed)))


READERS: dict[str, Callable[[str], object]] = {
    "employer": short(160),
    "siret": _siret,
    "wording": short(200),
    "rome": _rome,
    "posts": _posts,
    "place": _place,
    "contract": _contract,
    "months": _months,
    "weekly_hours": _hours,
    "wanted_from": _day,
    "contact_name": short(160),
    "email": email,
    "phone": short(20),
    "technical": _listed,
    "behavioural": _listed,
    "comment": short(2000),
}


def missing(places: Iterable[str]) -> list[str]:
    """What no column tells and no line can do without, in words."""
    known = set(places)
    wanted = []
    if not known & {"employer", "siret"}:
        wanted.append(str(LABELS["employer"]))
    if not known & {"wording", "rome"}:
        wanted.append(str(LABELS["wording"]))
    return wanted + [str(LABELS[name]) for name in ("posts", "place") if name not in known]
