import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("closing", "0001_initial"), ("closing", "0002_checks_kept")]

    initial = True

    dependencies = [
        ("kernel", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="BonusClaim",
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
                                blank=True, choices=[("interim", "acompte"), ("balance", "solde")], max_length=8
                            ),
                        ),
                        ("order_number", models.CharField(blank=True, max_length=40, verbose_name="bon de commande")),
                        (
                            "amount",
                            models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name="montant"),
                        ),
                        ("checks", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("sent", "envoyée à la cellule de gestion"),
                                    ("correction", "correction demandée"),
                                    ("granted", "accordée"),
                                    ("refused", "refusée"),
                                    ("paid", "payée"),
                                    ("waived", "non demandée, par choix du titulaire"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("sent_on", models.DateField()),
                        ("eos_requested_on", models.DateField(null=True)),
                        (
                            "eos_kind",
                            models.CharField(
                                blank=True, choices=[("interim", "acompte"), ("balance", "solde")], max_length=8
                            ),
                        ),
                        ("decided_on", models.DateField(null=True)),
                        ("decision_reason", models.TextField(blank=True)),
                        ("paid_on", models.DateField(null=True)),
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
                            "holder",
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
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="CheckRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("verb", models.CharField(max_length=40)),
                        ("ran_on", models.DateField()),
                        ("reason", models.TextField(blank=True)),
                        ("passed", models.BooleanField()),
                        ("results", models.JSONField()),
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
                            "claim",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="closing.bonusclaim",
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
                    name="ComplianceCertificate",
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
                                    ("requested", "demandée"),
                                    ("correction", "correction demandée"),
                                    ("signed", "signée une fois, à contresigner"),
                                    ("issued", "délivrée"),
                                    ("refused", "refusée"),
                                    ("withdrawn", "retirée"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("number", models.CharField(max_length=40, null=True, unique=True)),
                        ("code", models.CharField(max_length=12, null=True, unique=True)),
                        ("checks", models.JSONField(default=list)),
                        ("requested_on", models.DateField()),
                        ("signed_on", models.DateField(null=True)),
                        ("issued_on", models.DateField(null=True)),
                        ("decided_on", models.DateField(null=True)),
                        ("decision_reason", models.TextField(blank=True)),
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
                            "issued_by",
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
                            "sealed",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.document",
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
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["refused", "withdrawn"]), _negated=True),
                                fields=("operation",),
                                name="certificate_one_living",
                                violation_error_message="Une attestation existe déjà pour cette opération.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["issued", "withdrawn"]),
                                        ("code__isnull", False),
                                        ("issued_on__isnull", False),
                                        ("number__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ["issued", "withdrawn"]), _negated=True),
                                        ("code", None),
                                        ("issued_on", None),
                                        ("number", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="certificate_issued_has_number_code_and_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "signed"), _negated=True),
                                    ("signed_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="certificate_signed_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sealed", None), ("document__isnull", False), _connector="OR"),
                                name="certificate_sealed_has_its_document",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckRunEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("verb", models.CharField(max_length=40)),
                        ("ran_on", models.DateField()),
                        ("reason", models.TextField(blank=True)),
                        ("passed", models.BooleanField()),
                        ("results", models.JSONField()),
                        (
                            "by",
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
                            "claim",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="closing.bonusclaim",
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
                                to="closing.checkrun",
                            ),
                        ),
                        (
                            "certificate",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="closing.compliancecertificate",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="checkrun",
                    name="certificate",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="closing.compliancecertificate",
                    ),
                ),
                migrations.CreateModel(
                    name="BonusClaimEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "kind",
                            models.CharField(
                                blank=True, choices=[("interim", "acompte"), ("balance", "solde")], max_length=8
                            ),
                        ),
                        ("order_number", models.CharField(blank=True, max_length=40, verbose_name="bon de commande")),
                        (
                            "amount",
                            models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name="montant"),
                        ),
                        ("checks", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("sent", "envoyée à la cellule de gestion"),
                                    ("correction", "correction demandée"),
                                    ("granted", "accordée"),
                                    ("refused", "refusée"),
                                    ("paid", "payée"),
                                    ("waived", "non demandée, par choix du titulaire"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("sent_on", models.DateField()),
                        ("eos_requested_on", models.DateField(null=True)),
                        (
                            "eos_kind",
                            models.CharField(
                                blank=True, choices=[("interim", "acompte"), ("balance", "solde")], max_length=8
                            ),
                        ),
                        ("decided_on", models.DateField(null=True)),
                        ("decision_reason", models.TextField(blank=True)),
                        ("paid_on", models.DateField(null=True)),
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
                            "holder",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="people.organisation",
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
                                to="closing.bonusclaim",
                            ),
                        ),
                        (
                            "certificate",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="closing.compliancecertificate",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="bonusclaim",
                    name="certificate",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="closing.compliancecertificate",
                    ),
                ),
                migrations.CreateModel(
                    name="ComplianceCertificateEvent",
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
                                    ("requested", "demandée"),
                                    ("correction", "correction demandée"),
                                    ("signed", "signée une fois, à contresigner"),
                                    ("issued", "délivrée"),
                                    ("refused", "refusée"),
                                    ("withdrawn", "retirée"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("number", models.CharField(max_length=40, null=True)),
                        ("code", models.CharField(max_length=12, null=True)),
                        ("checks", models.JSONField(default=list)),
                        ("requested_on", models.DateField()),
                        ("signed_on", models.DateField(null=True)),
                        ("issued_on", models.DateField(null=True)),
                        ("decided_on", models.DateField(null=True)),
                        ("decision_reason", models.TextField(blank=True)),
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
                            "issued_by",
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
                                to="closing.compliancecertificate",
                            ),
                        ),
                        (
                            "sealed",
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
                            "signed_by",
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
                    name="EosClosure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("closed_on", models.DateField()),
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
                    name="ReportedMoment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("moment", models.CharField(max_length=8)),
                        ("reported_on", models.DateField()),
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
                            models.UniqueConstraint(fields=("operation", "moment"), name="reported_moment_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="compliancecertificate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "closing_compliancecertificateevent" ("checks", "code", "created_at", "decided_on", "decision_reason", "document_id", "id", "issued_by_id", "issued_on", "number", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_on", "sealed_id", "signed_by_id", "signed_on", "state", "version") VALUES (NEW."checks", NEW."code", NEW."created_at", NEW."decided_on", NEW."decision_reason", NEW."document_id", NEW."id", NEW."issued_by_id", NEW."issued_on", NEW."number", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."requested_on", NEW."sealed_id", NEW."signed_by_id", NEW."signed_on", NEW."state", NEW."version"); RETURN NULL;',
                            hash="9bb88e9f566aaca5281d738f963f4e5c04577fe9",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8377a",
                            table="closing_compliancecertificate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="compliancecertificate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "closing_compliancecertificateevent" ("checks", "code", "created_at", "decided_on", "decision_reason", "document_id", "id", "issued_by_id", "issued_on", "number", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_on", "sealed_id", "signed_by_id", "signed_on", "state", "version") VALUES (NEW."checks", NEW."code", NEW."created_at", NEW."decided_on", NEW."decision_reason", NEW."document_id", NEW."id", NEW."issued_by_id", NEW."issued_on", NEW."number", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."requested_on", NEW."sealed_id", NEW."signed_by_id", NEW."signed_on", NEW."state", NEW."version"); RETURN NULL;',
                            hash="105ff0ad96f50a6acc1c07c2cf788273017bb015",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_435f0",
                            table="closing_compliancecertificate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="compliancecertificate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "closing_compliancecertificateevent" ("checks", "code", "created_at", "decided_on", "decision_reason", "document_id", "id", "issued_by_id", "issued_on", "number", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_on", "sealed_id", "signed_by_id", "signed_on", "state", "version") VALUES (OLD."checks", OLD."code", OLD."created_at", OLD."decided_on", OLD."decision_reason", OLD."document_id", OLD."id", OLD."issued_by_id", OLD."issued_on", OLD."number", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."requested_on", OLD."sealed_id", OLD."signed_by_id", OLD."signed_on", OLD."state", OLD."version"); RETURN NULL;',
                            hash="898a49076d792f9fa867658b74d8e886e67ff0bb",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_cad9d",
                            table="closing_compliancecertificate",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="checkrun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("certificate", None), ("claim__isnull", False)),
                            models.Q(("certificate__isnull", False), ("claim", None)),
                            _connector="OR",
                        ),
                        name="check_run_of_one_thing",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checkrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "closing_checkrunevent" ("by_id", "certificate_id", "claim_id", "created_at", "id", "operation_id", "passed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "ran_on", "reason", "results", "verb", "version") VALUES (NEW."by_id", NEW."certificate_id", NEW."claim_id", NEW."created_at", NEW."id", NEW."operation_id", NEW."passed", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."ran_on", NEW."reason", NEW."results", NEW."verb", NEW."version"); RETURN NULL;',
                            hash="d6b5b928c5b513f1923d7210fd5bf71018c61ad4",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_49260",
                            table="closing_checkrun",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checkrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "closing_checkrunevent" ("by_id", "certificate_id", "claim_id", "created_at", "id", "operation_id", "passed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "ran_on", "reason", "results", "verb", "version") VALUES (NEW."by_id", NEW."certificate_id", NEW."claim_id", NEW."created_at", NEW."id", NEW."operation_id", NEW."passed", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."ran_on", NEW."reason", NEW."results", NEW."verb", NEW."version"); RETURN NULL;',
                            hash="192a7282f8143b0a5ede8f05c5bf79a9181dbe6f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_62d97",
                            table="closing_checkrun",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checkrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "closing_checkrunevent" ("by_id", "certificate_id", "claim_id", "created_at", "id", "operation_id", "passed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "ran_on", "reason", "results", "verb", "version") VALUES (OLD."by_id", OLD."certificate_id", OLD."claim_id", OLD."created_at", OLD."id", OLD."operation_id", OLD."passed", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."ran_on", OLD."reason", OLD."results", OLD."verb", OLD."version"); RETURN NULL;',
                            hash="2ebb599b8f170e3a18c61cdbf0741c743a6e4311",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_efb84",
                            table="closing_checkrun",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="bonusclaim",
                    index=models.Index(fields=["state", "sent_on"], name="claim_by_state"),
                ),
                migrations.AddConstraint(
                    model_name="bonusclaim",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ("sent", "correction", "granted", "paid"))),
                        fields=("operation",),
                        name="claim_one_living",
                        violation_error_message="La prime a déjà été demandée pour cette opération.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bonusclaim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", ""), ("state", "waived")),
                            models.Q(
                                models.Q(("state", "waived"), _negated=True),
                                models.Q(("kind", ""), _negated=True),
                                models.Q(("order_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="claim_made_has_kind_and_order",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bonusclaim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__isnull", False), ("paid_on__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("paid_on", None)),
                            _connector="OR",
                        ),
                        name="claim_paid_has_date_and_amount",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bonusclaim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("paid_on", None), ("paid_on__gte", models.F("decided_on")), _connector="OR"
                        ),
                        name="claim_paid_after_its_decision",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bonusclaim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["granted", "refused", "paid", "waived"]), _negated=True),
                            models.Q(("decided_on__isnull", False), models.Q(("decision_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="claim_decided_has_date_and_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bonusclaim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("eos_kind", ""), ("eos_requested_on__isnull", False), _connector="OR"),
                        name="claim_eos_kind_has_its_date",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bonusclaim",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "closing_bonusclaimevent" ("amount", "certificate_id", "checks", "created_at", "decided_on", "decision_reason", "document_id", "eos_kind", "eos_requested_on", "holder_id", "id", "kind", "operation_id", "order_number", "paid_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_on", "state", "version") VALUES (NEW."amount", NEW."certificate_id", NEW."checks", NEW."created_at", NEW."decided_on", NEW."decision_reason", NEW."document_id", NEW."eos_kind", NEW."eos_requested_on", NEW."holder_id", NEW."id", NEW."kind", NEW."operation_id", NEW."order_number", NEW."paid_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sent_on", NEW."state", NEW."version"); RETURN NULL;',
                            hash="8a8d737e2a06d3595e2ffc6b78514f112e1f3bc2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c83b8",
                            table="closing_bonusclaim",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bonusclaim",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "closing_bonusclaimevent" ("amount", "certificate_id", "checks", "created_at", "decided_on", "decision_reason", "document_id", "eos_kind", "eos_requested_on", "holder_id", "id", "kind", "operation_id", "order_number", "paid_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_on", "state", "version") VALUES (NEW."amount", NEW."certificate_id", NEW."checks", NEW."created_at", NEW."decided_on", NEW."decision_reason", NEW."document_id", NEW."eos_kind", NEW."eos_requested_on", NEW."holder_id", NEW."id", NEW."kind", NEW."operation_id", NEW."order_number", NEW."paid_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sent_on", NEW."state", NEW."version"); RETURN NULL;',
                            hash="98d6f8fd7abf7162202f72ae8c2ffef349781184",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_188f6",
                            table="closing_bonusclaim",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bonusclaim",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "closing_bonusclaimevent" ("amount", "certificate_id", "checks", "created_at", "decided_on", "decision_reason", "document_id", "eos_kind", "eos_requested_on", "holder_id", "id", "kind", "operation_id", "order_number", "paid_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_on", "state", "version") VALUES (OLD."amount", OLD."certificate_id", OLD."checks", OLD."created_at", OLD."decided_on", OLD."decision_reason", OLD."document_id", OLD."eos_kind", OLD."eos_requested_on", OLD."holder_id", OLD."id", OLD."kind", OLD."operation_id", OLD."order_number", OLD."paid_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sent_on", OLD."state", OLD."version"); RETURN NULL;',
                            hash="4e1c4b9303d6b71dbb9ea5381e7107b256e262e9",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_497ce",
                            table="closing_bonusclaim",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        ),
    ]
