import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
import defi.steps.review.opinion_models
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("review", "0001_initial"), ("review", "0002_questionnaires")]

    initial = True

    dependencies = [
        ("operations", "0001_first_release"),
        ("pairing", "0001_first_release"),
        ("people", "0001_first_release"),
        ("sourcing", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="CertificationResult",
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
                            "result",
                            models.CharField(
                                choices=[
                                    ("full", "certification obtenue"),
                                    ("blocks", "blocs obtenus"),
                                    ("failed", "non obtenue"),
                                    ("not_presented", "non présenté"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("blocks", models.CharField(blank=True, max_length=200, verbose_name="blocs")),
                        ("on", models.DateField(verbose_name="date")),
                        (
                            "candidacy",
                            models.OneToOneField(
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
                    },
                ),
                migrations.CreateModel(
                    name="NoHire",
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
                            "why",
                            models.CharField(
                                choices=[
                                    ("employer_withdrew", "l'employeur n'embauche plus"),
                                    ("employer_declined", "l'employeur n'a pas donné suite"),
                                    ("person_declined", "la personne n'a pas donné suite"),
                                    ("other_job", "un autre emploi a été trouvé"),
                                    ("further_training", "la personne poursuit une formation"),
                                    ("not_certified", "certification exigée non obtenue"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("recorded_on", models.DateField()),
                        (
                            "candidacy",
                            models.OneToOneField(
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
                    },
                ),
                migrations.CreateModel(
                    name="ReviewPoint",
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
                                    ("strong", "point fort"),
                                    ("improvement", "axe d'amélioration"),
                                    ("lesson", "enseignement à capitaliser"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "voice",
                            models.CharField(
                                choices=[
                                    ("trainees", "stagiaires"),
                                    ("trainers", "formateurs"),
                                    ("employers", "employeurs"),
                                    ("prescribers", "prescripteurs"),
                                    ("all", "toute l'équipe"),
                                ],
                                default="all",
                                max_length=12,
                            ),
                        ),
                        ("text", models.TextField()),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.meeting"
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
                migrations.CreateModel(
                    name="EmploymentContract",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("employer_name", models.CharField(max_length=160, verbose_name="employeur")),
                        (
                            "contract",
                            models.CharField(
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
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(null=True)),
                        ("weekly_hours", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                        ("evidence", models.CharField(blank=True, max_length=120, verbose_name="preuve")),
                        ("recorded_on", models.DateField()),
                        (
                            "candidacy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sourcing.candidacy"
                            ),
                        ),
                        (
                            "employer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "promise",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pairing.promise",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                                ),
                                name="contract_dates_in_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Opinion",
                    fields=[
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "id",
                            models.BigIntegerField(
                                default=defi.steps.review.opinion_models.unordered_key,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "voice",
                            models.CharField(
                                choices=[
                                    ("trainee", "stagiaires"),
                                    ("trainer", "formateurs"),
                                    ("employer", "employeurs"),
                                    ("tutor", "tuteurs"),
                                    ("prescriber", "prescripteurs"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("replies", models.JSONField()),
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
                                fields=("operation", "voice", "organisation"), name="opinion_once_a_house"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("organisation", None), ("voice", "trainee")),
                                    models.Q(
                                        models.Q(("voice", "trainee"), _negated=True), ("organisation__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="opinion_of_a_trainee_or_a_house",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Questionnaire",
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
                            "voice",
                            models.CharField(
                                choices=[
                                    ("trainee", "stagiaires"),
                                    ("trainer", "formateurs"),
                                    ("employer", "employeurs"),
                                    ("tutor", "tuteurs"),
                                    ("prescriber", "prescripteurs"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("asked_on", models.DateField()),
                        ("answered_on", models.DateField(null=True)),
                        (
                            "candidacy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sourcing.candidacy",
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
                                fields=("operation", "candidacy"), name="questionnaire_once_a_trainee"
                            ),
                            models.UniqueConstraint(
                                fields=("operation", "voice", "organisation"), name="questionnaire_once_a_house"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("candidacy__isnull", False), ("organisation", None), ("voice", "trainee")
                                    ),
                                    models.Q(
                                        models.Q(("voice", "trainee"), _negated=True),
                                        ("candidacy", None),
                                        ("organisation__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="questionnaire_of_a_trainee_or_a_house",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
