import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("steering", "0001_figures")]

    initial = True

    dependencies = [
        ("kernel", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="FigureRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("day", models.DateField()),
                        ("step", models.CharField(blank=True, max_length=20)),
                        ("verdict", models.CharField(blank=True, max_length=12)),
                        ("running", models.PositiveSmallIntegerField(default=0)),
                        ("closed", models.PositiveSmallIntegerField(default=0)),
                        ("abandoned", models.PositiveSmallIntegerField(default=0)),
                        ("started", models.PositiveSmallIntegerField(default=0)),
                        ("is_defi", models.PositiveSmallIntegerField(default=0)),
                        ("signed", models.PositiveSmallIntegerField(default=0)),
                        ("seats", models.PositiveIntegerField(default=0)),
                        ("started_seats", models.PositiveIntegerField(default=0)),
                        ("promised", models.PositiveIntegerField(default=0)),
                        ("withdrawn", models.PositiveIntegerField(default=0)),
                        ("candidates", models.PositiveIntegerField(default=0)),
                        ("confirmed", models.PositiveIntegerField(default=0)),
                        ("lost", models.PositiveIntegerField(default=0)),
                        ("entered", models.PositiveIntegerField(default=0)),
                        ("found", models.PositiveIntegerField(default=0)),
                        ("paired", models.PositiveIntegerField(default=0)),
                        ("left_early", models.PositiveIntegerField(default=0)),
                        ("completed", models.PositiveIntegerField(default=0)),
                        ("out", models.PositiveIntegerField(default=0)),
                        ("certified", models.PositiveIntegerField(default=0)),
                        ("blocks", models.PositiveIntegerField(default=0)),
                        ("not_certified", models.PositiveIntegerField(default=0)),
                        ("results_unknown", models.PositiveIntegerField(default=0)),
                        ("hired", models.PositiveIntegerField(default=0)),
                        ("hired_promised", models.PositiveIntegerField(default=0)),
                        ("not_hired", models.PositiveIntegerField(default=0)),
                        ("hiring_unknown", models.PositiveIntegerField(default=0)),
                        ("exit_due", models.PositiveIntegerField(default=0)),
                        ("exit_reached", models.PositiveIntegerField(default=0)),
                        ("exit_unreached", models.PositiveIntegerField(default=0)),
                        ("exit_working", models.PositiveIntegerField(default=0)),
                        ("exit_lasting", models.PositiveIntegerField(default=0)),
                        ("exit_promised", models.PositiveIntegerField(default=0)),
                        ("m3_due", models.PositiveIntegerField(default=0)),
                        ("m3_reached", models.PositiveIntegerField(default=0)),
                        ("m3_unreached", models.PositiveIntegerField(default=0)),
                        ("m3_working", models.PositiveIntegerField(default=0)),
                        ("m3_lasting", models.PositiveIntegerField(default=0)),
                        ("m3_promised", models.PositiveIntegerField(default=0)),
                        ("m6_due", models.PositiveIntegerField(default=0)),
                        ("m6_reached", models.PositiveIntegerField(default=0)),
                        ("m6_unreached", models.PositiveIntegerField(default=0)),
                        ("m6_working", models.PositiveIntegerField(default=0)),
                        ("m6_lasting", models.PositiveIntegerField(default=0)),
                        ("m6_promised", models.PositiveIntegerField(default=0)),
                        ("claimed", models.PositiveSmallIntegerField(default=0)),
                        ("granted", models.PositiveSmallIntegerField(default=0)),
                        ("refused", models.PositiveSmallIntegerField(default=0)),
                        ("waiting", models.PositiveSmallIntegerField(default=0)),
                        ("paid", models.PositiveSmallIntegerField(default=0)),
                        ("paid_euros", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                        ("cost", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                        ("costed_seats", models.PositiveIntegerField(default=0)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-day", "-operation"],
                        "indexes": [models.Index(fields=["day"], name="figure_row_by_day")],
                        "constraints": [models.UniqueConstraint(fields=("operation",), name="figure_row_once")],
                    },
                ),
                migrations.CreateModel(
                    name="PublishedYear",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("year", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("published", "publiés"), ("withdrawn", "retirés")], max_length=10
                            ),
                        ),
                        ("published_on", models.DateField()),
                        ("withdrawn_on", models.DateField(null=True)),
                        ("smallest", models.PositiveSmallIntegerField()),
                        ("content", models.JSONField()),
                        (
                            "document",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.document",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-year", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "published")),
                                fields=("region", "year"),
                                name="published_year_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), ("withdrawn_on", None)),
                                    models.Q(("state", "withdrawn"), ("withdrawn_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="published_year_withdrawn_has_its_date",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
