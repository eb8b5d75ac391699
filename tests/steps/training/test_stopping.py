"""Somebody leaves the training during a period in company: it stops that day, and is not ended by hand."""

from datetime import timedelta

import pytest

from browsing import browser, page
from defi.kernel import clock
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid
from defi.steps.sourcing.actions import leave_training
from defi.steps.training import actions
from defi.steps.training.models import CompanyPresence, Placement
from defi.steps.training.queries.hours import ledger_page
from training.conftest import no_name_in_the_journal
from training.periods import FIRST, HALVES, LAST, agreed, bearer, in_the_evening, planned, there


def leaves(stage, on=None):
    return leave_training(stage.coordinator, stage.ids[0], code="personal_choice", on=on)


def stopped():
    return list(Mail.objects.filter(purpose="training/mail/placement_stopped").order_by("pk"))


def in_company(stage):
    (row,) = (row for row in ledger_page(stage.coordinator, stage.operation).rows if row.candidacy.pk == stage.ids[0])
    return row.ledger.company


def test_a_period_whose_half_days_are_signed_ends_the_day_the_person_leaves(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:2]))
        leaves(running)
        done = Placement.objects.get(pk=placement.pk)
        assert (done.state, done.finished_on, done.hours_done) == ("done", FIRST, 7)
        kept = in_company(running)
    assert (kept.planned, kept.done, kept.missed, kept.waiting) == (7 * 60, 7 * 60, 0, 0)
    (mail,) = stopped()
    assert mail.address == "rose@tilleuls.example"
    assert "Donner mon avis" in mail.body
    assert "personnel" not in mail.body
    assert not Mail.objects.filter(purpose="training/mail/evaluation_asked").exists()
    assert no_name_in_the_journal(running)
    # Nothing stands in the way of what is due to somebody who leaves.
    with clock.at(in_the_evening(LAST)):
        actions.certify_completion(running.coordinator, running.ids[0], signed_name="Alex", signed_as="directeur")


def test_the_tutor_is_asked_for_the_half_days_until_the_leaving_and_the_last_ends_the_period(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
        leaves(running)
        begun = Placement.objects.get(pk=placement.pk)
        assert (begun.state, begun.finished_on) == ("begun", None)
        (mail,) = stopped()
        assert "Signer la présence" in mail.body
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(bearer("placement.attend", placement), placement.pk, there(HALVES[1], state="absent"))
    done = Placement.objects.get(pk=placement.pk)
    assert (done.state, done.finished_on, done.hours_done) == ("done", FIRST, 3)
    assert Mail.objects.filter(purpose="training/mail/evaluation_asked").exists()


def test_a_period_that_nobody_answered_yet_is_not_lost_when_the_person_leaves_on_its_way(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        leaves(running, on=FIRST)
        begun = Placement.objects.get(pk=placement.pk)
        assert (begun.state, begun.begun_on) == ("begun", FIRST)
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:2]))
    done = Placement.objects.get(pk=placement.pk)
    assert (done.state, done.finished_on, done.hours_done) == ("done", FIRST, 7)


@pytest.mark.parametrize("made", [agreed, planned])
def test_a_period_to_come_or_not_agreed_is_cancelled(running, made):
    placement = made(running)
    # The eve of its first day; not signed by the three, it has not begun even past it.
    day = FIRST - timedelta(days=1) if made is agreed else LAST
    with clock.at(in_the_evening(day)):
        leaves(running)
    assert Placement.objects.get(pk=placement.pk).state == "cancelled"
    assert not stopped()


def test_a_last_day_before_a_presence_that_the_tutor_signed_is_refused(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:3]))
        with pytest.raises(Invalid, match="a signé sa présence en entreprise le 6 janvier 2026") as refused:
            leaves(running, on=FIRST)
        assert list(refused.value.fields) == ["on"]
        actions.correct_presence(running.coordinator, placement.pk, HALVES[2], "absent", reason="Erreur de jour.")
        leaves(running, on=FIRST)
    done = Placement.objects.get(pk=placement.pk)
    assert (done.state, done.hours_done) == ("done", 7)
    assert CompanyPresence.objects.count() == 3


def test_what_becomes_of_the_period_is_said_before_the_leaving_is_noted(running):
    agreed(running)
    provider = browser(running.coordinator)
    address = ("sourcing:end", running.ids[0], "leave")
    assert "est annulée : l'entreprise l'apprend par courriel" in said(provider, address)
    with clock.at(in_the_evening(FIRST)):
        shown = said(provider, address)
    assert "chez Les Tilleuls, du 5 janvier 2026 au 6 janvier 2026, s'arrête le jour du départ" in shown
    assert "le tuteur signe celles qui manquent" in shown


def said(client, address):
    return " ".join(page(client, *address).replace("&#x27;", "'").replace("\u202f", " ").replace("\xa0", " ").split())
