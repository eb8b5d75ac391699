import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import defi.kernel.clock


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("training", "0001_initial"), ("training", "0002_groups")]

    initial = True

    dependencies = [
        ("design", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("sourcing", "0001_first_release"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttendanceSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                ("on", models.DateField(verbose_name="date")),
                ("half", models.CharField(choices=[("morning", "matin"), ("afternoon", "après-midi")], max_length=10)),
                ("starts_at", models.TimeField(verbose_name="heure de début")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="durée en minutes")),
                ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu")),
                ("unusual_day", models.BooleanField(default=False, verbose_name="dimanche ou jour férié confirmé")),
                ("module_label", models.CharField(max_length=160, verbose_name="module")),
                ("trainer_name", models.CharField(max_length=160, verbose_name="formateur")),
                ("room_code", models.CharField(blank=True, max_length=8)),
                ("state", models.CharField(choices=[("open", "ouverte"), ("locked", "verrouillée")], max_length=8)),
                ("locked_on", models.DateField(null=True)),
                ("trainer_signed_at", models.DateTimeField(null=True)),
                (
                    "trainer_way",
                    models.CharField(
                        blank=True, choices=[("click", "signé en ligne"), ("paper", "signé sur papier")], max_length=8
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="design.module"
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
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ["on", "-half"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "on", "half"), name="sheet_once_per_half_day"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 30), ("minutes__lte", 330)),
                        name="sheet_half_day_possible",
                        violation_error_message="Une demi-journée dure de 30 minutes à 5 h 30.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("locked_on__isnull", False), ("state", "locked")),
                            models.Q(("locked_on", None), ("state", "open")),
                            _connector="OR",
                        ),
                        name="sheet_locked_has_its_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(
                                ("trainer_signed_at__isnull", False), models.Q(("trainer_way", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="sheet_locked_is_signed_by_trainer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        blank=True, choices=[("click", "signé en ligne"), ("paper", "signé sur papier")], max_length=8
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
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="training.attendancesheet"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "candidacy"), name="attendance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "present"), ("signed_at__isnull", False), models.Q(("way", ""), _negated=True)
                            ),
                            models.Q(models.Q(("state", "present"), _negated=True), ("signed_at", None), ("way", "")),
                            _connector="OR",
                        ),
                        name="attendance_present_is_signed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EosEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                ("number", models.CharField(max_length=30, verbose_name="numéro EOS")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("seats", models.PositiveSmallIntegerField()),
                ("hours_centre", models.PositiveSmallIntegerField()),
                ("hours_company", models.PositiveSmallIntegerField()),
                ("defi_ticked", models.BooleanField(verbose_name="case « session DEFI » cochée")),
                ("explanation", models.TextField(blank=True, verbose_name="explication des différences")),
                ("entered_on", models.DateField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
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
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                ("on", models.DateField(verbose_name="date")),
                (
                    "how",
                    models.CharField(
                        choices=[("call", "appel"), ("visit", "visite"), ("meeting", "réunion"), ("mail", "courriel")],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="ce qui s'est dit")),
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
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                ("tutor_name", models.CharField(max_length=160, verbose_name="tuteur")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("hours", models.PositiveSmallIntegerField(verbose_name="heures prévues")),
                ("hours_done", models.PositiveSmallIntegerField(null=True, verbose_name="heures faites")),
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
                ("prepared_on", models.DateField(null=True)),
                ("begun_on", models.DateField(null=True)),
                ("visited_on", models.DateField(null=True)),
                (
                    "visited_how",
                    models.CharField(blank=True, choices=[("visit", "visite"), ("call", "appel")], max_length=8),
                ),
                ("finished_on", models.DateField(null=True)),
                ("debriefed_on", models.DateField(null=True)),
                ("in_group", models.BooleanField(default=False, verbose_name="retour d'expérience en groupe")),
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
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="placement_dates_in_order"
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
                ],
            },
        ),
        migrations.CreateModel(
            name="PlacementSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="training.placement"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("placement", "party"), name="placement_signed_once_per_party")
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            ],
            options={
                "ordering": ["-sent_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SessionStart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
    ]
