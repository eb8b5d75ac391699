"""The words of the bilan, of the closing and of the follow-up, said one after the other on one operation."""

from datetime import date

import pytest

import endings
import factories as make
from defi.kernel.access import Who, scope
from defi.kernel.refusals import Refused
from defi.operations.models import MeetingTask
from defi.people.models import Membership, Person
from defi.play.world import Args, PlayError, World, load_words
from defi.steps.closing.models import BonusClaim, ComplianceCertificate
from defi.steps.followup.models import FollowUpReport, Situation
from defi.steps.review.models import CertificationResult, EmploymentContract, Questionnaire

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    ending = endings.begun(seats=6, people=6, paired=6)
    ending.sign_convention()
    ending.end()
    with endings.on(endings.LAST):
        world = World(region=ending.operation.region, operation_name="")
        world.operation = ending.operation
        world.organisations = {firm.name: firm for firm in ending.employers}
        world.people = {f"P{n}": person.person for n, person in enumerate(ending.people)}
        for name, actor in (("of", ending.coordinator), ("rtf", ending.officer), ("gestion", ending.office)):
            world.people[name] = Person.objects.get(pk=actor.person_id)
            world.memberships[name] = Membership.objects.get(person_id=actor.person_id)
    return world


def say(world, day, who, word, /, **args):
    told = Args(args)
    with endings.on(day):
        actor = world.actor(who)
        with scope(actor):
            load_words()[word](world, actor, told)
    told.done()


D = date


def test_an_operation_is_told_to_its_last_report(stage):
    group = [f"P{n}" for n in range(6)]
    april, winter = D(2026, 4, 20), D(2027, 1, 5)
    say(stage, april, "of", "meeting.hold_review", held_on=D(2026, 4, 8), excused=["P1", "Les Tilleuls"])
    say(stage, april, "of", "review.note", kind="strong", text="Le plateau technique", voice="employers")
    say(stage, april, "of", "review.certify", person=group, obtained_on=D(2026, 4, 9))
    say(
        stage,
        april,
        "of",
        "review.record_contract",
        person=group[::2],
        employer="Les Tilleuls",
        contract="cdi",
        starts_on=D(2026, 4, 27),
    )
    say(
        stage,
        april,
        "of",
        "review.correct_contract",
        person="P0",
        employer="Les Tilleuls",
        contract="cdd",
        starts_on=D(2026, 4, 27),
        ends_on=D(2027, 1, 31),
        reason="CDD d'abord",
    )
    say(stage, april, "of", "review.record_no_hire", person=group[1::2], why="person_declined")
    say(stage, april, "of", "certificate.request")
    say(stage, april, "rtf", "certificate.ask_correction", reason="Numéro EOS ?")
    say(stage, april, "of", "certificate.resubmit")
    say(stage, april, "rtf", "certificate.issue")
    say(stage, april, "of", "claim.send", kind="balance", order_number="BC-1")
    say(stage, april, "of", "claim.record_eos")
    say(stage, april, "gestion", "claim.ask_correction", reason="Bon de commande ?")
    say(stage, april, "of", "claim.resend", order_number="BC-2")
    say(stage, april, "gestion", "claim.grant", reason="dossier complet")
    say(stage, april, "of", "eos.record_closed")
    say(stage, april, "rtf", "operation.close")
    say(stage, april, "gestion", "claim.pay", amount="3000.00")
    say(
        stage,
        april,
        "of",
        "situation.record",
        person=group[:4],
        moment="exit",
        status="promised_employer",
        contract="cdi",
    )
    say(stage, april, "P4", "situation.record", person="P4", moment="exit", status="looking")
    say(stage, april, "of", "situation.attempt", person="P5", moment="exit")
    say(stage, april, "of", "situation.record", person="P5", moment="exit", status="not_reached")
    say(stage, april, "of", "situation.correct", person="P4", moment="exit", status="training", reason="rappelé")
    say(stage, april, "of", "followup.report", moment="exit", remarks="Groupe solide.")
    for moment in ("m3", "m6"):
        say(
            stage,
            winter,
            "of",
            "situation.record",
            person=group,
            moment=moment,
            status="other_employer",
            contract="cdd",
            lasting=True,
        )
        say(stage, winter, "of", "followup.report", moment=moment)
    with endings.on(winter):
        assert stage.operation.state == "closed"
        assert ComplianceCertificate.objects.get().state == "issued"
        assert (BonusClaim.objects.get().state, BonusClaim.objects.get().order_number) == ("paid", "BC-2")
        assert CertificationResult.objects.count() == 6
        assert EmploymentContract.objects.filter(contract="cdd").count() == 1
        assert Situation.objects.count() == 18
        assert FollowUpReport.objects.count() == 3


