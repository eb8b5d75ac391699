"""Each model that belongs to the file of a person who is recruited has its section in docs/personal-data.md."""

import pytest
from django.db.models import ForeignKey

from defi.people.models import Card, Person
from defi.steps.sourcing.models import Candidacy
from house.test_personal_data import of_the_house
from personal_data import documented

MECHANISM = {"id", "version", "created_at", "merged_into"}
THEIRS = [Person, Candidacy, Card] + [
    model
    for model in of_the_house()
    if any(isinstance(field, ForeignKey) and field.related_model is Candidacy for field in model._meta.concrete_fields)
]


@pytest.mark.parametrize("model", THEIRS, ids=lambda model: model._meta.label)
def test_every_field_of_it_says_why_it_is_kept_and_who_reads_it(model):
    assert set(documented()[model._meta.label]) == {field.name for field in model._meta.concrete_fields} - MECHANISM


def test_a_firm_a_prescriber_and_the_region_each_read_less_than_the_provider():
    fields = documented()["people.Person"]
    assert fields["first_name"] == {"provider", "prescriber", "Region", "Cabinet", "employer", "host"}
    assert fields["last_name"] == {"provider", "prescriber", "Region", "Cabinet", "host"}
    assert fields["email"] == fields["phone"] == fields["birth_date"] == {"provider", "prescriber"}
