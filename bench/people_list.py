"""A list of 3,000 people of which 400 lines are wrong: read, judged, imported, then played again.

    python bench/people_list.py [LINES] [WRONG]

3,000 and 400 by default. Prints the seconds and the queries of each act, and what became of the lines. Runs on
DATABASE_URL or the embedded one, in a temporary clone; the answer is 1 when a line is not where it must be."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")

T = TypeVar("T")
FIRST = ("Ada", "Amina", "Bruno", "Karim", "Leïla", "Nora", "Sam", "Zoé")
WRONG = ("31/02/1990;0612345678", "05/03/1990;06 12", "05/03/1890;0612345678", "05/03/1990;1 84 12 76 451 089 46")


def content(lines: int, wrong: int) -> bytes:
    """The file: one line in so many is wrong, each in its own way."""
    every = max(1, lines // wrong) if wrong else lines + 1
    rows, left = ["Nom;Prénom;Naissance;Tél.;Mail;Structure"], wrong
    for n in range(lines):
        name = "".join(chr(97 + n // 26**power % 26) for power in range(4))
        if left and n % every == 0:
            left -= 1
            rows.append(f"Essai{name};Ada;{WRONG[n % len(WRONG)]};;spontanée")
        else:
            born = date(1970, 1, 1) + timedelta(days=n * 5 % 10_000)
            rows.append(f"Essai{name};{FIRST[n % 8]};{born:%d/%m/%Y};06{n:08d};ada{n}@example.org;spontanée")
    return "\n".join(rows).encode()


def main(lines: int, wrong: int) -> int:
    """Prepare, import, play again; the answer is 1 when a line is not where it must be."""
    import django

    django.setup()
    from defi.kernel import clock
    from defi.kernel.access import TASK, scope
    from defi.kernel.database import connected_to, migrated_template, open_database, temporary_clone
    from defi.steps.sourcing.import_actions import load_people, run_import
    from defi.steps.sourcing.models import Candidacy, CandidacyImportRow

    sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir, "tests"))
    url = open_database()
    with (
        migrated_template(url) as template,
        temporary_clone(url, f"{template}_list_{os.getpid()}", template) as address,
        connected_to(address),
        clock.at(date(2025, 10, 1)),
    ):
        from factories import a_coordinator, a_session, an_operation

        session = a_session(an_operation(), date(2025, 11, 3))
        lead = a_coordinator(session.operation)
        file = content(lines, wrong)
        source = timed("read and judged", lambda: load_people(lead, session.pk, file, "liste.csv"))
        timed("imported", lambda: run_import(lead, source.pk))
        again = timed("played again", lambda: load_people(lead, session.pk, file + b"\n", "liste.csv"))
        with scope(TASK):
            states = [
                Counter(CandidacyImportRow.objects.filter(source=one).order_by().values_list("state", flat=True))
                for one in (source, again)
            ]
            people = Candidacy.objects.filter(session=session).count()
    print(dict(states[0]), dict(states[1]), f"{people} candidacies")
    good = lines - wrong
    wanted = [{"imported": good, "faulty": wrong}, {"known": good, "faulty": wrong}]
    return 0 if [dict(one) for one in states] == wanted and people == good else 1


def timed(label: str, act: Callable[[], T]) -> T:
    """Do it, and print the seconds and the queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    began = time.perf_counter()
    with CaptureQueriesContext(connection) as told:
        done = act()
    print(f"{label}: {time.perf_counter() - began:.1f} s, {len(told)} queries")
    return done


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(arguments + [3_000, 400][len(arguments) :])))
