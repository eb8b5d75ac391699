"""What the worker does for organisations."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from defi.people import registry


@app.task(name="check_organisation", retry=procrastinate.RetryStrategy(max_attempts=12, exponential_wait=3))
def check_organisation(organisation_id: int) -> None:
    """Set an employer against the register of firms; when it does not answer, the task is tried again."""
    registry.check_now(organisation_id)
