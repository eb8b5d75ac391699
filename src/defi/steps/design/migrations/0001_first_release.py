import datetime

import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("design", "0001_initial"),
        ("design", "0002_turns"),
        ("design", "0003_calendar"),
        ("design", "0004_certification_blocks"),
        ("design", "0005_taken_from"),
        ("design", "0006_change_requests"),
        ("design", "0007_rhythm_as_laid"),
        ("design", "0008_mandates"),
        ("design", "0009_lessons_and_shared_weeks"),
        ("design", "0002_employers_of_groups"),
    ]

    initial = True

    dependencies = [
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("reference", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Module",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("title", models.CharField(max_length=160, verbose_name="module")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("kept", "repris tel quel"), ("adapted", "adapté"), ("added", "ajouté")],
                                default="kept",
                                max_length=10,
                                verbose_name="nature",
                            ),
                        ),
                        ("hours_centre", models.PositiveSmallIntegerField(default=0, verbose_name="heures en centre")),
                        (
                            "hours_company",
                            models.PositiveSmallIntegerField(default=0, verbose_name="heures en entreprise"),
                        ),
                        ("hours_remote", models.PositiveSmallIntegerField(default=0, verbose_name="heures à distance")),
                        (
                            "hours_situation",
                            models.PositiveSmallIntegerField(default=0, verbose_name="heures en situation de travail"),
                        ),
                        (
                            "on_platform",
                            models.BooleanField(
                                default=False, verbose_name="sur le plateau technique d'une entreprise"
                            ),
                        ),
                        ("trainer", models.CharField(blank=True, max_length=160, verbose_name="formateur")),
                        ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu")),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=255, verbose_name="pourquoi, et pour quelles entreprises"
                            ),
                        ),
                        (
                            "block",
                            models.CharField(blank=True, max_length=255, verbose_name="bloc de la certification"),
                        ),
                        (
                            "uncertified",
                            models.BooleanField(default=False, verbose_name="aucune certification ne le couvre"),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0)),
                        ("for_employers", models.ManyToManyField(related_name="+", to="people.organisation")),
                        (
                            "lender",
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
                            "taken_from",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="design.module",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="PlanCalendar",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("cycle", models.CharField(max_length=52, verbose_name="semaines, dans l'ordre")),
                        (
                            "hours_centre",
                            models.DecimalField(
                                decimal_places=2, max_digits=4, verbose_name="heures d'une semaine en centre"
                            ),
                        ),
                        (
                            "hours_company",
                            models.DecimalField(
                                decimal_places=2, max_digits=4, verbose_name="heures d'une semaine en entreprise"
                            ),
                        ),
                        (
                            "company_days",
                            models.CharField(
                                blank=True, max_length=7, verbose_name="jours en entreprise d'une semaine partagée"
                            ),
                        ),
                        ("mornings", models.CharField(blank=True, max_length=7, verbose_name="matins")),
                        ("afternoons", models.CharField(blank=True, max_length=7, verbose_name="après-midi")),
                        ("morning_at", models.TimeField(default=datetime.time(9, 0), verbose_name="début du matin")),
                        (
                            "morning_minutes",
                            models.PositiveSmallIntegerField(default=210, verbose_name="durée du matin"),
                        ),
                        (
                            "afternoon_at",
                            models.TimeField(default=datetime.time(13, 30), verbose_name="début de l'après-midi"),
                        ),
                        (
                            "afternoon_minutes",
                            models.PositiveSmallIntegerField(default=210, verbose_name="durée de l'après-midi"),
                        ),
                        ("laid_on", models.DateField(null=True)),
                        ("laid_rhythm", models.JSONField(blank=True, default=dict)),
                        ("edition", models.PositiveIntegerField(default=1)),
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
                    name="CalendarGroup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("name", models.CharField(max_length=40, verbose_name="groupe")),
                        (
                            "offset",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="semaine du rythme par laquelle il commence"
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="groups",
                                to="design.plancalendar",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("calendar", "name"), name="calendar_group_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanCompetence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("label", models.CharField(max_length=255, verbose_name="compétence")),
                        (
                            "gap_reason",
                            models.CharField(
                                blank=True, max_length=255, verbose_name="pourquoi elle n'est pas enseignée"
                            ),
                        ),
                        (
                            "uncertified",
                            models.BooleanField(default=False, verbose_name="aucune certification ne la couvre"),
                        ),
                        ("asked_by", models.ManyToManyField(related_name="+", to="people.organisation")),
                        (
                            "competence",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="reference.competence",
                            ),
                        ),
                        ("modules", models.ManyToManyField(related_name="competences", to="design.module")),
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
                    name="Remark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("about", models.CharField(blank=True, max_length=255)),
                        ("edition", models.PositiveSmallIntegerField()),
                        ("text", models.TextField(verbose_name="remarque")),
                        ("made_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "sans réponse"), ("answered", "répondue"), ("closed", "close")],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        ("closed_on", models.DateField(null=True)),
                        (
                            "competence",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="design.plancompetence",
                            ),
                        ),
                        (
                            "module",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="design.module",
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
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("text", models.TextField(verbose_name="réponse")),
                        ("made_at", models.DateTimeField()),
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
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "remark",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="design.remark"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="TrainingPlan",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "en préparation"),
                                    ("submitted", "soumis à approbation"),
                                    ("approved", "approuvé"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("edition", models.PositiveSmallIntegerField(default=0)),
                        (
                            "certification_label",
                            models.CharField(blank=True, max_length=255, verbose_name="certification visée"),
                        ),
                        ("entry_level", models.CharField(blank=True, max_length=255, verbose_name="niveau à l'entrée")),
                        ("entry_conditions", models.TextField(blank=True, verbose_name="conditions d'entrée")),
                        (
                            "cost_per_place",
                            models.DecimalField(
                                decimal_places=2, max_digits=9, null=True, verbose_name="coût par place, en euros"
                            ),
                        ),
                        ("rhythm", models.CharField(blank=True, max_length=255, verbose_name="rythme")),
                        (
                            "platform",
                            models.CharField(
                                blank=True, max_length=255, verbose_name="plateau technique en entreprise"
                            ),
                        ),
                        (
                            "specific",
                            models.TextField(
                                blank=True, verbose_name="ce qui diffère du programme habituel, et pour qui"
                            ),
                        ),
                        (
                            "public_need",
                            models.TextField(
                                blank=True, verbose_name="besoin du public pris en compte, ou raison de son absence"
                            ),
                        ),
                        ("approved_on", models.DateField(null=True)),
                        ("blocks", models.ManyToManyField(related_name="+", to="reference.certificationblock")),
                        (
                            "certification",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="reference.certification",
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
                            models.UniqueConstraint(fields=("operation",), name="plan_once_per_operation"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved_on__isnull", False), ("state", "approved")),
                                    models.Q(models.Q(("state", "approved"), _negated=True), ("approved_on", None)),
                                    _connector="OR",
                                ),
                                name="plan_approved_has_its_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tailoring",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("text", models.CharField(max_length=500, verbose_name="ce qui diffère")),
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tailorings",
                                to="design.trainingplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.AddField(
                    model_name="remark",
                    name="plan",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="design.trainingplan"
                    ),
                ),
                migrations.CreateModel(
                    name="PlanTurn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("asks_approval", models.BooleanField(default=False)),
                        ("text", models.TextField(blank=True, verbose_name="message")),
                        ("given_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "given_by",
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
                            "to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="turns",
                                to="design.trainingplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)), fields=("plan",), name="turn_one_at_a_time"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None), ("ended_at__gte", models.F("given_at")), _connector="OR"
                                ),
                                name="turn_ends_after_it_begins",
                            ),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="plancompetence",
                    name="plan",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="competences",
                        to="design.trainingplan",
                    ),
                ),
                migrations.AddField(
                    model_name="plancalendar",
                    name="plan",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calendars", to="design.trainingplan"
                    ),
                ),
                migrations.AddField(
                    model_name="module",
                    name="plan",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="modules", to="design.trainingplan"
                    ),
                ),
                migrations.CreateModel(
                    name="Mandate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("let_by", models.CharField(max_length=160, verbose_name="qui l'a laissé répondre")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("meeting", "en réunion"),
                                    ("phone", "par téléphone"),
                                    ("mail", "par courriel"),
                                    ("paper", "sur papier"),
                                ],
                                max_length=10,
                                verbose_name="comment",
                            ),
                        ),
                        ("let_on", models.DateField(verbose_name="quand")),
                        ("reason", models.CharField(max_length=255, verbose_name="pourquoi")),
                        ("noted_on", models.DateField()),
                        ("ended_on", models.DateField(null=True)),
                        (
                            "noted_by",
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
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mandates",
                                to="design.trainingplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on", None)),
                                fields=("plan", "organisation"),
                                name="mandate_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("let_on__lte", models.F("noted_on")),
                                    models.Q(
                                        ("ended_on", None), ("ended_on__gte", models.F("noted_on")), _connector="OR"
                                    ),
                                ),
                                name="mandate_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("let_by", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                                ),
                                name="mandate_says_who_and_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LinguisticTraining",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("provider_name", models.CharField(max_length=160, verbose_name="organisme de formation")),
                        ("hours", models.PositiveSmallIntegerField(verbose_name="heures")),
                        ("eos_number", models.CharField(blank=True, max_length=30, verbose_name="numéro EOS")),
                        ("aim", models.CharField(blank=True, max_length=255, verbose_name="objectif")),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
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
                            "plan",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="linguistic",
                                to="design.trainingplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("hours__gt", 0)),
                                name="linguistic_has_hours",
                                violation_error_message="La formation linguistique a des heures.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Edition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("number", models.PositiveSmallIntegerField()),
                        ("content", models.JSONField()),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="design.trainingplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["plan", "number"],
                        "constraints": [models.UniqueConstraint(fields=("plan", "number"), name="edition_number_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Contribution",
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
                                    ("visit", "visite de l'entreprise"),
                                    ("equipment", "matériel prêté"),
                                    ("tutor", "tuteur"),
                                    ("jury", "membre du jury"),
                                    ("teaching", "intervention en formation"),
                                ],
                                max_length=10,
                                verbose_name="apport",
                            ),
                        ),
                        ("detail", models.CharField(blank=True, max_length=255, verbose_name="précision")),
                        (
                            "employer",
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
                        (
                            "module",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="design.module",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contributions",
                                to="design.trainingplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="ChangeRequest",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "en préparation"),
                                    ("asked", "demandée"),
                                    ("to_mend", "à corriger"),
                                    ("approved", "approuvée"),
                                    ("refused", "refusée"),
                                    ("withdrawn", "retirée"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField(verbose_name="motif")),
                        ("effective_on", models.DateField(verbose_name="date d'effet")),
                        ("lines", models.JSONField(default=dict)),
                        ("effect", models.JSONField(default=dict)),
                        ("asked_on", models.DateField(null=True)),
                        ("decided_on", models.DateField(null=True)),
                        ("answer", models.TextField(blank=True, verbose_name="réponse de la Région")),
                        ("edition", models.PositiveSmallIntegerField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "asked_for",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "decided_by",
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="design.trainingplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("draft", "asked", "to_mend"))),
                                fields=("plan",),
                                name="change_one_open_per_plan",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["draft", "withdrawn"]), ("asked_on__isnull", False), _connector="OR"
                                ),
                                name="change_asked_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["approved", "refused"]), _negated=True),
                                    ("decided_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="change_decided_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("edition__isnull", False), ("state", "approved")),
                                    models.Q(models.Q(("state", "approved"), _negated=True), ("edition", None)),
                                    _connector="OR",
                                ),
                                name="change_approved_made_an_edition",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Asked",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("after_edition", models.PositiveSmallIntegerField()),
                        ("subject", models.CharField(max_length=40)),
                        ("made", models.JSONField(default=dict)),
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
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="design.trainingplan"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "after_edition", "subject", "organisation"), name="asked_change_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("edition", models.PositiveSmallIntegerField()),
                        ("approved_on", models.DateField()),
                        ("recorded_for", models.BooleanField(default=False)),
                        ("cancelled_on", models.DateField(null=True)),
                        (
                            "approved_by",
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
                        (
                            "mandate",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="design.mandate",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals",
                                to="design.trainingplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cancelled_on", None)),
                                fields=("plan", "organisation"),
                                name="approval_standing_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cancelled_on", None),
                                    ("cancelled_on__gte", models.F("approved_on")),
                                    _connector="OR",
                                ),
                                name="approval_cancelled_after_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("mandate", None), ("recorded_for", True), _connector="OR"),
                                name="approval_by_mandate_is_recorded",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupEmployer",
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
                            "employer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="employers",
                                to="design.calendargroup",
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
                            models.UniqueConstraint(fields=("group", "employer"), name="group_employer_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarHalfDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("on", models.DateField(verbose_name="date")),
                        (
                            "half",
                            models.CharField(
                                choices=[("morning", "matin"), ("afternoon", "après-midi")],
                                max_length=10,
                                verbose_name="demi-journée",
                            ),
                        ),
                        ("starts_at", models.TimeField(verbose_name="heure de début")),
                        ("minutes", models.PositiveSmallIntegerField(verbose_name="durée en minutes")),
                        (
                            "place",
                            models.CharField(
                                choices=[("centre", "en centre"), ("company", "en entreprise")],
                                max_length=8,
                                verbose_name="lieu",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("rhythm", "posée par le rythme"),
                                    ("hand", "changée à la main"),
                                    ("removed", "retirée à la main"),
                                ],
                                default="rhythm",
                                max_length=8,
                            ),
                        ),
                        (
                            "unusual_day",
                            models.BooleanField(default=False, verbose_name="jour sans formation confirmé"),
                        ),
                        ("trainer", models.CharField(blank=True, max_length=160, verbose_name="formateur")),
                        ("room", models.CharField(blank=True, max_length=80, verbose_name="salle")),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="half_days",
                                to="design.calendargroup",
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "module",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="design.module",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["on", "starts_at", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("group", "on", "half"), name="calendar_half_day_once"),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gte", 30), ("minutes__lte", 330)),
                                name="calendar_half_day_possible",
                                violation_error_message="Une demi-journée dure de 30 minutes à 5 h 30.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("half", "morning"), ("starts_at__lt", datetime.time(12, 0))),
                                    models.Q(("half", "afternoon"), ("starts_at__gte", datetime.time(12, 0))),
                                    _connector="OR",
                                ),
                                name="calendar_half_day_at_its_time",
                                violation_error_message="Un matin commence avant midi, un après-midi à partir de midi.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("place", "centre"),
                                    models.Q(("module", None), ("room", ""), ("trainer", "")),
                                    _connector="OR",
                                ),
                                name="calendar_taught_in_centre",
                                violation_error_message="Seule une demi-journée en centre a un module, un formateur ou une salle.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClosedPeriod",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("first", models.DateField(verbose_name="premier jour")),
                        ("last", models.DateField(verbose_name="dernier jour")),
                        ("label", models.CharField(blank=True, max_length=80, verbose_name="raison")),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closed",
                                to="design.plancalendar",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["first", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last__gte", models.F("first"))),
                                name="closed_period_in_order",
                                violation_error_message="Le dernier jour ne vient pas avant le premier.",
                            )
                        ],
                    },
                ),
                migrations.AddConstraint(
                    model_name="remark",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on__isnull", False), ("state", "closed")),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("closed_on", None)),
                            _connector="OR",
                        ),
                        name="remark_closed_has_its_date",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="remark",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("module", None), ("competence", None), _connector="OR"),
                        name="remark_about_one_thing",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plancompetence",
                    constraint=models.UniqueConstraint(fields=("plan", "label"), name="plan_competence_once"),
                ),
                migrations.AddConstraint(
                    model_name="plancalendar",
                    constraint=models.UniqueConstraint(fields=("plan",), name="calendar_once_per_plan"),
                ),
                migrations.AddConstraint(
                    model_name="plancalendar",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("cycle__regex", "^[cep]+$")), name="calendar_cycle_of_weeks"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plancalendar",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("afternoons__regex", "^[0-6]*$"),
                            ("company_days__regex", "^[0-6]*$"),
                            ("mornings__regex", "^[0-6]*$"),
                            models.Q(("afternoons", ""), ("mornings", ""), _negated=True),
                        ),
                        name="calendar_days_of_the_week",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="module",
                    constraint=models.UniqueConstraint(fields=("plan", "title"), name="module_title_once"),
                ),
                migrations.AddConstraint(
                    model_name="module",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("hours_centre__gt", 0),
                            ("hours_company__gt", 0),
                            ("hours_remote__gt", 0),
                            ("hours_situation__gt", 0),
                            _connector="OR",
                        ),
                        name="module_has_hours",
                        violation_error_message="Un module a des heures, en centre ou en entreprise.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="module",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("uncertified", False), ("block", ""), _connector="OR"),
                        name="module_certified_or_not",
                        violation_error_message="Un module a un bloc de certification, ou aucune certification ne le couvre.",
                    ),
                ),
            ]
        ),
    ]
