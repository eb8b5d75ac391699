import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("convention", "0001_initial"),
        ("convention", "0002_amendments"),
        ("convention", "0003_texts_of_the_region"),
        ("convention", "0004_sealed_and_signed_outside"),
        ("convention", "0005_ink"),
        ("convention", "0006_signing_by_code_and_in_stead"),
        ("convention", "0002_codes_for_who_is_signed_in"),
        ("convention", "0003_reading"),
        ("convention", "0004_cancelled"),
        ("convention", "0005_what_is_signed"),
        ("convention", "0006_who_signed"),
    ]

    initial = True

    dependencies = [
        ("design", "0001_first_release"),
        ("kernel", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("schemes", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Amendment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("edition", models.PositiveSmallIntegerField(default=0)),
                        ("fingerprint", models.CharField(blank=True, max_length=64)),
                        ("reading", models.CharField(blank=True, max_length=64)),
                        ("terms", models.JSONField(default=dict)),
                        ("sent_on", models.DateField(null=True)),
                        ("signed_on", models.DateField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("owed", "à transmettre"),
                                    ("sent", "à la signature"),
                                    ("signed", "signé par tous"),
                                    ("dropped", "devenu inutile"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("owed_on", models.DateField()),
                        (
                            "change",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="design.changerequest",
                            ),
                        ),
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
                            "sealed",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.document",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Convention",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("edition", models.PositiveSmallIntegerField(default=0)),
                        ("fingerprint", models.CharField(blank=True, max_length=64)),
                        ("reading", models.CharField(blank=True, max_length=64)),
                        ("terms", models.JSONField(default=dict)),
                        ("sent_on", models.DateField(null=True)),
                        ("signed_on", models.DateField(null=True)),
                        ("title", models.CharField(max_length=200, verbose_name="intitulé, avec le numéro EOS")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "en préparation"),
                                    ("sent", "transmise à la Région"),
                                    ("signed", "signée par tous"),
                                    ("cancelled", "annulée"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("drafted_on", models.DateField()),
                        ("save_the_date_on", models.DateField(null=True)),
                        ("invited_on", models.DateField(null=True)),
                        ("cancelled_on", models.DateField(null=True)),
                        (
                            "contact_sheet",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.document",
                            ),
                        ),
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
                            "sealed",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.document",
                            ),
                        ),
                        (
                            "text",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="schemes.documenttext",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "cancelled"), _negated=True),
                                fields=("operation",),
                                name="convention_once_per_operation",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sealed", None), ("state__in", ["signed", "cancelled"]), _connector="OR"
                                ),
                                name="convention_sealed_is_signed_by_all",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("signed_on__isnull", False), ("state__in", ["signed", "cancelled"])),
                                    models.Q(
                                        models.Q(("state__in", ["signed", "cancelled"]), _negated=True),
                                        ("signed_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="convention_signed_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cancelled_on__isnull", False), ("state", "cancelled")),
                                    models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_on", None)),
                                    _connector="OR",
                                ),
                                name="convention_cancelled_has_its_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AmendmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("edition", models.PositiveSmallIntegerField(default=0)),
                        ("fingerprint", models.CharField(blank=True, max_length=64)),
                        ("reading", models.CharField(blank=True, max_length=64)),
                        ("terms", models.JSONField(default=dict)),
                        ("sent_on", models.DateField(null=True)),
                        ("signed_on", models.DateField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("owed", "à transmettre"),
                                    ("sent", "à la signature"),
                                    ("signed", "signé par tous"),
                                    ("dropped", "devenu inutile"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("owed_on", models.DateField()),
                        (
                            "change",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="design.changerequest",
                            ),
                        ),
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
                                to="convention.amendment",
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
                            "convention",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="convention.convention",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="amendment",
                    name="convention",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="convention.convention",
                    ),
                ),
                migrations.CreateModel(
                    name="ConventionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("edition", models.PositiveSmallIntegerField(default=0)),
                        ("fingerprint", models.CharField(blank=True, max_length=64)),
                        ("reading", models.CharField(blank=True, max_length=64)),
                        ("terms", models.JSONField(default=dict)),
                        ("sent_on", models.DateField(null=True)),
                        ("signed_on", models.DateField(null=True)),
                        ("title", models.CharField(max_length=200, verbose_name="intitulé, avec le numéro EOS")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "en préparation"),
                                    ("sent", "transmise à la Région"),
                                    ("signed", "signée par tous"),
                                    ("cancelled", "annulée"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("drafted_on", models.DateField()),
                        ("save_the_date_on", models.DateField(null=True)),
                        ("invited_on", models.DateField(null=True)),
                        ("cancelled_on", models.DateField(null=True)),
                        (
                            "contact_sheet",
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
                                to="convention.convention",
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
                            "text",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="schemes.documenttext",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ScannedPage",
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
                                    ("placed", "à sa place"),
                                    ("to_place", "à reconnaître"),
                                    ("rejected", "pas une page de la convention"),
                                    ("withdrawn", "retirée"),
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
                            "amendment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="convention.amendment",
                            ),
                        ),
                        (
                            "convention",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scans",
                                to="convention.convention",
                            ),
                        ),
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
                                    models.Q(("state", "placed"), _negated=True),
                                    models.Q(
                                        ("document__isnull", False),
                                        ("page__gte", 1),
                                        ("page__isnull", False),
                                        ("found__in", ["code", "person"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="scanned_page_placed_has_its_place",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InkMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("signed_on", models.DateField()),
                        ("recorded", models.BooleanField(default=True)),
                        ("taken_back_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "scan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="convention.scannedpage",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="ScannedPageEvent",
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
                                    ("placed", "à sa place"),
                                    ("to_place", "à reconnaître"),
                                    ("rejected", "pas une page de la convention"),
                                    ("withdrawn", "retirée"),
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
                            "amendment",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="convention.amendment",
                            ),
                        ),
                        (
                            "convention",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="convention.convention",
                            ),
                        ),
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
                                to="convention.scannedpage",
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
                    name="Signatory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("quality", models.CharField(blank=True, max_length=120, verbose_name="qualité")),
                        ("required", models.BooleanField(default=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("to_sign", "à signer"),
                                    ("signed_click", "signé en ligne"),
                                    ("signed_ink", "signé à l'encre"),
                                    ("signed_outside", "signé sur une autre plateforme"),
                                    ("refused", "refusé"),
                                    ("removed", "retiré de la liste"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("validated_on", models.DateField(null=True)),
                        (
                            "validated_how",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("link", "par lien personnel"),
                                    ("meeting", "en réunion"),
                                    ("phone", "par téléphone"),
                                    ("mail", "par courriel"),
                                    ("paper", "sur papier"),
                                    ("account", "en ligne, avec son compte"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("signed_on", models.DateField(null=True)),
                        ("signed_fingerprint", models.CharField(blank=True, max_length=64)),
                        ("outside_reference", models.CharField(blank=True, max_length=120)),
                        (
                            "stands_how",
                            models.CharField(
                                blank=True, choices=[("delegated", "délégué"), ("replaced", "remplacé")], max_length=10
                            ),
                        ),
                        ("stands_since", models.DateField(null=True)),
                        ("edition", models.PositiveSmallIntegerField(default=0)),
                        (
                            "amendment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatories",
                                to="convention.amendment",
                            ),
                        ),
                        (
                            "convention",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatories",
                                to="convention.convention",
                            ),
                        ),
                        (
                            "named",
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
                            "outside_file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.document",
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
                            "signed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "stands_for",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "validated_by",
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
                                    models.Q(("stands_how", ""), ("stands_since", None)),
                                    models.Q(
                                        models.Q(("stands_how", ""), _negated=True), ("stands_since__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="signatory_stands_in_since_a_day",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(models.Q(("state", "removed"), _negated=True), ("amendment", None)),
                                fields=("convention", "organisation"),
                                name="signatory_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("state", "removed"), _negated=True), ("amendment__isnull", False)
                                ),
                                fields=("amendment", "organisation"),
                                name="signatory_once_per_amendment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ("signed_click", "signed_ink", "signed_outside")),
                                        ("signed_on__isnull", False),
                                        models.Q(("signed_fingerprint", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state__in", ("signed_click", "signed_ink", "signed_outside")),
                                            _negated=True,
                                        ),
                                        ("signed_fingerprint", ""),
                                        ("signed_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="signatory_signed_has_date_and_fingerprint",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ("signed_click", "signed_ink", "signed_outside")),
                                    ("signed_by", None),
                                    _connector="OR",
                                ),
                                name="signatory_signed_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("outside_file__isnull", False), ("state", "signed_outside")),
                                    models.Q(
                                        models.Q(("state", "signed_outside"), _negated=True), ("outside_file", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="signatory_outside_has_its_file",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InkMarkEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("signed_on", models.DateField()),
                        ("recorded", models.BooleanField(default=True)),
                        ("taken_back_on", models.DateField(null=True)),
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
                                to="convention.inkmark",
                            ),
                        ),
                        (
                            "scan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="convention.scannedpage",
                            ),
                        ),
                        (
                            "signatory",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="convention.signatory",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="inkmark",
                    name="signatory",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="convention.signatory"
                    ),
                ),
                migrations.CreateModel(
                    name="SignatoryEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("quality", models.CharField(blank=True, max_length=120, verbose_name="qualité")),
                        ("required", models.BooleanField(default=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("to_sign", "à signer"),
                                    ("signed_click", "signé en ligne"),
                                    ("signed_ink", "signé à l'encre"),
                                    ("signed_outside", "signé sur une autre plateforme"),
                                    ("refused", "refusé"),
                                    ("removed", "retiré de la liste"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("validated_on", models.DateField(null=True)),
                        (
                            "validated_how",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("link", "par lien personnel"),
                                    ("meeting", "en réunion"),
                                    ("phone", "par téléphone"),
                                    ("mail", "par courriel"),
                                    ("paper", "sur papier"),
                                    ("account", "en ligne, avec son compte"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("signed_on", models.DateField(null=True)),
                        ("signed_fingerprint", models.CharField(blank=True, max_length=64)),
                        ("outside_reference", models.CharField(blank=True, max_length=120)),
                        (
                            "stands_how",
                            models.CharField(
                                blank=True, choices=[("delegated", "délégué"), ("replaced", "remplacé")], max_length=10
                            ),
                        ),
                        ("stands_since", models.DateField(null=True)),
                        ("edition", models.PositiveSmallIntegerField(default=0)),
                        (
                            "amendment",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="convention.amendment",
                            ),
                        ),
                        (
                            "convention",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="convention.convention",
                            ),
                        ),
                        (
                            "named",
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
                            "organisation",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "outside_file",
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
                            "person",
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
                                to="convention.signatory",
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
                        (
                            "stands_for",
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
                            "validated_by",
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
                    name="SigningCode",
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
                            "signatory",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codes",
                                to="convention.signatory",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("used_at", None), ("passed_at__isnull", False), _connector="OR"),
                                name="signing_code_signs_once_typed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("link_id__isnull", False), ("person_id__isnull", False), _connector="OR"
                                ),
                                name="signing_code_has_its_hand",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SigningOption",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("title", models.CharField(max_length=200, verbose_name="intitulé, avec le numéro EOS")),
                        ("on", models.DateField(verbose_name="date")),
                        ("at", models.TimeField(verbose_name="heure")),
                        ("place", models.CharField(max_length=160, verbose_name="lieu")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "proposée"),
                                    ("forwarded", "transmise au Cabinet"),
                                    ("held", "retenue"),
                                    ("refused", "refusée"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("proposed_on", models.DateField()),
                        ("forwarded_on", models.DateField(null=True)),
                        ("decided_on", models.DateField(null=True)),
                        ("warned_on", models.DateField(null=True)),
                        ("programme", models.TextField(blank=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["on", "at", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "held")),
                                fields=("operation",),
                                name="signing_one_date_held",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["held", "refused"]), _negated=True),
                                    ("decided_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="signing_decided_has_its_date",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="convention",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_conventionevent" ("cancelled_on", "contact_sheet_id", "created_at", "document_id", "drafted_on", "edition", "fingerprint", "id", "invited_on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading", "save_the_date_on", "sealed_id", "sent_on", "signed_on", "state", "terms", "text_id", "title", "version") VALUES (NEW."cancelled_on", NEW."contact_sheet_id", NEW."created_at", NEW."document_id", NEW."drafted_on", NEW."edition", NEW."fingerprint", NEW."id", NEW."invited_on", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reading", NEW."save_the_date_on", NEW."sealed_id", NEW."sent_on", NEW."signed_on", NEW."state", NEW."terms", NEW."text_id", NEW."title", NEW."version"); RETURN NULL;',
                            hash="c4e32d4f044300b69dc8c10a98ab114d802c857e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f054c",
                            table="convention_convention",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="convention",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "convention_conventionevent" ("cancelled_on", "contact_sheet_id", "created_at", "document_id", "drafted_on", "edition", "fingerprint", "id", "invited_on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading", "save_the_date_on", "sealed_id", "sent_on", "signed_on", "state", "terms", "text_id", "title", "version") VALUES (NEW."cancelled_on", NEW."contact_sheet_id", NEW."created_at", NEW."document_id", NEW."drafted_on", NEW."edition", NEW."fingerprint", NEW."id", NEW."invited_on", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reading", NEW."save_the_date_on", NEW."sealed_id", NEW."sent_on", NEW."signed_on", NEW."state", NEW."terms", NEW."text_id", NEW."title", NEW."version"); RETURN NULL;',
                            hash="3f5b732e6a961945602b63f21447d1261eb6a4fb",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_bd6e8",
                            table="convention_convention",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="convention",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_conventionevent" ("cancelled_on", "contact_sheet_id", "created_at", "document_id", "drafted_on", "edition", "fingerprint", "id", "invited_on", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading", "save_the_date_on", "sealed_id", "sent_on", "signed_on", "state", "terms", "text_id", "title", "version") VALUES (OLD."cancelled_on", OLD."contact_sheet_id", OLD."created_at", OLD."document_id", OLD."drafted_on", OLD."edition", OLD."fingerprint", OLD."id", OLD."invited_on", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reading", OLD."save_the_date_on", OLD."sealed_id", OLD."sent_on", OLD."signed_on", OLD."state", OLD."terms", OLD."text_id", OLD."title", OLD."version"); RETURN NULL;',
                            hash="bd887600a674e4051a92b88b874a9210c62903ad",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d8816",
                            table="convention_convention",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="amendment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ["owed", "sent"])),
                        fields=("convention",),
                        name="amendment_one_owed_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="amendment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_on__isnull", False), ("state", "signed")),
                            models.Q(models.Q(("state", "signed"), _negated=True), ("signed_on", None)),
                            _connector="OR",
                        ),
                        name="amendment_signed_has_its_date",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="amendment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("sealed", None), ("state", "signed"), _connector="OR"),
                        name="amendment_sealed_is_signed",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="amendment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_amendmentevent" ("change_id", "convention_id", "created_at", "document_id", "edition", "fingerprint", "id", "operation_id", "owed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading", "sealed_id", "sent_on", "signed_on", "state", "terms", "version") VALUES (NEW."change_id", NEW."convention_id", NEW."created_at", NEW."document_id", NEW."edition", NEW."fingerprint", NEW."id", NEW."operation_id", NEW."owed_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reading", NEW."sealed_id", NEW."sent_on", NEW."signed_on", NEW."state", NEW."terms", NEW."version"); RETURN NULL;',
                            hash="dcefeb2d833c6d1ec77c095264ac3bb1ec59d6ed",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c3ef7",
                            table="convention_amendment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="amendment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "convention_amendmentevent" ("change_id", "convention_id", "created_at", "document_id", "edition", "fingerprint", "id", "operation_id", "owed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading", "sealed_id", "sent_on", "signed_on", "state", "terms", "version") VALUES (NEW."change_id", NEW."convention_id", NEW."created_at", NEW."document_id", NEW."edition", NEW."fingerprint", NEW."id", NEW."operation_id", NEW."owed_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reading", NEW."sealed_id", NEW."sent_on", NEW."signed_on", NEW."state", NEW."terms", NEW."version"); RETURN NULL;',
                            hash="6abf9870d30d9cf65d95e58e295f8ea5cbae3923",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8a820",
                            table="convention_amendment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="amendment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_amendmentevent" ("change_id", "convention_id", "created_at", "document_id", "edition", "fingerprint", "id", "operation_id", "owed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading", "sealed_id", "sent_on", "signed_on", "state", "terms", "version") VALUES (OLD."change_id", OLD."convention_id", OLD."created_at", OLD."document_id", OLD."edition", OLD."fingerprint", OLD."id", OLD."operation_id", OLD."owed_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reading", OLD."sealed_id", OLD."sent_on", OLD."signed_on", OLD."state", OLD."terms", OLD."version"); RETURN NULL;',
                            hash="a95b1187a8a631056104fcd1e76091f9a59deca0",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_69b66",
                            table="convention_amendment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scannedpage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_scannedpageevent" ("amendment_id", "convention_id", "created_at", "deposited_on", "document_id", "found", "id", "operation_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_sha256", "state", "stored_id", "version") VALUES (NEW."amendment_id", NEW."convention_id", NEW."created_at", NEW."deposited_on", NEW."document_id", NEW."found", NEW."id", NEW."operation_id", NEW."page", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_sha256", NEW."state", NEW."stored_id", NEW."version"); RETURN NULL;',
                            hash="c486ecf9c5d80582786dbcb0162ede303cd460f2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f4688",
                            table="convention_scannedpage",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scannedpage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "convention_scannedpageevent" ("amendment_id", "convention_id", "created_at", "deposited_on", "document_id", "found", "id", "operation_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_sha256", "state", "stored_id", "version") VALUES (NEW."amendment_id", NEW."convention_id", NEW."created_at", NEW."deposited_on", NEW."document_id", NEW."found", NEW."id", NEW."operation_id", NEW."page", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_sha256", NEW."state", NEW."stored_id", NEW."version"); RETURN NULL;',
                            hash="daa8a866ee85d3cbc983f651ea1164df333604ba",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_83c43",
                            table="convention_scannedpage",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scannedpage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_scannedpageevent" ("amendment_id", "convention_id", "created_at", "deposited_on", "document_id", "found", "id", "operation_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_sha256", "state", "stored_id", "version") VALUES (OLD."amendment_id", OLD."convention_id", OLD."created_at", OLD."deposited_on", OLD."document_id", OLD."found", OLD."id", OLD."operation_id", OLD."page", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source_sha256", OLD."state", OLD."stored_id", OLD."version"); RETURN NULL;',
                            hash="779c9564ad4cb1db45da10a0257341de1974e605",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_178df",
                            table="convention_scannedpage",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="signatory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_signatoryevent" ("amendment_id", "convention_id", "created_at", "edition", "id", "named_id", "operation_id", "organisation_id", "outside_file_id", "outside_reference", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quality", "required", "signed_by_id", "signed_fingerprint", "signed_on", "stands_for_id", "stands_how", "stands_since", "state", "validated_by_id", "validated_how", "validated_on", "version") VALUES (NEW."amendment_id", NEW."convention_id", NEW."created_at", NEW."edition", NEW."id", NEW."named_id", NEW."operation_id", NEW."organisation_id", NEW."outside_file_id", NEW."outside_reference", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quality", NEW."required", NEW."signed_by_id", NEW."signed_fingerprint", NEW."signed_on", NEW."stands_for_id", NEW."stands_how", NEW."stands_since", NEW."state", NEW."validated_by_id", NEW."validated_how", NEW."validated_on", NEW."version"); RETURN NULL;',
                            hash="ce4018077ff62fa4256bbe22ae96e719e0cd8f83",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1f511",
                            table="convention_signatory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="signatory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "convention_signatoryevent" ("amendment_id", "convention_id", "created_at", "edition", "id", "named_id", "operation_id", "organisation_id", "outside_file_id", "outside_reference", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quality", "required", "signed_by_id", "signed_fingerprint", "signed_on", "stands_for_id", "stands_how", "stands_since", "state", "validated_by_id", "validated_how", "validated_on", "version") VALUES (NEW."amendment_id", NEW."convention_id", NEW."created_at", NEW."edition", NEW."id", NEW."named_id", NEW."operation_id", NEW."organisation_id", NEW."outside_file_id", NEW."outside_reference", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quality", NEW."required", NEW."signed_by_id", NEW."signed_fingerprint", NEW."signed_on", NEW."stands_for_id", NEW."stands_how", NEW."stands_since", NEW."state", NEW."validated_by_id", NEW."validated_how", NEW."validated_on", NEW."version"); RETURN NULL;',
                            hash="510aba05dd2fda0c0b8b6dbca647a68273e76767",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_458cb",
                            table="convention_signatory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="signatory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_signatoryevent" ("amendment_id", "convention_id", "created_at", "edition", "id", "named_id", "operation_id", "organisation_id", "outside_file_id", "outside_reference", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quality", "required", "signed_by_id", "signed_fingerprint", "signed_on", "stands_for_id", "stands_how", "stands_since", "state", "validated_by_id", "validated_how", "validated_on", "version") VALUES (OLD."amendment_id", OLD."convention_id", OLD."created_at", OLD."edition", OLD."id", OLD."named_id", OLD."operation_id", OLD."organisation_id", OLD."outside_file_id", OLD."outside_reference", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quality", OLD."required", OLD."signed_by_id", OLD."signed_fingerprint", OLD."signed_on", OLD."stands_for_id", OLD."stands_how", OLD."stands_since", OLD."state", OLD."validated_by_id", OLD."validated_how", OLD."validated_on", OLD."version"); RETURN NULL;',
                            hash="be473aeae672016dae7491b4f5d7de0e16f2b2f4",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8e1ec",
                            table="convention_signatory",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="inkmark",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("taken_back_on", None)), fields=("scan", "signatory"), name="ink_mark_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="inkmark",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_inkmarkevent" ("created_at", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded", "scan_id", "signatory_id", "signed_on", "taken_back_on", "version") VALUES (NEW."created_at", NEW."id", NEW."operation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded", NEW."scan_id", NEW."signatory_id", NEW."signed_on", NEW."taken_back_on", NEW."version"); RETURN NULL;',
                            hash="742ac9fa792e50a94a42aaf9e9d1aa3a3b4a841c",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_18632",
                            table="convention_inkmark",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="inkmark",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "convention_inkmarkevent" ("created_at", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded", "scan_id", "signatory_id", "signed_on", "taken_back_on", "version") VALUES (NEW."created_at", NEW."id", NEW."operation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded", NEW."scan_id", NEW."signatory_id", NEW."signed_on", NEW."taken_back_on", NEW."version"); RETURN NULL;',
                            hash="0fadff9eb55cea077cb074f03cdd6d49f1ebf6a3",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_fa586",
                            table="convention_inkmark",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="inkmark",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "convention_inkmarkevent" ("created_at", "id", "operation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded", "scan_id", "signatory_id", "signed_on", "taken_back_on", "version") VALUES (OLD."created_at", OLD."id", OLD."operation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded", OLD."scan_id", OLD."signatory_id", OLD."signed_on", OLD."taken_back_on", OLD."version"); RETURN NULL;',
                            hash="f0247ad04b3e3a3a04f81059b9891c8bd5ea3f78",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_25e89",
                            table="convention_inkmark",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        ),
    ]
