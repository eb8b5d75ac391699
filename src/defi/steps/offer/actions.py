"""What changes the answer of the Region: the decided route, tenders."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_bound, lock_operation
from defi.operations.actions import entrust
from defi.operations.models import Operation, Part, Partner, Session
from defi.people.models import Organisation, OrganisationKind
from defi.steps.needs.actions import answer_need
from defi.steps.needs.models import Need
from defi.steps.needs.rules import nir_faults
from defi.steps.offer import answers, mails
from defi.steps.offer.coverage import CATEGORIES, LEVELS, may_serve, tender_fault
from defi.steps.offer.lots import NOTHING_MORE, Precision, first_day, for_operation, one_lot, sought
from defi.steps.offer.models import Lot, Route, RouteDecision, Tender
from defi.steps.offer.printing import print_decision
from defi.steps.offer.rules import BY_A_MARKET, WITHOUT_TRAINING, award_fault, tender_date_faults
from defi.steps.offer.states import TENDER


def decide_route(
    actor: Actor,
    operation_id: int,
    *,
    route: str,
    reason: str,
    lot_id: int | None = None,
    holder_id: int | None = None,
    tender_kind: str = "",
    precision: Precision = NOTHING_MORE,
    version: int | None = None,
) -> RouteDecision:
    """The Region decides how it answers, with a reason (process.md, « Route »). The decision is printed and kept.

    By a market: the lot must answer for the job and the basin on the first day of the training (today while it is not
    planned), and the operation is entrusted to its holder, who has the exclusivity; `holder_id` names which, among
    co-contractors. A tender: only when no lot covers the need. Without training: each employer is told why."""
    with acting(actor, "route.decide", reason=reason) as act:
        operation = lock_operation(act, operation_id, version)
        former = RouteDecision.objects.filter(operation=operation, superseded_on=None).select_for_update().first()
        _check_precision(precision)
        lot = _check_route(act, operation, former, Wanted(route, reason, lot_id, holder_id, tender_kind, precision))
        holder = _holder(lot, holder_id) if lot else None
        if former:
            act.change(former, superseded_on=act.today)
        decision = act.create(
            RouteDecision,
            operation=operation,
            route=route,
            lot=lot,
            reason=reason.strip(),
            **asdict(precision),
            decided_on=act.today,
            decided_by_id=actor.person_id,
        )
        examined = for_operation(operation, act.today, precision)
        hand_over(act, operation, holder, lot.holder if lot else None)
        if route == Route.TENDER:
            _open_tender(actor, operation, tender_kind)
        if route in WITHOUT_TRAINING:
            _answer_employers(act, decision)
        else:
            told = answers.tell(act, answers.grouped_in(operation.pk), answers.words_of(decision))
            mails.route_decided(act, decision, but=told)
        print_decision(act, decision, examined)
        return decision


@dataclass(frozen=True, slots=True)
class Wanted:
    """The answer that somebody wants to give."""

    route: str
    reason: str
    lot_id: int | None
    holder_id: int | None
    tender_kind: str
    precision: Precision


def _check_precision(precision: Precision) -> None:
    faults: dict[str, str] = {}
    if precision.level is not None and precision.level not in LEVELS:
        faults["level"] = _("Choisissez un niveau dans la liste.")
    if precision.category and precision.category not in CATEGORIES:
        faults["category"] = _("Choisissez une catégorie dans la liste.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def _check_route(act: Action, operation: Operation, former: RouteDecision | None, wanted: Wanted) -> Lot | None:
    route = wanted.route
    if route not in Route.values:
        raise Invalid.field("route", _("Choisissez une réponse dans la liste."))
    if faults := nir_faults({"reason": wanted.reason}):
        raise Invalid(faults["reason"], faults)
    if Session.objects.filter(operation=operation).exclude(started_on=None).exists():
        raise WrongState(_("La session a démarré : la réponse de la Région ne change plus."))
    _check_no_tender(operation)
    if route == Route.TENDER:
        _check_tender(act, operation, wanted)
        return None
    lot = _lot(act, operation, wanted) if route in BY_A_MARKET else None
    if former and (former.route, former.lot_id) == (route, lot.pk if lot else None) and _holds(lot, operation, wanted):
        raise WrongState(_("Cette réponse est déjà décidée : rien n'a été changé."))
    return lot


def _holds(lot: Lot | None, operation: Operation, wanted: Wanted) -> bool:
    """Whether the operation is already with the holder wanted."""
    return lot is None or wanted.holder_id in {None, operation.provider_id}


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


def _lot(act: Action, operation: Operation, wanted: Wanted) -> Lot:
    if wanted.lot_id is None:
        raise Invalid.field("lot", _("Choisissez le lot qui couvre le besoin."))
    lot = act.lock(Lot, wanted.lot_id)
    day = wanted.precision.needed_on or first_day(operation, act.today)
    need = sought(operation.job, [operation.basin], wanted.precision)
    finding = one_lot(lot, need, day, but=operation.pk)
    if fault := may_serve(finding, as_it_is=wanted.route == Route.COVERED):
        raise Invalid.field("lot", fault)
    return lot


def _holder(lot: Lot, holder_id: int | None) -> Organisation:
    """Who trains, among the holders of the lot."""
    holders = {holder.pk: holder for holder in lot.holders}
    if not holders:
        raise Invalid.field("lot", _("Le titulaire de ce lot n'est pas enregistré : notez-le avant de décider."))
    if holder_id is None and len(holders) > 1:
        raise Invalid.field("holder", _("Ce lot a plusieurs titulaires : choisissez celui qui formera."))
    if holder_id is not None and holder_id not in holders:
        raise Invalid.field("holder", _("Choisissez un titulaire de ce lot."))
    return holders[holder_id] if holder_id else next(iter(holders.values()))


def _check_tender(act: Action, operation: Operation, wanted: Wanted) -> None:
    evidence = for_operation(operation, act.today, wanted.precision).evidence
    if fault := tender_fault(evidence):
        raise Invalid.field("route", fault)
    if wanted.tender_kind not in Tender.Kind.values:
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


def hand_over(
    act: Action, operation: Operation, provider: Organisation | None, holder: Organisation | None = None
) -> None:
    """Within an action: the operation is entrusted to this provider (and the holder of its market, itself unless said),
    or to nobody; whoever held it before has left."""
    staying = {firm.pk for firm in (provider, holder) if firm}
    former = Partner.objects.filter(operation=operation, part__in=[Part.PROVIDER, Part.HOLDER], left_on=None)
    gone = list(former.exclude(organisation_id__in=staying).select_related("organisation").order_by("pk"))
    for partner in gone:
        act.change(partner, left_on=act.today)
    for organisation in {partner.organisation_id: partner.organisation for partner in gone}.values():
        mails.no_longer_entrusted(act, operation, organisation)
    if provider is not None:
        entrust(act, operation, provider, holder or provider)
    elif operation.provider_id or operation.holder_id:
        act.change(operation, provider=None, holder=None)


def launch_tender(
    actor: Actor, tender_id: int, *, deadline_on: date, launched_on: date | None = None, version: int | None = None
) -> Tender:
    """The tender is launched on the Region's buyer profile, with the last day for bids."""
    with acting(actor, "tender.launch") as act:
        tender = lock_bound(act, Tender, tender_id, version)
        day = launched_on or act.today
        decision = RouteDecision.objects.filter(operation=tender.operation_id, superseded_on=None).first()
        decided_on = decision.decided_on if decision else None
        if faults := tender_date_faults(day, deadline_on, act.today, decided_on=decided_on):
            raise Invalid(" ".join(faults.values()), faults)
        return act.move(TENDER, tender, launched_on=day, deadline_on=deadline_on)


