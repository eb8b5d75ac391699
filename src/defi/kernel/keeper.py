"""Keeps one PostgreSQL alive as long as somebody uses it, and not a moment longer.

    python -m defi.kernel.keeper DATA LOCK UID GID COMMAND...

DATA is the data folder, LOCK the inherited descriptor of its lock `keeper`, UID and GID the account that runs
COMMAND ("-" for our own). It detaches, runs COMMAND, runs it again when it was killed, and stops it when the lock
`users` can be taken alone. PostgreSQL is told by the kernel to stop when the keeper itself is killed.

Standard library only, and outside the package `database`, to start fast."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from defi.kernel.processes import die_with_parent

_CRASHES_BORNE = 5
_STEADY = 30.0  # seconds of life that wipe out earlier crashes
# PostgreSQL's three ways to stop: at once and cleanly, at once, dead; each is given this many seconds.
_WAYS_TO_STOP = ((signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0))


@dataclass
class Keeper:
    data: Path
    command: list[str]
    uid: int | None
    gid: int | None
    process: subprocess.Popen[bytes] | None = None
    unused: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> int:
        """Serve until nobody uses the server any more (0), or until it keeps crashing (1)."""
        crashes = 0
        threading.Thread(target=self.stop_when_unused, daemon=True).start()
        while crashes < _CRASHES_BORNE:
            clear_away(self.cluster)
            with self.turn:
                if self.unused:
                    break
                self.process = self.start()
            began = time.monotonic()
            self.process.wait()
            if self.unused:
                break
            crashes = 1 if time.monotonic() - began > _STEADY else crashes + 1
            time.sleep(0.1 * crashes)
        if self.unused:
            self.tidy()
        return 0 if self.unused else 1

    @property
    def cluster(self) -> Path:
        return Path(self.command[self.command.index("-D") + 1])

    def start(self) -> subprocess.Popen[bytes]:
        keeper = os.getpid()
        return subprocess.Popen(  # noqa: S603
            self.command,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            # After the change of account, which would undo it. The parent is this main thread, which lasts.
            preexec_fn=lambda: die_with_parent(keeper, signal.SIGINT),
        )

    def stop_when_unused(self) -> None:
        users = os.open(self.data / "users.lock", os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(users, fcntl.LOCK_EX)
        with self.turn:
            # The lock is kept to the end: a new user waits for the old server to be gone.
            self.unused = True
            process = self.process
        if process is not None:
            stop(process)

    def tidy(self) -> None:
        sockets = self.data / "sockets"
        with contextlib.suppress(OSError):
            shutil.rmtree(os.readlink(sockets), ignore_errors=True)
            sockets.unlink()


def stop(process: subprocess.Popen[bytes]) -> None:
    for way, patience in _WAYS_TO_STOP:
        process.send_signal(way)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return


def clear_away(cluster: Path) -> None:
    """Stop what an earlier, killed keeper or server left of this cluster, then drop a stale `postmaster.pid`.

    A PostgreSQL process works in its cluster's folder: that tells it from another process that got its number. The
    first process stops the others; without it they end by themselves, or are killed when they take too long."""
    if not Path("/proc/self/cwd").exists():
        return
    pid_file = cluster / "postmaster.pid"
    for way, patience in _WAYS_TO_STOP:
        left = servers_of(cluster)
        first = first_process(pid_file)
        for pid in left:
            if pid == first or way == signal.SIGKILL:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, way)
        limit = time.monotonic() + patience
        while (left := servers_of(cluster)) and time.monotonic() < limit:
            time.sleep(0.02)
        if not left:
            break
    pid_file.unlink(missing_ok=True)


def first_process(pid_file: Path) -> int | None:
    """The pid that PostgreSQL wrote on the first line of `postmaster.pid`, when there is one."""
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def servers_of(cluster: Path) -> list[int]:
    """The pids of the PostgreSQL processes that work in this cluster."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                works_here = os.readlink(entry / "cwd") == str(cluster)
                if works_here and Path(os.readlink(entry / "exe")).name.startswith("postgres"):
                    found.append(int(entry.name))
    return found


def main(arguments: list[str]) -> int:
    data, descriptor, uid, gid, *command = arguments
    if os.fork():
        # The opener waits for this first process only. Plain _exit: nothing is to be flushed twice.
        os._exit(0)
    os.ftruncate(int(descriptor), 0)
    os.pwrite(int(descriptor), f"{os.getpid()}\n".encode(), 0)
    for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # The users decide. A handler, unlike SIG_IGN, is not inherited by PostgreSQL.
        signal.signal(ignored, lambda *_: None)
    who = (None, None) if uid == "-" else (int(uid), int(gid))
    return Keeper(Path(data), command, *who).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
