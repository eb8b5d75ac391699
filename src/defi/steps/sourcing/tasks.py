"""What the worker does for the recruiting."""

from __future__ import annotations

from datetime import date

import procrastinate
from procrastinate.contrib.django import app

from defi.steps.sourcing import actions, applications, bookings, import_actions, telling

AGAIN = procrastinate.RetryStrategy(max_attempts=8, exponential_wait=3)


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


@app.periodic(cron="40 7 * * *")
@app.task(name="ask_again", queueing_lock="ask_again", pass_context=False)
def ask_again(timestamp: int) -> None:
    """Each morning: before the start, those who hold a seat are asked whether they still come."""
    actions.ask_again()


@app.periodic(cron="37 3 * * *")
@app.task(name="forget_people_lists", queueing_lock="forget_people_lists", pass_context=False)
def forget_people_lists(timestamp: int) -> None:
    """Each night: lists of people handed in long ago go, with the lines that were never imported."""
    import_actions.forget_imports()


@app.periodic(cron="36 3 * * *")
@app.task(name="forget_applications", queueing_lock="forget_applications", pass_context=False)
def forget_applications(timestamp: int) -> None:
    """Each night: candidacies sent from an announcement and never confirmed go."""
    applications.forget_applications()


@app.task(name="tell_listed", retry=AGAIN)
def tell_listed(action_id: str) -> None:
    """After the import of a list: each of its people is told, once."""
    telling.tell_listed(action_id)


@app.task(name="tell_of_move", retry=AGAIN)
def tell_of_move(session_id: int, was: str, now: str, move: str) -> None:
    """After a start moved: who waits for an answer learns the new day, once."""
    telling.tell_of_move(session_id, date.fromisoformat(was), date.fromisoformat(now), move)


@app.task(name="tell_of_end", retry=AGAIN)
def tell_of_end(session_id: int, was: str, now: str, move: str) -> None:
    """After the end alone moved: who waits or is in training learns the new last day, once."""
    telling.tell_of_end(session_id, date.fromisoformat(was), date.fromisoformat(now), move)
