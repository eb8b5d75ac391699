"""Killed with -9 in the middle of a pairing: what was committed stands, what was not leaves nothing, and the same click
then succeeds."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.database import close_database, connected_to, open_database
from defi.kernel.models import JournalEntry
from defi.people.models import Account
from defi.steps.pairing.actions import Said, record_encounter
from defi.steps.pairing.models import Pairing
from watching import Program, answers, children, first_line_number, one, port_of, serving, until

CSRF = "a" * 32

pytestmark = pytest.mark.embedded


@dataclass
class Stage:
    """A served product where a coordinator may pair each of these people with the same promise."""

    product: Program
    folder: Path
    url: str
    promise: int
    people: list[int]
    cookies: str = ""

    def click_pair(self, person: int) -> int:
        """The status of the answer; OSError when the server died under it."""
        visitor = http.client.HTTPConnection("127.0.0.1", port_of(self.product), timeout=60)
        headers = {"Cookie": self.cookies, "X-CSRFToken": CSRF}
        try:
            visitor.request("POST", f"/promesses/{self.promise}/avec/{person}/appairer/", headers=headers)
            return visitor.getresponse().status
        finally:
            visitor.close()

    def paired(self) -> list[int]:
        """Who is paired, as a new connection reads it; each pairing has its one journal entry."""
        until(lambda: answers(port_of(self.product)), "the page")
        connection.close()
        with scope(TASK):
            pairings = list(Pairing.objects.filter(state="active").order_by("pk"))
        entries = JournalEntry.objects.filter(verb="pairing.pair", object_type=Pairing._meta.label_lower)
        assert sorted(entries.values_list("object_id", flat=True)) == [pairing.pk for pairing in pairings]
        return [pairing.candidacy_id for pairing in pairings]

    @contextmanager
    def in_the_middle(self, person: int) -> Iterator[Future[int]]:
        """The click has written the pairing and waits to write the journal."""
        with psycopg.connect(self.url) as gate, ThreadPoolExecutor(1) as thread:
            gate.execute("LOCK TABLE kernel_journalentry IN SHARE ROW EXCLUSIVE MODE")
            click = thread.submit(self.click_pair, person)
            until(lambda: self._waits() or click.done(), "the pairing waits to be journaled")
            assert not click.done()
            yield click
            with suppress(psycopg.OperationalError):
                gate.rollback()

    def _waits(self) -> bool:
        with psycopg.connect(self.url) as look:
            waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'kernel_journalentry'::regclass"
            return look.execute(waiting).fetchone() is not None


@pytest.fixture
def stage(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_test_environment: None,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Stage]:
    folder = tmp_path / "data"
    with serving(folder, DEFI_SECRET_KEY=settings.SECRET_KEY) as product:
        port_of(product)
        monkeypatch.delenv("DATABASE_URL", raising=False)  # the embedded server, which can be killed
        url = open_database(folder)
        try:
            with django_db_blocker.unblock(), connected_to(url):
                yield _people_who_said_yes(product, folder, url)
        finally:
            close_database(folder)
            with suppress(OSError):
                shutil.rmtree(Path(os.readlink(folder / "postgres")).parent)


def _people_who_said_yes(product: Program, folder: Path, url: str) -> Stage:
    with scope(TASK):
        operation = make.an_operation()
        session = make.a_session(operation)
        provider = operation.provider
        assert provider is not None
        person = make.a_person("Sam", email="sam@example.org")
        coordinator = make.actor(Who.COORDINATOR, provider, person)
        promise = make.a_promise(operation, make.an_employer(), posts=4)
        people = [make.a_candidate(session, name) for name in ("Leïla", "Malik", "Nadia", "Omar")]
        for candidacy in people:
            said = Said(met_on=clock.today(), employer="yes", person="yes")
            record_encounter(coordinator, candidacy.pk, promise.pk, said)
        browser = Client()
        browser.force_login(Account.objects.get(person=person))
    session_cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session_cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    return Stage(product, folder, url, promise.pk, [candidacy.pk for candidacy in people], cookies)


def test_a_kill_in_the_middle_of_a_pairing_loses_nothing_committed_and_keeps_nothing_half_done(stage: Stage) -> None:
    committed, by_worker, by_server, by_postgres = stage.people
    assert stage.click_pair(committed) == 302
    assert stage.paired() == [committed]

    with stage.in_the_middle(by_worker) as click:
        worker = one(stage.product.pid, "defi worker")
        os.kill(worker, signal.SIGKILL)
        until(lambda: children(stage.product.pid, "defi worker") - {worker}, "another worker")
    assert click.result() == 302
    assert stage.paired() == [committed, by_worker]

    with stage.in_the_middle(by_server) as click:
        os.kill(one(one(stage.product.pid, "defi.serving.web"), "defi.serving.web"), signal.SIGKILL)
        assert isinstance(click.exception(), OSError)
    assert stage.paired() == [committed, by_worker]
    assert stage.click_pair(by_server) == 302
    assert stage.paired() == [committed, by_worker, by_server]

    with stage.in_the_middle(by_postgres) as click:
        os.kill(first_line_number(stage.folder / "postgres" / "postmaster.pid"), signal.SIGKILL)
        assert click.exception() is not None or click.result() >= 500
    assert stage.paired() == [committed, by_worker, by_server]
    assert stage.click_pair(by_postgres) == 302
    assert stage.paired() == [committed, by_worker, by_server, by_postgres]
