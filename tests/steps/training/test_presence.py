"""The monthly presence for the pay, and the certificate of completion: what the locked sheets say, kept."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import factories
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.steps.sourcing.actions import leave_training
from defi.steps.training import actions
from defi.steps.training.models import Completion, PresenceStatement
from defi.steps.training.monthly import Kept, bounds, month_account, month_words, months_between
from training.conftest import afternoon_of, lock_after, note

NOVEMBER = date(2025, 11, 1)


def locked(stage, day, states, half="morning"):
    sheet = stage.sheet(on=date(2025, 11, day), half=half)
    with clock.at(afternoon_of(date(2025, 11, day))):
        note(stage, sheet, dict(zip(stage.ids, states, strict=True)))
        actions.sign_as_trainer(stage.trainer, sheet.pk)
        lock_after(stage.coordinator, sheet.pk)
    return sheet


# rules

lines = st.lists(
    st.builds(
        Kept,
        on=st.dates(date(2025, 11, 1), date(2025, 11, 30)),
        half=st.sampled_from(["morning", "afternoon"]),
        minutes=st.integers(30, 330),
        state=st.sampled_from(["present", "absent", "excused", "expected"]),
    )
)


@given(lines)
def test_what_is_planned_is_always_what_was_done_and_missed(kept):
    account = month_account(kept)
    assert account.planned == account.present + account.excused + account.absent == sum(line.minutes for line in kept)
    assert sum(line.minutes for line in account.missed) == account.excused + account.absent


def test_the_months_of_a_session_are_those_it_touches():
    assert months_between(date(2025, 11, 30), date(2026, 2, 1)) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]
    assert bounds(date(2026, 2, 10)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert month_words(NOVEMBER) == "novembre 2025"


# the statement


def test_only_locked_sheets_count_and_the_others_are_named(running):
    locked(running, 4, ["present", "absent", "excused"])
    running.sheet(on=date(2025, 11, 4), half="afternoon")
    shown = page(browser(running.officer), "training:presence", running.operation.pk)
    assert "1 demi-journée ne compte pas encore" in shown
    assert "04/11/2025 après-midi" in shown
    statement = actions.establish_presence(running.coordinator, running.session.pk, NOVEMBER)
    one, two, three = (str(pk) for pk in running.ids)
    assert statement.figures == {one: [210, 210, 0, 0], two: [210, 0, 0, 210], three: [210, 0, 210, 0]}
    assert Document.objects.get(kind="presence-statement").object_id == statement.pk


def test_a_month_is_established_again_only_when_something_changed(running):
    with pytest.raises(WrongState, match="Aucune feuille"):
        actions.establish_presence(running.coordinator, running.session.pk, NOVEMBER)
    sheet = locked(running, 4, ["present", "present", "present"])
    actions.establish_presence(running.coordinator, running.session.pk, NOVEMBER)
    with pytest.raises(WrongState, match="déjà établi"):
        actions.establish_presence(running.coordinator, running.session.pk, NOVEMBER)
    actions.correct_attendance(
        running.coordinator, sheet.pk, running.ids[1], state="absent", reason="Partie à dix heures"
    )
    shown = page(browser(running.coordinator), "training:presence", running.operation.pk)
    assert "des feuilles ont changé depuis" in shown
    actions.establish_presence(running.coordinator, running.session.pk, NOVEMBER)
    assert PresenceStatement.objects.count() == 2


def test_a_month_outside_the_session_and_other_hands_are_refused(running):
    locked(running, 4, ["present", "present", "present"])
    with pytest.raises(Invalid):
        actions.establish_presence(running.coordinator, running.session.pk, date(2026, 3, 1))
    for other in (running.officer, running.trainer, running.tutor):
        with pytest.raises(NotAllowed):
            actions.establish_presence(other, running.session.pk, NOVEMBER)


def test_the_month_leaves_as_a_spreadsheet_that_adds_up(running):
    locked(running, 4, ["present", "absent", "present"])
    found = browser(running.coordinator).get(f"/operations/{running.operation.pk}/presence/?mois=2025-11&export=ods")
    rows = CalamineWorkbook.from_filelike(BytesIO(found.content)).get_sheet_by_index(0).to_python()
    assert [row[3] for row in rows[1:]] == [3.5, 0, 3.5]


def test_a_trainee_reads_their_own_hours_and_a_firm_none(running):
    locked(running, 4, ["present", "absent", "present"])
    mine = page(browser(running.as_trainee(1)), "training:my_presence")
    assert "Absent sans justificatif" in mine
    assert not any(p.person.last_name in mine for p in running.people if p.pk != running.ids[1])
    page(browser(running.tutor), "training:presence", running.operation.pk, status=404)
    page(
        browser(factories.actor(Who.ADVISER, running.prescriber)), "training:presence", running.operation.pk, status=404
    )
    cabinet = factories.actor(Who.CABINET, factories.a_region())
    page(browser(cabinet), "training:presence", running.operation.pk, status=404)


def test_the_cabinet_reads_no_paper_that_names_trainees(running):
    sheet = locked(running, 4, ["present", "absent", "present"])
    actions.establish_presence(running.coordinator, running.session.pk, NOVEMBER)
    actions.print_sheets(running.coordinator, running.session.pk, [sheet.pk])
    cabinet, officer = factories.actor(Who.CABINET, factories.a_region()), running.officer
    for document in Document.objects.filter(kind__in=["presence-statement", "attendance-sheet"]):
        assert browser(officer).get(f"/documents/{document.code}/").status_code == 200
        assert browser(cabinet).get(f"/documents/{document.code}/").status_code == 404


def test_the_statement_is_made_from_its_page(running):
    locked(running, 4, ["present", "absent", "present"])
    provider = browser(running.coordinator)
    post(provider, "training:presence", running.operation.pk)
    assert "PRES-2025-" in page(provider, "training:presence", running.operation.pk)
    refused = provider.post(f"/operations/{running.operation.pk}/presence/", follow=True).content.decode()
    assert "déjà établi" in refused


# the certificate of completion

SIGNED = {"signed_name": "Paul Exemple", "signed_as": "directeur"}


def test_a_certificate_is_given_at_the_exit_with_the_hours_of_the_locked_sheets(running):
    locked(running, 4, ["present", "absent", "present"])
    with pytest.raises(WrongState, match="encore en formation"):
        actions.certify_completion(running.coordinator, running.ids[0], **SIGNED)
    leave_training(running.coordinator, running.ids[0], code="found_job")
    given = actions.certify_completion(running.coordinator, running.ids[0], **SIGNED)
    assert (given.minutes_centre, given.minutes_company) == (210, 0)
    assert Document.objects.get(kind="completion-certificate").object_id == given.pk


def test_no_certificate_while_a_half_day_of_the_person_is_open(running):
    sheet = running.sheet(on=date(2025, 11, 4))
    actions.record_attendance(running.coordinator, sheet.pk, {running.ids[0]: "present"})
    leave_training(running.coordinator, running.ids[0], code="found_job")
    with pytest.raises(WrongState, match="1 demi-journée de cette personne"):
        actions.certify_completion(running.coordinator, running.ids[0], **SIGNED)


def test_a_certificate_says_who_signs(running):
    leave_training(running.coordinator, running.ids[0], code="found_job")
    with pytest.raises(Invalid) as refusal:
        actions.certify_completion(running.coordinator, running.ids[0], signed_name="", signed_as=" ")
    assert set(refusal.value.fields) == {"signed_name", "signed_as"}
    assert not Completion.objects.exists()


def test_no_certificate_attests_a_training_of_which_no_hour_was_done(running):
    locked(running, 4, ["absent", "present", "present"])
    leave_training(running.coordinator, running.ids[0], code="found_job")
    with pytest.raises(WrongState, match="Aucune heure n'est faite"):
        actions.certify_completion(running.coordinator, running.ids[0], **SIGNED)
    assert not Completion.objects.exists()


def test_the_person_downloads_their_own_certificate_and_nobody_else_s(running):
    locked(running, 4, ["present", "absent", "present"])
    leave_training(running.coordinator, running.ids[0], code="found_job")
    post(browser(running.coordinator), "training:certify", running.ids[0], **SIGNED)
    document = Document.objects.get(kind="completion-certificate")
    own = browser(running.as_trainee(0))
    assert f"/documents/{document.code}/" in page(own, "training:my_space")
    assert own.get(f"/documents/{document.code}/").content.startswith(b"%PDF")
    for other in (running.as_trainee(1), running.tutor, running.stranger):
        assert browser(other).get(f"/documents/{document.code}/").status_code == 404
