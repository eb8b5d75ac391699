"""How long the calendar of nine months takes: laid out, read, drawn, printed, followed. Budget: 300 ms a page.

    python bench/plan_calendar.py [rounds]

A plan of 900 h in centre and 300 h in company, two groups, on a database of its own that is thrown away."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

BUDGET_MS = 300
START = date(2025, 9, 1)


def main(rounds: int) -> int:
    """Print the table; the answer is 1 when the median of a page passes the budget."""
    from django.conf import settings

    from defi.kernel.database import connected_to, migrated_template, open_database, temporary_clone

    server = open_database()
    with (
        migrated_template(server) as template,
        temporary_clone(server, f"{template}_bench_{os.getpid()}", template) as url,
        connected_to(url),
    ):
        settings.ALLOWED_HOSTS = ["testserver"]
        return _measure(rounds)


def _measure(rounds: int) -> int:
    from django.test import Client
    from pages import counted

    import factories as make
    from defi.kernel import clock
    from defi.kernel.access import TASK, Who, scope
    from defi.operations.actions import SessionPlan, plan_session
    from defi.people.models import Account
    from defi.steps.design.actions import ModuleFacts, add_module, start_plan
    from defi.steps.design.calendar import actions
    from defi.steps.design.calendar.rules import Closed, Rhythm, lay_out

    week = frozenset(range(5))
    rhythm = Rhythm("ccce", 35, 35, week, week, closed=(Closed(date(2025, 12, 22), date(2026, 1, 2), "Noël"),))
    with clock.at(date(2025, 6, 10)):
        operation = make.an_operation()
        who = make.a_coordinator(operation)
        plan_session(who, operation.pk, SessionPlan(START, date(2026, 6, 30), 12, 900, 300))
        plan = start_plan(who, operation.pk)
        add_module(who, plan.pk, ModuleFacts("Gestes du quotidien", "kept", 900, 300))
        calendar = actions.set_rhythm(who, plan.pk, rhythm)
        actions.close_period(who, calendar.pk, rhythm.closed[0])
        actions.lay_calendar(who, calendar.pk)
        actions.add_group(who, calendar.pk, "Groupe B", 3)
    person = make.a_person("Alex", email="alex@banc.invalid")
    make.actor(Who.COORDINATOR, operation.provider, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    address = f"/plans/{plan.pk}/calendrier/"

    def page(more: str) -> Callable[[], object]:
        def get() -> object:
            answer = client.get(address + more)
            assert answer.status_code == 200, f"{more}: {answer.status_code}"
            return answer

        return get

    def laid() -> object:
        return actions.lay_calendar(who, calendar.pk)

    months = len({half.on.replace(day=1) for half in lay_out(rhythm, START, 900, 300).half_days})
    print(f"{months} months, 2 groups, 1200 h each; {rounds} rounds")
    print(f"{'what':<28}{'median':>12}{'most':>12}{'process':>12}{'queries':>10}")
    measured = {
        "rule: lay out one group": lambda: lay_out(rhythm, START, 900, 300),
        "action: lay the calendar": laid,
        "page by month": page(""),
        "page of a week": page("semaine/2025-11-03/"),
        "printed page (PDF)": page("imprimer/"),
        "file (.ics)": page("agenda.ics"),
    }
    worst = 0.0
    for what, do in measured.items():
        times = []
        do()
        with counted() as queries:
            do()
        spent = process_time()
        for _round in range(rounds):
            with scope(TASK):
                started = perf_counter()
                do()
                times.append(1000 * (perf_counter() - started))
        spent = 1000 * (process_time() - spent) / rounds
        median = statistics.median(times)
        if what.startswith("page"):
            worst = max(worst, median)
        print(f"{what:<28}{median:>9.1f} ms{max(times):>9.1f} ms{spent:>9.1f} ms{queries[0]:>10}")
    return int(worst > BUDGET_MS)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    import django

    django.setup()
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
