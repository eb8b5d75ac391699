import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("pairing", "0001_initial"), ("pairing", "0002_promises"), ("pairing", "0003_asked_and_travel")]

    initial = True

    dependencies = [
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("sourcing", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Admission",
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
                                choices=[("admitted", "admise"), ("refused", "refusée"), ("superseded", "remplacée")],
                                max_length=10,
                            ),
                        ),
                        ("paired", models.PositiveSmallIntegerField()),
                        ("counted", models.PositiveSmallIntegerField()),
                        ("reason", models.TextField(verbose_name="motif")),
                        ("decided_on", models.DateField()),
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
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.session"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "superseded"), _negated=True),
                                fields=("session",),
                                name="admission_one_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="admission_has_a_reason"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AdmissionEvent",
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
                                choices=[("admitted", "admise"), ("refused", "refusée"), ("superseded", "remplacée")],
                                max_length=10,
                            ),
                        ),
                        ("paired", models.PositiveSmallIntegerField()),
                        ("counted", models.PositiveSmallIntegerField()),
                        ("reason", models.TextField(verbose_name="motif")),
                        ("decided_on", models.DateField()),
                        (
                            "decided_by",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="people.person",
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
                                to="pairing.admission",
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
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("found_on", models.DateField()),
                        ("seats", models.PositiveSmallIntegerField()),
                        ("entered", models.PositiveSmallIntegerField()),
                        ("paired", models.PositiveSmallIntegerField()),
                        ("apart", models.PositiveSmallIntegerField(default=0)),
                        ("apart_conforming", models.PositiveSmallIntegerField(default=0)),
                        ("small_group", models.BooleanField(default=False)),
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("paired__lte", models.F("entered"))),
                                name="finding_paired_within_entered",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FindingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("found_on", models.DateField()),
                        ("seats", models.PositiveSmallIntegerField()),
                        ("entered", models.PositiveSmallIntegerField()),
                        ("paired", models.PositiveSmallIntegerField()),
                        ("apart", models.PositiveSmallIntegerField(default=0)),
                        ("apart_conforming", models.PositiveSmallIntegerField(default=0)),
                        ("small_group", models.BooleanField(default=False)),
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
                                to="pairing.finding",
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
                    name="Pairing",
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
                                choices=[("active", "appairage"), ("ended", "rompu")], default="active", max_length=8
                            ),
                        ),
                        ("paired_on", models.DateField()),
                        ("ended_on", models.DateField(null=True)),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("employer_withdrew", "l'employeur a retiré le poste"),
                                    ("person_left", "la personne est partie"),
                                    ("person_changed", "la personne a choisi un autre poste"),
                                    ("employer_changed", "l'employeur a changé d'avis"),
                                    ("mistake", "erreur de saisie"),
                                ],
                                max_length=20,
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
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Post",
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
                        ("withdrawn_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["promise", "number"],
                    },
                ),
                migrations.CreateModel(
                    name="PairingEvent",
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
                                choices=[("active", "appairage"), ("ended", "rompu")], default="active", max_length=8
                            ),
                        ),
                        ("paired_on", models.DateField()),
                        ("ended_on", models.DateField(null=True)),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("employer_withdrew", "l'employeur a retiré le poste"),
                                    ("person_left", "la personne est partie"),
                                    ("person_changed", "la personne a choisi un autre poste"),
                                    ("employer_changed", "l'employeur a changé d'avis"),
                                    ("mistake", "erreur de saisie"),
                                ],
                                max_length=20,
                            ),
                        ),
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
                                to="pairing.pairing",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="pairing.post",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="pairing",
                    name="post",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pairings", to="pairing.post"
                    ),
                ),
                migrations.CreateModel(
                    name="Promise",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("job_label", models.CharField(max_length=160, verbose_name="poste")),
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
                                verbose_name="contrat",
                            ),
                        ),
                        (
                            "months",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="durée en mois"),
                        ),
                        ("days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="et jours")),
                        ("starts_on", models.DateField(blank=True, null=True, verbose_name="début du contrat")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="fin du contrat")),
                        (
                            "weekly_hours",
                            models.DecimalField(
                                blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="heures par semaine"
                            ),
                        ),
                        (
                            "gross_pay",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=8,
                                null=True,
                                verbose_name="salaire brut mensuel",
                            ),
                        ),
                        ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu de travail")),
                        ("conforms", models.BooleanField()),
                        ("conformity_note", models.CharField(blank=True, max_length=255)),
                        (
                            "state",
                            models.CharField(
                                choices=[("made", "engagée"), ("suspended", "suspendue"), ("withdrawn", "retirée")],
                                max_length=10,
                            ),
                        ),
                        ("made_on", models.DateField()),
                        ("withdrawn_on", models.DateField(null=True)),
                        ("suspended_on", models.DateField(null=True)),
                        ("signed_on", models.DateField(null=True)),
                        (
                            "signed_how",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("link", "par lien personnel"),
                                    ("account", "depuis son compte"),
                                    ("paper", "sur papier"),
                                ],
                                max_length=8,
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
                            "signatory",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
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
                        (
                            "work_at",
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
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("starts_on", None),
                                    ("ends_on__gt", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="promise_dates_in_order",
                                violation_error_message="La fin du contrat vient après son début.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "withdrawn"), ("withdrawn_on__isnull", False)),
                                    models.Q(models.Q(("state", "withdrawn"), _negated=True), ("withdrawn_on", None)),
                                    _connector="OR",
                                ),
                                name="promise_withdrawn_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "suspended"), ("suspended_on__isnull", False)),
                                    models.Q(models.Q(("state", "suspended"), _negated=True), ("suspended_on", None)),
                                    _connector="OR",
                                ),
                                name="promise_suspended_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("signed_how", ""), ("signed_on", None)),
                                    models.Q(("signed_on__isnull", False), models.Q(("signed_how", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="promise_signed_has_its_date",
                            ),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="post",
                    name="promise",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="pairing.promise"
                    ),
                ),
                migrations.CreateModel(
                    name="Encounter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("met_on", models.DateField(null=True)),
                        (
                            "employer_answer",
                            models.CharField(
                                choices=[
                                    ("awaited", "attend"),
                                    ("yes", "oui"),
                                    ("no", "non"),
                                    ("after_placement", "après immersion"),
                                ],
                                default="awaited",
                                max_length=16,
                            ),
                        ),
                        ("employer_answered_on", models.DateField(null=True)),
                        (
                            "person_answer",
                            models.CharField(
                                choices=[
                                    ("awaited", "attend"),
                                    ("yes", "oui"),
                                    ("no", "non"),
                                    ("after_placement", "après immersion"),
                                ],
                                default="awaited",
                                max_length=16,
                            ),
                        ),
                        ("person_answered_on", models.DateField(null=True)),
                        ("asked_on", models.DateField(null=True)),
                        (
                            "travel_minutes",
                            models.PositiveSmallIntegerField(null=True, verbose_name="trajet, en minutes"),
                        ),
                        (
                            "travel_by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("foot", "à pied"),
                                    ("bike", "à vélo"),
                                    ("bus", "en bus"),
                                    ("train", "en train"),
                                    ("car", "en voiture"),
                                    ("carpool", "en covoiturage"),
                                ],
                                max_length=8,
                                verbose_name="moyen",
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
                        (
                            "promise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairing.promise"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("candidacy", "promise"), name="encounter_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("travel_by", ""), ("travel_minutes", None)),
                                    models.Q(
                                        ("travel_minutes__isnull", False), models.Q(("travel_by", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="encounter_travel_is_whole",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="admission",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "pairing_admissionevent" ("counted", "created_at", "decided_by_id", "decided_on", "id", "operation_id", "paired", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "session_id", "state", "version") VALUES (NEW."counted", NEW."created_at", NEW."decided_by_id", NEW."decided_on", NEW."id", NEW."operation_id", NEW."paired", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."session_id", NEW."state", NEW."version"); RETURN NULL;',
                            hash="f1000f4f072688b128a2687d365bdc29dbf4de98",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_41567",
                            table="pairing_admission",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="admission",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "pairing_admissionevent" ("counted", "created_at", "decided_by_id", "decided_on", "id", "operation_id", "paired", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "session_id", "state", "version") VALUES (NEW."counted", NEW."created_at", NEW."decided_by_id", NEW."decided_on", NEW."id", NEW."operation_id", NEW."paired", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."session_id", NEW."state", NEW."version"); RETURN NULL;',
                            hash="61930066ca2090a99f438ffa6ccacfdf8923112a",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6920b",
                            table="pairing_admission",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="admission",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "pairing_admissionevent" ("counted", "created_at", "decided_by_id", "decided_on", "id", "operation_id", "paired", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "session_id", "state", "version") VALUES (OLD."counted", OLD."created_at", OLD."decided_by_id", OLD."decided_on", OLD."id", OLD."operation_id", OLD."paired", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."session_id", OLD."state", OLD."version"); RETURN NULL;',
                            hash="7f345d2b4fc9407e463211c40ff0e22667ffca3d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_141bb",
                            table="pairing_admission",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="finding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "pairing_findingevent" ("apart", "apart_conforming", "created_at", "entered", "found_on", "id", "operation_id", "paired", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seats", "session_id", "small_group", "version") VALUES (NEW."apart", NEW."apart_conforming", NEW."created_at", NEW."entered", NEW."found_on", NEW."id", NEW."operation_id", NEW."paired", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seats", NEW."session_id", NEW."small_group", NEW."version"); RETURN NULL;',
                            hash="8b6f8b8be84d3256a52a8b2d1fe406a59b756cc9",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_75970",
                            table="pairing_finding",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="finding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "pairing_findingevent" ("apart", "apart_conforming", "created_at", "entered", "found_on", "id", "operation_id", "paired", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seats", "session_id", "small_group", "version") VALUES (NEW."apart", NEW."apart_conforming", NEW."created_at", NEW."entered", NEW."found_on", NEW."id", NEW."operation_id", NEW."paired", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seats", NEW."session_id", NEW."small_group", NEW."version"); RETURN NULL;',
                            hash="8f7f6905bf0cdbc27c164b50d61692dce23ad08c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6e32f",
                            table="pairing_finding",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="finding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "pairing_findingevent" ("apart", "apart_conforming", "created_at", "entered", "found_on", "id", "operation_id", "paired", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seats", "session_id", "small_group", "version") VALUES (OLD."apart", OLD."apart_conforming", OLD."created_at", OLD."entered", OLD."found_on", OLD."id", OLD."operation_id", OLD."paired", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."seats", OLD."session_id", OLD."small_group", OLD."version"); RETURN NULL;',
                            hash="496098382e2de8034386b0604d2341536901f3ab",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9863d",
                            table="pairing_finding",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pairing",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("candidacy",),
                        name="pairing_one_promise_per_person",
                        violation_error_message="Cette personne est déjà appairée : rompez d'abord l'appairage en cours.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pairing",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("post",),
                        name="pairing_one_person_per_post",
                        violation_error_message="Ce poste est déjà pris par une autre personne.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pairing",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_on", None), ("ending", ""), ("state", "active")),
                            models.Q(
                                ("ended_on__isnull", False), ("state", "ended"), models.Q(("ending", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="pairing_ended_has_date_and_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pairing",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("paired_on")), _connector="OR"
                        ),
                        name="pairing_dates_in_order",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pairing",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "pairing_pairingevent" ("candidacy_id", "created_at", "ended_on", "ending", "id", "operation_id", "paired_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "state", "version") VALUES (NEW."candidacy_id", NEW."created_at", NEW."ended_on", NEW."ending", NEW."id", NEW."operation_id", NEW."paired_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."post_id", NEW."state", NEW."version"); RETURN NULL;',
                            hash="f5247c8dc476307d590962cddcc392b62c164d58",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2acbb",
                            table="pairing_pairing",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pairing",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "pairing_pairingevent" ("candidacy_id", "created_at", "ended_on", "ending", "id", "operation_id", "paired_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "state", "version") VALUES (NEW."candidacy_id", NEW."created_at", NEW."ended_on", NEW."ending", NEW."id", NEW."operation_id", NEW."paired_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."post_id", NEW."state", NEW."version"); RETURN NULL;',
                            hash="f8bcc4790f7b441f21d7fef13002a0a3bb2b7d72",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_cc56e",
                            table="pairing_pairing",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pairing",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "pairing_pairingevent" ("candidacy_id", "created_at", "ended_on", "ending", "id", "operation_id", "paired_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "state", "version") VALUES (OLD."candidacy_id", OLD."created_at", OLD."ended_on", OLD."ending", OLD."id", OLD."operation_id", OLD."paired_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."post_id", OLD."state", OLD."version"); RETURN NULL;',
                            hash="5ae4acee62606566fda086521d6dddd307c44184",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_fd00b",
                            table="pairing_pairing",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="post",
                    constraint=models.UniqueConstraint(fields=("promise", "number"), name="post_number_once"),
                ),
            ]
        ),
    ]
