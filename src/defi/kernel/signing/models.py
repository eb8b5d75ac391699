"""The certificates that seal, or have sealed: what a former one sealed keeps verifying."""

from __future__ import annotations

from django.db import models

from defi.kernel import clock


class SealCertificate(models.Model):
    """A certificate (DER). `key`: its private key, encrypted with the secret of the installation; empty when the key
    is in a file of the Region's own, or was lost with the secret."""

    fingerprint = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    key = models.BinaryField(default=b"")
    known_since = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "kernel"
        ordering = ["-id"]
