"""How long the page of the pairing board takes with 30 people × 30 promises. Budget: 200 ms.

    python bench/board.py [ROUNDS]

Every pair has met and said something, six are paired. Time of this process alone, page drawn and all: the median and
the worst of the rounds. On DATABASE_URL or the embedded database, in a temporary clone."""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")

if TYPE_CHECKING:
    from django.test import Client

SIDE, PAIRED, BUDGET_MS = 30, 6, 200


def main(rounds: int) -> int:
    """Measure; the answer is 1 when the median is over the budget."""
    import django

    django.setup()
    from defi.kernel.database import connected_to, migrated_template, open_database, temporary_clone

    url = open_database()
    with migrated_template(url) as template:
        name = f"{template}_board_{os.getpid()}"
        with temporary_clone(url, name, template) as address, connected_to(address):
            client, page = prepare()
            return measure(client, page, rounds)


def prepare() -> tuple[Client, str]:
    """One operation of 30 × 30, and the browser of its coordinator."""
    from datetime import timedelta
    from decimal import Decimal

    from django.test import Client
    from django.urls import reverse

    from defi.kernel import clock
    from defi.kernel.access import TASK, Who, scope
    from defi.operations.actions import SessionPlan, open_operation, plan_session
    from defi.people.actions import OrganisationFacts, grant_membership, register_organisation, register_person
    from defi.people.models import Account, OrganisationKind
    from defi.people.queries import actor_for
    from defi.reference.models import Basin, Job
    from defi.steps.pairing.actions import Terms, make_promise, pair
    from defi.steps.pairing.models import Encounter
    from defi.steps.sourcing.actions import PersonFacts, meet_candidate, orient_person, select_candidate

    today = clock.today()
    with scope(TASK):
        region = register_organisation(OrganisationFacts(OrganisationKind.REGION, "Région d'essai"))
        provider = register_organisation(OrganisationFacts(OrganisationKind.PROVIDER, "Organisme", region=region))
        officer = actor_for(
            grant_membership(TASK, register_person(TASK, first_name="O", last_name="O"), region, Who.OFFICER)
        )
        someone = register_person(TASK, first_name="C", last_name="C", email="c@example.org")
        lead = actor_for(grant_membership(TASK, someone, provider, Who.COORDINATOR))
        operation = open_operation(
            officer,
            title="Trente sur trente",
            region=region,
            basin=Basin.objects.create(code="Z001", vintage="2020", name="Essai", region="24"),
            job=Job.objects.create(code_rome="Z9999", label="Essai"),
            provider=provider,
        )
        first = today + timedelta(days=30)
        plan = SessionPlan(first, first + timedelta(days=90), seats=SIDE, hours_centre=300, hours_company=100)
        session = plan_session(lead, operation.pk, plan)
        people, promises = [], []
        terms = Terms(posts=1, contract="cdi", weekly_hours=Decimal(35), gross_pay=Decimal(1850), place="Essai")
        for n in range(SIDE):
            candidacy = orient_person(lead, session.pk, PersonFacts(f"Prénom{n}", f"Nom{n}"))
            meet_candidate(lead, candidacy.pk)
            people.append(select_candidate(lead, candidacy.pk))
            facts = OrganisationFacts(OrganisationKind.EMPLOYER, f"Firme {n}", region=region)
            promises.append(make_promise(lead, operation.pk, register_organisation(facts), terms))
        answers = ("yes", "yes", "awaited", "no", "after_placement")
        Encounter.objects.bulk_create(
            Encounter(
                operation=operation,
                candidacy=person,
                promise=promise,
                met_on=today,
                employer_answer="yes" if i == j else answers[(i + j) % 5],
                person_answer="yes" if i == j else answers[(i * j) % 5],
                travel_minutes=25,
                travel_by="bus",
            )
            for i, person in enumerate(people)
            for j, promise in enumerate(promises)
        )
        for person, promise in list(zip(people, promises, strict=True))[:PAIRED]:
            pair(lead, person.pk, promise.pk)
    client = Client(SERVER_NAME="localhost")
    client.force_login(Account.objects.get(person=someone))
    return client, reverse("pairing:board", args=[operation.pk])


def measure(client: Client, page: str, rounds: int) -> int:
    """Draw the page many times, once for nothing."""
    shown = client.get(page)
    assert shown.status_code == 200, shown.content[-500:]
    wall, own = [], []
    for _round in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        client.get(page)
        wall.append(1000 * (time.perf_counter() - began))
        own.append(1000 * (time.process_time() - used))
    median = statistics.median(own)
    print(f"board {SIDE} × {SIDE}: {len(shown.content) // 1024} kB")
    print(f"  this process {median:.0f} ms (worst {max(own):.0f}), by the clock {statistics.median(wall):.0f} ms")
    print(f"  budget {BUDGET_MS} ms: {'right' if median <= BUDGET_MS else 'TOO LONG'}")
    return int(median > BUDGET_MS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
