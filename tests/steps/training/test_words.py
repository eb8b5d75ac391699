"""The words of play files for this room, said one after the other on one session."""

from datetime import date

import pytest

from defi.kernel import clock
from defi.kernel.access import scope
from defi.kernel.models import Document
from defi.kernel.refusals import Refused
from defi.people.models import Membership, Person
from defi.play.world import Args, PlayError, World, load_words
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import Attendance, EosEntry, Exchange, Placement, Report, ReportPart
from training.conftest import FIRST, LAST

D = date


@pytest.fixture
def world(eve):
    told = World(region=eve.operation.region)
    told.operation = eve.operation
    told.organisations = {"Les Tilleuls": eve.employer}
    told.people = {person.person.first_name: person.person for person in eve.people}
    for name, actor in (("of", eve.coordinator), ("formateur", eve.trainer), ("Rose", eve.tutor)):
        told.people[name] = Person.objects.get(pk=actor.person_id)
        told.memberships[name] = Membership.objects.get(person_id=actor.person_id)
    return told


def say(world, day, who, what, **args):
    told = Args(args)
    with clock.at(day):
        actor = world.actor(who)
        with scope(actor):
            load_words()[what](world, actor, told)
    told.done()


def test_a_session_is_told_from_eos_to_its_end(world):
    say(world, D(2025, 10, 1), "of", "eos.record", number="24-118-0932", seats=5, explanation="EOS corrigera.")
    say(world, D(2025, 10, 1), "of", "eos.print")
    say(world, FIRST, "of", "session.start", absent="Leïla")
    say(world, FIRST, "of", "sheet.open", half="morning", module="Gestes", trainer="formateur")
    say(world, FIRST, "of", "sheet.open", half="afternoon", module="Gestes", trainer="Ada Externe")
    say(world, FIRST, "Amina", "sheet.sign", half="morning")
    say(world, FIRST, "of", "sheet.record", half="morning", absent="Bruno")
    say(world, FIRST, "formateur", "sheet.trainer_sign", half="morning")
    say(world, FIRST, "of", "sheet.lock", half="morning")
    say(world, FIRST, "of", "absence.note", person="Bruno", reason="certificate", paper=True)
    say(world, FIRST, "of", "sheet.print")
    say(world, FIRST, "of", "exchange.record", employer="Les Tilleuls", how="visit", note="Deux postes.")
    say(world, FIRST, "of", "report.send", comment="Parti.")
    period = {"employer": "Les Tilleuls", "starts_on": D(2026, 1, 5), "ends_on": D(2026, 1, 16), "hours": 70}
    say(world, FIRST, "of", "placement.plan", person=["Amina", "Bruno"], tutor="Rose", aims="Les repas", **period)
    say(world, FIRST, "of", "placement.send_link", person="Amina")
    say(world, FIRST, "of", "placement.prepare", person=["Amina", "Bruno"])
    say(world, FIRST, "of", "placement.cancel", person="Bruno", reason="Le tuteur est absent.")
    say(world, FIRST, "Rose", "placement.sign", person="Amina")
    say(world, FIRST, "of", "placement.sign", person="Amina", in_ink=["trainee", "provider"])
    say(world, D(2026, 1, 5), "of", "placement.begin", person="Amina")
    say(world, D(2026, 1, 9), "of", "placement.visit", person="Amina", how="call")
    say(world, D(2026, 1, 16), "Rose", "placement.finish", person="Amina", hours_done=63)
    say(world, D(2026, 1, 20), "of", "placement.debrief", person="Amina", employer="Les Tilleuls", in_group=True)
    say(world, LAST, "of", "session.end")
    assert EosEntry.objects.get().explanations == {"seats": ["6", "EOS corrigera."]}
    states = Attendance.objects.filter(sheet__half="morning").order_by("candidacy").values_list("state", flat=True)
    assert list(states) == ["present", "excused"]
    assert [p.state for p in Placement.objects.order_by("candidacy")] == ["debriefed", "cancelled"]
    assert Document.objects.exclude(kind="placement-agreement").count() == 3
    assert (Exchange.objects.count(), Report.objects.count()) == (1, 1)
    people = Candidacy.objects.filter(session=world.session).order_by("pk")
    assert [person.state for person in people] == ["completed", "completed", "no_show"]


def test_the_path_of_a_trainee_is_told_to_its_certificate(world):
    say(world, FIRST, "of", "session.start", absent="Leïla")
    say(world, FIRST, "of", "candidacy.name_referent", person="Amina", referent="of")
    say(world, FIRST, "of", "path.position", person=["Amina", "Bruno"], how="test", to_learn="Les transferts.")
    say(world, FIRST, "of", "interview.record", person="Amina", about="entry", agreed="Un point chaque mois.")
    say(world, FIRST, "of", "barrier.note", person="Amina", kind="transport", action="Un vélo prêté.")
    say(world, D(2025, 11, 10), "of", "barrier.lift", person="Amina")
    say(world, D(2025, 11, 10), "of", "trainee.suspend", person="Bruno", why="job")
    say(world, D(2025, 11, 17), "of", "trainee.resume", person="Bruno")
    say(world, D(2025, 11, 17), "of", "sheet.open", half="morning", module="Gestes", trainer="formateur")
    say(world, D(2025, 11, 17), "of", "sheet.record", half="morning", absent="Bruno")
    say(world, D(2025, 11, 17), "formateur", "sheet.trainer_sign", half="morning")
    say(world, D(2025, 11, 17), "of", "sheet.lock", half="morning")
    say(world, D(2025, 12, 1), "of", "presence.establish", month=D(2025, 11, 20))
    say(world, D(2025, 12, 1), "of", "report.send")
    say(world, D(2025, 12, 2), "Rose", "report.acknowledge")
    say(world, D(2025, 12, 2), "of", "candidacy.leave", person="Amina", code="found_job")
    say(world, D(2025, 12, 2), "of", "completion.certify", person="Amina", signed_name="P. E.", signed_as="directeur")
    kinds = Document.objects.values_list("kind", flat=True)
    assert set(kinds) == {"presence-statement", "periodic-report", "completion-certificate"}
    assert ReportPart.objects.exclude(acknowledged_on=None).count() == 1
    with pytest.raises(PlayError, match="pas de frein"):
        say(world, D(2025, 12, 2), "of", "barrier.lift", person="Amina")


def test_what_is_not_there_is_said_to_the_author(world):
    say(world, FIRST, "of", "session.start", entered=["Amina"])
    with pytest.raises(PlayError, match="aucune feuille"):
        say(world, FIRST, "of", "sheet.lock", half="morning")
    with pytest.raises(PlayError, match="pas de période"):
        say(world, FIRST, "of", "placement.begin", person="Amina")
    with pytest.raises(PlayError, match="choisir parmi"):
        say(world, FIRST, "of", "sheet.open", half="evening", module="x", trainer="y")


def test_a_refusal_is_the_sentence_of_the_action(world):
    with pytest.raises(Refused, match="déplacez d'abord sa date de début"):
        say(world, D(2025, 11, 2), "of", "session.start")
