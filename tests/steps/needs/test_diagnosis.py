"""The diagnosis of a basin for a job: figures with source and date, files, pictures, the sheet on one page, the map."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.kernel.uploads import checked
from defi.reference.models import Tension
from defi.steps.needs import dossier, grouping, profiles
from defi.steps.needs.basins import basin_map, basin_sheet
from defi.steps.needs.counts import PublicCounts
from defi.steps.needs.diagnosis import Figure, figures
from defi.steps.needs.models import CollectiveFile, CollectiveNeed, DiagnosisFigure
from defi.steps.needs.pictures import bars, bars_words
from defi.steps.offer.models import LotPeriod
from factories import (
    a_basin,
    a_job,
    a_lot,
    a_need,
    a_prescriber,
    a_provider,
    a_region,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)
FACTS = dossier.FigureFacts("Projets de recrutement", Decimal("420"), "BMO 2025", date(2025, 4, 10), "projets")


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        yield


@pytest.fixture
def group() -> CollectiveNeed:
    first = a_need(an_employer("Les Tilleuls"), competences=("Faire un lit", "Parler doucement"))
    second = a_need(an_employer("Aide & Cie"), posts=3, competences=("Faire un lit",))
    return grouping.create_collective(an_officer(), [first.pk, second.pk])


def tense(index: int, code: str = "K1302") -> None:
    job = a_job()
    type(job).objects.filter(pk=job.pk).update(parent_code="K1302")
    values = {"label": "Assistance auprès d'adultes", "index": index}
    Tension.objects.update_or_create(basin=a_basin(), code_rome=code, year=2020, defaults=values)


def told(collective: CollectiveNeed) -> dict[str, Figure]:
    officer = an_officer()
    with scope(officer):
        return {figure.label: figure for figure in figures(officer, a_job(), collective.basin)}


def test_each_figure_has_its_source_and_its_date(group: CollectiveNeed):
    tense(5)
    a_lot()
    for figure in told(group).values():
        assert figure.source
        assert figure.on


def test_the_tension_of_a_split_job_says_of_which_former_job_it_is(group: CollectiveNeed):
    tense(5)
    figure = told(group)["Tension"]
    assert (figure.value, figure.on) == ("5 sur 5, tension très forte", "2020")
    assert "Assistance auprès d'adultes" in figure.detail


def test_an_unknown_tension_is_said_and_not_zero(group: CollectiveNeed):
    Tension.objects.all().delete()
    assert told(group)["Tension"].value == "non connue"


def test_posts_wanted_are_those_of_confirmed_needs_under_way(group: CollectiveNeed):
    a_need(an_employer("Service Plus"), posts=4)
    a_need(an_employer("Ailleurs"), posts=9, basin=a_basin("Dreux"))
    figure = told(group)["Postes recherchés"]
    assert (figure.value, figure.detail) == ("9", "3 employeurs")


def test_seats_bought_are_those_of_the_lots_in_force(group: CollectiveNeed):
    bought = a_lot(number="1")
    LotPeriod._base_manager.filter(lot=bought).update(seats=40)
    a_lot(number="2", valid_to=date(2025, 1, 31))
    a_lot(number="3", basin=a_basin("Dreux"))
    figure = told(group)["Places achetées"]
    assert (figure.value, figure.number) == ("40", 40)
    assert "Atelier du Loir" in figure.detail
    assert " 2 " not in figure.detail


def test_a_lot_without_seats_is_said_so(group: CollectiveNeed):
    a_lot()
    assert told(group)["Places achetées"].value == "non dites"


def test_seats_of_operations_under_way_are_counted(group: CollectiveNeed):
    a_session(an_operation(), seats=12)
    assert told(group)["Places DEFI en cours"].value == "12"


def test_an_officer_adds_a_figure_and_takes_a_wrong_one_out(group: CollectiveNeed):
    row = dossier.record_figure(an_officer(), group.pk, FACTS)
    text = page(browser(an_officer()), "needs:collective", group.pk)
    assert "420 projets" in text
    assert "BMO 2025" in text
    dossier.remove_figure(an_officer(), row.pk)
    with scope(TASK):
        assert not DiagnosisFigure.objects.exists()
    assert JournalEntry.objects.filter(verb="collective.remove_figure", object_id=row.pk).exists()


def test_a_figure_without_source_or_of_tomorrow_is_refused(group: CollectiveNeed):
    facts = dossier.FigureFacts("", Decimal("-1"), " ", date(2025, 6, 1))
    with pytest.raises(Invalid) as refusal:
        dossier.record_figure(an_officer(), group.pk, facts)
    assert set(refusal.value.fields) == {"label", "value", "source", "established_on"}


def test_only_an_officer_of_the_territory_writes_the_diagnosis(group: CollectiveNeed):
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        dossier.record_figure(an_officer(basins=[a_basin("Dreux")]), group.pk, FACTS)
    with pytest.raises(NotAllowed):
        dossier.record_figure(actor(Who.STEERING, a_region()), group.pk, FACTS)
    with pytest.raises(NotAllowed):
        dossier.attach_file(actor(Who.COORDINATOR, a_provider()), group.pk, checked("a.txt", b"a"))


def test_a_closed_group_is_read_and_no_longer_written(group: CollectiveNeed):
    grouping.close_collective(an_officer(), group.pk, reason="Volume trop faible.")
    with pytest.raises(WrongState, match="classé ou défait"):
        dossier.record_figure(an_officer(), group.pk, FACTS)


def test_a_file_is_attached_downloaded_and_withdrawn(group: CollectiveNeed):
    client = browser(an_officer())
    sent = SimpleUploadedFile("étude du bassin.pdf", b"%PDF-1.7 essai")
    post(client, "needs:attach", group.pk, answered=302, file=sent, note="étude")
    with scope(TASK):
        file = CollectiveFile.objects.get()
    found = client.get(reverse("needs:file", args=[file.pk]))
    assert found.content == b"%PDF-1.7 essai"
    assert found["Content-Disposition"].startswith("attachment")
    assert (found["X-Content-Type-Options"], "sandbox" in found["Content-Security-Policy"]) == ("nosniff", True)
    post(client, "needs:withdraw_file", file.pk, answered=302, reason="mauvaise édition")
    page(client, "needs:file", file.pk, status=404)
    assert "étude du bassin" not in page(client, "needs:collective", group.pk)
    with scope(TASK):
        assert bytes(CollectiveFile.objects.get().content) == b"%PDF-1.7 essai"


def test_a_file_of_the_wrong_kind_is_explained_beside_its_field(group: CollectiveNeed):
    sent = SimpleUploadedFile("programme.exe", b"MZ")
    text = post(browser(an_officer()), "needs:attach", group.pk, answered=422, file=sent)
    assert "enregistrez-le en PDF" in text


def test_the_same_file_twice_is_once(group: CollectiveNeed):
    dossier.attach_file(an_officer(), group.pk, checked("a.txt", b"essai"))
    with pytest.raises(Invalid, match="déjà joint, sous le nom"):
        dossier.attach_file(an_officer(), group.pk, checked("b.txt", b"essai"))


def test_nobody_outside_the_region_reads_a_file_before_the_operation_is_entrusted(group: CollectiveNeed):
    file = dossier.attach_file(an_officer(), group.pk, checked("a.txt", b"essai"))
    for stranger in (actor(Who.COORDINATOR, a_provider()), actor(Who.ADVISER, a_prescriber())):
        page(browser(stranger), "needs:file", file.pk, status=404)
        page(browser(stranger), "needs:picture", group.pk, status=404)


def test_the_bars_are_the_figures_and_say_the_same_in_words():
    shown = [Figure("Postes", "9", "s", "d", number=9), Figure("Places", "40", "s", "d", number=40)]
    drawn = ElementTree.fromstring(bars(shown))
    widths = [int(bar.get("width", "0")) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[1] == max(widths)
    assert round(widths[1] * 9 / 40) == widths[0]
    assert bars_words(shown) == "Barres : postes 9, places 40."
    assert bars([Figure("Tension", "5", "s", "d")]) == bars([Figure("Postes", "0", "s", "d", number=0)]) == ""


def test_a_label_cannot_draw_anything_but_itself():
    assert "<script" not in bars([Figure("<script>alert(1)</script>", "9", "s", "d", number=9)])


def test_the_picture_runs_nothing(group: CollectiveNeed):
    found = browser(an_officer()).get(reverse("needs:picture", args=[group.pk]))
    assert found["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in found["Content-Security-Policy"]


def test_the_collective_need_is_printed_on_one_accessible_page(group: CollectiveNeed):
    tense(5)
    dossier.record_figure(an_officer(), group.pk, FACTS)
    grouping.record_diagnosis(an_officer(), group.pk, text="Deux ouvertures à l'automne.", source="Comité local")
    profiles.record_profile(
        an_officer(), a_prescriber(), PublicCounts(14, french_to_learn=2), collective_id=group.pk, adaptations="Bus"
    )
    document = dossier.print_collective(an_officer(), group.pk)
    assert (document.kind, document.pages) == ("collective-need", 1)
    text = pypdfium2.PdfDocument(bytes(document.content))[0].get_textpage().get_text_range()
    for words in ("5", "Les Tilleuls", "Faire un lit", "Deux ouvertures", "420", "BMO 2025", "14", "Bus", "Tension"):
        assert words in text
    # Whoever holds the paper is anybody: the small count is not on it.
    assert "français à consolider : moins de 5" in text
    with pikepdf.open(io.BytesIO(bytes(document.content))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/Lang" in pdf.Root


def test_the_sheet_is_printed_from_the_page_and_read_by_the_region_only(group: CollectiveNeed):
    client = browser(an_officer())
    found = client.post(reverse("needs:print_collective", args=[group.pk]))
    assert found.status_code == 302
    assert client.get(found.headers["Location"]).status_code == 200
    code = Document.objects.get(kind="collective-need").code
    page(browser(actor(Who.COORDINATOR, a_provider())), "document", code, status=404)


def test_the_map_has_a_tile_for_each_basin_with_its_figure_in_words(group: CollectiveNeed):
    tense(4)
    officer = an_officer()
    with scope(officer):
        shown = basin_map(officer, "posts", a_job())
        tension = basin_map(officer, "tension", a_job(), here=group.basin_id)
    assert len(shown.tiles) == len(shown.lines)
    here = next(tile for tile in shown.tiles if tile.name == "Châteaudun")
    assert (here.value, here.words, here.level) == ("5", "5 postes recherchés", 4)
    there = next(tile for tile in tension.tiles if tile.is_here)
    assert (there.value, there.words, there.level) == ("4", "tension 4 sur 5, tension forte", 3)
    assert len({(tile.column, tile.row) for tile in shown.tiles}) == len(shown.tiles)


def test_the_map_and_a_basin_make_the_same_number_of_queries_whatever_the_needs(
    group: CollectiveNeed, django_assert_num_queries
):
    officer, job = an_officer(), a_job()

    def read() -> None:
        basin_map(officer, "tension", job)
        basin_sheet(officer, group.basin)

    with scope(officer):
        with django_assert_num_queries(15):
            read()
        for name in ("A", "B", "C"):
            a_need(an_employer(name), basin=a_basin("Dreux"))
            a_need(an_employer(name), job=a_job("N1103", "Magasinier"))
        with django_assert_num_queries(15):
            read()


def test_the_pages_of_the_basins_are_the_regions(group: CollectiveNeed):
    for role in (Who.OFFICER, Who.STEERING):
        client = browser(actor(role, a_region()))
        assert "5 postes recherchés" in page(client, "needs:basins")
        assert "Assistant / Assistante de vie aux familles" in page(client, "needs:basin", group.basin_id)
    for stranger in (actor(Who.COORDINATOR, a_provider()), actor(Who.ADVISER, a_prescriber())):
        page(browser(stranger), "needs:basins", status=404)
        page(browser(stranger), "needs:basin", group.basin_id, status=404)


def test_the_tension_asks_for_a_job_and_the_filters_stay_in_the_address(group: CollectiveNeed):
    tense(5)
    client = browser(an_officer())
    asks = client.get(reverse("needs:basins"), {"measure": "tension"}).content.decode()
    assert "Choisissez le métier dont vous voulez voir la tension" in asks
    shown = client.get(reverse("needs:basins"), {"measure": "tension", "job": a_job().pk}).content.decode()
    assert "tension 5 sur 5" in shown
    assert "2020" in shown


def test_a_basin_nobody_knows_is_not_found():
    page(browser(an_officer()), "needs:basin", 999_999, status=404)


def test_the_page_of_a_group_makes_the_same_number_of_queries_whatever_it_holds(
    group: CollectiveNeed, django_assert_max_num_queries
):
    officer = an_officer()
    client = browser(officer)
    page(client, "needs:collective", group.pk)
    for name in ("A", "B", "C"):
        need = a_need(an_employer(name), competences=("Faire un lit",))
        grouping.group_needs(officer, group.pk, [need.pk])
        profiles.record_profile(officer, a_prescriber(name), PublicCounts(9), collective_id=group.pk)
        dossier.record_figure(officer, group.pk, FACTS)
        dossier.attach_file(officer, group.pk, checked(f"{name}.txt", name.encode()))
    with django_assert_max_num_queries(30):
        page(client, "needs:collective", group.pk)


def test_a_provider_is_refused_the_diagnosis_of_a_need_it_cannot_know(group: CollectiveNeed):
    with pytest.raises((Unknown, NotAllowed)):
        dossier.print_collective(actor(Who.COORDINATOR, a_provider()), group.pk)
