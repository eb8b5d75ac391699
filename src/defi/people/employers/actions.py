"""What changes the record of an employer: its facts, its adviser, its contacts, what was said with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.people.actions import OrganisationFacts, checked_identifier, known_organisation, register_organisation
from defi.people.employers import reach
from defi.people.employers.models import Contact, Decision, EmployerSheet, Talk
from defi.people.identifiers import check_siret, looks_like_nir
from defi.people.models import Membership, Organisation, OrganisationKind, Person
from defi.reference.models import Commune

NAF = re.compile(r"(\d{2})\.?(\d{2})\s?([A-Z])")
LONGEST_AHEAD = timedelta(days=2 * 366)


def lock_firm(act: Action, firm_id: int) -> Organisation:
    """Lock the record of an employer this actor reads. Raises `Unknown`, `WrongState` (merged into another)."""
    firm = reach.read_by(act.actor).select_for_update(of=("self",)).filter(pk=firm_id).first()
    if firm is not None:
        return firm
    merged = Organisation.objects.filter(pk=firm_id, merged_into__in=reach.read_by(act.actor).values("pk")).first()
    if merged is not None:
        raise WrongState(_("Cette fiche a été réunie avec une autre : rouvrez-la depuis la liste des employeurs."))
    raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))


def sheet_of(act: Action, firm: Organisation, version: int | None = None) -> EmployerSheet:
    """Within an action, the firm being locked: what follows its record, made if new."""
    known = EmployerSheet._base_manager.filter(organisation=firm).first()
    return act.lock(EmployerSheet, known.pk, version) if known else act.create(EmployerSheet, organisation=firm)


# --- facts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FirmFacts:
    """The public facts of a site. `naf` as INSEE writes it (88.10A); empty when unknown."""

    name: str
    siret: str = ""
    commune: Commune | None = None
    address: str = ""
    email: str = ""
    phone: str = ""
    naf: str = ""


def register_employer(actor: Actor, facts: FirmFacts) -> Organisation:
    """A new employer, met by an officer. Raises `WrongState` when its record is already there."""
    with acting(actor, "employer.register") as act:
        naf = checked_naf(facts.naf)
        _check_texts({"name": facts.name, "address": facts.address})
        known = known_organisation(organisation_facts(facts, actor))
        if known is not None:
            raise WrongState(
                _("« %(name)s » a déjà sa fiche : retrouvez-la dans la liste des employeurs.") % {"name": known.name}
            )
        firm = register_organisation(organisation_facts(facts, actor))
        act.change(sheet_of(act, firm), naf=naf)
        return firm


def organisation_facts(facts: FirmFacts, actor: Actor) -> OrganisationFacts:
    """The same facts, as the register of organisations takes them."""
    region = Organisation.objects.filter(pk=actor.region_id).first() if actor.region_id else None
    return OrganisationFacts(
        kind=OrganisationKind.EMPLOYER,
        name=facts.name,
        siret=facts.siret,
        commune=facts.commune,
        address=facts.address,
        email=facts.email,
        phone=facts.phone,
        region=region,
    )


def describe_employer(actor: Actor, firm_id: int, facts: FirmFacts, *, version: int | None = None) -> Organisation:
    """Correct the facts of a record. Raises `Invalid` beside the field at fault (a SIRET that another record bears)."""
    with acting(actor, "employer.describe") as act:
        firm = lock_firm(act, firm_id)
        sheet = sheet_of(act, firm, version)
        if not facts.name.strip():
            raise Invalid.field("name", _("Indiquez le nom de l'entreprise."))
        _check_texts({"name": facts.name, "address": facts.address})
        siret = checked_identifier("siret", facts.siret, check_siret)
        _refuse_taken(firm, siret)
        naf = checked_naf(facts.naf)
        written = {
            "name": facts.name.strip()[:160],
            "siret": siret,
            "commune": facts.commune,
            "address": facts.address.strip(),
            "email": facts.email.strip().lower(),
            "phone": facts.phone.strip(),
        }
        changed = [name for name, value in written.items() if getattr(firm, name) != value]
        for name, value in written.items():
            setattr(firm, name, value)
        firm.save()
        act.change(sheet, naf=naf)
        if changed:
            act.note(sheet, changed=", ".join(changed))
        return firm


def _refuse_taken(firm: Organisation, siret: str) -> None:
    if not siret:
        return
    same = Organisation.objects.filter(kind=firm.kind, siret=siret).exclude(pk=firm.pk).first()
    if same is not None:
        raise Invalid.field(
            "siret",
            _("Ce SIRET est déjà celui de la fiche « %(name)s » : si c'est la même entreprise, réunissez les fiches.")
            % {"name": same.name},
        )


def checked_naf(text: str) -> str:
    """`8810A` → `88.10A`. Raises `Invalid`."""
    typed = text.strip().upper()
    if not typed:
        return ""
    found = NAF.fullmatch(typed)
    if found is None:
        raise Invalid.field("naf", _("Un code NAF s'écrit comme 88.10A : quatre chiffres et une lettre."))
    return f"{found[1]}.{found[2]}{found[3]}"


def assign_adviser(
    actor: Actor, firm_id: int, membership: Membership | None, *, version: int | None = None
) -> EmployerSheet:
    """The one person this employer may call (R27): an agent of the Region or of a partner; nobody, to take it away."""
    with acting(actor, "employer.assign") as act:
        firm = lock_firm(act, firm_id)
        if membership is not None:
            _may_advise(act, membership)
        return act.change(sheet_of(act, firm, version), adviser=membership)


def _may_advise(act: Action, membership: Membership) -> None:
    if membership.until is not None and membership.until <= act.today:
        raise Invalid.field("adviser", _("Cette personne n'a plus d'accès : choisissez-en une autre."))
    if membership.organisation.kind == OrganisationKind.EMPLOYER:
        raise Invalid.field("adviser", _("Le conseiller d'un employeur est un agent de la Région ou d'un partenaire."))


# --- contacts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Somebody in a firm, how to reach them, and what they can decide (R19)."""

    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    post: str = ""
    decides: Collection[str] = field(default=())
    in_time: str = Contact.InTime.UNKNOWN


