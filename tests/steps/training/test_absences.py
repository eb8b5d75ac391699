"""Absences: their reason, the paper that justifies, who is told and when; what the ledger makes of them."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from browsing import browser, page, post
from defi.journey.models import TurnRow
from defi.kernel import clock
from defi.kernel.files.models import StoredFile
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown
from defi.people.models import Person
from defi.schemes.rulebook import current
from defi.steps.pairing.queries import standing
from defi.steps.sourcing.actions import leave_training
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions
from defi.steps.training.absences import Alert, HalfDayKept, alerts, holds, in_order, is_excused
from defi.steps.training.actions import Why
from defi.steps.training.models import Absence, AbsenceAlert, Attendance, CompanyPresence
from defi.steps.training.queries.presence import month_page
from defi.web.turn_pages import shown
from training.conftest import afternoon_of, lock_after, no_name_in_the_journal, subjects
from training.periods import HALVES, LAST, agreed, in_the_evening, there

RULES = current().attendance
TODAY, TOMORROW = date(2025, 11, 4), date(2025, 11, 5)


def a_pdf() -> bytes:
    kept = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(kept)
    return kept.getvalue()


PDF = a_pdf()


def told():
    return Mail.objects.filter(purpose__contains="absences")


def history(*states, first=TODAY):
    return [HalfDayKept(first + timedelta(days=n // 2), state) for n, state in enumerate(states)]


def missed(stage, *half_days, n=0):
    """Sheets of these half-days, on which that person is absent and the others present."""
    made = []
    for on, half in half_days:
        sheet = stage.sheet(on=on, half=half)
        with clock.at(afternoon_of(on)):
            states = dict.fromkeys(stage.ids, "present") | {stage.ids[n]: "absent"}
            actions.record_attendance(stage.trainer, sheet.pk, states)
        made.append(sheet)
    return made


def locked(stage, sheet, on=TODAY):
    with clock.at(afternoon_of(on)):
        actions.sign_as_trainer(stage.trainer, sheet.pk)
        lock_after(stage.trainer, sheet.pk)
    return sheet


# Rules


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((), []),
        (("absent",), []),
        (("absent", "absent"), [("running", 2)]),
        (("absent", "present", "absent"), []),
        (("absent", "excused", "absent"), []),
        (("present", "absent", "absent", "absent"), [("running", 3)]),
        (("absent", "absent", "present"), []),
        (("excused",) * 6, [("many", 6)]),
        (("excused",) * 4 + ("absent",) * 2, [("running", 2), ("many", 6)]),
    ],
)
def test_what_is_told_of_absences(states, told):
    assert [(a.kind, a.half_days) for a in alerts(history(*states), RULES)] == told


def test_a_run_is_told_once_however_long_it_grows_and_another_one_is_told_again():
    first = history("absent", "absent")
    known = alerts(first, RULES)
    assert alerts(history("absent", "absent", "absent"), RULES, known) == ()
    again = history("absent", "absent", "present", "present", "absent", "absent")
    assert [a.kind for a in alerts(again, RULES, known)] == ["running"]


def test_an_earlier_half_day_noted_later_is_the_same_run():
    assert alerts(history("absent", "absent", "absent"), RULES, [Alert("running", TODAY + timedelta(days=1), 2)]) == ()


def test_many_absences_are_told_again_after_a_month_only():
    known = [Alert("many", TODAY, 6)]
    assert alerts(history(*["excused"] * 8), RULES, known) == ()
    later = history(*["excused"] * 6, first=TODAY + timedelta(days=40))
    assert [a.kind for a in alerts(later, RULES, known)] == ["many"]


@given(st.lists(st.sampled_from(["present", "absent", "excused"]), max_size=20))
def test_what_was_told_is_not_told_twice(states):
    found = alerts(history(*states), RULES)
    assert alerts(history(*states), RULES, found) == ()


@given(st.lists(st.sampled_from(["present", "absent", "excused"]), max_size=20))
def test_what_is_told_is_true_when_it_is_told(states):
    kept = history(*states)
    assert all(holds(alert, kept) for alert in alerts(kept, RULES))


@pytest.mark.parametrize(
    ("states", "true"),
    [
        (("absent", "absent"), True),
        (("absent", "absent", "absent"), True),
        (("absent", "present"), False),
        (("present", "absent"), False),
        (("absent",), False),
        (("absent", "excused"), False),
        ((), False),
    ],
)
def test_a_run_that_was_told_holds_as_long_as_its_half_days_are_missed_without_justification(states, true):
    assert holds(Alert("running", TODAY, 2), history(*states)) is true


def test_many_absences_hold_justified_or_not():
    known = Alert("many", TODAY, 6)
    assert holds(known, history(*["absent", "excused"] * 3))
    assert not holds(known, history(*["absent", "excused"] * 2, "absent", "present"))


def test_only_a_paper_and_a_reason_that_excuses_justify():
    assert is_excused("certificate", RULES, has_paper=True)
    assert not is_excused("certificate", RULES, has_paper=False)
    assert not is_excused("transport", RULES, has_paper=True)
    assert not is_excused("unheard of", RULES, has_paper=True)


# Reasons


def test_a_reason_with_its_paper_justifies_the_absences_of_some_days_at_once(running):
    missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    noted = actions.note_absences(running.trainer, running.ids[0], TODAY, TODAY, Why("certificate", ("arret.pdf", PDF)))
    assert len(noted) == 2
    assert Attendance.objects.filter(candidacy=running.ids[0], state="excused").count() == 2
    assert StoredFile.objects.filter(kind="absence_proof").count() == 1
    # Neither the reason nor the name of the paper is in the journal.
    told = "".join(f"{e.before}{e.after}" for e in JournalEntry.objects.all())
    assert "certificate" not in told
    assert "arret" not in told
    assert no_name_in_the_journal(running)


def test_a_reason_alone_justifies_nothing_and_the_paper_may_come_later(running):
    missed(running, (TODAY, "morning"))
    actions.note_absences(running.trainer, running.ids[0], TODAY, TODAY, Why("certificate"))
    assert Attendance.objects.get(candidacy=running.ids[0]).state == "absent"
    actions.note_absences(running.trainer, running.ids[0], TODAY, TODAY, Why("certificate", ("a.pdf", PDF)))
    assert Attendance.objects.get(candidacy=running.ids[0]).state == "excused"
    actions.note_absences(running.trainer, running.ids[0], TODAY, TODAY, Why("transport"))
    assert Attendance.objects.get(candidacy=running.ids[0]).state == "absent"
    assert Absence.objects.get().proof is not None


def test_on_a_locked_sheet_it_is_a_correction_of_the_coordinator_with_its_reason(running):
    [sheet] = missed(running, (TODAY, "morning"))
    locked(running, sheet)
    why = Why("convocation", ("c.pdf", PDF))
    with pytest.raises(NotAllowed, match="le coordinateur"):
        actions.note_absences(running.trainer, running.ids[0], TODAY, TODAY, why)
    assert not Absence.objects.exists()
    actions.note_absences(running.coordinator, running.ids[0], TODAY, TODAY, why)
    line = Attendance.objects.get(candidacy=running.ids[0])
    assert (line.state, line.corrected_on) == ("excused", TODAY)
    assert "Justificatif reçu." in page(browser(running.coordinator), "training:sheet", sheet.pk)


def test_a_reason_needs_an_absence_a_known_word_and_a_paper_that_is_one(running):
    missed(running, (TODAY, "morning"))
    for why, first in (
        (Why("flu"), TODAY),
        (Why("transport"), TOMORROW),
        (Why("certificate", ("a.exe", b"MZ")), TODAY),
    ):
        with pytest.raises(Invalid):
            actions.note_absences(running.trainer, running.ids[0], first, first, why)
    with pytest.raises(Unknown):
        actions.note_absences(running.stranger, running.ids[0], TODAY, TODAY, Why("transport"))
    with pytest.raises(NotAllowed):
        actions.note_absences(running.officer, running.ids[0], TODAY, TODAY, Why("transport"))


def test_why_somebody_was_away_stays_with_the_provider_and_the_person(running):
    missed(running, (TODAY, "morning"))
    actions.note_absences(running.trainer, running.ids[0], TODAY, TODAY, Why("certificate", ("a.pdf", PDF)))
    for actor, seen in (
        (running.trainer, 1),
        (running.as_trainee(0), 1),
        (running.as_trainee(1), 0),
        (running.officer, 0),
        (running.tutor, 0),
        (running.stranger, 0),
    ):
        assert Absence.objects.visible_to(actor).count() == seen
    for actor in (running.officer, running.tutor, running.stranger):
        assert not StoredFile.objects.visible_to(actor).filter(kind="absence_proof").exists()


# Alerts


def test_the_referent_the_prescriber_and_the_officer_are_told_once_and_never_why(running):
    referent = running.trainer.person_id
    type(running.people[0]).objects.filter(pk=running.ids[0]).update(referent=referent)
    person = running.people[0]._meta.get_field("referent").related_model.objects.get(pk=referent)
    person.email = "farid@atelier.example"
    person.save()
    missed(running, (TODAY, "morning"))
    assert "Absences" not in " ".join(subjects())
    missed(running, (TODAY, "afternoon"))
    missed(running, (TOMORROW, "morning"))
    mails = Mail.objects.filter(purpose__contains="absences").order_by("purpose")
    assert [(mail.purpose, mail.address) for mail in mails] == [
        ("training/mail/absences_officer", "claire@region.example"),
        ("training/mail/absences_prescriber", "accueil@mission.example"),
        ("training/mail/absences_referent", "farid@atelier.example"),
    ]
    assert all("2 demi-journées depuis le 4 novembre 2025" in mail.body for mail in mails)
    assert AbsenceAlert.objects.get().half_days == 2


def test_only_those_whom_the_rulebook_names_are_told(running, monkeypatch):
    rules = replace(RULES, alert_to=frozenset({"prescriber"}))
    book = replace(current(), attendance=rules)
    monkeypatch.setattr("defi.steps.training.mails.book_of", lambda operation: book)
    missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    purposes = told().values_list("purpose", flat=True)
    assert list(purposes) == ["training/mail/absences_prescriber"]


def test_the_officer_and_the_referent_learn_of_a_leaving_and_what_the_gauge_says(running):
    referent = running.trainer.person_id
    Candidacy.objects.filter(pk=running.ids[0]).update(referent=referent)
    Person.objects.filter(pk=referent).update(email="farid@atelier.example")
    leave_training(running.coordinator, running.ids[0], code="found_job", on=TODAY)
    mails = Mail.objects.filter(purpose="training/mail/left").order_by("address")
    assert [mail.address for mail in mails] == ["claire@region.example", "farid@atelier.example"]
    for mail in mails:
        assert "le 4 novembre 2025" in mail.body
        assert "Aujourd'hui, sur les places de la Région : 0 appairés, 2 en formation." in mail.body
        finding = mail.body.index("Le constat du démarrage, fixé le 3 novembre 2025, ne change plus :")
        assert mail.body.index(standing(running.session).sentence) > finding
        assert "Motif : " in mail.body
    # The prescriber is told by the mail of the answers, as before.
    told = Mail.objects.filter(purpose="sourcing/mail/answer_prescriber", address="accueil@mission.example")
    assert told.exists()


def test_the_board_says_how_many_are_there_today_beside_the_finding_that_does_not_change(running):
    leave_training(running.coordinator, running.ids[0], code="found_job", on=TODAY)
    shown = page(browser(running.coordinator), "pairing:board", running.operation.pk).replace("&#x27;", "'")
    assert "Aujourd'hui, sur les places de la Région : 0 appairés, 2 en formation." in shown
    assert "3 entrés" in shown


def test_who_notes_a_leaving_is_not_told_of_it(running):
    Candidacy.objects.filter(pk=running.ids[0]).update(referent=running.coordinator.person_id)
    Person.objects.filter(pk=running.coordinator.person_id).update(email="nadia@atelier.example")
    leave_training(running.coordinator, running.ids[0], code="found_job", on=TODAY)
    told = Mail.objects.filter(purpose="training/mail/left").values_list("address", flat=True)
    assert list(told) == ["claire@region.example"]


def test_who_left_is_not_told_of(running):
    sheets = [running.sheet(), running.sheet(half="afternoon")]
    leave_training(running.coordinator, running.ids[0], code="personal_choice", on=TODAY)
    for sheet in sheets:
        actions.record_attendance(running.trainer, sheet.pk, {running.ids[0]: "absent"})
    assert not AbsenceAlert.objects.exists()


# What is not, or no longer, true


def test_one_paper_proves_several_absences_and_those_of_two_people(running):
    missed(running, (TODAY, "morning"), (TOMORROW, "morning"))
    missed(running, (TOMORROW, "afternoon"), n=1)
    why = Why("certificate", ("arret.pdf", PDF))
    with clock.at(afternoon_of(TOMORROW)):
        noted = [
            actions.note_absences(running.trainer, running.ids[n], day, day, why)[0]
            for n, day in ((0, TODAY), (0, TOMORROW), (1, TOMORROW))
        ]
    assert len({absence.proof_id for absence in noted}) == 1
    assert StoredFile.objects.get(kind="absence_proof").pk == noted[0].proof_id


def missed_in_firm(stage, *half_days, n=0):
    """A period of January in which the tutor signs these half-days absent."""
    placement = agreed(stage, n)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(stage.tutor, placement.pk, there(*half_days, state="absent"))
    return placement


def test_absences_in_a_firm_are_told_like_those_of_the_centre(running):
    missed_in_firm(running)
    alert = AbsenceAlert.objects.get(kind="running")
    assert (alert.candidacy_id, alert.since, alert.half_days) == (running.ids[0], date(2026, 1, 5), 4)
    assert Mail.objects.filter(purpose="training/mail/absences_prescriber").exists()


def test_a_run_of_absences_goes_from_the_centre_to_the_firm_and_a_presence_there_ends_it(running):
    placement = agreed(running)
    missed(running, (date(2026, 1, 2), "afternoon"))
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, {HALVES[0]: "present", HALVES[1]: "absent"})
        assert not AbsenceAlert.objects.exists()
        actions.correct_presence(running.coordinator, placement.pk, HALVES[0], "absent", reason="Erreur du tuteur.")
    assert [(one.since, one.half_days) for one in AbsenceAlert.objects.filter(kind="running")] == [
        (date(2026, 1, 2), 3)
    ]


def test_absences_in_a_firm_that_a_paper_excuses_are_no_run(running):
    placement = missed_in_firm(running, HALVES[0])
    with clock.at(in_the_evening(LAST)):
        why = Why("certificate", ("arret.pdf", PDF))
        actions.note_absences(running.trainer, running.ids[0], HALVES[0][0], LAST, why)
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[1], state="absent"))
    assert not AbsenceAlert.objects.filter(kind="running").exists()


def test_an_absence_in_a_firm_that_a_paper_excuses_is_excused_in_the_month_and_on_its_page(running):
    missed_in_firm(running, HALVES[0])
    person, month = running.ids[0], date(2026, 1, 1)

    def figures(actor):
        (row,) = (row for row in month_page(actor, running.session, month).rows if row.candidacy.pk == person)
        return row.account.figures, [note for note in row.notes if note.startswith("absence")]

    with clock.at(in_the_evening(LAST)):
        assert figures(running.coordinator) == ([210, 0, 0, 210], ["absence : 05/01/2026 matin"])
        statement = actions.establish_presence(running.coordinator, running.session.pk, month)
        # A reason that excuses is nothing without the paper that shows it.
        actions.note_absences(running.trainer, person, HALVES[0][0], LAST, Why("certificate"))
        assert figures(running.coordinator)[0] == [210, 0, 0, 210]
        actions.note_absences(running.trainer, person, HALVES[0][0], LAST, Why("certificate", ("arret.pdf", PDF)))
        for actor in (running.coordinator, running.officer, running.as_trainee(0)):
            assert figures(actor) == ([210, 0, 210, 0], ["absence justifiée : 05/01/2026 matin"])
        # What was established stays as it was, and the page says that another one is to be made.
        assert statement.figures[str(person)] == [210, 0, 0, 210]
        assert month_page(running.officer, running.session, month).statements[0].changed
        assert "absence justifiée</span>" in page(browser(running.trainer), "training:absences", person)
    # The tutor's own word stays as signed.
    assert CompanyPresence.objects.get().state == "absent"


@given(kept=st.lists(st.tuples(st.dates(), st.sampled_from(["morning", "afternoon"]), st.just("absent"))))
def test_half_days_of_both_places_are_read_as_they_were_lived(kept):
    assert [one.on for one in in_order(kept)] == sorted(on for on, _half, _state in kept)
    day = [(TODAY, "afternoon", "present"), (TODAY, "morning", "absent")]
    assert [one.state for one in in_order(day)] == ["absent", "present"]


def test_the_reason_of_an_absence_in_a_firm_is_noted_on_the_same_page_and_stays_as_private(running):
    missed_in_firm(running)
    inside = browser(running.trainer)
    text = page(inside, "training:absences", running.ids[0])
    assert "Les Tilleuls" in text
    assert "motif à noter" in text
    said = {"first": "2026-01-05", "last": "2026-01-05", "reason": "transport"}
    post(inside, "training:absences", running.ids[0], **said)
    assert [row.presence.half for row in Absence.objects.order_by("pk")] == ["morning", "afternoon"]
    assert page(inside, "training:absences", running.ids[0]).count("motif à noter") == 2
    # Said again, it is the same absence; what the tutor signed is as it was.
    actions.note_absences(running.trainer, running.ids[0], HALVES[0][0], HALVES[0][0], Why("personal"))
    assert {row.reason for row in Absence.objects.all()} == {"personal"}
    for actor, seen in (
        (running.as_trainee(0), 2),
        (running.as_trainee(1), 0),
        (running.officer, 0),
        (running.tutor, 0),
    ):
        assert Absence.objects.visible_to(actor).count() == seen
    assert no_name_in_the_journal(running)


# Pages


def test_a_reason_is_noted_on_the_page_with_its_paper(running):
    missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    client = browser(running.trainer)
    shown = page(client, "training:absences", running.ids[0])
    assert shown.count("motif à noter") == 2
    assert 'name="first" value="' in shown.replace('type="date" ', "")
    post(client, "training:absences", running.ids[0], answered=422, first=TODAY, last=TODAY)
    # They were told of before the paper came: that stays said.
    told().update(sent_at=clock.now())
    paper = SimpleUploadedFile("arret.pdf", PDF, "application/pdf")
    sent = {"first": TODAY.isoformat(), "last": TODAY.isoformat(), "reason": "certificate", "file": paper}
    assert client.post(reverse("training:absences", args=[running.ids[0]]), sent).status_code == 303
    shown = page(client, "training:absences", running.ids[0])
    assert shown.count("justificatif reçu") == 2
    assert "le référent, le prescripteur, la Région" in shown, shown[shown.index("<main") :]
    for actor, status in ((running.officer, 403), (running.as_trainee(0), 403), (running.stranger, 404)):
        page(browser(actor), "training:absences", running.ids[0], status=status)


def test_absences_without_a_reason_are_on_the_list_of_what_is_to_do_until_it_is_noted(running):
    missed(running, (TODAY, "morning"))
    turns = TurnRow.objects.filter(operation=running.operation, key="absence.note")
    assert shown(turns.get()).url == reverse("training:hours", args=[running.operation.pk])
    actions.note_absences(running.coordinator, running.ids[0], TODAY, TODAY, Why("no_news"))
    assert not turns.exists()


def test_who_did_not_come_is_on_the_list_of_what_is_to_do_until_the_call(eve):
    with clock.at(date(2025, 11, 3)):
        actions.start_session(eve.coordinator, eve.session.pk, on=date(2025, 11, 3), entered=eve.ids[1:])
        turns = TurnRow.objects.filter(operation=eve.operation, key="absentee.call")
        assert shown(turns.get()).url == reverse("training:session", args=[eve.operation.pk])
        actions.call_absentee(eve.coordinator, eve.ids[0], outcome="no_answer")
        assert not turns.exists()
