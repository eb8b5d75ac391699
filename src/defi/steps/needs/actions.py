"""What changes one need: sending it, confirming it, choosing its job, answering it, withdrawing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel import links
from defi.kernel.access import Actor, Who
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.models import Document, JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Unknown, WrongState
from defi.operations.actions import join
from defi.operations.models import Part
from defi.people.actions import OrganisationFacts
from defi.people.models import Organisation, OrganisationKind, Person
from defi.people.queries import region as the_region
from defi.people.registry import Finding, lacks_name
from defi.reference.models import Basin, Commune, Competence, Job
from defi.steps.needs import mails
from defi.steps.needs.access import must_pilot
from defi.steps.needs.models import Contract, Need, NeedCompetence
from defi.steps.needs.parties import ContactFacts, contact_of, register_employer
from defi.steps.needs.printing import print_sheet
from defi.steps.needs.queries import alike, sheet_of
from defi.steps.needs.rules import Wish, first_state, nir_faults, ranking_fault, wish_faults
from defi.steps.needs.states import NEED

MOST_LINKS = 20
"""Messages in an hour to one address, whoever asks: more would make of the public page a way to fill somebody's
mailbox. Each network is held to fewer (`kernel.limits`), so that a stranger does not use up those of the owner."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A competence asked for, in the employer's words or from the ROME."""

    label: str
    nature: str = NeedCompetence.Nature.TECHNICAL
    competence: Competence | None = None


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What one employer looks for. The basin is that of the commune when only the commune is known; hours per week."""

    wording: str
    posts: int
    job: Job | None = None
    basin: Basin | None = None
    commune: Commune | None = None
    contract: str = ""
    months: int | None = None
    weekly_hours: Decimal | None = None
    wanted_from: date | None = None
    offers_platform: bool = False
    offers_placement: bool = False
    offers_visit: bool = False
    offers_tutor: bool = False
    requirements_asked: str = ""
    requirements_needed: str = ""
    expectations: tuple[str, ...] = ()
    comment: str = ""
    typed_by_name: str = ""
    competences: tuple[Asked, ...] = field(default=())


class AlreadySent(Refused):
    """The same form came twice: nothing changed. `need` is the one that the first sending made."""

    def __init__(self, need: Need) -> None:
        super().__init__(
            _("Cette fiche d'intérêt nous est déjà parvenue le %(day)s : rien n'a été changé.")
            % {"day": long_date(need.received_on)}
        )
        self.need = need


class SameSearch(Refused):
    """This employer seems to have said this need already. `need` is the one that is known."""

    def __init__(self, need: Need) -> None:
        super().__init__(
            _("%(employer)s cherche déjà « %(wanted)s » depuis le %(day)s. Si c'est une autre recherche, dites-le.")
            % {"employer": need.employer, "wanted": need.wanted, "day": long_date(need.received_on)}
        )
        self.need = need


def submit_need(
    actor: Actor,
    employer: Organisation | OrganisationFacts,
    facts: NeedFacts,
    *,
    contact: ContactFacts | Person | None = None,
    submission_key: str = "",
    finding: Finding | None = None,
    another: bool = True,
) -> Need:
    """A need arrives, typed by the employer or for it (process.md, step 0).

    From the public page it waits for the employer's confirmation, by the link mailed or by phone. `finding` is what the
    register of firms said while it was typed; without it the register is asked later. Raises `AlreadySent` when the
    same form (`submission_key`) comes again, `SameSearch` when the actor sees a need that says the same, unless it is
    `another`, `Invalid` with a sentence per field at fault."""
    with acting(actor, "need.submit") as act:
        _refuse_twice(submission_key)
        contact = contact or ContactFacts()
        basin = _basin(facts)
        check_facts(act, facts, _typed(contact).name)
        firm = _employer(actor, employer, finding)
        named = employer.name.strip()[:160] if isinstance(employer, OrganisationFacts) else ""
        state = first_state(actor.who)
        NEED.take("need.submit", actor, "")
        if state == "to_confirm" and isinstance(contact, ContactFacts) and not (contact.email or contact.phone):
            raise Invalid.field(
                "email", _("Indiquez une adresse électronique ou un téléphone : sinon, personne ne peut vous répondre.")
            )
        _refuse_alike(actor, firm, facts, act, another=another)
        reached = contact_of(act, firm, contact)
        try:
            with transaction.atomic():
                need = act.create(
                    Need,
                    region=_region(actor),
                    employer=firm,
                    contact=reached,
                    employer_named=named if actor.who is Who.PUBLIC else "",
                    contact_email=_typed(contact).email.strip().lower() if reached is None else "",
                    contact_phone=_typed(contact).phone.strip() if reached is None else "",
                    typed_by_id=actor.person_id,
                    typed_by_name=facts.typed_by_name.strip()[:160],
                    typed_for_id=actor.organisation_id,
                    **fields_of(facts),
                    basin=basin,
                    submission_key=submission_key or None,
                    state=state,
                    received_on=act.today,
                )
        except IntegrityError as clash:
            _refuse_twice(submission_key)
            raise Refused(_("Cette fiche n'a pas pu être enregistrée. Renvoyez-la.")) from clash
        ask_competences(need, facts.competences)
        mails.need_arrived(act, need)
        return need


def _refuse_alike(actor: Actor, firm: Organisation, facts: NeedFacts, act: Action, *, another: bool) -> None:
    """Only among the needs this actor may see: somebody from outside learns nothing of what others said."""
    if another:
        return
    new = Need(employer=firm, wording=facts.wording, job=facts.job, received_on=act.today)
    known = alike(actor, new)
    if known:
        raise SameSearch(known[0])


def _refuse_twice(submission_key: str) -> None:
    known = Need.objects.filter(submission_key=submission_key).first() if submission_key else None
    if known:
        raise AlreadySent(known)


def _basin(facts: NeedFacts) -> Basin:
    if facts.basin is not None:
        return facts.basin
    if facts.commune is None:
        raise Invalid.field("place", _("Indiquez la commune où se trouve le poste."))
    if facts.commune.basin is None:
        raise Invalid.field(
            "place",
            _("%(commune)s n'est dans aucun bassin d'emploi de la région : indiquez la commune où se trouve le poste.")
            % {"commune": facts.commune.name},
        )
    return facts.commune.basin


def check_facts(act: Action, facts: NeedFacts, contact_name: str = "") -> None:
    """Raise `Invalid` with a sentence per field of a need that cannot be."""
    faults = wish_faults(
        Wish(facts.posts, facts.contract, facts.months, facts.weekly_hours, facts.wanted_from), act.today
    )
    if unclear := ranking_fault(facts.expectations):
        faults["expectations"] = unclear
    if not facts.wording.strip():
        faults["wording"] = _("Dites avec vos mots qui vous cherchez.")
    if facts.contract and facts.contract not in Contract.values:
        faults["contract"] = _("Choisissez un contrat dans la liste.")
    faults |= nir_faults(
        {
            "wording": facts.wording,
            "comment": facts.comment,
            "typed_by_name": facts.typed_by_name,
            "requirements_asked": facts.requirements_asked,
            "requirements_needed": facts.requirements_needed,
            "competences": "\n".join(asked.label for asked in facts.competences),
            "contact_name": contact_name,
        }
    )
    if faults:
        raise Invalid(" ".join(dict.fromkeys(faults.values())), faults)


def _typed(contact: ContactFacts | Person) -> ContactFacts:
    return contact if isinstance(contact, ContactFacts) else ContactFacts(email=contact.email, phone=contact.phone)


def _employer(actor: Actor, employer: Organisation | OrganisationFacts, finding: Finding | None = None) -> Organisation:
    firm = (
        employer
        if isinstance(employer, Organisation)
        else register_employer(employer, finding, from_outside=actor.who is Who.PUBLIC)
    )
    if firm.kind != OrganisationKind.EMPLOYER:
        raise Invalid.field("employer", _("Seul un employeur a un besoin de recrutement."))
    if actor.in_employer and firm.pk != actor.organisation_id:
        raise NotAllowed(_("Vous ne pouvez envoyer une fiche d'intérêt que pour votre entreprise."))
    return firm


def _region(actor: Actor) -> Organisation:
    return Organisation.objects.get(pk=actor.region_id) if actor.region_id else the_region()


def fields_of(facts: NeedFacts) -> dict[str, object]:
    """The columns of a need that these facts fill; its basin is worked out apart."""
    return {
        "wording": facts.wording.strip()[:200],
        "job": facts.job,
        "commune": facts.commune,
        "posts": facts.posts,
        "contract": facts.contract,
        "months": facts.months,
        "weekly_hours": facts.weekly_hours,
        "wanted_from": facts.wanted_from,
        "offers_platform": facts.offers_platform,
        "offers_placement": facts.offers_placement,
        "offers_visit": facts.offers_visit,
        "offers_tutor": facts.offers_tutor,
        "requirements_asked": facts.requirements_asked.strip(),
        "requirements_needed": facts.requirements_needed.strip(),
        "expectations": [code for code in facts.expectations if code],
        "comment": facts.comment.strip(),
    }


def ask_competences(need: Need, competences: Iterable[Asked]) -> None:
    """The competences of a new need, each once whatever its spelling."""
    once: dict[str, Asked] = {}
    for asked in competences:
        label = " ".join(asked.label.split())[:255]
        if label:
            once.setdefault(label.casefold(), Asked(label, asked.nature, asked.competence))
    NeedCompetence.objects.bulk_create(
        NeedCompetence(need=need, label=asked.label, nature=asked.nature, competence=asked.competence)
        for asked in once.values()
    )


def confirm_need(
    actor: Actor, need_id: int, *, employer_name: str = "", contact_name: str = "", version: int | None = None
) -> Need:
    """The employer says that the sheet is its own: by the button of the page its link opens, or by phone to an officer.

    The names it left for later are written now; the SIRET is enough to find the name of a firm."""
    with acting(actor, "need.confirm") as act:
        need = act.lock(Need, need_id, version)
        must_pilot(actor, need.basin_id)
        if need.state != "to_confirm":
            raise WrongState(_("Cette fiche est déjà confirmée : il n'y a plus rien à faire."))
        faults = nir_faults({"employer_name": employer_name, "contact_name": contact_name})
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        _name_employer(act, need, employer_name)
        if employer_name.strip():
            act.change(need, employer_named=employer_name.strip()[:160])
        contact = need.contact or contact_of(
            act, need.employer, ContactFacts(contact_name, need.contact_email, need.contact_phone)
        )
        act.move(NEED, need, contact=contact)
        mails.need_confirmed(act, need)
        return need


def resend_link(actor: Actor, need_id: int, *, email: str = "") -> Need:
    """A new link to confirm: to the same address, or to another when the first was wrong, whose links then die.

    Raises `WrongState` when it is of no use any more."""
    with acting(actor, "need.resend_link") as act:
        need = act.lock(Need, need_id)
        must_pilot(actor, need.basin_id)
        if need.state != "to_confirm":
            raise WrongState(_("Cette fiche est déjà confirmée : il n'y a plus rien à faire."))
        address = email.strip().lower()
        if address and address != need.email:
            _move_mailbox(act, need, address)
        if mails.left_lately(act, need.email, "confirm") >= MOST_LINKS:
            raise WrongState(
                _("Plusieurs messages viennent de partir vers cette adresse : regardez aussi dans les indésirables.")
            )
        act.note(need, link_sent=True)
        mails.need_arrived(act, need)
        return need


def _move_mailbox(act: Action, need: Need, address: str) -> None:
    if need.contact_id is not None:
        raise WrongState(_("L'adresse de cette personne est déjà connue : corrigez-la dans sa fiche."))
    links.revoke(need, "need.confirm")
    act.change(need, contact_email=address)


def _name_employer(act: Action, need: Need, name: str) -> None:
    if not lacks_name(need.employer) or not name.strip():
        return
    need.employer.name = name.strip()[:160]
    need.employer.save()
    act.note(need, employer_named=True)


def classify_need(actor: Actor, need_id: int, job: Job, *, version: int | None = None) -> Need:
    """The officer chooses the job of the ROME that the employer's words mean."""
    with acting(actor, "need.classify") as act:
        need = _lock_own(act, need_id, version)
        if need.state not in {"to_confirm", "received"}:
            raise WrongState(_("Ce besoin est déjà regroupé ou répondu : son métier ne change plus."))
        return act.change(need, job=job)


