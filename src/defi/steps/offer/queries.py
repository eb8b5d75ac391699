"""Reads proposals, lots and the answer of the Region. Fixed numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import F, Max, QuerySet

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.models import Document
from defi.operations.models import Operation, Session
from defi.steps.needs.grid import totals
from defi.steps.needs.models import Need
from defi.steps.offer.catalogue.queries import Offered, offered
from defi.steps.offer.coverage import VERDICT_WORDS, Finding, Verdict, exclusivity
from defi.steps.offer.informed import Knows, informed
from defi.steps.offer.lots import NOTHING_MORE, Examined, Precision, examined, facts_of, for_operation, with_parts
from defi.steps.offer.models import Lot, Proposal, RouteDecision, Tender
from defi.steps.offer.printing import CATALOGUE_DAYS
from defi.steps.offer.rules import BY_A_MARKET


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """The proposals this actor may see: those that wait for somebody first, the oldest of them on top."""
    rows = Proposal.objects.visible_to(actor).select_related("provider", "job", "basin", "lot", "operation")
    return rows.prefetch_related("employers").order_by("decided_on", "proposed_on", "pk")


def lots(actor: Actor) -> QuerySet[Lot]:
    """The lots this actor may see, those valid longest first, with `last_day`."""
    rows = Lot.objects.visible_to(actor).annotate(last_day=Max("periods__ends_on"))
    return with_parts(rows.order_by(F("last_day").desc(nulls_last=True), "market_number", "number"))


@dataclass(frozen=True, slots=True)
class Row:
    """A lot that was looked at, as a page shows it."""

    lot: Lot
    verdict: str
    words: str
    said: list[str]
    exclusivity: str

    @property
    def pill(self) -> str:
        return {Verdict.COVERS: "ok", Verdict.PARTLY: "due", Verdict.ADAPTABLE: "due"}.get(Verdict(self.verdict), "")


def rows_of(looked: Examined) -> list[Row]:
    """The lots of the evidence, the best first."""
    return [_row(looked.lot(finding), finding) for finding in looked.evidence.findings]


def _row(lot: Lot, finding: Finding) -> Row:
    verdict = finding.verdict
    return Row(lot, verdict.value, str(VERDICT_WORDS[verdict]), finding.said, finding.exclusivity)


@dataclass(frozen=True, slots=True)
class Answer:
    """How the Region answers an operation: the decision in force, the former ones, its tender; for the Region, what the
    lots and the catalogue offer, who already knows of the need, and the printed decision."""

    operation: Operation
    decision: RouteDecision | None
    former: list[RouteDecision] = field(default_factory=list)
    tender: Tender | None = None
    examined: Examined | None = None
    sessions: list[Offered] = field(default_factory=list)
    informed: list[Knows] = field(default_factory=list)
    document: Document | None = None
    has_started: bool = False

    @property
    def rows(self) -> list[Row]:
        return rows_of(self.examined) if self.examined else []

    @property
    def usable(self) -> list[Lot]:
        """The lots a decision may lean on."""
        return [row.lot for row in self.rows if row.verdict != Verdict.NOT]

    @property
    def only_cover(self) -> Lot | None:
        """The lot that covers the need as it is, when one alone does and nothing is decided yet."""
        covering = [row.lot for row in self.rows if row.verdict == Verdict.COVERS]
        return covering[0] if len(covering) == 1 and self.decision is None else None

    @property
    def exclusivity(self) -> str:
        """What the holder of the chosen market may claim, while the decision leans on it."""
        if self.decision and self.decision.lot and self.decision.route in BY_A_MARKET:
            return exclusivity(facts_of(self.decision.lot))
        return ""

    @property
    def can_change(self) -> bool:
        """Whether another answer may still be decided."""
        return self.operation.state == "running" and not self.has_started and self.tender is None


def answer(actor: Actor, operation: Operation, precision: Precision = NOTHING_MORE) -> Answer:
    """The answer as this actor may see it: only the Region sees tenders, the evidence and who knows what."""
    rows = list(
        RouteDecision.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("lot__holder", "decided_by")
        .order_by("-pk")
    )
    in_force = next((row for row in rows if row.superseded_on is None), None)
    tenders = Tender.objects.visible_to(actor).filter(operation=operation).exclude(state="unsuccessful")
    session = Session.objects.visible_to(actor).filter(operation=operation).exclude(started_on=None)
    shown = Answer(
        operation=operation,
        decision=in_force,
        former=[row for row in rows if row.superseded_on],
        tender=tenders.select_related("holder").first(),
        has_started=session.exists(),
    )
    return _with_evidence(actor, shown, precision) if actor.in_region else shown


def _with_evidence(actor: Actor, shown: Answer, precision: Precision) -> Answer:
    operation = shown.operation
    looked = for_operation(operation, clock.today(), precision)
    period = (looked.day, looked.day + timedelta(days=CATALOGUE_DAYS))
    return Answer(
        operation=operation,
        decision=shown.decision,
        former=shown.former,
        tender=shown.tender,
        examined=looked,
        sessions=offered(actor, operation.job, [operation.basin], period),
        informed=informed(operation),
        document=printed(shown.decision),
        has_started=shown.has_started,
    )


def said_already(actor: Actor, operation: Operation) -> Precision:
    """What is sought, from what was said before: the last decision, else the posts of the grouped needs and their first
    day. A fact is typed once (process.md, principle 1); a planned session says its own day and seats."""
    today = clock.today()
    decided = RouteDecision.objects.visible_to(actor).filter(operation=operation, superseded_on=None).first()
    if decided:
        day = decided.needed_on if decided.needed_on and decided.needed_on > today else None
        return Precision(day, decided.level, decided.category, decided.certification, decided.seats)
    session = Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first()
    if session:
        return Precision(seats=session.seats)
    grouped = totals(Need.objects.visible_to(actor).filter(collective__operation=operation))
    first = grouped.first if grouped.first and grouped.first > today else None
    return Precision(needed_on=first, seats=grouped.posts or None)


def printed(decision: RouteDecision | None) -> Document | None:
    """The document of a decision; the bytes are left where they are."""
    if decision is None:
        return None
    kept = Document.objects.filter(kind="route-decision", object_type="offer.routedecision", object_id=decision.pk)
    return kept.defer("content").order_by("-pk").first()


def cover_of(proposal: Proposal) -> Examined:
    """What the lots say of a session that is proposed, on its first day: whether another holder has the exclusivity."""
    precision = Precision(needed_on=proposal.starts_on, seats=proposal.seats)
    return examined(proposal.region_id, proposal.job, [proposal.basin], proposal.starts_on, precision)


@dataclass(frozen=True, slots=True)
class Card:
    """The step as the operation page shows it."""

    operation: Operation
    decision: RouteDecision | None
    tender: Tender | None


def card(actor: Actor, operation: Operation) -> Card:
    """The decision in force and its tender, in two queries."""
    decision = RouteDecision.objects.visible_to(actor).filter(operation=operation, superseded_on=None)
    tender = Tender.objects.visible_to(actor).filter(operation=operation).exclude(state="unsuccessful")
    return Card(operation, decision.select_related("lot__holder").first(), tender.select_related("holder").first())
