import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("operations", "0001_initial"),
        ("operations", "0002_committee_decisions_and_tasks"),
        ("operations", "0003_hour_of_a_meeting"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_first_release"),
        ("reference", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Meeting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("preparatory", "réunion préparatoire"),
                                    ("committee", "comité de pilotage"),
                                    ("review", "bilan"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("planned_on", models.DateField(null=True)),
                        ("planned_at", models.TimeField(null=True)),
                        ("held_on", models.DateField(null=True)),
                        ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu")),
                        ("agenda", models.TextField(blank=True, verbose_name="ordre du jour")),
                        ("minutes", models.TextField(blank=True, verbose_name="compte rendu")),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Operation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("title", models.CharField(max_length=160, verbose_name="intitulé")),
                        ("scheme", models.CharField(default="defi", max_length=20)),
                        ("rulebook_version", models.CharField(max_length=20)),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("needs", "besoins des employeurs"),
                                    ("proposal", "proposition d'un organisme de formation"),
                                ],
                                default="needs",
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("running", "en cours"), ("closed", "close"), ("abandoned", "abandonnée")],
                                default="running",
                                max_length=10,
                            ),
                        ),
                        ("opened_on", models.DateField()),
                        ("closed_on", models.DateField(null=True)),
                        (
                            "basin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reference.basin"
                            ),
                        ),
                        (
                            "holder",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reference.job"
                            ),
                        ),
                        (
                            "officer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
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
                        "ordering": ["-opened_on", "-id"],
                        "indexes": [models.Index(fields=["region", "state"], name="operation_by_state")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_on", None), ("state", "running")),
                                    models.Q(
                                        models.Q(("state", "running"), _negated=True), ("closed_on__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="operation_ended_has_its_date",
                                violation_error_message="Une opération close ou abandonnée porte sa date.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("what", models.CharField(max_length=200, verbose_name="à faire")),
                        ("due_on", models.DateField(verbose_name="pour le")),
                        ("done_on", models.DateField(null=True)),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="operations.meeting",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
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
                        "ordering": ["due_on", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_on", None)),
                                fields=["owner", "due_on"],
                                name="meeting_task_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("text", models.CharField(max_length=300, verbose_name="décision")),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="operations.meeting",
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
                    },
                ),
                migrations.AddField(
                    model_name="meeting",
                    name="operation",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                    ),
                ),
                migrations.CreateModel(
                    name="Partner",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "part",
                            models.CharField(
                                choices=[
                                    ("provider", "organisme de formation"),
                                    ("holder", "titulaire du marché"),
                                    ("employer", "employeur"),
                                    ("prescriber", "prescripteur"),
                                    ("partner", "partenaire"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("joined_on", models.DateField()),
                        ("left_on", models.DateField(null=True)),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["organisation", "operation"], name="partner_by_organisation")],
                        "constraints": [
                            models.UniqueConstraint(fields=("operation", "organisation", "part"), name="partner_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None), ("left_on__gte", models.F("joined_on")), _connector="OR"
                                ),
                                name="partner_dates_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Presence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "quality",
                            models.CharField(
                                choices=[
                                    ("trainee", "stagiaire"),
                                    ("trainer", "formateur"),
                                    ("provider", "organisme de formation"),
                                    ("employer", "employeur ou tuteur"),
                                    ("prescriber", "prescripteur"),
                                    ("region", "Région"),
                                    ("partner", "partenaire"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("present", "présent"), ("excused", "excusé"), ("absent", "absent")],
                                max_length=10,
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="presences",
                                to="operations.meeting",
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
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("organisation__isnull", False), ("person__isnull", False), _connector="OR"
                                ),
                                name="presence_of_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("number", models.PositiveSmallIntegerField(default=1)),
                        ("starts_on", models.DateField(verbose_name="début")),
                        ("ends_on", models.DateField(verbose_name="fin")),
                        ("seats", models.PositiveSmallIntegerField(verbose_name="places financées par la Région")),
                        ("hours_centre", models.PositiveSmallIntegerField(verbose_name="heures en centre")),
                        ("hours_company", models.PositiveSmallIntegerField(verbose_name="heures en entreprise")),
                        ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu")),
                        (
                            "small_group",
                            models.BooleanField(default=False, verbose_name="faible effectif de mise en œuvre"),
                        ),
                        ("eos_number", models.CharField(blank=True, max_length=30, verbose_name="numéro EOS")),
                        ("order_number", models.CharField(blank=True, max_length=40, verbose_name="bon de commande")),
                        ("started_on", models.DateField(null=True)),
                        ("ended_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "small_group_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["operation", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("operation", "number"), name="session_number_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("eos_number", ""), _negated=True),
                                fields=("eos_number",),
                                name="session_eos_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                                name="session_ends_after_it_starts",
                                violation_error_message="La fin de la session vient après son début.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("seats__gte", 1), ("seats__lte", 40)),
                                name="session_seats_possible",
                                violation_error_message="Une session compte de 1 à 40 places.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ended_on", None), ("started_on__isnull", False), _connector="OR"),
                                name="session_ended_was_started",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
