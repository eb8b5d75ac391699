"""Signed papers come back: to their sheet by their code, to a person when it is stained; a person says who signed."""

import io
from datetime import date
from unittest.mock import patch

import numpy as np
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import ImageDraw

from browsing import browser, page, post
from damage import blurred, noisy, turned
from defi.journey.queries import my_turns
from defi.kernel import clock
from defi.kernel.codes import PageCode
from defi.kernel.files.models import FileVersion
from defi.kernel.models import Document, JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.kernel.scans.reading import Page
from defi.steps.training import actions
from defi.steps.training.actions import Ticked
from defi.steps.training.models import Attendance, PrintedSheet, SheetScan
from defi.steps.training.queries.sheets import sheet_page, without_paper
from defi.web.turn_pages import shown
from training.conftest import afternoon_of, lock_after

TODAY = date(2025, 11, 4)
PICTURE = b"\xff\xd8\xff\xd9"


def a_page(*codes, n=1, blank=False):
    return Page(codes, blank, b"\xff\xd8\xff" + str(n).encode(), "image/jpeg", PICTURE)


def deposited(stage, *pages, actor=None):
    """A deposit of a file read as these pages."""
    with patch("defi.steps.convention.ink.depositing.read", lambda name, content: list(pages)):
        return actions.deposit_papers(actor or stage.coordinator, stage.operation.pk, [("copieur.pdf", b"x")])


def printed(stage, *sheets):
    return actions.print_sheets(stage.coordinator, stage.session.pk, [sheet.pk for sheet in sheets])


def the_scan():
    return SheetScan.objects.select_related("stored", "document").latest("pk")


def picture(document, number=1, dpi=150):
    with pypdfium2.PdfDocument(bytes(document.content)) as pdf:
        return pdf[number - 1].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")


def as_jpeg(image):
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=60)
    return kept.getvalue()


def test_a_printed_sheet_remembers_its_half_days_and_what_it_says(running):
    sheets = [running.sheet(), running.sheet(half="afternoon")]
    document = printed(running, *sheets)
    rows = PrintedSheet.objects.filter(document=document)
    assert {row.sheet_id for row in rows} == {sheet.pk for sheet in sheets}
    assert {row.training for row in rows} == {running.operation.title}


def test_a_photo_of_the_paper_turned_and_noisy_goes_to_its_sheet_and_a_stained_one_is_asked_about(running):
    """By the real reader: what is printed, photographed badly, then with coffee over its code."""
    document = printed(running, running.sheet())
    image = picture(document)
    rng = np.random.default_rng(1)
    photo = as_jpeg(noisy(blurred(turned(image, 2), 0.8), rng, 10))
    stained = image.copy()
    width, height = stained.size
    ImageDraw.Draw(stained).ellipse((width * 0.7, height * 0.78, width * 1.1, height * 1.1), fill=90)
    files = [("photo.jpg", photo), ("cafe.jpg", as_jpeg(stained))]
    done = actions.deposit_papers(running.trainer, running.operation.pk, files)
    assert (done.placed, done.unread) == (1, 1)
    assert "« cafe.jpg »" in done.sentences[0]
    placed, unread = SheetScan.objects.order_by("pk")
    assert (placed.state, placed.document_id, placed.page, placed.found) == ("placed", document.pk, 1, "code")
    assert (unread.state, unread.document_id) == ("unread", None)


def test_a_person_says_which_sheet_a_stained_page_is_and_who_signed(running):
    sheet = running.sheet()
    document = printed(running, sheet)
    deposited(running, a_page())
    scan = the_scan()
    with pytest.raises(WrongState):
        actions.read_paper(running.trainer, scan.pk, Ticked({sheet.pk: {running.ids[0]}}))
    with pytest.raises(Invalid):
        actions.place_paper(running.trainer, scan.pk, document.pk, page=9)
    actions.place_paper(running.trainer, scan.pk, document.pk)
    one, two, three = running.ids
    actions.read_paper(running.trainer, scan.pk, Ticked({sheet.pk: {one, two}}, {sheet.pk}, empty_is_absent=True))
    lines = dict(Attendance.objects.filter(sheet=sheet).values_list("candidacy", "state"))
    assert lines == {one: "present", two: "present", three: "absent"}
    sheet.refresh_from_db()
    assert (sheet.trainer_way, the_scan().state, the_scan().found) == ("paper", "read", "person")
    assert lock_after(running.trainer, sheet.pk).state == "locked"


