"""Guards what proves a payment: every insert, update and delete of such a row leaves an event, even by raw SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=models.Model)


def proof() -> Callable[[type[M]], type[M]]:
    """Class decorator for a model that proves something.

    Trackers are made anew each time: they remember the fields of their model."""
    return pghistory.track(  # type: ignore[no-any-return]
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()
    )
