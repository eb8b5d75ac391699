"""Orienting people: who they are, typed once, found again without showing anybody else's people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.actions import join
from defi.operations.models import Operation, Part, Session
from defi.people.actions import register_person
from defi.people.models import Organisation, OrganisationKind, Person
from defi.people.names import search_key
from defi.steps.needs.models import Contract
from defi.steps.sourcing import mails
from defi.steps.sourcing.alike_actions import remember_apart
from defi.steps.sourcing.alike_rules import dialled
from defi.steps.sourcing.locks import checked_day, lock_candidacy, lock_session, refuse_nir
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import funding_faults
from defi.steps.sourcing.states import CANDIDACY

YOUNGEST = 14
OLDEST = 80


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is needed to reach somebody, and no more (law.md 4.1, minimisation). No address is required."""

    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    birth_date: date | None = None

    @property
    def key(self) -> str:
        return search_key(f"{self.first_name} {self.last_name}")


@dataclass(frozen=True, slots=True)
class Funding:
    """Who pays the seat and, when it is not the Region, the contract it aims at (length in whole months)."""

    by: str = Candidacy.Funding.REGION
    aim_contract: str = ""
    aim_months: int | None = None


REGION_SEAT = Funding()


def orient_person(
    actor: Actor,
    session_id: int,
    facts: PersonFacts,
    *,
    prescriber: Organisation | None = None,
    funding: Funding = REGION_SEAT,
    on: date | None = None,
    same_as: int | None = None,
    apart_from: Collection[int] = (),
) -> Candidacy:
    """A prescriber orients one of its people; a provider notes somebody who came alone, or sent by `prescriber`.

    It is a new person unless somebody said who it is: `same_as` (a person this actor follows, who learns the means
    they lacked to be reached). `apart_from`: the people whom it was said not to be, never asked again. Nothing that
    two records share joins them by itself (docs/personal-data.md).
    Raises `Invalid` beside the field at fault, `WrongState` when already there, `Unknown` (`same_as` not followed)."""
    with acting(actor, "candidacy.orient") as act:
        session = lock_session(act, session_id)
        day = _check_orientation(act, session, facts, on)
        prescriber_id = _prescriber_of(act, session, prescriber)
        check_funding(funding)
        _refuse_twin(act, session, facts)
        person = _known(act, same_as, facts) if same_as else register(act, facts)
        if Candidacy.objects.filter(session=session, person=person).exists():
            raise WrongState(_("%(name)s est déjà dans cette session.") % {"name": person})
        candidacy = enlist(
            act,
            session,
            person,
            prescriber_id=prescriber_id,
            oriented_by_id=actor.person_id if actor.in_prescriber else None,
            funding=funding.by,
            aim_contract=funding.aim_contract,
            aim_months=funding.aim_months,
            oriented_on=day,
        )
        for other in sorted(set(apart_from) - {person.pk}):
            remember_apart(act, person.pk, _followed(act, other).pk)
        mails.oriented(act, candidacy)
        return candidacy


def enlist(act: Action, session: Session, person: Person, **fields: object) -> Candidacy:
    """Within an action: a candidacy begins. Raises `WrongState` when the person is already in the session."""
    try:
        with transaction.atomic():
            return act.create(
                Candidacy,
                operation_id=session.operation_id,
                session=session,
                person=person,
                state=CANDIDACY.take("candidacy.orient", act.actor, "").target,
                **fields,
            )
    except IntegrityError as twice:
        raise WrongState(_("%(name)s est déjà dans cette session.") % {"name": person}) from twice


def reopen_candidacy(
    actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None
) -> Candidacy:
    """Somebody who had given up, or was not taken, comes back: it starts again, and the journal keeps the past."""
    with acting(actor, "candidacy.reopen") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        must_be_open(candidacy.session)
        day = checked_day(act, on, after=candidacy.answered_on)
        return act.move(
            CANDIDACY,
            candidacy,
            oriented_on=day,
            invited_on=None,
            met_on=None,
            selected_on=None,
            confirmed_on=None,
            answered_on=None,
            asked_again_on=None,
            said_again_on=None,
            ended_reason="",
        )


def correct_person(actor: Actor, candidacy_id: int, facts: PersonFacts, *, version: int | None = None) -> Candidacy:
    """Mend a name or add an address. `version` is that of the person's row."""
    with acting(actor, "candidacy.correct_person") as act:
        candidacy = lock_candidacy(act, candidacy_id)
        check_person(act, facts)
        person = Person.objects.select_for_update().get(pk=candidacy.person_id)
        if version is not None and person.version != version:
            raise WrongState(_("Cette fiche a été modifiée pendant que vous la lisiez. Relisez-la."))
        act.change(
            person,
            first_name=facts.first_name.strip(),
            last_name=facts.last_name.strip(),
            email=facts.email.strip().lower(),
            phone=facts.phone.strip(),
            birth_date=facts.birth_date,
        )
        return candidacy


