"""What changes a provider's proposal: sent, sent again, decided. Its acceptance opens the operation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.actions import SessionPlan, check_plan, entrust, join, open_operation, plan_session
from defi.operations.models import Operation, Part
from defi.people.actions import OrganisationFacts, register_organisation
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Basin, Job
from defi.schemes.rulebook import current
from defi.steps.needs.access import must_pilot
from defi.steps.needs.models import CollectiveNeed
from defi.steps.needs.rules import nir_faults
from defi.steps.offer import mails
from defi.steps.offer.coverage import exclusivity, may_serve
from defi.steps.offer.lots import Precision, for_operation, one_lot, sought
from defi.steps.offer.models import Lot, Proposal, Route, RouteDecision
from defi.steps.offer.printing import print_decision
from defi.steps.offer.rules import seats_fault
from defi.steps.offer.states import PROPOSAL

Employers = Iterable[Organisation | OrganisationFacts]


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """The session that would become a DEFI. Whole hours; seats financed by the Region."""

    title: str
    job: Job
    basin: Basin
    starts_on: date
    ends_on: date
    seats: int
    hours_centre: int
    hours_company: int
    adaptations: str

    @property
    def session(self) -> SessionPlan:
        return SessionPlan(self.starts_on, self.ends_on, self.seats, self.hours_centre, self.hours_company)


def submit_proposal(actor: Actor, facts: ProposalFacts, employers: Employers, *, lot_id: int | None = None) -> Proposal:
    """A provider proposes that a session it holds become a DEFI, with the employers already engaged (process.md, step 0
    bis). The officers of the basin are told at once. The same session proposed twice changes nothing and says so."""
    with acting(actor, "proposal.submit") as act:
        lot = _check(act, facts, lot_id)
        try:
            with transaction.atomic():
                proposal = act.create(
                    Proposal,
                    region_id=actor.region_id,
                    provider_id=actor.organisation_id,
                    proposed_by_id=actor.person_id,
                    lot=lot,
                    **_fields(facts),
                    state=PROPOSAL.take("proposal.submit", actor, "").target,
                    proposed_on=act.today,
                )
        except IntegrityError as clash:
            raise WrongState(
                _("Vous avez déjà proposé cette session (même métier, même bassin, même date) : rien n'a été changé.")
            ) from clash
        _engage(act, proposal, employers)
        mails.proposed(act, proposal)
        return proposal


def resubmit_proposal(
    actor: Actor,
    proposal_id: int,
    facts: ProposalFacts,
    employers: Employers,
    *,
    lot_id: int | None = None,
    version: int | None = None,
) -> Proposal:
    """The provider proposes again, once changed as the officer asked."""
    with acting(actor, "proposal.resubmit") as act:
        proposal = act.lock(Proposal, proposal_id, version)
        lot = _check(act, facts, lot_id)
        try:
            with transaction.atomic():
                act.move(PROPOSAL, proposal, lot=lot, **_fields(facts), proposed_on=act.today)
        except IntegrityError as clash:
            raise WrongState(_("Vous avez une autre proposition pour cette session : rien n'a été changé.")) from clash
        _engage(act, proposal, employers)
        mails.proposed(act, proposal)
        return proposal


def _check(act: Action, facts: ProposalFacts, lot_id: int | None) -> Lot | None:
    check_plan(facts.session)
    faults = nir_faults({"title": facts.title, "adaptations": facts.adaptations})
    if not facts.title.strip():
        faults["title"] = _("Donnez un intitulé à la session.")
    if facts.starts_on <= act.today:
        faults["starts_on"] = _("Cette session a déjà commencé : une session devient DEFI avant son démarrage.")
    if not facts.adaptations.strip():
        faults["adaptations"] = _("Dites les besoins repérés et les adaptations à prévoir, en quelques lignes.")
    if fault := seats_fault(facts.seats, current().conformity.smallest):
        faults["seats"] = fault
    if faults:
        raise Invalid(" ".join(dict.fromkeys(faults.values())), faults)
    if lot_id is None:
        return None
    lot = act.lock(Lot, lot_id)
    if fault := _lot_fault(lot, facts.job, facts.basin, facts.starts_on, facts.seats):
        raise Invalid.field("lot", fault)
    return lot


def _lot_fault(lot: Lot, job: Job, basin: Basin, starts_on: date, seats: int) -> str:
    """Why the lot does not answer on the first day of the session, even adapted."""
    return may_serve(one_lot(lot, sought(job, [basin], Precision(seats=seats)), starts_on), as_it_is=False)


def _fields(facts: ProposalFacts) -> dict[str, Any]:
    return {
        "title": facts.title.strip()[:160],
        "job": facts.job,
        "basin": facts.basin,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "seats": facts.seats,
        "hours_centre": facts.hours_centre,
        "hours_company": facts.hours_company,
        "adaptations": facts.adaptations.strip(),
    }


def _engage(act: Action, proposal: Proposal, employers: Employers) -> None:
    firms = [e if isinstance(e, Organisation) else register_organisation(e) for e in employers]
    if not firms:
        raise Invalid.field(
            "employers", _("Indiquez au moins un employeur déjà engagé : c'est lui qui fait d'une session un DEFI.")
        )
    for firm in firms:
        if firm.kind != OrganisationKind.EMPLOYER:
            raise Invalid.field("employers", _("%(name)s n'est pas un employeur.") % {"name": firm.name})
    proposal.employers.set(firms)
    act.note(proposal, employers=len({firm.pk for firm in firms}))


def ask_changes(actor: Actor, proposal_id: int, *, reason: str, version: int | None = None) -> Proposal:
    """The officer asks for changes, in words that the provider receives."""
    return _decide(actor, "proposal.ask_changes", proposal_id, reason, version)


def refuse_proposal(actor: Actor, proposal_id: int, *, reason: str, version: int | None = None) -> Proposal:
    """The officer refuses, with the reason that the provider receives."""
    return _decide(actor, "proposal.refuse", proposal_id, reason, version)


def _decide(actor: Actor, verb: str, proposal_id: int, reason: str, version: int | None) -> Proposal:
    with acting(actor, verb, reason=reason) as act:
        proposal = act.lock(Proposal, proposal_id, version)
        must_pilot(actor, proposal.basin_id)
        act.move(PROPOSAL, proposal, decided_on=act.today, decision_reason=reason.strip())
        mails.decided(act, proposal)
        return proposal


def accept_proposal(actor: Actor, proposal_id: int, *, version: int | None = None) -> Operation:
    """The officer accepts: the operation opens with the provider as holder, the session planned, the employers as
    partners, and the route recorded as covered when the proposal names its lot."""
    with acting(actor, "proposal.accept") as act:
        proposal = act.lock(Proposal, proposal_id, version)
        must_pilot(actor, proposal.basin_id)
        PROPOSAL.take(act.verb, actor, proposal.state)
        if proposal.starts_on < act.today:
            raise WrongState(
                _("La date de début est passée (%(day)s) : demandez de nouvelles dates avant d'accepter.")
                % {"day": long_date(proposal.starts_on)}
            )
        if proposal.lot and (
            fault := _lot_fault(proposal.lot, proposal.job, proposal.basin, proposal.starts_on, proposal.seats)
        ):
            raise WrongState(fault)
        operation = open_operation(
            actor,
            title=proposal.title,
            region=proposal.region,
            basin=proposal.basin,
            job=proposal.job,
            origin=Operation.Origin.PROPOSAL,
            provider=proposal.provider,
        )
        plan_session(actor, operation.pk, _session(proposal))
        employers = list(proposal.employers.all())
        for employer in employers:
            join(act, operation, employer, Part.EMPLOYER)
        _file_needs(act, proposal, operation)
        act.move(PROPOSAL, proposal, operation=operation, decided_on=act.today, decision_reason="")
        _record_cover(actor, proposal, operation)
        mails.accepted(act, proposal, operation, employers)
        return operation


def _session(proposal: Proposal) -> SessionPlan:
    return SessionPlan(
        proposal.starts_on, proposal.ends_on, proposal.seats, proposal.hours_centre, proposal.hours_company
    )


def _file_needs(act: Action, proposal: Proposal, operation: Operation) -> None:
    """The fiches d'intérêt may come after: here is where they will be grouped."""
    act.create(
        CollectiveNeed,
        region=proposal.region,
        title=proposal.title,
        job=proposal.job,
        basin=proposal.basin,
        state="in_operation",
        operation=operation,
    )


def _record_cover(actor: Actor, proposal: Proposal, operation: Operation) -> None:
    """The answer of the Region is that lot, of which the provider may be one of several holders."""
    if proposal.lot is None:
        return
    examined = for_operation(operation, clock.today(), Precision(seats=proposal.seats))
    finding = next(f for f in examined.evidence.findings if f.lot.id == proposal.lot_id)
    reason = " ".join([exclusivity(finding.lot), *finding.said])
    with acting(actor, "route.decide", reason=reason) as act:
        entrust(act, operation, proposal.provider, proposal.lot.holder or proposal.provider)
        decision = act.create(
            RouteDecision,
            operation=operation,
            route=Route.COVERED if finding.exclusivity else Route.ADAPTED,
            lot=proposal.lot,
            reason=reason,
            needed_on=examined.day,
            seats=proposal.seats,
            decided_on=act.today,
            decided_by_id=actor.person_id,
        )
        print_decision(act, decision, examined)
