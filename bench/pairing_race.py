"""Eight screens pair and unpair at random, at once: no post given twice, nobody paired twice, the gauge is the recount.

    python bench/pairing_race.py [SECONDS] [PROCESSES]

60 seconds and 8 processes by default. Each takes at random a person and a promise, or a pairing that stands, and does
or undoes it by the action of the pages; a refusal is an answer, anything else is a fault. Afterwards the pairings are
recounted in the tables, the gauge is asked, and the journal replayed entry by entry: at no moment may it show a post
or a person twice, and it ends where the tables are. Runs on DATABASE_URL or the embedded one, in a temporary clone."""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")

PEOPLE, PROMISES, POSTS, SEATS = 14, 4, 3, 14


@dataclass(frozen=True)
class Stage:
    """Where the race is run: ids only, as they go from one process to another."""

    address: str
    session: int
    coordinator: int
    people: list[int]
    promises: list[int]


@dataclass
class Run:
    """What one process did: how often it paired and unpaired, what it was refused, what went wrong."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def main(seconds: float, processes: int) -> int:
    """Prepare, race, recount; the answer is 1 when anything is not as it must be."""
    import django

    django.setup()
    from defi.kernel.database import connected_to, migrated_template, open_database, temporary_clone

    url = open_database()
    with migrated_template(url) as template:
        name = f"{template}_race_{os.getpid()}"
        with temporary_clone(url, name, template) as address, connected_to(address):
            stage = prepare(address)
            with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
                runs = list(pool.map(race, [stage] * processes, range(processes), [seconds] * processes))
            return report(stage, runs)


def prepare(address: str) -> Stage:
    """One operation whose people and employers all said yes to each other: everything can happen."""
    from datetime import date, timedelta
    from decimal import Decimal

    from defi.kernel import clock
    from defi.kernel.access import TASK, Who, scope
    from defi.operations.actions import SessionPlan, open_operation, plan_session
    from defi.people.actions import OrganisationFacts, grant_membership, register_organisation, register_person
    from defi.people.models import OrganisationKind
    from defi.people.queries import actor_for
    from defi.reference.models import Basin, Job
    from defi.steps.pairing.actions import Said, Terms, make_promise, record_encounter
    from defi.steps.sourcing.actions import (
        PersonFacts,
        confirm_candidate,
        meet_candidate,
        orient_person,
        select_candidate,
    )

    with scope(TASK):
        region = register_organisation(OrganisationFacts(OrganisationKind.REGION, "Région d'essai"))
        provider = register_organisation(OrganisationFacts(OrganisationKind.PROVIDER, "Organisme", region=region))
        officer = actor_for(
            grant_membership(TASK, register_person(TASK, first_name="O", last_name="O"), region, Who.OFFICER)
        )
        member = grant_membership(TASK, register_person(TASK, first_name="C", last_name="C"), provider, Who.COORDINATOR)
        lead = actor_for(member)
        operation = open_operation(
            officer,
            title="Course",
            region=region,
            basin=Basin.objects.create(code="Z001", vintage="2020", name="Essai", region="24"),
            job=Job.objects.create(code_rome="Z9999", label="Essai"),
            provider=provider,
        )
        first: date = clock.today() + timedelta(days=30)
        plan = SessionPlan(
            starts_on=first, ends_on=first + timedelta(days=90), seats=SEATS, hours_centre=300, hours_company=100
        )
        session = plan_session(lead, operation.pk, plan)
        people = []
        for n in range(PEOPLE):
            candidacy = orient_person(lead, session.pk, PersonFacts(f"Prénom{n}", f"Nom{n}"))
            for verb in (meet_candidate, select_candidate, confirm_candidate):
                candidacy = verb(lead, candidacy.pk)
            people.append(candidacy.pk)
        promises = []
        terms = Terms(posts=POSTS, contract="cdi", gross_pay=Decimal(1850))
        for n in range(PROMISES):
            firm = register_organisation(OrganisationFacts(OrganisationKind.EMPLOYER, f"Firme {n}", region=region))
            promises.append(make_promise(lead, operation.pk, firm, terms).pk)
        for person in people:
            for promise in promises:
                record_encounter(lead, person, promise, Said(met_on=clock.today(), employer="yes", person="yes"))
    return Stage(address, session.pk, member.pk, people, promises)


def race(stage: Stage, seed: int, seconds: float) -> Run:
    """One process: pair or unpair at random until the time is over."""
    import django

    django.setup()
    from defi.kernel.access import TASK, scope
    from defi.kernel.database import connected_to
    from defi.kernel.refusals import Refused
    from defi.people.models import Membership
    from defi.people.queries import actor_for
    from defi.steps.pairing.actions import pair, unpair
    from defi.steps.pairing.models import Pairing

    chance, run = random.Random(seed), Run()
    with connected_to(stage.address):
        with scope(TASK):
            lead = actor_for(Membership.objects.select_related("organisation").get(pk=stage.coordinator))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with scope(TASK):
                standing = list(Pairing.objects.filter(state="active").values_list("pk", flat=True))
            verb, act = _chosen(chance, stage, standing, pair, unpair, lead)
            try:
                act()
                run.done[verb] += 1
            except Refused as refusal:
                run.refused[refusal.sentence] += 1
            except Exception as fault:  # noqa: BLE001  (whatever it is, the race reports it)
                run.faults.append(f"{verb}: {type(fault).__name__}: {fault}")
    return run


def _chosen(
    chance: random.Random,
    stage: Stage,
    standing: list[int],
    pair: Callable[..., object],
    unpair: Callable[..., object],
    lead: object,
) -> tuple[str, Callable[[], object]]:
    if standing and chance.random() < 0.45:
        pk = chance.choice(standing)
        return "pairing.unpair", lambda: unpair(lead, pk, ending="mistake", reason="essai")
    person, promise = chance.choice(stage.people), chance.choice(stage.promises)
    return "pairing.pair", lambda: pair(lead, person, promise)


def report(stage: Stage, runs: list[Run]) -> int:
    """Recount, replay, print; 1 when something is wrong."""
    done = sum((run.done for run in runs), Counter[str]())
    refused = sum((run.refused for run in runs), Counter[str]())
    faults = [fault for run in runs for fault in run.faults]
    faults += recount(stage, done) + replay()
    for verb, times in sorted(done.items()):
        print(f"{verb:<16}{times:>8}")
    for sentence, times in refused.most_common():
        print(f"refused {times:>8}  {sentence}")
    for fault in faults:
        print(f"FAULT   {fault}")
    print("right" if not faults else "WRONG")
    return int(bool(faults))


def recount(stage: Stage, done: Counter[str]) -> list[str]:
    """What the tables say against what must be: no post and nobody twice, the gauge is the recount."""
    from defi.kernel.access import TASK, scope
    from defi.kernel.models import JournalEntry
    from defi.operations.models import Session
    from defi.steps.pairing.models import Pairing
    from defi.steps.pairing.queries import standing

    faults = []
    with scope(TASK):
        living = list(Pairing.objects.filter(state="active").values_list("post_id", "candidacy_id"))
        for what, ids in (("post", [post for post, _ in living]), ("person", [person for _, person in living])):
            faults += [f"{what} {pk} is paired {times} times" for pk, times in Counter(ids).items() if times > 1]
        gauge = standing(Session.objects.get(pk=stage.session)).conformity.counts.paired
    if gauge != len(living):
        faults.append(f"the gauge says {gauge}, the tables {len(living)}")
    for verb in ("pairing.pair", "pairing.unpair"):
        written = JournalEntry.objects.filter(verb=verb, object_type="pairing.pairing").count()
        if written != done[verb]:
            faults.append(f"{verb}: {done[verb]} done, {written} in the journal")
    return faults


def replay() -> list[str]:
    """The journal read from its first entry to its last: never a post or a person twice, and it ends as the tables."""
    from defi.kernel.access import TASK, scope
    from defi.kernel.models import JournalEntry
    from defi.steps.pairing.models import Pairing

    faults: list[str] = []
    told: dict[int, dict[str, object]] = {}
    held: dict[tuple[str, object], int] = {}
    for entry in JournalEntry.objects.filter(object_type="pairing.pairing").order_by("pk"):
        row = told.setdefault(entry.object_id, {})
        row |= entry.after
        for what in ("post", "candidacy"):
            key = (what, row[what])
            if row["state"] == "active":
                if key in held:
                    faults.append(f"entry {entry.pk}: {what} {row[what]} is already held by pairing {held[key]}")
                held[key] = entry.object_id
            else:
                held.pop(key, None)
    with scope(TASK):
        rows = Pairing.objects.values("pk", "state", "post_id", "candidacy_id")
        here = {row["pk"]: (row["state"], row["post_id"], row["candidacy_id"]) for row in rows}
    if here != {pk: (row["state"], row["post"], row["candidacy"]) for pk, row in told.items()}:
        faults.append("the journal does not end where the tables are")
    return faults


if __name__ == "__main__":
    asked = sys.argv[1:]
    sys.exit(main(float(asked[0]) if asked else 60, int(asked[1]) if len(asked) > 1 else 8))