def review_competences(
    actor: Actor, need_id: int, needed: Iterable[int], *, why: str = "", version: int | None = None
) -> Need:
    """Among the competences asked, those that the post really calls for (ids): the others are kept, not taught for,
    with what explains it (employers.md, R33: a visit of the post, for instance)."""
    with acting(actor, "need.review_competences") as act:
        need = _lock_own(act, need_id, version)
        if need.state in {"answered", "withdrawn"}:
            raise WrongState(_("Ce besoin est répondu ou retiré : il se lit, il ne se modifie plus."))
        if faults := nir_faults({"why": why}):
            raise Invalid(" ".join(faults.values()), faults)
        rows = list(need.competences.all())
        chosen = set(needed)
        if not chosen <= {row.pk for row in rows}:
            raise Unknown(_("Une de ces compétences n'est pas dans cette fiche : rechargez la page."))
        for row in rows:
            if row.really_needed != (row.pk in chosen):
                row.really_needed = row.pk in chosen
                row.why = "" if row.really_needed else why.strip()[:200]
                row.save(update_fields=["really_needed", "why"])
        act.note(need, really_needed=len(chosen), asked=len(rows))
        return need


def answer_need(actor: Actor, need_id: int, *, reason: str, version: int | None = None) -> Need:
    """The Region answers the employer, in words that are mailed to it as they are."""
    with acting(actor, "need.answer", reason=reason) as act:
        need = _lock_own(act, need_id, version)
        faults = nir_faults({"reason": reason})
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        act.move(NEED, need, answer=reason.strip(), answered_on=act.today)
        mails.need_answered(act, need)
        return need


