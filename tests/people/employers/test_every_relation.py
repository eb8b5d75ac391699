"""A merge follows every column that points to an organisation or to a person, in whichever room, also to come."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import ForeignKey

from defi.journey import handlers
from defi.kernel import clock
from defi.kernel.access import Guarded, Who
from defi.kernel.journal import acting
from defi.people.employers.merging import BY_NUMBER, OWN_MEMORY, RULES, Melding, columns_to, undo
from defi.people.models import Organisation, Person
from factories import a_person, a_region, actor, an_employer, an_operation

# One way in, and one answer of the register: the kept record's.
PLAIN_AND_LEFT = {"people.account", "people.registryanswer"}
COLUMNS = [*columns_to(Organisation), *columns_to(Person)]


def name(column):
    return f"{column.model._meta.label_lower}.{column.name}"


def test_the_walk_misses_nothing_but_what_a_merge_says_of_itself():
    every = {
        name(field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and field.related_model in {Organisation, Person}
    }
    followed = {name(column) for column in COLUMNS}
    history = {label for label in every - followed if "event." in label}
    assert every - followed - history == OWN_MEMORY
    assert len(followed) > 40


def test_what_knows_organisations_by_number_is_known():
    by_number = {
        (model._meta.label_lower, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if model.__module__.startswith("defi.") and isinstance(field, models.IntegerField)
        and field.name in {"organisation_id", "person_id", *BY_NUMBER.values()}
    }  # fmt: skip
    followed = {(kind, column) for kind in ("kernel.link", "kernel.mail") for column in BY_NUMBER.values()}
    # A code lives some minutes: whoever becomes another record meanwhile asks for another one.
    codes = {("convention.signingcode", "person_id"), ("training.placementcode", "person_id")}
    assert by_number == followed | codes


def filler(field, operation):
    """A value that the column takes; its meaning is no matter."""
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    if isinstance(field, ForeignKey):
        return operation.pk if field.name == "operation" else 1
    values = {
        models.DateTimeField: clock.now(),
        models.DateField: date(2026, 1, 1),
        models.TimeField: time(9),
        models.DecimalField: Decimal(1),
        models.BooleanField: False,
        models.IntegerField: 1,
        models.JSONField: {},
        models.BinaryField: b"",
    }
    return next((value for kind, value in values.items() if isinstance(field, kind)), "x"[: field.max_length or 1])


@pytest.fixture
def bare(monkeypatch):
    """Take from a table, for one test, all that is not about the column: a row of it is then made of nothing."""
    monkeypatch.setattr(handlers, "rewrite", lambda *_: None)
    # Its rule reads the whole convention: tried in its own room, on a true one.
    monkeypatch.delitem(RULES, "convention.signatory")

    def strip(column):
        table = column.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(CHECKS, [table])
            for (check,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{check}"')
            cursor.execute(OTHER_KEYS, [table, column.column])
            for key, constraint in cursor.fetchall():
                cursor.execute(
                    f'ALTER TABLE "{table}" DROP CONSTRAINT "{key}"' if constraint else f'DROP INDEX "{key}"'
                )
            # Foreign keys are not looked at.
            cursor.execute("SET LOCAL session_replication_role = replica")

    return strip


CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = quote_ident(%s)::regclass AND contype = 'c'"
OTHER_KEYS = """
    SELECT keys.relname, constraints.oid IS NOT NULL FROM pg_index
    JOIN pg_class keys ON keys.oid = pg_index.indexrelid
    LEFT JOIN pg_constraint constraints ON constraints.conindid = pg_index.indexrelid AND constraints.contype = 'u'
    WHERE indisunique AND NOT indisprimary AND indrelid = quote_ident(%s)::regclass AND NOT EXISTS (
        SELECT 1 FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey) AND attname = %s)"""


def insert(column, pk, operation):
    """A row that points to `pk` by this column; the rest of it is no matter."""
    fields = [field for field in column.model._meta.local_concrete_fields if not field.primary_key]
    row = column.model(**{f.attname: pk if f is column else filler(f, operation) for f in fields if not f.generated})
    models.Model.save_base(row, raw=True, force_insert=True)
    return row.pk


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS, ids=name)
def test_a_row_of_any_room_follows_and_comes_back(column, bare):
    operation = an_operation()
    if column.related_model is Organisation:
        kept, other = an_employer("Les Tilleuls"), an_employer("Tilleuls SARL")
    else:
        kept, other = a_person("Marc"), a_person("Marco")
    officer = actor(Who.OFFICER, a_region())
    bare(column)
    pk = insert(column, other.pk, operation)

    def points_to():
        return column.model._base_manager.values_list(column.attname, flat=True).get(pk=pk)

    with acting(officer, "employer.merge", reason="doublon") as act:
        moves = Melding(act, column.related_model, kept.pk, other.pk).run()
    assert points_to() == kept.pk
    assert [move["pk"] for move in moves if move["model"] == column.model._meta.label_lower] == [pk]
    with acting(officer, "employer.unmerge", reason="erreur") as act:
        assert undo(act, moves) == 0
    assert points_to() == other.pk


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS, ids=name)
def test_a_row_that_both_have_is_settled_and_nothing_breaks(column, bare):
    """The same row on both sides, all else equal: followed, ended, dropped or left with the other, never an error."""
    operation, officer = an_operation(), actor(Who.OFFICER, a_region())
    make = an_employer if column.related_model is Organisation else a_person
    kept, other = make("Les Tilleuls"), make("Tilleuls SARL")
    bare(column)
    insert(column, kept.pk, operation)
    insert(column, other.pk, operation)
    with acting(officer, "employer.merge", reason="doublon") as act:
        moves = Melding(act, column.related_model, kept.pk, other.pk).run()
    there = column.model._base_manager.filter(**{column.attname: other.pk})
    stayed = [move for move in moves if "stays" in move]
    assert there.count() == len(stayed)
    assert issubclass(column.model, Guarded) or not stayed or column.model._meta.label_lower in PLAIN_AND_LEFT
