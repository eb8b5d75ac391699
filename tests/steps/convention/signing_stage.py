"""An operation ready for its convention: everybody takes part, one firm promises, EOS gave its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from defi.kernel.access import TASK, Actor, Who, scope
from defi.operations.actions import add_partner
from defi.operations.models import Operation, Session
from defi.people.models import Network, Organisation, Person
from defi.steps.convention import actions
from defi.steps.convention.actions import OptionFacts
from defi.steps.convention.models import Convention, Signatory
from factories import (
    a_coordinator,
    a_person,
    a_prescriber,
    a_promise,
    a_region,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

NOW = date(2025, 10, 6)
START = date(2025, 11, 3)
CEREMONY = date(2025, 11, 5)
OPTION = OptionFacts(CEREMONY, time(14, 30), "Mairie de Châteaudun")


@dataclass
class Stage:
    """Those who have a part in the signing."""

    operation: Operation
    session: Session
    lead: Actor
    officer: Actor
    cabinet: Actor
    firm: Organisation
    mission: Organisation
    agency: Organisation
    region: Organisation

    def signatory(self, organisation: Organisation) -> Signatory:
        with scope(TASK):
            rows = Signatory.objects.filter(convention=self.convention(), amendment=None).exclude(state="removed")
            return rows.get(organisation=organisation)

    def signatories(self) -> list[Signatory]:
        with scope(TASK):
            rows = Signatory.objects.filter(convention=self.convention(), amendment=None).exclude(state="removed")
            return list(rows.order_by("pk"))

    def convention(self) -> Convention:
        """The last one: the living one, unless it was cancelled."""
        with scope(TASK):
            return Convention.objects.filter(operation=self.operation).latest("pk")

    def draft(self) -> Convention:
        return actions.draft_convention(self.lead, self.operation.pk)

    def validate_all(self) -> None:
        for signatory in self.signatories():
            actions.validate_commitments(self.lead, signatory.pk, how="phone")

    def send(self) -> Convention:
        self.draft()
        self.validate_all()
        return actions.send_convention(self.lead, self.operation.pk)

    def reopen(self, title: str = "Aide à domicile en Dunois") -> None:
        """The text is opened again, and says something else."""
        actions.correct_convention(self.lead, self.operation.pk, reason="l'intitulé était faux")
        actions.retitle_convention(self.lead, self.operation.pk, title=f"{title}, session EOS n° 24-118-0932")

    def send_another_text(self) -> Convention:
        self.reopen()
        return actions.send_convention(self.lead, self.operation.pk)


def a_stage() -> Stage:
    """Everything is ready: the convention may be drafted."""
    operation = an_operation()
    session = a_session(operation, START)
    with scope(TASK):
        Session.objects.filter(pk=session.pk).update(eos_number="24-118-0932")
        session.refresh_from_db()
    firm = an_employer("Les Tilleuls", email="direction@tilleuls.example")
    mission = a_prescriber(email="ml@example.org")
    agency = a_prescriber("France Travail Châteaudun", Network.FRANCE_TRAVAIL, "ft@example.org")
    for organisation in (mission, agency):
        add_partner(an_officer(), operation.pk, organisation)
    a_promise(operation, firm, posts=2)
    lead = a_coordinator(operation)
    officer = an_officer(a_person("Claire", email="claire@region.example"))
    cabinet = actor(Who.CABINET, a_region(), a_person("Paul", email="cabinet@region.example"))
    with scope(TASK):
        Person.objects.filter(pk=lead.person_id).update(email="lead@of.example")
    return Stage(operation, session, lead, officer, cabinet, firm, mission, agency, a_region())
