"""A period begins under three signatures given in time, or not at all; who is in a firm finds it on top."""

from datetime import timedelta

import pytest
from django.test import Client

import factories
from browsing import browser, page
from defi.journey.projection import rewrite
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, WrongState
from defi.people.models import Organisation
from defi.steps.training import actions
from defi.steps.training.models import Placement
from defi.steps.training.periods import too_late
from training.periods import FIRST, LAST, agreed, in_the_evening, paper, planned, sign_all, there
from training.test_company import owed
from training.test_company_pages import link_of

NEXT = FIRST + timedelta(days=1)


def plain(shown):
    return shown.replace("\u00a0", " ").replace("&#x27;", "'")


def test_after_its_first_day_nobody_signs_and_the_sentence_says_to_move_the_dates(running):
    placement = planned(running)
    with clock.at(in_the_evening(NEXT)):
        for actor in (running.as_trainee(0), running.tutor, running.coordinator):
            with pytest.raises(WrongState, match="change d'abord ses dates"):
                actions.sign_placement(actor, placement.pk)
        with pytest.raises(Invalid, match="est passé"):
            actions.record_signed_paper(running.coordinator, placement.pk, ["employer"], paper(), on=NEXT)
        actions.record_signed_paper(running.coordinator, placement.pk, ["employer"], paper(), on=FIRST)


def test_a_period_of_one_day_is_signed_the_day_before_at_the_latest():
    assert not too_late(FIRST, FIRST, FIRST - timedelta(days=1))
    assert "la veille au plus tard" in too_late(FIRST, FIRST, FIRST)
    assert not too_late(FIRST, LAST, FIRST)
    assert "n'a pas commencé" in too_late(FIRST, LAST, LAST)


def test_a_period_that_did_not_begin_says_so_to_each_and_begins_once_moved_and_signed(running):
    placement = planned(running)
    boss = factories.actor(Who.SIGNATORY, running.employer, factories.a_person("Odile"))
    with clock.at(in_the_evening(NEXT)):
        inside = plain(page(browser(running.coordinator), "training:placement", placement.pk))
        firm = plain(page(browser(boss), "training:placement", placement.pk))
        home = plain(page(browser(boss), "todo"))
        me = plain(page(browser(running.as_trainee(0)), "training:my_space"))
    assert "La période n'a pas commencé" in inside
    assert "Changez ses dates : chacun signe de nouveau" in inside
    assert "Ne signez rien : l'organisme de formation change ses dates" in firm
    assert "Signer pour l'entreprise" not in firm
    assert "n'a pas commencé" in home
    assert "arrive hier" not in home
    assert "Vous êtes en entreprise" not in me
    assert "Signer le papier" not in me
    with clock.at(NEXT):
        facts = actions.PlacementFacts(
            employer_id=running.employer.pk,
            starts_on=FIRST + timedelta(days=7),
            ends_on=FIRST + timedelta(days=8),
            hours=14,
            aims="Accompagner les repas",
            tutor_id=running.tutor.person_id,
        )
        actions.change_placement(running.coordinator, placement.pk, facts)
        sign_all(running, placement)
        assert "n'a pas commencé" not in plain(page(browser(running.coordinator), "training:placement", placement.pk))


def test_once_the_three_have_signed_the_page_stops_asking_for_them(running):
    placement = planned(running)
    asked = "Sans les trois signatures"
    assert asked in page(browser(running.coordinator), "training:placement", placement.pk)
    sign_all(running, placement)
    assert asked not in page(browser(running.coordinator), "training:placement", placement.pk)


def test_in_company_the_space_of_a_trainee_says_where_with_whom_and_when(running):
    placement = agreed(running, schedule="8 h – 12 h et 13 h – 16 h")
    Placement.objects.filter(pk=placement.pk).update(place="8 place du Marché")
    before = plain(page(browser(running.as_trainee(0)), "training:my_space"))
    assert "Vous allez en entreprise" in before
    for now in (FIRST, LAST):
        with clock.at(in_the_evening(now)):
            shown = plain(page(browser(running.as_trainee(0)), "training:my_space"))
        card = shown.split("Vous êtes en entreprise")[1].split("À faire")[0]
        for words in (str(running.employer), "Rose Tuteur", "8 place du Marché", "8 h – 12 h et 13 h – 16 h", "Lundi"):
            assert words in card
        dates = shown.split('id="dates"')[1].split("</ul>")[0]
        assert f"chez {running.employer}, 8 h" in dates
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there())
        shown = plain(page(browser(running.as_trainee(0)), "training:my_space"))
        assert "Vous êtes en entreprise" in shown
        assert "Vous allez en entreprise" not in shown
    with clock.at(in_the_evening(LAST + timedelta(days=1))):
        assert "Vous êtes en entreprise" not in page(browser(running.as_trainee(0)), "training:my_space")


def test_whoever_answers_the_mail_to_the_tutor_writes_to_the_training_organisation_whose_number_is_given(running):
    provider = running.operation.provider
    Organisation.objects.filter(pk=provider.pk).update(phone="02 37 00 00 01")
    placement = planned(running)
    for actor in (running.as_trainee(0), running.coordinator, running.tutor):
        actions.sign_placement(actor, placement.pk)
    mail = Mail.objects.filter(purpose="training/mail/placement_agreed").latest("pk")
    assert (mail.from_organisation_id, mail.from_person_id) == (provider.pk, None)
    assert "02 37 00 00 01" in mail.body
    assert "02 37 00 00 01" in Client().get(link_of("placement_agreed")).content.decode()
    assert "02 37 00 00 01" in Client().get(link_of("placement_planned")).content.decode()


def test_from_the_day_after_the_firm_owes_no_signature_and_the_provider_owes_new_dates(running):
    planned(running)
    with clock.at(FIRST):
        rewrite([running.operation.pk], clock.today())
        assert "placement.sign" in owed(running.tutor)
    with clock.at(NEXT):
        rewrite([running.operation.pk], clock.today())
        assert not owed(running.tutor)
        assert "placement.prepare" in owed(running.coordinator)