def test_what_was_never_asked_has_no_next_step(stage):
    with pytest.raises(PlayError, match="aucune attestation"):
        say(stage, endings.LAST, "rtf", "certificate.issue")
    with pytest.raises(PlayError, match="aucune prime"):
        say(stage, endings.LAST, "gestion", "claim.grant", reason="oui")
    with pytest.raises(PlayError, match="aucune situation"):
        say(stage, endings.LAST, "of", "situation.correct", person="P0", moment="exit", status="looking", reason="x")
    with pytest.raises(PlayError, match="aucun contrat"):
        say(stage, endings.LAST, "of", "review.correct_contract", person="P0", reason="x")


def test_somebody_left_out_of_the_bilan_is_named(stage):
    with pytest.raises(Refused, match="Maison Bel-Air"):
        say(stage, endings.LAST, "of", "meeting.hold_review", left_out=["Maison Bel-Air"])


def test_employers_and_people_are_asked(stage):
    say(stage, endings.LAST, "of", "review.ask_contracts")
    with pytest.raises(Refused, match="appelez-la"):
        say(stage, endings.LAST, "of", "situation.ask", person="P0")


def test_giving_up_and_taking_back(stage):
    say(stage, endings.LAST, "of", "certificate.request")
    say(stage, endings.LAST, "rtf", "certificate.refuse", reason="à revoir")
    say(stage, endings.LAST, "of", "certificate.request")
    say(stage, endings.LAST, "rtf", "certificate.issue")
    say(stage, endings.LAST, "of", "claim.waive", reason="trop peu")
    say(stage, endings.LAST, "of", "claim.send", kind="interim", order_number="BC-1")
    say(stage, endings.LAST, "gestion", "claim.refuse", reason="pièces manquantes")
    say(stage, endings.LAST, "rtf", "certificate.withdraw", reason="erreur")
    with endings.on(endings.LAST):
        assert ComplianceCertificate.objects.last().state == "withdrawn"


def test_a_bilan_is_convened_asked_about_and_decides(stage):
    early = D(2026, 3, 2)
    stage.organisations["Région"] = stage.operation.region
    say(stage, early, "of", "meeting.convene_review", planned_on=endings.LAST, place="Blois")
    say(stage, early, "of", "review.ask_opinions")
    say(stage, early, "of", "review.answer", voice="trainer", replies=["oui", "oui", "L'équipe", ""])
    with pytest.raises(Refused, match="Choisissez"):
        say(stage, early, "of", "review.answer", voice="trainer", replies=["peut-être"])
    with pytest.raises(PlayError, match="aucun questionnaire"):
        say(stage, early, "of", "review.answer", voice="prescriber", replies=["oui"])
    say(stage, endings.LAST, "of", "meeting.hold_review")
    task = {"of": "review", "what": "Revoir le module 2", "owner": "Région", "due_on": D(2026, 6, 1)}
    say(stage, endings.LAST, "of", "meeting.give_task", **task)
    with endings.on(endings.LAST):
        assert Questionnaire.objects.exclude(answered_on=None).get().voice == "trainer"
        assert MeetingTask.objects.get().meeting.kind == "review"


def test_employers_say_who_works_there(stage):
    july = D(2026, 7, 10)
    with endings.on(july):
        firm = make.actor(Who.SIGNATORY, stage.organisations["Les Tilleuls"], make.a_person("Yann", "Patron"))
        stage.people["patron"] = Person.objects.get(pk=firm.person_id)
        stage.memberships["patron"] = Membership.objects.get(person_id=firm.person_id)
    say(stage, july, "of", "situation.ask_employer")
    here = {"moment": "m3", "status": "promised_employer", "contract": "cdi", "weekly_hours": 35}
    say(stage, july, "patron", "situation.confirm", person="P0", **here)
    with pytest.raises(Refused, match="appairage"):
        say(stage, july, "patron", "situation.confirm", person="P1", **here)
    with endings.on(july):
        assert Situation.objects.get().weekly_hours == 35
