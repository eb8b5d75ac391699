"""What changes the answer of the Region: lots, the decided route, tenders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_bound, lock_operation
from defi.operations.actions import entrust
from defi.operations.models import Operation, Part, Partner, Session
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Basin, Job
from defi.steps.needs.actions import answer_need
from defi.steps.needs.models import Need
from defi.steps.needs.rules import nir_faults
from defi.steps.offer import mails
from defi.steps.offer.lots import covering_lots, facts_of, sought
from defi.steps.offer.models import Lot, Route, RouteDecision, Tender
from defi.steps.offer.rules import (
    BY_A_MARKET,
    WITHOUT_TRAINING,
    award_fault,
    lot_fault,
    tender_date_faults,
    tender_fault,
)
from defi.steps.offer.states import TENDER


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot as the officer types it from the market."""

    market_number: str
    number: str
    title: str
    holder: Organisation
    valid_from: date
    valid_to: date
    jobs: Iterable[Job] = field(default=())
    basins: Iterable[Basin] = field(default=())
    seats: int | None = None


def record_lot(actor: Actor, facts: NewLot, *, lot_id: int | None = None, version: int | None = None) -> Lot:
    """What the Region already buys: a new lot, or a known one corrected."""
    with acting(actor, "lot.record") as act:
        jobs, basins = list(facts.jobs), list(facts.basins)
        _check_lot(facts, jobs, basins)
        fields = {
            "market_number": facts.market_number.strip(),
            "number": facts.number.strip(),
            "title": facts.title.strip(),
            "holder": facts.holder,
            "valid_from": facts.valid_from,
            "valid_to": facts.valid_to,
            "seats": facts.seats,
        }
        try:
            with transaction.atomic():
                if lot_id is None:
                    lot = act.create(Lot, region_id=actor.region_id, **fields)
                else:
                    lot = act.change(act.lock(Lot, lot_id, version), **fields)
        except IntegrityError as clash:
            raise Invalid.field("number", _("Ce lot de ce marché est déjà enregistré.")) from clash
        lot.jobs.set(jobs)
        lot.basins.set(basins)
        act.note(lot, jobs=len(jobs), basins=len(basins))
        return lot


def _check_lot(facts: NewLot, jobs: list[Job], basins: list[Basin]) -> None:
    faults: dict[str, str] = {}
    if not facts.market_number.strip():
        faults["market_number"] = _("Indiquez le numéro du marché.")
    if not facts.number.strip():
        faults["number"] = _("Indiquez le numéro du lot.")
    if not facts.title.strip():
        faults["title"] = _("Indiquez l'intitulé du lot.")
    if facts.holder.kind != OrganisationKind.PROVIDER:
        faults["holder"] = _("Le titulaire d'un lot est un organisme de formation.")
    if facts.valid_to < facts.valid_from:
        faults["valid_to"] = _("La fin du lot vient après son début.")
    if not jobs:
        faults["jobs"] = _("Indiquez au moins un métier couvert.")
    if not basins:
        faults["basins"] = _("Indiquez au moins un bassin couvert.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def decide_route(
    actor: Actor,
    operation_id: int,
    *,
    route: str,
    reason: str,
    lot_id: int | None = None,
    tender_kind: str = "",
    version: int | None = None,
) -> RouteDecision:
    """The Region decides how it answers, with a reason (process.md, « Route »).

    By a market: the lot must be valid today for the job and the basin, and the operation is entrusted to its holder,
    who has the exclusivity. A tender: only when no lot covers the need. Without training: each employer is told why."""
    with acting(actor, "route.decide", reason=reason) as act:
        operation = lock_operation(act, operation_id, version)
        former = RouteDecision.objects.filter(operation=operation, superseded_on=None).select_for_update().first()
        lot = _check_route(act, operation, former, route, reason, lot_id, tender_kind)
        if former:
            act.change(former, superseded_on=act.today)
        decision = act.create(
            RouteDecision,
            operation=operation,
            route=route,
            lot=lot,
            reason=reason.strip(),
            decided_on=act.today,
            decided_by_id=actor.person_id,
        )
        hand_over(act, operation, lot.holder if lot else None)
        if route == Route.TENDER:
            _open_tender(actor, operation, tender_kind)
        if route in WITHOUT_TRAINING:
            _answer_employers(act, decision)
        else:
            mails.route_decided(act, decision)
        return decision


