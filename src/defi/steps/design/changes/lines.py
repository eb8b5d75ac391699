"""What a request changes in a plan, line by line; the plan as it would be after: pure.

A line keeps what it found beside what it wants, so that a plan changed meanwhile is seen, and that a request can be
undone by its inverse. Source: process.md, step 2; issue of the plan, « During the training »."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from defi.steps.design.calendar.rules import Rhythm
from defi.steps.design.calendar.wording import hours_words, rhythm_words
from defi.steps.design.content import Content, ModuleContent
from defi.steps.design.rules import same

CONTENT, HOURS, RHYTHM = "content", "hours", "rhythm"


@dataclass(frozen=True, slots=True)
class ModuleState:
    """What a request may change of a module. Whole hours per trainee; employers and competences are ids."""

    title: str
    kind: str = "kept"
    centre: int = 0
    company: int = 0
    remote: int = 0
    situation: int = 0
    reason: str = ""
    for_employers: tuple[int, ...] = ()
    competences: tuple[int, ...] = ()

    @property
    def hours(self) -> tuple[int, int, int, int]:
        return self.centre, self.company, self.remote, self.situation


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module changed, added (nothing before) or removed (nothing after). One to be added has a number below zero."""

    module: int
    was: ModuleState | None
    now: ModuleState | None

    @property
    def title(self) -> str:
        state = self.was or self.now
        return state.title if state else ""


@dataclass(frozen=True, slots=True)
class RhythmLine:
    """The words of the plan on its rhythm."""

    was: str
    now: str


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """The half-days laid again from the day of effect on, by a rhythm: the one there was, or another. Closed periods
    are those of the calendar."""

    was: Rhythm
    now: Rhythm


@dataclass(frozen=True, slots=True)
class Change:
    """All the lines of a request."""

    modules: tuple[ModuleLine, ...] = ()
    rhythm: RhythmLine | None = None
    calendar: CalendarLine | None = None

    def line(self, module: int) -> ModuleLine | None:
        """The line about this module, if any."""
        return next((line for line in self.modules if line.module == module), None)

    @property
    def is_empty(self) -> bool:
        return not self.modules and self.rhythm is None and self.calendar is None


def module_state(content: Content, module: int) -> ModuleState | None:
    """A module of the plan as a line knows it; None when the plan has no such module."""
    row = next((one for one in content.modules if one.pk == module), None)
    if row is None:
        return None
    taught = tuple(sorted(c.pk for c in content.competences if module in c.modules))
    shared = {f.name: getattr(row, f.name) for f in fields(ModuleState) if f.name != "competences"}
    return ModuleState(**shared, competences=taught)


def with_line(change: Change, line: ModuleLine) -> Change:
    """The line in its place; one that changes nothing is left out."""
    others = tuple(one for one in change.modules if one.module != line.module)
    if line.was == line.now:
        return replace(change, modules=others)
    known = [one.module for one in change.modules]
    if line.module not in known:
        return replace(change, modules=(*change.modules, line))
    return replace(change, modules=tuple(line if one.module == line.module else one for one in change.modules))


def without_line(change: Change, module: int) -> Change:
    """The module left as it is."""
    return replace(change, modules=tuple(one for one in change.modules if one.module != module))


def next_number(change: Change) -> int:
    """The number of the next module to be added: below zero."""
    return min([0, *(line.module for line in change.modules)]) - 1


def applied(content: Content, change: Change) -> Content:
    """The plan as it would be. What no line names stays as it was; a removed module leaves the competences it taught.

    A competence that a module teaches forgets the reason why none did, as in the plan itself."""
    lines = {line.module: line for line in change.modules}
    modules = [_after(row, lines[row.pk]) if row.pk in lines else row for row in content.modules]
    modules += [_new(line) for line in change.modules if line.was is None]
    gone = {line.module for line in change.modules if line.now is None}
    competences = []
    for row in content.competences:
        taught = {pk for pk in row.modules if pk not in lines}
        taught |= {line.module for line in change.modules if line.now and row.pk in line.now.competences}
        after = tuple(sorted(taught))
        if after != row.modules:
            row = replace(row, modules=after, gap_reason="" if after else row.gap_reason)
        competences.append(row)
    return replace(
        content,
        modules=tuple(row for row in modules if row is not None),
        competences=tuple(competences),
        contributions=tuple(replace(c, module=None) if c.module in gone else c for c in content.contributions),
        rhythm=change.rhythm.now if change.rhythm else content.rhythm,
        calendar=calendar_said(change.calendar.now) if change.calendar else content.calendar,
    )


def _after(row: ModuleContent, line: ModuleLine) -> ModuleContent | None:
    if line.now is None:
        return None
    return replace(row, **_columns(line.now))


def _new(line: ModuleLine) -> ModuleContent:
    assert line.now is not None
    return ModuleContent(pk=line.module, **_columns(line.now))


def _columns(state: ModuleState) -> dict[str, Any]:
    return {f.name: getattr(state, f.name) for f in fields(ModuleState) if f.name != "competences"}


def calendar_said(rhythm: Rhythm) -> str:
    """A rhythm of the calendar in one line."""
    return f"{rhythm_words(rhythm)} ; {hours_words(rhythm)}"


