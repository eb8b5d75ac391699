"""The tables of an application, made at once."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.state import ProjectState

from defi.kernel.migrating import Together

TREES = migrations.CreateModel("Tree", [("id", models.BigAutoField(primary_key=True))])
AGE = migrations.AddField("tree", "age", models.IntegerField())
BIRDS = migrations.CreateModel(
    "Bird",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("nest", models.ForeignKey("forest.tree", models.CASCADE)),
    ],
)
ADULT = migrations.AddConstraint("tree", models.CheckConstraint(condition=models.Q(age__gte=2), name="adult"))


def in_a_migration(*operations):
    migration = migrations.Migration("0001_first", "forest")
    migration.operations = list(operations)
    return migration


@pytest.mark.django_db
def test_tables_made_at_once_are_those_made_one_by_one():
    """A field and a constraint that come after their table are made with it, once."""
    with connection.schema_editor() as editor:
        in_a_migration(Together([TREES, BIRDS, AGE, ADULT])).apply(ProjectState(), editor)
    with connection.cursor() as cursor:
        columns = {one.name for one in connection.introspection.get_table_description(cursor, "forest_tree")}
        constraints = connection.introspection.get_constraints(cursor, "forest_tree")
    assert columns == {"id", "age"}
    assert constraints["adult"]["check"] is True


def test_the_state_told_at_once_is_the_state_told_one_by_one():
    at_once = in_a_migration(Together([TREES, BIRDS, AGE, ADULT])).mutate_state(ProjectState())
    one_by_one = in_a_migration(TREES, BIRDS, AGE, ADULT).mutate_state(ProjectState())
    assert at_once == one_by_one
    assert at_once.models["forest", "tree"].options == one_by_one.models["forest", "tree"].options


@pytest.mark.django_db
def test_the_first_release_is_not_undone():
    with pytest.raises(IrreversibleError), connection.schema_editor() as editor:
        in_a_migration(Together([TREES])).unapply(ProjectState(), editor)
