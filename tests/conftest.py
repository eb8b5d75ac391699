"""What every test leans on: a database cloned from a migrated template, a browser, the shared data."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from defi.kernel.database import (
    clone,
    close_database,
    connected_to,
    drop,
    migrated_template,
    open_database,
    temporary_clone,
)
from journeys import rewritten_when_read

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DEFI_TEST_DATA") or ROOT / ".data" / "tests")

LONG_ONES = (
    "tests/browser/",
    "tests/test_serving",
    "tests/house/test_pages.py",
    "tests/web/test_fields.py",
    "tests/web/test_wall.py",
    "tests/web/test_look.py",
    "tests/steps/pairing/test_race.py",
    "tests/scenarios/",
    "tests/steps/convention/",
)
"""What takes minutes: a worker that began it last would be awaited by the others."""

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

# Django's models and querysets are thousands of lasting objects: looking through them again and again for rubbish takes
# a twentieth of the time of the tests.
gc.set_threshold(100_000, 50, 50)

# The machine of a newcomer is slow when it likes; what is slow is found by bench/, not by a deadline.
hypothesis.settings.register_profile("defi", deadline=None)
hypothesis.settings.load_profile("defi")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if "browser" in asked:
            item.add_marker("browser")
        elif item.get_closest_marker("django_db") or asked & {"db", "transactional_db", "database_server"}:
            item.add_marker("database")
    items.sort(key=lambda item: [not item.nodeid.startswith(one) for one in LONG_ONES])


def pytest_make_parametrize_id(val: object) -> str | None:
    """A file in a table of cases is named by its size: an archive bears the time it was made, and two workers would not
    collect the same tests."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many as there are cores: Chromium and PostgreSQL fill what a worker leaves free; one more costs a twentieth
    of the time on two cores."""
    return os.cpu_count() or 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several workers, the tests of a file go to one worker, which fills their stage once; those of the browser
    all go to one, where axe looks once at each way a page is built; those that fill nothing in common go where there
    is room."""
    from xdist.scheduler import LoadScopeScheduling

    class ByStage(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/browser/"):
                return "browser"
            alone = nodeid.startswith(("tests/scenarios/", "tests/test_serving"))
            return nodeid if alone else nodeid.partition("::")[0]

    return ByStage(config, log)


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The address of the server: DATABASE_URL, else the embedded one in a data folder of its own."""
    yield open_database(DATA, durable=False)
    close_database(DATA)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, database_server: str
) -> Iterator[None]:
    """A clone of the migrated template for this process, in place of pytest-django's own database."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            template = stack.enter_context(migrated_template(database_server))
            name = f"{template}_{os.getpid()}"
            stack.enter_context(connected_to(stack.enter_context(temporary_clone(database_server, name, template))))
            start_numbers_far_apart()
        stack.enter_context(fresh_clone_after_commits(database_server, name, template))
        yield
        django_db_blocker.unblock().__enter__()


def start_numbers_far_apart() -> None:
    """Give each table numbers of its own, past the thousand: a page that groups their digits, or takes the number of
    one table for another's, fails at once instead of on the day the product has lived."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DO $$ DECLARE one record; start bigint := 10000; BEGIN
                 FOR one IN SELECT schemaname, sequencename FROM pg_sequences
                            WHERE schemaname = 'public' ORDER BY 2 LOOP
                   PERFORM setval(format('%I.%I', one.schemaname, one.sequencename), start);
                   start := start + 10000;
                 END LOOP;
               END $$"""
        )


@contextmanager
def fresh_clone_after_commits(server: str, name: str, template: str) -> Iterator[None]:
    """A test that commits leaves a used database: give the next one a new clone.

    Django would truncate instead: the journal refuses that, and what migrations filled in would be gone."""

    def renew(_: TransactionTestCase) -> None:
        connection.close()
        drop(server, name)
        clone(server, name, template)
        start_numbers_far_apart()

    before = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = renew  # type: ignore[attr-defined]
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = before  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def journeys_rewritten_when_read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Not where the rewriting itself is watched, nor where a test commits."""
    watched = request.node.nodeid.startswith(("tests/journey/", "tests/scenarios/"))
    marker = request.node.get_closest_marker("django_db")
    uses_database = marker is not None or "db" in request.fixturenames
    commits = (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if watched or commits or not uses_database:
        yield
        return
    with rewritten_when_read(monkeypatch):
        yield


@pytest.fixture(scope="session", autouse=True)
def quiet_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing leaves the test run: mail goes to a folder of its own."""
    django_settings.MAIL_FOLDER = tmp_path_factory.mktemp("mail")
    django_settings.SMTP_URL = ""
    django_settings.SIRENE_URL = ""


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The official data that the project does not carry: DEFI_SHARED_DATA, else `../shared/data` beside it."""
    folder = Path(os.environ.get("DEFI_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("The shared data are not on this machine: name their folder in DEFI_SHARED_DATA.")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's Chromium, without its windows where it is had so (a quarter less to compute); what needs it is skipped
    without it unless DEFI_BROWSER=required."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        if os.environ.get("DEFI_BROWSER") == "required":
            pytest.fail("Chromium is missing, and DEFI_BROWSER=required: apt install chromium.")
        pytest.skip("Chromium is missing: apt install chromium to run the tests of the pages.")
    return program


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium driven by Playwright, closed before the tests of another file: its event loop would break theirs."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        quiet.append("--no-sandbox")
    # Playwright runs an event loop in this thread, which Django takes for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a new visitor, in French, without animations."""
    visitor = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce")
    visitor.set_default_timeout(10_000)
    yield visitor.new_page()
    visitor.close()
