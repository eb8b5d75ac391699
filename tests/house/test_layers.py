"""No room leans on one above it, in the database either. (Imports are checked by import-linter, `make check`.)"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, ManyToManyField, Model

from house.sources import rank, room_of

Link = tuple[type[Model], Field, type[Model]]


def links() -> Iterator[Link]:
    """Every column that points from a model of the house to another one of the house."""
    for model in apps.get_models():
        if model.__module__.startswith("defi."):
            for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
                other = field.related_model
                if isinstance(field, ForeignKey | ManyToManyField) and other.__module__.startswith("defi."):
                    yield model, field, other


def across_rooms() -> list[Link]:
    return [link for link in links() if room_of(link[0].__module__) != room_of(link[2].__module__)]


def name(link: Link) -> str:
    return f"{link[0]._meta.label}.{link[1].name}"


def test_the_house_knows_the_place_of_each_room_that_has_models():
    rooms = {room_of(m.__module__) for m in apps.get_models() if m.__module__.startswith("defi.")}
    assert rooms <= set(rank())


def test_no_foreign_key_points_upward():
    upward = [
        name(link)
        for link in across_rooms()
        if rank()[room_of(link[2].__module__)] >= rank()[room_of(link[0].__module__)]
    ]
    assert upward == []


def test_a_room_does_not_show_through_the_models_of_another():
    """A reverse name (`candidacy.pairings`) would let an earlier room read a later one without an import."""
    seen_through = {
        name(link)
        for link in across_rooms()
        # What watches over proofs copies the columns of what it watches.
        if not link[1].remote_field.hidden and not link[0].__name__.endswith("Event")
    }
    assert seen_through == set()


@pytest.mark.parametrize("link", list(links()), ids=name)
def test_nothing_is_deleted_with_something_else(link):
    """Nothing is lost (process.md, principle 5): what others point to is not deleted from under them."""
    _model, field, _other = link
    if isinstance(field, ForeignKey) and not field.null:
        allowed = {"PROTECT", "DO_NOTHING"} | ({"CASCADE"} if link_is_inner(link) else set())
        assert field.remote_field.on_delete.__name__ in allowed


def link_is_inner(link: Link) -> bool:
    """A part of a thing that goes with it, or the row in the middle of a many-to-many."""
    model, _field, other = link
    return room_of(model.__module__) == room_of(other.__module__)
