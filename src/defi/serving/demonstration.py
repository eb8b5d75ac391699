"""Whether this database is one to try the product on: only then may anybody sign in as any role with a click.

The mark is in the database itself, so that no setting can open a real one by mistake, and it does not come with a
backup that is restored."""

from __future__ import annotations

import psycopg
from psycopg import sql

_MARK = "defi: demonstration"


class DemonstrationFailed(Exception):  # noqa: N818  (said to the user, like a refusal)
    """The demonstration could not be played; the message is a French sentence."""


def is_unused(url: str) -> bool:
    """Whether nobody has an account yet: the product was never used on this database."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT to_regclass('people_account')").fetchone()
        if row is None or row[0] is None:
            return True
        return connection.execute("SELECT 1 FROM people_account LIMIT 1").fetchone() is None


def is_marked(url: str) -> bool:
    """Whether this database was filled with the demonstration."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    return row is not None and row[0] == _MARK


def fill() -> None:
    """Fill an unused database with the demonstration and mark it, whole or not at all. Django must be set up.

    Raises DemonstrationFailed when it does not play to its end."""
    from django.db import transaction

    from defi.play.demonstration import seed
    from defi.play.world import PlayError

    try:
        with transaction.atomic():
            _mark()
            seed()
    except PlayError as problem:
        raise DemonstrationFailed(
            f"La démonstration n'a pas pu être préparée : {problem}. La base reste vide ; "
            "« defi run --no-demonstration » s'en passe."
        ) from problem


def _mark() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        name = sql.Identifier(str(connection.settings_dict["NAME"]))
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(_MARK))
        cursor.execute(statement.as_string(None))
