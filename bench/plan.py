"""How long the pages of a plan take: at the size of most, at 40 competences × 30 modules, at 200 modules.

    python bench/plan.py [rounds]

Budget: 300 ms a page at 40 × 30 with a calendar of nine months. `process` is what the pages cost this process, whatever
else the machine does. On a database of its own that is thrown away."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "steps")]

BUDGET_MS = 300
DAY = date(2025, 6, 12)
SIZES = {"25 × 12, 4 months": (25, 12, 4), "40 × 30, 9 months": (40, 30, 9), "40 × 200, 9 months": (40, 200, 9)}
BUDGETED = "40 × 30, 9 months"


def main(rounds: int) -> int:
    """Print a table per size; the answer is 1 when the median of a page passes the budget at 40 × 30."""
    from django.conf import settings

    from defi.kernel.database import connected_to, migrated_template, open_database, temporary_clone

    server = open_database()
    settings.ALLOWED_HOSTS = ["testserver"]
    slow = False
    with migrated_template(server) as template:
        for title, size in SIZES.items():
            name = f"{template}_bench_{os.getpid()}"
            with temporary_clone(server, name, template) as url, connected_to(url):
                worst = _measure(title, size, rounds)
            slow = slow or (title == BUDGETED and worst > BUDGET_MS)
    return int(slow)


def _measure(title: str, size: tuple[int, int, int], rounds: int) -> float:
    from pages import counted

    from defi.kernel import clock

    worst = 0.0
    print(f"{title}; {rounds} rounds")
    print(f"{'page':<28}{'least':>12}{'median':>12}{'process':>12}{'queries':>10}{'kB':>8}")
    with clock.at(DAY):
        for what, get in _pages(size).items():
            get()
            with counted() as queries:
                weight = len(get()) / 1024
            times = []
            spent = process_time()
            for _round in range(rounds):
                started = perf_counter()
                get()
                times.append(1000 * (perf_counter() - started))
            spent = 1000 * (process_time() - spent) / rounds
            median = statistics.median(times)
            worst = max(worst, median)
            print(f"{what:<28}{min(times):>9.1f} ms{median:>9.1f} ms{spent:>9.1f} ms{queries[0]:>10}{weight:>8.0f}")
    return worst


def _pages(size: tuple[int, int, int]) -> dict[str, Callable[[], bytes]]:
    from design.large import a_large_plan
    from django.test import Client

    from defi.kernel import links

    large = a_large_plan(*size)
    lead, bearer = Client(), Client()
    lead.force_login(large.lead)
    plan, operation = large.plan.pk, large.operation.pk
    link = links.issue(
        large.plan, "plan.approve", address="b@mesure.invalid", organisation_id=large.firms[1].pk, days=30
    )

    def page(client: Client, address: str) -> Callable[[], bytes]:
        def get() -> bytes:
            answer = client.get(address)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            return answer.content

        return get

    return {
        "plan": page(lead, f"/operations/{operation}/ingenierie/"),
        "grid": page(lead, f"/plans/{plan}/grille/"),
        "editions side by side": page(lead, f"/plans/{plan}/editions/"),
        "calendar": page(lead, f"/plans/{plan}/calendrier/"),
        "read by a link": page(bearer, link[link.index("/lien/") :]),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    import django

    django.setup()
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
