"""Signed pages find their place, or are told why not; who signed is said on them; a wrong one is taken off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from convention.by_code import signs
from convention.ink_stage import a_page, another_stage, deposited, pages_of, scans, text_of
from convention.signing_stage import NOW, Stage
from defi.kernel import clock
from defi.kernel.access import PROVIDER, TASK, Actor, Who, scope
from defi.kernel.codes import PageCode
from defi.kernel.files.models import FileVersion, StoredFile
from defi.kernel.models import Document, JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Stale, Unknown, WrongState
from defi.steps.convention import actions as convention_actions
from defi.steps.convention.ink import actions
from defi.steps.convention.ink.finding import targets
from defi.steps.convention.ink.rules import Fate
from defi.steps.convention.models import InkMark, ScannedPage
from factories import a_basin, a_coordinator, a_provider, actor, an_officer, an_operation

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(stage: Stage) -> Stage:
    stage.send()
    return stage


def refused(actor: Actor, stage: Stage, *files: object) -> str:
    with pytest.raises(Refused) as caught:
        deposited(actor, stage.operation.pk, *files)  # type: ignore[arg-type]
    return caught.value.sentence


def test_pages_in_any_order_in_several_files_go_to_their_place(sent: Stage) -> None:
    text = text_of(sent)
    first, *others = pages_of(text)
    done = deposited(sent.lead, sent.operation.pk, list(reversed(others)), [first])
    assert done.sentences == ()
    assert "sont à leur place" in done.done
    assert sorted(scan.page or 0 for scan in scans(sent, "placed")) == list(range(1, text.pages + 1))
    assert {scan.document_id for scan in scans(sent)} == {text.pk}
    assert {scan.found for scan in scans(sent)} == {"code"}
    assert {scan.stored.label for scan in scans(sent)} >= {f"Page 1 de {text.number}"}


def test_what_cannot_be_read_waits_for_a_person_who_says_which_page_it_is(sent: Stage) -> None:
    done = deposited(sent.lead, sent.operation.pk, [a_page()])
    assert done.fates == (Fate.UNREAD,)
    assert "dites ci-dessous quelle page c'est" in done.sentences[0]
    (scan,) = scans(sent, "to_place")
    with pytest.raises(Invalid, match="choisissez-en une"):
        actions.place_scan(sent.lead, scan.pk, page=99)
    with pytest.raises(Stale):
        actions.place_scan(sent.lead, scan.pk, page=1, version=scan.version + 1)
    placed = actions.place_scan(sent.officer, scan.pk, page=1)
    assert (placed.state, placed.page, placed.found) == ("placed", 1, "person")
    with pytest.raises(Invalid, match="motif"):
        actions.correct_scan(sent.lead, scan.pk, page=2, reason="")
    assert actions.correct_scan(sent.lead, scan.pk, page=2, reason="page 2, mal lue").page == 2


def test_what_is_no_page_of_it_is_left_and_its_bytes_erased(sent: Stage) -> None:
    deposited(sent.lead, sent.operation.pk, [a_page()])
    (scan,) = scans(sent, "to_place")
    actions.reject_scan(sent.lead, scan.pk)
    with scope(TASK):
        version = FileVersion.objects.get(stored=scan.stored)
    assert (version.content, version.preview) == (None, None)
    assert len(version.sha256) == 64
    with pytest.raises(WrongState):
        actions.place_scan(sent.lead, scan.pk, page=1)


def test_a_page_that_its_code_placed_is_not_said_to_be_another(sent: Stage) -> None:
    deposited(sent.lead, sent.operation.pk, pages_of(text_of(sent), 1))
    (scan,) = scans(sent)
    with pytest.raises(WrongState, match="Le code imprimé dit que c'est la page 1"):
        actions.correct_scan(sent.lead, scan.pk, page=2, reason="erreur")


def test_a_page_of_another_convention_goes_to_its_own_when_the_sender_runs_it_too(sent: Stage) -> None:
    assert sent.operation.provider is not None
    other = another_stage(sent.operation.provider)
    text = text_of(other)
    done = deposited(an_officer(), sent.operation.pk, pages_of(text_of(sent), 1) + pages_of(text, 2))
    assert done.fates == (Fate.PLACED, Fate.ELSEWHERE)
    assert f"page 2 de la convention {text.number}" in done.sentences[0]
    assert [scan.page for scan in scans(other)] == [2]
    assert [scan.page for scan in scans(sent)] == [1]


def test_a_page_of_a_convention_that_the_sender_may_not_know_of_reveals_nothing(sent: Stage) -> None:
    other = another_stage(a_provider("Autre OF"))
    said = refused(sent.lead, sent, pages_of(text_of(other), 1))
    assert said == refused(sent.lead, sent, [a_page(PageCode("ZZZZZ22222", 1))])
    assert text_of(other).number not in said
    assert not scans(other)
    assert not scans(sent)


def test_a_page_of_another_territory_is_named_to_an_officer_and_not_kept(sent: Stage) -> None:
    elsewhere = an_officer(basins=[sent.operation.basin])
    other = another_stage(a_provider("Autre OF"), a_basin("Blois"))
    done = deposited(elsewhere, sent.operation.pk, pages_of(text_of(sent), 1) + pages_of(text_of(other), 1))
    assert done.fates == (Fate.PLACED, Fate.CLOSED_TO_ACTOR)
    assert text_of(other).number in done.sentences[0]


def test_a_page_of_an_older_edition_is_told_with_the_day_it_was_corrected(sent: Stage) -> None:
    old = text_of(sent)
    with clock.at(NOW + timedelta(days=1)):
        sent.send_another_text()
    said = refused(sent.lead, sent, pages_of(old, 1))
    assert "cette page est de l'édition 1" in said
    assert "corrigée le 7 octobre 2025" in said.replace("\xa0", " ")
    assert not scans(sent)


def test_a_page_of_another_document_is_not_kept(sent: Stage) -> None:
    with scope(TASK):
        sheet = sent.convention().contact_sheet
    assert isinstance(sheet, Document)
    assert sheet.number in refused(sent.lead, sent, pages_of(sheet, 1))


def test_the_same_page_twice_is_kept_once_and_said(sent: Stage) -> None:
    page = pages_of(text_of(sent), 1)
    deposited(sent.lead, sent.operation.pk, page)
    assert "déjà déposée" in refused(sent.lead, sent, page)
    assert len(scans(sent)) == 1


def test_a_file_that_cannot_be_read_does_not_hold_the_others_back(sent: Stage) -> None:
    done = deposited(sent.lead, sent.operation.pk, "« virus.pdf » contient un programme", pages_of(text_of(sent), 1))
    assert done.fates == (Fate.PLACED,)
    assert done.sentences == ("« virus.pdf » contient un programme",)


def test_nothing_to_keep_is_said_and_nothing_is_written(sent: Stage) -> None:
    before = JournalEntry.objects.count()
    assert "au moins un fichier" in refused(sent.lead, sent)
    assert "30 fichiers au plus" in refused(sent.lead, sent, *[[a_page()]] * 31)
    assert "blanches" in refused(sent.lead, sent, [a_page(blank=True)])
    assert JournalEntry.objects.count() == before


def test_pages_are_deposited_once_the_text_is_sent(stage: Stage) -> None:
    assert "pas encore préparée" in refused(stage.lead, stage, [a_page()])
    stage.draft()
    assert "en préparation" in refused(stage.lead, stage, [a_page()])


def test_who_does_not_run_the_operation_deposits_nothing(sent: Stage) -> None:
    for who in set(Who) - {Who.COORDINATOR, Who.ADMINISTRATOR, Who.OFFICER}:
        with pytest.raises(NotAllowed):
            deposited(Actor(who, organisation_id=sent.firm.pk, region_id=sent.region.pk), sent.operation.pk, [a_page()])


def test_another_provider_and_another_territory_deposit_nothing(sent: Stage) -> None:
    with pytest.raises(Unknown):
        deposited(a_coordinator(an_operation(a_provider("Autre OF"))), sent.operation.pk, [a_page()])
    with pytest.raises(NotAllowed, match="territoire"):
        deposited(an_officer(basins=[a_basin("Blois")]), sent.operation.pk, [a_page()])


READERS = {Who.COORDINATOR, Who.ADMINISTRATOR, Who.OFFICER, Who.PAYING_OFFICE, Who.STEERING, Who.DATA_PROTECTION}


def test_only_some_see_everybody_s_signatures(sent: Stage) -> None:
    deposited(sent.lead, sent.operation.pk, pages_of(text_of(sent), 1))
    provider = sent.operation.provider
    assert provider is not None
    for who in set(Who) - {Who.TASK}:
        house = provider if who in PROVIDER else sent.mission if who is Who.ADVISER else sent.firm
        reader = Actor(who, 1, house.pk, sent.region.pk)
        with scope(reader):
            seen = ScannedPage.objects.visible_to(reader).count(), StoredFile.objects.visible_to(reader).count()
        assert seen == ((1, 1) if who in READERS else (0, 0)), who


def signed_page(stage: Stage) -> ScannedPage:
    text = text_of(stage)
    deposited(stage.lead, stage.operation.pk, pages_of(text, text.pages))
    return scans(stage, "placed")[-1]


def test_several_signatures_are_read_on_one_page_and_bound_to_its_text(sent: Stage) -> None:
    scan = signed_page(sent)
    firm, mission = sent.signatory(sent.firm), sent.signatory(sent.mission)
    with clock.at(NOW + timedelta(days=2)):
        actions.sign_on_page(sent.officer, scan.pk, [firm.pk, mission.pk], on=date(2025, 10, 7))
    for organisation in (sent.firm, sent.mission):
        row = sent.signatory(organisation)
        assert (row.state, row.signed_on) == ("signed_ink", date(2025, 10, 7))
        assert row.signed_fingerprint == text_of(sent).sha256
    with pytest.raises(Invalid, match="déjà noté sur cette page"):
        actions.sign_on_page(sent.lead, scan.pk, [firm.pk])


def test_the_convention_is_complete_when_the_last_one_is_read(sent: Stage) -> None:
    scan = signed_page(sent)
    actions.sign_on_page(sent.lead, scan.pk, [signatory.pk for signatory in sent.signatories()])
    assert sent.convention().state == "signed"
    with pytest.raises(WrongState, match="elle reste"):
        actions.withdraw_scan(sent.lead, scan.pk, reason="floue")


def test_nobody_is_said_to_sign_where_it_cannot_be(sent: Stage) -> None:
    scan = signed_page(sent)
    firm = sent.signatory(sent.firm)
    with pytest.raises(Invalid, match="Cochez"):
        actions.sign_on_page(sent.lead, scan.pk, [])
    with pytest.raises(Invalid, match="Cochez"):
        actions.sign_on_page(sent.lead, scan.pk, [firm.pk, 999_999])
    with pytest.raises(Invalid, match="à venir"):
        actions.sign_on_page(sent.lead, scan.pk, [firm.pk], on=NOW + timedelta(days=1))
    deposited(sent.lead, sent.operation.pk, [a_page()])
    with pytest.raises(WrongState, match="quelle page"):
        actions.sign_on_page(sent.lead, scans(sent, "to_place")[0].pk, [firm.pk])
    provider = sent.signatory(sent.operation.provider)  # type: ignore[arg-type]
    signs(sent.lead, provider, sent.convention().fingerprint)
    with pytest.raises(WrongState, match="déjà signé en ligne"):
        actions.sign_on_page(sent.lead, scan.pk, [provider.pk])


def test_a_page_of_the_former_text_signs_nothing(sent: Stage) -> None:
    scan = signed_page(sent)
    sent.reopen()
    firm = sent.signatory(sent.firm)
    with pytest.raises(WrongState, match="en préparation"):
        actions.sign_on_page(sent.lead, scan.pk, [firm.pk])
    convention_actions.send_convention(sent.lead, sent.operation.pk)
    with pytest.raises(WrongState, match="édition précédente"):
        actions.sign_on_page(sent.lead, scan.pk, [firm.pk])


def test_a_wrong_page_is_taken_off_with_a_reason_and_only_its_signatures_fall(sent: Stage) -> None:
    scan = signed_page(sent)
    firm, mission = sent.signatory(sent.firm), sent.signatory(sent.mission)
    convention_actions.record_ink(sent.lead, mission.pk)
    actions.sign_on_page(sent.lead, scan.pk, [firm.pk, mission.pk])
    with pytest.raises(Invalid, match="motif"):
        actions.withdraw_scan(sent.officer, scan.pk, reason=" ")
    with scope(TASK):
        assert [one.pk for one in actions.falling_with(scan)] == [firm.pk]
    actions.withdraw_scan(sent.officer, scan.pk, reason="ce n'est pas la bonne entreprise")
    assert sent.signatory(sent.firm).state == "to_sign"
    # Noted from the paper itself before it was scanned: that stays.
    assert sent.signatory(sent.mission).state == "signed_ink"
    with scope(TASK):
        assert FileVersion.objects.get(stored=scan.stored_id).content is None
    with pytest.raises(WrongState):
        actions.withdraw_scan(sent.lead, scan.pk, reason="encore")


def test_a_signature_read_on_two_copies_stands_while_one_stays(sent: Stage) -> None:
    one, two = signed_page(sent), signed_page(sent)
    firm = sent.signatory(sent.firm)
    actions.sign_on_page(sent.lead, one.pk, [firm.pk])
    actions.sign_on_page(sent.lead, two.pk, [firm.pk])
    actions.withdraw_scan(sent.lead, one.pk, reason="floue")
    assert sent.signatory(sent.firm).state == "signed_ink"
    with scope(TASK):
        assert InkMark.objects.filter(signatory=firm).count() == 2


def test_the_journal_tells_each_page_and_holds_no_name(sent: Stage) -> None:
    deposited(sent.lead, sent.operation.pk, pages_of(text_of(sent), 1))
    entries = JournalEntry.objects.filter(verb__in=["scan.deposit", "scan.find"])
    assert {entry.object_type for entry in entries} == {
        "kernel.storedfile",
        "kernel.fileversion",
        "convention.scannedpage",
    }
    assert {entry.file_id for entry in entries} == {sent.operation.pk}
    assert "scan0" not in str([entry.after for entry in entries])


def test_finding_costs_the_same_for_one_page_and_for_ten(sent: Stage) -> None:
    text = text_of(sent)
    many = [PageCode(text.code, page) for page in range(1, 10)]
    counts = []
    for codes in (many[:1], many):
        with (
            scope(sent.lead),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            targets(sent.lead, codes, sent.operation.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_an_unknown_scan_is_not_found(sent: Stage) -> None:
    scan = signed_page(sent)
    stranger = actor(Who.COORDINATOR, a_provider("Autre OF"))
    with pytest.raises(Unknown):
        actions.withdraw_scan(stranger, scan.pk, reason="x")
