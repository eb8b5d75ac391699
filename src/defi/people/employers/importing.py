"""A list of employers kept in a spreadsheet becomes records: one verb for the file, one report line per line refused.

What is already known is found again (SIRET, else name and commune) and learns what it lacked; nothing is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Refused
from defi.kernel.sheets import Line, read, recognise
from defi.people.employers import reach
from defi.people.employers.actions import checked_naf
from defi.people.employers.models import Contact, EmployerImport, EmployerSheet
from defi.people.employers.rules import firm_key
from defi.people.identifiers import check_siret, looks_like_nir
from defi.people.models import Organisation, OrganisationKind, Person
from defi.people.names import search_key
from defi.reference.models import Commune
from defi.reference.words import plain

COLUMNS = {
    "name": ("nom", "raison sociale", "entreprise", "employeur", "établissement", "dénomination"),
    "siret": ("siret", "n siret", "numéro siret"),
    "place": ("commune", "ville"),
    "postcode": ("code postal", "cp"),
    "address": ("adresse", "rue"),
    "phone": ("téléphone", "tel", "telephone fixe"),
    "email": ("courriel", "email", "e mail", "mail", "adresse électronique"),
    "naf": ("code naf", "naf", "ape", "code ape"),
    "contact": ("contact", "personne à joindre", "interlocuteur", "nom du contact"),
    "contact_phone": ("téléphone du contact", "portable", "mobile"),
    "contact_email": ("courriel du contact", "email du contact", "mail du contact"),
}
COLUMNS_TOLD = lazy(
    "Nom (obligatoire), SIRET, Commune, Code postal, Adresse, Téléphone, Courriel, Code NAF, Contact (prénom et nom), "
    "Téléphone du contact, Courriel du contact."
)
TEXTS = {"name": 160, "address": 200, "phone": 20, "contact_phone": 20}
FILLED = ("siret", "commune", "address", "phone", "email")


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was not taken: its number in the spreadsheet, what it is about, what is wrong and how to mend it."""

    number: int
    name: str
    sentence: str


@dataclass
class Report:
    """What came of a file."""

    made: int = 0
    known: int = 0
    contacts: int = 0
    refused: list[RefusedLine] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.made + self.known


@dataclass(frozen=True, slots=True)
class Row:
    """A line that can be taken."""

    name: str
    siret: str
    commune: Commune | None
    address: str
    phone: str
    email: str
    naf: str
    contact: str
    contact_phone: str
    contact_email: str


def import_employers(actor: Actor, content: bytes, name: str) -> Report:
    """Take a file. Raises `Invalid` for what is not a table or has no column of names: nothing is written then."""
    with acting(actor, "employer.import") as act:
        sheet = read(content, name)
        places = recognise(sheet.head, COLUMNS)
        if "name" not in places:
            raise Invalid.field(
                "file",
                _("Aucune colonne ne s'appelle « Nom » dans « %(file)s ». Colonnes lues : %(read)s.")
                % {"file": name, "read": ", ".join(sheet.head[:12])},
            )
        report = Report()
        rows = list(_checked(sheet.lines, places, report))
        _write(act, rows, report)
        act.create(
            EmployerImport,
            region_id=actor.region_id,
            lines=len(sheet.lines),
            made=report.made,
            known=report.known,
            contacts=report.contacts,
            refused=len(report.refused),
        )
        return report


# --- reading -------------------------------------------------------------------------------------------------------


def _checked(lines: Iterable[Line], places: dict[str, int], report: Report) -> Iterator[Row]:
    """The lines that can be taken; the others are told in the report."""
    lines = list(lines)
    communes = _communes(line.get(places, "place") for line in lines)
    seen: dict[str, int] = {}
    for line in lines:
        told = {column: line.get(places, column).strip() for column in COLUMNS}
        try:
            row = _row(told, communes)
            key = row.siret or f"{firm_key(row.name)} {row.commune.code if row.commune else ''}"
            if key in seen:
                raise Invalid(
                    _("La même entreprise est déjà ligne %(n)d : gardez une seule des deux.") % {"n": seen[key]}
                )
            seen[key] = line.number
        except Refused as refusal:
            report.refused.append(RefusedLine(line.number, told["name"], refusal.sentence))
        else:
            yield row


def _row(told: dict[str, str], communes: dict[str, list[Commune]]) -> Row:
    if not told["name"]:
        raise Invalid(_("Cette ligne n'a pas de nom d'entreprise : complétez-la."))
    for column, longest in TEXTS.items():
        if len(told[column]) > longest:
            raise Invalid(
                _("« %(text)s… » est trop long : %(n)d caractères au plus.") % {"text": told[column][:30], "n": longest}
            )
    if any(looks_like_nir(text) for column, text in told.items() if column != "siret"):
        raise Invalid(_("Cette ligne semble contenir un numéro de sécurité sociale : effacez-le."))
    return Row(
        name=told["name"],
        siret=check_siret(told["siret"]) if told["siret"] else "",
        commune=_commune(told["place"], told["postcode"], communes),
        address=told["address"],
        phone=told["phone"],
        email=_mail(told["email"]),
        naf=checked_naf(told["naf"]),
        contact=told["contact"],
        contact_phone=told["contact_phone"],
        contact_email=_mail(told["contact_email"]),
    )


def _mail(text: str) -> str:
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError as fault:
        raise Invalid(_("« %(text)s » n'est pas une adresse électronique.") % {"text": text}) from fault
    return text.lower()


