"""From rows read in a file to the tables of the catalogue: COPY to temporary tables, then set-based statements.

Only the trainings that are new, changed or back are written, with their actions, places and sessions; what the file no
longer holds gets a date. Everything happens in the transaction of the import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import psycopg
from django.db.backends.utils import CursorWrapper

from defi.steps.offer.lheo.rows import TrainingRow

TRAINING = [
    *("title", "search_key", "objective", "results", "content"),
    *("jobs", "formacodes", "nsf", "certifications", "is_certifying"),
    *("general_objective", "level_in", "level_out"),
    *("provider_name", "provider_siret", "provider_nda", "url"),
]
ACTION = [
    *("rhythm", "alternation", "teaching", "is_permanent"),
    *("hours_centre", "hours_company", "hours_total", "funders", "region_seats"),
]
PLACE = ["position", "name", "siret", "postcode", "town", "commune_code", "town_key"]
SESSION = ["starts_on", "ends_on", "recruitment"]


def _names(columns: Sequence[str], form: str = "{}") -> str:
    return ", ".join(form.format(name) for name in columns)


# Table and column names are those written above: nothing of a file enters the text of a statement.
STAGES = f"""
DROP TABLE IF EXISTS staged_training, staged_action, staged_place, staged_session, kept_training,
  touched_training, touched_action;
CREATE TEMP TABLE staged_training ON COMMIT DROP AS
  SELECT number, digest, {_names(TRAINING)} FROM offer_training WITH NO DATA;
CREATE TEMP TABLE staged_action ON COMMIT DROP AS
  SELECT NULL::text AS training, number, {_names(ACTION)} FROM offer_trainingaction WITH NO DATA;
CREATE TEMP TABLE staged_place ON COMMIT DROP AS
  SELECT NULL::text AS training, NULL::text AS action, {_names(PLACE)} FROM offer_trainingplace WITH NO DATA;
CREATE TEMP TABLE staged_session ON COMMIT DROP AS
  SELECT NULL::text AS training, NULL::text AS action, number, {_names(SESSION)}
  FROM offer_offeredsession WITH NO DATA;
