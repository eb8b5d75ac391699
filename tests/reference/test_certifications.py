"""Certifications asked for: found by number or words, by job, with their blocks; what is said of one that has ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel import clock
from defi.reference import rules
from defi.reference.choosing import NO_CERTIFICATION, CertificationFields, certification_choices, chosen
from defi.reference.models import Certification, CertificationBlock, CertificationJob, CertificationSuccession, Job
from defi.reference.queries import (
    blocks_of,
    certification_fault,
    certifications_of_job,
    jobs_led_to,
    successors_of,
)
from defi.reference.search import search_certifications

DAY = date(2026, 3, 2)
LAST = date(2025, 8, 31)


def a_sheet(number: str, title: str = "Cuisinier", **facts: object) -> Certification:
    return Certification.objects.create(number=number, title=title, **facts)


def ended(number: str, title: str = "Cuisinier") -> Certification:
    return a_sheet(number, title, active=False, ends_on=LAST)


def a_block(sheet: Certification, rank: int, label: str = "Préparer") -> CertificationBlock:
    code = f"{sheet.number}BC{rank:02d}"
    return CertificationBlock.objects.create(certification=sheet, code=code, label=label, rank=rank)


def replaced(former: Certification, successor: str) -> None:
    CertificationSuccession.objects.create(certification=former, successor=successor)


def said(text: str) -> str:
    """Without the spaces that keep a date on one line."""
    return text.replace("\u00a0", " ").replace("&#x27;", "'")


def numbers(text: str, limit: int = 20) -> list[str]:
    return [row.number for row in search_certifications(text, limit, DAY)]


# The rule


days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(last=days, day=days)
def test_an_active_certification_is_at_fault_only_after_the_last_day_of_its_registration(last: date, day: date):
    sheet = Certification(number="RNCP1", title="Cuisinier", active=True, ends_on=last)
    assert bool(rules.certification_fault(sheet, day)) == (day > last)
    assert sheet.in_force(day) == (day <= last)


@given(last=days, day=days)
def test_an_inactive_certification_is_at_fault_unless_the_day_is_past_and_it_was_still_registered(last, day):
    sheet = Certification(number="RNCP1", title="Cuisinier", active=False, ends_on=last)
    assert rules.certification_fault(sheet, day)
    was_in_force = day <= last
    after = max(day, last) + timedelta(days=1)
    assert bool(rules.certification_fault(sheet, day, today=after)) != was_in_force


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"active": False, "ends_on": LAST}, "RNCP1 n'est plus active depuis le 31 août 2025."),
        ({"active": True, "ends_on": LAST},
         "L'enregistrement de RNCP1 s'arrête le 31 août 2025, avant le 2 mars 2026."),
        ({"active": False}, "RNCP1 n'est plus active."),
        ({"active": False, "ends_on": date(2027, 1, 1)},
         "RNCP1 n'est plus active, avant même la fin de son enregistrement (le 1er janvier 2027)."),
        ({"removed": True}, "RNCP1 n'est plus dans les répertoires de France compétences."),
        ({}, ""),
    ],
)  # fmt: skip
def test_the_sentence_says_since_when(facts: dict, sentence: str):
    sheet = Certification(number="RNCP1", title="Cuisinier", **facts)
    assert said(rules.certification_fault(sheet, DAY)) == sentence


def test_the_sentence_names_what_replaced_it():
    sheet = Certification(number="RNCP1", title="Cuisinier", active=False, ends_on=LAST)
    one, other = rules.Successor("RNCP2", "Chef"), rules.Successor("RNCP3")
    assert rules.certification_fault(sheet, DAY, [one]).endswith("Elle est remplacée par RNCP2 (Chef).")
    assert rules.certification_fault(sheet, DAY, [one, other]).endswith("par RNCP2 (Chef) et RNCP3.")
    gone = rules.Successor("RNCP2", "Chef", in_force=False)
    assert rules.certification_fault(sheet, DAY, [gone]).endswith(
        "Elle a été remplacée par RNCP2 (Chef), qui n'est plus active non plus."
    )


# What is asked of the database


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["RNCP35506", "rncp 35506", "35506", "RNCP n° 35 506", "rncp-35506", " 035506 ", "fiche 35506", "RNCP35506BC02"],
)
def test_a_number_is_found_however_it_is_typed(text: str):
    a_sheet("RNCP35506")
    a_sheet("RNCP3550")
    assert numbers(text)[0] == "RNCP35506"


@pytest.mark.django_db
def test_a_number_begun_finds_those_that_begin_so_and_both_registers_answer_to_digits():
    for number in ("RNCP355", "RNCP3550", "RS355", "RNCP4"):
        a_sheet(number)
    ended("RNCP35501")
    assert numbers("355") == ["RS355", "RNCP355", "RNCP3550", "RNCP35501"]
    assert numbers("rs 355") == ["RS355"]
    assert numbers("0") == []


@pytest.mark.django_db
def test_words_are_found_without_accents_in_any_gender_and_the_kind_of_diploma_counts():
    a_sheet("RNCP1", "Opérateur en mécanique générale", brand="CAP")
    a_sheet("RNCP2", "Mécanique générale : opératrice régleuse")
    assert set(numbers("operatrice mecanique")) == {"RNCP1", "RNCP2"}
    assert numbers("cap operateur") == ["RNCP1"]
    assert numbers("mecan") != []
    assert numbers("zzz") == []
    assert numbers(" ") == []


@pytest.mark.django_db
def test_those_in_force_come_first_then_those_that_ended_and_those_removed_never():
    ended("RNCP1", "Cuisinier")
    a_sheet("RNCP2", "Cuisinier de collectivité et de restauration rapide")
    a_sheet("RNCP3", "Cuisinier", removed=True)
    a_sheet("RNCP4", "Cuisinier", ends_on=LAST)
    assert numbers("cuisiniere") == ["RNCP2", "RNCP1", "RNCP4"]


@pytest.mark.django_db
def test_when_no_title_has_every_word_those_with_most_of_them_are_found():
    a_sheet("RNCP1", "Agent de restauration")
    ended("RNCP2", "Agent de restauration collective")
    a_sheet("RNCP3", "Agent de propreté")
    assert numbers("agent restauration collective zzz") == ["RNCP2"]


@pytest.mark.django_db
def test_the_blocks_come_in_the_order_of_their_codes_without_those_that_left():
    sheet = a_sheet("RNCP1")
    for rank in (2, 10, 1):
        a_block(sheet, rank)
    CertificationBlock.objects.filter(rank=10).update(removed=True)
    assert [block.rank for block in blocks_of(sheet)] == [1, 2]


@pytest.mark.django_db
def test_a_job_gives_the_certifications_of_its_code_then_of_the_code_it_was_split_from():
    job = Job.objects.create(code_rome="X1609", parent_code="X1602", label="Cuisinier")
    exact, older, past = a_sheet("RNCP1"), a_sheet("RNCP2"), ended("RNCP3")
    other = a_sheet("RNCP4")
    for sheet, code in ((exact, "X1609"), (older, "X1602"), (past, "X1609"), (other, "X1101"), (exact, "X1602")):
        CertificationJob.objects.create(certification=sheet, code_rome=code)
    assert [(row.number, row.exact) for row in certifications_of_job(job, DAY)] == [
        ("RNCP1", True),
        ("RNCP2", False),
        ("RNCP3", True),
    ]


@pytest.mark.django_db
def test_an_older_code_leads_to_all_the_jobs_it_was_split_into_and_an_unknown_one_to_its_label():
    for code in ("X1609", "X1610"):
        Job.objects.create(code_rome=code, parent_code="X1602", label=code)
    sheet = a_sheet("RNCP1")
    CertificationJob.objects.create(certification=sheet, code_rome="X1602", label="Cuisine")
    CertificationJob.objects.create(certification=sheet, code_rome="X9999", label="Ailleurs")
    assert [(led.label, [job.code_rome for job in led.jobs]) for led in jobs_led_to(sheet)] == [
        ("Cuisine", ["X1609", "X1610"]),
        ("Ailleurs", []),
    ]


@pytest.mark.django_db
def test_the_successor_is_the_nearest_in_force_at_the_end_of_the_replacements():
    first, second, third = ended("RNCP1"), ended("RNCP2"), a_sheet("RNCP3", "Chef")
    replaced(first, second.number)
    replaced(second, third.number)
    replaced(second, "RNCP1")  # a register that turns in circles
    assert successors_of(first, DAY) == [rules.Successor("RNCP3", "Chef")]
    assert successors_of(third, DAY) == []
    replaced(third, "RNCP4")
    third.active = False
    third.save()
    assert successors_of(first, DAY) == [rules.Successor("RNCP4")]
    a_sheet("RNCP4", "Dernier", active=False)
    assert successors_of(first, DAY) == [rules.Successor("RNCP4", "Dernier", in_force=False)]


@pytest.mark.django_db
def test_the_fault_of_a_certification_costs_two_queries_and_none_when_there_is_none(django_assert_num_queries):
    former = ended("RNCP1")
    new = a_sheet("RNCP2", "Chef", ends_on=date(2028, 1, 1))
    replaced(former, new.number)
    with clock.at(DAY):
        with django_assert_num_queries(2):
            assert said(certification_fault(former, DAY)) == (
                "RNCP1 n'est plus active depuis le 31 août 2025. Elle est remplacée par RNCP2 (Chef)."
            )
        with django_assert_num_queries(0):
            assert certification_fault(new, DAY) == ""
            assert certification_fault(former, date(2025, 6, 1)) == ""


# Choosing one in a form


@pytest.mark.django_db
def test_the_choices_say_level_and_standing_and_keep_the_one_chosen():
    a_sheet("RNCP1", "Chef", level="4", ends_on=date(2027, 1, 1))
    ended("RNCP2")
    with clock.at(DAY):
        found = certification_choices("chef", chosen="RNCP2")
        assert [(number, said(words)) for number, words in found] == [
            ("RNCP1", "Chef\nRNCP1 · niveau 4 · active jusqu'au 1er janvier 2027"),
            ("RNCP2", "Cuisinier\nRNCP2 · n'est plus active depuis le 31 août 2025"),
            (NO_CERTIFICATION, "Aucune de celles-ci"),
        ]
        assert certification_choices("") == []


@pytest.mark.django_db
def test_without_a_word_the_certifications_of_the_job_are_offered():
    job = Job.objects.create(code_rome="X1609", label="Cuisinier")
    CertificationJob.objects.create(certification=a_sheet("RNCP1"), code_rome="X1609")
    assert [number for number, _words in certification_choices("", job=job)] == ["RNCP1", NO_CERTIFICATION]


@pytest.mark.django_db
def test_a_certification_and_its_blocks_are_chosen():
    sheet = a_sheet("RNCP1")
    first, _second = a_block(sheet, 1), a_block(sheet, 2)
    form = CertificationFields({"sought": "cuisinier", "certification": "RNCP1", "blocks": [first.code]})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["certification"], form.cleaned_data["blocks"]) == (sheet, [first])
    kept = CertificationFields(initial=chosen(sheet, [first]))
    assert kept["certification"].value() == "RNCP1"
    assert kept["blocks"].value() == [first.code]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"sought": "cuisinier"}, "certification", "Choisissez la certification dans la liste"),
        ({"sought": "zzz"}, "sought", "Aucune certification ne répond à ces mots"),
        ({"sought": "x", "certification": "RNCP9"}, "certification", "Choisissez la certification dans la liste"),
        ({"certification": "RNCP1", "blocks": ["RNCP2BC01"]}, "blocks", "n'est pas de la certification choisie"),
        ({"sought": "a" * 201}, "sought", "200"),
    ],
)
def test_what_cannot_be_understood_is_said_beside_its_field_and_kept(typed: dict, field: str, sentence: str):
    a_block(a_sheet("RNCP1"), 1)
    a_block(a_sheet("RNCP2", "Autre"), 1)
    form = CertificationFields(typed)
    assert not form.is_valid()
    assert sentence in " ".join(form.errors[field])
    assert form["sought"].value() == typed.get("sought")


@pytest.mark.django_db
def test_none_of_these_is_an_answer_and_so_is_nothing():
    a_sheet("RNCP1")
    for typed in ({"sought": "cuisinier", "certification": NO_CERTIFICATION}, {}):
        form = CertificationFields(typed)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["certification"] is None


@pytest.mark.django_db
def test_the_fragments_answer_while_one_types_in_few_queries(django_assert_max_num_queries):
    former = ended("RNCP1")
    a_block(former, 1)
    replaced(former, "RNCP2")
    with clock.at(DAY), django_assert_max_num_queries(8):
        page = Client().get("/referentiel/certifications/", {"sought": "cuisinier", "certification": "RNCP1"})
    assert 'value="RNCP1"' in page.content.decode()
    assert "checked" in page.content.decode()
    with clock.at(DAY), django_assert_max_num_queries(8):
        page = Client().get("/referentiel/certifications/blocs/", {"certification": "RNCP1"})
    assert "RNCP1BC01" in said(page.content.decode())
    assert "depuis le 31 août 2025" in said(page.content.decode())
    assert Client().get("/referentiel/certifications/blocs/", {"certification": "x"}).content.strip() == b""
