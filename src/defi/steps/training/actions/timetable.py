"""What the calendar of the plan becomes for each trainee: their group, the sheets of a week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from defi.kernel import links
from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Session
from defi.steps.design.calendar.actions import days_followed
from defi.steps.design.calendar_models import CalendarGroup
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions.attendance import HalfDayFacts, open_sheet
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.locks import lock_session
from defi.steps.training.models import AttendanceSheet, GroupMember
from defi.steps.training.queries.timetable import in_centre


def place_in_groups(actor: Actor, operation_id: int, groups: Mapping[int, int]) -> int:
    """Put trainees (candidacy id → group id) in groups of the calendar; open sheets follow. How many moved.

    Raises `Invalid` for somebody or a group of another operation, `WrongState` when nobody moves."""
    with acting(actor, "trainee.place_in_group") as act:
        operation = lock_operation(act, operation_id)
        people = Candidacy.objects.visible_to(actor).filter(operation=operation).in_bulk(list(groups))
        known = CalendarGroup.objects.visible_to(actor).filter(operation=operation).in_bulk(set(groups.values()))
        if len(people) != len(groups) or set(groups.values()) - set(known):
            raise Invalid(_("Un de ces stagiaires, ou un de ces groupes, n'est pas de cette opération."))
        first = CalendarGroup.objects.filter(operation=operation).order_by("pk").first()
        placed = {row.candidacy_id: row for row in GroupMember.objects.filter(operation=operation).select_for_update()}
        moved = 0
        for candidacy_id, group_id in groups.items():
            row = placed.get(candidacy_id)
            if (row.group_id if row else getattr(first, "pk", None)) == group_id:
                continue
            moved += 1
            if row is not None:
                act.change(row, group=known[group_id])
            else:
                act.create(GroupMember, operation=operation, candidacy=people[candidacy_id], group=known[group_id])
        if not moved:
            raise WrongState(_("Chacun est déjà dans ce groupe : rien n'a changé."))
        session = Session.objects.filter(operation=operation).first()
        if session is not None:
            follow_group(act, session)
        return moved


def follow_own_dates(actor: Actor, candidacy_id: int) -> str:
    """A secret address that the telephone of a trainee reads: their own dates, whatever their group becomes.

    Returns the whole address; it is shown once, and a former one dies."""
    with acting(actor, "calendar.follow_own") as act:
        candidacy = act.lock(Candidacy, candidacy_id)
        if candidacy.person_id != actor.person_id:
            raise NotAllowed(_("Chacun suit ses propres dates."))
        act.note(candidacy, address_made=True)
        days = days_followed(candidacy.session.ends_on, act.today)
        return links.issue(candidacy, "calendar.follow_own", address="", person_id=actor.person_id, days=days)


def open_week(actor: Actor, session_id: int, day: date, facts: HalfDayFacts) -> list[AttendanceSheet]:
    """Open the sheets of the week of `day` as the calendar has it in centre: dates, hours and lengths are not retyped.

    `facts` gives module, trainer and place to all of them; left empty, they are those of the calendar. Raises
    `WrongState` when nothing is left to open, and what `open_sheet` raises."""
    with acting(actor, "sheet.open") as act:
        operation, session = lock_session(act, session_id)
        monday = day - timedelta(days=day.weekday())
        half_days = in_centre(operation.pk, monday)
        opened = AttendanceSheet.objects.filter(session=session, on__gte=monday, on__lt=monday + timedelta(days=7))
        known = set(opened.exclude(state="cancelled").values_list("on", "half"))
        wanted = [row for row in half_days if (row.on, row.half) not in known]
        if not half_days:
            raise WrongState(_("Le calendrier n'a aucune demi-journée en centre cette semaine-là."))
        if not wanted:
            raise WrongState(_("Toutes les demi-journées de cette semaine ont déjà leur feuille."))
        return [
            open_sheet(
                actor,
                session_id,
                replace(
                    facts,
                    on=row.on,
                    half=row.half,
                    starts_at=row.starts_at,
                    minutes=row.minutes,
                    unusual_day=row.unusual_day,
                ),
            )
            for row in wanted
        ]
