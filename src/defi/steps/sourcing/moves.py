"""The dates of a session move. The start: who confirmed is asked again for the new day, whoever waits learns it. The
end alone: everybody learns it, nobody is asked anything.

Source: features.md, 32 (confirmation before the start, silence visible): a yes was given to a date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.operations.models import Operation, Session
from defi.people.models import Organisation
from defi.steps.sourcing import mails
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.reach import Reach, reach_of, reach_sentences
from defi.steps.sourcing.states import BEFORE_ENTRY, UNTIL_THE_END


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a moved start concerns: those who confirmed, those who wait, the prescribers of both."""

    confirmed: Reach
    waiting: Reach
    houses: int

    def __bool__(self) -> bool:
        return bool(self.confirmed.total or self.waiting.total)


def concerned_by(session: Session) -> Concerned:
    """Everybody of the session who has not entered: all are counted, whoever asks."""
    with scope(TASK):
        rows = list(_living(session.pk).select_related("person"))
    return Concerned(
        confirmed=reach_of(row.person for row in rows if row.state == "confirmed"),
        waiting=reach_of(row.person for row in rows if row.state != "confirmed"),
        houses=len({row.prescriber_id for row in rows if row.prescriber_id}),
    )


def move_sentences(actor: Actor, session: Session) -> list[str]:
    """What moving the dates does to people, said before it is done; nothing when nobody is concerned."""
    if session.started_on:
        return _end_sentences(actor, session)
    found = concerned_by(session)
    said = []
    if found.confirmed.total:
        said.append(_asked(found.confirmed.total))
        said += reach_sentences(found.confirmed, named=actor.in_provider)
    if found.waiting.total:
        said.append(_told(found.waiting.total))
        said += reach_sentences(found.waiting, named=actor.in_provider)
    if found:
        said += _houses_told(found.houses)
        said.append(_("Si seule la fin change, les mêmes l'apprennent ; rien ne leur est demandé."))
    return said


def _end_sentences(actor: Actor, session: Session) -> list[str]:
    """What moving the end of a session under way does."""
    found, houses = _until_the_end(session)
    if not found.total:
        return []
    said = ngettext(
        "Si la fin change, %(n)d personne apprend le nouveau dernier jour ; rien ne lui est demandé.",
        "Si la fin change, %(n)d personnes apprennent le nouveau dernier jour ; rien ne leur est demandé.",
        found.total,
    ) % {"n": found.total}
    return [said, *reach_sentences(found, named=actor.in_provider), *_houses_told(houses)]


def _houses_told(count: int) -> list[str]:
    if not count:
        return []
    said = ngettext(
        "%(n)d prescripteur reçoit un seul message pour toutes ses personnes.",
        "%(n)d prescripteurs reçoivent chacun un seul message pour toutes leurs personnes.",
        count,
    )
    return [said % {"n": count}]


def _asked(count: int) -> str:
    return ngettext(
        "Si le début change, %(n)d personne qui avait confirmé est à redemander pour la nouvelle date ; sa place reste "
        "gardée.",
        "Si le début change, %(n)d personnes qui avaient confirmé sont à redemander pour la nouvelle date ; leurs "
        "places restent gardées.",
        count,
    ) % {"n": count}


def _told(count: int) -> str:
    return ngettext(
        "Si le début change, %(n)d candidature en cours apprend la nouvelle date.",
        "Si le début change, %(n)d candidatures en cours apprennent la nouvelle date.",
        count,
    ) % {"n": count}


def to_call_after(actor: Actor, session: Session, was_start: date, was_end: date) -> str:
    """The sentence after the move: whom a mail does not reach; empty when it reaches all, or when no day moved."""
    if session.starts_on != was_start:
        found = concerned_by(session)
        to_call = (*found.confirmed.to_call, *found.waiting.to_call)
    elif session.ends_on != was_end:
        to_call = _until_the_end(session)[0].to_call
    else:
        to_call = ()
    return " ".join(reach_sentences(Reach(0, to_call), named=actor.in_provider))


def _until_the_end(session: Session) -> tuple[Reach, int]:
    """Whom the last day concerns, and how many prescribers oriented them."""
    with scope(TASK):
        rows = list(_living(session.pk, UNTIL_THE_END).select_related("person"))
    return reach_of(row.person for row in rows), len({row.prescriber_id for row in rows if row.prescriber_id})


def start_moved(session_id: int, was: date, now: date, move: str) -> None:
    """Within the action `move` (its id) that moved a start from `was` to `now`: who confirmed is asked again at once,
    with one gathered message to each prescriber; who only waits is told by a task."""
    # The queue is reached late: its tasks read the rooms.
    from defi.steps.sourcing.tasks import tell_of_move

    with acting(TASK, "candidacy.ask_again") as act:
        operation_id = Session.objects.values_list("operation_id", flat=True).get(pk=session_id)
        if not Operation.objects.filter(pk=operation_id, state="running").exists():
            return
        rows = list(_living(session_id).select_for_update(of=("self",)).select_related(*mails.READ))
        for row in rows:
            if row.state == "confirmed":
                act.change(row, asked_again_on=act.today, said_again_on=None)
        for row in rows:
            if row.state in mails.MOVED_ASKS:
                mails.start_moved(act, row, was)
        for house, theirs in _by_house(rows):
            mails.start_moved_house(act, house, theirs, was)
        if any(row.state not in mails.MOVED_ASKS for row in rows):
            tell_of_move.defer(session_id=session_id, was=was.isoformat(), now=now.isoformat(), move=move)


def end_moved(session_id: int, was: date, now: date, move: str) -> None:
    """Within the action `move` (its id) that moved the end alone: each prescriber reads one message at once, the people
    are told by a task."""
    from defi.steps.sourcing.tasks import tell_of_end

    with acting(TASK, "candidacy.tell") as act:
        operation_id = Session.objects.values_list("operation_id", flat=True).get(pk=session_id)
        rows = list(_living(session_id, UNTIL_THE_END).select_related(*mails.READ))
        if not rows or not Operation.objects.filter(pk=operation_id, state="running").exists():
            return
        for house, theirs in _by_house(rows):
            mails.end_moved_house(act, house, theirs, was)
        tell_of_end.defer(session_id=session_id, was=was.isoformat(), now=now.isoformat(), move=move)


def _living(session_id: int, states: Sequence[str] = BEFORE_ENTRY) -> QuerySet[Candidacy]:
    return Candidacy.objects.filter(session_id=session_id, state__in=states).order_by("pk")


def _by_house(rows: Iterable[Candidacy]) -> Sequence[tuple[Organisation, list[Candidacy]]]:
    found: dict[int, list[Candidacy]] = defaultdict(list)
    for row in rows:
        if row.prescriber_id:
            found[row.prescriber_id].append(row)
    return [(theirs[0].prescriber, theirs) for theirs in found.values() if theirs[0].prescriber]
