"""The counts of each operation, kept in one row, so that the figures of the Region are sums of small rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from defi.kernel.access import Actor, Guarded
from defi.operations.models import OperationBound
from defi.steering.states import PUBLICATION


class FigureRow(OperationBound):
    """What one operation adds to the figures of the Region: whole numbers, euros, and no person.

    Rewritten with the journey, in the transaction of each action (`counting.py`), and each night: some counts move
    with the date alone. `day` is the start of the session, or the opening while no session is planned; it puts the
    operation in a period. `step` is the first open step, empty once the operation has ended."""

    day = models.DateField()
    step = models.CharField(max_length=20, blank=True)
    verdict = models.CharField(max_length=12, blank=True)

    running = models.PositiveSmallIntegerField(default=0)
    closed = models.PositiveSmallIntegerField(default=0)
    abandoned = models.PositiveSmallIntegerField(default=0)
    started = models.PositiveSmallIntegerField(default=0)
    is_defi = models.PositiveSmallIntegerField(default=0)
    signed = models.PositiveSmallIntegerField(default=0)

    seats = models.PositiveIntegerField(default=0)
    started_seats = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)

    candidates = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    entered = models.PositiveIntegerField(default=0)
    filled_seats = models.PositiveIntegerField(default=0)
    other_funding = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    paired = models.PositiveIntegerField(default=0)
    left_early = models.PositiveIntegerField(default=0)
    completed = models.PositiveIntegerField(default=0)
    out = models.PositiveIntegerField(default=0)

    certified = models.PositiveIntegerField(default=0)
    blocks = models.PositiveIntegerField(default=0)
    not_certified = models.PositiveIntegerField(default=0)
    results_unknown = models.PositiveIntegerField(default=0)

    hired = models.PositiveIntegerField(default=0)
    hired_promised = models.PositiveIntegerField(default=0)
    not_hired = models.PositiveIntegerField(default=0)
    hiring_unknown = models.PositiveIntegerField(default=0)

    exit_due = models.PositiveIntegerField(default=0)
    exit_reached = models.PositiveIntegerField(default=0)
    exit_unreached = models.PositiveIntegerField(default=0)
    exit_working = models.PositiveIntegerField(default=0)
    exit_lasting = models.PositiveIntegerField(default=0)
    exit_promised = models.PositiveIntegerField(default=0)
    m3_due = models.PositiveIntegerField(default=0)
    m3_reached = models.PositiveIntegerField(default=0)
    m3_unreached = models.PositiveIntegerField(default=0)
    m3_working = models.PositiveIntegerField(default=0)
    m3_lasting = models.PositiveIntegerField(default=0)
    m3_promised = models.PositiveIntegerField(default=0)
    m6_due = models.PositiveIntegerField(default=0)
    m6_reached = models.PositiveIntegerField(default=0)
    m6_unreached = models.PositiveIntegerField(default=0)
    m6_working = models.PositiveIntegerField(default=0)
    m6_lasting = models.PositiveIntegerField(default=0)
    m6_promised = models.PositiveIntegerField(default=0)

    claimed = models.PositiveSmallIntegerField(default=0)
    granted = models.PositiveSmallIntegerField(default=0)
    refused = models.PositiveSmallIntegerField(default=0)
    waiting = models.PositiveSmallIntegerField(default=0)
    paid = models.PositiveSmallIntegerField(default=0)
    paid_euros = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    costed_seats = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "-operation"]
        constraints = [models.UniqueConstraint(fields=["operation"], name="figure_row_once")]
        indexes = [models.Index(fields=["day"], name="figure_row_by_day")]

    @classmethod
    def visibility(cls, actor: Actor) -> models.Q:
        """As the operation; the Region's agents by a join, since they read thousands at once."""
        if actor.in_region:
            return models.Q(operation__region_id=actor.region_id)
        return super().visibility(actor)


COUNTS = tuple(
    field.attname
    for field in FigureRow._meta.concrete_fields
    if isinstance(field, models.PositiveSmallIntegerField | models.PositiveIntegerField | models.DecimalField)
    and field.attname != "version"
)
"""Every count of a row, by name."""


class PublishedYear(Guarded):
    """The figures of a year as they are told to anybody: taken once, when the year is over, and kept as they were.

    They stay the same whatever becomes of the facts: two states of one year, taken from each other, could tell of the
    only person who changed. `content` holds no count that `publishing` would not tell."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PUBLICATION.choices)
    published_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    smallest = models.PositiveSmallIntegerField()
    content = models.JSONField()
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")

    private: ClassVar[frozenset[str]] = frozenset({"content"})

    class Meta:
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year"], condition=models.Q(state="published"), name="published_year_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="published", withdrawn_on=None)
                | models.Q(state="withdrawn", withdrawn_on__isnull=False),
                name="published_year_withdrawn_has_its_date",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> models.Q:
        """Anybody reads what is published; the Region what was withdrawn too."""
        if actor.in_region:
            return models.Q(region_id=actor.region_id)
        return models.Q(state="published")
