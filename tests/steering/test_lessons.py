"""What the bilans taught, across operations: for who steers, by job and certification, exported as shown."""

import csv
import io

import pytest

import endings
import factories as make
from browsing import browser
from defi.kernel.access import Who
from defi.steps.review.actions import note_point

pytestmark = pytest.mark.django_db
ADDRESS = "/capitalisation/enseignements/"


@pytest.fixture(scope="module")
def over(django_db_setup, django_db_blocker):
    def build():
        ending = endings.begun(seats=6, people=6, paired=6)
        ending.end()
        ending.hold_review()
        with endings.on(endings.LAST):
            for kind, text in (
                ("lesson", "Commencer par l'atelier"),
                ("improvement", "Plus de pratique"),
                ("strong", "Bien"),
            ):
                note_point(ending.coordinator, ending.operation.pk, kind=kind, text=text)
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


def exported(client, query=""):
    found = client.get(f"{ADDRESS}?export=csv{query}")
    return [row["En mots"] for row in csv.DictReader(io.StringIO(found.content.decode("utf-8-sig")), delimiter=";")]


def test_lessons_and_improvements_are_listed_and_strong_points_are_not(over):
    client = browser(make.actor(Who.STEERING, make.a_region()))
    assert sorted(exported(client)) == ["Commencer par l'atelier", "Plus de pratique"]
    assert exported(client, "&kind=lesson") == ["Commencer par l'atelier"]
    assert exported(client, f"&job={over.operation.job_id}&certification=inconnue") == []
    assert "Plus de pratique" in client.get(ADDRESS).content.decode()


def test_an_officer_reads_those_of_their_territory_and_nobody_else_any(over):
    assert len(exported(browser(over.officer))) == 2
    away = make.actor(Who.OFFICER, make.a_region(), basins=[make.a_basin("Chartres")])
    assert exported(browser(away)) == []
    for actor in (over.coordinator, over.office):
        assert browser(actor).get(ADDRESS).status_code == 403
