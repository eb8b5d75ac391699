"""The answers owed: who waits, since when, for a provider in all its operations, for a prescriber of its own people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, DateField, F, QuerySet, When
from django.db.models.functions import Coalesce

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.people.models import Organisation
from defi.schemes.rulebook import rulebook
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.queries import NEXT, OWED, PILLS
from defi.steps.sourcing.rules import answer_is_late
from defi.steps.sourcing.states import CANDIDACY


@dataclass(frozen=True, slots=True)
class OwedAnswer:
    """Somebody who waits for an answer `since` a day; `verb` is the step that usually comes next, for who may."""

    candidacy: Candidacy
    since: date
    late: bool
    verb: str = ""
    label: str = ""

    @property
    def pill(self) -> str:
        return "late" if self.late else PILLS[self.candidacy.state]


def owed_answers(actor: Actor) -> QuerySet[Candidacy]:
    """The candidacies of this actor that wait for an answer, in operations that run, the longest wait first."""
    since = Case(
        When(state="met", then=Coalesce("met_on", "oriented_on")), default=F("oriented_on"), output_field=DateField()
    )
    rows = Candidacy.objects.visible_to(actor).filter(
        state__in=OWED, operation__state="running", session__ended_on=None
    )
    return rows.annotate(owed_on=since).order_by("owed_on", "pk")


def answered(actor: Actor, since: date) -> QuerySet[Candidacy]:
    """Of a prescriber's people, those who had an answer since a day, the latest first."""
    rows = Candidacy.objects.visible_to(actor).exclude(state__in=OWED)
    said = rows.annotate(told_on=Coalesce("answered_on", "confirmed_on", "selected_on", "oriented_on"))
    return said.filter(told_on__gte=since).select_related("person", "operation").order_by("-told_on", "-pk")


@dataclass(frozen=True, slots=True)
class OwedFilters:
    """What the list is narrowed to; empty is everything."""

    operation: int | None = None
    prescriber: int | None = None
    spontaneous: bool = False
    late: bool = False

    @property
    def active(self) -> bool:
        return bool(self.operation or self.prescriber or self.spontaneous or self.late)

    def kept(self, row: OwedAnswer) -> bool:
        """Whether the line is shown."""
        candidacy = row.candidacy
        return (
            self.operation in {None, candidacy.operation_id}
            and self.prescriber in {None, candidacy.prescriber_id}
            and not (self.spontaneous and candidacy.prescriber_id)
            and (row.late or not self.late)
        )


@dataclass(frozen=True, slots=True)
class OwedList:
    """All that is owed, and what it may be narrowed to."""

    rows: list[OwedAnswer]
    operations: list[tuple[int, str]]
    prescribers: list[tuple[int, str]]

    def narrowed(self, filters: OwedFilters) -> list[OwedAnswer]:
        """The lines that the filters keep."""
        return [row for row in self.rows if filters.kept(row)]


def owed_list(actor: Actor, *, acts: bool) -> OwedList:
    """Everybody who waits, the longest first. One query, whatever their number."""
    found = owed_answers(actor).select_related("person", "prescriber", "session", "operation")
    rows = [_row(actor, candidacy, acts=acts) for candidacy in found]
    operations = {row.candidacy.operation_id: row.candidacy.operation.title for row in rows}
    houses: dict[int, Organisation] = {c.prescriber.pk: c.prescriber for row in rows if (c := row.candidacy).prescriber}
    by_name = sorted(houses.values(), key=lambda house: house.search_key)
    return OwedList(rows, sorted(operations.items(), key=lambda pair: pair[1]), [(h.pk, h.name) for h in by_name])


def _row(actor: Actor, candidacy: Candidacy, *, acts: bool) -> OwedAnswer:
    operation = candidacy.operation
    days = rulebook(operation.scheme, operation.rulebook_version).sourcing.answer_days
    since: date = candidacy.owed_on  # type: ignore[attr-defined]
    wanted = NEXT.get(candidacy.state, "") if acts else ""
    step = next((t for t in CANDIDACY.open_to(actor, candidacy.state) if t.name == wanted), None)
    return OwedAnswer(
        candidacy,
        since,
        answer_is_late(since, days, clock.today()),
        step.name.partition(".")[2] if step else "",
        str(step.label) if step else "",
    )
