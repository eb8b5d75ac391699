"""The list behind each figure: what it counts, row by row, and the columns of its export. No person is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as lazy

from defi.journey.models import StepRow, TurnRow
from defi.journey.words import PARTY_LABELS, STEP_LABELS
from defi.kernel.tables import Column
from defi.operations.models import Operation
from defi.steering import queries
from defi.steering.figures import Figure, Text
from defi.steering.models import FigureRow
from defi.steering.questions import FIGURES
from defi.steps.closing.models import BonusClaim
from defi.steps.review.models import NoHire


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its title, how its rows are found from those of the operations, its columns.

    `operation` says to which operation a row leads, when it leads to one."""

    key: str
    title: Text
    lead: Text
    find: Callable[[QuerySet[FigureRow]], QuerySet[Any]]
    columns: Sequence[Column[Any]]
    operation: Callable[[Any], Operation | None] = lambda row: row.operation


OPERATION: Final[Sequence[Column[Any]]] = (
    Column(lazy("Opération"), lambda row: row.operation.title),
    Column(lazy("Bassin"), lambda row: row.operation.basin),
    Column(lazy("Métier"), lambda row: row.operation.job.label),
    Column(lazy("Organisme"), lambda row: row.operation.provider),
)
RELATED: Final = ("operation__basin", "operation__job", "operation__provider")


def of(key: str) -> Listed | None:
    """The list behind the figure, or one of those that answer a question with a list; None for an unknown name."""
    if key in SPECIAL:
        return SPECIAL[key]
    return _of_figure(FIGURES[key]) if key in FIGURES else None


def _of_figure(figure: Figure) -> Listed:
    """The operations that have something to do with a figure, with what each adds to it."""
    counted = [name for name in (figure.part, figure.whole) if name and name != "operations"]

    def find(rows: QuerySet[FigureRow]) -> QuerySet[FigureRow]:
        some = Q(*((f"{name}__gt", 0) for name in counted), _connector=Q.OR)
        first = [f"-{name}" for name in counted[:1]]
        return rows.filter(some).select_related(*RELATED).order_by(*first, "-day", "-operation")

    columns = [*OPERATION, Column(lazy("Début"), lambda row: row.day), Column(lazy("État"), _state)]
    columns.append(Column(figure.label, lambda row: getattr(row, figure.part, 1)))
    if figure.whole and figure.whole != "operations":
        columns.append(Column(WHOLES[figure.whole], lambda row: getattr(row, figure.whole)))
    return Listed(figure.key, figure.title, figure.definition, find, tuple(columns))


def _state(row: FigureRow) -> str:
    return str(row.operation.get_state_display())


WHOLES: Final[dict[str, Text]] = {
    "started": lazy("Session commencée"),
    "promised": lazy("Emplois promis"),
    "started_seats": lazy("Places des sessions commencées"),
    "found": lazy("Au démarrage, places de la Région"),
    "confirmed": lazy("Venue confirmée"),
    "entered": lazy("Entrées"),
    "out": lazy("Sorties de formation"),
    "exit_reached": lazy("Jointes à la sortie"),
    "exit_due": lazy("Sorties dont la date est venue"),
    "m3_reached": lazy("Jointes à 3 mois"),
    "m3_due": lazy("Sorties depuis 3 mois"),
    "m6_reached": lazy("Jointes à 6 mois"),
    "m6_due": lazy("Sorties depuis 6 mois"),
    "claimed": lazy("Demandes de prime"),
    "costed_seats": lazy("Places dont le coût est connu"),
}
"""What the whole of a share is called at the head of a column."""


def _employers(rows: QuerySet[FigureRow]) -> QuerySet[Any]:
    """Each firm once, with its posts and its operations."""
    gone = Q(posts__withdrawn_on__isnull=False) | Q(state="withdrawn")
    return (
        queries.engaged(rows)
        .values("employer", firm=F("employer__name"))
        .annotate(
            operations=Count("operation", distinct=True),
            posts_made=Count("posts"),
            posts_gone=Count("posts", filter=gone),
        )
        .order_by("-posts_made", "firm", "employer")
    )


def _late(rows: QuerySet[FigureRow]) -> QuerySet[StepRow]:
    """The steps past their date, the oldest first, with whose turn it is."""
    turns = TurnRow._base_manager.filter(operation=OuterRef("operation"), step=OuterRef("step")).order_by(
        "due_on", "pk"
    )
    party = Case(
        *(When(owner_party=key, then=Value(str(label))) for key, label in PARTY_LABELS.items()),
        default=Value(""),
        output_field=CharField(),
    )
    return (
        queries.late_steps(rows)
        .annotate(
            owner_party=Subquery(turns.values("party")[:1]),
            owner=Subquery(turns.values("organisation__name")[:1]),
        )
        .annotate(whose=party)
        .select_related(*RELATED)
        .order_by("due_on", "pk")
    )


def _refusals(rows: QuerySet[FigureRow]) -> QuerySet[BonusClaim]:
    found = BonusClaim._base_manager.filter(operation__in=rows.order_by().values("operation"), state="refused")
    return found.select_related("holder", *RELATED).order_by("-decided_on", "-pk")


def _reasons(rows: QuerySet[FigureRow]) -> QuerySet[Any]:
    """Why people were not hired, by operation and reason, in counts."""
    found = NoHire._base_manager.filter(operation__in=rows.order_by().values("operation"))
    return (
        found.order_by()
        .values("operation", "why", title=F("operation__title"), job=F("operation__job__label"))
        .annotate(people=Count("pk"))
        .order_by("why", "-people", "operation")
    )


WHY: Final = dict(NoHire.Why.choices)

SPECIAL: Final[dict[str, Listed]] = {
    "employers": Listed(
        "employers",
        FIGURES["employers"].label,
        FIGURES["employers"].definition,
        _employers,
        (
            Column(lazy("Entreprise"), lambda row: row["firm"]),
            Column(lazy("Opérations"), lambda row: row["operations"]),
            Column(lazy("Emplois promis"), lambda row: row["posts_made"]),
            Column(lazy("dont retirés"), lambda row: row["posts_gone"]),
        ),
        lambda _row: None,
    ),
    "late": Listed(
        "late",
        lazy("Étapes en retard"),
        lazy("Les étapes ouvertes dont la date est passée, la plus ancienne d'abord, et qui doit agir."),
        _late,
        (
            *OPERATION,
            Column(lazy("Étape"), lambda row: " ".join(str(part) for part in STEP_LABELS[row.step])),
            Column(lazy("Échéance"), lambda row: row.due_on),
            Column(lazy("À qui"), lambda row: row.owner or row.whose),
        ),
    ),
    "refused": Listed(
        "refused",
        lazy("Primes refusées"),
        FIGURES["refused"].definition,
        _refusals,
        (
            *OPERATION,
            Column(lazy("Titulaire"), lambda row: row.holder),
            Column(lazy("Refusée le"), lambda row: row.decided_on),
            Column(lazy("Motif"), lambda row: row.decision_reason),
        ),
    ),
    "reasons": Listed(
        "reasons",
        lazy("Pourquoi des promesses n'ont pas abouti"),
        lazy("Les raisons notées pour les personnes sorties sans contrat, par opération, en nombre de personnes."),
        _reasons,
        (
            Column(lazy("Raison"), lambda row: WHY[row["why"]]),
            Column(lazy("Personnes"), lambda row: row["people"]),
            Column(lazy("Opération"), lambda row: row["title"]),
            Column(lazy("Métier"), lambda row: row["job"]),
        ),
        lambda _row: None,
    ),
}
"""The lists that are not of operations."""
