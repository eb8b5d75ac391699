"""What the worker does for the recruiting."""

from __future__ import annotations

from procrastinate.contrib.django import app

from defi.steps.sourcing import bookings


@app.periodic(cron="30 7 * * *")
@app.task(name="remind_booked", queueing_lock="remind_booked", pass_context=False)
def remind_booked(timestamp: int) -> None:
    """Each morning: those who are booked soon are reminded, whatever changed since looked at again."""
    bookings.remind_booked()


@app.periodic(cron="35 3 * * *")
@app.task(name="forget_booking_requests", queueing_lock="forget_booking_requests", pass_context=False)
def forget_booking_requests(timestamp: int) -> None:
    """Each night: requests made from the public page and never confirmed go."""
    bookings.forget_requests()
