"""Made-up operations by COPY, in every state of the journey, satisfying every constraint of the database.

Names are obviously invented; dates, seats, counts and states obey the rulebook."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, models, transaction
from ending import LEFT_LATE, Ending, Trainee

from defi.journey.projection import rewrite_all
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Reason
from defi.operations.models import Meeting, Operation, Part, Partner, Presence, Session
from defi.people.actions import OrganisationFacts, grant_membership, register_organisation, register_person
from defi.people.models import Network, Organisation, OrganisationKind, Person
from defi.reference.builtin import ensure_builtin
from defi.reference.models import Basin, Job
from defi.schemes.rulebook import CURRENT
from defi.steps.convention.models import Convention, Signatory, SigningOption
from defi.steps.design.models import Approval, Module, TrainingPlan
from defi.steps.needs.models import PublicProfile
from defi.steps.offer.models import Lot, RouteDecision
from defi.steps.pairing.models import Encounter, Finding, Pairing, Post, Promise
from defi.steps.sourcing.models import Candidacy, SourcingLine, TeamMember
from defi.steps.training.models import EosEntry, Report

PEOPLE_PER_OPERATION = 12
AT_ONCE = 1_000
ENTRIES_PER_OPERATION = 60
FIRST = ("Amina", "Bruno", "Leïla", "Karim", "Jeanne", "Paul", "Inès", "Hugo", "Nadia", "Rémi", "Salomé", "Yann")


@dataclass
class Rows:
    """Rows waiting to be copied, by model; ids are given here, sequences set at the end."""

    waiting: dict[type[models.Model], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    last: dict[type[models.Model], int] = field(default_factory=dict)

    def add(self, model: type[models.Model], **values: Any) -> int:
        """Queue a row (columns by attribute name) and answer its id."""
        if model not in self.last:
            self.last[model] = model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
        self.last[model] += 1
        self.waiting[model].append({"id": self.last[model], **values})
        return self.last[model]

    def of(self, model: type[models.Model], pk: int) -> dict[str, Any]:
        """A row that waits still, to say more of it."""
        return next(row for row in reversed(self.waiting[model]) if row["id"] == pk)

    def copy(self) -> int:
        """Write everything; how many rows."""
        total = 0
        with connection.cursor() as cursor:
            for model, rows in self.waiting.items():
                total += len(rows)
                fields = [f for f in model._meta.concrete_fields if not f.generated]
                columns = ", ".join(f'"{f.column}"' for f in fields)
                with cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row([_value(f, row) for f in fields])
                sequence = f"pg_get_serial_sequence('\"{model._meta.db_table}\"', 'id')"
                cursor.execute(f"SELECT setval({sequence}, %s)", [self.last[model]])
        self.waiting.clear()
        return total


def _value(column: Any, row: dict[str, Any]) -> Any:
    value = row[column.attname] if column.attname in row else column.get_default()
    return column.get_db_prep_save(value, connection)


@dataclass
class House:
    """Who there is: the Region, organisations, and one member of each role to look at the pages."""

    region: Organisation
    providers: list[Organisation]
    employers: list[Organisation]
    prescribers: list[Organisation]
    officer: Person
    coordinator: Person


def generate(
    operations: int, seed: int = 7, *, back: int = 210, ahead: int = 150, entries: int = ENTRIES_PER_OPERATION
) -> House:
    """Fill an empty database with that many operations, spread over the basins, the jobs and the states.

    Their starts lie so many days back and ahead; what ended long enough ago has its results, contracts, follow-up and
    bonus. `entries`: of the journal, for each operation."""
    chance = random.Random(seed)
    ensure_builtin()
    with _without_history():
        with transaction.atomic():
            house = _house()
        rows = Rows()
        basins, jobs = list(Basin.objects.all()), list(Job.objects.all())
        for first in range(0, operations, AT_ONCE):
            with transaction.atomic():
                for number in range(first, min(first + AT_ONCE, operations)):
                    start = clock.today() + timedelta(days=chance.randint(-back, ahead))
                    told = _operation(rows, house, chance, number, start, chance.choice(basins), chance.choice(jobs))
                    told.journal(entries)
                rows.copy()
            _look_again()
    rewrite_all()
    return house


def _look_again() -> None:
    """Let the planner see how many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _without_history() -> Iterator[None]:
    """What proves a payment keeps its history by a trigger for each row: too dear for rows that nobody made. Every
    constraint and foreign key is checked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_insert%'")
        tables = [name for (name,) in cursor.fetchall()]
        for name in tables:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        yield
        for name in tables:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")


def _house() -> House:
    region = register_organisation(OrganisationFacts(OrganisationKind.REGION, "Région Centre-Val de Loire"))

    def some(kind: OrganisationKind, name: str, number: int, **more: Any) -> list[Organisation]:
        return [
            register_organisation(OrganisationFacts(kind, f"{name} {n}", region=region, **more))
            for n in range(1, number + 1)
        ]

    providers = some(OrganisationKind.PROVIDER, "Atelier d'essai", 30)
    prescribers = some(OrganisationKind.PRESCRIBER, "Mission locale d'essai", 20, network=Network.MISSION_LOCALE)
    prescribers += some(OrganisationKind.PRESCRIBER, "Agence d'essai", 20, network=Network.FRANCE_TRAVAIL)
    employers = some(OrganisationKind.EMPLOYER, "Entreprise d'essai", 200)
    officer = register_person(TASK, first_name="Claire", last_name="Modèle", email="claire@bench.invalid")
    coordinator = register_person(TASK, first_name="Paul", last_name="Exemple", email="paul@bench.invalid")
    grant_membership(TASK, officer, region, Who.OFFICER)
    grant_membership(TASK, coordinator, providers[0], Who.COORDINATOR)
    return House(region, providers, employers, prescribers, officer, coordinator)


def _operation(
    rows: Rows, house: House, chance: random.Random, number: int, start: date, basin: Basin, job: Job
) -> _Told:
    """One operation that starts that day."""
    opened = start - timedelta(days=chance.randint(100, 160))
    # Nothing is dated after today: an operation still far from its start has only its first facts.
    opened = min(opened, clock.today())
    provider = house.providers[number % len(house.providers)]
    employers = chance.sample(house.employers, 4)
    operation = rows.add(
        Operation,
        title=f"{job.label[:120]}, {basin.name}",
        region_id=house.region.pk,
        basin_id=basin.pk,
        job_id=job.pk,
        rulebook_version=CURRENT["defi"],
        provider_id=provider.pk,
        holder_id=provider.pk,
        officer_id=house.officer.pk,
        opened_on=opened,
    )
    told = _Told(rows, house, chance, operation, opened, start)
    told.partners(provider, employers, chance.choice(house.prescribers))
    told.offer(provider, basin, job)
    told.plan(provider, employers)
    trainees = told.people(employers)
    told.convention(provider, employers)
    if trainees and told.ended:
        Ending(told, provider, trainees).tell()
    return told


@dataclass
class _Told:
    rows: Rows
    house: House
    chance: random.Random
    operation: int
    opened: date
    start: date

    @property
    def end(self) -> date:
        return self.start + timedelta(days=150)

    @property
    def ended(self) -> bool:
        """The last day of the session was noted: two months are left late for the lists of what is late."""
        return self.end + timedelta(days=LEFT_LATE) <= clock.today()

    def past(self, days: int) -> date | None:
        """That many days before the start, if it is past."""
        day = max(self.start - timedelta(days=days), self.opened)
        return day if day <= clock.today() else None

    def add(self, model: type[models.Model], **values: Any) -> int:
        return self.rows.add(model, operation_id=self.operation, **values)

    def partners(self, provider: Organisation, employers: list[Organisation], prescriber: Organisation) -> None:
        self.prescriber = prescriber
        parts = [(provider, Part.PROVIDER), (prescriber, Part.PRESCRIBER), *((e, Part.EMPLOYER) for e in employers)]
        for organisation, part in parts:
            self.add(Partner, organisation_id=organisation.pk, part=part, joined_on=self.opened)
        self.add(
            PublicProfile,
            region_id=self.house.region.pk,
            organisation_id=prescriber.pk,
            could_enter=self.chance.randint(20, 90),
            recorded_on=self.opened,
        )

    def offer(self, provider: Organisation, basin: Basin, job: Job) -> None:
        if self.past(84) is None:
            return
        lot = self.rows.add(
            Lot,
            region_id=self.house.region.pk,
            market_number=f"ESSAI-{self.operation}",
            number="1",
            title=job.label[:200],
            holder_id=provider.pk,
            valid_from=self.opened - timedelta(days=300),
            valid_to=self.end + timedelta(days=300),
        )
        through_jobs, through_basins = Lot.jobs.through, Lot.basins.through
        self.rows.add(through_jobs, lot_id=lot, job_id=job.pk)
        self.rows.add(through_basins, lot_id=lot, basin_id=basin.pk)
        self.add(
            RouteDecision, route="covered", lot_id=lot, reason="Le lot couvre ce métier.", decided_on=self.past(84)
        )

    def plan(self, provider: Organisation, employers: list[Organisation]) -> None:
        self.session = self.add(
            Session,
            starts_on=self.start,
            ends_on=self.end,
            seats=PEOPLE_PER_OPERATION,
            hours_centre=420,
            hours_company=140,
            eos_number=f"ESSAI-{self.operation:06d}" if self.past(35) else "",
            started_on=self.start if self.start <= clock.today() else None,
            ended_on=self.end if self.ended else None,
        )
        approved = self.past(63)
        if approved is None:
            return
        plan = self.add(
            TrainingPlan, state="approved", edition=1, approved_on=approved, specific="Essai", cost_per_place=5400
        )
        self.add(Module, plan_id=plan, title="Gestes du métier", hours_centre=420, hours_company=140)
        for organisation in (provider, self.house.region, *employers):
            self.add(Approval, plan_id=plan, organisation_id=organisation.pk, edition=1, approved_on=approved)
        held = self.past(56)
        if held:
            meeting = self.add(Meeting, kind="preparatory", held_on=held)
            self.add(
                Presence,
                meeting_id=meeting,
                organisation_id=self.prescriber.pk,
                quality="prescriber",
                state="present",
            )
            for body in TeamMember.Body:
                self.add(TeamMember, body=body, organisation_id=provider.pk)
            self.add(SourcingLine, kind="information", planned_on=held, owner_id=provider.pk)
        if self.past(35):
            self.add(
                EosEntry,
                session_id=self.session,
                number=f"ESSAI-{self.operation:06d}",
                starts_on=self.start,
                ends_on=self.end,
                seats=PEOPLE_PER_OPERATION,
                hours_centre=420,
                hours_company=140,
                defi_ticked=True,
                entered_on=self.past(35),
            )
        if held and self.chance.random() < 0.7:
            self.add(Report, sent_on=max(held, clock.today() - timedelta(days=20)), facts={})

    def people(self, employers: list[Organisation]) -> list[Trainee]:
        """The group; those who entered."""
        oriented = self.past(50)
        if oriented is None:
            return []
        trainees = []
        started = self.start <= clock.today()
        paired_on = self.past(14)
        posts = [post for employer in employers for post in self._promise(employer)]
        paired = self.chance.choice([8, 9, 10, 12, 12]) if paired_on else 0
        for n in range(PEOPLE_PER_OPERATION):
            person = self.rows.add(Person, first_name=FIRST[n], last_name=f"Essai{self.operation}")
            state = "entered" if started else ("confirmed" if paired_on else "met")
            left_on = None
            if self.ended:
                early = self.chance.random() < 0.12
                state = "left" if early else "completed"
                left_on = self.start + timedelta(days=self.chance.randint(5, 140)) if early else self.end
            candidacy = self.add(
                Candidacy,
                session_id=self.session,
                person_id=person,
                prescriber_id=self.prescriber.pk,
                state=state,
                oriented_on=oriented,
                met_on=oriented,
                confirmed_on=paired_on,
                answered_on=paired_on,
                entered_on=self.start if started else None,
                left_on=left_on,
            )
            if left_on:
                trainees.append(Trainee(candidacy, left_on, *posts[n][:1], employers[n // 3], n < paired))
            if n < paired and paired_on:
                promise, post = posts[n]
                self.add(
                    Encounter,
                    candidacy_id=candidacy,
                    promise_id=promise,
                    met_on=paired_on,
                    employer_answer="yes",
                    person_answer="yes",
                )
                self.add(Pairing, candidacy_id=candidacy, post_id=post, paired_on=paired_on)
        if started:
            self.add(
                Finding,
                session_id=self.session,
                found_on=self.start,
                seats=PEOPLE_PER_OPERATION,
                entered=PEOPLE_PER_OPERATION,
                paired=paired,
            )
        return trainees

    def _promise(self, employer: Organisation) -> list[tuple[int, int]]:
        promise = self.add(
            Promise,
            employer_id=employer.pk,
            job_label="Essai",
            contract="cdi",
            conforms=True,
            state="made",
            made_on=self.past(50),
        )
        return [(promise, self.add(Post, promise_id=promise, number=n)) for n in (1, 2, 3)]

    def convention(self, provider: Organisation, employers: list[Organisation]) -> None:
        proposed = self.past(28)
        if proposed is None:
            return
        self.add(
            SigningOption,
            on=self.start + timedelta(days=10),
            at=time(10),
            place="Salle d'essai",
            state="held",
            proposed_on=proposed,
            forwarded_on=proposed,
            decided_on=proposed,
        )
        sent = self.past(20)
        if sent is None or self.chance.random() < 0.2:
            return
        signed = self.start + timedelta(days=10) if self.start + timedelta(days=10) <= clock.today() else None
        convention = self.add(
            Convention,
            title="Convention d'essai",
            state="signed" if signed else "sent",
            edition=1,
            fingerprint="0" * 64,
            drafted_on=sent,
            sent_on=sent,
            signed_on=signed,
            save_the_date_on=sent,
            invited_on=sent,
        )
        for organisation in (provider, self.house.region, self.prescriber, *employers):
            self.add(
                Signatory,
                convention_id=convention,
                organisation_id=organisation.pk,
                state="signed_ink" if signed else "to_sign",
                validated_on=sent,
                signed_on=signed,
                signed_fingerprint="0" * 64 if signed else "",
            )

    def journal(self, entries: int) -> None:
        reason = self.rows.add(Reason, action_id=_uuid(self.chance), text="Essai")
        for n in range(entries):
            at = datetime.combine(self.opened, time(9), tzinfo=clock.PARIS) + timedelta(hours=n)
            self.rows.add(
                JournalEntry,
                action_id=_uuid(self.chance),
                at=at,
                verb=self.chance.choice(["candidacy.orient", "pairing.pair", "plan.approve", "signatory.sign"]),
                actor_who="coordinator",
                actor_person_id=self.house.coordinator.pk,
                actor_organisation_id=self.house.providers[0].pk,
                file_id=self.operation,
                object_type="sourcing.candidacy",
                object_id=n + 1,
                after={"state": "oriented"},
                reason_id=reason if n == 0 else None,
            )


def _uuid(chance: random.Random) -> Any:
    import uuid

    return uuid.UUID(int=chance.getrandbits(128), version=4)


def members(house: House) -> dict[str, Person]:
    """Who looks at the pages."""
    with scope(TASK):
        return {"officer": house.officer, "coordinator": house.coordinator}
