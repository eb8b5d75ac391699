"""The date of the ceremony: proposed, passed on, held, refused, opened again; who is warned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from icalendar import Calendar

from convention.signing_stage import CEREMONY, NOW, OPTION, Stage
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.models import Session
from defi.steps.convention import actions
from defi.steps.convention.actions import OptionFacts
from defi.steps.convention.models import SigningOption
from factories import a_basin, a_coordinator, a_provider, an_officer, an_operation

pytestmark = pytest.mark.django_db


def forwarded(stage: Stage, *more: OptionFacts) -> list[SigningOption]:
    actions.propose_options(stage.lead, stage.operation.pk, [OPTION, *more])
    return actions.forward_options(stage.officer, stage.operation.pk)


def held(stage: Stage) -> SigningOption:
    (option,) = forwarded(stage)
    return actions.hold_option(stage.cabinet, option.pk)


def test_the_provider_proposes_dates_with_the_title_that_carries_the_number(stage: Stage) -> None:
    other = OptionFacts(date(2025, 11, 6), time(10), "Centre de formation")
    first, second = actions.propose_options(stage.lead, stage.operation.pk, [OPTION, other])
    assert (first.state, second.state) == ("proposed", "proposed")
    assert "24-118-0932" in first.title
    assert Mail.objects.filter(address="claire@region.example", body__contains="5 novembre 2025 à 14 h 30").exists()


def test_it_refuses_dates_before_the_eos_number_is_known(stage: Stage) -> None:
    with scope(TASK):
        Session.objects.filter(pk=stage.session.pk).update(eos_number="")
    with pytest.raises(Invalid, match="numéro EOS de la session n'est pas encore noté"):
        actions.propose_options(stage.lead, stage.operation.pk, [OPTION])


def test_it_refuses_a_title_without_the_number(stage: Stage) -> None:
    with pytest.raises(Invalid, match="24-118-0932"):
        actions.propose_options(stage.lead, stage.operation.pk, [OPTION], title="Convention DEFI")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (replace(OPTION, on=NOW - timedelta(days=1)), "est passé"),
        (replace(OPTION, on=date(2026, 12, 1)), "avant son terme"),
        (replace(OPTION, place=" "), "lieu"),
    ],
)
def test_it_refuses_a_ceremony_that_cannot_be(stage: Stage, option: OptionFacts, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        actions.propose_options(stage.lead, stage.operation.pk, [option])
    with scope(TASK):
        assert not SigningOption.objects.exists()


def test_the_same_date_twice_is_said_and_not_added(stage: Stage) -> None:
    actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
    with pytest.raises(Invalid, match="déjà proposée"):
        actions.propose_options(stage.lead, stage.operation.pk, [OPTION])


def test_no_date_at_all_is_refused(stage: Stage) -> None:
    with pytest.raises(Invalid, match="au moins une date"):
        actions.propose_options(stage.lead, stage.operation.pk, [])


def test_the_officer_passes_the_dates_on_and_the_cabinet_holds_one(stage: Stage) -> None:
    other = OptionFacts(date(2025, 11, 6), time(10), "Centre de formation")
    first, second = forwarded(stage, other)
    assert Mail.objects.filter(address="cabinet@region.example").exists()
    actions.hold_option(stage.cabinet, first.pk)
    with pytest.raises(WrongState, match="autre date est déjà retenue"):
        actions.hold_option(stage.cabinet, second.pk)
    assert Mail.objects.filter(address="lead@of.example", subject__contains="5 novembre 2025").exists()


def test_nothing_is_passed_on_twice(stage: Stage) -> None:
    forwarded(stage)
    with pytest.raises(WrongState, match="Aucune date n'attend"):
        actions.forward_options(stage.officer, stage.operation.pk)


def test_a_date_is_held_once_passed_on_only(stage: Stage) -> None:
    (option,) = actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
    with pytest.raises(WrongState, match="proposée"):
        actions.hold_option(stage.cabinet, option.pk)


def test_a_past_date_is_not_held(stage: Stage) -> None:
    (option,) = forwarded(stage)
    with clock.at(CEREMONY + timedelta(days=1)), pytest.raises(WrongState, match="passée"):
        actions.hold_option(stage.cabinet, option.pk)


def test_a_stale_page_holds_nothing(stage: Stage) -> None:
    (option,) = forwarded(stage)
    with pytest.raises(Stale):
        actions.hold_option(stage.cabinet, option.pk, version=option.version - 1)


def test_each_verb_is_for_its_own_hand(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        actions.propose_options(stage.officer, stage.operation.pk, [OPTION])
    (option,) = actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
    with pytest.raises(NotAllowed):
        actions.forward_options(stage.lead, stage.operation.pk)
    with pytest.raises(NotAllowed):
        actions.hold_option(stage.officer, option.pk)


def test_an_officer_of_another_territory_passes_nothing_on(stage: Stage) -> None:
    actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
    with pytest.raises(NotAllowed, match="territoire"):
        actions.forward_options(an_officer(basins=[a_basin("Blois")]), stage.operation.pk)


def test_another_provider_knows_nothing_of_it(stage: Stage) -> None:
    stranger = a_coordinator(an_operation(a_provider("Autre OF")))
    with pytest.raises(Unknown):
        actions.propose_options(stranger, stage.operation.pk, [OPTION])


def test_refused_dates_ask_for_others_and_say_why(stage: Stage) -> None:
    forwarded(stage)
    with pytest.raises(Invalid, match="motif"):
        actions.refuse_options(stage.cabinet, stage.operation.pk, reason=" ")
    (option,) = actions.refuse_options(stage.cabinet, stage.operation.pk, reason="le Président est en session")
    assert (option.state, option.decided_on) == ("refused", NOW)
    assert Mail.objects.filter(address="lead@of.example", body__contains="le Président est en session").exists()
    actions.propose_options(stage.lead, stage.operation.pk, [OPTION])


def test_the_save_the_date_goes_to_every_signatory_with_a_calendar_entry(stage: Stage) -> None:
    held(stage)
    stage.draft()
    option = actions.save_the_date(stage.lead, stage.operation.pk)
    assert option.warned_on == NOW
    assert stage.convention().save_the_date_on == NOW
    mail = Mail.objects.get(address="direction@tilleuls.example", purpose="convention/mail/save_the_date")
    (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
    assert event["DTSTART"].dt.isoformat() == "2025-11-05T14:30:00+01:00"
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert str(event["LOCATION"]) == "Mairie de Châteaudun"
    with pytest.raises(WrongState, match="déjà parti"):
        actions.save_the_date(stage.lead, stage.operation.pk)


def test_a_save_the_date_needs_a_list_of_signatories_and_a_date(stage: Stage) -> None:
    with pytest.raises(WrongState, match="pas encore préparée"):
        actions.save_the_date(stage.lead, stage.operation.pk)
    stage.draft()
    with pytest.raises(WrongState, match="Aucune date n'est retenue"):
        actions.save_the_date(stage.lead, stage.operation.pk)


def test_whoever_was_warned_is_told_when_the_date_falls(stage: Stage) -> None:
    (option,) = forwarded(stage)
    stage.draft()
    actions.save_the_date(stage.lead, stage.operation.pk, option.pk)
    actions.refuse_options(stage.cabinet, stage.operation.pk, reason="agenda")
    mail = Mail.objects.get(address="direction@tilleuls.example", purpose="convention/mail/date_cancelled")
    calendar = Calendar.from_ical(mail.calendar)
    assert calendar["METHOD"] == "CANCEL"
    assert str(calendar.walk("VEVENT")[0]["UID"]) == f"signature-{option.operation_id}@defi"
    assert stage.convention().save_the_date_on is None


def test_nobody_is_told_of_a_date_they_never_heard_of(stage: Stage) -> None:
    forwarded(stage)
    stage.draft()
    actions.refuse_options(stage.cabinet, stage.operation.pk, reason="agenda")
    assert not Mail.objects.filter(purpose="convention/mail/date_cancelled").exists()


def test_the_cabinet_invites_once_to_the_held_date(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(WrongState, match="Aucune date n'est retenue"):
        actions.invite(stage.cabinet, stage.operation.pk)
    held(stage)
    assert actions.invite(stage.cabinet, stage.operation.pk).invited_on == NOW
    assert Mail.objects.filter(address="ml@example.org", purpose="convention/mail/invitation").count() == 1
    with pytest.raises(WrongState, match="déjà parties"):
        actions.invite(stage.cabinet, stage.operation.pk)


def test_a_held_date_that_falls_opens_the_choice_again(stage: Stage) -> None:
    held(stage)
    stage.draft()
    actions.save_the_date(stage.lead, stage.operation.pk)
    actions.invite(stage.cabinet, stage.operation.pk)
    option = actions.reopen_date(stage.officer, stage.operation.pk, reason="la salle n'est plus libre")
    convention = stage.convention()
    assert (option.state, convention.save_the_date_on, convention.invited_on) == ("refused", None, None)
    assert Mail.objects.filter(address="ml@example.org", purpose="convention/mail/date_cancelled").count() == 1
