"""The door of the reading: words in, jobs out."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DatabaseError, connection

from defi.reference.models import Job
from defi.reference.reading.gather import current_index

MOST = 5


@dataclass(frozen=True)
class Reading:
    """A job that may be meant: its title nearest to what was typed, and the typed words that led there, as typed.

    No number: people confirm by reading, not by trusting a score."""

    job: Job
    because: tuple[str, ...]
    title: str


def prepare() -> None:
    """Build the index ahead of the first reading, in a thread of its own; without a database, that one builds it."""
    try:
        current_index()
    except DatabaseError:
        return
    finally:
        connection.close()


def read(text: str, limit: int = MOST) -> tuple[Reading, ...]:
    """The jobs that `text` may mean, best first, at most `limit`, each once; for a person to confirm.

    Empty when nothing typed is near any job: the page then says to choose in the list. Any text will do: a title, a
    sentence, several jobs in one; past 2,000 characters the rest is not read. One query to know that the index is
    still that of the reference, one for the jobs."""
    index = current_index()
    ranked = index.rank(text, limit)
    jobs = Job.objects.in_bulk([index.sheets[found.place].key for found in ranked])
    return tuple(
        Reading(jobs[index.sheets[found.place].key], found.because, found.title)
        for found in ranked
        if index.sheets[found.place].key in jobs
    )
