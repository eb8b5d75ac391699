"""What the worker does for the periods in company."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from defi.steps.training import sealing
from defi.steps.training.actions.group import expect_again


@app.task(name="seal_agreement", retry=procrastinate.RetryStrategy(max_attempts=8, exponential_wait=3))
def seal_agreement(placement_id: int) -> None:
    """Seal the agreement of a period that the three have signed; one that is sealed is left alone."""
    sealing.seal_agreement(placement_id)


@app.periodic(cron="17 * * * *")
@app.task(name="seal_agreements_that_wait", queueing_lock="seal_agreements_that_wait", pass_context=False)
def seal_agreements_that_wait(timestamp: int) -> None:
    """Each hour: agreements signed by the three and still unsealed (a service that was down)."""
    sealing.seal_what_waits()


@app.periodic(cron="8 * * * *")
@app.task(name="expect_again_in_the_centre", queueing_lock="expect_again_in_the_centre", pass_context=False)
def expect_again_in_the_centre(timestamp: int) -> None:
    """Each hour, so that it is done before the morning: periods whose first day passed without their signatures."""
    expect_again()
