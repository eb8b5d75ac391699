"""`defi run`: from nothing to a page that answers, and back to nothing."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

import psycopg

from defi.kernel.database import open_database, stay_open
from defi.serving import demonstration
from defi.serving.ports import DEFAULT, reserve
from defi.serving.project import demonstration_setting, set_up
from defi.serving.supervisor import Child, Supervisor

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (recognised, not bound)


@dataclass(frozen=True)
class Wish:
    """What the command line asked for; no port: the first free one."""

    host: str
    port: int | None
    data: Path | None
    may_demonstrate: bool


def run(wish: Wish) -> int:
    """Serve until told to stop; the exit code. Raises PortTaken, DatabaseUnavailable."""
    given = bool(os.environ.get("DATABASE_URL"))
    with reserve(wish.host, wish.port) as taken:
        address, port = taken.getsockname()[:2]
        near = _ANY.get(address, address)
        page = f"http://{f'[{near}]' if taken.family == socket.AF_INET6 else near}:{port}/"
        os.environ.setdefault("DEFI_PUBLIC_URL", page.rstrip("/"))
        os.environ.setdefault("DEFI_HOSTS", f"localhost,127.0.0.1,[::1],{address}")
        url = open_database(wish.data)
        # On somebody else's server the demonstration has to be asked for.
        asked = "DEFI_DEMONSTRATION" in os.environ or not given
        prepare(url, may_demonstrate=wish.may_demonstrate, may_fill=asked)
        stay_open(wish.data)
        if wish.port is None and port != DEFAULT:
            _say(f"Le port {DEFAULT} est pris : le port {port} le remplace.")
        return Supervisor(
            web=Child(["defi.serving.web", address, str(port)]),
            worker=Child(["defi", "worker"]),
            address=(near, port),
            host=os.environ["DEFI_HOSTS"].split(",")[0],
            on_ready=lambda: announce(page),
        ).run()


def prepare(url: str, *, may_demonstrate: bool, may_fill: bool) -> None:
    """Set Django up, migrate, and fill an unused database with the demonstration; one process at a time."""
    may_demonstrate = demonstration_setting(url, may_demonstrate) == "1"
    with psycopg.connect(url, autocommit=True) as turn:
        turn.execute("SELECT pg_advisory_lock(hashtext('defi prepare'))")
        fills = may_demonstrate and may_fill and demonstration.is_unused(url)
        set_up(url, demonstrate=may_demonstrate and (fills or demonstration.is_marked(url)))
        from django.core.management import call_command
        from django.db import connections

        if turn.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            _say("Première mise en route : la base de données se prépare…")
        call_command("migrate", verbosity=0, interactive=False)
        make_seal()
        if fills:
            _say("La démonstration se prépare…")
            demonstration.fill()
        connections.close_all()


def make_seal() -> None:
    """The certificate that seals signed documents is made at set-up. A file that cannot be used is said, and stops
    nothing but the seals."""
    from defi.kernel.signing.certificates import NoSeal, current

    try:
        current()
    except NoSeal as problem:
        _say(f"{problem} En attendant, les documents signés par tous attendent leur sceau.")


def announce(page: str) -> None:
    """Say where the product is, and how to sign in when it is a demonstration."""
    from django.conf import settings

    _say(f"DEFI répond à l'adresse {page}")
    if settings.DEMONSTRATION:
        from defi.play.demonstration import sign_in_help

        for line in sign_in_help():
            _say(line)
    _say("Pour arrêter : Ctrl+C.")


def _say(line: str) -> None:
    print(line, flush=True)