CREATE TEMP TABLE kept_training (number text) ON COMMIT DROP;
CREATE TEMP TABLE touched_training (id bigint, number text, fresh boolean) ON COMMIT DROP;
CREATE TEMP TABLE touched_action (id bigint, training_id bigint, number text) ON COMMIT DROP;
"""  # noqa: S608

# Without these the planner, which knows nothing of fresh tables, would compare each row with each.
READY = """
CREATE INDEX ON staged_training (number);
CREATE INDEX ON kept_training (number);
ANALYZE staged_training; ANALYZE staged_action; ANALYZE staged_place; ANALYZE staged_session
"""

TRAININGS = f"""
WITH merged AS (
  INSERT INTO offer_training AS t (region_id, source, version, created_at, number, digest, {_names(TRAINING)})
  SELECT %(region)s, %(source)s, 1, %(now)s, number, digest, {_names(TRAINING)} FROM staged_training
  ON CONFLICT (region_id, source, number) DO UPDATE
  SET digest = EXCLUDED.digest, {_names(TRAINING, "{0} = EXCLUDED.{0}")}, withdrawn_on = NULL, version = t.version + 1
  WHERE t.digest <> EXCLUDED.digest OR t.withdrawn_on IS NOT NULL
  RETURNING id, number, xmax = 0 AS fresh
)
INSERT INTO touched_training SELECT id, number, fresh FROM merged
"""  # noqa: S608

# A changed training is taken for having lost all it had; what the file holds comes back right after.
LOST_ACTIONS = """
UPDATE offer_trainingaction AS a SET withdrawn_on = %(today)s
FROM touched_training AS t WHERE a.training_id = t.id AND NOT t.fresh AND a.withdrawn_on IS NULL
"""
LOST_SESSIONS = """
UPDATE offer_offeredsession AS s SET withdrawn_on = %(today)s
FROM offer_trainingaction AS a JOIN touched_training AS t ON a.training_id = t.id
WHERE s.action_id = a.id AND NOT t.fresh AND s.withdrawn_on IS NULL
"""

ACTIONS = f"""
WITH merged AS (
  INSERT INTO offer_trainingaction (training_id, version, created_at, number, {_names(ACTION)})
  SELECT t.id, 1, %(now)s, s.number, {_names(ACTION, "s.{}")}
  FROM staged_action AS s JOIN touched_training AS t ON t.number = s.training
  ON CONFLICT (training_id, number) DO UPDATE
  SET {_names(ACTION, "{0} = EXCLUDED.{0}")}, withdrawn_on = NULL
  RETURNING id, training_id, number
)
INSERT INTO touched_action SELECT id, training_id, number FROM merged;
ANALYZE touched_training; ANALYZE touched_action
"""  # noqa: S608

FORMER_PLACES = "DELETE FROM offer_trainingplace WHERE action_id IN (SELECT id FROM touched_action)"
PLACES = f"""
INSERT INTO offer_trainingplace (action_id, version, created_at, {_names(PLACE)})
SELECT a.id, 1, %(now)s, {_names(PLACE, "s.{}")} FROM staged_place AS s
JOIN touched_training AS t ON t.number = s.training
JOIN touched_action AS a ON a.training_id = t.id AND a.number = s.action
"""  # noqa: S608

SESSIONS = f"""
INSERT INTO offer_offeredsession (action_id, version, created_at, number, {_names(SESSION)})
SELECT a.id, 1, %(now)s, s.number, {_names(SESSION, "s.{}")} FROM staged_session AS s
JOIN touched_training AS t ON t.number = s.training
JOIN touched_action AS a ON a.training_id = t.id AND a.number = s.action
ON CONFLICT (action_id, number) DO UPDATE
SET {_names(SESSION, "{0} = EXCLUDED.{0}")}, withdrawn_on = NULL
"""  # noqa: S608

GONE = """
WITH gone AS (
  UPDATE offer_training AS t SET withdrawn_on = %(today)s, version = version + 1
  WHERE t.region_id = %(region)s AND t.source = %(source)s AND t.withdrawn_on IS NULL
  AND NOT EXISTS (SELECT FROM staged_training AS s WHERE s.number = t.number)
  AND NOT EXISTS (SELECT FROM kept_training AS k WHERE k.number = t.number)
  RETURNING id
), actions AS (
  UPDATE offer_trainingaction AS a SET withdrawn_on = %(today)s
  FROM gone WHERE a.training_id = gone.id AND a.withdrawn_on IS NULL
), sessions AS (
  UPDATE offer_offeredsession AS s SET withdrawn_on = %(today)s
  FROM offer_trainingaction AS a JOIN gone ON a.training_id = gone.id
  WHERE s.action_id = a.id AND s.withdrawn_on IS NULL
)
SELECT count(*) FROM gone
"""

# From the surest to the least sure: the INSEE code; postcode and name; department and name (a CEDEX postcode is no
# commune's); the most populated commune of the postcode. Those unknown so far are tried again at each import.
UNPLACED = """
UPDATE offer_trainingplace AS p SET commune_id = found.code FROM ({known}) AS found
WHERE p.commune_id IS NULL AND {same}
"""
POSTAL = "SELECT unnest(postcodes) AS postcode, code, sort_key, population FROM reference_commune WHERE current"
COMMUNES = (
    (
        "SELECT code AS written, COALESCE(successor_id, code) AS code FROM reference_commune "
        "WHERE current OR successor_id IS NOT NULL",
        "found.written = p.commune_code",
    ),
    (POSTAL, "found.postcode = p.postcode AND found.sort_key = p.town_key"),
    (
        "SELECT DISTINCT ON (department, sort_key) department, sort_key, code FROM reference_commune "
        "WHERE current ORDER BY department, sort_key, population DESC NULLS LAST",
        "found.department = left(p.postcode, 2) AND found.sort_key = p.town_key",
    ),
    (
        f"SELECT DISTINCT ON (postcode) postcode, code FROM ({POSTAL}) AS postal "  # noqa: S608
        "ORDER BY postcode, population DESC NULLS LAST, code",
        "found.postcode = p.postcode",
    ),
)

# The planner must know how much has come, for what follows here and for the pages.
COUNTED = """
ANALYZE offer_training; ANALYZE offer_trainingaction; ANALYZE offer_trainingplace; ANALYZE offer_offeredsession
"""

TOLD = """
SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh),
  (SELECT count(*) FROM offer_offeredsession AS s JOIN offer_trainingaction AS a ON s.action_id = a.id
   JOIN offer_training AS t ON a.training_id = t.id
   WHERE t.region_id = %(region)s AND t.source = %(source)s AND s.withdrawn_on IS NULL)
