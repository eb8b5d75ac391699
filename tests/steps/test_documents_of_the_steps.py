"""The documents of the steps: each is tagged, readable, and holds with extreme facts."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from document_samples import (
    ASKED_DATA,
    BONUS,
    CALENDAR_DATA,
    CERTIFICATE_DATA,
    COMPLETION_DATA,
    CONTACTS,
    EMPLOYERS,
    EOS_DATA,
    FOLLOW_UP,
    INTEREST,
    PLAN_DATA,
    PRESENCE_DATA,
    REPORT_DATA,
    SAMPLES,
    TRAINEES,
    URL,
    Sample,
    attendance_data,
    convention_data,
    grid_data,
    made,
)

from defi.kernel.codes import PageCode
from defi.kernel.documents.text import passage
from defi.steps.closing.documents import BONUS_REQUEST, CERTIFICATE, Claim, Finding, amount_line
from defi.steps.convention.documents import CONTACT_SHEET, CONVENTION, Competences, Party, PromiseLine, Signature
from defi.steps.design.documents import ASKED_AND_TAUGHT, CALENDAR, PLAN, PLAN_GRID, Square
from defi.steps.followup.documents import FOLLOW_UP_REPORT, PersonLine, Promise, Situation
from defi.steps.needs.documents import INTEREST_SHEET
from defi.steps.training.documents import (
    ATTENDANCE_SHEET,
    COMPLETION,
    EOS_SHEET,
    PERIODIC_REPORT,
    PRESENCE_STATEMENT,
    AttendanceSheetData,
    HalfDay,
    Period,
)

NASTY = 'L\'Été #panic $x$ *gras* _sous_ <a> @b "c" `d` // \\n'
LONG = "Société coopérative d'intérêt collectif des services à la personne du pays de Châteaudun " * 3

every_document = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.template.kind)


def words(pdf: bytes) -> str:
    """The text of all pages on one line, every space plain."""
    pages = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    return re.sub(r"\s+", " ", text.replace("\ufffe", ""))


def filled(value: Any, text: str) -> Any:
    """The same facts with every free text replaced by `text`."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            field.name: filled(getattr(value, field.name), text)
            for field in dataclasses.fields(value)
            if field.name not in {"initials", "office_mail", "mail", "svg"}
        }
        return dataclasses.replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(filled(item, text) for item in value)
    return text if type(value) is str else value


def emptied(value: Any) -> Any:
    """The same facts with every list empty, every free text blank and every optional date unknown."""
    optional = {
        field.name
        for field in dataclasses.fields(value)
        if field.default is None and getattr(value, field.name) is not None
    }
    changes: dict[str, Any] = dict.fromkeys(optional)
    for field in dataclasses.fields(value):
        fact = getattr(value, field.name)
        if isinstance(fact, tuple) and field.name != "half_days":  # a sheet has at least one half-day
            changes[field.name] = ()
        elif type(fact) is str:
            changes[field.name] = ""
    return dataclasses.replace(value, **changes)


def off_the_page(pdf: bytes) -> list[str]:
    """The words that stand outside the margins of their page, where nobody would read them."""
    lost = []
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        width, height = page.get_size()
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            if left < 20 or bottom < 20 or right > width - 20 or top > height - 20:
                lost.append(text.get_text_bounded(left, bottom, right, top))
    return lost


@every_document
def test_it_is_tagged_archivable_and_named(sample: Sample) -> None:
    with pikepdf.open(io.BytesIO(made(sample).pdf)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo.Title).startswith(str(sample.template.title))
        tags = [str(item.S) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
    assert tags.count("/H1") == 1
    assert ("/TH" in tags) is (sample.template.layout != "letter")


@every_document
def test_its_pages_carry_its_number_and_a_code_when_it_is_verified(sample: Sample) -> None:
    rendered = made(sample)
    for number, page in enumerate(pypdfium2.PdfDocument(rendered.pdf), start=1):
        assert f"{sample.template.prefix}-2025-0042" in page.get_textpage().get_text_bounded()
        found = {code.text for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())}
        own = {PageCode("ABCDE23456", number).text} if sample.template.paged else set()
        assert found == own | ({URL} if sample.template.verified else set())


def test_the_code_of_a_page_measures_25_mm_and_21_modules_and_is_printed_below() -> None:
    for sample in (sample for sample in SAMPLES if sample.template.paged):
        the_code_of_its_first_page_is_as_it_should_be(sample)


