"""The figures of the Region at 10,000 operations and 120,000 trainees: milliseconds of the page, and a recount.

    python bench/steering.py [10000]

Prints the median and the 95th percentile of the page (target: under 500 ms), of a filtered one and of a list, what they
take of a processor, the same sums asked straight of the tables of facts, and every count that differs from a recount by
independent SQL (none).
Runs on DATABASE_URL or the embedded database, in a temporary clone that is dropped afterwards."""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from defi.kernel.database import migrated_template, open_database, temporary_clone

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

ROUNDS = 40
BACK = 900
"""Days that the starts go back: two years and a half of operations, most of them ended."""
AHEAD = 50
"""And go ahead: from fifty days before its start, an operation has its people."""
TARGET_MS = 500


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    url = open_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    import django

    django.setup()
    from defi.kernel.database import connected_to

    with migrated_template(url) as template:
        name = f"{template}_bench_{os.getpid()}"
        with temporary_clone(url, name, template) as address, connected_to(address):
            _measure(size)


def _measure(size: int) -> None:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from generate import generate
    from pages import counted

    from defi.kernel import clock
    from defi.kernel.access import TASK, Who, scope
    from defi.people.actions import grant_membership, register_person
    from defi.people.models import Account
    from defi.steering.models import FigureRow
    from defi.steering.queries import sums
    from defi.steps.sourcing.models import Candidacy
    from recount import recount

    settings.ALLOWED_HOSTS = ["testserver"]
    began = time.perf_counter()
    house = generate(size, back=BACK, ahead=AHEAD, entries=6)
    person = register_person(TASK, first_name="Dominique", last_name="Cap", email="dominique@bench.invalid")
    grant_membership(TASK, person, house.region, Who.STEERING)
    with scope(TASK):
        trainees = Candidacy.objects.count()
    print(
        f"{size} operations, {trainees} candidates and trainees, generated in {time.perf_counter() - began:.0f} s",
        flush=True,
    )

    client = Client()
    client.force_login(
        Account.objects.get(person=person), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    with scope(TASK):
        first = FigureRow.objects.order_by("day").values_list("day", "operation__basin_id").first()
    assert first is not None
    print(
        f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} (more than one each: times are inflated)"
    )
    everything = f"first={first[0]}&last=2100-01-01"
    print(f"{'page':<44} {'median ms':>9} {'p95 ms':>8} {'queries':>8} {'kB':>6} {'cpu ms':>7}", flush=True)
    for title, path in {
        "figures, every operation": f"/pilotage/?{everything}&by=job",
        "figures, this year": "/pilotage/",
        "figures, one basin": f"/pilotage/?{everything}&basin={first[1]}",
        "figures, one firm": f"/pilotage/?{everything}&employer={house.employers[0].pk}",
        "list behind a figure": f"/pilotage/listes/m6_working/?{everything}",
        "late steps": f"/pilotage/listes/late/?{everything}",
    }.items():
        _time(client, title, path, counted)

    with scope(TASK), connection.cursor() as cursor:
        rows = FigureRow.objects.all()
        kept = sums(rows)
        began = time.perf_counter()
        told = recount(cursor, list(rows.values_list("operation_id", flat=True)), clock.today())
    print(f"the same counts straight from the facts: {(time.perf_counter() - began) * 1000:.0f} ms")
    different = {name: (kept[name], number) for name, number in told.items() if kept[name] != number}
    print(f"recount: {len(told)} counts, different: {different or 'none'}")


def _time(client: Any, title: str, path: str, counted: Any) -> None:
    client.get(path)
    with counted() as queries:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    times = []
    spent = _processor_ms()
    for _round in range(ROUNDS):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
    spent = (_processor_ms() - spent) / ROUNDS
    p95 = statistics.quantiles(times, n=20)[-1]
    said = "" if p95 < TARGET_MS else "  over the target"
    size = len(answer.content) / 1024
    print(
        f"{title:<44} {statistics.median(times):>9.1f} {p95:>8.1f} {queries[0]:>8} {size:>6.0f} {spent:>7.0f}{said}",
        flush=True,
    )


def _processor_ms() -> float:
    """Milliseconds of processor that this process and the database have spent for it: the same on a busy machine."""
    from django.db import connection

    ticks = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        for (pid,) in cursor.fetchall():
            state = Path(f"/proc/{pid}/stat")
            if state.exists():
                ticks += sum(int(field) for field in state.read_text().rsplit(")", 1)[1].split()[11:13])
    return time.process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
