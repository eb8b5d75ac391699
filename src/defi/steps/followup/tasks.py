"""What the worker does for the follow-up."""

from __future__ import annotations

from procrastinate.contrib.django import app

from defi.steps.followup import asking


@app.periodic(cron="50 7 * * *")
@app.task(name="ask_where_they_stand", queueing_lock="ask_where_they_stand", pass_context=False)
def ask_where_they_stand(timestamp: int) -> None:
    """Each morning: those whose moment has come are asked where they stand, once."""
    asking.ask_when_due()