FROM touched_training
"""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a file changed: trainings added, changed (or back), gone; sessions now offered by the source."""

    added: int
    changed: int
    withdrawn: int
    sessions: int


class Merge:
    """The catalogue of one source taking in one file."""

    def __init__(self, cursor: CursorWrapper, region_id: int, source: str, now: datetime, today: date) -> None:
        self._cursor = cursor
        self._given: dict[str, Any] = {"region": region_id, "source": source, "now": now, "today": today}
        cursor.execute(STAGES)

    def stage(self, rows: Sequence[TrainingRow]) -> None:
        """Put trainings in the temporary tables."""
        self._copy("staged_training", ["number", "digest", *TRAINING], map(_training, rows))
        self._copy("staged_action", ["training", "number", *ACTION], _actions(rows))
        self._copy("staged_place", ["training", "action", *PLACE], _places(rows))
        self._copy("staged_session", ["training", "action", "number", *SESSION], _sessions(rows))

    def keep(self, numbers: Iterable[str]) -> None:
        """Trainings that the file holds but that were refused: what is known of them stays offered."""
        self._copy("kept_training", ["number"], ((number,) for number in numbers))

    def finish(self) -> Merged:
        """Merge what was staged."""
        self._cursor.execute(READY)
        for statement in (TRAININGS, LOST_ACTIONS, LOST_SESSIONS, ACTIONS, FORMER_PLACES, PLACES, SESSIONS):
            self._cursor.execute(statement, self._given)
        self._cursor.execute(COUNTED)
        for known, same in COMMUNES:
            self._cursor.execute(UNPLACED.format(known=known, same=same))
        (withdrawn,) = self._numbers(GONE)
        added, changed, sessions = self._numbers(TOLD)
        return Merged(added, changed, withdrawn, sessions)

    def report(self, run_id: int, rows: Iterable[tuple[str, int, str, str, str]]) -> None:
        """Write lines of the report: kind, line, element, number of the training, sentence."""
        columns = ["run_id", "version", "created_at", "kind", "line", "element", "number", "sentence"]
        self._copy("offer_importrow", columns, ((run_id, 1, self._given["now"], *row) for row in rows))

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        raw = cast("psycopg.Cursor[Any]", self._cursor)
        with raw.copy(f"COPY {table} ({_names(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _numbers(self, statement: str) -> tuple[int, ...]:
        self._cursor.execute(statement, self._given)
        return tuple(int(number) for number in self._cursor.fetchone())


def _training(row: TrainingRow) -> tuple[Any, ...]:
    return (row.number, row.digest, *(getattr(row, name) for name in TRAINING))


def _actions(rows: Iterable[TrainingRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        for action in row.actions:
            yield (row.number, action.number, *(getattr(action, name) for name in ACTION))


def _places(rows: Iterable[TrainingRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        for action in row.actions:
            for place in action.places:
                yield (row.number, action.number, *(getattr(place, name) for name in PLACE))


def _sessions(rows: Iterable[TrainingRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        for action in row.actions:
            for session in action.sessions:
                yield (row.number, action.number, session.number, *(getattr(session, name) for name in SESSION))
