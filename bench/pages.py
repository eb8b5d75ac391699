"""The five main pages at 10 and at 1,000 operations: median and 95th percentile in milliseconds, queries, kilobytes.

    python bench/pages.py [10 1000 …]

Runs on DATABASE_URL or the embedded database, in a temporary clone that is dropped afterwards."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from defi.kernel.database import migrated_template, open_database, temporary_clone

ROUNDS = 20


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or [10, 1000]
    url = open_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    import django

    django.setup()
    from defi.kernel.database import connected_to

    print(f"{'operations':>10}  {'page':<28} {'median ms':>9} {'p95 ms':>8} {'queries':>8} {'kB':>6}")
    for size in sizes:
        with migrated_template(url) as template:
            name = f"{template}_bench_{os.getpid()}"
            with temporary_clone(url, name, template) as address, connected_to(address):
                _measure(size)


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many queries the block makes, in whatever thread the server makes them."""
    from django.db.backends.utils import CursorWrapper

    total, plain = [0], CursorWrapper._execute_with_wrappers

    def one_more(self: CursorWrapper, *args: object, **kwargs: object) -> object:
        total[0] += 1
        return plain(self, *args, **kwargs)

    CursorWrapper._execute_with_wrappers = one_more
    try:
        yield total
    finally:
        CursorWrapper._execute_with_wrappers = plain


def _measure(size: int) -> None:
    from django.conf import settings
    from django.test import Client
    from generate import generate

    from defi.kernel.access import TASK, scope
    from defi.operations.models import Operation
    from defi.people.models import Account

    settings.ALLOWED_HOSTS = ["testserver"]
    began = time.perf_counter()
    house = generate(size)
    print(f"{size:>10}  generated in {time.perf_counter() - began:.1f} s")
    with scope(TASK):
        busiest = Operation.objects.filter(provider=house.providers[0]).order_by("opened_on").first()
    assert busiest is not None
    pages = {
        "à faire (référente)": (house.officer, "/a-faire/"),
        "opérations (référente)": (house.officer, "/operations/"),
        "opération": (house.officer, f"/operations/{busiest.pk}/"),
        "tableau d'appairage": (house.coordinator, f"/operations/{busiest.pk}/appairage/"),
        "à faire (organisme)": (house.coordinator, "/a-faire/"),
    }
    for title, (person, path) in pages.items():
        client = Client()
        client.force_login(
            Account.objects.get(person=person), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        client.get(path)
        with counted() as queries:
            answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        times = []
        for _round in range(ROUNDS):
            began = time.perf_counter()
            client.get(path)
            times.append((time.perf_counter() - began) * 1000)
        p95 = statistics.quantiles(times, n=20)[-1]
        kilobytes = len(answer.content) / 1024
        print(f"{size:>10}  {title:<28} {statistics.median(times):>9.1f} {p95:>8.1f} {queries[0]:>8} {kilobytes:>6.0f}")


if __name__ == "__main__":
    main()
