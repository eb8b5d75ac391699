"""Reads a list of people: the columns that are kept, what their cells mean, what is never kept.

Only the columns below are read and stored (docs/personal-data.md): any other column of the file is left aside, and a
cell that holds more than its column, a NIR or a remark, is emptied before anything is stored. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel import sheets
from defi.kernel.columns import Column, Reader, Unclear, email, numeric_day, read_cells, short, worded_day
from defi.steps.sourcing.privacy import is_of_health
from defi.steps.sourcing.rules import day_fault, nir_fault

COLUMNS = (
    Column(
        "last_name",
        lazy("Nom"),
        ("nom", "nom de famille", "nom d usage", "nom usuel", "nom de naissance", "noms", "nom du candidat"),
    ),
    Column("first_name", lazy("Prénom"), ("prenom", "prenoms", "prenom usuel", "prenom du candidat")),
    Column(
        "phone",
        lazy("Téléphone"),
        ("telephone", "tel", "tel portable", "telephone portable", "portable", "mobile", "numero de telephone", "gsm"),
    ),
    Column(
        "email",
        lazy("Adresse électronique"),
        ("adresse electronique", "mail", "email", "e mail", "courriel", "adresse mail", "adresse email", "mel"),
    ),
    Column(
        "birth_date",
        lazy("Date de naissance"),
        ("date de naissance", "naissance", "ne le", "ne e le", "nee le", "date naissance", "ddn"),
    ),
    Column("on", lazy("Orientée le"), ("orientee le", "oriente le", "date d orientation", "date orientation")),
    Column(
        "prescriber",
        lazy("Orientée par"),
        ("orientee par", "oriente par", "prescripteur", "orienteur", "structure", "structure orienteuse", "provenance"),
    ),
)
LABELS = {column.name: column.label for column in COLUMNS}
NEEDED = ("last_name", "first_name")
EXAMPLE = "Exemple (ligne à effacer)"

KEPT_DAYS = 30
"""A list is a working paper: what was not imported after so many days is erased with it (law.md 4.1)."""

NOT_A_NAME = re.compile(r"[^\w\s'\u2019.\-]|_|[0-9].*[0-9].*[0-9]|^\s*[0-9]|\s[0-9]+\s|\s\S*\s.*[0-9]")
"""More than a name: a remark, or figures enough to be a number. A figure or two at the end of one or two words
(« Martin 2 », « Amina1 ») are a slip, kept to be mended; in a sentence they are a remark."""
FIGURE = re.compile(r"[0-9]")
NOT_A_PHONE = re.compile(r"[^0-9+().\-/\s]")
LONGEST_NAME = 80
LONGEST_HOUSE = 160
YOUNGEST, OLDEST = 14, 80
SPONTANEOUS = frozenset({"spontanee", "spontane", "candidature spontanee", "candidat spontane", "personne", "aucun"})


# Words that would be a remark on somebody's health, which has no place here (law.md 4.1).
@dataclass(frozen=True, slots=True)
class Listed:
    """A line as it was understood. `prescriber` is what was typed; `faults` a sentence per cell that is wrong."""

    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    email: str = ""
    birth_date: date | None = None
    on: date | None = None
    prescriber: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_spontaneous(self) -> bool:
        """Whether the line says that the person came by themself."""
        return sheets.plain(self.prescriber) in SPONTANEOUS


def columns_fault(places: Mapping[str, int], head: Sequence[str]) -> str:
    """The sentence when a list has no column for the name or the first name, or nothing."""
    missing = [str(LABELS[name]) for name in NEEDED if name not in places]
    if not missing:
        return ""
    seen = ", ".join(title for title in head if title)[:300]
    return _(
        "Aucune colonne ne s'appelle « %(missing)s » dans ce tableau. Ses titres sont : %(seen)s. Renommez la colonne, "
        "ou écrivez ci-dessous le titre qu'elle porte, puis choisissez de nouveau le fichier."
    ) % {"missing": " », « ".join(missing), "seen": seen or "—"}


def sifted(cells: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The cells that may be stored, and a sentence for each that was emptied: it held more than its column."""
    kept: dict[str, str] = {}
    emptied: dict[str, str] = {}
    for name, typed in cells.items():
        text = typed.strip()
        fault = _not_to_keep(name, text)
        if fault:
            emptied[name] = fault
        elif text:
            kept[name] = text
    return kept, emptied


