"""The outbox, the addresses that refuse, and how the mail server does."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from defi.kernel import clock

WAITING = Q(sent_at=None, dropped_at=None, failed_at=None)


class Mail(models.Model):
    """The outbox: a mail is a row of the transaction that caused it, sent later by a task.

    `purpose` with `key` makes a reminder safe to run twice: the pair is unique when a key is given. `digest` is the row
    that carried this one with others, in which it is said in one `line`. `leaving_at` is set from the moment a text is
    ready to go until its fate is known: found set, the same text goes again under the same identity. `about` names what
    a reminder reminds of. `document` leaves with it as a file, unless it is said with others."""

    person_id = models.BigIntegerField(null=True, db_index=True)
    organisation_id = models.BigIntegerField(null=True)
    file_id = models.BigIntegerField(null=True, db_index=True)
    action_id = models.UUIDField(null=True)
    from_person_id = models.BigIntegerField(null=True)
    from_organisation_id = models.BigIntegerField(null=True)
    link_id = models.BigIntegerField(null=True)
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    line = models.CharField(max_length=250, blank=True)
    url = models.CharField(max_length=300, blank=True)
    calendar = models.TextField(blank=True)
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    urgency = models.CharField(max_length=6, default="now")
    key = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=120, blank=True)
    queued_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    leaving_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_why = models.CharField(max_length=12, blank=True)
    failed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    digest = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="items")

    class Meta:
        app_label = "kernel"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "key", "address"], condition=~Q(key=""), name="mail_once_per_key"
            ),
            models.CheckConstraint(
                condition=~Q(sent_at__isnull=False, dropped_at__isnull=False), name="mail_sent_or_dropped"
            ),
            models.UniqueConstraint(
                fields=["address"], condition=WAITING & Q(purpose="digest"), name="mail_one_digest_waits"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=WAITING, name="mail_waiting"),
            models.Index(fields=["address"], condition=Q(failed_at__isnull=False), name="mail_failed"),
            models.Index(fields=["about", "address"], condition=~Q(about=""), name="mail_reminders"),
        ]


class FailingAddress(models.Model):
    """An address that does not receive: refused by its server, or given back by a bounce.

    Nobody's row: whose address it is, the persons and organisations say today. Mended, nobody has it any more."""

    address = models.EmailField(unique=True)
    since = models.DateTimeField()
    said = models.TextField(blank=True)
    bounced = models.BooleanField(default=False)

    class Meta:
        app_label = "kernel"
        ordering = ["since", "id"]


class MailServer(models.Model):
    """How the mail server does: one row, written when it stops answering and when it answers again."""

    down_since = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        app_label = "kernel"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="mail_server_one_row")]
