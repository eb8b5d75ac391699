import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("schemes", "0001_document_texts")]

    initial = True

    dependencies = [
        ("people", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="DocumentText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("kind", models.CharField(max_length=40)),
                        ("number", models.PositiveSmallIntegerField()),
                        ("body", models.TextField(verbose_name="texte")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="ce qui change")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "brouillon"),
                                    ("adopted", "mise en vigueur"),
                                    ("dropped", "abandonnée"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("written_on", models.DateField()),
                        ("tried_on", models.DateField(null=True)),
                        ("tried_file", models.BigIntegerField(null=True)),
                        ("from_on", models.DateField(null=True, verbose_name="date d'effet")),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["kind", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("region", "kind", "number"), name="text_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("from_on__isnull", False), ("state", "adopted"), ("tried_on__isnull", False)
                                    ),
                                    models.Q(models.Q(("state", "adopted"), _negated=True), ("from_on", None)),
                                    _connector="OR",
                                ),
                                name="text_in_force_was_tried_and_has_its_date",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
