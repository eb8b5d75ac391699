"""The hook of an installation that has an antivirus: `DEFI_ANTIVIRUS`, nothing by default, and the page says so.

`clamd:/run/clamav/clamd.ctl` or `clamd://host:3310` speaks to ClamAV's daemon; `command:clamscan --no-summary -` gives
the file to a program on its standard input: 0 means clean, 1 a virus. A hook that does not answer refuses the file."""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid

SECONDS = 30
_CHUNK = 64 * 1024


class NoAnswerError(Exception):
    """The antivirus could not be asked."""


def is_configured() -> bool:
    """Whether this installation searches for viruses."""
    return bool(settings.ANTIVIRUS)


def search(name: str, content: bytes, *, field: str = "file") -> None:
    """Raise `Invalid` on `field` when a virus is found in the file called `name`, or when the antivirus is silent."""
    if not is_configured():
        return
    try:
        infected = _ask(settings.ANTIVIRUS, content)
    except (NoAnswerError, OSError, subprocess.SubprocessError) as silence:
        raise Invalid.field(
            field, _("L'antivirus ne répond pas : « %(name)s » n'est pas gardé. Réessayez plus tard.") % {"name": name}
        ) from silence
    if infected:
        raise Invalid.field(
            field, _("L'antivirus a trouvé un virus dans « %(name)s » : le fichier n'est pas gardé.") % {"name": name}
        )


def _ask(address: str, content: bytes) -> bool:
    if address.startswith("command:"):
        return _by_command(shlex.split(address.removeprefix("command:")), content)
    if address.startswith("clamd:"):
        return _by_daemon(address, content)
    raise NoAnswerError(f"DEFI_ANTIVIRUS is neither clamd: nor command: ({address.partition(':')[0]})")


def _by_command(command: list[str], content: bytes) -> bool:
    ended = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    if ended.returncode not in {0, 1}:
        raise NoAnswerError(ended.stderr.decode(errors="replace")[:200])
    return ended.returncode == 1


def _by_daemon(address: str, content: bytes) -> bool:
    with _connected(address) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
        answer = line.recv(4096).rstrip(b"\0\n")
    if answer.endswith(b"FOUND"):
        return True
    if answer.endswith(b"OK"):
        return False
    raise NoAnswerError(answer.decode(errors="replace"))


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or 3310), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    line.connect(parts.path)
    return line
