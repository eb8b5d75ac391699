"""What the worker does for the kernel."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from defi.kernel import delivery


@app.task(name="send_mail", retry=procrastinate.RetryStrategy(max_attempts=12, exponential_wait=3))
def send_mail(mail_id: int) -> None:
    """Send one row of the outbox; a mail already sent or dropped is left alone."""
    delivery.send(mail_id)