def withdraw_need(actor: Actor, need_id: int, *, reason: str, version: int | None = None) -> Need:
    """The employer no longer looks for anybody; it leaves the group, and the officer knows why."""
    with acting(actor, "need.withdraw", reason=reason) as act:
        need = _lock_own(act, need_id, version)
        if actor.in_employer and need.employer_id != actor.organisation_id:
            raise NotAllowed(_("Vous ne pouvez retirer que les besoins de votre entreprise."))
        act.move(NEED, need, collective=None)
        mails.need_withdrawn(act, need)
        return need


def _lock_own(act: Action, need_id: int, version: int | None) -> Need:
    need = act.lock(Need, need_id, version)
    must_pilot(act.actor, need.basin_id)
    return need


def print_need(actor: Actor, need_id: int) -> Document:
    """The fiche d'intérêt as a document; the one already printed when nothing has changed since."""
    with acting(actor, "need.print") as act:
        need = act.lock(Need, need_id)
        kept = sheet_of(need)
        if kept and not JournalEntry.objects.filter(
            object_type="needs.need", object_id=need.pk, at__gt=kept.made_at
        ).exclude(verb="need.print"):
            return kept
        document = print_sheet(act, need)
        act.note(need, document=document.number)
        return document


def bring_employer(act: Action, need: Need) -> None:
    """Within an action: the employer of a grouped need takes part in the operation, with its contact."""
    if need.collective is None or need.collective.operation is None:
        return
    join(act, need.collective.operation, need.employer, Part.EMPLOYER, need.contact)
