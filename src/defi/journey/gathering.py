"""Gathers the facts of many operations in a fixed number of queries: dates, states and counts, no person is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from defi.journey.facts import (
    Facts,
    HeldSheet,
    MomentFacts,
    OpenSheet,
    Owed,
    SessionFacts,
    Waiting,
    WaitingPaper,
)
from defi.journey.periods import gather_periods
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.operations.models import Meeting, Operation, Part, Partner, Session
from defi.people.models import OrganisationKind
from defi.schemes.months import add_months
from defi.schemes.rulebook import rulebook
from defi.steps.closing.models import BonusClaim, ComplianceCertificate, EosClosure
from defi.steps.closing.standing import bearing_former_facts
from defi.steps.convention.models import OF_ANY_TEXT, Amendment, Convention, Signatory, SigningOption
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.models import Approval, PlanTurn, TrainingPlan
from defi.steps.followup.asked import confirmations_owed
from defi.steps.followup.models import FollowUpReport, Situation
from defi.steps.needs.models import Need, PublicProfile
from defi.steps.offer.models import RouteDecision, Tender
from defi.steps.pairing.awaiting import answers_awaited, signatures_awaited
from defi.steps.pairing.queries import Standing, standings
from defi.steps.review.following import firms_to_ask
from defi.steps.sourcing.models import Candidacy, NoticeFirm, SourcingLine, TeamMember
from defi.steps.training.interruptions import in_training
from defi.steps.training.models import (
    AbsenteeCall,
    Attendance,
    AttendanceSheet,
    EosEntry,
    PrintedSheet,
    Report,
    SentSignature,
    SheetScan,
)

PARTY_OF_KIND = {
    OrganisationKind.REGION: "officer",
    OrganisationKind.PROVIDER: "provider",
    OrganisationKind.EMPLOYER: "employer",
    OrganisationKind.PRESCRIBER: "prescriber",
    OrganisationKind.PARTNER: "partner",
}


def gather(operations: Iterable[Operation]) -> dict[int, Facts]:
    """The facts of each operation, by its id. About twenty queries, whatever their number."""
    by_id = {operation.pk: operation for operation in operations}
    with scope(TASK):
        sessions = {s.operation_id: s for s in Session.objects.filter(operation__in=by_id).order_by("-number")}
        gauges = standings(sessions.values())
        parts: list[dict[int, dict[str, Any]]] = [
            _needs(by_id),
            _offer(by_id),
            _design(by_id),
            _preparation(by_id),
            _dates(by_id),
            _training(by_id),
            _firms(by_id),
            _convention(by_id),
            _closing(by_id, sessions),
            _followup(by_id),
        ]
    return {pk: _facts(operation, sessions.get(pk), gauges, [p[pk] for p in parts]) for pk, operation in by_id.items()}


def _facts(
    operation: Operation, session: Session | None, gauges: dict[int, Standing], parts: list[dict[str, Any]]
) -> Facts:
    found: dict[str, Any] = {}
    for part in parts:
        found |= part
    if session:
        gauge = gauges[session.pk]
        found |= {
            "session": SessionFacts(
                session.starts_on,
                session.ends_on,
                session.seats,
                session.eos_number,
                session.started_on,
                session.ended_on,
            ),
            "verdict": gauge.conformity.verdict.value,
            "certifiable": gauge.conformity.certifiable,
            "paired": gauge.conformity.counts.paired,
            "people": gauge.conformity.counts.people,
            "found_on": gauge.found_on,
        }
    return Facts(
        opened_on=operation.opened_on,
        origin=operation.origin,
        running=operation.state == "running",
        provider_id=operation.provider_id,
        holder_id=operation.holder_id,
        region_id=operation.region_id,
        closed_on=operation.closed_on if operation.state == "closed" else None,
        **found,
    )


def _blank() -> defaultdict[int, dict[str, Any]]:
    return defaultdict(dict)


def _needs(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = _blank()
    needs = Need.objects.filter(collective__operation__in=ids).values("collective__operation_id")
    for row in needs.annotate(on=Max("received_on")).order_by():
        found[row["collective__operation_id"]]["needs_on"] = row["on"]
    recorded = PublicProfile.objects.filter(operation__in=ids).values("operation_id").annotate(on=Max("recorded_on"))
    for operation_id, on in recorded.order_by().values_list("operation_id", "on"):
        found[operation_id or 0]["profile_on"] = on
    return found


def _offer(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = _blank()
    for route in RouteDecision.objects.filter(operation__in=ids, superseded_on=None):
        found[route.operation_id] |= {"route": route.route, "route_on": route.decided_on}
    for tender in Tender.objects.filter(operation__in=ids).exclude(state="unsuccessful"):
        found[tender.operation_id] |= {
            "tender": tender.state,
            "tender_on": tender.awarded_on or tender.launched_on,
        }
    return found


def _design(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = _blank()
    plans = list(TrainingPlan.objects.filter(operation__in=ids))
    approved: dict[int, set[int]] = defaultdict(set)
    for plan_id, organisation_id in Approval.objects.filter(plan__in=plans, cancelled_on=None).values_list(
        "plan_id", "organisation_id"
    ):
        approved[plan_id].add(organisation_id)
    turns = {turn.plan_id: turn for turn in PlanTurn.objects.filter(plan__in=plans, ended_at=None)}
    awaited: dict[int, list[Waiting]] = defaultdict(list)
    for partner in Partner.objects.filter(operation__in=ids, left_on=None, part__in=[Part.PROVIDER, Part.EMPLOYER]):
        awaited[partner.operation_id].append(Waiting(partner.part, partner.organisation_id))
    again = _fallen(plans, approved)
    regions = dict(Operation.objects.filter(pk__in=ids).values_list("pk", "region_id"))
    for plan in plans:
        parties = [*awaited[plan.operation_id], Waiting("officer", regions[plan.operation_id])]
        turn = turns.get(plan.pk)
        held = [w for w in parties if turn is not None and w.organisation_id == turn.to_id and w.party != Part.PROVIDER]
        missing = [w for w in parties if w.organisation_id not in approved[plan.pk]]
        found[plan.operation_id] |= {
            "plan": plan.state,
            "plan_on": plan.created_at.astimezone(clock.PARIS).date(),
            "plan_approved_on": plan.approved_on,
            "plan_since": turn.given_at.astimezone(clock.PARIS).date() if turn else None,
            # In preparation, who was asked an advice; submitted, the one who holds it or all those who are missing.
            "plan_waits": tuple(held if plan.state == "draft" or held else missing),
            "plan_again": tuple(again[plan.pk]) if plan.state == "approved" else (),
        }
    waiting = ChangeRequest.objects.filter(operation__in=ids, state__in=["asked", "to_mend"])
    for change in waiting.only("operation_id", "state", "asked_on", "decided_on"):
        on = change.asked_on if change.state == "asked" else change.decided_on
        found[change.operation_id] |= {"change": change.state, "change_id": change.pk, "change_on": on}
    return found


def _fallen(plans: list[TrainingPlan], approved: dict[int, set[int]]) -> dict[int, list[Owed]]:
    """Employers who take part still and whose approval of an approved plan a change cancelled, since when."""
    again: dict[int, list[Owed]] = defaultdict(list)
    here = Partner.objects.filter(part=Part.EMPLOYER, left_on=None, operation=OuterRef("operation"))
    rows = Approval.objects.filter(
        Exists(here.filter(organisation=OuterRef("organisation"))), plan__in=plans, cancelled_on__isnull=False
    )
    last = rows.values("plan_id", "organisation_id").annotate(on=Max("cancelled_on"))
    for row in last.order_by("plan_id", "organisation_id"):
        if row["organisation_id"] not in approved[row["plan_id"]]:
            again[row["plan_id"]].append(Owed(row["organisation_id"], 1, row["on"]))
    return again


def _preparation(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = _blank()
    for meeting in Meeting.objects.filter(operation__in=ids, kind=Meeting.Kind.PREPARATORY):
        # One more meeting planned does not undo the one that was held.
        if meeting.held_on:
            found[meeting.operation_id]["preparatory_on"] = meeting.held_on
        else:
            found[meeting.operation_id]["preparatory_planned_on"] = meeting.planned_on
    bodies: dict[int, set[str]] = defaultdict(set)
    for operation_id, body in TeamMember.objects.filter(operation__in=ids).values_list("operation_id", "body"):
        bodies[operation_id].add(body)
    for operation_id, named in bodies.items():
        found[operation_id]["team_named"] = len(named) == len(TeamMember.Body)
    for operation_id in SourcingLine.objects.filter(operation__in=ids).values_list("operation_id", flat=True):
        found[operation_id]["sourcing_lines"] = found[operation_id].get("sourcing_lines", 0) + 1
    return found


def _dates(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = _blank()
    for row in (
        EosEntry.objects.filter(operation__in=ids).values("operation_id").annotate(on=Min("entered_on")).order_by()
    ):
        found[row["operation_id"]]["eos_on"] = row["on"]
    for row in Report.objects.filter(operation__in=ids).values("operation_id").annotate(on=Max("sent_on")).order_by():
        found[row["operation_id"]]["last_report_on"] = row["on"]
    for meeting in Meeting.objects.filter(operation__in=ids, kind=Meeting.Kind.REVIEW).exclude(held_on=None):
        found[meeting.operation_id]["review_on"] = meeting.held_on
    return found


def _training(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Sheets up to today that are not locked, what the firms owe of their periods and of their promises."""
    found = _blank()
    sheets: dict[int, list[OpenSheet]] = defaultdict(list)
    waiting = AttendanceSheet.objects.filter(operation__in=ids, state="open", on__lte=clock.today())
    for operation_id, on, trainer_id in waiting.order_by("on", "pk").values_list("operation_id", "on", "trainer_id"):
        sheets[operation_id].append(OpenSheet(on, trainer_id))
    for operation_id, rows in sheets.items():
        found[operation_id]["sheets"] = tuple(rows)
    _presence(ids, found)
    _absences(ids, found)
    for operation_id, owed in gather_periods(ids).items():
        found[operation_id].update(owed)
    for operation_id, people in firms_to_ask(ids).items():
        found[operation_id]["contracts"] = tuple(Owed(firm, n) for firm, n in people.items())
    return found


