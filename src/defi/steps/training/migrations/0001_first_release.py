import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("training", "0001_initial"),
        ("training", "0002_groups"),
        ("training", "0002_reports_presence_and_paths"),
        ("training", "0003_attendance"),
        ("training", "0004_moved_and_cancelled_sheets"),
        ("training", "0005_eos_differences_one_by_one"),
        ("training", "0006_complaints"),
        ("training", "0007_periods_in_company"),
        ("training", "0008_presence_corrected_without_signature"),
        ("training", "0009_reasons_of_absences_in_company"),
    ]

    initial = True

    dependencies = [
        ("design", "0001_first_release"),
        ("kernel", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("sourcing", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="AbsenteeCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("on", models.DateField()),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("comes", "vient plus tard"),
                                    ("gives_up", "renonce"),
                                    ("no_answer", "ne répond pas"),
                                ],
                                max_length=10,
                            ),
                        ),
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
                        "ordering": ["on", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Attendance",
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
                                    ("expected", "attendu"),
                                    ("present", "présent"),
                                    ("absent", "absent"),
                                    ("excused", "absence justifiée"),
                                ],
                                default="expected",
                                max_length=10,
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("click", "signé en ligne"),
                                    ("room", "signé sur l'appareil du formateur"),
                                    ("paper", "signé sur papier"),
                                    ("unsigned", "corrigé, sans signature"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("corrected_on", models.DateField(null=True)),
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
                    },
                ),
                migrations.CreateModel(
                    name="AttendanceSheet",
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
                                choices=[("morning", "matin"), ("afternoon", "après-midi")], max_length=10
                            ),
                        ),
                        ("starts_at", models.TimeField(verbose_name="heure de début")),
                        ("minutes", models.PositiveSmallIntegerField(verbose_name="durée en minutes")),
                        ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu")),
                        (
                            "unusual_day",
                            models.BooleanField(default=False, verbose_name="dimanche ou jour férié confirmé"),
                        ),
                        ("module_label", models.CharField(max_length=160, verbose_name="module")),
                        ("trainer_name", models.CharField(max_length=160, verbose_name="formateur")),
                        ("room_code", models.CharField(blank=True, max_length=8)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "ouverte"), ("locked", "verrouillée"), ("cancelled", "annulée")],
                                max_length=10,
                            ),
                        ),
                        ("locked_on", models.DateField(null=True)),
                        ("trainer_signed_at", models.DateTimeField(null=True)),
                        (
                            "trainer_way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("click", "signé en ligne"),
                                    ("room", "signé sur l'appareil du formateur"),
                                    ("paper", "signé sur papier"),
                                ],
                                max_length=8,
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
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.session"
                            ),
                        ),
                        (
                            "trainer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["on", "-half"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "cancelled"), _negated=True),
                                fields=("session", "on", "half"),
                                name="sheet_once_per_half_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gte", 30), ("minutes__lte", 330)),
                                name="sheet_half_day_possible",
                                violation_error_message="Une demi-journée dure de 30 minutes à 5 h 30.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("locked_on__isnull", False), ("state", "locked")),
                                    models.Q(models.Q(("state", "locked"), _negated=True), ("locked_on", None)),
                                    _connector="OR",
                                ),
                                name="sheet_locked_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "locked"), _negated=True),
                                    models.Q(
                                        ("trainer_signed_at__isnull", False),
                                        models.Q(("trainer_way", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="sheet_locked_is_signed_by_trainer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "cancelled"), _negated=True),
                                    ("trainer_way", ""),
                                    _connector="OR",
                                ),
                                name="sheet_cancelled_was_not_signed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttendanceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("expected", "attendu"),
                                    ("present", "présent"),
                                    ("absent", "absent"),
                                    ("excused", "absence justifiée"),
                                ],
                                default="expected",
                                max_length=10,
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("click", "signé en ligne"),
                                    ("room", "signé sur l'appareil du formateur"),
                                    ("paper", "signé sur papier"),
                                    ("unsigned", "corrigé, sans signature"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("corrected_on", models.DateField(null=True)),
                        (
                            "candidacy",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="sourcing.candidacy",
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="training.attendance",
                            ),
                        ),
                        (
                            "sheet",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="training.attendancesheet",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="attendance",
                    name="sheet",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="training.attendancesheet"
                    ),
                ),
                migrations.CreateModel(
                    name="AttendanceSheetEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("on", models.DateField(verbose_name="date")),
                        (
                            "half",
                            models.CharField(
                                choices=[("morning", "matin"), ("afternoon", "après-midi")], max_length=10
                            ),
                        ),
                        ("starts_at", models.TimeField(verbose_name="heure de début")),
                        ("minutes", models.PositiveSmallIntegerField(verbose_name="durée en minutes")),
                        ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu")),
                        (
                            "unusual_day",
                            models.BooleanField(default=False, verbose_name="dimanche ou jour férié confirmé"),
                        ),
                        ("module_label", models.CharField(max_length=160, verbose_name="module")),
                        ("trainer_name", models.CharField(max_length=160, verbose_name="formateur")),
                        ("room_code", models.CharField(blank=True, max_length=8)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "ouverte"), ("locked", "verrouillée"), ("cancelled", "annulée")],
                                max_length=10,
                            ),
                        ),
                        ("locked_on", models.DateField(null=True)),
                        ("trainer_signed_at", models.DateTimeField(null=True)),
                        (
                            "trainer_way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("click", "signé en ligne"),
                                    ("room", "signé sur l'appareil du formateur"),
                                    ("paper", "signé sur papier"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "module",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="design.module",
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="training.attendancesheet",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.session",
                            ),
                        ),
                        (
                            "trainer",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Barrier",
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
                                    ("transport", "transport"),
                                    ("housing", "logement"),
                                    ("daily_life", "organisation du quotidien"),
                                    ("resources", "ressources, équipement"),
                                    ("digital", "numérique"),
                                    ("language", "français"),
                                    ("paperwork", "démarches"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("action", models.CharField(max_length=255, verbose_name="ce qui est fait")),
                        ("helper", models.CharField(blank=True, max_length=160, verbose_name="avec qui")),
                        ("noted_on", models.DateField()),
                        ("lifted_on", models.DateField(null=True)),
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
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lifted_on", None), ("lifted_on__gte", models.F("noted_on")), _connector="OR"
                                ),
                                name="barrier_dates_in_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CompanyPresence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("on", models.DateField()),
                        (
                            "half",
                            models.CharField(
                                choices=[("morning", "matin"), ("afternoon", "après-midi")], max_length=10
                            ),
                        ),
                        ("minutes", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(choices=[("present", "présent"), ("absent", "absent")], max_length=10),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("click", "signé en ligne"),
                                    ("room", "signé sur l'appareil du formateur"),
                                    ("paper", "signé sur papier"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("signed_at", models.DateTimeField()),
                        ("signed_by", models.CharField(max_length=160, verbose_name="signé par")),
                        ("corrected_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["on", "-half"],
                    },
                ),
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("reason", models.CharField(max_length=20, verbose_name="motif")),
                        ("noted_on", models.DateField()),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "proof",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.storedfile",
                            ),
                        ),
                        (
                            "line",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="absence",
                                to="training.attendance",
                            ),
                        ),
                        (
                            "presence",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="absence",
                                to="training.companypresence",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("line", None), ("presence__isnull", False)),
                                    models.Q(("line__isnull", False), ("presence", None)),
                                    _connector="OR",
                                ),
                                name="absence_of_one_half_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Complaint",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("complaint", "réclamation"),
                                    ("difficulty", "difficulté"),
                                    ("mishap", "aléa"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "by",
                            models.CharField(
                                choices=[
                                    ("trainee", "un stagiaire"),
                                    ("group", "le groupe"),
                                    ("employer", "un employeur ou un tuteur"),
                                    ("prescriber", "un prescripteur"),
                                    ("trainer", "un formateur"),
                                    ("region", "la Région"),
                                    ("provider", "l'organisme lui-même"),
                                ],
                                max_length=10,
                                verbose_name="de la part de",
                            ),
                        ),
                        ("what", models.TextField(verbose_name="ce qui s'est passé")),
                        ("answer", models.TextField(blank=True, verbose_name="ce qui a été fait")),
                        ("closed_on", models.DateField(null=True)),
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
                    ],
                    options={
                        "ordering": ["-on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answer", ""), ("closed_on", None)),
                                    models.Q(
                                        ("closed_on__gte", models.F("on")), models.Q(("answer", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_closed_is_answered",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Completion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("issued_on", models.DateField()),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField()),
                        ("minutes_centre", models.PositiveIntegerField()),
                        ("minutes_company", models.PositiveIntegerField()),
                        ("signed_name", models.CharField(max_length=160, verbose_name="signé par")),
                        ("signed_as", models.CharField(max_length=160, verbose_name="en qualité de")),
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
                    },
                ),
                migrations.CreateModel(
                    name="EosEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("number", models.CharField(max_length=30, verbose_name="numéro EOS")),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        ("seats", models.PositiveSmallIntegerField()),
                        ("hours_centre", models.PositiveSmallIntegerField()),
                        ("hours_company", models.PositiveSmallIntegerField()),
                        ("defi_ticked", models.BooleanField(verbose_name="case « session DEFI » cochée")),
                        ("explanations", models.JSONField(default=dict)),
                        ("entered_on", models.DateField()),
                        (
                            "entered_by",
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
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.session"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Exchange",
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
                            "how",
                            models.CharField(
                                choices=[
                                    ("call", "appel"),
                                    ("visit", "visite"),
                                    ("meeting", "réunion"),
                                    ("mail", "courriel"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("with_whom", models.CharField(blank=True, max_length=160, verbose_name="avec qui")),
                        ("note", models.TextField(blank=True, verbose_name="ce qui s'est dit")),
                        ("agreed", models.TextField(blank=True, verbose_name="ce qui est convenu")),
                        (
                            "by",
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
                        "ordering": ["on", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="GroupMember",
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
                            "candidacy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sourcing.candidacy"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="design.calendargroup"
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
                        "constraints": [models.UniqueConstraint(fields=("candidacy",), name="group_member_once")],
                    },
                ),
                migrations.CreateModel(
                    name="IndividualPath",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("positioned_on", models.DateField(verbose_name="positionnement fait le")),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("interview", "entretien"),
                                    ("situation", "mise en situation"),
                                    ("test", "test"),
                                    ("papers", "parcours et attestations"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("known", models.TextField(blank=True, verbose_name="ce qui est déjà acquis")),
                        ("to_learn", models.TextField(verbose_name="ce qui est à apprendre ou à renforcer")),
                        ("adapted", models.TextField(blank=True, verbose_name="ce qui est adapté pour cette personne")),
                        ("hours_centre", models.PositiveSmallIntegerField(verbose_name="heures en centre")),
                        ("hours_company", models.PositiveSmallIntegerField(verbose_name="heures en entreprise")),
                        ("agreed_on", models.DateField(null=True, verbose_name="vu avec la personne le")),
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
                    name="Interview",
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
                            "about",
                            models.CharField(
                                choices=[
                                    ("entry", "entrée en formation"),
                                    ("progress", "point de parcours"),
                                    ("absence", "absences"),
                                    ("return", "retour après une interruption"),
                                    ("exit", "fin de parcours"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("agreed", models.TextField(verbose_name="ce qui est convenu")),
                        ("next_on", models.DateField(null=True, verbose_name="prochain point")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
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
                        "ordering": ["-on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("next_on", None), ("next_on__gt", models.F("on")), _connector="OR"),
                                name="interview_next_comes_after",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Placement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("tutor_name", models.CharField(max_length=160, verbose_name="tuteur")),
                        (
                            "tutor_email",
                            models.EmailField(blank=True, max_length=254, verbose_name="adresse du tuteur"),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        (
                            "weekdays",
                            models.CharField(default="12345", max_length=7, verbose_name="jours de la semaine"),
                        ),
                        ("hours", models.PositiveSmallIntegerField(verbose_name="heures prévues")),
                        ("hours_done", models.PositiveSmallIntegerField(null=True, verbose_name="heures faites")),
                        ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu")),
                        ("schedule", models.CharField(blank=True, max_length=160, verbose_name="horaires")),
                        ("aims", models.CharField(max_length=255, verbose_name="objectifs")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "prévue"),
                                    ("begun", "en cours"),
                                    ("done", "terminée"),
                                    ("debriefed", "retour d'expérience fait"),
                                    ("cancelled", "annulée"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("role_explained", models.BooleanField(default=False)),
                        ("tutor_met", models.BooleanField(default=False)),
                        ("material_ready", models.BooleanField(default=False)),
                        ("hours_told", models.BooleanField(default=False)),
                        ("prepared_on", models.DateField(null=True)),
                        ("begun_on", models.DateField(null=True)),
                        ("visited_on", models.DateField(null=True)),
                        (
                            "visited_how",
                            models.CharField(
                                blank=True, choices=[("visit", "visite"), ("call", "appel")], max_length=8
                            ),
                        ),
                        ("finished_on", models.DateField(null=True)),
                        ("debriefed_on", models.DateField(null=True)),
                        ("in_group", models.BooleanField(default=False, verbose_name="retour d'expérience en groupe")),
                        (
                            "agreement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.document",
                            ),
                        ),
                        (
                            "candidacy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sourcing.candidacy"
                            ),
                        ),
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
                            "tutor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["starts_on", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="placement_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["begun", "done", "debriefed"]), _negated=True),
                                    ("begun_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="placement_begun_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("finished_on__isnull", False),
                                        ("hours_done__isnull", False),
                                        ("state__in", ["done", "debriefed"]),
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ["done", "debriefed"]), _negated=True),
                                        ("finished_on", None),
                                        ("hours_done", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="placement_done_has_date_and_hours",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("prepared_on", None),
                                    models.Q(
                                        ("hours_told", True),
                                        ("material_ready", True),
                                        ("role_explained", True),
                                        ("tutor_met", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="placement_prepared_is_ticked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CompanyPresenceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("on", models.DateField()),
                        (
                            "half",
                            models.CharField(
                                choices=[("morning", "matin"), ("afternoon", "après-midi")], max_length=10
                            ),
                        ),
                        ("minutes", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(choices=[("present", "présent"), ("absent", "absent")], max_length=10),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("click", "signé en ligne"),
                                    ("room", "signé sur l'appareil du formateur"),
                                    ("paper", "signé sur papier"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("signed_at", models.DateTimeField()),
                        ("signed_by", models.CharField(max_length=160, verbose_name="signé par")),
                        ("corrected_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="training.companypresence",
                            ),
                        ),
                        (
                            "placement",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="training.placement",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="companypresence",
                    name="placement",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="presences", to="training.placement"
                    ),
                ),
                migrations.CreateModel(
                    name="PlacementCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("link_id", models.BigIntegerField(null=True)),
                        ("person_id", models.BigIntegerField(null=True)),
                        ("channel", models.CharField(max_length=20)),
                        ("secret", models.CharField(max_length=64)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("passed_at", models.DateTimeField(null=True)),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "placement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="training.placement"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("used_at", None), ("passed_at__isnull", False), _connector="OR"),
                                name="placement_code_signs_once_typed",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlacementDebrief",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("learnt", models.TextField(blank=True, verbose_name="ce que la personne en retient")),
                        ("follows", models.TextField(blank=True, verbose_name="ce qui suit")),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "placement",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="debrief",
                                to="training.placement",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="PlacementSignature",
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
                            "party",
                            models.CharField(
                                choices=[
                                    ("trainee", "stagiaire"),
                                    ("employer", "entreprise"),
                                    ("provider", "organisme de formation"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("in_ink", models.BooleanField(default=False)),
                        ("signed_on", models.DateField()),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="signataire")),
                        ("fingerprint", models.CharField(blank=True, max_length=64)),
                        ("voided_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "paper",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.storedfile",
                            ),
                        ),
                        (
                            "placement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="training.placement",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("voided_on", None)),
                                fields=("placement", "party"),
                                name="placement_signed_once_per_party",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlacementSignatureEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "party",
                            models.CharField(
                                choices=[
                                    ("trainee", "stagiaire"),
                                    ("employer", "entreprise"),
                                    ("provider", "organisme de formation"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("in_ink", models.BooleanField(default=False)),
                        ("signed_on", models.DateField()),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="signataire")),
                        ("fingerprint", models.CharField(blank=True, max_length=64)),
                        ("voided_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "paper",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="kernel.storedfile",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="training.placementsignature",
                            ),
                        ),
                        (
                            "placement",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="training.placement",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PresenceStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("month", models.DateField(verbose_name="mois")),
                        ("made_on", models.DateField()),
                        ("figures", models.JSONField()),
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
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.session"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["made_on", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="PrintedSheet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("training", models.CharField(max_length=255)),
                        ("eos_number", models.CharField(blank=True, max_length=30)),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.document"
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "sheet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="papers",
                                to="training.attendancesheet",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("document", "sheet"), name="printed_sheet_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("sent_on", models.DateField()),
                        ("facts", models.JSONField()),
                        ("comment", models.TextField(blank=True, verbose_name="commentaire")),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
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
                        "ordering": ["-sent_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="ReportPart",
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
                        ("facts", models.JSONField()),
                        ("acknowledged_on", models.DateField(null=True, verbose_name="lu le")),
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
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="training.report"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "organisation", "part"), name="report_part_once_per_reader"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SentSignature",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("key", models.UUIDField(unique=True)),
                        ("made_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("click", "signé en ligne"),
                                    ("room", "signé sur l'appareil du formateur"),
                                    ("paper", "signé sur papier"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("fault", models.CharField(blank=True, max_length=8)),
                        ("settled_on", models.DateField(null=True)),
                        ("accepted", models.BooleanField(null=True)),
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
                            "sheet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sent",
                                to="training.attendancesheet",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["made_at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("accepted", None), ("settled_on", None)),
                                    models.Q(("accepted__isnull", False), ("settled_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="sent_signature_settled_one_way",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("settled_on", None), models.Q(("fault", ""), _negated=True), _connector="OR"
                                ),
                                name="sent_signature_settled_was_questioned",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SentSignatureEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("key", models.UUIDField()),
                        ("made_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("click", "signé en ligne"),
                                    ("room", "signé sur l'appareil du formateur"),
                                    ("paper", "signé sur papier"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("fault", models.CharField(blank=True, max_length=8)),
                        ("settled_on", models.DateField(null=True)),
                        ("accepted", models.BooleanField(null=True)),
                        (
                            "candidacy",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="sourcing.candidacy",
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="training.sentsignature",
                            ),
                        ),
                        (
                            "sheet",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="training.attendancesheet",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SessionStart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("started_on", models.DateField()),
                        ("recorded_on", models.DateField()),
                        ("entered", models.PositiveSmallIntegerField()),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "session",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.session"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="SessionStartEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("started_on", models.DateField()),
                        ("recorded_on", models.DateField()),
                        ("entered", models.PositiveSmallIntegerField()),
                        (
                            "operation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="training.sessionstart",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.session",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SheetScan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("page", models.PositiveSmallIntegerField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unread", "à reconnaître"),
                                    ("placed", "à lire"),
                                    ("read", "lue"),
                                    ("rejected", "écartée"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "found",
                            models.CharField(
                                blank=True,
                                choices=[("code", "par son code"), ("person", "par une personne")],
                                max_length=6,
                            ),
                        ),
                        ("source_sha256", models.CharField(max_length=64)),
                        ("deposited_on", models.DateField()),
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
                        (
                            "stored",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.storedfile"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["placed", "read"]), _negated=True),
                                    models.Q(
                                        ("document__isnull", False),
                                        ("page__gte", 1),
                                        ("page__isnull", False),
                                        ("found__in", ["code", "person"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="sheet_scan_placed_has_its_place",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SheetScanEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("page", models.PositiveSmallIntegerField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unread", "à reconnaître"),
                                    ("placed", "à lire"),
                                    ("read", "lue"),
                                    ("rejected", "écartée"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "found",
                            models.CharField(
                                blank=True,
                                choices=[("code", "par son code"), ("person", "par une personne")],
                                max_length=6,
                            ),
                        ),
                        ("source_sha256", models.CharField(max_length=64)),
                        ("deposited_on", models.DateField()),
                        (
                            "document",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="kernel.document",
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="training.sheetscan",
                            ),
                        ),
                        (
                            "stored",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="kernel.storedfile",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Suspension",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("from_on", models.DateField(verbose_name="depuis le")),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("job", "emploi de courte durée"),
                                    ("personal_choice", "à la demande de la personne"),
                                    ("provider", "décision de l'organisme (règlement intérieur)"),
                                    ("outside", "empêchement extérieur"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("expected_on", models.DateField(null=True, verbose_name="retour prévu le")),
                        ("ended_on", models.DateField(null=True)),
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
                        "ordering": ["from_on", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on", None)),
                                fields=("candidacy",),
                                name="suspension_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expected_on", None), ("expected_on__gt", models.F("from_on")), _connector="OR"
                                ),
                                name="suspension_return_comes_after",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on", None), ("ended_on__gte", models.F("from_on")), _connector="OR"
                                ),
                                name="suspension_dates_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TutorEvaluation",
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
                            "aims",
                            models.CharField(
                                choices=[
                                    ("reached", "atteints"),
                                    ("partly", "atteints en partie"),
                                    ("not", "pas atteints"),
                                    ("untried", "pas eu l'occasion de les travailler"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("strengths", models.JSONField(default=list)),
                        ("to_work_on", models.JSONField(default=list)),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("given_on", models.DateField()),
                        ("given_by", models.CharField(max_length=160)),
                        ("read_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "placement",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluation",
                                to="training.placement",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="AbsenceAlert",
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
                                choices=[("running", "absences à la suite"), ("many", "absences nombreuses")],
                                max_length=8,
                            ),
                        ),
                        ("since", models.DateField()),
                        ("half_days", models.PositiveSmallIntegerField()),
                        ("told_on", models.DateField()),
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
                            models.UniqueConstraint(fields=("candidacy", "kind", "since"), name="absence_alert_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attendancesheet",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_attendancesheetevent" ("created_at", "half", "id", "locked_on", "minutes", "module_id", "module_label", "on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "room_code", "session_id", "starts_at", "state", "trainer_id", "trainer_name", "trainer_signed_at", "trainer_way", "unusual_day", "version") VALUES (NEW."created_at", NEW."half", NEW."id", NEW."locked_on", NEW."minutes", NEW."module_id", NEW."module_label", NEW."on", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."room_code", NEW."session_id", NEW."starts_at", NEW."state", NEW."trainer_id", NEW."trainer_name", NEW."trainer_signed_at", NEW."trainer_way", NEW."unusual_day", NEW."version"); RETURN NULL;',
                            hash="fe200c1d0061fd06f0c16ae3f14302db3d8b11cc",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1db58",
                            table="training_attendancesheet",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attendancesheet",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "training_attendancesheetevent" ("created_at", "half", "id", "locked_on", "minutes", "module_id", "module_label", "on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "room_code", "session_id", "starts_at", "state", "trainer_id", "trainer_name", "trainer_signed_at", "trainer_way", "unusual_day", "version") VALUES (NEW."created_at", NEW."half", NEW."id", NEW."locked_on", NEW."minutes", NEW."module_id", NEW."module_label", NEW."on", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."room_code", NEW."session_id", NEW."starts_at", NEW."state", NEW."trainer_id", NEW."trainer_name", NEW."trainer_signed_at", NEW."trainer_way", NEW."unusual_day", NEW."version"); RETURN NULL;',
                            hash="cb047b8eb1bb75e121bad97df912b078ba8adf75",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_5d4e0",
                            table="training_attendancesheet",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attendancesheet",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_attendancesheetevent" ("created_at", "half", "id", "locked_on", "minutes", "module_id", "module_label", "on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "room_code", "session_id", "starts_at", "state", "trainer_id", "trainer_name", "trainer_signed_at", "trainer_way", "unusual_day", "version") VALUES (OLD."created_at", OLD."half", OLD."id", OLD."locked_on", OLD."minutes", OLD."module_id", OLD."module_label", OLD."on", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."room_code", OLD."session_id", OLD."starts_at", OLD."state", OLD."trainer_id", OLD."trainer_name", OLD."trainer_signed_at", OLD."trainer_way", OLD."unusual_day", OLD."version"); RETURN NULL;',
                            hash="2984dffd8451d00701a8d0feb205ac23a1700f66",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_3783b",
                            table="training_attendancesheet",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="attendance",
                    constraint=models.UniqueConstraint(fields=("sheet", "candidacy"), name="attendance_once"),
                ),
                migrations.AddConstraint(
                    model_name="attendance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "present"),
                                ("signed_at__isnull", False),
                                models.Q(("way__in", ["", "unsigned"]), _negated=True),
                            ),
                            models.Q(
                                ("corrected_on__isnull", False),
                                ("signed_at", None),
                                ("state", "present"),
                                ("way", "unsigned"),
                            ),
                            models.Q(models.Q(("state", "present"), _negated=True), ("signed_at", None), ("way", "")),
                            _connector="OR",
                        ),
                        name="attendance_present_is_signed",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attendance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_attendanceevent" ("candidacy_id", "corrected_on", "created_at", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sheet_id", "signed_at", "state", "version", "way") VALUES (NEW."candidacy_id", NEW."corrected_on", NEW."created_at", NEW."id", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sheet_id", NEW."signed_at", NEW."state", NEW."version", NEW."way"); RETURN NULL;',
                            hash="c487d7df58bc4fdc666ae340466d70480c961e09",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f3456",
                            table="training_attendance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attendance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "training_attendanceevent" ("candidacy_id", "corrected_on", "created_at", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sheet_id", "signed_at", "state", "version", "way") VALUES (NEW."candidacy_id", NEW."corrected_on", NEW."created_at", NEW."id", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sheet_id", NEW."signed_at", NEW."state", NEW."version", NEW."way"); RETURN NULL;',
                            hash="7855755b835eab3f5d76b54a0a7496a405f05155",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8b904",
                            table="training_attendance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attendance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_attendanceevent" ("candidacy_id", "corrected_on", "created_at", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sheet_id", "signed_at", "state", "version", "way") VALUES (OLD."candidacy_id", OLD."corrected_on", OLD."created_at", OLD."id", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sheet_id", OLD."signed_at", OLD."state", OLD."version", OLD."way"); RETURN NULL;',
                            hash="36a8cc752c4b994fccc500cbbe73cccd7cdfce85",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_75519",
                            table="training_attendance",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="companypresence",
                    constraint=models.UniqueConstraint(
                        fields=("placement", "on", "half"), name="company_presence_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="companypresence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 5), ("minutes__lte", 720)), name="company_presence_possible"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="companypresence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_companypresenceevent" ("corrected_on", "created_at", "half", "id", "minutes", "on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "signed_at", "signed_by", "state", "version", "way") VALUES (NEW."corrected_on", NEW."created_at", NEW."half", NEW."id", NEW."minutes", NEW."on", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."placement_id", NEW."signed_at", NEW."signed_by", NEW."state", NEW."version", NEW."way"); RETURN NULL;',
                            hash="89856f84041ea19fd3cc6c133380c1b1cb318eb6",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_09d30",
                            table="training_companypresence",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="companypresence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "training_companypresenceevent" ("corrected_on", "created_at", "half", "id", "minutes", "on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "signed_at", "signed_by", "state", "version", "way") VALUES (NEW."corrected_on", NEW."created_at", NEW."half", NEW."id", NEW."minutes", NEW."on", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."placement_id", NEW."signed_at", NEW."signed_by", NEW."state", NEW."version", NEW."way"); RETURN NULL;',
                            hash="adb51b7f420cc46dd68ccab3c5f80c58595233e8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9b4d9",
                            table="training_companypresence",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="companypresence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_companypresenceevent" ("corrected_on", "created_at", "half", "id", "minutes", "on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "signed_at", "signed_by", "state", "version", "way") VALUES (OLD."corrected_on", OLD."created_at", OLD."half", OLD."id", OLD."minutes", OLD."on", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."placement_id", OLD."signed_at", OLD."signed_by", OLD."state", OLD."version", OLD."way"); RETURN NULL;',
                            hash="0aeff9ee0ff5ab445fcf0b0914b10dcd0a05f009",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7368f",
                            table="training_companypresence",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="placementsignature",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_placementsignatureevent" ("created_at", "fingerprint", "id", "in_ink", "name", "operation_id", "paper_id", "party", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "signed_on", "version", "voided_on") VALUES (NEW."created_at", NEW."fingerprint", NEW."id", NEW."in_ink", NEW."name", NEW."operation_id", NEW."paper_id", NEW."party", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."placement_id", NEW."signed_on", NEW."version", NEW."voided_on"); RETURN NULL;',
                            hash="8130887bbfae2647bdc6991497c87a536ba7cfd3",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1ad7b",
                            table="training_placementsignature",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="placementsignature",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "training_placementsignatureevent" ("created_at", "fingerprint", "id", "in_ink", "name", "operation_id", "paper_id", "party", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "signed_on", "version", "voided_on") VALUES (NEW."created_at", NEW."fingerprint", NEW."id", NEW."in_ink", NEW."name", NEW."operation_id", NEW."paper_id", NEW."party", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."placement_id", NEW."signed_on", NEW."version", NEW."voided_on"); RETURN NULL;',
                            hash="6d8ea53c7c0e7b89249a4a72b5e5254005f4f8ae",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_18882",
                            table="training_placementsignature",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="placementsignature",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_placementsignatureevent" ("created_at", "fingerprint", "id", "in_ink", "name", "operation_id", "paper_id", "party", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "signed_on", "version", "voided_on") VALUES (OLD."created_at", OLD."fingerprint", OLD."id", OLD."in_ink", OLD."name", OLD."operation_id", OLD."paper_id", OLD."party", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."placement_id", OLD."signed_on", OLD."version", OLD."voided_on"); RETURN NULL;',
                            hash="e5b8a0212362c47241122b12969ac932502586f3",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_57c42",
                            table="training_placementsignature",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sentsignature",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_sentsignatureevent" ("accepted", "candidacy_id", "created_at", "fault", "id", "key", "made_at", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "settled_on", "sheet_id", "version", "way") VALUES (NEW."accepted", NEW."candidacy_id", NEW."created_at", NEW."fault", NEW."id", NEW."key", NEW."made_at", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."received_at", NEW."settled_on", NEW."sheet_id", NEW."version", NEW."way"); RETURN NULL;',
                            hash="96c460d0483680bf19d30d1f6502fa07365225cb",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_759fb",
                            table="training_sentsignature",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sentsignature",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "training_sentsignatureevent" ("accepted", "candidacy_id", "created_at", "fault", "id", "key", "made_at", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "settled_on", "sheet_id", "version", "way") VALUES (NEW."accepted", NEW."candidacy_id", NEW."created_at", NEW."fault", NEW."id", NEW."key", NEW."made_at", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."received_at", NEW."settled_on", NEW."sheet_id", NEW."version", NEW."way"); RETURN NULL;',
                            hash="6fb05d7bd1fa2ff04e6b3b8ec33db6b07cc02e1d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_dc9f8",
                            table="training_sentsignature",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sentsignature",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_sentsignatureevent" ("accepted", "candidacy_id", "created_at", "fault", "id", "key", "made_at", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "settled_on", "sheet_id", "version", "way") VALUES (OLD."accepted", OLD."candidacy_id", OLD."created_at", OLD."fault", OLD."id", OLD."key", OLD."made_at", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."received_at", OLD."settled_on", OLD."sheet_id", OLD."version", OLD."way"); RETURN NULL;',
                            hash="c6814d02ecbf75687a85716c76007260e6916fea",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_aa728",
                            table="training_sentsignature",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sessionstart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_sessionstartevent" ("created_at", "entered", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_on", "session_id", "started_on", "version") VALUES (NEW."created_at", NEW."entered", NEW."id", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_on", NEW."session_id", NEW."started_on", NEW."version"); RETURN NULL;',
                            hash="679f205d7b48f4825f39148a6c0a09d294767fbb",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d914b",
                            table="training_sessionstart",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sessionstart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "training_sessionstartevent" ("created_at", "entered", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_on", "session_id", "started_on", "version") VALUES (NEW."created_at", NEW."entered", NEW."id", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_on", NEW."session_id", NEW."started_on", NEW."version"); RETURN NULL;',
                            hash="045f0de7ef39d2083f3e4ae75cf72104f16b18dc",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_adaea",
                            table="training_sessionstart",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sessionstart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_sessionstartevent" ("created_at", "entered", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_on", "session_id", "started_on", "version") VALUES (OLD."created_at", OLD."entered", OLD."id", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_on", OLD."session_id", OLD."started_on", OLD."version"); RETURN NULL;',
                            hash="7969c26894880cf15e1c224de3d29a95bf3b4c6e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e064d",
                            table="training_sessionstart",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sheetscan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_sheetscanevent" ("created_at", "deposited_on", "document_id", "found", "id", "operation_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_sha256", "state", "stored_id", "version") VALUES (NEW."created_at", NEW."deposited_on", NEW."document_id", NEW."found", NEW."id", NEW."operation_id", NEW."page", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_sha256", NEW."state", NEW."stored_id", NEW."version"); RETURN NULL;',
                            hash="5b62295cd22343990bc653164b1360d05daa5a1d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_4ad4f",
                            table="training_sheetscan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sheetscan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "training_sheetscanevent" ("created_at", "deposited_on", "document_id", "found", "id", "operation_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_sha256", "state", "stored_id", "version") VALUES (NEW."created_at", NEW."deposited_on", NEW."document_id", NEW."found", NEW."id", NEW."operation_id", NEW."page", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_sha256", NEW."state", NEW."stored_id", NEW."version"); RETURN NULL;',
                            hash="2640903e7696689cd5e5d44fe284e1b107bbd222",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_36859",
                            table="training_sheetscan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sheetscan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "training_sheetscanevent" ("created_at", "deposited_on", "document_id", "found", "id", "operation_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_sha256", "state", "stored_id", "version") VALUES (OLD."created_at", OLD."deposited_on", OLD."document_id", OLD."found", OLD."id", OLD."operation_id", OLD."page", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source_sha256", OLD."state", OLD."stored_id", OLD."version"); RETURN NULL;',
                            hash="6b4a512c02a1ba822acc73040a7b4bb196f00ee0",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_149f8",
                            table="training_sheetscan",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        ),
    ]
