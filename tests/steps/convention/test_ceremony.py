"""The day of the signing: its programme, its sheet; what is told when the session moves."""

from __future__ import annotations

from datetime import date, time

import pytest

from convention.signing_stage import CEREMONY, OPTION, Stage
from convention.test_pages import lead_of, root, signed_in, text_of
from defi.kernel.access import Who
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.actions import reschedule_session
from defi.steps.convention import actions
from defi.steps.convention.ceremony import programme_of, write_programme
from defi.steps.convention.ceremony_rules import Moment, read, usual, written
from defi.steps.convention.models import SigningOption


def held(stage: Stage) -> SigningOption:
    actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
    (option,) = actions.forward_options(stage.officer, stage.operation.pk)
    return actions.hold_option(stage.cabinet, option.pk)


def test_the_usual_programme_begins_before_the_hour_and_is_read_as_it_is_written():
    told = usual(time(14, 30))
    assert told[0].at == time(14, 15)
    assert read(written(told)) == (told, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Accueil", "Ligne 1"),
        ("14 h 30 Accueil\n\n25:00 Fin", "Ligne 3"),
        ("15h00 Signature\n14h30 Accueil", "dans l'ordre"),
        ("\n".join(f"14:{n:02d} Moment" for n in range(21)), "20 moments"),
    ],
)
def test_a_programme_that_cannot_be_read_is_told_by_its_line(text: str, said: str):
    moments, fault = read(text)
    assert moments == ()
    assert said in fault


def test_hours_are_typed_as_people_write_them():
    assert read("9h Accueil\n9:30 - Signature\n10 h 05, Photo")[0] == (
        Moment(time(9), "Accueil"),
        Moment(time(9, 30), "Signature"),
        Moment(time(10, 5), "Photo"),
    )


@pytest.mark.django_db
class TestTheDay:
    def test_the_programme_is_written_for_the_held_date_and_printed_on_the_sheet(self, stage: Stage):
        lead = lead_of(stage)
        assert lead.get(f"{root(stage)}ceremonie.pdf").status_code == 409
        option = held(stage)
        stage.draft()
        assert "Accueil des signataires" in text_of(lead.get(f"/dates-de-signature/{option.pk}/programme/"))
        typed = {"text": "14 h 30 Accueil par le maire", "version": option.version}
        wrong = lead.post(f"/dates-de-signature/{option.pk}/programme/", {**typed, "text": "Accueil"})
        assert wrong.status_code == 422
        assert lead.post(f"/dates-de-signature/{option.pk}/programme/", typed).status_code == 302
        option.refresh_from_db()
        assert programme_of(option) == (Moment(time(14, 30), "Accueil par le maire"),)
        assert lead.get(f"{root(stage)}ceremonie.pdf").content.startswith(b"%PDF")
        assert signed_in(Who.SIGNATORY, stage.firm).get(f"{root(stage)}ceremonie.pdf").status_code == 404

    def test_a_date_that_is_not_held_has_no_programme(self, stage: Stage):
        (option,) = actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
        with pytest.raises(WrongState, match="pas retenue"):
            write_programme(stage.lead, option.pk, text="14 h Accueil")
        with pytest.raises(Invalid, match="Ligne 1"):
            write_programme(stage.cabinet, held_again(stage, option).pk, text="Accueil")

    def test_when_the_session_moves_each_one_concerned_is_told_once_with_what_is_due_now(self, stage: Stage):
        held(stage)
        reschedule_session(stage.officer, stage.session.pk, starts_on=date(2025, 11, 10), reason="salle")
        told = Mail.objects.filter(purpose="convention/mail/signing_moved")
        assert sorted(told.values_list("address", flat=True)) == [
            "cabinet@region.example",
            "claire@region.example",
            "lead@of.example",
        ]
        body = told[0].body
        assert "du 10 novembre 2025" in body
        assert "21 octobre 2025" in body  # J-20 of the new start
        assert "ne convient plus" not in body

    def test_a_ceremony_that_no_longer_fits_is_said(self, stage: Stage):
        held(stage)
        reschedule_session(
            stage.officer, stage.session.pk, starts_on=date(2025, 10, 20), ends_on=CEREMONY.replace(day=4), reason="x"
        )
        assert "ne convient plus" in Mail.objects.filter(purpose="convention/mail/signing_moved")[0].body


def held_again(stage: Stage, option: SigningOption) -> SigningOption:
    actions.forward_options(stage.officer, stage.operation.pk)
    return actions.hold_option(stage.cabinet, option.pk)