def the_code_of_its_first_page_is_as_it_should_be(sample: Sample) -> None:
    dots = 8
    page = pypdfium2.PdfDocument(made(sample).pdf)[0]
    code = PageCode("ABCDE23456", 1)
    (found,) = [f for f in zxingcpp.read_barcodes(page.render(scale=dots * 25.4 / 72).to_pil()) if f.text == code.text]
    corners = found.position
    assert (corners.top_right.x - corners.top_left.x) / dots == pytest.approx(25, abs=0.4)
    assert found.to_image(scale=1, add_quiet_zones=False).shape == (21, 21)
    assert code.printed in page.get_textpage().get_text_bounded()


def test_a_convention_longer_than_usual_has_a_code_on_its_last_page_too() -> None:
    (convention,) = [sample for sample in SAMPLES if sample.template.kind == "convention"]
    long = dataclasses.replace(convention.data, signatures=convention.data.signatures * 6)
    rendered = made(dataclasses.replace(convention, data=long))
    assert rendered.pages > 6
    last = pypdfium2.PdfDocument(rendered.pdf)[rendered.pages - 1]
    found = {code.text for code in zxingcpp.read_barcodes(last.render(scale=3).to_pil())}
    assert PageCode("ABCDE23456", rendered.pages).text in found


@every_document
def test_it_is_the_same_twice(sample: Sample) -> None:
    assert made(sample).sha256 == made(sample).sha256


@every_document
def test_nothing_typed_is_read_as_markup(sample: Sample) -> None:
    rendered = made(dataclasses.replace(sample, data=filled(sample.data, NASTY)))
    assert rendered.unprintable == ""
    assert words(rendered.pdf).count("#panic $x$ *gras* _sous_ <a> @b") >= 2


@every_document
def test_it_holds_with_very_long_texts(sample: Sample) -> None:
    rendered = made(dataclasses.replace(sample, data=filled(sample.data, LONG)))
    assert "pays de Châteaudun" in words(rendered.pdf)
    assert off_the_page(rendered.pdf) == []


@every_document
def test_it_holds_with_nothing_known(sample: Sample) -> None:
    rendered = made(dataclasses.replace(sample, data=emptied(sample.data)))
    assert rendered.pages >= 1


@every_document
def test_its_sources_are_beside_its_module_and_fetch_nothing(sample: Sample) -> None:
    source = sample.template.source
    assert source.parent == Path(sample.template.folder)
    text = source.read_text(encoding="utf-8")
    assert re.findall(r'#import "([^"]+)"', text) == ["/defi.typ"]
    assert "eval(" not in text


def test_no_two_documents_share_a_kind_or_a_prefix() -> None:
    assert len({sample.template.kind for sample in SAMPLES}) == len(SAMPLES)
    assert len({sample.template.prefix for sample in SAMPLES}) == len(SAMPLES)


def test_a_long_address_parts_inside_its_column_and_stays_copyable() -> None:
    mail = "prenom.nom-compose.service-recrutement@etablissement-regional.example.fr"
    contacts = tuple(dataclasses.replace(contact, mail=mail) for contact in CONTACTS.contacts)
    rendered = made(Sample(CONTACT_SHEET, dataclasses.replace(CONTACTS, contacts=contacts)))
    assert off_the_page(rendered.pdf) == []
    text = words(rendered.pdf)
    assert "\u200b" not in text
    assert text.replace(" ", "").count(mail) == len(contacts)


# Fiche d'intérêt


def test_the_interest_sheet_says_who_typed_it_and_for_whom() -> None:
    text = words(made(Sample(INTEREST_SHEET, INTEREST)).pdf)
    assert (
        "saisie le 14 mai 2025 par Claire Modèle, référente territoriale de formation, au nom de Jeanne Modèle" in text
    )
    assert "ROME K1311" in text
    assert "28,5 h par semaine" in text
    assert "à partir du 13 avril 2026" in text


# Convention


def test_the_convention_carries_its_eos_number_in_its_title_and_names_everyone() -> None:
    text = words(made(Sample(CONVENTION, convention_data())).pdf)
    assert "Assistant de vie aux familles, session EOS n° 24-118-0932" in text
    for name, _place, _posts in EMPLOYERS:
        assert name in text
    assert "10 postes promis pour 10 places financées par la Région" in text


def test_the_convention_says_that_a_promise_is_not_a_work_contract() -> None:
    text = words(made(Sample(CONVENTION, convention_data())).pdf)
    assert "Elle n'est pas un contrat de travail et n'en tient pas lieu" in text


