"""How long the official files take to load, and how long a search takes then. Budget: the ROME in 60 s and 500 MB.

    python bench/reference.py ROME GEO      (a folder or an archive each)

Works in an empty, temporary clone of the migrated template, on the server of DATABASE_URL or on the embedded one. The
memory is the most this process ever held; that of the server is not counted."""

from __future__ import annotations

import os
import resource
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import django

BUDGET_SECONDS, BUDGET_MB, BUDGET_SEARCH_MS = 60, 500, 20
JOBS = ["soudeuse", "assistante de vie", "aide a domicile", "conductrice d'engins", "agent", "so", "chef de zzz"]
COMMUNES = ["st amand", "chateaudun", "28200", "saint"]


def main(rome: str, geo: str) -> int:
    """Print the table; the answer is 1 when a budget is passed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    django.setup()
    from defi.kernel.database import connected_to, migrated_template, open_database, temporary_clone

    with TemporaryDirectory(prefix="defi-bench-") as folder:
        url = open_database(Path(folder))
        with migrated_template(url) as template:
            name = f"{template}_bench"
            with temporary_clone(url, name, template) as clone, connected_to(clone):
                return measure(rome, geo)


def measure(rome: str, geo: str) -> int:
    print(f"{'load':<32}{'time':>10}{'rows read':>12}{'written':>10}{'peak memory':>14}")
    seconds = timed_load("ROME, on an empty database", rome)
    timed_load("ROME, the same again", rome)
    timed_load("communes and basins", geo)
    timed_load("communes and basins, again", geo)
    print()
    print(f"{'search':<32}{'median':>10}{'most':>12}")
    from defi.reference.search import search_communes, search_jobs

    worst = max(timed_search(search_jobs, text) for text in JOBS)
    for text in COMMUNES:
        timed_search(search_communes, text)
    return int(seconds > BUDGET_SECONDS or memory() > BUDGET_MB or worst > BUDGET_SEARCH_MS)


def timed_load(label: str, place: str) -> float:
    from defi.reference.load import load

    start = perf_counter()
    report = load([place])
    seconds = perf_counter() - start
    read = sum(done.read for done in report.sources)
    print(f"{label:<32}{seconds:>8.1f} s{read:>12}{report.written:>10}{memory():>11} MB")
    return seconds


def timed_search(search, text: str) -> float:
    search(text)
    times = []
    for _round in range(30):
        start = perf_counter()
        search(text)
        times.append(1000 * (perf_counter() - start))
    median = statistics.median(times)
    print(f"{search.__name__ + ' ' + text:<32}{median:>7.1f} ms{max(times):>9.1f} ms")
    return median


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
