"""The follow-up as it shows on the page of the operation: counts, no names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.operations.models import Operation
from defi.schemes.rulebook import rulebook
from defi.steps.followup.changes import changed_since, told_by
from defi.steps.followup.models import FollowUpReport, Situation
from defi.steps.followup.queries import ENTERED, reads_outcomes
from defi.steps.followup.rules import Followed, Known, Rates, opens_on, rates
from defi.steps.sourcing.models import Candidacy


@dataclass(frozen=True, slots=True)
class MomentCounts:
    """One moment on the card: its counts, and whether its report left."""

    label: str
    rates: Rates
    reported: bool


@dataclass(frozen=True, slots=True)
class FollowUpCard:
    """The follow-up as it shows on the page of the operation: counts, no names."""

    operation_id: int
    due: int
    moments: tuple[MomentCounts, ...]
    tells: bool = True  # what became of people; else only which reports left
    changed: bool = False  # a situation is not the one that a report told

    @property
    def reported(self) -> int:
        return sum(moment.reported for moment in self.moments)


def card(actor: Actor, operation: Operation) -> FollowUpCard:
    """What is due, and the counts of each moment, as far as this actor may know. Four queries at most."""
    book, today = rulebook(operation.scheme, operation.rulebook_version), clock.today()
    tells = reads_outcomes(actor)
    entered = Candidacy.objects.visible_to(actor).filter(operation=operation, state__in=ENTERED)
    exits = dict(entered.values_list("pk", "left_on")) if tells else {}
    known: dict[int, dict[str, Known]] = defaultdict(dict)
    now: dict[str, dict[int, Situation]] = defaultdict(dict)
    for row in Situation.objects.visible_to(actor).filter(operation=operation, candidacy__in=exits):
        known[row.candidacy_id][row.moment] = Known(row.status, row.lasting)
        now[row.moment][row.candidacy_id] = row
    reports = FollowUpReport.objects.visible_to(actor).filter(operation=operation).defer("document")
    sent = {report.moment: report for report in reports}
    kept = told_by(sent.values())
    people = [Followed("", left_on, known.get(pk, {}), {}) for pk, left_on in exits.items()]
    return FollowUpCard(
        operation_id=operation.pk,
        due=sum(
            person.left_on is not None
            and moment.key not in person.situations
            and opens_on(person.left_on, moment) <= today
            for person in people
            for moment in book.moments
        ),
        moments=tuple(
            MomentCounts(moment.label, rates(people, moment, today), moment.key in sent) for moment in book.moments
        ),
        tells=tells,
        changed=tells and any(changed_since(kept.get(report.pk, ""), now[moment]) for moment, report in sent.items()),
    )
