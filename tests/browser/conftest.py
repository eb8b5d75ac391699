"""The stages of the browser: the whole demonstration, and stories taken up on a day of theirs; each served once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page
from pytest_django.plugin import DjangoDbBlocker

from browser.visitor import Visitor
from defi.kernel.database import migrated_template, temporary_clone
from watching import Program, bare_environment, running, until

STAGE = Path(__file__).parent / "stage.py"


@dataclass(frozen=True)
class Stage:
    """A served product: where it answers, and its database."""

    address: str
    database: str
    program: Program

    def last_mail(self, to: str) -> str:
        """The text of the last mail for this address, as it would leave."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute(
                "SELECT subject || E'\\n' || body FROM kernel_mail WHERE address = %s ORDER BY id DESC LIMIT 1", [to]
            ).fetchone()
        assert row is not None, f"No mail for {to}"
        return str(row[0])


@contextmanager
def served(server: str, blocker: DjangoDbBlocker, folder: Path, *arguments: str) -> Iterator[Stage]:
    """The product on a database of its own, filled as the arguments say."""
    with blocker.unblock(), migrated_template(server) as template:
        name = f"{template}_{folder.name}_{os.getpid()}"
        with temporary_clone(server, name, template) as database:
            environment = bare_environment(
                DATABASE_URL=database, DJANGO_SETTINGS_MODULE="defi.settings", DEFI_DEMONSTRATION="1", DEFI_POOL="1"
            )
            with running([str(STAGE), *arguments], folder / "stage.log", environment) as program:
                until(lambda: program.says("http://"), "the stage is served", limit=300)
                yield Stage(program.output.split()[0], database, program)


def stage(name: str, *arguments: str) -> Any:
    """The fixture of a stage, filled as the arguments of stage.py say, once for all the tests that stand on it."""

    @pytest.fixture(scope="session", name=name)
    def opened(
        chromium: str,
        database_server: str,
        django_test_environment: None,
        django_db_blocker: DjangoDbBlocker,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> Iterator[Stage]:
        with served(database_server, django_db_blocker, tmp_path_factory.mktemp(name), *arguments) as made:
            yield made

    return opened


# All the scenarios of the demonstration, on its day. Its tests change nothing that another one reads.
demonstration = stage("demonstration", "demonstration")
# Scenario (b) until the day before dates are proposed: what follows is done by clicks.
story = stage("story", "until", "2025-10-09", "b-retrait.toml")
# Scenario (b) when two firms have said their need and the lot is recorded: nothing is grouped yet.
two_needs = stage("two_needs", "until", "2025-06-04", "b-retrait.toml", "lot.record")
# Scenario (h) when the plan is written and its calendar laid: it has not been passed to anybody yet.
a_plan = stage("a_plan", "until", "2026-03-05", "h-ingenierie.toml")
# Scenario (j) when eight people of ten are paired and confirmed: what follows is done by clicks.
ten_pairs = stage("ten_pairs", "until", "2026-03-31", "j-trente-dix.toml")
# Scenario (l) when all have signed the convention: the employer withdraws by clicks, and the amendment is signed.
all_signed = stage("all_signed", "until", "2025-11-19", "l-signatures.toml")
# Scenario (m) on the eve of its Thursday: a sheet to sign in turn, one without network, papers to come back.
a_week = stage("a_week", "until", "2026-06-03", "m-semaine.toml")

# Scenario (n) when its periods in company are agreed: they are lived by clicks.
a_period = stage("a_period", "until", "2026-09-16", "n-immersion.toml")


@pytest.fixture
def visitor(page: Page, demonstration: Stage) -> Iterator[Visitor]:
    """A tab on the demonstration; what was wrong on the pages crossed fails the test at its end."""
    somebody = Visitor(page, demonstration.address)
    yield somebody
    assert not somebody.faults, "\n".join(somebody.faults)


@pytest.fixture
def actor_of_the_story(page: Page, story: Stage) -> Iterator[Visitor]:
    """A tab on the story."""
    somebody = Visitor(page, story.address)
    yield somebody
    assert not somebody.faults, "\n".join(somebody.faults)
