"""Small data for the tests of the rooms: each function makes one thing, with what it needs, and returns it.

Shared by every room: add to it, do not change what others lean on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.operations.actions import SessionPlan, add_partner, open_operation, plan_session
from defi.operations.models import Operation, Session
from defi.people.actions import OrganisationFacts, grant_membership, register_organisation, register_person
from defi.people.models import Membership, Network, Organisation, OrganisationKind, Person
from defi.people.queries import actor_for
from defi.reference.models import Basin, Commune, Job
from defi.steps.needs.actions import Asked, NeedFacts, submit_need
from defi.steps.needs.models import Need
from defi.steps.offer.models import Lot
from defi.steps.offer.recording import NewLot, record_lot
from defi.steps.pairing.actions import Said, Terms, make_promise, pair, record_encounter
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.sourcing.actions import (
    Funding,
    PersonFacts,
    confirm_candidate,
    meet_candidate,
    orient_person,
    select_candidate,
)
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.orientation import REGION_SEAT

_number = count(10_001)  # names of one length sort as they come


def a_region() -> Organisation:
    """The Region of the installation."""
    return register_organisation(OrganisationFacts(OrganisationKind.REGION, "Région Centre-Val de Loire"))


def a_basin(name: str = "Châteaudun") -> Basin:
    """A basin of the region, by its name."""
    known = Basin.objects.filter(name=name).first()
    return known or Basin.objects.create(code=f"Z{next(_number) % 1_000:03d}", vintage="2020", name=name, region="24")


def a_job(code: str = "K1311", label: str = "Assistant / Assistante de vie aux familles") -> Job:
    """A job by its ROME code."""
    return Job.objects.filter(code_rome=code).first() or Job.objects.create(code_rome=code, label=label)


def a_provider(name: str = "Atelier du Loir") -> Organisation:
    """A training organisation."""
    return register_organisation(OrganisationFacts(OrganisationKind.PROVIDER, name, region=a_region()))


def an_employer(name: str = "Les Tilleuls", email: str = "") -> Organisation:
    """An employer."""
    facts = OrganisationFacts(OrganisationKind.EMPLOYER, name, email=email, region=a_region())
    return register_organisation(facts)


def a_prescriber(
    name: str = "Mission locale du Dunois", network: Network = Network.MISSION_LOCALE, email: str = ""
) -> Organisation:
    """A prescriber of this network."""
    facts = OrganisationFacts(OrganisationKind.PRESCRIBER, name, network=network, email=email, region=a_region())
    return register_organisation(facts)


def a_person(first_name: str = "Leïla", last_name: str = "", email: str = "") -> Person:
    """Somebody, with a name of their own."""
    return register_person(TASK, first_name=first_name, last_name=last_name or f"Essai{next(_number)}", email=email)


def actor(
    role: Who, organisation: Organisation, person: Person | None = None, basins: list[Basin] | None = None
) -> Actor:
    """A member of this organisation in this role, ready to act."""
    return actor_for(grant_membership(TASK, person or a_person("Alex"), organisation, role, basins=basins))


def an_officer(person: Person | None = None, basins: list[Basin] | None = None) -> Actor:
    """An officer of the Region."""
    return actor(Who.OFFICER, a_region(), person, basins)


def an_operation(
    provider: Organisation | None = None, *, officer: Actor | None = None, basin: Basin | None = None
) -> Operation:
    """A running operation entrusted to `provider` (one of its own by default)."""
    return open_operation(
        officer or an_officer(),
        title="Assistant de vie aux familles, Châteaudun",
        region=a_region(),
        basin=basin or a_basin(),
        job=a_job(),
        provider=provider or a_provider(),
    )


def a_session(operation: Operation, starts_on: date | None = None, *, seats: int = 10, days: int = 120) -> Session:
    """The session of an operation; it starts tomorrow when no date is given."""
    first = starts_on or clock.today() + timedelta(days=1)
    plan = SessionPlan(
        starts_on=first, ends_on=first + timedelta(days=days), seats=seats, hours_centre=420, hours_company=140
    )
    return plan_session(a_coordinator(operation), operation.pk, plan)


def a_coordinator(operation: Operation) -> Actor:
    """A coordinator of the provider of this operation: the same one from call to call."""
    assert operation.provider is not None
    with scope(TASK):
        members = Membership.objects.filter(organisation=operation.provider, role=Who.COORDINATOR.value)
        known = members.select_related("organisation").first()
    return actor_for(known) if known else actor(Who.COORDINATOR, operation.provider)


def a_candidate(
    session: Session,
    first_name: str = "Leïla",
    *,
    state: str = "confirmed",
    prescriber: Organisation | None = None,
    funding: Funding = REGION_SEAT,
    email: str = "",
) -> Candidacy:
    """Somebody in the session, brought to `state` (oriented, met, selected or confirmed) by the provider's verbs."""
    who = a_coordinator(session.operation)
    facts = PersonFacts(first_name, f"Essai{next(_number)}", email=email)
    if prescriber is not None:
        add_partner(an_officer(), session.operation_id, prescriber)
    candidacy = orient_person(who, session.pk, facts, prescriber=prescriber, funding=funding)
    for reached, verb in (("met", meet_candidate), ("selected", select_candidate), ("confirmed", confirm_candidate)):
        if state == "oriented":
            break
        candidacy = verb(who, candidacy.pk)
        if state == reached:
            break
    return candidacy


def a_promise(operation: Operation, employer: Organisation, *, posts: int = 1, contract: str = "cdi") -> Promise:
    """A promise that conforms, of an employer that takes part from now on."""
    terms = Terms(posts=posts, contract=contract, gross_pay=Decimal(1850))
    return make_promise(a_coordinator(operation), operation.pk, employer, terms)


def a_pairing(candidacy: Candidacy, promise: Promise) -> Pairing:
    """Both met and said yes, and are paired."""
    who = a_coordinator(candidacy.operation)
    said = Said(met_on=clock.today(), employer="yes", person="yes")
    record_encounter(who, candidacy.pk, promise.pk, said)
    return pair(who, candidacy.pk, promise.pk)


def a_commune(name: str = "Châteaudun", basin: Basin | None = None) -> Commune:
    """A commune of a basin."""
    known = Commune.objects.filter(name=name).first()
    # A code that no real commune has: the built-in ones may stand beside it.
    return known or Commune.objects.create(
        code=f"Z{next(_number) % 10_000:04d}", name=name, department="28", postcodes=["28200"], basin=basin or a_basin()
    )


def a_need(
    employer: Organisation | None = None,
    *,
    posts: int = 2,
    job: Job | None = None,
    basin: Basin | None = None,
    competences: tuple[str, ...] = (),
    contact: Person | None = None,
) -> Need:
    """A need typed by an officer for an employer: received, not yet grouped."""
    facts = NeedFacts(
        wording="aide à domicile",
        posts=posts,
        job=job or a_job(),
        basin=basin or a_basin(),
        competences=tuple(Asked(label) for label in competences),
    )
    return submit_need(an_officer(), employer or an_employer(), facts, contact=contact)


def a_lot(
    holder: Organisation | None = None,
    *,
    number: str = "3",
    job: Job | None = None,
    basin: Basin | None = None,
    valid_from: date = date(2025, 1, 1),
    valid_to: date = date(2026, 12, 31),
) -> Lot:
    """A lot that its holder may train for."""
    facts = NewLot(
        market_number="2025-PM-14",
        number=number,
        title="Services à la personne",
        holder=holder or a_provider(),
        jobs=[job or a_job()],
        basins=[basin or a_basin()],
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return record_lot(an_officer(), facts)
