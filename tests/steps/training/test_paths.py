"""The path of a trainee: positioning, interviews, barriers that stay with the referent, suspension and return."""

from datetime import date

import pytest

import factories
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.steps.pairing.models import Pairing
from defi.steps.sourcing.actions import leave_training, name_referent
from defi.steps.training import actions
from defi.steps.training.models import Attendance, Barrier, IndividualPath, Interview, Suspension

TODAY = date(2025, 11, 4)
LATER = date(2025, 11, 12)


def facts(**more):
    said = {
        "on": TODAY,
        "how": "situation",
        "known": "L'aide au repas.",
        "to_learn": "Les transferts.",
        "hours_centre": 380,
        "hours_company": 140,
    }
    return actions.PathFacts(**said | more)


def barrier(stage, who=None, **more):
    said = {"kind": "transport", "action": "Un vélo électrique prêté.", "helper": "Wimoov"} | more
    return actions.note_barrier(who or stage.coordinator, stage.ids[0], **said)


@pytest.fixture
def followed(running):
    """The coordinator is the referent of the first trainee."""
    name_referent(running.coordinator, running.ids[0], running.coordinator.person_id)
    return running


def mailed(template):
    return list(Mail.objects.filter(purpose=f"training/mail/{template}").order_by("address"))


# positioning and path


def test_a_positioning_gives_each_trainee_a_path_that_they_read(running):
    path = actions.position(running.trainer, running.ids[0], facts(agreed_on=TODAY))
    assert (path.positioned_on, path.hours_centre) == (TODAY, 380)
    space = page(browser(running.as_trainee(0)), "training:my_space")
    assert "Les transferts." in space
    assert "Les transferts." not in page(browser(running.as_trainee(1)), "training:my_space")


def test_noted_again_it_is_changed_not_doubled(running):
    first = actions.position(running.coordinator, running.ids[0], facts())
    actions.position(running.coordinator, running.ids[0], facts(hours_centre=400), version=first.version)
    assert IndividualPath.objects.get().hours_centre == 400


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": LATER}, "on"),
        ({"to_learn": " "}, "to_learn"),
        ({"how": "guess"}, "how"),
        ({"hours_centre": 421}, "hours_centre"),
        ({"agreed_on": date(2025, 11, 3)}, "agreed_on"),
        ({"known": "NIR 1 85 12 28 085 123 45"}, "known"),
    ],
)
def test_a_positioning_that_cannot_be_is_refused_beside_its_field(running, wrong, field):
    with pytest.raises(Invalid) as refusal:
        actions.position(running.coordinator, running.ids[0], facts(**wrong))
    assert field in refusal.value.fields


def test_a_path_is_the_provider_s_and_the_person_s(running):
    actions.position(running.coordinator, running.ids[0], facts())
    adviser = factories.actor(Who.ADVISER, running.prescriber)
    for other in (running.officer, running.tutor, adviser, running.stranger, running.as_trainee(1)):
        assert not IndividualPath.objects.visible_to(other).exists()
        assert page(browser(other), "training:path", running.ids[0], status=404)
    assert IndividualPath.objects.visible_to(running.as_trainee(0)).exists()


# interviews


def test_what_an_interview_agrees_is_read_by_the_trainee_and_called_again_when_late(running):
    actions.record_interview(
        running.coordinator, running.ids[0], on=TODAY, about="progress", agreed="On en reparle.", next_on=LATER
    )
    assert "On en reparle." in page(browser(running.as_trainee(0)), "training:my_space")
    with clock.at(date(2025, 11, 14)):
        assert "2 jours de retard" in page(browser(running.coordinator), "training:paths", running.operation.pk)
    with pytest.raises(WrongState, match="déjà noté"):
        actions.record_interview(
            running.coordinator, running.ids[0], on=TODAY, about="progress", agreed="On en reparle.", next_on=LATER
        )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": LATER}, "on"),
        ({"about": "gossip"}, "about"),
        ({"agreed": ""}, "agreed"),
        ({"next_on": TODAY}, "next_on"),
    ],
)
def test_an_interview_that_cannot_be_is_refused(running, wrong, field):
    said = {"on": TODAY, "about": "progress", "agreed": "Un point."} | wrong
    with pytest.raises(Invalid) as refusal:
        actions.record_interview(running.coordinator, running.ids[0], **said)
    assert field in refusal.value.fields
    assert not Interview.objects.exists()


# barriers


def test_a_barrier_is_noted_and_read_by_the_referent_alone(followed):
    noted = barrier(followed)
    assert list(Barrier.objects.visible_to(followed.coordinator)) == [noted]
    colleague = factories.actor(Who.ADMINISTRATOR, followed.operation.provider)
    adviser = factories.actor(Who.ADVISER, followed.prescriber)
    for other in (colleague, followed.trainer, followed.officer, followed.tutor, adviser, followed.as_trainee(1)):
        assert not Barrier.objects.visible_to(other).exists()
    assert "Un vélo" in page(browser(followed.coordinator), "training:path", followed.ids[0])
    seen = page(browser(colleague), "training:path", followed.ids[0])
    assert "Un vélo" not in seen
    assert "transport" not in seen.lower()


def test_who_is_not_the_referent_notes_none(followed):
    with pytest.raises(NotAllowed, match="référent"):
        barrier(followed, who=followed.trainer)
    with pytest.raises(Unknown):
        barrier(followed, who=followed.stranger)


