"""What the worker does for the pairing."""

from __future__ import annotations

from procrastinate.contrib.django import app

from defi.steps.pairing import actions


@app.periodic(cron="50 7 * * *")
@app.task(name="ask_answers", queueing_lock="ask_answers", pass_context=False)
def ask_answers(timestamp: int) -> None:
    """Each morning: employers are asked, once, what they think of the people they met."""
    actions.ask_answers()
