"""Takes a port for the web server, for good: granian shares ports, so a second server would answer in our place."""

from __future__ import annotations

import errno
import socket

DEFAULT = 8000
TRIES = 50


class PortTaken(Exception):  # noqa: N818  (said to the user, like a refusal)
    """The address cannot be listened on; the message is a French sentence."""


def reserve(host: str, port: int | None) -> socket.socket:
    """A socket bound to the port asked for, or to the first free one from 8000 on when none is asked for.

    The caller keeps the socket open as long as the server listens: it never listens itself, but whoever asks for the
    port alone is refused. Raises PortTaken."""
    if port is not None:
        return _bound(host, port)
    for candidate in range(DEFAULT, DEFAULT + TRIES):
        try:
            return _bound(host, candidate)
        except _InUse:
            continue
    raise PortTaken(f"Les ports {DEFAULT} à {DEFAULT + TRIES - 1} sont tous pris : choisissez-en un avec --port.")


class _InUse(PortTaken):
    pass


def _bound(host: str, port: int) -> socket.socket:
    if not 0 < port < 65536:
        raise PortTaken(f"Le port {port} n'existe pas : choisissez-en un entre 1024 et 65535 avec --port.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as problem:
        raise PortTaken(f"L'adresse {host} n'est pas connue de cette machine : vérifiez --host.") from problem
    taken = socket.socket(family, kind, protocol)
    try:
        # As any server does: a port whose last connections are being closed is free.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        # Bound alone first, shared after: granian, which shares, may join; another reservation is refused.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as problem:
        taken.close()
        raise _refusal(host, port, problem) from problem
    return taken


def _refusal(host: str, port: int, problem: OSError) -> PortTaken:
    if problem.errno == errno.EADDRINUSE:
        return _InUse(
            f"Le port {port} est déjà pris, peut-être par un autre « defi run » : arrêtez ce programme, "
            "ou choisissez un autre port avec --port."
        )
    if problem.errno == errno.EACCES:
        return PortTaken(f"Le port {port} est réservé à root : choisissez un port à partir de 1024 avec --port.")
    return PortTaken(f"Impossible d'écouter sur {host}, port {port} ({problem.strerror}) : vérifiez --host et --port.")