def inverse(change: Change) -> Change:
    """The request that undoes this one."""
    return Change(
        tuple(ModuleLine(line.module, line.now, line.was) for line in change.modules),
        RhythmLine(change.rhythm.now, change.rhythm.was) if change.rhythm else None,
        CalendarLine(change.calendar.now, change.calendar.was) if change.calendar else None,
    )


def kinds(change: Change) -> tuple[str, ...]:
    """What the request is about, out of content, hours, rhythm, in this order."""
    found = set()
    for line in change.modules:
        if line.was is None or line.now is None:
            found |= {CONTENT, HOURS}
            continue
        if line.was.hours != line.now.hours:
            found.add(HOURS)
        if replace(line.was, centre=0, company=0, remote=0, situation=0) != replace(
            line.now, centre=0, company=0, remote=0, situation=0
        ):
            found.add(CONTENT)
    if change.rhythm or change.calendar:
        found.add(RHYTHM)
    return tuple(kind for kind in (CONTENT, HOURS, RHYTHM) if kind in found)


def stale_lines(content: Content, change: Change, rhythm: Rhythm | None) -> list[str]:
    """What the plan no longer is since a line was written, a sentence each. `rhythm` is the calendar's now."""
    faults = []
    for line in change.modules:
        if line.was is None:
            continue
        now = module_state(content, line.module)
        if now is None:
            faults.append(_("Le module « %(title)s » n'est plus dans le plan.") % {"title": line.title})
        elif now != line.was:
            faults.append(_("Le module « %(title)s » a changé depuis dans le plan.") % {"title": line.title})
    known = {competence.pk for competence in content.competences}
    if any(set(line.now.competences) - known for line in change.modules if line.now):
        faults.append(_("Une compétence nommée dans la demande n'est plus dans le plan."))
    if change.rhythm and change.rhythm.was != content.rhythm:
        faults.append(_("Le rythme écrit dans le plan a changé depuis."))
    if change.calendar and change.calendar.was != (replace(rhythm, closed=()) if rhythm else None):
        faults.append(_("Le rythme du calendrier a changé depuis."))
    return faults


def title_faults(content: Content, change: Change) -> list[str]:
    """Two modules never bear the same name: neither after the change, nor while it is made."""
    lines = {line.module: line for line in change.modules}
    kept = [row.title for row in content.modules if row.pk not in lines or lines[row.pk].now is not None]
    new = [
        line.now.title for line in change.modules if line.now and (line.was is None or line.was.title != line.now.title)
    ]
    counts = Counter([*map(same, kept), *map(same, new)])
    return [
        _("« %(title)s » serait le nom de deux modules : donnez-en un autre.") % {"title": title}
        for title in dict.fromkeys(new)
        if counts[same(title)] > 1
    ]


def lost_competences(before: Content, after: Content) -> list[str]:
    """The competences (their words) that no module would teach any more."""
    untaught = {row.pk for row in after.competences if not row.modules}
    return [row.label for row in before.competences if row.modules and row.pk in untaught]


# As a row keeps it


def as_json(change: Change) -> dict[str, Any]:
    """The lines as a row keeps them: what `from_json` reads back."""
    return {
        "modules": [asdict(line) for line in change.modules],
        "rhythm": asdict(change.rhythm) if change.rhythm else None,
        "calendar": {"was": _kept(change.calendar.was), "now": _kept(change.calendar.now)} if change.calendar else None,
    }


def from_json(kept: Mapping[str, Any]) -> Change:
    """The lines of a row."""
    calendar = kept.get("calendar")
    return Change(
        tuple(
            ModuleLine(line["module"], _state(line["was"]), _state(line["now"])) for line in kept.get("modules") or ()
        ),
        RhythmLine(**kept["rhythm"]) if kept.get("rhythm") else None,
        CalendarLine(_rhythm(calendar["was"]), _rhythm(calendar["now"])) if calendar else None,
    )


def _state(kept: Mapping[str, Any] | None) -> ModuleState | None:
    if kept is None:
        return None
    values: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in kept.items()}
    return ModuleState(**values)


def _kept(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "cycle": rhythm.cycle,
        # Halves are exact as numbers of JSON.
        "hours_centre": float(rhythm.hours_centre),
        "hours_company": float(rhythm.hours_company),
        "mornings": _days(rhythm.mornings),
        "afternoons": _days(rhythm.afternoons),
        "morning_at": rhythm.morning_at.isoformat(),
        "morning_minutes": rhythm.morning_minutes,
        "afternoon_at": rhythm.afternoon_at.isoformat(),
        "afternoon_minutes": rhythm.afternoon_minutes,
        "company_days": _days(rhythm.company_days),
    }


def _days(days: Iterable[int]) -> list[int]:
    return sorted(days)


def _rhythm(kept: Mapping[str, Any]) -> Rhythm:
    return Rhythm(
        **{name: value for name, value in kept.items() if name.endswith("minutes")},
        hours_centre=Decimal(kept["hours_centre"]),
        hours_company=Decimal(kept["hours_company"]),
        cycle=kept["cycle"],
        mornings=frozenset(kept["mornings"]),
        afternoons=frozenset(kept["afternoons"]),
        morning_at=time.fromisoformat(kept["morning_at"]),
        afternoon_at=time.fromisoformat(kept["afternoon_at"]),
        company_days=frozenset(kept.get("company_days", ())),
    )
