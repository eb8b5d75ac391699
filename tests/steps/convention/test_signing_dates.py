"""The date of the ceremony: proposed, passed on, held, refused, opened again; who is warned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from convention.signing_stage import CEREMONY, NOW, OPTION, Stage
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.mail import composing
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import abandon_operation
from defi.operations.models import Session
from defi.people.models import Account, Organisation
from defi.steps.convention import actions
from defi.steps.convention.actions import OptionFacts
from defi.steps.convention.models import SigningOption
from factories import a_basin, a_coordinator, a_person, a_provider, actor, an_officer, an_operation

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
        (replace(OPTION, at=time(2, 30)), "entre 7 h et 21 h"),
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


# A date that changes, or is given up

MOVED = OptionFacts(date(2025, 11, 7), time(10), "Salle du conseil")


def entries_to(address: str) -> list[tuple[str, date]]:
    """What each calendar entry to this address asks, and its day: all of one event, each newer than the one before."""
    asked, uids, editions = [], set(), []
    for mail in Mail.objects.filter(address=address).exclude(calendar="").order_by("pk"):
        calendar = Calendar.from_ical(mail.calendar)
        (event,) = calendar.walk("VEVENT")
        assert str(event["ATTENDEE"]) == f"mailto:{address}"
        assert str(event["ORGANIZER"]).startswith("mailto:")
        asked.append((str(calendar["METHOD"]), event["DTSTART"].dt.date()))
        uids.add(str(event["UID"]))
        editions.append(int(event["SEQUENCE"]))
    assert len(uids) == 1
    assert editions == sorted(set(editions))
    return asked


def test_a_date_that_changes_moves_the_entry_of_those_who_were_told(stage: Stage) -> None:
    held(stage)
    stage.draft()
    actions.save_the_date(stage.lead, stage.operation.pk)
    actions.invite(stage.cabinet, stage.operation.pk)
    option = actions.change_date(stage.cabinet, stage.operation.pk, MOVED, reason="le Président est retenu")
    assert (option.state, option.on, option.at, option.place) == ("held", MOVED.on, MOVED.at, MOVED.place)
    assert entries_to("direction@tilleuls.example") == [
        ("REQUEST", OPTION.on),
        ("REQUEST", OPTION.on),
        ("REQUEST", MOVED.on),
    ]
    mail = Mail.objects.get(address="direction@tilleuls.example", purpose="convention/mail/date_changed")
    assert "7 novembre 2025 à 10 h 00, Salle du conseil" in mail.body
    assert "le Président est retenu" in mail.body
    assert "CONFIRMED" in mail.calendar
    of_lead = Mail.objects.filter(address="lead@of.example", purpose__startswith="convention/mail/date_changed")
    assert [row.purpose for row in of_lead] == ["convention/mail/date_changed"], "who signs for the provider: once"
    assert not Mail.objects.filter(purpose="convention/mail/date_cancelled").exists()
    assert stage.convention().invited_on == NOW


def test_before_anybody_was_told_a_change_is_told_to_the_team_only(stage: Stage) -> None:
    held(stage)
    stage.draft()
    actions.change_date(stage.officer, stage.operation.pk, MOVED, reason="la salle est prise")
    assert not Mail.objects.filter(purpose="convention/mail/date_changed").exists()
    assert Mail.objects.filter(address="cabinet@region.example", purpose="convention/mail/date_changed_team").exists()


def test_a_date_given_up_is_taken_off_and_another_takes_its_place(stage: Stage) -> None:
    held(stage)
    stage.draft()
    actions.invite(stage.cabinet, stage.operation.pk)
    actions.reopen_date(stage.cabinet, stage.operation.pk, reason="empêchement")
    actions.propose_options(stage.lead, stage.operation.pk, [MOVED])
    (option,) = actions.forward_options(stage.officer, stage.operation.pk)
    actions.hold_option(stage.cabinet, option.pk)
    actions.save_the_date(stage.lead, stage.operation.pk)
    assert entries_to("direction@tilleuls.example") == [
        ("REQUEST", OPTION.on),
        ("CANCEL", OPTION.on),
        ("REQUEST", MOVED.on),
    ]


def test_an_abandoned_operation_leaves_no_ceremony_in_calendars(stage: Stage) -> None:
    held(stage)
    stage.draft()
    actions.save_the_date(stage.lead, stage.operation.pk)
    abandon_operation(stage.officer, stage.operation.pk, reason="pas assez de candidats")
    assert entries_to("direction@tilleuls.example")[-1] == ("CANCEL", OPTION.on)
    mail = Mail.objects.get(address="direction@tilleuls.example", purpose="convention/mail/date_cancelled")
    assert "il n'y aura pas d'autre date" in mail.body


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (OPTION, "déjà la date retenue"),
        (OptionFacts(date(2025, 10, 1), time(10), "Mairie"), "est passé"),
        (OptionFacts(date(2026, 12, 1), time(10), "Mairie"), "avant son terme"),
        (OptionFacts(MOVED.on, MOVED.at, " "), "lieu"),
        (OptionFacts(MOVED.on, time(2, 30), "Mairie"), "entre 7 h et 21 h"),
    ],
)
def test_a_date_changes_to_one_that_is_possible(stage: Stage, facts: OptionFacts, said: str) -> None:
    held(stage)
    with pytest.raises(Invalid, match=said):
        actions.change_date(stage.cabinet, stage.operation.pk, facts, reason="agenda")


def test_the_date_is_changed_by_the_region_while_one_is_held(stage: Stage) -> None:
    with pytest.raises(WrongState, match="rien à changer"):
        actions.change_date(stage.cabinet, stage.operation.pk, MOVED, reason="agenda")
    option = held(stage)
    with pytest.raises(NotAllowed):
        actions.change_date(stage.lead, stage.operation.pk, MOVED, reason="agenda")
    with pytest.raises(Invalid, match="motif"):
        actions.change_date(stage.cabinet, stage.operation.pk, MOVED, reason=" ")
    with pytest.raises(Stale):
        actions.change_date(stage.cabinet, stage.operation.pk, MOVED, reason="agenda", version=option.version - 1)


def test_the_cabinet_changes_the_date_on_a_page(stage: Stage) -> None:
    option, browser = held(stage), browser_of(Who.CABINET, stage.region)
    url = f"/dates-de-signature/{option.pk}/changer/"
    assert url in browser.get(f"/operations/{stage.operation.pk}/convention/").content.decode()
    assert "2025-11-05" in browser.get(url).content.decode()
    typed = {"on": "2025-10-01", "at": "10:00", "place": "Mairie", "reason": "agenda", "version": option.version}
    refused = browser.post(url, typed)
    assert refused.status_code == 422
    assert 'value="Mairie"' in refused.content.decode()
    assert browser.post(url, {**typed, "on": "2025-11-07"}).status_code == 302
    with scope(TASK):
        assert SigningOption.objects.get(pk=option.pk).on == date(2025, 11, 7)


def signed_by_all(stage: Stage) -> SigningOption:
    option = held(stage)
    stage.send()
    for signatory in stage.signatories():
        actions.record_ink(stage.lead, signatory.pk)
    assert stage.convention().state == "signed"
    return option


def test_a_ceremony_still_moves_once_all_signed_and_everybody_is_told(stage: Stage) -> None:
    option, browser = signed_by_all(stage), browser_of(Who.CABINET, stage.region)
    page = browser.get(f"/operations/{stage.operation.pk}/convention/").content.decode()
    assert f"/dates-de-signature/{option.pk}/changer/" in page
    before = stage.convention().fingerprint
    actions.change_date(stage.officer, stage.operation.pk, MOVED, reason="la salle est prise")
    told = Mail.objects.filter(purpose="convention/mail/date_changed").values_list("address", flat=True)
    assert {"direction@tilleuls.example", "ml@example.org", "ft@example.org", "lead@of.example"} <= set(told)
    assert Mail.objects.filter(purpose="convention/mail/date_changed_team", address="cabinet@region.example").exists()
    assert stage.convention().fingerprint == before
    with pytest.raises(WrongState, match="ne se rouvre plus"):
        actions.reopen_date(stage.officer, stage.operation.pk, reason="empêchement")


def test_once_it_took_place_a_ceremony_moves_no_more(stage: Stage) -> None:
    option, browser = signed_by_all(stage), browser_of(Who.CABINET, stage.region)
    with clock.at(CEREMONY + timedelta(days=1)):
        page = browser.get(f"/operations/{stage.operation.pk}/convention/").content.decode()
        assert f"/dates-de-signature/{option.pk}/changer/" not in page
        with pytest.raises(WrongState, match="est passée"):
            actions.change_date(stage.officer, stage.operation.pk, MOVED, reason="trop tard")


# The letter that goes with a mail


def test_the_invitation_leaves_with_its_letter_and_its_entry(stage: Stage) -> None:
    held(stage)
    stage.draft()
    actions.invite(stage.cabinet, stage.operation.pk)
    mail = Mail.objects.get(address="direction@tilleuls.example", purpose="convention/mail/invitation")
    assert (mail.document.kind, mail.document.object_id) == ("invitation", stage.signatory(stage.firm).pk)
    entry, letter = composing.message_of(mail).iter_attachments()
    assert (entry.get_content_type(), entry.get_param("method")) == ("text/calendar", "REQUEST")
    assert letter.get_content() == bytes(mail.document.content)
    assert letter.get_filename() == f"{mail.document.number}.pdf"


def test_a_letter_is_read_by_whom_it_is_written_to(stage: Stage) -> None:
    held(stage)
    stage.draft()
    actions.invite(stage.cabinet, stage.operation.pk)
    letter = Mail.objects.get(address="ml@example.org", purpose="convention/mail/invitation").document
    readers = ((Who.ADVISER, stage.mission), (Who.SIGNATORY, stage.firm), (Who.OFFICER, stage.region))
    answers = [browser_of(who, house).get(f"/documents/{letter.code}/").status_code for who, house in readers]
    assert answers == [200, 404, 200]


def browser_of(who: Who, house: Organisation) -> Client:
    """Somebody in this role, signed in."""
    person = a_person("Sam", email=f"{who}@example.org")
    actor(who, house, person)
    browser = Client()
    browser.force_login(Account.objects.get(person=person))
    return browser