def test_a_whole_week_comes_back_on_one_paper(running):
    morning, afternoon = running.sheet(), running.sheet(half="afternoon")
    tomorrow = running.sheet(on=date(2025, 11, 5))
    document = printed(running, morning, afternoon, tomorrow)
    deposited(running, a_page(PageCode(document.code, 1)))
    everybody = set(running.ids)
    signed = Ticked({morning.pk: everybody, afternoon.pk: {running.ids[0]}})
    with pytest.raises(WrongState, match="à venir"):
        actions.read_paper(running.trainer, the_scan().pk, signed)
    with clock.at(afternoon_of(date(2025, 11, 4))):
        actions.read_paper(running.trainer, the_scan().pk, signed)
    assert Attendance.objects.filter(sheet=morning, state="present", way="paper").count() == 3
    assert Attendance.objects.filter(sheet=afternoon, state="present").count() == 1
    with pytest.raises(WrongState, match="à venir"):
        actions.read_paper(running.trainer, the_scan().pk, Ticked({tomorrow.pk: everybody}))
    with clock.at(date(2025, 11, 5)):
        actions.read_paper(running.trainer, the_scan().pk, Ticked({tomorrow.pk: everybody}))
    assert Attendance.objects.filter(sheet=tomorrow, state="present").count() == 3


def test_what_is_no_sheet_of_this_operation_is_said_and_not_kept(running):
    document = printed(running, running.sheet())
    eos = actions.print_eos(running.coordinator, running.session.pk)
    good = PageCode(document.code, 1)
    done = deposited(
        running,
        a_page(good, n=1),
        a_page(PageCode(eos.code, 1), n=2),
        a_page(PageCode("ABCDE23456", 1), n=3),
        a_page(PageCode(document.code, 9), n=4),
        a_page(good, PageCode(document.code, 2), n=5),
        a_page(blank=True, n=6),
    )
    assert (done.placed, done.unread, len(done.sentences)) == (1, 0, 4)
    assert SheetScan.objects.count() == 1
    with pytest.raises(Invalid, match="déjà déposée"):
        deposited(running, a_page(good, n=1))


def test_a_page_that_is_none_is_set_aside_and_its_bytes_erased(running):
    printed(running, running.sheet())
    deposited(running, a_page())
    actions.reject_paper(running.trainer, the_scan().pk)
    assert FileVersion.objects.get(stored=the_scan().stored_id).content is None
    with pytest.raises(WrongState):
        actions.place_paper(running.trainer, the_scan().pk, Document.objects.latest("pk").pk)


def test_a_sheet_locked_meanwhile_is_not_written_over_by_its_paper(running):
    sheet = running.sheet()
    document = printed(running, sheet)
    deposited(running, a_page(PageCode(document.code, 1)))
    actions.record_attendance(running.trainer, sheet.pk, dict.fromkeys(running.ids, "absent"))
    actions.sign_as_trainer(running.trainer, sheet.pk)
    lock_after(running.trainer, sheet.pk)
    with pytest.raises(WrongState, match="corrigez-la"):
        actions.read_paper(running.trainer, the_scan().pk, Ticked({sheet.pk: {running.ids[0]}}))
    shown = page(browser(running.trainer), "training:paper", the_scan().pk)
    assert "Noter ces signatures" not in shown


def test_the_paper_that_came_back_answers_for_what_was_noted_after_the_day(running):
    sheet = running.sheet()
    document = printed(running, sheet)
    with clock.at(date(2025, 11, 6)):
        actions.record_attendance(running.trainer, sheet.pk, {running.ids[0]: "present"})
        kinds = {o.kind for o in sheet_page(running.trainer, sheet).row.objections}
        assert {"late_paper", "no_paper"} <= kinds
        deposited(running, a_page(PageCode(document.code, 1)))
        actions.read_paper(running.trainer, the_scan().pk, Ticked({sheet.pk: {running.ids[0]}}))
        kinds = {o.kind for o in sheet_page(running.trainer, sheet).row.objections}
        assert not {"late_paper", "no_paper"} & kinds
        absent = dict.fromkeys(running.ids[1:], "absent")
        actions.record_attendance(running.trainer, sheet.pk, absent)
        actions.sign_as_trainer(running.trainer, sheet.pk)
        actions.close_sheet(running.trainer, sheet.pk)
    assert without_paper(running.coordinator, running.session) == 0
    # Taken for another one, it proves nothing of this sheet.
    SheetScan.objects.update(state="rejected")
    assert without_paper(running.coordinator, running.session) == 1


