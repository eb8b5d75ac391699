"""Who is on a sheet follows who is in the group: entries, departures, full-time periods in company, groups."""

from __future__ import annotations

from collections.abc import Iterable

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Session
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.company_hours import away_of, lapsed_of
from defi.steps.training.half_days import in_group
from defi.steps.training.interruptions import all_of
from defi.steps.training.models import Attendance, AttendanceSheet, Placement
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
    interrupted = all_of(person.pk for person in people)
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


def expect_again() -> int:
    """Each hour: whoever was to be in a firm under a period that did not begin is expected on the sheets of the centre.

    Returns for how many sessions the sheets were looked at; the same call again changes nothing."""
    today = clock.today()
    with scope(TASK):
        late = Placement.objects.filter(state="planned", starts_on__lt=today, operation__state="running")
        waiting = {one.pk: one for one in late.filter(ends_on__gte=today).select_related("candidacy")}
        sessions = sorted(
            {(waiting[pk].operation_id, waiting[pk].candidacy.session_id) for pk in lapsed_of(waiting.values())}
        )
    return sum(_follow(operation_id, session_id) for operation_id, session_id in sessions)


def _follow(operation_id: int, session_id: int) -> bool:
    with acting(TASK, "sheet.follow_group") as act:
        try:
            lock_operation(act, operation_id)
        except WrongState:  # Closed since it was read.
            return False
        follow_group(act, Session.objects.get(pk=session_id))
        return True