def _check_route(
    act: Action,
    operation: Operation,
    former: RouteDecision | None,
    route: str,
    reason: str,
    lot_id: int | None,
    tender_kind: str,
) -> Lot | None:
    if route not in Route.values:
        raise Invalid.field("route", _("Choisissez une réponse dans la liste."))
    if faults := nir_faults({"reason": reason}):
        raise Invalid(faults["reason"], faults)
    if Session.objects.filter(operation=operation).exclude(started_on=None).exists():
        raise WrongState(_("La session a démarré : la réponse de la Région ne change plus."))
    _check_no_tender(operation)
    if route == Route.TENDER:
        _check_tender(act, operation, tender_kind)
        return None
    lot = _lot(act, operation, lot_id) if route in BY_A_MARKET else None
    if former and (former.route, former.lot_id) == (route, lot.pk if lot else None):
        raise WrongState(_("Cette réponse est déjà décidée : rien n'a été changé."))
    return lot


def _check_no_tender(operation: Operation) -> None:
    tender = Tender.objects.filter(operation=operation).exclude(state="unsuccessful").first()
    if tender is None:
        return
    if tender.holder:
        raise WrongState(
            _("La consultation est attribuée à %(holder)s : l'opération lui est confiée, la réponse ne change plus.")
            % {"holder": tender.holder.name}
        )
    raise WrongState(_("Une consultation est en cours : déclarez-la infructueuse avant de décider une autre réponse."))


def _lot(act: Action, operation: Operation, lot_id: int | None) -> Lot:
    if lot_id is None:
        raise Invalid.field("lot", _("Choisissez le lot qui couvre le besoin."))
    lot = act.lock(Lot, lot_id)
    if fault := lot_fault(facts_of(lot), sought(operation.job, operation.basin), act.today):
        raise Invalid.field("lot", fault)
    return lot


def _check_tender(act: Action, operation: Operation, tender_kind: str) -> None:
    covering = covering_lots(operation.region_id, operation.job, operation.basin, act.today)
    if fault := tender_fault([facts_of(lot) for lot in covering]):
        raise Invalid.field("route", fault)
    if tender_kind not in Tender.Kind.values:
        raise Invalid.field("tender_kind", _("Choisissez la forme de la consultation."))


def _open_tender(actor: Actor, operation: Operation, kind: str) -> None:
    with acting(actor, "tender.decide") as act:
        act.create(Tender, operation=operation, kind=kind, state=TENDER.take("tender.decide", actor, "").target)


def _answer_employers(act: Action, decision: RouteDecision) -> None:
    answer = f"{Route(decision.route).label[0].upper()}{Route(decision.route).label[1:]}. {decision.reason}"
    needs = Need.objects.filter(collective__operation=decision.operation_id, state="grouped").order_by("pk")
    answered = set()
    for need in needs:
        answer_need(act.actor, need.pk, reason=answer)
        answered.add(need.employer_id)
    mails.no_training(act, decision, answer, but=answered)


def hand_over(act: Action, operation: Operation, holder: Organisation | None) -> None:
    """Within an action: the operation is entrusted to this holder, or to nobody; whoever held it before has left."""
    former = Partner.objects.filter(operation=operation, part__in=[Part.PROVIDER, Part.HOLDER], left_on=None)
    for partner in former.exclude(organisation=holder) if holder else former:
        act.change(partner, left_on=act.today)
    if holder is not None:
        entrust(act, operation, holder, holder)
    elif operation.provider_id or operation.holder_id:
        act.change(operation, provider=None, holder=None)


def launch_tender(
    actor: Actor, tender_id: int, *, deadline_on: date, launched_on: date | None = None, version: int | None = None
) -> Tender:
    """The tender is launched on the Region's buyer profile, with the last day for bids."""
    with acting(actor, "tender.launch") as act:
        tender = lock_bound(act, Tender, tender_id, version)
        day = launched_on or act.today
        if faults := tender_date_faults(day, deadline_on, act.today):
            raise Invalid(" ".join(faults.values()), faults)
        return act.move(TENDER, tender, launched_on=day, deadline_on=deadline_on)


def award_tender(
    actor: Actor, tender_id: int, holder: Organisation, *, awarded_on: date | None = None, version: int | None = None
) -> Tender:
    """The tender is awarded: the operation is entrusted to the holder."""
    with acting(actor, "tender.award") as act:
        tender = lock_bound(act, Tender, tender_id, version)
        operation = tender.operation
        TENDER.take(act.verb, actor, tender.state)
        if holder.kind != OrganisationKind.PROVIDER:
            raise Invalid.field("holder", _("Une consultation est attribuée à un organisme de formation."))
        day = awarded_on or act.today
        if fault := award_fault(day, tender.deadline_on, tender.launched_on, act.today):
            raise Invalid.field("awarded_on", fault)
        act.move(TENDER, tender, awarded_on=day, holder=holder)
        hand_over(act, operation, holder)
        mails.tender_awarded(act, tender)
        return tender


def give_up_tender(actor: Actor, tender_id: int, *, reason: str, version: int | None = None) -> Tender:
    """No bid could be taken: another answer is to be decided."""
    with acting(actor, "tender.give_up", reason=reason) as act:
        tender = lock_bound(act, Tender, tender_id, version)
        return act.move(TENDER, tender)
