"""Starts programs of the product as a user would, and waits for what they do; never longer than two minutes."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

LIMIT = 120.0
SOURCES = Path(__file__).resolve().parent.parent / "src"

T = TypeVar("T")


def bare_environment(**more: str) -> dict[str, str]:
    """The environment without anything of the product's own, so that a test inherits nothing from the test run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DEFI_", "DATABASE_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(SOURCES), "PYTHONUNBUFFERED": "1", **more}


def until(wanted: Callable[[], T], what: str, limit: float = LIMIT) -> T:
    """The first true value of `wanted`; fails with `what` when the time is over."""
    end = time.monotonic() + limit
    while not (value := wanted()):
        assert time.monotonic() < end, f"Still not after {limit:.0f} s: {what}"
        time.sleep(0.02)
    return value


class Program:
    """A running program whose output goes to a file that can be read while it runs."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process = process
        self.pid = process.pid
        self._output = output

    @property
    def output(self) -> str:
        return self._output.read_text(errors="replace")

    def says(self, words: str) -> bool:
        """Whether it said that by now; a program that ended without it fails the test with what it said."""
        ended = self.process.poll() is not None
        said = words in self.output
        assert said or not ended, f"Ended with {self.process.returncode}: {self.output}"
        return said

    def family(self) -> set[int]:
        """The pids of the program, its children and theirs."""
        parents = {pid: parent_of(pid) for pid in processes()}
        found = {self.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found


@contextmanager
def running(arguments: list[str], output: Path, environment: dict[str, str]) -> Iterator[Program]:
    """`python ARGUMENTS` for the time of the block, with an open standard input; killed at the end if it must be."""
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=file, stderr=file, env=environment, cwd="/"
        )
    try:
        yield Program(process, output)
    finally:
        process.kill()
        process.communicate()


def processes() -> set[int]:
    return {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()}


def parent_of(pid: int) -> int:
    try:
        # pid (name) state parent …: the name may hold anything but the last closing bracket.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def lives(pid: int) -> bool:
    """Whether this process still runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_gone(pids: set[int]) -> bool:
    return not any(lives(pid) for pid in pids)


def first_line_number(path: Path) -> int:
    """The pid on the first line of a file, 0 while there is none."""
    with suppress(OSError, ValueError):
        return int(path.read_text().split("\n", 1)[0])
    return 0


ADDRESS = re.compile(r"http://127\.0\.0\.1:([0-9]+)/")


def serving(folder: Path, *arguments: str, name: str = "run", **environment: str) -> AbstractContextManager[Program]:
    """`defi run` without the demonstration, which has its own tests."""
    command = ["-m", "defi", "run", "--no-demonstration", "--data", str(folder), *arguments]
    return running(command, folder.parent / f"{name}.log", bare_environment(DEFI_WEB_PROCESSES="1", **environment))


def port_of(program: Program) -> int:
    until(lambda: program.says("http://"), "the address is said")
    found = ADDRESS.search(program.output)
    assert found
    return int(found[1])


def answers(port: int) -> bool:
    """Whether a page comes that needed no error of ours."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def children(pid: int, words: str) -> set[int]:
    found = set()
    for child in processes():
        if parent_of(child) == pid:
            with suppress(OSError):
                if words in Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "):
                    found.add(child)
    return found


def one(pid: int, words: str) -> int:
    return next(iter(until(lambda: children(pid, words), f"a child {words} of {pid}")))
