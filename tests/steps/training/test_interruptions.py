"""A period in company that falls within an interruption: all are told, nobody signs, the provider settles it."""

from datetime import date

import pytest

import factories
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import Mail
from defi.kernel.refusals import WrongState
from defi.steps.training import actions
from defi.steps.training.interruptions import overlaps
from training.conftest import no_name_in_the_journal
from training.periods import FIRST, LAST, planned

TODAY, BACK = date(2025, 12, 30), date(2026, 1, 6)


def plain(text):
    return text.replace("\xa0", " ").replace("&#x27;", "'").replace("&nbsp;", " ")


@pytest.fixture
def away(running):
    """A period on 5 and 6 January; on 30 December the trainee interrupts until 6 January."""
    person = running.people[0].person
    person.email = "amina@stagiaire.example"
    person.save()
    placement = planned(running)
    Mail.objects.all().delete()
    with clock.at(TODAY):
        actions.suspend_path(running.coordinator, running.ids[0], on=TODAY, why="job", expected_on=BACK)
        yield running, placement


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "back_on", "said"),
    [
        (FIRST, LAST, BACK, True),
        (FIRST, LAST, None, True),
        (BACK, BACK, BACK, False),
        (date(2025, 12, 1), date(2025, 12, 14), None, False),
        # The return was due yesterday and nobody noted it: the person is away still.
        (FIRST, LAST, date(2025, 12, 29), True),
    ],
)
def test_a_period_falls_within_an_interruption(starts_on, ends_on, back_on, said):
    assert overlaps(starts_on, ends_on, away_from=date(2025, 12, 15), back_on=back_on, today=TODAY) is said


def test_tutor_firm_and_trainee_are_told_without_a_reason(away):
    stage, _placement = away
    told = {mail.address: plain(mail.body) for mail in Mail.objects.filter(purpose="training/mail/placement_within")}
    assert set(told) == {"rose@tilleuls.example", "amina@stagiaire.example"}
    for body in told.values():
        assert "est interrompue depuis le 30 décembre 2025" in body
        assert "Retour prévu le 6 janvier 2026" in body
        assert "emploi de courte durée" not in body
    assert no_name_in_the_journal(stage)


def test_everybody_s_page_says_it_and_nobody_is_asked_to_sign(away):
    stage, placement = away
    for actor in (stage.coordinator, stage.tutor, stage.as_trainee(0)):
        shown = plain(page(browser(actor), "training:placement", placement.pk))
        assert "est interrompue depuis le 30 déc. 2025" in shown
        assert "/signer/" not in shown
    mine = plain(page(browser(stage.as_trainee(0)), "training:my_space"))
    assert "Ma formation est interrompue" in mine
    assert "Je reviens le 6 janv. 2026" in mine
    assert "Signer le papier" not in mine
    with pytest.raises(WrongState, match="déplace d'abord la période"):
        actions.sign_placement(stage.as_trainee(0), placement.pk)
    session = plain(page(browser(stage.coordinator), "training:session", stage.operation.pk))
    assert "depuis le 30 déc." in session
    assert "à déplacer, à annuler ou à terminer" in session


def test_the_firm_no_longer_reads_that_somebody_arrives(away):
    stage, _placement = away
    for actor in (stage.tutor, factories.actor(Who.SIGNATORY, stage.employer)):
        shown = plain(page(browser(actor), "todo"))
        assert "formation interrompue depuis le 30" in shown
        assert "arrive dans" not in shown
        assert "Signer la convention d'une période" not in shown


def test_the_provider_finds_it_among_what_is_to_do_until_it_is_settled(away):
    stage, placement = away
    line = "parcours interrompu"
    assert line in page(browser(stage.coordinator), "todo")
    actions.cancel_placement(stage.coordinator, placement.pk, reason="Parcours interrompu.")
    assert line not in page(browser(stage.coordinator), "todo")


def test_it_is_said_before_the_interruption_is_noted(running):
    planned(running)
    shown = plain(page(browser(running.coordinator), "training:suspend", running.ids[0]))
    assert "chez Les Tilleuls, du 5 janvier 2026 au 6 janvier 2026" in shown


def test_a_return_before_it_tells_that_the_period_stands(away):
    stage, placement = away
    with clock.at(date(2026, 1, 2)):
        actions.resume_path(stage.coordinator, stage.ids[0], on=date(2026, 1, 2))
        assert actions.sign_placement(stage.as_trainee(0), placement.pk)
    told = Mail.objects.filter(purpose="training/mail/placement_within", subject__contains="maintenue")
    assert set(told.values_list("address", flat=True)) == {"rose@tilleuls.example", "amina@stagiaire.example"}


def test_an_agreement_is_not_signed_once_the_last_day_is_past(running):
    placement = planned(running)
    with clock.at(date(2026, 1, 7)), pytest.raises(WrongState, match="dernier jour de cette période est passé"):
        actions.sign_placement(running.tutor, placement.pk)
