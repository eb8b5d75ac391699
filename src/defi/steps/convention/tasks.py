"""What the worker does for the signing."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from defi.steps.convention import outside, sealing


@app.task(name="seal_convention", retry=procrastinate.RetryStrategy(max_attempts=8, exponential_wait=3))
def seal_convention(convention_id: int) -> None:
    """Seal a convention that everybody has signed; one that is sealed is left alone."""
    sealing.seal_convention(convention_id)


@app.task(name="seal_amendment", retry=procrastinate.RetryStrategy(max_attempts=8, exponential_wait=3))
def seal_amendment(amendment_id: int) -> None:
    """Seal an amendment that those it touches have signed; one that is sealed is left alone."""
    sealing.seal_amendment(amendment_id)


@app.periodic(cron="11 * * * *")
@app.task(name="seal_what_waits", queueing_lock="seal_what_waits", pass_context=False)
def seal_what_waits(timestamp: int) -> None:
    """Each hour: texts signed by all and still unsealed (an earlier version, a service that was down)."""
    sealing.seal_what_waits()


@app.periodic(cron="*/10 * * * *")
@app.task(name="read_outside", queueing_lock="read_outside", pass_context=False)
def read_outside(timestamp: int) -> None:
    """Every ten minutes: what the provider of signatures says of those it was asked for."""
    outside.read_outside()