def move_deadline(
    actor: Actor, tender_id: int, *, deadline_on: date, reason: str, version: int | None = None
) -> Tender:
    """The last day for bids was mistyped, or the Region leaves more time: the file keeps why."""
    with acting(actor, "tender.move_deadline", reason=reason) as act:
        tender = lock_bound(act, Tender, tender_id, version)
        TENDER.take(act.verb, actor, tender.state, reason)
        if faults := tender_date_faults(tender.launched_on or act.today, deadline_on, act.today):
            raise Invalid(" ".join(faults.values()), faults)
        return act.move(TENDER, tender, deadline_on=deadline_on)


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
        decision = RouteDecision.objects.get(operation=operation, superseded_on=None)
        decision.operation = operation
        told = answers.tell(act, answers.grouped_in(operation.pk), answers.words_of(decision))
        mails.tender_awarded(act, tender, but=told)
        return tender


def give_up_tender(actor: Actor, tender_id: int, *, reason: str, version: int | None = None) -> Tender:
    """No bid could be taken: another answer is to be decided."""
    with acting(actor, "tender.give_up", reason=reason) as act:
        tender = lock_bound(act, Tender, tender_id, version)
        act.move(TENDER, tender)
        # What the employers were told no longer holds: an answer is owed again.
        for need in answers.grouped_in(tender.operation_id):
            act.change(need, answer="")
        return tender