def _communes(names: Iterable[str]) -> dict[str, list[Commune]]:
    found: dict[str, list[Commune]] = {}
    for commune in Commune.objects.filter(sort_key__in={plain(name) for name in names}).select_related("successor"):
        found.setdefault(commune.sort_key, []).append(commune.successor or commune)
    return found


def _commune(name: str, postcode: str, communes: dict[str, list[Commune]]) -> Commune | None:
    if not name:
        return None
    found = communes.get(plain(name), [])
    if len(found) > 1 and postcode:
        found = [commune for commune in found if postcode.zfill(5) in commune.postcodes]
    if not found:
        raise Invalid(_("Aucune commune ne s'appelle « %(name)s » : vérifiez-la, ou laissez-la vide.") % {"name": name})
    if len(found) > 1:
        raise Invalid(_("Plusieurs communes s'appellent « %(name)s » : ajoutez le code postal.") % {"name": name})
    return found[0]


# --- writing -------------------------------------------------------------------------------------------------------


def _write(act: Action, rows: list[Row], report: Report) -> None:
    known = _known(rows)
    mine = set(
        reach.read_by(act.actor).filter(pk__in=[firm.pk for firm in known.values()]).values_list("pk", flat=True)
    )
    pairs = [(row, _found(row, known)) for row in rows]
    made = Organisation.objects.bulk_create(_new(act.actor, row) for row, firm in pairs if firm is None)
    firms = iter(made)
    written = [(row, firm or next(firms)) for row, firm in pairs]
    for row, firm in written:
        if firm.pk in mine:
            _complete(firm, row)
    report.made, report.known = len(made), len(rows) - len(made)
    fresh = {firm.pk for firm in made}
    _write_sectors([(row, firm) for row, firm in written if firm.pk in fresh | mine])
    report.contacts = _write_contacts(act, [(row, firm) for row, firm in written if firm.pk in fresh | mine])


Keys = dict[tuple[str, str], Organisation]


def _known(rows: list[Row]) -> Keys:
    """The records these lines may be, by SIRET, and by name and commune. One query."""
    sirets, names = {row.siret for row in rows} - {""}, {search_key(row.name) for row in rows}
    same = Organisation.objects.filter(kind=OrganisationKind.EMPLOYER).select_related("merged_into")
    found: Keys = {}
    for firm in (same.filter(siret__in=sirets) | same.filter(search_key__in=names)).order_by("-pk"):
        kept = firm.merged_into or firm
        if firm.siret:
            found["siret", firm.siret] = kept
        found[firm.search_key, firm.commune_id or ""] = kept
    return found


def _found(row: Row, known: Keys) -> Organisation | None:
    if row.siret and ("siret", row.siret) in known:
        return known["siret", row.siret]
    firm = known.get((search_key(row.name), row.commune.code if row.commune else ""))
    # Another SIRET is another site, whatever its name.
    return None if firm is None or (firm.siret and row.siret) else firm


def _new(actor: Actor, row: Row) -> Organisation:
    return Organisation(
        kind=OrganisationKind.EMPLOYER,
        name=row.name,
        search_key=search_key(row.name),
        region_id=actor.region_id,
        created_at=clock.now(),
        **{name: getattr(row, name) for name in FILLED},
    )


def _complete(firm: Organisation, row: Row) -> None:
    """A record learns what it lacked; what it knows stays."""
    lacking = [name for name in FILLED if getattr(row, name) and not getattr(firm, name)]
    for name in lacking:
        setattr(firm, name, getattr(row, name))
    if lacking:
        firm.save(update_fields=lacking)


def _write_sectors(written: list[tuple[Row, Organisation]]) -> None:
    wanted = {firm.pk: row.naf for row, firm in written if row.naf}
    known = {sheet.organisation_id: sheet for sheet in EmployerSheet._base_manager.filter(organisation__in=wanted)}
    EmployerSheet._base_manager.bulk_create(
        EmployerSheet(organisation_id=pk, naf=naf) for pk, naf in wanted.items() if pk not in known
    )
    for sheet in known.values():
        sheet.naf = sheet.naf or wanted[sheet.organisation_id]
    EmployerSheet._base_manager.bulk_update(known.values(), ["naf"])


def _write_contacts(act: Action, written: list[tuple[Row, Organisation]]) -> int:
    """The person named on the line, unless the firm has a contact of that name or address."""
    named = [(row, firm) for row, firm in written if len(row.contact.split()) > 1]
    there = Contact._base_manager.filter(organisation__in=[firm for _row, firm in named], left_on=None)
    known = set()
    for contact in there.select_related("person"):
        known |= {
            (contact.organisation_id, search_key(str(contact.person))),
            (contact.organisation_id, contact.person.email),
        }
    new = [
        (row, firm)
        for row, firm in named
        if (firm.pk, search_key(row.contact)) not in known
        and not (row.contact_email and (firm.pk, row.contact_email) in known)
    ]
    people = Person._base_manager.bulk_create(_person(row) for row, _firm in new)
    Contact._base_manager.bulk_create(
        Contact(organisation=firm, person=person, since=act.today)
        for (_row, firm), person in zip(new, people, strict=True)
    )
    return len(new)


def _person(row: Row) -> Person:
    first, _space, last = row.contact.partition(" ")
    return Person(first_name=first[:80], last_name=last.strip()[:80], email=row.contact_email, phone=row.contact_phone)
