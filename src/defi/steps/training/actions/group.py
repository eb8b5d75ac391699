"""Who is on a sheet follows who is in the group: entries, departures, full-time periods in company, groups."""

from __future__ import annotations

from collections.abc import Iterable

from defi.kernel.journal import Action
from defi.operations.models import Session
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.company_hours import away_of
from defi.steps.training.half_days import in_group
from defi.steps.training.models import Attendance, AttendanceSheet, Placement, Suspension
from defi.steps.training.queries.timetable import in_company


def follow_group(act: Action, session: Session, sheets: Iterable[AttendanceSheet] | None = None) -> None:
    """Within an action: give each open sheet a line per trainee of its day, and take away lines nobody filled.

    `sheets` narrows it to these; by default all the open sheets of the session."""
    if sheets is None:
        sheets = AttendanceSheet._base_manager.filter(session=session, state="open")
    chosen = list(sheets)
    if not chosen:
        return
    people = list(Candidacy._base_manager.filter(session=session).exclude(entered_on=None).order_by("pk"))
    away = away_of(Placement._base_manager.filter(candidacy__session=session))
    in_firm = in_company(session.operation_id, {sheet.on for sheet in chosen})
    interrupted = _interrupted(session)
    lines: dict[int, dict[int, Attendance]] = {sheet.pk: {} for sheet in chosen}
    for line in Attendance._base_manager.filter(sheet__in=chosen).select_for_update():
        lines[line.sheet_id][line.candidacy_id] = line
    for sheet in chosen:
        wanted = {
            p.pk: p
            for p in people
            if in_group(p.entered_on, p.left_on, sheet.on)
            and sheet.on not in away[p.pk]
            and not any(s.holds(sheet.on) for s in interrupted.get(p.pk, ()))
            and (p.pk, sheet.on, sheet.half) not in in_firm
        }
        for candidacy_id, line in lines[sheet.pk].items():
            if candidacy_id not in wanted and line.state == Attendance.State.EXPECTED:
                act.remove(line)
        for candidacy_id, person in wanted.items():
            if candidacy_id not in lines[sheet.pk]:
                act.create(Attendance, operation_id=sheet.operation_id, sheet=sheet, candidacy=person)


def _interrupted(session: Session) -> dict[int, list[Suspension]]:
    found: dict[int, list[Suspension]] = {}
    for suspension in Suspension._base_manager.filter(candidacy__session=session):
        found.setdefault(suspension.candidacy_id, []).append(suspension)
    return found
