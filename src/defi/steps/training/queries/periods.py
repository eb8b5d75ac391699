"""Periods in company as pages show them: who signed, what the certificate will ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.operations.models import Operation
from defi.steps.convention.models import OF_ANY_TEXT, Signatory
from defi.steps.design.calendar.durations import duration_words
from defi.steps.training.company import SIGNED_WITHIN, days_of, week_words
from defi.steps.training.company_hours import counted_of, last_day, waiting
from defi.steps.training.half_days import Period
from defi.steps.training.interruptions import Stay, over, stays_of
from defi.steps.training.models import CompanyPresence, Placement, PlacementSignature, Suspension, TutorEvaluation
from defi.steps.training.periods import PARTIES, PeriodFacts, missing_parties, not_begun, placement_flags
from defi.steps.training.rules import address_of

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Signed:
    """One of the three sides of an agreement."""

    party: str
    label: str
    signature: PlacementSignature | None


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A period with its three sides; its firm and its trainee read the name the agreement bears.

    `counted`: as the ledger counts it; `my_party` is the side this actor signs for, empty when none; `to_read`: a
    trainee has not read their tutor; `away`: the interruption within which the period falls: nothing of it is signed
    before its dates are settled."""

    placement: Placement
    name: str
    sides: tuple[Signed, ...]
    missing: tuple[str, ...]
    flags: tuple[str, ...]
    my_party: str
    counted: Period
    signatory_firm: bool = True
    evaluated: bool = False
    to_read: bool = False
    away: Suspension | None = None

    @property
    def hours_words(self) -> str:
        """The hours that its tutor signed once it is over, else those noted, else those planned."""
        done = self.placement.hours_done
        if done is not None and self.counted.signed is not None:
            return duration_words(self.counted.signed)
        return duration_words(60 * (self.placement.hours if done is None else done))

    @property
    def not_begun(self) -> bool:
        """Whether its first day passed without the three signatures."""
        return self.counted.lapsed

    @property
    def is_now(self) -> bool:
        """Whether the person is in the firm today: agreed by three, its days come, nothing interrupted."""
        period, today = self.placement, clock.today()
        if self.away or not period.starts_on <= today <= self.last_day:
            return False
        return period.state in {"begun", "done", "debriefed"} or (period.state == "planned" and not self.missing)

    @property
    def days(self) -> list[date]:
        """The days worked in the firm, once the three have signed."""
        period = self.placement
        if self.missing or period.state == "cancelled" or self.away:
            return []
        first = period.begun_on or period.starts_on
        return [day for day in days_of(period.starts_on, self.last_day, period.weekdays) if day >= first]

    @property
    def last_day(self) -> date:
        """The last day of it: as planned, unless it ended, or the person left, before."""
        return self.placement.finished_on or last_day(self.placement)

    @property
    def days_words(self) -> str:
        return week_words(self.placement.weekdays)

    @property
    def where(self) -> str:
        """The place that was agreed, else the address of the firm."""
        firm = self.placement.employer
        return self.placement.place or ", ".join(part for part in (firm.address, str(firm.commune or "")) if part)

    @property
    def map_query(self) -> str:
        firm = self.placement.employer
        return address_of(self.placement.place, firm.address, str(firm.commune or ""))

    @property
    def fingerprint(self) -> str:
        """Of the paper in force: a signature is bound to it."""
        return self.placement.agreement.sha256 if self.placement.agreement else ""

    @property
    def i_may_sign(self) -> bool:
        """Whether this actor's own signature is still awaited."""
        return (
            not self.away
            and not self.not_begun
            and self.placement.state == "planned"
            and any(side.party == self.my_party and side.signature is None for side in self.sides)
        )


def placement_rows(actor: Actor, operation: Operation, stays: Mapping[int, Stay] | None = None) -> list[PlacementRow]:
    """The periods of an operation that this actor may see, in the order of their dates. `stays`: those of its trainees,
    for who has read them already."""
    rows = Placement.objects.visible_to(actor).filter(operation=operation)
    return _rows(actor, rows, stays)


