"""What the worker does for the closing."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from defi.steps.closing import sealing


@app.task(name="seal_certificate", retry=procrastinate.RetryStrategy(max_attempts=8, exponential_wait=3))
def seal_certificate(certificate_id: int) -> None:
    """Seal a certificate that was issued; one that is sealed is left alone."""
    sealing.seal_certificate(certificate_id)


@app.periodic(cron="23 * * * *")
@app.task(name="seal_certificates_that_wait", queueing_lock="seal_certificates_that_wait", pass_context=False)
def seal_certificates_that_wait(timestamp: int) -> None:
    """Each hour: certificates issued and still unsealed (a seal that was closed, an earlier version)."""
    sealing.seal_what_waits()