def test_papers_belong_to_the_provider(running):
    document = printed(running, running.sheet())
    for actor, refusal in ((running.officer, NotAllowed), (running.tutor, NotAllowed), (running.stranger, Unknown)):
        with pytest.raises(refusal):
            deposited(running, a_page(PageCode(document.code, 1)), actor=actor)
    deposited(running, a_page(PageCode(document.code, 1)))
    here = running.operation.pk
    assert "Page 1 de" in page(browser(running.officer), "training:papers", here)
    assert "Noter ces signatures" not in page(browser(running.officer), "training:paper", the_scan().pk)
    for actor in (running.tutor, running.stranger, running.as_trainee(0)):
        page(browser(actor), "training:papers", here, status=404)
        page(browser(actor), "training:paper", the_scan().pk, status=404)


def test_papers_are_deposited_recognised_and_ticked_by_the_pages(running):
    sheet = running.sheet()
    document = printed(running, sheet)
    client, here = browser(running.trainer), running.operation.pk
    assert document.number in page(client, "training:papers", here)
    url = reverse("training:papers", args=[here])
    with patch("defi.steps.convention.ink.depositing.read", lambda name, content: [a_page()]):
        sent = client.post(url, {"scans": SimpleUploadedFile("a.jpg", b"x")}, follow=True).content.decode()
    assert "n&#x27;a pas pu être lu" in sent or "n'a pas pu être lu" in sent
    scan = the_scan()
    assert document.number in page(client, "training:paper", scan.pk)
    post(client, "training:place_paper", scan.pk, answered=422, document="", page=1, version=scan.version)
    post(client, "training:place_paper", scan.pk, document=document.pk, page=1, version=scan.version)
    shown = page(client, "training:paper", scan.pk)
    box = f"s{sheet.pk}_{running.ids[0]}"
    assert f'name="{box}"' in shown
    stale = {box: "1", "version": scan.version, "empty_is_absent": "on"}
    refused = post(client, "training:read_paper", scan.pk, answered=422, **stale)
    assert "checked" in refused[refused.index(box) : refused.index(box) + 60]
    ticked = stale | {"version": the_scan().version, f"t{sheet.pk}": "1"}
    post(client, "training:read_paper", scan.pk, **ticked)
    assert Attendance.objects.filter(sheet=sheet, state="present").count() == 1
    assert Attendance.objects.filter(sheet=sheet, state="absent").count() == 2
    assert "papier signé" in page(client, "training:sheet", sheet.pk)
    assert client.get(reverse("training:paper_image", args=[scan.pk]))["Content-Type"] == "image/jpeg"


def test_the_page_of_the_papers_asks_as_many_questions_whatever_their_number(running, django_assert_max_num_queries):
    document = printed(running, running.sheet(), running.sheet(half="afternoon"))
    deposited(running, *(a_page(PageCode(document.code, 1), n=n) for n in range(6)), a_page(n=9))
    client = browser(running.trainer)
    with django_assert_max_num_queries(30):
        page(client, "training:papers", running.operation.pk)
    with django_assert_max_num_queries(30):
        page(client, "training:paper", the_scan().pk)


def test_papers_that_wait_for_a_person_are_on_the_list_of_what_is_to_do(running):
    sheet = running.sheet()
    code = PageCode(printed(running, sheet).code, 1)
    deposited(running, a_page(code), a_page(n=2))
    found = my_turns(running.coordinator).get(key="paper.read")
    assert shown(found, running.coordinator).title == "Lire des feuilles signées sur papier (2)"
    assert shown(found).url == reverse("training:papers", args=[running.operation.pk])
    # The trainer that the sheet names is asked for theirs; what has no place yet is asked of who leads.
    assert shown(my_turns(running.trainer).get(key="paper.read"), running.trainer).title.endswith("sur papier")
    scan = SheetScan.objects.get(state="placed")
    actions.read_paper(running.trainer, scan.pk, Ticked({sheet.pk: running.ids}))
    assert not my_turns(running.trainer).filter(key="paper.read").exists()
    actions.reject_paper(running.coordinator, SheetScan.objects.get(state="unread").pk)
    assert not my_turns(running.coordinator).filter(key="paper.read").exists()


