"""The first question of the follow-up, which leaves by itself when its moment comes (process.md, « + Follow-up »)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Max

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.clock import PARIS
from defi.kernel.journal import acting
from defi.kernel.models import Link
from defi.operations.models import Operation
from defi.schemes.months import add_months
from defi.schemes.rulebook import Moment, rulebook
from defi.steps.followup.actions import ask_situation, unknown
from defi.steps.followup.queries import open_moment
from defi.steps.followup.rules import due_on, is_asked_alone, opens_on
from defi.steps.sourcing.models import Candidacy

RECORD = "situation.record"
BATCH = 500


def ask_when_due() -> int:
    """Each morning: who left, has a mail address and has not said where they stand receives their link, once at each
    moment of the rulebook. What was asked by hand is not asked again; a moment missed by more than the days the report
    has is left to the phone, so that nothing old leaves at once after an interruption. Returns how many are asked.

    Who has no address is on the page of the follow-up, to be called (`queries.to_call`)."""
    with scope(TASK):
        today = clock.today()
        first = _first_exit(today)
        if first is None:
            return 0
        rows = Candidacy.objects.filter(left_on__range=(first, today)).exclude(person__email="")
        ids = list(rows.exclude(operation__state="abandoned").order_by("pk").values_list("pk", flat=True))
    due = [pk for start in range(0, len(ids), BATCH) for pk in _due(ids[start : start + BATCH], today)]
    return sum(_ask(pk) for pk in due)


def _first_exit(today: date) -> date | None:
    """The first exit of which a question may still leave, by the rulebooks in use."""
    used = Operation.objects.order_by().values_list("scheme", "rulebook_version").distinct()
    firsts = [
        add_months(today, -moment.months) - timedelta(days=book.followup_days)
        for book in (rulebook(scheme, version) for scheme, version in used)
        for moment in book.moments
    ]
    return min(firsts, default=None)


def _due(ids: list[int], today: date) -> list[int]:
    """Of these people, those to ask today. Two queries; each is looked at again under its lock."""
    with scope(TASK):
        people = list(Candidacy.objects.filter(pk__in=ids).select_related("operation").order_by("pk"))
    asked = _last_asked(ids)
    return [person.pk for person in people if _is_due(person, open_moment(person), asked.get(person.pk), today)]


def _is_due(person: Candidacy, moment: Moment | None, asked_on: date | None, today: date) -> bool:
    if moment is None or person.left_on is None:
        return False
    days = rulebook(person.operation.scheme, person.operation.rulebook_version).followup_days
    due = due_on(person.left_on, moment)
    return is_asked_alone(due, opens_on(person.left_on, moment), asked_on=asked_on, days=days, today=today)


def _last_asked(ids: list[int]) -> dict[int, date]:
    """The day each of these people last received a link, by hand or not."""
    sent = Link.objects.filter(verb=RECORD, object_type=Candidacy._meta.label_lower, object_id__in=ids)
    found = sent.values("object_id").annotate(at=Max("created_at")).order_by()
    return {row["object_id"]: row["at"].astimezone(PARIS).date() for row in found}


def _ask(candidacy_id: int) -> bool:
    with acting(TASK, "situation.ask") as act:
        # Looked at again under lock: the state when the question leaves is what counts.
        person = act.lock(Candidacy, candidacy_id)
        asked = _last_asked([candidacy_id]).get(candidacy_id)
        told = person.operation.state == "abandoned" or not person.person.email or not unknown(person)
        if told or not _is_due(person, open_moment(person), asked, act.today):
            return False
        ask_situation(TASK, candidacy_id)
        return True
