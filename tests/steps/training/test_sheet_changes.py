"""A half-day that moves, a sheet opened by mistake: changed as long as nobody signed it, and said to who awaits it."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.people.models import Person
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions
from defi.steps.training.actions import Given, HalfDayFacts
from defi.steps.training.models import Attendance, AttendanceSheet, PrintedSheet, SentSignature
from defi.steps.training.queries import ledger_page
from training.conftest import code_of, no_name_in_the_journal

TODAY, TOMORROW, LATER = date(2025, 11, 4), date(2025, 11, 5), date(2025, 11, 6)


def facts(stage, **more):
    base = {
        "on": LATER,
        "half": "afternoon",
        "minutes": 180,
        "starts_at": time(14),
        "module_label": "Gestes et postures",
    }
    return HalfDayFacts(**(base | {"trainer_id": stage.trainer.person_id} | more))


def with_a_mailbox(stage):
    Person.objects.filter(pk=Candidacy.objects.get(pk=stage.ids[0]).person_id).update(email="amina@example.org")


def told(purpose):
    return list(Mail.objects.filter(purpose=f"training/mail/{purpose}").values_list("address", "body"))


def test_a_half_day_that_nobody_signed_moves_and_its_trainees_are_told(running):
    with_a_mailbox(running)
    sheet = running.sheet(on=TOMORROW)
    moved = actions.move_sheet(running.trainer, sheet.pk, facts(running, place="Salle 3"))
    assert (moved.on, moved.half, moved.starts_at, moved.minutes, moved.place) == (
        LATER,
        "afternoon",
        time(14),
        180,
        "Salle 3",
    )
    [(address, body)] = told("half_day_moved")
    assert address == "amina@example.org"
    assert "Avant : mercredi 5 novembre, matin." in body
    assert "Maintenant : jeudi 6 novembre, après-midi, de 14:00 à 17:00." in body
    assert "Lieu : Salle 3." in body
    assert no_name_in_the_journal(running)
    # The half-day left is free again.
    assert running.sheet(on=TOMORROW)


def test_another_module_or_trainer_alone_is_told_to_nobody(running):
    with_a_mailbox(running)
    sheet = running.sheet(on=TOMORROW)
    same = facts(running, on=TOMORROW, half="morning", minutes=210, starts_at=time(9), trainer_id=None)
    changed = actions.move_sheet(running.trainer, sheet.pk, HalfDayFacts(**{**vars_of(same), "trainer_name": "Ada"}))
    assert (changed.trainer, changed.trainer_name) == (None, "Ada")
    assert told("half_day_moved") == []
    with pytest.raises(WrongState, match="dit déjà cela"):
        actions.move_sheet(running.trainer, sheet.pk, HalfDayFacts(**{**vars_of(same), "trainer_name": "Ada"}))


def vars_of(facts):
    return {name: getattr(facts, name) for name in HalfDayFacts.__dataclass_fields__}


def test_a_half_day_does_not_move_where_there_is_another_nor_out_of_the_session(running):
    sheet = running.sheet(on=TOMORROW)
    running.sheet(on=LATER, half="afternoon")
    with pytest.raises(WrongState, match="déjà sa feuille"):
        actions.move_sheet(running.trainer, sheet.pk, facts(running))
    with pytest.raises(Invalid, match="La session va du"):
        actions.move_sheet(running.trainer, sheet.pk, facts(running, on=date(2027, 1, 1)))
    with pytest.raises(Invalid, match="jour non travaillé"):
        actions.move_sheet(running.trainer, sheet.pk, facts(running, on=date(2025, 11, 11)))
    for actor, refusal in (
        (running.officer, NotAllowed),
        (running.as_trainee(0), NotAllowed),
        (running.stranger, Unknown),
    ):
        with pytest.raises(refusal):
            actions.move_sheet(actor, sheet.pk, facts(running))


def signed_by_a_trainee(stage, sheet):
    actions.sign_sheet(stage.as_trainee(0), sheet.pk, room_code=code_of(sheet))


def signed_by_the_trainer(stage, sheet):
    actions.sign_as_trainer(stage.trainer, sheet.pk)


def noted_absent(stage, sheet):
    actions.record_attendance(stage.trainer, sheet.pk, {stage.ids[0]: "absent"})


def sent_from_a_phone_without_network(stage, sheet):
    too_early = clock.now() - timedelta(hours=9)
    actions.receive_signatures(stage.trainer, sheet.pk, [Given(uuid.UUID(int=1), stage.ids[0], too_early)])


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (signed_by_a_trainee, "déjà signée"),
        (signed_by_the_trainer, "déjà signée"),
        (noted_absent, "remettez-les « à noter »"),
        (sent_from_a_phone_without_network, "départagez-les"),
    ],
)
def test_a_half_day_does_not_move_after_it_was_signed_and_the_refusal_says_what_to_do(running, happens, said):
    sheet = running.sheet()
    happens(running, sheet)
    before = JournalEntry.objects.count()
    with pytest.raises(WrongState, match=said):
        actions.move_sheet(running.trainer, sheet.pk, facts(running))
    with pytest.raises(WrongState, match=said):
        actions.cancel_sheets(running.coordinator, running.session.pk, [sheet.pk], reason="Erreur de date.")
    sheet.refresh_from_db()
    assert (sheet.on, sheet.state, JournalEntry.objects.count()) == (TODAY, "open", before)


def test_sheets_opened_by_mistake_are_cancelled_together_with_a_reason_and_one_mail_each(running):
    with_a_mailbox(running)
    sheets = [running.sheet(on=TOMORROW), running.sheet(on=LATER)]
    ids = [sheet.pk for sheet in sheets]
    with pytest.raises(Invalid):
        actions.cancel_sheets(running.coordinator, running.session.pk, ids, reason=" ")
    with pytest.raises(NotAllowed):
        actions.cancel_sheets(running.trainer, running.session.pk, ids, reason="Erreur.")
    actions.cancel_sheets(running.coordinator, running.session.pk, ids, reason="Semaine ouverte deux fois.")
    assert set(AttendanceSheet.objects.filter(pk__in=ids).values_list("state", flat=True)) == {"cancelled"}
    assert not Attendance.objects.filter(sheet__in=ids).exists()
    [(address, body)] = told("half_days_cancelled")
    assert address == "amina@example.org"
    assert "- mercredi 5 novembre, matin\n- jeudi 6 novembre, matin" in body
    # They count for nothing, and their half-days may be opened again.
    whole = ledger_page(running.officer, running.operation).whole
    assert whole.ledger.centre.planned == 0
    assert running.sheet(on=TOMORROW)
    shown = page(browser(running.coordinator), "training:sheet", ids[0])
    assert "Semaine ouverte deux fois." in shown
    assert "Faire signer" not in shown


def test_one_signed_sheet_among_them_and_none_is_cancelled(running):
    sheets = [running.sheet(), running.sheet(on=TOMORROW)]
    signed_by_a_trainee(running, sheets[0])
    with pytest.raises(WrongState, match="du mardi 4 novembre, matin est déjà signée"):
        actions.cancel_sheets(running.coordinator, running.session.pk, [s.pk for s in sheets], reason="Erreur.")
    assert AttendanceSheet.objects.filter(state="cancelled").count() == 0


def test_a_paper_printed_before_is_no_longer_that_of_a_half_day_that_moved(running):
    kept, moved = running.sheet(on=TOMORROW), running.sheet(on=TOMORROW, half="afternoon")
    actions.print_sheets(running.coordinator, running.session.pk, [kept.pk, moved.pk])
    actions.move_sheet(running.trainer, moved.pk, facts(running))
    assert list(PrintedSheet.objects.values_list("sheet", flat=True)) == [kept.pk]


def test_a_signature_that_comes_for_a_cancelled_sheet_is_kept_and_shown_to_a_person(running):
    sheet = running.sheet()
    actions.cancel_sheets(running.coordinator, running.session.pk, [sheet.pk], reason="Séance reportée.")
    [sent] = actions.receive_signatures(
        running.trainer, sheet.pk, [Given(uuid.UUID(int=1), running.ids[0], clock.now())]
    )
    assert SentSignature.objects.get().is_held
    assert "Signatures à départager" in page(browser(running.coordinator), "training:sheet", sheet.pk)
    actions.settle_signature(running.coordinator, sent.pk, accept=False, reason="La séance est reportée.")
    with pytest.raises(WrongState, match="annulée"):
        actions.sign_in_turn(running.trainer, sheet.pk, running.ids[0], key=uuid.UUID(int=2))


def test_the_pages_move_and_cancel_and_keep_what_was_typed(running):
    sheet = running.sheet(on=TOMORROW)
    client = browser(running.coordinator)
    assert "Déplacer ou modifier" in page(client, "training:sheet", sheet.pk)
    assert "Gestes et postures" in page(client, "training:move_sheet", sheet.pk)
    typed = {
        "on": "2027-01-01",
        "half": "morning",
        "starts_at": "09:30",
        "minutes": 200,
        "module_label": "Gestes",
        "trainer_name": "Ada",
        "place": "Salle 9",
    }
    again = post(client, "training:move_sheet", sheet.pk, answered=422, **typed)
    assert "Salle 9" in again
    post(client, "training:move_sheet", sheet.pk, **(typed | {"on": "2025-11-06"}))
    sheet.refresh_from_db()
    assert (sheet.on, sheet.trainer_name) == (LATER, "Ada")
    ticked = (
        page(client, "training:cancel_sheets", running.operation.pk)
        + client.get(f"/operations/{running.operation.pk}/feuilles/annuler/?feuille={sheet.pk}").content.decode()
    )
    assert "checked" in ticked
    assert "Garder les feuilles" in ticked
    post(client, "training:cancel_sheets", running.operation.pk, sheets=sheet.pk, reason="Erreur.")
    assert AttendanceSheet.objects.get(pk=sheet.pk).state == "cancelled"
    for actor, status in ((running.officer, 403), (running.trainer, 403), (running.stranger, 404)):
        page(browser(actor), "training:cancel_sheets", running.operation.pk, status=status)


def test_a_half_day_to_come_does_not_move_to_a_day_that_is_past(running):
    sheet = running.sheet(on=TOMORROW)
    with pytest.raises(Invalid, match="ne se déplace pas vers un jour passé"):
        actions.move_sheet(running.trainer, sheet.pk, facts(running, on=date(2025, 11, 3)))
    # That of today, opened on the wrong day, may.
    assert actions.move_sheet(running.trainer, running.sheet().pk, facts(running, on=date(2025, 11, 3)))


def test_the_page_says_who_is_told_by_mail_and_who_must_be_called(running):
    with_a_mailbox(running)
    Person.objects.filter(pk=running.people[1].person_id).update(email="", phone="06 00 00 00 01")
    Person.objects.filter(pk=running.people[2].person_id).update(email="", phone="")
    sheet = running.sheet(on=TOMORROW)
    client = browser(running.coordinator)
    typed = {"on": "2025-11-06", "half": "morning", "starts_at": "09:00", "minutes": 210, "module_label": "Gestes"}
    address = reverse("training:move_sheet", args=[sheet.pk])
    shown = client.post(address, typed | {"trainer_name": "Ada", "place": "A"}, follow=True).content.decode()
    assert "1 stagiaire est prévenu par courriel." in shown
    assert f"à appeler : {running.people[1].person} (06 00 00 00 01), {running.people[2].person}." in shown
    # Another trainer at the same hour: nobody is told, and it is not said.
    shown = client.post(address, typed | {"trainer_name": "Bea", "place": "A"}, follow=True).content.decode()
    assert "La feuille est modifiée." in shown
    assert "courriel." not in shown
    address = reverse("training:cancel_sheets", args=[running.operation.pk])
    shown = client.post(address, {"sheets": sheet.pk, "reason": "Erreur."}, follow=True).content.decode()
    assert "1 stagiaire est prévenu par courriel." in shown
    assert "06 00 00 00 01" in shown


def test_a_sheet_that_is_signed_says_why_it_does_not_move(running):
    sheet = running.sheet()
    signed_by_a_trainee(running, sheet)
    shown = page(browser(running.trainer), "training:sheet", sheet.pk)
    assert "elle ne se déplace ni ne s'annule plus" in shown.replace("&#x27;", "'").replace("’", "'")
