"""What the worker does for needs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from defi.steps.needs import drafts


@app.periodic(cron="25 3 * * *")
@app.task(name="forget_old_drafts", queueing_lock="forget_old_drafts", pass_context=False)
def forget_old_drafts(timestamp: int) -> None:
    """Each night: what was begun and never sent goes after thirty days."""
    drafts.forget_old_drafts()
