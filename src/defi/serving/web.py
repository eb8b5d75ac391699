"""The web server as a child of `defi run`: python -m defi.serving.web ADDRESS PORT."""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from defi.kernel.processes import PARENT, die_with_announced_parent

# A thread takes a connection of the pool for the time of a request (settings.py: ten at most).
_THREADS = 8
_PATIENCE = 3  # seconds for the requests under way when stopping


def processes() -> int:
    """How many processes answer: DEFI_WEB_PROCESSES, else one per core up to two."""
    return int(os.environ.get("DEFI_WEB_PROCESSES") or min(2, os.cpu_count() or 1))


def serve(address: str, port: int) -> None:
    """Serve the pages until told to stop; ends with an error when its processes keep dying."""
    os.environ[PARENT] = str(os.getpid())  # read by defi.web.wsgi, in each process that answers
    os.environ.setdefault("DEFI_POOL", "1")
    Granian(
        "defi.web.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes(),
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    die_with_announced_parent()
    serve(sys.argv[1], int(sys.argv[2]))