def _not_to_keep(name: str, text: str) -> str:
    if nir_fault(text):
        return _(
            "Cette case contenait ce qui ressemble à un numéro de sécurité sociale : elle a été vidée. Écrivez "
            "seulement ce que la colonne demande."
        )
    if text.startswith(("=", "#")):
        return _("Cette case contenait une formule sans résultat : elle a été vidée. Écrivez sa valeur.")
    if name != "prescriber" and is_of_health(text):
        return _("Cette case contenait une remarque sur la santé : elle a été vidée. Rien sur la santé n'est noté ici.")
    if name in NEEDED and NOT_A_NAME.search(text):
        return _("Cette case contenait autre chose qu'un nom : elle a été vidée. Écrivez le nom seul, sans remarque.")
    if name == "phone" and NOT_A_PHONE.search(text):
        return _("Cette case contenait autre chose qu'un numéro : elle a été vidée. Écrivez le numéro seul.")
    if name in {"email", "birth_date", "on"} and len(text.split()) > 4:
        return _("Cette case contenait une remarque : elle a été vidée. Écrivez seulement ce que la colonne demande.")
    if len(text) > LONGEST_HOUSE:
        return _("Cette case contenait un long texte : elle a été vidée. Écrivez seulement ce que la colonne demande.")
    return ""


def understood(cells: Mapping[str, str], today: date) -> Listed:
    """What a line says, and the faults of its cells."""
    values, faults = read_cells(cells, READERS)
    birth, on = values.get("birth_date"), values.get("on")
    if isinstance(birth, date) and not YOUNGEST <= today.year - birth.year <= OLDEST:
        faults["birth_date"] = _(
            "Vérifiez la date de naissance, l'année en quatre chiffres : l'âge obtenu n'est pas celui d'un stagiaire."
        )
    if isinstance(on, date) and (wrong := day_fault(on, today=today)):
        faults["on"] = wrong
    return Listed(**values, faults=faults)  # type: ignore[arg-type]


def _name(empty: str) -> Reader:
    def read(typed: str) -> str:
        if not typed:
            raise Unclear(_("Indiquez le prénom.") if empty == "first_name" else _("Indiquez le nom."))
        if len(typed) > LONGEST_NAME:
            raise Unclear(_("Ce nom compte %(n)d signes : vérifiez la case.") % {"n": len(typed)})
        if FIGURE.search(typed):
            raise Unclear(_("« %(typed)s » contient un chiffre : corrigez-le.") % {"typed": typed})
        return typed

    return read


def _phone(typed: str) -> str:
    figures = re.sub(r"[^0-9]", "", typed)
    if typed and not 9 <= len(figures) <= 15:
        raise Unclear(
            _("« %(typed)s » n'est pas un numéro de téléphone : corrigez-le, ou laissez vide.") % {"typed": typed}
        )
    # A spreadsheet takes the first zero away from what it believes to be a number.
    return f"0{figures}" if len(figures) == 9 and typed == figures else typed[:20]


def _day(typed: str) -> date | None:
    if not typed:
        return None
    found = numeric_day(typed) or worded_day(typed)
    if found is None:
        raise Unclear(_("« %(typed)s » n'est pas une date : écrivez-la comme 05/03/2001.") % {"typed": typed})
    return found


READERS: dict[str, Reader] = {
    "last_name": _name("last_name"),
    "first_name": _name("first_name"),
    "phone": _phone,
    "email": email,
    "birth_date": _day,
    "on": _day,
    "prescriber": short(LONGEST_HOUSE),
}