def add_contact(actor: Actor, firm_id: int, facts: ContactFacts) -> Contact:
    """Somebody new to talk to. Raises `WrongState` when this person is already a contact of the firm."""
    with acting(actor, "contact.add") as act:
        firm = lock_firm(act, firm_id)
        _check_contact(facts)
        email = facts.email.strip().lower()
        # Only among those they may read: who is in a firm is not found out by trying addresses.
        mine = Contact.objects.visible_to(actor).filter(organisation=firm, left_on=None)
        if email and mine.filter(person__email=email).exists():
            raise WrongState(_("Une personne de cette entreprise a déjà cette adresse : modifiez son contact."))
        person = act.create(Person, **_name_and_reach(facts))
        fields = {"house_id": actor.organisation_id, "since": act.today, **_decides(facts)}
        return act.create(Contact, organisation=firm, person=person, **fields)


def change_contact(actor: Actor, contact_id: int, facts: ContactFacts, *, version: int | None = None) -> Contact:
    """Correct a contact. The mail address of somebody who signs in by it is theirs: it does not change here."""
    with acting(actor, "contact.change") as act:
        contact = _lock_contact(act, contact_id, version)
        _check_contact(facts)
        person = Person._base_manager.select_for_update().get(pk=contact.person_id)
        written = _name_and_reach(facts)
        if written["email"] != person.email and Membership._base_manager.filter(person=person, until=None).exists():
            raise Invalid.field(
                "email", _("Cette personne entre dans DEFI par cette adresse : elle seule ou son invitation la change.")
            )
        act.change(person, **written)
        # The row counts as changed whatever was corrected: two people who correct it at once are told.
        return act.change(contact, **_decides(facts))


def contact_leaves(actor: Actor, contact_id: int, *, version: int | None = None) -> Contact:
    """This person no longer works there: the contact is kept, without being offered any more."""
    with acting(actor, "contact.leave") as act:
        contact = _lock_contact(act, contact_id, version)
        return act.change(contact, left_on=max(act.today, contact.since))


def learn_contact(firm: Organisation, person: Person, decides: Collection[str] = (), post: str = "") -> None:
    """A room cites somebody of a firm: they are a contact from now on; what was known is kept, and completed."""
    if firm.kind != OrganisationKind.EMPLOYER:
        return
    with acting(TASK, "contact.learn") as act:
        known = contacts_of(firm).filter(person=person).select_for_update(of=("self",)).first()
        if known is None:
            act.create(
                Contact, organisation=firm, person=person, since=act.today, decides=sorted(set(decides)), post=post
            )
        else:
            act.change(known, decides=sorted({*known.decides, *decides}), post=known.post or post)


def contacts_of(firm: Organisation) -> QuerySet[Contact]:
    """The contacts still there."""
    return Contact._base_manager.filter(organisation=firm, left_on=None)


def _lock_contact(act: Action, contact_id: int, version: int | None) -> Contact:
    contact = act.lock(Contact, contact_id, version)
    if contact.left_on is not None:
        raise WrongState(_("Cette personne a quitté l'entreprise : ajoutez-la de nouveau si elle y revient."))
    return contact


