"""Runs the tasks: mails, reminders, whatever an action left for later. Django must be set up before the import."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from procrastinate import JobContext
from procrastinate.connector import BaseAsyncConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from defi.kernel import clock

_PRESENCE = "defi worker"
_SERVER_LOST = 3  # exit code
_PATIENCE = 3.0  # seconds for the tasks under way when stopping


def work(url: str) -> None:
    """Take tasks from the database of `url` until told to stop, after taking up again those of dead workers.

    Ends at once when the database server goes away: whoever watches over this process starts it again."""
    with present(url) as presence:
        asyncio.run(_work(presence))


async def _work(presence: psycopg.Connection) -> None:
    loop = asyncio.get_running_loop()

    # The server has nothing to say on this connection but that it ends. What was being done is lost with it, and will
    # be done again; waiting for it, or for the server, could take for ever.
    loop.add_reader(presence.fileno(), lambda: os._exit(_SERVER_LOST))
    with app.replace_connector(_worker_connector()) as worker:
        async with worker.open_async():
            await worker.run_worker_async(name="defi", shutdown_graceful_timeout=_PATIENCE)
    loop.remove_reader(presence.fileno())


@contextmanager
def present(url: str) -> Iterator[psycopg.Connection]:
    """Be known as a living worker for the time of the block; when there is no other, first retry interrupted tasks.

    Presence is a lock held by the connection: it goes with the process, however that ends, long before a heartbeat is
    missed. A worker that is alone holds it alone for a moment, and others wait for it."""
    with psycopg.connect(url, autocommit=True, application_name=_PRESENCE) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [_PRESENCE]).fetchone()
        alone = bool(row and row[0])
        if alone:
            retry_interrupted()
        connection.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [_PRESENCE])
        if alone:
            connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [_PRESENCE])
        yield connection


def retry_interrupted() -> int:
    """Put back the tasks that no living worker is doing; how many. Only right when there is no living worker."""
    interrupted = [job.id for job in app.job_manager.list_jobs(status="doing") if job.id is not None]
    for job_id in interrupted:
        app.job_manager.retry_job_by_id(job_id, retry_at=clock.now())
    return len(interrupted)


@app.periodic(cron="*/5 * * * *")
@app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Put back the tasks of workers of other machines that have not been heard of for half a minute."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


def _worker_connector() -> BaseAsyncConnector:
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError(f"Unexpected connector: {connector!r}")
    return connector.get_worker_connector()
