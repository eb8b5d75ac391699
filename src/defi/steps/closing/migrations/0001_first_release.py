import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import defi.kernel.clock


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [("closing", "0001_initial")]

    initial = True

    dependencies = [
        ("kernel", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="BonusClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                (
                    "kind",
                    models.CharField(blank=True, choices=[("interim", "acompte"), ("balance", "solde")], max_length=8),
                ),
                ("order_number", models.CharField(blank=True, max_length=40, verbose_name="bon de commande")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name="montant")),
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
                ("decided_on", models.DateField(null=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("paid_on", models.DateField(null=True)),
                (
                    "document",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.document"
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
            name="ComplianceCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "demandée"),
                            ("correction", "correction demandée"),
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
                ("issued_on", models.DateField(null=True)),
                ("decided_on", models.DateField(null=True)),
                ("decision_reason", models.TextField(blank=True)),
                (
                    "document",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.document"
                    ),
                ),
                (
                    "issued_by",
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
                ],
            },
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
                    models.CharField(blank=True, choices=[("interim", "acompte"), ("balance", "solde")], max_length=8),
                ),
                ("order_number", models.CharField(blank=True, max_length=40, verbose_name="bon de commande")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name="montant")),
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
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="closing.compliancecertificate"
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EosClosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                "constraints": [models.UniqueConstraint(fields=("operation", "moment"), name="reported_moment_once")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="compliancecertificate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "closing_compliancecertificateevent" ("checks", "code", "created_at", "decided_on", "decision_reason", "document_id", "id", "issued_by_id", "issued_on", "number", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_on", "state", "version") VALUES (NEW."checks", NEW."code", NEW."created_at", NEW."decided_on", NEW."decision_reason", NEW."document_id", NEW."id", NEW."issued_by_id", NEW."issued_on", NEW."number", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."requested_on", NEW."state", NEW."version"); RETURN NULL;',
                    hash="3eaa8661c682e97367b1476216af9ea09ca144de",
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
                    func='INSERT INTO "closing_compliancecertificateevent" ("checks", "code", "created_at", "decided_on", "decision_reason", "document_id", "id", "issued_by_id", "issued_on", "number", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_on", "state", "version") VALUES (NEW."checks", NEW."code", NEW."created_at", NEW."decided_on", NEW."decision_reason", NEW."document_id", NEW."id", NEW."issued_by_id", NEW."issued_on", NEW."number", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."requested_on", NEW."state", NEW."version"); RETURN NULL;',
                    hash="16aee99075822c001cebd1aea5a2e5e5820ef11a",
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
                    func='INSERT INTO "closing_compliancecertificateevent" ("checks", "code", "created_at", "decided_on", "decision_reason", "document_id", "id", "issued_by_id", "issued_on", "number", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_on", "state", "version") VALUES (OLD."checks", OLD."code", OLD."created_at", OLD."decided_on", OLD."decision_reason", OLD."document_id", OLD."id", OLD."issued_by_id", OLD."issued_on", OLD."number", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."requested_on", OLD."state", OLD."version"); RETURN NULL;',
                    hash="698e27d9f970a31cdb7ef08f20cfc98fb3a6db55",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cad9d",
                    table="closing_compliancecertificate",
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
                condition=models.Q(("paid_on", None), ("paid_on__gte", models.F("decided_on")), _connector="OR"),
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
        pgtrigger.migrations.AddTrigger(
            model_name="bonusclaim",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "closing_bonusclaimevent" ("amount", "certificate_id", "checks", "created_at", "decided_on", "decision_reason", "document_id", "eos_requested_on", "holder_id", "id", "kind", "operation_id", "order_number", "paid_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_on", "state", "version") VALUES (NEW."amount", NEW."certificate_id", NEW."checks", NEW."created_at", NEW."decided_on", NEW."decision_reason", NEW."document_id", NEW."eos_requested_on", NEW."holder_id", NEW."id", NEW."kind", NEW."operation_id", NEW."order_number", NEW."paid_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sent_on", NEW."state", NEW."version"); RETURN NULL;',
                    hash="98358682c6a9c47251ff6e3037093a2560d751d2",
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
                    func='INSERT INTO "closing_bonusclaimevent" ("amount", "certificate_id", "checks", "created_at", "decided_on", "decision_reason", "document_id", "eos_requested_on", "holder_id", "id", "kind", "operation_id", "order_number", "paid_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_on", "state", "version") VALUES (NEW."amount", NEW."certificate_id", NEW."checks", NEW."created_at", NEW."decided_on", NEW."decision_reason", NEW."document_id", NEW."eos_requested_on", NEW."holder_id", NEW."id", NEW."kind", NEW."operation_id", NEW."order_number", NEW."paid_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sent_on", NEW."state", NEW."version"); RETURN NULL;',
                    hash="ea4402144268d35104c305dff54cc32d6feb1e91",
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
                    func='INSERT INTO "closing_bonusclaimevent" ("amount", "certificate_id", "checks", "created_at", "decided_on", "decision_reason", "document_id", "eos_requested_on", "holder_id", "id", "kind", "operation_id", "order_number", "paid_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_on", "state", "version") VALUES (OLD."amount", OLD."certificate_id", OLD."checks", OLD."created_at", OLD."decided_on", OLD."decision_reason", OLD."document_id", OLD."eos_requested_on", OLD."holder_id", OLD."id", OLD."kind", OLD."operation_id", OLD."order_number", OLD."paid_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sent_on", OLD."state", OLD."version"); RETURN NULL;',
                    hash="2847a69ee7b08f0e538d72362c079ace8d8eb84e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_497ce",
                    table="closing_bonusclaim",
                    when="AFTER",
                ),
            ),
        ),
    ]
