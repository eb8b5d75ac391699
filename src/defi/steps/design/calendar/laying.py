"""Lays the half-days of the groups out again, within an action: rows are replaced whole."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from defi.kernel.journal import Action
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.models import Session
from defi.steps.design.calendar.lessons import lessons_at
from defi.steps.design.calendar.reading import laid, plan_hours, rhythm_of
from defi.steps.design.calendar.rules import Place, lay_out
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, ClosedPeriod, PlanCalendar

Origin = CalendarHalfDay.Origin


def lay(act: Action, calendar: PlanCalendar, groups: Sequence[CalendarGroup], *, keep: bool) -> None:
    """The half-days of these groups, from the first day of the session on; what was changed by hand is kept or goes.

    Raises `WrongState` while the session has no dates, `Invalid` with what the rhythm can never reach: then nothing is
    changed."""
    session = Session.objects.filter(operation=calendar.operation_id).first()
    if session is None:
        raise WrongState(
            _("La session n'a pas encore de dates : fixez-les d'abord, le calendrier part du premier jour.")
        )
    rhythm = rhythm_of(calendar, ClosedPeriod.objects.filter(calendar=calendar))
    centre, company = plan_hours(calendar.plan_id)
    several = CalendarGroup.objects.filter(calendar=calendar).count() > 1
    faults: list[str] = []
    for group in groups:
        rows = CalendarHalfDay.objects.filter(group=group)
        by_hand = list(rows.exclude(origin=Origin.RHYTHM)) if keep else []
        kept = [laid(row) for row in by_hand if row.origin == Origin.HAND]
        removed = [(row.on, row.half) for row in by_hand if row.origin == Origin.REMOVED]
        layout = lay_out(rhythm, session.starts_on, centre, company, offset=group.offset, kept=kept, removed=removed)
        prefix = f"{group.name} : " if several else ""
        faults += [prefix + sentence for sentence in layout.faults]
        going = rows.filter(origin=Origin.RHYTHM) if keep else rows
        lessons = lessons_at(going)
        going.delete()
        held = {row.slot for row in kept}
        CalendarHalfDay.objects.bulk_create(
            CalendarHalfDay(
                operation_id=calendar.operation_id,
                group=group,
                on=half.on,
                half=half.half,
                starts_at=half.starts_at,
                minutes=half.minutes,
                place=half.place,
                **(lessons.get(half.slot, {}) if half.place is Place.CENTRE else {}),
            )
            for half in layout.half_days
            if half.slot not in held
        )
        act.note(group, half_days=len(layout.half_days), kept_by_hand=len(by_hand))
    if faults:
        raise Invalid(" ".join(faults))
