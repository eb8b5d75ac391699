"""One file on its way into the database: a temporary table filled by COPY, then set-based statements.

Refused lines stay in the stage with their reason, so that a damaged line of a known row does not make that row
disappear.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid

LONGEST_REASON = 300
# A file that would retire more than this share of what is there is taken for a cut file, unless told otherwise.
REMOVED_SHARE = 0.2
REMOVED_AT_LEAST = 50


@dataclass
class Outcome:
    """What one file changed; `aside` counts the sound lines that are of no use here."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    aside: int = 0

    @property
    def written(self) -> int:
        return self.added + self.changed + self.removed


class Stage:
    """The temporary table of one file. Columns are `name → SQL type`; `key` names those that identify a row.

    Table and column names come from the code, never from a file."""

    table = "reference_stage"

    def __init__(
        self, cursor: CursorWrapper, columns: Mapping[str, str], key: Sequence[str], *, accept_removals: bool = False
    ) -> None:
        self.cursor = cursor
        self.columns = dict(columns)
        self.key = tuple(key)
        self.accept_removals = accept_removals
        definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.run(f"DROP TABLE IF EXISTS {self.table}")
        self.run(f"CREATE TEMP TABLE {self.table} (line integer, refused text, {definition}) ON COMMIT DROP")

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement; the number of rows it touched."""
        self.cursor.execute(statement, parameters)
        return max(int(self.cursor.rowcount), 0)

    def numbers(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[int, ...]:
        self.cursor.execute(statement, parameters)
        return tuple(int(number or 0) for number in self.cursor.fetchone())

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """COPY rows of (line, reason of refusal or None, *columns)."""
        names = ", ".join(self.columns)
        raw = cast("psycopg.Cursor[Any]", self.cursor)
        with raw.copy(f"COPY {self.table} (line, refused, {names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self.run(f"ANALYZE {self.table}")

    def refuse(self, condition: str, reason: str, parameters: Sequence[Any] = ()) -> int:
        """Refuse the lines that meet an SQL condition; `reason` is an SQL expression of text."""
        return self.run(
            f"UPDATE {self.table} AS s SET refused = left({reason}, {LONGEST_REASON}) "  # noqa: S608
            f"WHERE s.refused IS NULL AND {condition}",
            parameters,
        )

    def refuse_doubles(self) -> int:
        """Refuse the lines whose key an earlier line already has."""
        key = ", ".join(self.key)
        same = " AND ".join(f"s.{name} = d.{name}" for name in self.key)
        return self.run(
            f"UPDATE {self.table} AS s SET refused = replace(%s, '#', d.first::text) FROM ("  # noqa: S608
            f"  SELECT {key}, min(line) AS first FROM {self.table} WHERE refused IS NULL "
            f"  GROUP BY {key} HAVING count(*) > 1"
            f") AS d WHERE s.refused IS NULL AND {same} AND s.line > d.first",
            [_("déjà donné à la ligne #")],
        )

    def refuse_unknown(self, column: str, known: str, reason: str) -> int:
        """Refuse the lines whose code is in no row of the query `known`; `reason` holds `#` for the code."""
        return self.refuse(
            f"NOT EXISTS (SELECT FROM ({known}) AS known(code) WHERE known.code = s.{column})",
            f"replace(%s, '#', s.{column})",
            [reason],
        )

    def upsert(
        self,
        target: str,
        values: Mapping[str, str],
        key: Sequence[str],
        *,
        joins: str = "",
        where: str = "TRUE",
        kept: Sequence[str] = (),
    ) -> Outcome:
        """Insert or update `target` from the accepted lines; rows that are already so are not touched.

        `values` maps a column to its SQL expression over the stage `s`; `kept` columns are set on insertion only."""
        columns = ", ".join(values)
        changing = [name for name in values if name not in (*key, *kept)]
        settings = ", ".join(f"{name} = EXCLUDED.{name}" for name in changing)
        before = ", ".join(f"t.{name}" for name in changing)
        after = ", ".join(f"EXCLUDED.{name}" for name in changing)
        added, changed = self.numbers(
            f"WITH merged AS ("  # noqa: S608
            f"  INSERT INTO {target} AS t ({columns}) SELECT {', '.join(values.values())} "
            f"  FROM {self.table} AS s {joins} WHERE s.refused IS NULL AND {where} "
            f"  ON CONFLICT ({', '.join(key)}) DO UPDATE SET {settings} "
            f"  WHERE ({before}) IS DISTINCT FROM ({after}) RETURNING xmax = 0 AS fresh"
            f") SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM merged"
        )
        if added or changed:
            # The files that follow join this one: planned on the few rows of before, they would take minutes.
            self.run(f"ANALYZE {target}")
        return Outcome(added=added, changed=changed)

    def retire(self, target: str, absent: str, mark: str = "removed = TRUE", alive: str = "NOT t.removed") -> int:
        """Mark the living rows of `target` that the file no longer holds (SQL condition `absent` over `t`).

        When a line could not be read at all, nothing can be said to have disappeared: no row is marked.
        Raises Invalid when so much would disappear that the file must be incomplete."""
        unread = " OR ".join(f"{name} IS NULL" for name in self.key)
        if self.numbers(f"SELECT count(*) FROM {self.table} WHERE {unread}")[0]:  # noqa: S608
            return 0
        (gone,) = self.numbers(f"SELECT count(*) FROM {target} AS t WHERE {alive} AND {absent}")  # noqa: S608
        (total,) = self.numbers(f"SELECT count(*) FROM {target} AS t WHERE {alive}")  # noqa: S608
        if gone > max(REMOVED_AT_LEAST, total * REMOVED_SHARE) and not self.accept_removals:
            raise Invalid(
                _(
                    "ce fichier ferait disparaître {gone} des {total} lignes déjà chargées : il paraît incomplet. "
                    "S'il est bien complet, ajoutez --accept-removals."
                ).format(gone=gone, total=total)
            )
        if not gone:
            return 0
        return self.run(f"UPDATE {target} AS t SET {mark} WHERE {alive} AND {absent}")  # noqa: S608

    def refused(self) -> list[tuple[int, str]]:
        self.cursor.execute(
            f"SELECT line, refused FROM {self.table} WHERE refused IS NOT NULL ORDER BY line, refused"  # noqa: S608
        )
        return list(self.cursor.fetchall())

    def keep_refusals(self, load_id: int) -> None:
        self.run(
            "INSERT INTO reference_referencerefusal (load_id, line, reason) "  # noqa: S608
            f"SELECT %s, line, refused FROM {self.table} WHERE refused IS NOT NULL ORDER BY line",
            [load_id],
        )