def test_the_provider_makes_eight_commitments() -> None:
    assert CONVENTION.words is not None
    commitments = passage(CONVENTION.shipped_text, CONVENTION.words, convention_data, "provider")
    assert len(commitments) == 8
    text = words(made(Sample(CONVENTION, convention_data())).pdf)
    assert all(re.sub(r"\s+", " ", commitment) in text for commitment in commitments)


def test_each_signatory_has_a_box_that_says_how_and_when() -> None:
    text = words(made(Sample(CONVENTION, convention_data())).pdf)
    assert "Signé par clic 12 novembre 2025 à 14 h 05" in text
    assert "Signé à l'encre 12 novembre 2025 à 15 h" in text
    assert text.count("à signer") == 4


def test_fifteen_signatories_fit_and_no_box_is_cut_by_a_page() -> None:
    signatures = tuple(
        Signature(
            f"Signataire n°{number}",
            "gérante",
            f"Entreprise {number}",
            "par clic",
            datetime(2025, 11, 12, 14, number, tzinfo=UTC),
        )
        for number in range(1, 16)
    )
    rendered = made(Sample(CONVENTION, convention_data(signatures=signatures)))
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(rendered.pdf)]
    for number in range(1, 16):
        holders = [page for page in pages if f"Signataire n°{number}\r\n" in page]
        assert len(holders) == 1
        assert re.search(rf"14\s+h\s+{number:02d}|15\s+h\s+{number:02d}", holders[0])


def test_a_draft_says_that_it_is_one() -> None:
    assert "Projet, à relire" in words(made(Sample(CONVENTION, convention_data(draft=True))).pdf)
    assert "Projet, à relire" not in words(made(Sample(CONVENTION, convention_data())).pdf)


def test_a_large_convention_holds() -> None:
    data = convention_data(
        parties=tuple(Party(LONG, NASTY, NASTY, NASTY, LONG) for _ in range(15)),
        promises=tuple(PromiseLine(NASTY, LONG, 3, LONG, NASTY) for _ in range(15)),
        competences=tuple(Competences(NASTY, (LONG,) * 8) for _ in range(6)),
    )
    assert made(Sample(CONVENTION, data)).pages > 6


def test_the_contact_sheet_counts_those_who_have_not_agreed() -> None:
    assert "Engagements encore à valider avec 2 signataires" in words(made(Sample(CONTACT_SHEET, CONTACTS)).pdf)
    agreed = tuple(dataclasses.replace(contact, agreed_on=date(2025, 10, 12)) for contact in CONTACTS.contacts)
    text = words(made(Sample(CONTACT_SHEET, dataclasses.replace(CONTACTS, contacts=agreed))).pdf)
    assert "Chaque signataire a validé ses engagements" in text


# EOS, attendance


def test_the_eos_sheet_counts_what_is_left_to_read_and_to_explain() -> None:
    text = words(made(Sample(EOS_SHEET, EOS_DATA)).pdf)
    assert "6 champs : 2 réponses à relever, 2 différences, dont 1 à corriger ou à expliquer" in text


@pytest.mark.parametrize("half_days", [1, 2, 3, 4, 6, 7, 10])
def test_an_attendance_sheet_shows_hours_module_and_trainer_of_each_half_day(half_days: int) -> None:
    rendered = made(Sample(ATTENDANCE_SHEET, attendance_data(half_days)))
    text = words(rendered.pdf)
    assert text.count("Sophie Formatrice") == half_days * rendered.pages
    assert "8 h 30 – 12 h 3 h 30" in text
    assert all(name in text for name in TRAINEES)
    assert text.count("signé par clic") == len(TRAINEES)
    assert text.count("Signature du formateur") == 1