def _check_contact(facts: ContactFacts) -> None:
    faults: dict[str, str] = {}
    if not facts.first_name.strip():
        faults["first_name"] = _("Indiquez le prénom.")
    if not facts.last_name.strip():
        faults["last_name"] = _("Indiquez le nom.")
    if facts.post and facts.post not in Contact.Post.values:
        faults["post"] = _("Choisissez une fonction dans la liste.")
    if facts.in_time not in Contact.InTime.values:
        faults["in_time"] = _("Choisissez une réponse dans la liste.")
    if set(facts.decides) - set(Decision.values):
        faults["decides"] = _("Choisissez parmi ce qu'un contact peut décider.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    _check_texts({"first_name": facts.first_name, "last_name": facts.last_name})


def _name_and_reach(facts: ContactFacts) -> dict[str, str]:
    return {
        "first_name": facts.first_name.strip()[:80],
        "last_name": facts.last_name.strip()[:80],
        "email": facts.email.strip().lower(),
        "phone": facts.phone.strip(),
    }


def _decides(facts: ContactFacts) -> dict[str, object]:
    return {"post": facts.post, "decides": sorted(set(facts.decides)), "in_time": facts.in_time}


# --- what was said -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TalkFacts:
    """An exchange with an employer: one sentence; what comes next has its date."""

    kind: str
    said: str
    on: date | None = None
    contact_id: int | None = None
    next_step: str = ""
    next_on: date | None = None
    shared: bool = False


def note_talk(actor: Actor, firm_id: int, facts: TalkFacts) -> Talk:
    """A visit or a call, in one sentence. The next step shows in « À faire » of the adviser (R24, R28, R61)."""
    with acting(actor, "talk.note") as act:
        firm = lock_firm(act, firm_id)
        written = _talk(act, firm, facts)
        if _was_just_noted(act, firm, written):
            raise WrongState(_("Cet échange vient d'être noté : il n'est gardé qu'une fois."))
        return act.create(
            Talk, organisation=firm, written_by_id=actor.person_id, house_id=actor.organisation_id, **written
        )


def correct_talk(actor: Actor, talk_id: int, facts: TalkFacts, *, version: int | None = None) -> Talk:
    """Its author corrects what was written."""
    with acting(actor, "talk.correct") as act:
        talk = act.lock(Talk, talk_id, version)
        if talk.written_by_id != actor.person_id:
            raise NotAllowed(_("Seule la personne qui a noté cet échange le corrige."))
        firm = lock_firm(act, talk.organisation_id)
        return act.change(talk, **_talk(act, firm, facts))


def finish_step(actor: Actor, talk_id: int, *, version: int | None = None) -> Talk:
    """What had to follow is done."""
    with acting(actor, "talk.finish") as act:
        talk = act.lock(Talk, talk_id, version)
        if talk.house_id != actor.organisation_id:
            raise NotAllowed(_("La suite de cet échange revient à l'organisation qui l'a noté."))
        if talk.next_on is None or talk.done_on is not None:
            raise WrongState(_("Cette suite est déjà faite : il n'y a plus rien à faire."))
        return act.change(talk, done_on=act.today)


def _talk(act: Action, firm: Organisation, facts: TalkFacts) -> dict[str, object]:
    on = facts.on or act.today
    faults: dict[str, str] = {}
    if facts.kind not in Talk.Kind.values:
        faults["kind"] = _("Dites si c'était une visite, un appel, une réunion, un courriel ou un événement.")
    if not facts.said.strip():
        faults["said"] = _("Écrivez en une phrase ce qui s'est dit.")
    if len(facts.said.strip()) > 300:
        faults["said"] = _("Une phrase suffit : 300 caractères au plus.")
    if on > act.today:
        faults["on"] = _("Cette date est à venir : un échange se note une fois qu'il a eu lieu.")
    if bool(facts.next_step.strip()) != (facts.next_on is not None):
        at_fault = "next_on" if facts.next_step.strip() else "next_step"
        faults[at_fault] = _("Une suite a un objet et une date : complétez les deux, ou aucun.")
    elif facts.next_on and not on <= facts.next_on <= act.today + LONGEST_AHEAD:
        faults["next_on"] = _("La suite vient après l'échange, dans les deux ans.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    _check_texts({"said": facts.said, "next_step": facts.next_step})
    return {
        "kind": facts.kind,
        "on": on,
        "said": " ".join(facts.said.split()),
        "contact_id": _contact_id(act.actor, firm, facts.contact_id),
        "next_step": " ".join(facts.next_step.split())[:160],
        "next_on": facts.next_on,
        "shared": facts.shared and act.actor.in_region,
    }


def _contact_id(actor: Actor, firm: Organisation, contact_id: int | None) -> int | None:
    if contact_id is None:
        return None
    if not Contact.objects.visible_to(actor).filter(pk=contact_id, organisation=firm).exists():
        raise Invalid.field("contact", _("Cette personne n'est pas un contact de cette entreprise."))
    return contact_id


def _was_just_noted(act: Action, firm: Organisation, written: dict[str, object]) -> bool:
    """A form sent twice: the same words, of the same day, by the same person."""
    return Talk._base_manager.filter(
        organisation=firm, written_by_id=act.actor.person_id, **{k: written[k] for k in ("kind", "on", "said")}
    ).exists()


def _check_texts(texts: dict[str, str]) -> None:
    sentence = _("Ce texte semble contenir un numéro de sécurité sociale : effacez-le, nous n'en avons jamais besoin.")
    faults = {name: sentence for name, text in texts.items() if looks_like_nir(text)}
    if faults:
        raise Invalid(sentence, faults)
