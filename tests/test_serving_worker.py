"""What becomes of a task whose worker was killed."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from django.db import connection

from defi.kernel.database import with_name
from defi.serving.worker import present, retry_interrupted
from watching import bare_environment, running, until

# A worker that knows one task more than the product: it says that it began, and ends when it is let go.
WORKER = """
import os, sys, time
from pathlib import Path
from defi.serving.project import set_up

set_up(os.environ["DATABASE_URL"])
from procrastinate.contrib.django import app
from defi.serving import worker

folder = Path(sys.argv[1])

@app.task(name="wait")
def wait():
    (folder / f"began{os.getpid()}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    (folder / "done").touch()

if "ask" in sys.argv:
    wait.defer()
worker.work(os.environ["DATABASE_URL"])
"""


@pytest.fixture
def url(transactional_db: None, database_server: str) -> str:
    return with_name(database_server, str(connection.settings_dict["NAME"]))


def doing() -> int:
    """A task that some worker took, and its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, status)"
            " VALUES ('any', 'default', 'doing') RETURNING id"
        )
        return int(cursor.fetchone()[0])


def status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_interrupted_tasks_are_put_back() -> None:
    job = doing()
    assert retry_interrupted() == 1
    assert status(job) == "todo"


def test_a_worker_that_finds_itself_alone_puts_them_back(url: str) -> None:
    job = doing()
    with present(url):
        assert status(job) == "todo"


def test_a_second_worker_leaves_alone_what_the_first_may_be_doing(url: str) -> None:
    with present(url):
        job = doing()
        with present(url):
            assert status(job) == "doing"

    def put_back() -> bool:
        with present(url):
            return status(job) == "todo"

    # PostgreSQL learns a moment later that a connection was closed.
    until(put_back, "a worker alone again")


def test_a_task_whose_worker_was_killed_is_done_by_the_next(url: str, tmp_path: Path) -> None:
    environment = bare_environment(DATABASE_URL=url, DEFI_DATA=str(tmp_path))
    with running(["-c", WORKER, str(tmp_path), "ask"], tmp_path / "first.log", environment) as first:
        until((tmp_path / f"began{first.pid}").exists, f"the first worker began: {first.output}")
        first.process.kill()
        first.process.wait()
    (tmp_path / "go").touch()
    with running(["-c", WORKER, str(tmp_path)], tmp_path / "second.log", environment) as second:
        until((tmp_path / "done").exists, f"the second worker did it: {second.output}")
        second.process.terminate()
        assert second.process.wait(10) == 0


def test_a_worker_ends_when_its_server_goes_away(url: str, tmp_path: Path) -> None:
    environment = bare_environment(DATABASE_URL=url, DEFI_DATA=str(tmp_path))
    with running(["-c", WORKER, str(tmp_path), "ask"], tmp_path / "worker.log", environment) as worker:
        until((tmp_path / f"began{worker.pid}").exists, f"the worker began: {worker.output}")
        with psycopg.connect(with_name(url, "postgres"), autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [connection.settings_dict["NAME"]],
            )
        assert worker.process.wait(10) == 3
