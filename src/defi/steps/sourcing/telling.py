"""Messages too many for the request that causes them: written by a task, some people at a time, each once.

Each message bears a key, so that a task run twice, or taken up again after the machine stopped, writes none twice and
leaves none out: what a stopped batch wrote went with its transaction, and the next run begins with what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, acting
from defi.kernel.models import JournalEntry
from defi.operations.models import Session
from defi.steps.sourcing import mails
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.states import BEFORE_ENTRY, UNTIL_THE_END

AT_ONCE = 100
"""People told in one transaction."""


def tell_listed(action_id: str) -> None:
    """Those that the import `action_id` made candidates learn what is kept of them and why."""
    made = JournalEntry.objects.filter(
        action_id=action_id, object_type="sourcing.candidacy", verb="candidacy_import.run"
    )
    tell_listed_candidacies(sorted(made.order_by().values_list("object_id", flat=True)))


def tell_listed_candidacies(ids: list[int]) -> None:
    """The same, for candidacies (ids) that came by a list."""
    _each(ids, mails.listed)


def tell_of_move(session_id: int, was: date, now: date, move: str) -> None:
    """Those who wait for an answer learn that the start moved from `was` to `now`, by the action `move`. When it moved
    again meanwhile, nobody is told here: that move tells them."""
    with scope(TASK):
        session = Session.objects.filter(pk=session_id, operation__state="running").first()
        if session is None or session.starts_on != now:
            return
        rows = Candidacy.objects.filter(
            session=session, state__in=[s for s in BEFORE_ENTRY if s not in mails.MOVED_ASKS]
        )
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
    _each(ids, lambda act, candidacy: mails.start_moved(act, candidacy, was, move=move))


def tell_of_end(session_id: int, was: date, now: date, move: str) -> None:
    """The same when the end alone moved from `was` to `now`: everybody until then, those in training too."""
    with scope(TASK):
        session = Session.objects.filter(pk=session_id, operation__state="running").first()
        if session is None or session.ends_on != now:
            return
        rows = Candidacy.objects.filter(session=session, state__in=UNTIL_THE_END)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
    _each(ids, lambda act, candidacy: mails.end_moved(act, candidacy, was, move=move))


def _each(ids: list[int], tell: Callable[[Action, Candidacy], None]) -> None:
    for some in _by(ids, AT_ONCE):
        with acting(TASK, "candidacy.tell") as act:
            # Whoever is one record with somebody else by now is told there.
            rows = Candidacy.objects.filter(pk__in=some).exclude(state="merged").select_related(*mails.READ)
            for candidacy in rows.order_by("pk"):
                tell(act, candidacy)


def _by(ids: list[int], count: int) -> Iterator[list[int]]:
    for at in range(0, len(ids), count):
        yield ids[at : at + count]
