"""What any administration needs to keep: the journal, the outbox, documents, links, numbers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.kernel.files.models import FileVersion, StoredFile
from defi.kernel.mail.models import FailingAddress, Mail, MailServer
from defi.kernel.numbers import Counter
from defi.kernel.signing.models import SealCertificate

__all__ = [
    "Counter",
    "Document",
    "FailingAddress",
    "FileVersion",
    "JournalEntry",
    "Link",
    "Mail",
    "MailServer",
    "Reason",
    "SealCertificate",
    "StoredFile",
]


class Reason(models.Model):
    """The words given for an action. Apart from the journal, because they can be redacted and it cannot."""

    action_id = models.UUIDField(db_index=True)
    text = models.TextField()
    redacted_at = models.DateTimeField(null=True, blank=True)


class JournalEntry(models.Model):
    """One changed object of one action. Append-only: triggers refuse update, delete and truncate.

    No personal value: ids, states, numbers, dates; of a private field only that it changed (`"…": null`)."""

    action_id = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor_who = models.CharField(max_length=20)
    actor_person_id = models.BigIntegerField(null=True)
    actor_organisation_id = models.BigIntegerField(null=True)
    file_id = models.BigIntegerField(null=True)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.ForeignKey(Reason, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["file_id", "id"], name="journal_by_file"),
            models.Index(fields=["object_type", "object_id", "id"], name="journal_by_object"),
        ]


class Document(models.Model):
    """A document as it was made: stored bytes, never rendered again. `cancelled_on`: since when it holds no more;
    `replaced_on`: since when another edition of it does; whoever verifies it reads so."""

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    media_type = models.CharField(max_length=80, default="application/pdf")
    pages = models.PositiveSmallIntegerField(default=1)
    file_id = models.BigIntegerField(null=True, db_index=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    cancelled_on = models.DateField(null=True)
    replaced_on = models.DateField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="document_by_object"),
            models.Index(fields=["sha256"], name="document_by_fingerprint"),
        ]


class Link(models.Model):
    """A personal link: one person, one verb, one object, until a date. Only the hash of its secret is kept."""

    secret_hash = models.CharField(max_length=64, unique=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    file_id = models.BigIntegerField(null=True)
    address = models.EmailField(_("adresse"), blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="link_by_object")]


class Tally(models.Model):
    """How often somebody tried something since `began`. `who` is a keyed hash of an address, or of what was tried."""

    name = models.CharField(max_length=20)
    who = models.CharField(max_length=64)
    began = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "who"], name="tally_once")]
