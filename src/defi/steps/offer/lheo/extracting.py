"""Takes out of a valid training what the catalogue keeps, and what is to be warned of, each at its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

from django.utils.translation import gettext as _
from lxml import etree

from defi.people.identifiers import IdentifierError, check_nda, check_siret
from defi.reference import words
from defi.steps.offer.catalogue.models import LONGEST_NUMBER
from defi.steps.offer.lheo.dates import read_date
from defi.steps.offer.lheo.faults import Fault
from defi.steps.offer.lheo.rows import ActionRow, PlaceRow, SessionRow, TrainingRow

# Code of the Conseil régional in the table of funders of LHÉO.
REGION_FUNDER = "2"
CODE_ROME = re.compile(r"[A-N][0-9]{4}")
CEDEX = re.compile(r"\bcedex\b.*$", re.IGNORECASE)
MANY_IDENTIFIERS = 4096

R = TypeVar("R")
Children = dict[str, list[etree._Element]]


@dataclass
class Extraction:
    """Takes one training out of its element. `warnings` are filled on the way."""

    namespace: str
    warnings: list[Fault] = field(default_factory=list)

    def training(self, element: etree._Element) -> TrainingRow:
        """The row of a training that is valid for the schema."""
        of = self._children(element)
        domain = self._children(of["domaine-formation"][0])
        provider = self._children(of["organisme-formation-responsable"][0])
        siret = self._siret(provider["SIRET-organisme-formation"][0])
        title = text_of(of["intitule-formation"][0])
        return TrainingRow(
            number=self._own_number(element, siret, title),
            title=title,
            search_key=words.search_key(title),
            objective=_text(of, "objectif-formation"),
            results=_text(of, "resultats-attendus"),
            content=_text(of, "contenu-formation"),
            jobs=self._jobs(domain),
            formacodes=_texts(domain, "code-FORMACODE"),
            nsf=_texts(domain, "code-NSF"),
            certifications=self._certifications(of),
            is_certifying=_text(of, "certifiante") == "1",
            general_objective=_text(of, "objectif-general-formation"),
            level_in=_text(of, "code-niveau-entree"),
            level_out=_text(of, "code-niveau-sortie"),
            provider_name=_text(provider, "nom-organisme"),
            provider_siret=siret,
            provider_nda=self._nda(provider["numero-activite"][0]),
            url=self._url(of),
            actions=tuple(self._numbered(of["action"], self._action)),
        )

    def warn(self, element: etree._Element, sentence: str) -> None:
        self.warnings.append(Fault(element.sourceline or 0, str(element.tag).rpartition("}")[2], sentence))

    def _children(self, element: etree._Element) -> Children:
        """The children by name; those of another namespace have no place in a valid training."""
        start = len(self.namespace) + 2
        found: Children = {}
        for child in element:
            found.setdefault(child.tag[start:], []).append(child)
        return found

    def _own_number(self, element: etree._Element, siret: str, title: str) -> str:
        if number := element.get("numero", "").strip()[:LONGEST_NUMBER]:
            return str(number)
        self.warn(
            element,
            _(
                "Formation sans numéro : reconnue par son organisme et son intitulé. Demandez à la source d'écrire "
                "l'attribut numero."
            ),
        )
        return derived_number(siret, title)

    def _jobs(self, domain: Children) -> list[str]:
        codes = []
        for element in domain.get("code-ROME", ()):
            code = text_of(element).upper()
            codes.append(code)
            if not CODE_ROME.fullmatch(code):
                sentence = _("« {code} » n'a pas la forme d'un code ROME (une lettre, 4 chiffres).")
                self.warn(element, sentence.format(code=code))
        return list(dict.fromkeys(codes))

    def _certifications(self, of: Children) -> list[str]:
        """RNCP and RS numbers, with their register before them."""
        found = []
        for certification in of.get("certification", ()):
            given = self._children(certification)
            for register in ("RNCP", "RS"):
                number = _text(given, f"code-{register}").upper().removeprefix(register).strip()
                if number:
                    found.append(f"{register}{number}")
        return list(dict.fromkeys(found))

    def _url(self, of: Children) -> str:
        pages = of.get("url-formation")
        return _text(self._children(pages[0]), "urlweb") if pages else ""

    def _siret(self, holder: etree._Element) -> str:
        element = self._children(holder)["SIRET"][0]
        siret = text_of(element)
        if fault := siret_fault(siret):
            self.warn(element, fault)
        return siret

    def _nda(self, element: etree._Element) -> str:
        nda = text_of(element)
        if fault := nda_fault(nda):
            self.warn(element, fault)
        return nda

    def _numbered(self, elements: list[etree._Element], read: Callable[[etree._Element, str], R]) -> list[R]:
        """Actions or sessions by their number; without one, by their rank. One already given is put aside."""
        given: set[str] = set()
        rows = []
        for rank, element in enumerate(elements, start=1):
            number = element.get("numero", "").strip()[:LONGEST_NUMBER] or f"#{rank}"
            if number in given:
                sentence = _("Le numéro « {number} » est déjà celui d'une autre : seule la première est gardée.")
                self.warn(element, sentence.format(number=number))
                continue
            given.add(number)
            rows.append(read(element, number))
        return rows

    def _action(self, element: etree._Element, number: str) -> ActionRow:
        of = self._children(element)
        funders = [self._children(one) for one in of.get("organisme-financeur", ())]
        return ActionRow(
            number=number,
            rhythm=_text(of, "rythme-formation"),
            alternation=_text(of, "modalites-alternance"),
            teaching=_text(of, "modalites-enseignement"),
            is_permanent=_text(of, "modalites-entrees-sorties") == "1",
            hours_centre=_whole(of, "nombre-heures-centre"),
            hours_company=_whole(of, "nombre-heures-entreprise"),
            hours_total=_whole(of, "nombre-heures-total"),
            funders=list(dict.fromkeys(_text(funder, "code-financeur") for funder in funders)),
            region_seats=_region_seats(funders),
            places=tuple(self._place(one, rank) for rank, one in enumerate(of.get("lieu-de-formation", ()), start=1)),
            sessions=tuple(self._numbered(of["session"], self._session)),
        )

    def _place(self, element: etree._Element, rank: int) -> PlaceRow:
        of = self._children(element)
        siret = self._siret(of["SIRET-lieu-formation"][0]) if "SIRET-lieu-formation" in of else ""
        contact = self._children(of["coordonnees"][0])
        address = self._children(contact["adresse"][0]) if "adresse" in contact else {}
        town = _text(address, "ville")
        return PlaceRow(
            position=rank,
            name=_text(address, "denomination") or _text(contact, "ligne"),
            siret=siret,
            postcode=_text(address, "codepostal"),
            town=town,
            commune_code=_text(address, "code-INSEE-commune"),
            town_key=words.commune_name(CEDEX.sub("", town)),
        )

    def _session(self, element: etree._Element, number: str) -> SessionRow:
        of = self._children(element)
        period = self._children(of["periode"][0])
        starts_on = self._date(period["debut"][0], ends=False)
        ends_on = self._date(period["fin"][0], ends=True)
        if starts_on and ends_on and ends_on < starts_on:
            self.warn(period["fin"][0], _("La session finit avant d'avoir commencé : vérifiez ses dates."))
        return SessionRow(number, starts_on, ends_on, _text(of, "etat-recrutement"))

    def _date(self, element: etree._Element, *, ends: bool) -> date | None:
        day, warning = read_date(element.text or "", ends=ends)
        if warning:
            self.warn(element, warning)
        return day


def number_of(element: etree._Element, namespace: str) -> str:
    """The number of a training that may be invalid, as far as it can be told."""
    if number := element.get("numero", "").strip()[:LONGEST_NUMBER]:
        return str(number)
    spaces = {"l": namespace}
    title = element.findtext("l:intitule-formation", "", spaces)
    path = "l:organisme-formation-responsable/l:SIRET-organisme-formation/l:SIRET"
    return derived_number(element.findtext(path, "", spaces).strip(), title.strip())


def derived_number(siret: str, title: str) -> str:
    """What stands for the number of a training that has none."""
    return f"{siret} {blake2b(title.encode(), digest_size=8).hexdigest()}"


@lru_cache(MANY_IDENTIFIERS)
def siret_fault(siret: str) -> str:
    """Why this cannot be a SIRET, or nothing."""
    return _said_by(check_siret, siret)


@lru_cache(MANY_IDENTIFIERS)
def nda_fault(nda: str) -> str:
    """Why this cannot be a number of declaration of activity, or nothing."""
    return _said_by(check_nda, nda)


def _said_by(check: Callable[[str], str], value: str) -> str:
    try:
        check(value)
    except IdentifierError as fault:
        return fault.sentence
    return ""


def text_of(element: etree._Element) -> str:
    return (element.text or "").strip()


def _text(of: Children, name: str) -> str:
    """The text of the first element of this name, or nothing."""
    return text_of(of[name][0]) if name in of else ""


def _texts(of: Children, name: str) -> list[str]:
    return list(dict.fromkeys(text_of(element) for element in of.get(name, ())))


def _whole(of: Children, name: str) -> int | None:
    return int(text_of(of[name][0])) if name in of else None


def _region_seats(funders: list[Children]) -> int | None:
    """The places paid by the Region, when the file says how many."""
    paid = [funder for funder in funders if _text(funder, "code-financeur") == REGION_FUNDER]
    known = [seats for funder in paid if (seats := _whole(funder, "nb-places-financees")) is not None]
    return sum(known) if known else None