def _presence(ids: Iterable[int], found: dict[int, dict[str, Any]]) -> None:
    """Signatures held and papers not read: what a person has to look at before a sheet can be locked."""
    held = SentSignature.objects.filter(operation__in=ids, settled_on=None).exclude(fault="").order_by()
    sheets: dict[int, list[HeldSheet]] = defaultdict(list)
    for row in held.values("operation_id", "sheet_id").annotate(n=Count("pk"), at=Min("received_at")).order_by("at"):
        since = row["at"].astimezone(clock.PARIS).date()
        sheets[row["operation_id"]].append(HeldSheet(row["sheet_id"], row["n"], since))
    for operation_id, rows in sheets.items():
        found[operation_id]["held"] = tuple(rows)
    scans = list(SheetScan.objects.filter(operation__in=ids, state__in=["unread", "placed"]).order_by("pk"))
    printed = PrintedSheet.objects.filter(document__in={scan.document_id for scan in scans if scan.document_id})
    trainers: dict[int, set[int]] = defaultdict(set)
    for document_id, trainer_id in printed.exclude(sheet__trainer=None).values_list("document_id", "sheet__trainer_id"):
        trainers[document_id].add(trainer_id or 0)
    papers: dict[int, list[WaitingPaper]] = defaultdict(list)
    for scan in scans:
        theirs = tuple(sorted(trainers.get(scan.document_id or 0, ())))
        papers[scan.operation_id].append(WaitingPaper(scan.deposited_on, theirs))
    for operation_id, waiting in papers.items():
        found[operation_id]["papers"] = tuple(waiting)