def placements_of(actor: Actor, candidacy_id: int) -> list[PlacementRow]:
    """The periods of one trainee."""
    return _rows(actor, Placement.objects.visible_to(actor).filter(candidacy=candidacy_id))


def placement_page(actor: Actor, placement: Placement) -> PlacementRow:
    """One period."""
    return _rows(actor, Placement.objects.visible_to(actor).filter(pk=placement.pk))[0]


def _rows(actor: Actor, found: QuerySet[Placement], stays: Mapping[int, Stay] | None = None) -> list[PlacementRow]:
    placements = list(
        found.select_related("candidacy__person", "employer__commune", "operation__provider", "agreement", "evaluation")
        .defer("agreement__content", "evaluation__note")
        .order_by("starts_on", "pk")
    )
    signatures: dict[int, dict[str, PlacementSignature]] = defaultdict(dict)
    for signature in PlacementSignature._base_manager.filter(placement__in=placements, voided_on=None):
        signatures[signature.placement_id][signature.party] = signature
    signatory = _signatory_firms({placement.operation_id for placement in placements})
    kept: dict[int, list[CompanyPresence]] = defaultdict(list)
    for row in CompanyPresence._base_manager.filter(placement__in=placements):
        kept[row.placement_id].append(row)
    if stays is None:
        stays = stays_of(placement.candidacy for placement in placements)
    # Who withdrew before the training has periods, which are cancelled, and no stay.
    each = [stays.get(row.candidacy_id) or Stay(row.candidacy.left_on) for row in placements]
    return [
        _row(
            actor,
            placement,
            signatures[placement.pk],
            kept[placement.pk],
            stay,
            signatory_firm=(placement.operation_id, placement.employer_id) in signatory,
            said=getattr(placement, "evaluation", None),
            away=over(placement, stay.under_way, clock.today()),
        )
        for placement, stay in zip(placements, each, strict=True)
    ]


def _signatory_firms(operations: set[int]) -> set[tuple[int, int]]:
    """Who signed the convention of which operation: a public fact."""
    signed = Signatory._base_manager.filter(OF_ANY_TEXT, operation__in=operations).exclude(signed_on=None)
    return set(signed.values_list("operation_id", "organisation_id"))


def _row(
    actor: Actor,
    placement: Placement,
    signed: dict[str, PlacementSignature],
    kept: list[CompanyPresence],
    stay: Stay,
    *,
    signatory_firm: bool,
    said: TutorEvaluation | None,
    away: Suspension | None,
) -> PlacementRow:
    facts = PeriodFacts(
        state=placement.state,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        today=clock.today(),
        prepared=placement.prepared_on is not None,
        accompanied=placement.visited_on is not None,
        signatory_firm=signatory_firm,
        signed=signed,
        evaluated=said is not None,
        unsigned=len(waiting(placement, ((row.on, row.half) for row in kept), stay))
        if placement.state == "begun"
        else 0,
        by_hand=not kept,
        late=sum((row.signed_at.astimezone(clock.PARIS).date() - row.on).days > SIGNED_WITHIN for row in kept),
        left_on=placement.candidacy.left_on if placement.candidacy.state == "left" else None,
        away_from=away.from_on if away else None,
    )
    lapsed = not_begun(placement.state, placement.starts_on, signed, clock.today())
    return PlacementRow(
        placement=placement,
        name=str(placement.candidacy.person),
        sides=tuple(Signed(party, str(label), signed.get(party)) for party, label in PARTIES.items()),
        missing=missing_parties(signed) if placement.state == "planned" else (),
        flags=placement_flags(facts) if actor.in_provider or actor.in_region else (),
        my_party=_party(actor),
        counted=counted_of(placement, kept, stay, lapsed=lapsed),
        signatory_firm=signatory_firm,
        evaluated=said is not None,
        to_read=said is not None and said.read_on is None and actor.who is Who.TRAINEE,
        away=away,
    )


def _party(actor: Actor) -> str:
    if actor.who is Who.TRAINEE or (actor.who is Who.LINK and actor.organisation_id is None):
        return "trainee"
    if actor.in_employer or actor.who is Who.LINK:
        return "employer"
    return "provider" if actor.in_provider and actor.who is not Who.TRAINER else ""
