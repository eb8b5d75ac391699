"""The bilan as it shows: who is expected and who came, what was said, and what became of each person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who, scope
from defi.operations.access import leads, pilots
from defi.operations.models import Meeting, MeetingTask, Operation, Part, Partner, Presence, Session
from defi.people.models import Organisation
from defi.schemes.rulebook import rulebook
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.pairing.states import STANDING
from defi.steps.review.following import ENTERED, STILL_THERE, outcomes_unknown
from defi.steps.review.keeping import kept_by
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire, ReviewPoint, for_a_firm
from defi.steps.review.rules import Expected, Kept, is_lasting
from defi.steps.sourcing.models import Candidacy


def expected_at_review(operation: Operation) -> Expected:
    """Whom the bilan waits for: trainees in training or at its end, employers whose promise holds. The caller has
    checked that the actor may read the operation."""
    with scope(TASK):
        trainees = (
            Candidacy.objects.filter(operation=operation, state__in=STILL_THERE)
            .select_related("person")
            .order_by("person__last_name", "person__first_name", "pk")
        )
        promises = (
            Promise.objects.filter(operation=operation, state__in=STANDING).select_related("employer").order_by("pk")
        )
        return Expected(
            trainees={row.person_id: row.person.short_name for row in trainees},
            employers={row.employer_id: row.employer.name for row in promises},
        )


@dataclass(frozen=True, slots=True)
class PresenceLine:
    """Somebody at the bilan."""

    name: str
    quality: str
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract signed. `kept`: the promise of this employer compared with it, None for another job; `lasting` by the
    rulebook of the operation."""

    id: int
    version: int
    employer: str
    label: str
    starts_on: date
    ends_on: date | None
    kept: Kept | None
    lasting: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class TraineeLine:
    """What became of one person: the promise, the certification, the contracts or why there is none."""

    candidacy_id: int
    name: str
    left_on: date | None
    left_early: bool
    promised: str
    promised_employer_id: int | None
    promised_contract: str
    certification: str
    contracts: tuple[ContractLine, ...]
    no_hire: str
    paired: bool = False

    @property
    def to_follow(self) -> bool:
        """Whether a promise in force waits for its end: counted as `following.without_outcome` does."""
        return self.paired and not self.left_early and not self.settled

    @property
    def settled(self) -> bool:
        """Whether the promise is followed to its end: a contract, or the reason why not."""
        return bool(self.contracts or self.no_hire)


@dataclass(frozen=True, slots=True)
class PointLine:
    kind: str
    kind_label: str
    voice: str
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of everybody who entered: certified, hired, and how many promises are still to be followed."""

    entered: int
    certified: int
    hired: int
    to_follow: int

    @property
    def words(self) -> dict[str, str]:
        """Each count as it is said."""
        return {
            "entered": str(self.entered),
            "certified": part_of(self.certified, self.entered),
            "hired": part_of(self.hired, self.entered),
            "to_follow": str(self.to_follow),
        }


def part_of(part: int, whole: int) -> str:
    """`4 sur 8`."""
    return _("%(n)d sur %(all)d") % {"n": part, "all": whole}


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything the page of the bilan shows; what an employer may not see is absent, not hidden."""

    operation: Operation
    session: Session | None
    meeting: Meeting | None
    expected: Expected
    presences: tuple[PresenceLine, ...]
    points: tuple[PointLine, ...]
    trainees: tuple[TraineeLine, ...]
    leads: bool
    pilots: bool
    hires: bool
    decisions: tuple[MeetingTask, ...] = ()
    counts: Counts | None = None  # the figures of everybody, for who runs the training and the Region

    @property
    def held(self) -> bool:
        return self.meeting is not None and self.meeting.held_on is not None

    @property
    def started(self) -> bool:
        return self.session is not None and self.session.started_on is not None

    @property
    def open(self) -> bool:
        """Whether the bilan itself may still change; contracts go on after the closing."""
        return self.operation.state == "running"

    @property
    def followed(self) -> bool:
        return self.operation.state != "abandoned"

    @property
    def without_outcome(self) -> int:
        return sum(line.to_follow for line in self.trainees)


