"""The commonest start: a provider proposes that its session become a DEFI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.models import Operation, Part, Partner, Session
from defi.people.actions import OrganisationFacts
from defi.people.models import Organisation, OrganisationKind
from defi.steps.needs import grouping
from defi.steps.offer import proposals
from defi.steps.offer.models import Proposal, RouteDecision
from defi.steps.offer.proposals import ProposalFacts
from factories import (
    a_basin,
    a_job,
    a_lot,
    a_need,
    a_person,
    a_provider,
    a_region,
    actor,
    an_employer,
    an_officer,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        yield


@pytest.fixture
def facts() -> ProposalFacts:
    return ProposalFacts(
        title="Assistant de vie aux familles, Châteaudun",
        job=a_job(),
        basin=a_basin(),
        starts_on=date(2025, 11, 3),
        ends_on=date(2026, 4, 10),
        seats=10,
        hours_centre=420,
        hours_company=140,
        adaptations="Gestes auprès des personnes désorientées.",
    )


@pytest.fixture
def lead() -> Actor:
    return actor(Who.COORDINATOR, a_provider(), a_person("Paul", "Exemple", "paul@atelier.example"))


@pytest.fixture
def firms() -> list[Organisation]:
    return [an_employer("Les Tilleuls", "contact@tilleuls.example"), an_employer("Aide & Cie")]


@pytest.fixture
def proposal(lead: Actor, facts: ProposalFacts, firms: list[Organisation]) -> Proposal:
    return proposals.submit_proposal(lead, facts, firms, lot_id=a_lot().pk)


def mailed(template: str) -> list[Mail]:
    return list(Mail.objects.filter(purpose=f"offer/mail/{template}").order_by("address"))


def test_the_officers_of_the_basin_are_told_at_once(
    lead: Actor, facts: ProposalFacts, firms: list[Organisation]
) -> None:
    an_officer(a_person("Claire", "Modèle", "claire@region.example"), [a_basin()])
    an_officer(a_person("Ailleurs", "Modèle", "dreux@region.example"), [a_basin("Dreux")])
    proposals.submit_proposal(lead, facts, firms)
    (mail,) = mailed("proposed")
    assert mail.address == "claire@region.example"
    assert "Aide & Cie, Les Tilleuls" in mail.body


def test_all_officers_are_told_when_nobody_pilots_the_basin(
    lead: Actor, facts: ProposalFacts, firms: list[Organisation]
) -> None:
    an_officer(a_person("Ailleurs", "Modèle", "dreux@region.example"), [a_basin("Dreux")])
    proposals.submit_proposal(lead, facts, firms)
    assert [mail.address for mail in mailed("proposed")] == ["dreux@region.example"]


def test_employers_are_registered_from_what_the_provider_types(lead: Actor, facts: ProposalFacts) -> None:
    typed = OrganisationFacts(OrganisationKind.EMPLOYER, "Service Plus", siret="78467169500087", region=a_region())
    proposal = proposals.submit_proposal(lead, facts, [typed])
    assert [e.siret for e in proposal.employers.all()] == ["78467169500087"]


def test_a_proposal_has_an_employer_engaged(lead: Actor, facts: ProposalFacts) -> None:
    with pytest.raises(Invalid) as refusal:
        proposals.submit_proposal(lead, facts, [])
    assert "employers" in refusal.value.fields
    with scope(TASK):
        assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": date(2025, 10, 1)}, "ends_on"),
        ({"starts_on": date(2025, 5, 14)}, "starts_on"),
        ({"seats": 5}, "seats"),
        ({"hours_centre": 0}, "hours_centre"),
        ({"adaptations": " "}, "adaptations"),
        ({"adaptations": "Mme X 2 85 05 78 006 084 36"}, "adaptations"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    lead: Actor, facts: ProposalFacts, firms: list[Organisation], change: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        proposals.submit_proposal(lead, replace(facts, **change), firms)
    assert field in refusal.value.fields


def test_a_session_is_proposed_once(lead: Actor, facts: ProposalFacts, firms: list[Organisation]) -> None:
    proposals.submit_proposal(lead, facts, firms)
    with pytest.raises(WrongState, match="déjà proposé"):
        proposals.submit_proposal(lead, facts, firms)


def test_a_provider_names_only_a_lot_it_holds(lead: Actor, facts: ProposalFacts, firms: list[Organisation]) -> None:
    with pytest.raises(Unknown):
        proposals.submit_proposal(lead, facts, firms, lot_id=a_lot(a_provider("Formation Beauce")).pk)


def test_an_officer_does_not_propose(facts: ProposalFacts, firms: list[Organisation]) -> None:
    with pytest.raises(NotAllowed):
        proposals.submit_proposal(an_officer(), facts, firms)


def test_another_provider_does_not_know_of_the_proposal(
    proposal: Proposal, facts: ProposalFacts, firms: list[Organisation]
) -> None:
    other = actor(Who.COORDINATOR, a_provider("Formation Beauce"))
    with pytest.raises(Unknown):
        proposals.resubmit_proposal(other, proposal.pk, facts, firms)


def test_accepting_opens_the_operation_with_all_that_was_proposed(proposal: Proposal) -> None:
    operation = proposals.accept_proposal(an_officer(), proposal.pk)
    assert (operation.origin, operation.provider, operation.holder) == ("proposal", a_provider(), a_provider())
    with scope(TASK):
        session = Session.objects.get(operation=operation)
        assert (session.starts_on, session.seats, session.hours_centre, session.hours_company) == (
            date(2025, 11, 3),
            10,
            420,
            140,
        )
        employers = Partner.objects.filter(operation=operation, part=Part.EMPLOYER)
        assert sorted(p.organisation.name for p in employers) == ["Aide & Cie", "Les Tilleuls"]
        decision = RouteDecision.objects.get(operation=operation)
        assert decision.route == "covered"
        assert "a l'exclusivité pour la formation visée" in decision.reason
        assert Proposal.objects.get().state == "accepted"
    assert [mail.address for mail in mailed("proposal_accepted")] == ["paul@atelier.example"]
    assert [mail.address for mail in mailed("employer_engaged")] == ["contact@tilleuls.example"]
    verbs = set(JournalEntry.objects.filter(file_id=operation.pk).values_list("verb", flat=True))
    assert {"operation.open", "session.plan", "route.decide", "proposal.accept"} <= verbs


def test_without_a_lot_the_route_stays_to_be_decided(
    lead: Actor, facts: ProposalFacts, firms: list[Organisation]
) -> None:
    proposals.accept_proposal(an_officer(), proposals.submit_proposal(lead, facts, firms).pk)
    with scope(TASK):
        assert not RouteDecision.objects.exists()


def test_the_needs_may_come_after(proposal: Proposal) -> None:
    operation = proposals.accept_proposal(an_officer(), proposal.pk)
    with scope(TASK):
        collective = grouping.CollectiveNeed.objects.get(operation=operation)
    grouping.group_needs(an_officer(), collective.pk, [a_need(an_employer("Service Plus")).pk])
    with scope(TASK):
        assert Partner.objects.filter(operation=operation, organisation__name="Service Plus").exists()


def test_a_proposal_is_accepted_once(proposal: Proposal) -> None:
    proposals.accept_proposal(an_officer(), proposal.pk)
    with pytest.raises(WrongState):
        proposals.accept_proposal(an_officer(), proposal.pk)
    with scope(TASK):
        assert Operation.objects.count() == 1


def test_a_proposal_whose_start_is_past_is_not_accepted(proposal: Proposal) -> None:
    with clock.at(date(2025, 12, 1)), pytest.raises(WrongState, match="date de début est passée"):
        proposals.accept_proposal(an_officer(), proposal.pk)


def test_an_officer_of_another_territory_does_not_decide(proposal: Proposal) -> None:
    stranger = an_officer(basins=[a_basin("Dreux")])
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        proposals.accept_proposal(stranger, proposal.pk)


def test_changes_are_asked_then_the_provider_proposes_again(
    lead: Actor, proposal: Proposal, facts: ProposalFacts, firms: list[Organisation]
) -> None:
    officer = an_officer(a_person("Claire", email="claire@region.example"))
    proposals.ask_changes(officer, proposal.pk, reason="Décalez d'un mois.")
    (mail,) = mailed("proposal_decided")
    assert "Décalez d'un mois." in mail.body
    again = proposals.resubmit_proposal(
        lead, proposal.pk, replace(facts, starts_on=date(2025, 12, 1)), firms[:1], lot_id=proposal.lot_id
    )
    assert (again.state, again.starts_on, again.employers.count()) == ("proposed", date(2025, 12, 1), 1)
    assert any("a revu sa proposition" in mail.subject for mail in mailed("proposed"))


def test_the_provider_does_not_change_what_the_officer_is_reading(
    lead: Actor, proposal: Proposal, facts: ProposalFacts, firms: list[Organisation]
) -> None:
    with pytest.raises(WrongState):
        proposals.resubmit_proposal(lead, proposal.pk, facts, firms)


@pytest.mark.parametrize("verb", ["ask_changes", "refuse_proposal"])
def test_a_refusal_says_why(proposal: Proposal, verb: str) -> None:
    with pytest.raises(Invalid, match="motif"):
        getattr(proposals, verb)(an_officer(), proposal.pk, reason="")


def test_a_refused_session_may_be_proposed_again(
    lead: Actor, proposal: Proposal, facts: ProposalFacts, firms: list[Organisation]
) -> None:
    refused = proposals.refuse_proposal(an_officer(), proposal.pk, reason="Volume.", version=proposal.version)
    assert (refused.state, refused.decision_reason) == ("refused", "Volume.")
    proposals.submit_proposal(lead, facts, firms)


def test_two_officers_do_not_decide_on_the_same_page(proposal: Proposal) -> None:
    proposals.ask_changes(an_officer(), proposal.pk, reason="Dates.", version=proposal.version)
    with pytest.raises(Stale):
        proposals.refuse_proposal(an_officer(), proposal.pk, reason="Non.", version=proposal.version)
