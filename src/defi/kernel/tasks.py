"""What the worker does for the kernel."""

from __future__ import annotations

from procrastinate.contrib.django import app

from defi.kernel import clock, limits
from defi.kernel.mail import bounces, leaving, reminders


@app.task(name="send_mail")
def send_mail(mail_id: int) -> None:
    """Send one row of the outbox if it may leave now; the round takes up whatever did not."""
    leaving.send(mail_id)


@app.periodic(cron="* * * * *")
@app.task(name="carry_mail", queueing_lock="carry_mail", lock="carry_mail", pass_context=False)
def carry_mail(timestamp: int) -> None:
    """Each minute: everything that may leave, digests at their hour, and what is to be tried again."""
    leaving.go_round()


@app.periodic(cron="20 4-19 * * *")
@app.task(name="write_reminders", queueing_lock="write_reminders", pass_context=False)
def write_reminders(timestamp: int) -> None:
    """Before the digest, then each hour in case the machine slept through it: what falls due is written, once."""
    reminders.remind()


@app.periodic(cron="*/15 * * * *")
@app.task(name="read_bounces", queueing_lock="read_bounces", pass_context=False)
def read_bounces(timestamp: int) -> None:
    """Each quarter of an hour: the mails that came back, when their mailbox is known."""
    bounces.read_settled()


@app.periodic(cron="40 3 * * *")
@app.task(name="forget_tries", queueing_lock="forget_tries", pass_context=False)
def forget_tries(timestamp: int) -> None:
    """Each night: the counters of tries of another day."""
    limits.forget(clock.now())