def review_page(actor: Actor, operation: Operation) -> ReviewPage:
    """The bilan of an operation this actor may see; an employer reads the outcome of its own people only."""
    meeting = (
        Meeting.objects.visible_to(actor)
        .filter(operation=operation, kind=Meeting.Kind.REVIEW)
        .order_by("-held_on", "-pk")
        .first()
    )
    mine = leads(actor, operation)
    inside = mine or actor.in_region
    return ReviewPage(
        operation=operation,
        session=Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first(),
        meeting=meeting,
        expected=expected_at_review(operation) if inside else Expected({}, {}),
        presences=_presences(actor, meeting) if meeting and inside else (),
        points=_points(actor, meeting) if meeting else (),
        decisions=tuple(MeetingTask.objects.visible_to(actor).filter(meeting=meeting).select_related("owner"))
        if meeting
        else (),
        trainees=trainee_lines(actor, operation),
        leads=mine,
        pilots=pilots(actor, operation),
        hires=for_a_firm(actor),
        counts=_counts(operation) if inside and actor.who is not Who.CABINET else None,
    )


def _counts(operation: Operation) -> Counts:
    """Counts of everybody, whoever the actor may name: asked of the task's scope, as their names are not."""
    with scope(TASK):
        to_follow = outcomes_unknown(operation)
        return Counts(**_people(operation), to_follow=to_follow)


def _people(operation: Operation) -> dict[str, int]:
    """How many entered, were certified, were hired. One query, in an open scope."""
    certified = Exists(CertificationResult._base_manager.filter(candidacy=OuterRef("pk"), result="full"))
    hired = Exists(EmploymentContract._base_manager.filter(candidacy=OuterRef("pk")))
    rows = Candidacy.objects.filter(operation=operation, state__in=ENTERED)
    return rows.annotate(is_certified=certified, is_hired=hired).aggregate(
        entered=Count("pk"),
        certified=Count("pk", filter=Q(is_certified=True)),
        hired=Count("pk", filter=Q(is_hired=True)),
    )


