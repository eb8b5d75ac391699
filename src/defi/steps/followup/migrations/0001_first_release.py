import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("followup", "0001_initial"), ("followup", "0002_statements")]

    initial = True

    dependencies = [
        ("kernel", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("sourcing", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("moment", models.CharField(max_length=8)),
                        ("tried_on", models.DateField()),
                        (
                            "candidacy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sourcing.candidacy"
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["tried_on", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("candidacy", "moment", "tried_on"), name="attempt_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUpReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("moment", models.CharField(max_length=8)),
                        ("sent_on", models.DateField()),
                        ("remarks", models.TextField(blank=True, verbose_name="remarques")),
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
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("operation", "moment"), name="followup_report_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Situation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("moment", models.CharField(max_length=8)),
                        ("due_on", models.DateField()),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("promised_employer", "en emploi chez l'employeur de la promesse"),
                                    ("other_employer", "en emploi chez un autre employeur"),
                                    ("business", "a créé son activité"),
                                    ("training", "en formation"),
                                    ("looking", "en recherche d'emploi"),
                                    ("other", "autre situation"),
                                    ("not_reached", "non joint"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "contract",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cdi", "CDI"),
                                    ("cdd", "CDD"),
                                    ("ctt", "contrat de travail temporaire (CTT)"),
                                    ("professionalisation", "contrat de professionnalisation"),
                                    ("apprenticeship", "contrat d'apprentissage"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("lasting", models.BooleanField(null=True, verbose_name="emploi durable")),
                        (
                            "weekly_hours",
                            models.DecimalField(
                                decimal_places=1, max_digits=4, null=True, verbose_name="heures par semaine"
                            ),
                        ),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("phone", "par téléphone"),
                                    ("link", "par le lien envoyé"),
                                    ("employer", "par l'employeur"),
                                    ("meeting", "en entretien"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("recorded_on", models.DateField()),
                        (
                            "candidacy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sourcing.candidacy"
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("candidacy", "moment"), name="situation_once_per_moment"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("status__in", ["promised_employer", "other_employer"]),
                                        models.Q(("contract", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("status__in", ["promised_employer", "other_employer"]), _negated=True
                                        ),
                                        ("contract", ""),
                                        ("lasting", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="situation_employed_has_its_contract",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Statement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("moment", models.CharField(max_length=8)),
                        (
                            "voice",
                            models.CharField(
                                choices=[("person", "la personne"), ("employer", "l'employeur")], max_length=8
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("promised_employer", "en emploi chez l'employeur de la promesse"),
                                    ("not_here", "ne travaille pas dans l'entreprise"),
                                    ("other_employer", "en emploi chez un autre employeur"),
                                    ("business", "a créé son activité"),
                                    ("training", "en formation"),
                                    ("looking", "en recherche d'emploi"),
                                    ("other", "autre situation"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "contract",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cdi", "CDI"),
                                    ("cdd", "CDD"),
                                    ("ctt", "contrat de travail temporaire (CTT)"),
                                    ("professionalisation", "contrat de professionnalisation"),
                                    ("apprenticeship", "contrat d'apprentissage"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("weekly_hours", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                        ("said_on", models.DateField()),
                        ("settled_on", models.DateField(null=True)),
                        (
                            "candidacy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sourcing.candidacy"
                            ),
                        ),
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
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("candidacy", "moment", "voice", "organisation"),
                                name="statement_once_per_voice",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("organisation__isnull", False), ("voice", "employer")),
                                    models.Q(
                                        ("organisation", None),
                                        ("voice", "person"),
                                        models.Q(("status", "not_here"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="statement_of_somebody",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
