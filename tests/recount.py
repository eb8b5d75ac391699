"""The figures of the Region counted again, straight from the tables of the facts: plain SQL that shares nothing with
the code that keeps the rows of the figures. Each query takes the operations of the recount as `asked (id)`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

ASKED = "WITH asked AS (SELECT unnest(%(ids)s::bigint[]) AS id) "
IN_TRAINING = "c.state IN ('entered', 'left', 'completed')"
OUT = "c.state IN ('left', 'completed')"
PEOPLE = "SELECT count(*) FROM sourcing_candidacy c JOIN asked ON asked.id = c.operation_id WHERE "
OPERATIONS = "SELECT count(*) FROM operations_operation o JOIN asked ON asked.id = o.id WHERE "
SESSIONS = (
    "FROM operations_session s JOIN operations_operation o ON o.id = s.operation_id "
    "JOIN asked ON asked.id = o.id WHERE "
)
CLAIMS = "SELECT count(*) FROM closing_bonusclaim b JOIN asked ON asked.id = b.operation_id WHERE "
HIRED = "EXISTS (SELECT FROM review_employmentcontract k WHERE k.candidacy_id = c.id"
RESULT = "EXISTS (SELECT FROM review_certificationresult r WHERE r.candidacy_id = c.id"

QUERIES: dict[str, str] = {
    "operations": "SELECT count(*) FROM asked",
    "running": OPERATIONS + "o.state = 'running'",
    "closed": OPERATIONS + "o.state = 'closed'",
    "abandoned": OPERATIONS + "o.state = 'abandoned'",
    "signed": "SELECT count(DISTINCT v.operation_id) FROM convention_convention v "
    "JOIN asked ON asked.id = v.operation_id WHERE v.state = 'signed'",
    "started": "SELECT count(*) " + SESSIONS + "s.started_on IS NOT NULL",
    "employers": "SELECT count(DISTINCT p.employer_id) FROM pairing_promise p JOIN asked ON asked.id = p.operation_id",
    "promised": "SELECT count(*) FROM pairing_post t JOIN asked ON asked.id = t.operation_id",
    "withdrawn": "SELECT count(*) FROM pairing_post t JOIN asked ON asked.id = t.operation_id "
    "JOIN pairing_promise p ON p.id = t.promise_id WHERE t.withdrawn_on IS NOT NULL OR p.state = 'withdrawn'",
    "seats": "SELECT coalesce(sum(s.seats), 0) " + SESSIONS + "o.state <> 'abandoned'",
    "started_seats": "SELECT coalesce(sum(s.seats), 0) "
    + SESSIONS
    + "o.state <> 'abandoned' AND s.started_on IS NOT NULL",
    "candidates": PEOPLE + "c.state <> 'merged'",
    "confirmed": PEOPLE + "c.confirmed_on IS NOT NULL AND c.state <> 'merged'",
    "lost": PEOPLE + "c.confirmed_on IS NOT NULL AND c.state IN ('withdrawn', 'no_show', 'declined')",
    "entered": PEOPLE + IN_TRAINING,
    "filled_seats": PEOPLE + IN_TRAINING + " AND c.funding = 'region' AND EXISTS (SELECT FROM operations_operation o "
    "WHERE o.id = c.operation_id AND o.state <> 'abandoned')",
    "other_funding": PEOPLE + IN_TRAINING + " AND c.funding <> 'region'",
    "left_early": PEOPLE + "c.state = 'left'",
    "completed": PEOPLE + "c.state = 'completed'",
    "out": PEOPLE + OUT,
    "found": "SELECT coalesce(sum(f.entered), 0) FROM pairing_finding f JOIN asked ON asked.id = f.operation_id",
    "paired": "SELECT coalesce(sum(f.paired), 0) FROM pairing_finding f JOIN asked ON asked.id = f.operation_id",
    "certified": PEOPLE + f"{IN_TRAINING} AND {RESULT} AND r.result = 'full')",
    "blocks": PEOPLE + f"{IN_TRAINING} AND {RESULT} AND r.result = 'blocks')",
    "not_certified": PEOPLE + f"{IN_TRAINING} AND {RESULT} AND r.result IN ('failed', 'not_presented'))",
    "results_unknown": PEOPLE + f"{OUT} AND NOT {RESULT})",
    "hired": PEOPLE + f"{OUT} AND {HIRED})",
    "hired_promised": PEOPLE + f"{OUT} AND {HIRED} AND k.promise_id IS NOT NULL)",
    "not_hired": PEOPLE
    + f"{OUT} AND NOT {HIRED}) AND EXISTS (SELECT FROM review_nohire n WHERE n.candidacy_id = c.id)",
    "hiring_unknown": PEOPLE
    + f"{OUT} AND NOT {HIRED}) AND NOT EXISTS (SELECT FROM review_nohire n WHERE n.candidacy_id = c.id)",
    "claimed": CLAIMS + "b.state <> 'waived'",
    "granted": CLAIMS + "b.state IN ('granted', 'paid')",
    "refused": CLAIMS + "b.state = 'refused'",
    "waiting": CLAIMS + "b.state IN ('sent', 'correction')",
    "paid": CLAIMS + "b.state = 'paid'",
    "paid_euros": "SELECT coalesce(sum(b.amount), 0) FROM closing_bonusclaim b JOIN asked ON asked.id = b.operation_id "
    "WHERE b.state = 'paid'",
    "cost": "SELECT coalesce(sum(s.seats * t.cost_per_place), 0) FROM design_trainingplan t "
    "JOIN operations_session s ON s.operation_id = t.operation_id JOIN operations_operation o ON o.id = s.operation_id "
    "JOIN asked ON asked.id = o.id WHERE o.state <> 'abandoned'",
    "costed_seats": "SELECT coalesce(sum(s.seats), 0) FROM design_trainingplan t "
    "JOIN operations_session s ON s.operation_id = t.operation_id JOIN operations_operation o ON o.id = s.operation_id "
    "JOIN asked ON asked.id = o.id WHERE o.state <> 'abandoned' AND t.cost_per_place IS NOT NULL",
}

MOMENTS = {"exit": 0, "m3": 3, "m6": 6}
STATUSES = {
    "reached": "u.status <> 'not_reached'",
    "working": "u.status IN ('promised_employer', 'other_employer', 'business')",
    "lasting": "u.status IN ('promised_employer', 'other_employer') AND u.lasting",
    "promised": "u.status = 'promised_employer'",
}


def _of_moment(key: str, months: int) -> dict[str, str]:
    said = f"EXISTS (SELECT FROM followup_situation u WHERE u.candidacy_id = c.id AND u.moment = '{key}'"
    # PostgreSQL keeps to the last day of a shorter month, as the rule does: 31 August + 6 months is 28 February.
    due = f"(c.left_on + interval '{months} months' <= %(today)s OR {said}))"
    found = {f"{key}_due": PEOPLE + f"{IN_TRAINING} AND {due}"}
    found[f"{key}_unreached"] = PEOPLE + f"{IN_TRAINING} AND {due} AND NOT {said} AND u.status <> 'not_reached')"
    for name, status in STATUSES.items():
        found[f"{key}_{name}"] = PEOPLE + f"{IN_TRAINING} AND {said} AND {status})"
    return found


for _key, _months in MOMENTS.items():
    QUERIES |= _of_moment(_key, _months)


def recount(cursor: Any, operations: Sequence[int], today: date) -> dict[str, Any]:
    """Every count, over these operations, as of this day."""
    found = {}
    for name, query in QUERIES.items():
        cursor.execute(ASKED + query, {"ids": list(operations), "today": today})
        found[name] = cursor.fetchone()[0]
    return found