def trainee_lines(actor: Actor, operation: Operation) -> tuple[TraineeLine, ...]:
    """Each person who entered, as far as this actor may know of them; nobody for the Cabinet."""
    if actor.who is Who.CABINET:
        return ()
    pairings = _last_pairings(actor, operation)
    if for_a_firm(actor):
        with scope(TASK):
            people = Candidacy.objects.filter(pk__in=pairings)
    else:
        people = Candidacy.objects.visible_to(actor)
    rows = list(
        people.filter(operation=operation, state__in=ENTERED)
        .select_related("person")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    ids = [row.pk for row in rows]
    results = {r.candidacy_id: r for r in CertificationResult.objects.visible_to(actor).filter(candidacy__in=ids)}
    no_hires = {n.candidacy_id: n for n in NoHire.objects.visible_to(actor).filter(candidacy__in=ids)}
    contracts = _contracts(actor, operation, ids)
    lines = []
    for row in rows:
        pairing, result, no_hire = pairings.get(row.pk), results.get(row.pk), no_hires.get(row.pk)
        promise = pairing.post.promise if pairing else None
        lines.append(
            TraineeLine(
                candidacy_id=row.pk,
                name=row.person.short_name,
                left_on=row.left_on,
                left_early=row.state == "left",
                promised=f"{promise.employer.name}, {promise.get_contract_display()}" if promise else "",
                promised_employer_id=promise.employer_id if promise else None,
                promised_contract=promise.contract if promise else "",
                certification=_result(result),
                contracts=tuple(contracts.get(row.pk, ())),
                no_hire=no_hire.get_why_display() if no_hire else "",
                paired=pairing is not None and pairing.state == "active",
            )
        )
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """The bilan as it shows on the page of the operation. `certified` and `hired` in words, empty for the Cabinet."""

    operation_id: int
    for_firm: bool
    planned_on: date | None
    held_on: date | None
    present: int
    excused: int
    strong: int
    improvements: int
    entered: int
    certified: str
    hired: str


def card(actor: Actor, operation: Operation) -> ReviewCard:
    """Counts only: how many were there, what was said, how many were certified and hired. Three queries."""
    present = Count("presences", filter=Q(presences__state=Presence.State.PRESENT))
    excused = Count("presences", filter=Q(presences__state=Presence.State.EXCUSED))
    with scope(TASK):
        meeting = (
            Meeting.objects.filter(operation=operation, kind=Meeting.Kind.REVIEW)
            .annotate(present=present, excused=excused)
            .order_by(F("held_on").desc(nulls_last=True), "-pk")
            .first()
        )
        points = ReviewPoint.objects.filter(operation=operation).aggregate(
            strong=Count("pk", filter=Q(kind=ReviewPoint.Kind.STRONG)),
            improvements=Count("pk", filter=Q(kind=ReviewPoint.Kind.IMPROVEMENT)),
        )
        people = _people(operation)
    tells = actor.who is not Who.CABINET
    return ReviewCard(
        operation_id=operation.pk,
        for_firm=actor.in_employer,
        planned_on=meeting.planned_on if meeting else None,
        held_on=meeting.held_on if meeting else None,
        present=meeting.present if meeting else 0,
        excused=meeting.excused if meeting else 0,
        **points,
        entered=people["entered"],
        certified=part_of(people["certified"], people["entered"]) if tells else "",
        hired=part_of(people["hired"], people["entered"]) if tells else "",
    )


def _presences(actor: Actor, meeting: Meeting) -> tuple[PresenceLine, ...]:
    rows = Presence.objects.visible_to(actor).filter(meeting=meeting).select_related("person", "organisation")
    if actor.who is Who.CABINET:
        # It invited to the signing: who of the trainees came to the review is not its to read.
        rows = rows.exclude(quality=Presence.As.TRAINEE)
    return tuple(
        PresenceLine(
            name=row.person.short_name if row.person else row.organisation.name if row.organisation else "",
            quality=row.get_quality_display(),
            state=row.state,
            state_label=row.get_state_display(),
        )
        for row in rows.order_by("quality", "pk")
    )


def _points(actor: Actor, meeting: Meeting) -> tuple[PointLine, ...]:
    rows = ReviewPoint.objects.visible_to(actor).filter(meeting=meeting).order_by("pk")
    return tuple(PointLine(row.kind, row.get_kind_display(), row.get_voice_display(), row.text) for row in rows)


def _last_pairings(actor: Actor, operation: Operation) -> dict[int, Pairing]:
    """The pairing in force of each person, else the last one."""
    rows: Iterable[Pairing] = (
        Pairing.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("post__promise__employer")
        .order_by("paired_on", "pk")
    )
    found: dict[int, Pairing] = {}
    for row in rows:
        former = found.get(row.candidacy_id)
        if former is None or former.state != "active":
            found[row.candidacy_id] = row
    return found


def _contracts(actor: Actor, operation: Operation, ids: list[int]) -> dict[int, list[ContractLine]]:
    book = rulebook(operation.scheme, operation.rulebook_version)
    rows = EmploymentContract.objects.visible_to(actor).filter(candidacy__in=ids).select_related("promise")
    found: dict[int, list[ContractLine]] = defaultdict(list)
    for row in rows.order_by("starts_on", "pk"):
        found[row.candidacy_id].append(
            ContractLine(
                id=row.pk,
                version=row.version,
                employer=row.employer_name,
                label=row.get_contract_display(),
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                kept=kept_by(book, row.promise, row) if row.promise else None,
                lasting=is_lasting(book, row.contract, row.starts_on, row.ends_on),
                evidence=row.evidence,
            )
        )
    return found


def contract_employers(actor: Actor, operation: Operation) -> dict[int, str]:
    """The employers a contract may be with: those of the operation; for an employer, itself."""
    if for_a_firm(actor):
        return dict(Organisation.objects.filter(pk=actor.organisation_id or 0).values_list("pk", "name"))
    rows = Partner.objects.visible_to(actor).filter(operation=operation, part=Part.EMPLOYER)
    return dict(rows.order_by("organisation__name").values_list("organisation_id", "organisation__name"))


def _result(row: CertificationResult | None) -> str:
    if row is None:
        return ""
    label = row.get_result_display()
    return f"{label} : {row.blocks}" if row.blocks else label
