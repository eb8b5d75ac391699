"""What becomes of the embedded server when processes are killed: nothing committed is lost, nobody serves for ever."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest

from watching import Program, all_gone, bare_environment, first_line_number, lives, running, until

USER = """
import sys
from pathlib import Path
from defi.kernel.database import close_database, open_database, stay_open

folder = Path(sys.argv[1])
url = open_database(folder)
if "stay" in sys.argv:
    stay_open(folder)
print("url", url, flush=True)
sys.stdin.read()
close_database(folder)
"""

numbers = count()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("kills") / "data"
    yield folder
    with suppress(OSError):
        shutil.rmtree(Path(os.readlink(folder / "postgres")).parent)


def user(data: Path, *arguments: str) -> AbstractContextManager[Program]:
    """A process that opened the database and waits."""
    output = data.parent / f"user{next(numbers)}.log"
    return running(["-c", USER, str(data), *arguments], output, bare_environment())


def url_of(program: Program) -> str:
    until(lambda: program.says("\n"), "the database is open")
    return program.output.split()[1]


def server(data: Path) -> int:
    return first_line_number(data / "postgres" / "postmaster.pid")


def keeper(data: Path) -> int:
    return first_line_number(data / "keeper.lock")


def write(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def has(url: str, word: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            return connection.execute("SELECT 1 FROM kept WHERE word = %s", [word]).fetchone() is not None
    except psycopg.OperationalError:
        return False


def test_processes_share_one_server_until_the_last_one_leaves(data: Path) -> None:
    with user(data) as first:
        url = url_of(first)
        pid = server(data)
        with user(data) as second:
            assert url_of(second) == url
            assert server(data) == pid
            first.process.communicate(b"")
            assert lives(pid)
            second.process.communicate(b"")
        assert all_gone({pid, keeper(data)})


def test_a_killed_user_leaves_no_server_behind(data: Path) -> None:
    with user(data) as only:
        write(url_of(only), "user")
        left = {server(data), keeper(data)}
        only.process.kill()
        until(lambda: all_gone(left), "the server stopped")
    with user(data) as after:
        assert has(url_of(after), "user")


def test_a_killed_server_comes_back_at_the_same_address(data: Path) -> None:
    with user(data) as only:
        url = url_of(only)
        write(url, "server")
        killed = server(data)
        os.kill(killed, signal.SIGKILL)
        until(lambda: has(url, "server"), "the server answers again")
        assert server(data) != killed


def test_a_killed_keeper_takes_the_server_along_and_the_next_user_starts_another(data: Path) -> None:
    with user(data) as first:
        url = url_of(first)
        write(url, "keeper")
        old = {server(data), keeper(data)}
        os.kill(keeper(data), signal.SIGKILL)
        until(lambda: all_gone(old), "the server stopped")
        with user(data) as second:
            assert has(url_of(second), "keeper")
        with user(data) as third:
            assert url_of(third) == url, "the first user, who is still there, keeps its address"


def test_server_and_keeper_killed_together_are_replaced(data: Path) -> None:
    with user(data) as first:
        write(url_of(first), "both")
        os.kill(keeper(data), signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(server(data), signal.SIGKILL)
        with user(data) as second:
            assert has(url_of(second), "both")


def test_a_user_that_stays_open_starts_the_server_again_by_itself(data: Path) -> None:
    with user(data, "stay") as only:
        url = url_of(only)
        write(url, "stay")
        killed = keeper(data)
        os.kill(killed, signal.SIGKILL)
        until(lambda: keeper(data) != killed and has(url, "stay"), "another keeper serves")
        left = {server(data), keeper(data)}
        only.process.communicate(b"")
        assert all_gone(left)


def test_many_first_starts_at_once_agree_on_one_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    try:
        with user(data) as one, user(data) as two, user(data) as three:
            assert len({url_of(one), url_of(two), url_of(three)}) == 1
    finally:
        until(lambda: all_gone({keeper(data)}), "the server stopped")
        with suppress(OSError):
            shutil.rmtree(Path(os.readlink(data / "postgres")).parent)
