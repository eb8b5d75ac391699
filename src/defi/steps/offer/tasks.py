"""What the worker does for the answers owed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from defi.steps.offer import answers


@app.periodic(cron="15 6 * * *")
@app.task(name="send_answer_digests", queueing_lock="send_answer_digests", pass_context=False)
def send_answer_digests(timestamp: int) -> None:
    """Each morning: the officers who were mailed nothing for a fortnight get the answers they owe."""
    answers.send_digests()
