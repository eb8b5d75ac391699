"""Words in, jobs out, over the small set that comes with the product."""

import pytest

from defi.reference.builtin import ensure_builtin
from defi.reference.models import Job, JobTitle
from defi.reference.reading import competences_for, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_set(bare_reference):
    ensure_builtin()


def test_the_sentence_of_an_employer_leads_to_the_job_and_says_by_which_words():
    first = read("je cherche des soudeurs TIG inox lecture de plan")[0]
    assert first.job.label == "Soudeur / Soudeuse"
    assert first.because[0].startswith("soudeurs")


@pytest.mark.parametrize(
    "text", ["soudeuse", "SOUDEURS", "soudeurr", "soudeur(se)s H/F", "un soudeur en CDI, urgent", "soudeur·euse"]
)
def test_gender_number_capitals_and_typing_errors_change_nothing(text):
    assert read(text)[0].job.label == "Soudeur / Soudeuse"


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "?!", "zzzz qqqq", "x" * 5000, "je cherche", "\x00", "42"])
def test_what_is_near_no_job_leads_to_none(text):
    assert read(text) == ()


def test_a_very_long_text_is_read_from_its_beginning():
    assert read("soudeur " + "lorem ipsum " * 1000)[0].job.label == "Soudeur / Soudeuse"


def test_at_most_five_jobs_each_once_and_fewer_when_asked():
    found = read("conducteur agent employé")
    assert len(found) <= 5
    assert len({reading.job for reading in found}) == len(found)
    assert len(read("conducteur agent employé", limit=2)) == 2
    assert read("soudeur", limit=0) == ()


def test_the_same_words_give_the_same_jobs():
    assert read("aide à domicile pour personnes âgées") == read("aide à domicile pour personnes âgées")


def test_a_job_that_came_with_a_new_load_is_read_at_once():
    assert "X9999" not in {reading.job.code_rome for reading in read("fauconnier")}
    job = Job.objects.create(code_rome="X9999", label="Fauconnier / Fauconnière", parent_code="X9999")
    JobTitle.objects.create(ogr="999999", label=job.label, job=job, kind=JobTitle.Kind.MAIN)
    assert read("fauconnière")[0].job == job


def test_reading_takes_two_queries_once_the_index_stands(django_assert_num_queries):
    read("soudeur")
    with django_assert_num_queries(2):
        read("soudeur")


def test_nothing_is_read_without_any_job():
    for row in Job.objects.all():
        row.job_competences.all().delete()
    JobTitle.objects.all().delete()
    Job.objects.all().delete()
    assert read("soudeur") == ()


def test_the_competences_of_a_job_come_technical_and_behavioural_apart_the_heart_first(django_assert_num_queries):
    job = Job.objects.get(code_rome="A1416")
    with django_assert_num_queries(1):
        asked = competences_for(job)
    assert [c.label for c in asked.behavioural] == [
        "Faire preuve d'autonomie",
        "Organiser son travail selon les priorités et les objectifs",
    ]
    assert asked.know_how[0].label == "Assurer la gestion administrative et financière d'une activité"
    assert {c.kind for c in asked.knowledge} == {"SAVOIR"}
    assert asked.technical == asked.know_how + asked.knowledge
