"""Watches over the web server and the worker: one dies, the other goes on or all stops; we die, both die."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from defi.kernel.processes import PARENT

_WATCHED = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
_STOPPING = _WATCHED - {signal.SIGCHLD}
_PATIENCE = 5.0  # seconds to stop cleanly before being killed
_STEADY = 60.0  # seconds of life that wipe out earlier deaths
_LONGEST_REST = 30.0


@dataclass
class Child:
    """A process that is tied to this one: it is killed by the kernel when we end in whatever way."""

    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    due: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        """Start it with the interpreter of this process; must be called from the main thread (processes.py)."""
        self.began = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", *self.arguments],
            env={**os.environ, PARENT: str(os.getpid())},
            # Signals of the terminal reach us alone: we say when the children stop.
            process_group=0,
            # The signals that we wait for are blocked here; a child would inherit that.
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED),
        )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def rest(self) -> None:
        """After a death: when to start again, later each time it dies young."""
        now = time.monotonic()
        self.deaths = 1 if now - self.began > _STEADY else self.deaths + 1
        self.due = now + min(_LONGEST_REST, 2.0 ** (self.deaths - 1) - 1)
        self.process = None

    def tell(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


@dataclass
class Supervisor:
    """`web` must live: its end ends all, with an error. `worker` is started again whenever it ends."""

    web: Child
    worker: Child
    address: tuple[str, int]
    host: str  # a name that the web server accepts
    on_ready: Callable[[], None]
    ready: bool = False
    told: bool = False

    def run(self) -> int:
        """Serve until SIGTERM, SIGINT or SIGHUP (0), or until the web server ends by itself (1)."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        # Threads older than this mask may still be handed the signal: then their handler is what tells us.
        handlers = {number: signal.signal(number, self.be_told) for number in _STOPPING}
        try:
            self.web.start()
            return self.watch()
        finally:
            self.stop()
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def be_told(self, *_signal: object) -> None:
        """Somebody asks us to stop."""
        self.told = True

    def watch(self) -> int:
        while not self.told:
            if self.web.has_ended():
                sys.stderr.write("Le serveur web s'est arrêté de lui-même : tout s'arrête.\n")
                return 1
            self.look_after_worker()
            if not self.ready and answers(self.address, self.host):
                self.ready = True
                self.on_ready()
            received = signal.sigtimedwait(_WATCHED, 1.0 if self.ready else 0.05)
            if received is not None and received.si_signo in _STOPPING:
                return 0
        return 0

    def look_after_worker(self) -> None:
        if self.worker.has_ended():
            sys.stderr.write("Le processus des tâches s'est arrêté : il est relancé.\n")
            self.worker.rest()
        if self.worker.process is None and time.monotonic() >= self.worker.due:
            self.worker.start()

    def stop(self) -> None:
        children = (self.web, self.worker)
        for child in children:
            child.tell(signal.SIGTERM)
        limit = time.monotonic() + _PATIENCE
        for child in children:
            if child.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, limit - time.monotonic()))
                child.tell(signal.SIGKILL)
                child.process.wait()


def answers(address: tuple[str, int], host: str) -> bool:
    """Whether a web server answers there, whatever it says."""
    connection = http.client.HTTPConnection(*address, timeout=2)
    try:
        connection.request("HEAD", "/", headers={"Host": host})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