def check_funding(funding: Funding) -> None:
    """Raises `Invalid` beside each field at fault."""
    faults = funding_faults(funding.by, funding.aim_contract, funding.aim_months, Contract.values)
    if funding.by not in Candidacy.Funding.values:
        faults["funding"] = _("Choisissez un financement dans la liste.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def _check_orientation(act: Action, session: Session, facts: PersonFacts, on: date | None) -> date:
    must_be_open(session)
    check_person(act, facts)
    return checked_day(act, on)


def must_be_open(session: Session) -> None:
    """Raises `WrongState` once the session has ended."""
    if session.ended_on:
        raise WrongState(_("Cette session est terminée : on n'y oriente plus personne."))


def check_person(act: Action, facts: PersonFacts) -> None:
    """Raises `Invalid` beside each field that cannot be somebody's."""
    faults: dict[str, str] = {}
    if not facts.first_name.strip():
        faults["first_name"] = _("Indiquez le prénom.")
    if not facts.last_name.strip():
        faults["last_name"] = _("Indiquez le nom.")
    if facts.email.strip() and not _is_address(facts.email.strip()):
        faults["email"] = _("Cette adresse électronique n'est pas complète : vérifiez-la, ou laissez vide.")
    if facts.phone.strip() and not dialled(facts.phone):
        faults["phone"] = _("Ce numéro est trop court : écrivez ses dix chiffres, ou laissez vide.")
    if facts.birth_date and not _plausible(facts.birth_date, act.today):
        faults["birth_date"] = _("Vérifiez la date de naissance : l'âge obtenu n'est pas celui d'un stagiaire.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    refuse_nir(first_name=facts.first_name, last_name=facts.last_name, phone=facts.phone)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _plausible(birth: date, today: date) -> bool:
    return YOUNGEST <= today.year - birth.year <= OLDEST


def _prescriber_of(act: Action, session: Session, named: Organisation | None) -> int | None:
    if act.actor.in_prescriber:
        return act.actor.organisation_id
    if named is None:
        return None
    if named.kind != OrganisationKind.PRESCRIBER:
        raise Invalid.field("prescriber", _("%(name)s n'est pas un prescripteur.") % {"name": named})
    join(act, Operation.objects.get(pk=session.operation_id), named, Part.PRESCRIBER)
    return named.pk


def _followed(act: Action, person_id: int) -> Person:
    """Somebody this actor follows, under the record that was kept. Raises `Unknown`."""
    row = Candidacy.objects.visible_to(act.actor).filter(person_id=person_id).select_related("person").first()
    if row is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return Person._base_manager.select_for_update().get(pk=row.person.merged_into_id or row.person_id)


def _known(act: Action, person_id: int, facts: PersonFacts) -> Person:
    person = _followed(act, person_id)
    typed = {"email": facts.email.strip().lower(), "phone": facts.phone.strip(), "birth_date": facts.birth_date}
    lacked = {name: value for name, value in typed.items() if value and not getattr(person, name)}
    return act.change(person, **lacked) if lacked else person


def _refuse_twin(act: Action, session: Session, facts: PersonFacts) -> None:
    """The same name twice in one session is a second submission, unless a birth date tells two people apart."""
    rows = Candidacy.objects.visible_to(act.actor).filter(session=session).select_related("person").order_by("pk")
    for row in rows:
        if _key(row.person) != facts.key:
            continue
        known = row.person.birth_date
        if known and facts.birth_date and known != facts.birth_date:
            continue
        if row.state in {"declined", "withdrawn", "no_show"}:
            sentence = _("%(name)s a déjà une candidature à cette session : ouvrez sa fiche et reprenez-la.")
        else:
            sentence = _(
                "%(name)s est déjà dans cette session. S'il s'agit d'une autre personne du même nom, "
                "indiquez les deux dates de naissance."
            )
        raise WrongState(sentence % {"name": row.person})


def _key(person: Person) -> str:
    return search_key(f"{person.first_name} {person.last_name}")


def register(act: Action, facts: PersonFacts) -> Person:
    """Within an action: somebody nobody knew."""
    person = register_person(
        act.actor,
        first_name=facts.first_name,
        last_name=facts.last_name,
        email=facts.email,
        phone=facts.phone,
    )
    return act.change(person, birth_date=facts.birth_date) if facts.birth_date else person
