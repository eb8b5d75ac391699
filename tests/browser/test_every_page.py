"""Every link that the product shows leads to a page that is whole; axe looks at each page built like none before."""

import pytest

from browser.crawl import Crawl

PEOPLE = [
    "Claire Modèle",  # officer
    "Hélène Territoire",  # officer of other basins
    "Camille Dépense",  # paying office
    "Andréa Protocole",  # cabinet
    "Dominique Cap",  # steering
    "Paul Exemple",  # coordinators, one per story
    "Jules Organise",
    "Lina Planifie",
    "William Relie",
    "Ambre Cuisine",  # administrator, with a plan to fill from a past one
    "Quentin Suit",
    "Mireille Tableau",  # trainers
    "Fanny Chariot",
    "Gilles Atelier",  # signatories
    "Bastien Signe",
    "Marc Recrute",  # recruiter
    "Inès Tutrice",  # tutor
    "Gaëlle Oriente",  # advisers
    "Sacha Conseil",
    "Amina Route",  # trainee
]


@pytest.fixture(scope="module")
def known():
    return set()


@pytest.fixture
def crawled(visitor, known):
    def crawl():
        tour = Crawl(visitor.page.context.request, visitor.address, known)
        for path in tour.new_shapes():
            visitor.open(path)
            visitor.examine_on_phones()
        assert tour.faults == []
        return tour

    return crawl


@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_of_theirs_is_broken(visitor, crawled, name):
    visitor.become(name)
    assert crawled().pages > 1


def test_no_public_page_is_broken(crawled):
    assert crawled().pages > 3