def test_a_new_referent_takes_over_and_the_former_reads_no_more(followed):
    barrier(followed)
    name_referent(followed.coordinator, followed.ids[0], followed.trainer.person_id)
    assert not Barrier.objects.visible_to(followed.coordinator).exists()
    assert Barrier.objects.visible_to(followed.trainer).exists()


def test_the_journal_tells_nothing_of_a_barrier_but_that_it_is(followed):
    actions.lift_barrier(followed.coordinator, barrier(followed).pk)
    said = "".join(f"{entry.before}{entry.after}" for entry in JournalEntry.objects.filter(verb__startswith="barrier."))
    assert said
    assert not any(word in said for word in ("transport", "vélo", "Wimoov"))


def test_nothing_of_health_is_noted_even_by_the_referent(followed):
    with pytest.raises(Invalid, match="santé"):
        barrier(followed, action="Un dossier MDPH est en cours.")
    with pytest.raises(Invalid, match="santé"):
        actions.record_interview(
            followed.coordinator, followed.ids[0], on=TODAY, about="absence", agreed="Hospitalisée."
        )
    assert not Barrier.objects.exists()


def test_a_barrier_is_lifted_once(followed):
    noted = barrier(followed)
    assert actions.lift_barrier(followed.coordinator, noted.pk).lifted_on == TODAY
    with pytest.raises(WrongState, match="déjà"):
        actions.lift_barrier(followed.coordinator, noted.pk)


# suspension and return


def test_who_interrupts_keeps_seat_and_pairing_and_those_concerned_are_told(running):
    promise = factories.a_promise(running.operation, running.employer)
    factories.a_pairing(running.people[0], promise)
    actions.suspend_path(running.coordinator, running.ids[0], on=TODAY, why="job", expected_on=LATER)
    assert Pairing.objects.get().state == "active"
    running.people[0].refresh_from_db()
    assert running.people[0].state == "entered"
    by_address = {mail.address: mail.body for mail in mailed("suspended")}
    assert set(by_address) == {"accueil@mission.example", "claire@region.example", "rose@tilleuls.example"}
    assert "emploi de courte durée" in by_address["accueil@mission.example"]
    assert "emploi de courte durée" not in by_address["rose@tilleuls.example"]
    assert running.people[0].person.last_name not in by_address["rose@tilleuls.example"]


def test_the_sheets_expect_nobody_who_is_away_and_expect_them_again(running):
    before, during, after = (running.sheet(on=date(2025, 11, day)) for day in (4, 10, 12))
    actions.suspend_path(running.coordinator, running.ids[0], on=date(2025, 11, 4), why="personal_choice")
    on_them = Attendance.objects.filter(candidacy=running.ids[0])
    assert not on_them.exists()
    with clock.at(LATER):
        actions.resume_path(running.coordinator, running.ids[0], on=LATER)
    assert list(on_them.values_list("sheet", flat=True)) == [after.pk]
    assert not on_them.filter(sheet__in=[before, during]).exists()
    assert len(mailed("resumed")) == 2


def test_one_interrupts_once_and_returns_once(running):
    with pytest.raises(WrongState, match="pas notée en interruption"):
        actions.resume_path(running.coordinator, running.ids[0], on=TODAY)
    actions.suspend_path(running.coordinator, running.ids[0], on=TODAY, why="outside")
    with pytest.raises(WrongState, match="déjà notée"):
        actions.suspend_path(running.coordinator, running.ids[0], on=TODAY, why="outside")


def test_no_reason_of_health_or_family_is_in_the_list():
    words = " ".join(str(label) for _value, label in [*Suspension.Why.choices, *Barrier.Kind.choices]).lower()
    assert not any(word in words for word in ("santé", "malad", "famille", "enfant", "grossesse", "handicap"))


def test_leaving_for_good_ends_the_interruption_and_tells_the_prescriber(running):
    actions.suspend_path(running.coordinator, running.ids[0], on=TODAY, why="outside")
    leave_training(running.coordinator, running.ids[0], code="personal_choice")
    assert Suspension.objects.get().ended_on == TODAY
    assert not mailed("resumed")
    assert Mail.objects.filter(purpose="sourcing/mail/answer_prescriber").exists()


# pages


def test_the_path_is_followed_from_its_pages(running):
    provider, one = browser(running.coordinator), running.ids[0]
    listed = page(provider, "training:paths", running.operation.pk)
    assert listed.count("à faire") == 3
    typed = {
        "on": "2025-11-04",
        "how": "test",
        "to_learn": "Les transferts.",
        "hours_centre": 420,
        "hours_company": 140,
    }
    post(provider, "training:position", one, **typed)
    post(provider, "training:interview", one, on="2025-11-04", about="entry", agreed="Un point chaque mois.")
    post(provider, "training:suspend", one, on="2025-11-04", why="job")
    shown = page(provider, "training:path", one)
    for said in ("Les transferts.", "Un point chaque mois.", "emploi de courte durée", "Noter le retour"):
        assert said in shown, said
    post(provider, "training:resume", one, on="2025-11-04")
    assert "Interrompre le parcours" in page(provider, "training:path", one)


def test_the_referent_notes_a_barrier_from_its_page_and_lifts_it(followed):
    referent, one = browser(followed.coordinator), followed.ids[0]
    post(referent, "training:barrier", one, kind="housing", action="Une demande au 115.")
    post(referent, "training:lift_barrier", Barrier.objects.get().pk)
    assert "levé le" in page(referent, "training:path", one)
    refused = post(
        browser(followed.trainer), "training:barrier", one, answered=422, kind="housing", action="Une demande"
    )
    assert "Seul le référent" in refused
    assert "Une demande" in refused
