"""What the worker does for the journey."""

from __future__ import annotations

from procrastinate.contrib.django import app

from defi.journey.projection import rewrite_all


@app.periodic(cron="5 0 * * *")
@app.task(name="rewrite_journeys", queueing_lock="rewrite_journeys", pass_context=False)
def rewrite_journeys(timestamp: int) -> None:
    """At five past midnight: some steps open or fall due with the date alone."""
    rewrite_all()
