"""What is kept of a code that was sent to somebody who signs. What it signs is said by the room that sends it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from defi.kernel.access import Actor


class CodeFields(models.Model):
    """A code that was sent to sign one text: to the bearer of a link, else to the person signed in.

    Only a keyed hash of it is kept. `tries`: wrong codes typed since; `passed_at`: when the right one was; `used_at`:
    when it signed."""

    link_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20)
    secret = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    passed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @classmethod
    def of_hand(cls, actor: Actor) -> Q:
        """The codes sent to this very hand: of a link those of that link, of somebody signed in their own."""
        if actor.link is not None:
            return Q(link_id=actor.link.link_id)
        return Q(link_id=None, person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
