"""The product as a program of its own, for the browser: stage.py demonstration, or stage.py until DATE FILE [VERB…],
which plays the file until that day, and after it the steps of these verbs only.

The page asks for the day it lives in by a header, so that a story of months is clicked through in a minute."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

TODAY = datetime(2026, 9, 15, 11, tzinfo=ZoneInfo("Europe/Paris"))
"""The hour of the demonstration, a Tuesday; fixed, so that a test gives the same pages every day."""

MOMENT = "X-Moment"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_its_day(application: Application) -> Application:
    """Answer each request at the moment that its header says, else its cookie, else on the day of the demonstration."""
    from defi.journey.projection import rewrite_all
    from defi.kernel import clock

    days: set[date] = set()
    one_at_a_time = Lock()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(MOMENT)
        asked = environ.get("HTTP_X_MOMENT") or (said.value if said else "")
        with clock.at(datetime.fromisoformat(asked) if asked else TODAY):
            with one_at_a_time:
                if clock.today() not in days:
                    days.add(clock.today())
                    rewrite_all()  # what the worker does each night
            return application(environ, start_response)

    return answer


def fill(arguments: list[str]) -> None:
    """Play what the command line asks for into the database."""
    from defi.kernel import clock
    from defi.serving.demonstration import fill as fill_the_demonstration

    if arguments[0] == "demonstration":
        with clock.at(TODAY):
            fill_the_demonstration()
        return
    _play(date.fromisoformat(arguments[1]), arguments[2], arguments[3:])


def _play(last: date, name: str, verbs: list[str]) -> None:
    from dataclasses import replace

    from defi.journey.projection import rewrite_all
    from defi.kernel import clock
    from defi.play.demonstration import scenarios
    from defi.play.file import read
    from defi.play.runner import perform
    from defi.reference.builtin import ensure_builtin

    ensure_builtin()
    whole = read(scenarios() / name)
    performance = perform(replace(whole, steps=[s for s in whole.steps if s.on <= last or s.do in verbs]))
    assert performance.stopped == "", performance.stopped
    with clock.at(last):
        rewrite_all()


def serve() -> None:
    """Answer on a free port, said on the first line, until killed."""
    from django.conf import settings
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name of the base class)
            """Say nothing of a request that went well."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"

    from defi.web.wsgi import application

    server.set_app(in_its_day(application))
    print(f"{settings.PUBLIC_URL}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "src")]
    import django

    django.setup()
    fill(sys.argv[1:])
    serve()
