"""Public numbers: a readable sequence, always given with a code that cannot be guessed or walked."""

from __future__ import annotations

import secrets

from django.db import models

from defi.kernel import clock
from defi.kernel.codes import ALPHABET, CODE_LENGTH

__all__ = ["ALPHABET", "CODE_LENGTH", "Counter", "clean_code", "new_code", "next_number"]


class Counter(models.Model):
    """The last number given for a prefix and a year; its row lock keeps numbers without holes or doubles."""

    prefix = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="counter_once_a_year")]


def next_number(prefix: str) -> str:
    """The next number of the running year, as `CONV-2025-0007`. Must run inside a transaction."""
    year = clock.today().year
    Counter.objects.get_or_create(prefix=prefix, year=year)
    counter = Counter.objects.select_for_update().get(prefix=prefix, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}-{year}-{counter.last:04d}"


def new_code() -> str:
    """Ten characters without look-alikes, about 49 bits: readable over the phone, not worth guessing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def clean_code(text: str) -> str:
    """A code as a person types it back: case, spaces and dashes forgotten."""
    return "".join(c for c in text.upper() if c.isalnum())
