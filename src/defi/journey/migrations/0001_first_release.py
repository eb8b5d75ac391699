import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("journey", "0001_initial")]

    initial = True

    dependencies = [
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="StepRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("step", models.CharField(max_length=20)),
                        ("position", models.PositiveSmallIntegerField()),
                        ("state", models.CharField(max_length=10)),
                        ("due_on", models.DateField(null=True)),
                        ("done_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["operation", "position"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")), fields=["step", "due_on"], name="step_row_open"
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("operation", "step"), name="step_row_once")],
                    },
                ),
                migrations.CreateModel(
                    name="TurnRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("step", models.CharField(max_length=20)),
                        ("key", models.CharField(max_length=40)),
                        ("party", models.CharField(max_length=20)),
                        ("due_on", models.DateField(null=True)),
                        ("since", models.DateField(null=True)),
                        ("params", models.JSONField(default=dict)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["due_on", "id"],
                        "indexes": [models.Index(fields=["party", "organisation", "due_on"], name="turn_by_party")],
                    },
                ),
            ]
        ),
    ]
