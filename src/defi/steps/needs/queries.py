"""Reads needs: the officer's list, one collective need, what an operation was opened for. Fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet, Sum

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.models import Document
from defi.operations.models import Operation
from defi.schemes.rulebook import current
from defi.steps.needs import publics
from defi.steps.needs.access import answer_read, group_is_hidden
from defi.steps.needs.grid import Grid, Totals, grid, totals
from defi.steps.needs.models import CollectiveNeed, Need
from defi.steps.needs.publics import Public
from defi.steps.needs.rules import LIKE_DAYS, Search, answer_due, same_search

TO_TREAT = ("to_confirm", "received")


def listed(actor: Actor) -> QuerySet[Need]:
    """The needs this actor may see, with what a line shows, the ones that wait longest first."""
    return (
        Need.objects.visible_to(actor)
        .select_related("employer", "contact", "job", "basin", "commune", "collective__operation", "typed_for")
        .order_by("received_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A need in a list, with the day by which the Region answers; `waits` when its reader may not know more of it."""

    need: Need
    due_on: date
    is_late: bool
    waits: bool
    answer: str


def lines(actor: Actor, needs: Sequence[Need]) -> list[Line]:
    """The rows of a page of the list, as this actor may read them."""
    days, today = current().need_answer_days, clock.today()
    rows = []
    for need in needs:
        due, waits = answer_due(need.received_on, days), group_is_hidden(actor, need)
        rows.append(Line(need, due, due < today and (waits or need.state in TO_TREAT), waits, answer_read(actor, need)))
    return rows


def alike(actor: Actor, need: Need) -> list[Need]:
    """The needs this actor may see by which the same employer seems to say the same, the earliest first."""
    around = timedelta(days=LIKE_DAYS)
    rows = listed(actor).filter(
        employer_id=need.employer_id,
        state__in=(*TO_TREAT, "grouped"),
        received_on__range=(need.received_on - around, need.received_on + around),
    )
    return [row for row in rows.exclude(pk=need.pk) if same_search(_search(row), _search(need))]


def earlier_from_mailbox(actor: Actor, need: Need, address: str) -> list[Need]:
    """What the owner of this mailbox, who holds the link of `need`, said before of the same search."""
    with scope(TASK):
        known = alike(TASK, need)
    before = [row for row in known if row.pk < need.pk and row.email == address]
    return before if address and actor.link else []


def _search(need: Need) -> Search:
    return Search(need.employer_id, need.wording, need.received_on, need.job_id or 0)


def open_collectives(actor: Actor) -> list[CollectiveNeed]:
    """The collective needs that no operation holds yet, with `needs_count` and `posts_count`."""
    rows = CollectiveNeed.objects.visible_to(actor).filter(state="open")
    if actor.basins:
        rows = rows.filter(basin_id__in=actor.basins)
    counted = rows.annotate(needs_count=Count("needs"), posts_count=Sum("needs__posts"))
    return list(counted.select_related("job", "basin"))


def joinable_collectives(actor: Actor, needs: Sequence[Need]) -> list[CollectiveNeed]:
    """The collective needs of the same basins to which these needs may be added, in operation or not."""
    rows = CollectiveNeed.objects.visible_to(actor).filter(state__in=["open", "in_operation"])
    basins = {need.basin_id for need in needs}
    return list(rows.filter(basin_id__in=basins).exclude(operation__state__in=["closed", "abandoned"]))


@dataclass(frozen=True, slots=True)
class Gathering:
    """Several needs seen together: who asks what, what they come to, the public, the diagnosis."""

    collective: CollectiveNeed | None
    needs: list[Need]
    grid: Grid
    totals: Totals
    public: Public

    @property
    def posts(self) -> int:
        return self.totals.posts

    @property
    def employers(self) -> int:
        return self.totals.employers

    @property
    def has_diagnosis(self) -> bool:
        return bool(self.collective and self.collective.diagnosis)


def gathering(actor: Actor, collective: CollectiveNeed) -> Gathering:
    """A collective need, as this actor may see it."""
    needs = list(listed(actor).filter(collective=collective))
    return Gathering(collective, needs, grid(needs), totals(needs), publics.of_collective(actor, collective))


def of_operation(actor: Actor, operation: Operation) -> Gathering:
    """What an operation was opened for: an employer sees its own needs only, and never the counts of the public."""
    seen = CollectiveNeed.objects.visible_to(actor).filter(operation=operation).select_related("job", "basin")
    needs = list(listed(actor).filter(collective__operation=operation))
    return Gathering(seen.first(), needs, grid(needs), totals(needs), publics.of_operation(actor, operation))


def sheet_of(need: Need) -> Document | None:
    """The fiche d'intérêt last printed, if any."""
    kept = Document.objects.filter(kind="interest-sheet", object_type="needs.need", object_id=need.pk)
    return kept.defer("content").order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Card:
    """The step as the operation page shows it."""

    operation: Operation
    gathering: Gathering
    hides_needs: bool = False


def hides_needs(actor: Actor, gathering: Gathering) -> bool:
    """Whether the sheets of the employers are kept from this reader: not the same as none having come."""
    return actor.in_prescriber and not gathering.needs


def card(actor: Actor, operation: Operation) -> Card:
    """Employers, posts, competences, the public, in one look."""
    gathered = of_operation(actor, operation)
    return Card(operation, gathered, hides_needs(actor, gathered))
