"""A database is a demonstration because it was filled as one, never because of a setting alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest
from django.db import connection
from django_scopes import scopes_disabled

from defi.kernel.database import with_name
from defi.people.models import Account, Person
from defi.play.world import PlayError
from defi.serving import demonstration, project


@pytest.fixture
def url(transactional_db: None, database_server: str) -> str:
    return with_name(database_server, str(connection.settings_dict["NAME"]))


@pytest.fixture
def seeded_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    def use(seed: Callable[[], None]) -> None:
        module = ModuleType("defi.play.demonstration")
        module.seed = seed  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "defi.play.demonstration", module)

    return use


def somebody_arrives() -> None:
    with scopes_disabled():
        person = Person.objects.create(first_name="Claire", last_name="Martin")
        Account.objects.create_user("claire@example.org", person=person)


def test_a_database_is_unused_until_somebody_has_an_account(url: str) -> None:
    assert demonstration.is_unused(url)
    somebody_arrives()
    assert not demonstration.is_unused(url)


def test_a_database_without_tables_is_unused(database_server: str) -> None:
    assert demonstration.is_unused(with_name(database_server, "template1"))


def test_filling_marks_the_database(url: str, seeded_by: Callable[[Callable[[], None]], None]) -> None:
    seeded_by(somebody_arrives)
    assert not demonstration.is_marked(url)
    demonstration.fill()
    assert demonstration.is_marked(url)
    assert not demonstration.is_unused(url)


def test_a_filling_that_fails_leaves_the_database_unused_and_unmarked(
    url: str, seeded_by: Callable[[Callable[[], None]], None]
) -> None:
    def fail() -> None:
        somebody_arrives()
        raise PlayError("le fichier manque")

    seeded_by(fail)
    with pytest.raises(demonstration.DemonstrationFailed, match="le fichier manque"):
        demonstration.fill()
    assert demonstration.is_unused(url)
    assert not demonstration.is_marked(url)


@pytest.mark.parametrize(
    ("setting", "asked", "marked", "expected"),
    [
        (None, None, True, "1"),
        (None, None, False, "0"),
        ("1", None, False, "0"),
        ("0", None, True, "0"),
        (None, True, False, "1"),
        ("0", True, False, "0"),
        ("1", False, True, "0"),
    ],
)
def test_anybody_may_sign_in_as_anybody_only_on_a_marked_database(
    monkeypatch: pytest.MonkeyPatch, setting: str | None, asked: bool | None, marked: bool, expected: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///any")
    monkeypatch.setenv("DEFI_DEMONSTRATION", setting or "")
    if setting is None:
        monkeypatch.delenv("DEFI_DEMONSTRATION")
    monkeypatch.setattr(demonstration, "is_marked", lambda url: marked)
    assert project.demonstration_setting("postgresql:///any", asked) == expected
