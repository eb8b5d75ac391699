"""Fresh databases cloned from a model: a migrated template is made once, a clone of it takes a tenth of a second.

Names that this module makes carry the name of the database of the address they come from, so that two projects or
two people may share one server. Whoever uses a template or a clone holds a shared advisory lock on its name for the
life of its connection: what nobody holds was left by a killed run, and is dropped by the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql


def with_name(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))


def clone(url: str, name: str, template: str) -> str:
    """Create the database `name` as a copy of `template` on the server of `url`; its address.

    Raises psycopg.errors.DuplicateDatabase when it exists, ObjectInUse when somebody is connected to the template."""
    with _server(url) as connection:
        _clone(connection, name, template)
    return with_name(url, name)


def drop(url: str, name: str) -> None:
    """Drop the database `name` of the server of `url`, whoever is connected to it; nothing when it does not exist."""
    with _server(url) as connection:
        _drop(connection, name)


@contextmanager
def migrated_template(url: str) -> Iterator[str]:
    """The name of a migrated, otherwise empty database to clone, made when there is none for the present migrations.

    It is kept from one run to the next; templates of other migrations that nobody uses are dropped. The block keeps
    it from being dropped by others. Needs Django set up; may be entered by several processes at once."""
    family = f"{urlsplit(url).path.lstrip('/')}_model_"
    name = family + _fingerprint()
    with _server(url) as connection:
        with _advisory(connection, family):
            connection.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [name])
            _drop_unused(connection, family, but=name)
            if not _exists(connection, name):
                _make(connection, url, name)
        yield name


@contextmanager
def temporary_clone(url: str, name: str, template: str) -> Iterator[str]:
    """A clone that lives as long as the block; one left by a killed run goes with the next `migrated_template`.

    `name` must start with `template`."""
    with _server(url) as connection:
        connection.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [name])
        _drop(connection, name)
        _clone(connection, name, template)
        try:
            yield with_name(url, name)
        finally:
            _drop(connection, name)


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """Have Django's default connection, speak to the database of `url` for the time of a block."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    from defi.settings import database_settings

    connection = connections["default"]

    def leave() -> None:
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()

    leave()
    before = dict(connection.settings_dict)
    # The one dictionary that the connections of every thread read.
    connection.settings_dict.update(database_settings(url))
    try:
        yield
    finally:
        leave()
        connection.settings_dict.update(before)


@contextmanager
def _server(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(with_name(url, "postgres"), autocommit=True) as connection:
        yield connection


@contextmanager
def _advisory(connection: psycopg.Connection, name: str) -> Iterator[None]:
    connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _clone(connection: psycopg.Connection, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop_unused(connection: psycopg.Connection, family: str, but: str) -> None:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s", [family, but]
    ).fetchall()
    for (name,) in rows:
        row = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
        if row and row[0]:
            _drop(connection, name)
            connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _make(connection: psycopg.Connection, url: str, name: str) -> None:
    """Migrate under a draft name, then rename: a template that has its name is whole."""
    from django.core.management import call_command

    draft = f"{name}_draft"
    _drop(connection, draft)
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    connection.execute(statement.format(sql.Identifier(draft)))
    with connected_to(with_name(url, draft)):
        call_command("migrate", verbosity=0, interactive=False)
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def _fingerprint() -> str:
    """Changes whenever a migration of an installed application does."""
    from django.apps import apps

    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for path in sorted(Path(config.path).glob("migrations/*.py")):
            digest.update(f"{config.label} {path.name} ".encode() + path.read_bytes())
    return digest.hexdigest()[:12]
