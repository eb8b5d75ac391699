import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("kernel", "0001_initial"),
        ("kernel", "0003_seal_certificates"),
        ("kernel", "0004_mail_room"),
        ("kernel", "0005_files"),
        ("kernel", "0003_letters_with_mails"),
        ("kernel", "0004_tries_counted"),
        ("kernel", "0005_cancelled_documents"),
        ("kernel", "0006_replaced_documents"),
    ]

    initial = True

    dependencies = []

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="FailingAddress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("address", models.EmailField(max_length=254, unique=True)),
                        ("since", models.DateTimeField()),
                        ("said", models.TextField(blank=True)),
                        ("bounced", models.BooleanField(default=False)),
                    ],
                    options={
                        "ordering": ["since", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Reason",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("action_id", models.UUIDField(db_index=True)),
                        ("text", models.TextField()),
                        ("redacted_at", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="SealCertificate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("fingerprint", models.CharField(max_length=64, unique=True)),
                        ("content", models.BinaryField()),
                        ("key", models.BinaryField(default=b"")),
                        ("known_since", models.DateTimeField(default=defi.kernel.clock.now)),
                    ],
                    options={
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Counter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("prefix", models.CharField(max_length=20)),
                        ("year", models.PositiveSmallIntegerField()),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("prefix", "year"), name="counter_once_a_year")],
                    },
                ),
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("number", models.CharField(max_length=40, unique=True)),
                        ("code", models.CharField(max_length=12, unique=True)),
                        ("title", models.CharField(max_length=255)),
                        ("sha256", models.CharField(max_length=64)),
                        ("content", models.BinaryField()),
                        ("media_type", models.CharField(default="application/pdf", max_length=80)),
                        ("pages", models.PositiveSmallIntegerField(default=1)),
                        ("file_id", models.BigIntegerField(db_index=True, null=True)),
                        ("object_type", models.CharField(blank=True, max_length=60)),
                        ("object_id", models.BigIntegerField(null=True)),
                        ("made_at", models.DateTimeField(default=defi.kernel.clock.now)),
                        ("cancelled_on", models.DateField(null=True)),
                        ("replaced_on", models.DateField(null=True)),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["object_type", "object_id"], name="document_by_object"),
                            models.Index(fields=["sha256"], name="document_by_fingerprint"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Link",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("secret_hash", models.CharField(max_length=64, unique=True)),
                        ("verb", models.CharField(max_length=60)),
                        ("object_type", models.CharField(max_length=60)),
                        ("object_id", models.BigIntegerField()),
                        ("person_id", models.BigIntegerField(null=True)),
                        ("organisation_id", models.BigIntegerField(null=True)),
                        ("file_id", models.BigIntegerField(null=True)),
                        ("address", models.EmailField(blank=True, max_length=254, verbose_name="adresse")),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["object_type", "object_id"], name="link_by_object")],
                    },
                ),
                migrations.CreateModel(
                    name="MailServer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("down_since", models.DateTimeField(null=True)),
                        ("next_try_at", models.DateTimeField(null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("error", models.TextField(blank=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("pk", 1)), name="mail_server_one_row")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StoredFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("kind", models.CharField(max_length=40)),
                        ("dossier", models.BigIntegerField()),
                        ("label", models.CharField(blank=True, max_length=160)),
                        ("object_type", models.CharField(blank=True, max_length=60)),
                        ("object_id", models.BigIntegerField(null=True)),
                        ("last", models.PositiveSmallIntegerField(default=1)),
                        ("added_on", models.DateField()),
                        ("removed_on", models.DateField(null=True)),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["dossier", "kind"], name="stored_file_by_dossier")],
                    },
                ),
                migrations.CreateModel(
                    name="Tally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=20)),
                        ("who", models.CharField(max_length=64)),
                        ("began", models.DateTimeField()),
                        ("tries", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("name", "who"), name="tally_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Mail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("person_id", models.BigIntegerField(db_index=True, null=True)),
                        ("organisation_id", models.BigIntegerField(null=True)),
                        ("file_id", models.BigIntegerField(db_index=True, null=True)),
                        ("action_id", models.UUIDField(null=True)),
                        ("from_person_id", models.BigIntegerField(null=True)),
                        ("from_organisation_id", models.BigIntegerField(null=True)),
                        ("link_id", models.BigIntegerField(null=True)),
                        ("address", models.EmailField(max_length=254)),
                        ("subject", models.CharField(max_length=200)),
                        ("body", models.TextField()),
                        ("line", models.CharField(blank=True, max_length=250)),
                        ("url", models.CharField(blank=True, max_length=300)),
                        ("calendar", models.TextField(blank=True)),
                        ("purpose", models.CharField(max_length=60)),
                        ("urgency", models.CharField(default="now", max_length=6)),
                        ("key", models.CharField(blank=True, max_length=120)),
                        ("about", models.CharField(blank=True, max_length=120)),
                        ("queued_at", models.DateTimeField(default=defi.kernel.clock.now)),
                        ("due_at", models.DateTimeField(default=defi.kernel.clock.now)),
                        ("leaving_at", models.DateTimeField(null=True)),
                        ("next_try_at", models.DateTimeField(null=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("dropped_at", models.DateTimeField(null=True)),
                        ("dropped_why", models.CharField(blank=True, max_length=12)),
                        ("failed_at", models.DateTimeField(null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("error", models.TextField(blank=True)),
                        (
                            "digest",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="kernel.mail",
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
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("dropped_at", None), ("failed_at", None), ("sent_at", None)),
                                fields=["due_at"],
                                name="mail_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("failed_at__isnull", False)), fields=["address"], name="mail_failed"
                            ),
                            models.Index(
                                condition=models.Q(("about", ""), _negated=True),
                                fields=["about", "address"],
                                name="mail_reminders",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("key", ""), _negated=True),
                                fields=("purpose", "key", "address"),
                                name="mail_once_per_key",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("dropped_at__isnull", False), ("sent_at__isnull", False), _negated=True
                                ),
                                name="mail_sent_or_dropped",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("dropped_at", None), ("failed_at", None), ("sent_at", None), ("purpose", "digest")
                                ),
                                fields=("address",),
                                name="mail_one_digest_waits",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JournalEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("action_id", models.UUIDField(db_index=True)),
                        ("at", models.DateTimeField()),
                        ("verb", models.CharField(max_length=60)),
                        ("actor_who", models.CharField(max_length=20)),
                        ("actor_person_id", models.BigIntegerField(null=True)),
                        ("actor_organisation_id", models.BigIntegerField(null=True)),
                        ("file_id", models.BigIntegerField(null=True)),
                        ("object_type", models.CharField(max_length=60)),
                        ("object_id", models.BigIntegerField()),
                        ("before", models.JSONField(default=dict)),
                        ("after", models.JSONField(default=dict)),
                        (
                            "reason",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kernel.reason",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(fields=["file_id", "id"], name="journal_by_file"),
                            models.Index(fields=["object_type", "object_id", "id"], name="journal_by_object"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FileVersion",
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
                        ("name", models.CharField(max_length=160)),
                        ("media_type", models.CharField(max_length=120)),
                        ("size", models.PositiveIntegerField()),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        ("content", models.BinaryField(null=True)),
                        ("preview", models.BinaryField(null=True)),
                        ("sent_at", models.DateTimeField(default=defi.kernel.clock.now)),
                        ("sent_by_id", models.BigIntegerField(null=True)),
                        (
                            "stored",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="kernel.storedfile",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["stored", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("stored", "number"), name="file_version_number_once")
                        ],
                    },
                ),
            ]
        ),
    ]
