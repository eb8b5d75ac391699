"""`defi run`, from the command to nothing left: the two stories of a machine that kills what it likes."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from defi.kernel.database import migrated_template, temporary_clone
from watching import all_gone, answers, children, first_line_number, one, port_of, serving, until


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "d'un coup" / "data"
    with suppress(OSError):
        shutil.rmtree(Path(os.readlink(tmp_path / "d'un coup" / "data" / "postgres")).parent)


def test_whatever_is_killed_under_it_is_started_again_and_stopping_leaves_nothing(folder: Path) -> None:
    folder.parent.mkdir()
    with serving(folder) as product:
        port = port_of(product)
        assert answers(port)

        worker = one(product.pid, "defi worker")
        os.kill(worker, signal.SIGKILL)
        until(lambda: children(product.pid, "defi worker") - {worker}, "another worker")

        server = one(product.pid, "defi.serving.web")
        page_server = one(server, "defi.serving.web")
        os.kill(page_server, signal.SIGKILL)
        until(lambda: children(server, "defi.serving.web") - {page_server}, "another process for the pages")
        until(lambda: answers(port), "the page, after its process was killed")

        os.kill(first_line_number(folder / "postgres" / "postmaster.pid"), signal.SIGKILL)
        until(lambda: answers(port), "the page, after PostgreSQL was killed")

        os.kill(first_line_number(folder / "keeper.lock"), signal.SIGKILL)
        until(lambda: answers(port), "the page, after the keeper was killed")

        everybody = product.family() | {first_line_number(folder / "keeper.lock")}
        everybody.add(first_line_number(folder / "postgres" / "postmaster.pid"))
        began = time.monotonic()
        product.process.terminate()
        assert product.process.wait(15) == 0
        assert time.monotonic() - began < 10
        assert all_gone(everybody)


def test_a_killed_product_leaves_no_orphan_and_its_port_is_free_again(
    folder: Path, django_test_environment: None, django_db_setup: None, database_server: str
) -> None:
    folder.parent.mkdir()
    with (
        migrated_template(database_server) as template,
        temporary_clone(database_server, f"{template}_run{os.getpid()}", template) as url,
    ):
        kill_and_start_again(folder, url)


def kill_and_start_again(folder: Path, url: str) -> None:
    with serving(folder, name="first", DATABASE_URL=url) as first:
        port = port_of(first)
        with serving(folder, "--port", str(port), name="refused", DATABASE_URL=url) as refused:
            assert refused.process.wait(30) == 2
            assert refused.output.startswith(f"Le port {port} est déjà pris")
        everybody = first.family()
        assert len(everybody) >= 4
        first.process.kill()
        until(lambda: all_gone(everybody), "nobody is left")
        assert not answers(port)
    with serving(folder, "--port", str(port), name="second", DATABASE_URL=url) as second:
        assert port_of(second) == port
        server = one(second.pid, "defi.serving.web")
        os.kill(server, signal.SIGKILL)
        assert second.process.wait(15) == 1
        assert "tout s'arrête" in second.output
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM django_migrations").fetchone()