def test_a_signature_box_is_big_enough_for_ink() -> None:
    page = pypdfium2.PdfDocument(made(Sample(ATTENDANCE_SHEET, attendance_data(10))).pdf)[0]
    lines = [item.get_bounds() for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
    upright = sorted({round(left) for left, bottom, right, top in lines if right - left < 2 and top - bottom > 20})
    millimetre = 72 / 25.4
    assert min(b - a for a, b in pairwise(upright[1:]) if b - a > 3) >= 20 * millimetre


def test_an_attendance_sheet_refuses_more_than_a_week_and_crooked_rows() -> None:
    data = attendance_data(10)
    with pytest.raises(ValueError, match="1 to 10 half-days"):
        dataclasses.replace(data, half_days=data.half_days * 2)
    with pytest.raises(ValueError, match="one box per half-day"):
        dataclasses.replace(data, half_days=data.half_days[:3])
    with pytest.raises(ValueError, match="1 to 10 half-days"):
        AttendanceSheetData("", "", "", "", half_days=())
    with pytest.raises(ValueError, match="lasts some time"):
        HalfDay(date(2025, 11, 3), Period.MORNING, time(9), time(12), timedelta(0), "", "")


# Reports, presence, completion


def test_the_periodic_report_says_what_is_missing_and_names_nobody() -> None:
    text = words(made(Sample(PERIODIC_REPORT, REPORT_DATA)).pdf)
    assert "Maison Bel-Air 3 2 0 1 pendant" in text
    assert "1 appairage attend que la personne confirme sa venue" in text
    assert not any(name in text for name in TRAINEES)


def test_the_monthly_presence_says_what_does_not_count() -> None:
    text = words(made(Sample(PRESENCE_STATEMENT, PRESENCE_DATA)).pdf)
    assert "2 demi-journées ne sont pas verrouillées et ne comptent pas : 27/11/2025 matin" in text
    assert all(name in text for name in TRAINEES)
    assert "98 h 91 h 3 h 30 3 h 30" in text


def test_the_certificate_of_completion_says_hours_and_who_left_before_the_end() -> None:
    text = words(made(Sample(COMPLETION, COMPLETION_DATA)).pdf)
    assert "402 h 30 140 h 542 h 30" in text
    assert "avant la fin" not in text
    left = dataclasses.replace(COMPLETION_DATA, to_end=False)
    assert "partie avant la fin de la formation" in words(made(Sample(COMPLETION, left)).pdf)


# Certificate, bonus


def test_the_certificate_sets_seats_entered_paired_and_minimum_side_by_side() -> None:
    text = words(made(Sample(CERTIFICATE, CERTIFICATE_DATA)).pdf)
    assert (
        "10 stagiaires appairés à une promesse d'emploi sur 12 places financées par la Région, pour un minimum de 9"
        in text
    )
    assert "Motif : Service Plus a perdu un marché" in text
    assert "S'y ajoutent 3 places d'un autre financement" in text
    assert "L'attribution de la prime est une décision distincte" in text


def test_the_certificate_shows_each_check_with_its_finding() -> None:
    text = words(made(Sample(CERTIFICATE, CERTIFICATE_DATA)).pdf)
    for check in CERTIFICATE_DATA.checks:
        assert f"{check.label} " in text
    assert "Recrutement suivi jusqu'au contrat ✗ non établi aucun élément au dossier" in text
    assert [finding.value for finding in Finding] == ["établi", "non établi", "sans objet", "à venir"]


def test_a_certificate_whose_target_is_met_speaks_of_no_admission() -> None:
    met = dataclasses.replace(CERTIFICATE_DATA, paired=12, entered=12, admission_reason="", state="objectif atteint")
    text = words(made(Sample(CERTIFICATE, met)).pdf)
    assert "objectif atteint" in text
    assert "Session admise" not in text


@pytest.mark.parametrize("seats", [1, 6, 15, 24, 40])
def test_the_gauge_of_the_certificate_holds_any_number_of_seats(seats: int) -> None:
    data = dataclasses.replace(CERTIFICATE_DATA, seats=seats, entered=seats, paired=seats, minimum=seats)
    with pikepdf.open(io.BytesIO(made(Sample(CERTIFICATE, data)).pdf)) as pdf:
        alternatives = [
            str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert f"{seats} places remplies par un stagiaire appairé sur {seats}, repère du minimum à {seats}" in alternatives


def test_a_bonus_without_a_known_amount_says_who_fixes_it() -> None:
    assert "montant à fixer par la Région" in words(made(Sample(BONUS_REQUEST, BONUS)).pdf)
    assert amount_line(Decimal("3000")).replace("\u202f", " ").replace("\u00a0", " ") == "3 000,00 €"


def test_a_bonus_request_lists_its_pieces_with_their_fingerprints() -> None:
    text = words(made(Sample(BONUS_REQUEST, dataclasses.replace(BONUS, claim=Claim.BALANCE))).pdf)
    assert "solde du bon de commande" in text
    assert "le paiement du solde" in text
    assert "ab12ab12 " * 8 in text + " "


# Follow-up, plan


def test_the_follow_up_report_shows_rates_with_their_denominators_and_initials_only() -> None:
    text = words(made(Sample(FOLLOW_UP_REPORT, FOLLOW_UP)).pdf)
    assert "En emploi 80 % (8 sur 10) 89 % (8 sur 9) 88 % (7 sur 8)" in text
    assert "sans objet (personne à compter)" in text
    assert not any(name in text for name in TRAINEES)
    assert "sans réponse après 3 appels" in text


def test_a_follow_up_line_refuses_a_whole_name() -> None:
    known = Situation("CDI")
    with pytest.raises(ValueError, match="initials"):
        PersonLine("Amina Rahmani", None, known, known, known, "", "", Promise.PENDING)


def test_the_plan_points_at_a_competence_without_module_or_reason() -> None:
    text = words(made(Sample(PLAN, PLAN_DATA)).pdf)
    assert "Tenir un cahier de liaison Les Tilleuls, Maison Bel-Air ni module ni motif" in text
    assert "pas enseignée l'employeur forme lui-même à l'embauche" in text
    assert "1 compétence est enseignée sur 3. 2 ne le sont pas" in text


def test_the_plan_says_all_that_it_holds() -> None:
    text = words(made(Sample(PLAN, PLAN_DATA)).pdf)
    for said in (
        "édition 2, soumise à approbation",
        "150,50 €",
        "Atelier des Langues, 60 h, n° EOS 24-118-0940",
        "126 h en centre, 14 h à distance",
        "plateau technique prêté par Aide & Cie",
        "hors certification",
        "pour Les Tilleuls",
        "matériel prêté, un lève-personne",
        "noté par l'organisme",
        "accord donné sur l'édition 1, tombé depuis par un changement",
    ):
        assert said in text, said


def test_the_matrix_of_forty_competences_and_thirty_modules_stays_readable() -> None:
    rendered = made(Sample(PLAN_GRID, grid_data(40, 30)))
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(rendered.pdf)]
    assert off_the_page(rendered.pdf) == []
    grids = [page for page in pages if page.count("✓") > 5]
    # On each page of it, each competence is named beside its marks, under the header again.
    assert all("Compétence" in page and "En tout" in page for page in grids)
    text = words(rendered.pdf)
    assert text.count("✓") == sum(len(row.taught) for row in grid_data(40, 30).rows)
    # What a mark says is also said in words.
    assert "pas enseignée : l'employeur forme à l'embauche" in text
    assert "30. Module 30 : gestes de la vie quotidienne" in text


def test_the_matrix_refuses_a_mark_that_stands_nowhere() -> None:
    with pytest.raises(ValueError, match="does not have"):
        dataclasses.replace(grid_data(), modules=grid_data().modules[:1])


def test_the_page_of_an_employer_says_where_what_it_asked_for_is_taught() -> None:
    text = words(made(Sample(ASKED_AND_TAUGHT, ASKED_DATA)).pdf)
    assert "3 compétences demandées par vous, 1 enseignée" in text
    assert "Utiliser un lève-personne Gestes de la vie quotidienne (126 h en centre, 14 h à distance)" in text
    assert "pas enseignée : vous formez vous-même à l'embauche" in text
    assert "pas encore de réponse" in text
    assert (
        "donné le 29 août 2025, sur l'édition 2 (noté par l'organisme de formation, que vous laissez répondre)" in text
    )


def test_nine_months_hold_on_one_page():
    assert len(CALENDAR_DATA.months) == 9
    assert made(Sample(CALENDAR, CALENDAR_DATA)).pages == 1


def test_a_row_of_the_calendar_grows_with_a_mark_longer_than_its_square():
    def bottom_of_total(first_day: Square) -> float:
        month, *others = CALENDAR_DATA.months
        marked = dataclasses.replace(month, squares=(first_day, *month.squares[1:]))
        facts = dataclasses.replace(CALENDAR_DATA, months=(marked, *others))
        words = pypdfium2.PdfDocument(made(Sample(CALENDAR, facts)).pdf)[0].get_textpage()
        place, _count = words.search("Total").get_next()
        return float(words.get_charbox(place)[1])

    short, long = Square("L", "C 1·2", "centre"), Square("L", "C 11·12·13 E 14·15·16", "both")
    assert bottom_of_total(long) < bottom_of_total(short) == bottom_of_total(Square("L", "C", "centre"))


def test_a_calendar_of_more_than_a_year_goes_on_over_the_next_page():
    longer = dataclasses.replace(CALENDAR_DATA, months=CALENDAR_DATA.months * 2)
    rendered = made(Sample(CALENDAR, longer))
    assert rendered.pages == 2