def test_an_empty_box_says_nothing_of_those_of_the_other_pages(running):
    sheet = running.sheet()
    document = printed(running, sheet)
    deposited(running, a_page(PageCode(document.code, 1)))
    one, two, three = running.ids
    bears = "defi.steps.training.queries.papers.pages_bearing"
    with patch(bears, lambda content, people: {one: 1, two: 2}):
        assert f"s{sheet.pk}_{two}" not in page(browser(running.trainer), "training:paper", the_scan().pk)
        with pytest.raises(Invalid, match="cette page"):
            actions.read_paper(running.trainer, the_scan().pk, Ticked({sheet.pk: {two}}))
        actions.read_paper(running.trainer, the_scan().pk, Ticked({sheet.pk: set()}, empty_is_absent=True))
    lines = dict(Attendance.objects.filter(sheet=sheet).values_list("candidacy", "state"))
    assert lines == {one: "absent", two: "expected", three: "expected"}


def test_a_page_on_the_wrong_sheet_is_taken_off_with_a_reason_and_deposited_again(running):
    wrong, right = running.sheet(), running.sheet(half="afternoon")
    document, other = printed(running, wrong), printed(running, right)
    deposited(running, a_page())
    one = running.ids[0]
    actions.place_paper(running.trainer, the_scan().pk, document.pk)
    actions.read_paper(running.trainer, the_scan().pk, Ticked({wrong.pk: {one}}, {wrong.pk}, empty_is_absent=True))
    client = browser(running.trainer)
    assert "la retirer" in page(client, "training:paper", the_scan().pk)
    post(client, "training:take_off_paper", the_scan().pk, answered=422, reason="", version=the_scan().version)
    post(client, "training:take_off_paper", the_scan().pk, reason="Posée le matin.", version=the_scan().version)
    assert set(Attendance.objects.filter(sheet=wrong).values_list("state", "way")) == {("expected", "")}
    wrong.refresh_from_db()
    assert (wrong.trainer_way, the_scan().state) == ("", "rejected")
    assert JournalEntry.objects.filter(verb="paper.take_off", reason__text="Posée le matin.").exists()
    deposited(running, a_page())
    shown = page(client, "training:paper", the_scan().pk)
    assert f"{document.number}, 04/11/2025, matin :" in shown
    assert f"{other.number}, 04/11/2025, après-midi :" in shown


def test_a_page_stays_with_a_sheet_that_is_locked(running):
    sheet = running.sheet()
    document = printed(running, sheet)
    deposited(running, a_page(PageCode(document.code, 1)))
    read = Ticked({sheet.pk: set(running.ids)}, {sheet.pk})
    actions.read_paper(running.trainer, the_scan().pk, read)
    lock_after(running.trainer, sheet.pk)
    with pytest.raises(WrongState, match="verrouillée"):
        actions.take_off_paper(running.trainer, the_scan().pk, reason="Trop tard.")
    assert "la retirer" not in page(browser(running.trainer), "training:paper", the_scan().pk)


def test_the_trainer_s_box_is_ticked_on_the_page_that_bears_it_even_alone(running):
    """A paper of eleven people is two pages: the second bears the trainer's box and nobody."""
    sheet = running.sheet()
    document = printed(running, sheet)
    Document.objects.filter(pk=document.pk).update(pages=2)
    client = browser(running.trainer)
    deposited(running, a_page(PageCode(document.code, 1)))
    first = the_scan()
    box = f'name="t{sheet.pk}"'
    assert box not in page(client, "training:paper", first.pk)
    with pytest.raises(Invalid, match="dernière page"):
        actions.read_paper(running.trainer, first.pk, Ticked({}, {sheet.pk}))
    actions.read_paper(running.trainer, first.pk, Ticked({sheet.pk: set(running.ids)}))
    deposited(running, a_page(PageCode(document.code, 2), n=2))
    last = the_scan()
    assert last.page == 2
    shown = page(client, "training:paper", last.pk)
    assert box in shown
    assert "Noter ces signatures" in shown
    post(client, "training:read_paper", last.pk, version=last.version, **{f"t{sheet.pk}": "1"})
    sheet.refresh_from_db()
    assert (sheet.trainer_way, the_scan().state) == ("paper", "read")


def test_a_page_on_which_all_was_noted_otherwise_does_not_stay_to_read(running):
    sheet = running.sheet()
    document = printed(running, sheet)
    actions.record_attendance(running.trainer, sheet.pk, dict.fromkeys(running.ids, "present"))
    actions.sign_as_trainer(running.trainer, sheet.pk)
    lock_after(running.trainer, sheet.pk)
    deposited(running, a_page(PageCode(document.code, 1)))
    client, scan = browser(running.trainer), the_scan()
    assert "Rien à noter : la page est lue" in page(client, "training:paper", scan.pk)
    post(client, "training:read_paper", scan.pk, version=scan.version)
    assert the_scan().state == "read"
