"""Ties a child process to its parent, so that no kill leaves an orphan that goes on serving."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PARENT = "DEFI_PARENT"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send `how` to this process when its parent, of pid `parent`, ends in whatever way.

    When the parent ended before the call, this process ends at once. The kernel looks at the
    *thread* of the parent that made this process: it must be one that lasts. Only Linux knows how; elsewhere a
    killed parent leaves its children to whoever stops them."""
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:
        os._exit(128 + how)


def die_with_announced_parent() -> None:
    """The same, when a supervisor announced its pid in the environment variable DEFI_PARENT; else nothing.

    The announcement is for this process alone: it is taken out of the environment."""
    if announced := os.environ.pop(PARENT, ""):
        die_with_parent(int(announced))