def _absences(ids: Iterable[int], found: dict[int, dict[str, Any]]) -> None:
    """Who did not come on the first day and was not called; since when people are absent for a reason nobody noted."""
    missing = Candidacy.objects.filter(operation__in=ids, state__in=["no_show", "confirmed"])
    missing = missing.filter(session__started_on__isnull=False)
    called = AbsenteeCall.objects.filter(candidacy=OuterRef("pk"))
    for operation_id in missing.exclude(Exists(called)).values_list("operation_id", flat=True):
        found[operation_id]["not_called"] = found[operation_id].get("not_called", 0) + 1
    lines = Attendance.objects.filter(
        operation__in=ids, state="absent", absence=None, sheet__state__in=["open", "locked"]
    )
    first = (
        in_training(lines)
        .values("operation_id", "candidacy_id")
        .annotate(on=Min("sheet__on"))
        .order_by("on", "candidacy_id")
    )
    for row in first:
        dates = found[row["operation_id"]].get("unexplained", ())
        found[row["operation_id"]]["unexplained"] = (*dates, row["on"])


def _firms(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What the firms owe before the pairing, each firm once with how many; `due_on` is the day it began."""
    found = _blank()
    named = NoticeFirm.objects.filter(operation__in=ids, state="waiting", notice__state="asked").order_by("pk")
    for name, rows in (
        ("answers", ((a.operation_id, a.employer_id, a.encounter_id, a.since) for a in answers_awaited(ids))),
        ("promises", ((a.operation_id, a.employer_id, a.promise_id, a.since) for a in signatures_awaited(ids))),
        ("notices", ((*row, None) for row in named.values_list("operation_id", "employer_id", "pk"))),
    ):
        owed: dict[int, dict[int, Owed]] = defaultdict(dict)
        for operation_id, firm, pk, since in rows:
            first = owed[operation_id].get(firm) or Owed(firm, 0, since, pk)
            owed[operation_id][firm] = replace(first, n=first.n + 1)
        for operation_id, firms in owed.items():
            found[operation_id][name] = tuple(firms.values())
    return found


def _convention(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = _blank()
    for option in SigningOption.objects.filter(operation__in=ids).exclude(state="refused"):
        facts = found[option.operation_id]
        if option.state == "proposed":
            facts["options_on"] = option.proposed_on
        if option.state == "forwarded":
            facts["forwarded_on"] = option.forwarded_on
        if option.state == "held":
            facts["held_on"] = option.decided_on
    for convention in Convention.objects.filter(operation__in=ids).order_by("pk"):
        ceremony = {"save_the_date_on": convention.save_the_date_on, "invited_on": convention.invited_on}
        if convention.state == "cancelled":
            # Another is awaited since; the date of its ceremony stands.
            found[convention.operation_id] |= {**ceremony, "convention_cancelled_on": convention.cancelled_on}
            continue
        found[convention.operation_id] |= {
            **ceremony,
            "convention": convention.state,
            "sent_on": convention.sent_on,
            "signed_on": convention.signed_on,
        }
    amendments = Amendment.objects.filter(operation__in=ids, state__in=["owed", "sent"])
    for operation_id, state, owed_on, sent_on in amendments.values_list("operation_id", "state", "owed_on", "sent_on"):
        sent = {"amendment_sent_on": sent_on} if state == "sent" else {}
        found[operation_id] |= {"amendment_on": owed_on, **sent}
    unsigned: dict[tuple[int, str], list[Waiting]] = defaultdict(list)
    to_sign = Q(amendment=None) | Q(amendment__state="sent")
    waiting = Signatory.objects.filter(OF_ANY_TEXT, to_sign, operation__in=ids, state__in=["to_sign", "refused"])
    for operation_id, amendment_id, organisation_id, kind, person_id in waiting.values_list(
        "operation_id", "amendment_id", "organisation_id", "organisation__kind", "person_id"
    ):
        name = "amendment_unsigned" if amendment_id else "unsigned"
        party = PARTY_OF_KIND[OrganisationKind(kind)]
        unsigned[operation_id, name].append(Waiting(party, organisation_id, person_id))
    for (operation_id, name), rows in unsigned.items():
        found[operation_id][name] = tuple(rows)
    return found


def _closing(ids: Iterable[int], sessions: Mapping[int, Session]) -> dict[int, dict[str, Any]]:
    found = _blank()
    last = {row.operation_id: row for row in ComplianceCertificate.objects.filter(operation__in=ids).order_by("id")}
    for operation_id, certificate in last.items():
        found[operation_id] |= {
            "certificate": certificate.state,
            "certificate_on": certificate.decided_on or certificate.requested_on,
            "issued_on": certificate.issued_on,
        }
    # The claim of a former certificate settles nothing for the one that came after it.
    for claim in BonusClaim.objects.filter(certificate__in=last.values()).order_by("id"):
        found[claim.operation_id] |= {"claim": claim.state, "claim_on": claim.decided_on or claim.sent_on}
    issued = [row for row in last.values() if row.issued_on]
    for operation_id, on in bearing_former_facts(issued, sessions).items():
        found[operation_id]["former_facts_on"] = on
    for operation_id, on in EosClosure.objects.filter(operation__in=ids).values_list("operation_id", "closed_on"):
        found[operation_id]["eos_closed_on"] = on
    return found


def _followup(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = _blank()
    exits: dict[int, dict[int, date]] = defaultdict(dict)
    gone = Candidacy.objects.filter(operation__in=ids, state__in=["left", "completed"])
    for operation_id, pk, left_on in gone.values_list("operation_id", "pk", "left_on"):
        if left_on:
            exits[operation_id][pk] = left_on
    known: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in Situation.objects.filter(operation__in=ids).values_list("operation_id", "moment", "candidacy_id"):
        known[row[0], row[1]].add(row[2])
    sent = {(r.operation_id, r.moment): r.sent_on for r in FollowUpReport.objects.filter(operation__in=ids)}
    books = {o.pk: rulebook(o.scheme, o.rulebook_version) for o in Operation.objects.filter(pk__in=exits)}
    for operation_id, people in exits.items():
        found[operation_id]["moments"] = tuple(
            _moment(
                moment.key, moment.months, people, known[operation_id, moment.key], sent.get((operation_id, moment.key))
            )
            for moment in books[operation_id].moments
        )
    for operation_id, firms in confirmations_owed(ids).items():
        owed = tuple(Owed(firm, n, since) for firm, (n, since) in firms.items())
        found[operation_id]["confirmations"] = owed
    return found


def _moment(key: str, months: int, people: dict[int, date], known: set[int], reported_on: date | None) -> MomentFacts:
    due = {pk: add_months(left_on, months) for pk, left_on in people.items()}
    missing = [day for pk, day in due.items() if pk not in known]
    return MomentFacts(key, min(missing, default=None), max(due.values(), default=None), len(missing), reported_on)
