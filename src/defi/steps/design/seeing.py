"""What each party sees of the plan, and so approves: an approval falls when, and only when, that part changes. Pure.

Source: issue of the plan designed in turns, « a change cancels the approvals of those it touches »; decision 0011."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext as _

from defi.steps.design.calendar.comparing import GroupDays
from defi.steps.design.content import PROVIDER, REGION, Content, Difference, ModuleContent, as_json


def seen_by(content: Content, quality: str, organisation_id: int) -> dict[str, Any]:
    """The part of the plan that a party approves.

    The provider approves all of it; the Region all but what each firm brings and which group it follows; an employer
    what it asked for and where it is taught, what is made for it or with it, its calendar, and what holds for all:
    rhythm, entry, certification, and the total hours that its page and its paper open with."""
    if quality == PROVIDER:
        return as_json(content)
    if quality == REGION:
        groups = tuple(replace(group, employers=()) for group in content.calendar_groups)
        return as_json(replace(content, calendar_groups=groups)) | {"contributions": ()}
    return _seen_by_employer(content, organisation_id)


def _seen_by_employer(content: Content, firm: int) -> dict[str, Any]:
    asked = [c for c in content.competences if firm in c.asked_by]
    brought = [c for c in content.contributions if c.employer == firm]
    return {
        "rhythm": content.rhythm,
        "calendar": calendar_for(content, firm),
        "certification": (content.certification, content.blocks),
        "platform": content.platform,
        "specific": content.specific,
        "entry": (content.entry_level, content.entry_conditions),
        "linguistic": content.linguistic,
        "hours": (content.hours_centre, content.hours_company),
        # Who else asked for a competence is not what this firm approves.
        "competences": [(c.pk, c.label, c.modules, c.gap_reason) for c in asked],
        "modules": [(asdict(m) | {"for_employers": firm in m.for_employers}) for m in modules_of(content, firm)],
        "brought": brought,
        "tailorings": [t for t in content.tailorings if t.employer in (None, firm)],
    }


def modules_of(content: Content, firm: int) -> list[ModuleContent]:
    """The modules that an employer (id) approves: those that teach what it asked for, those made for it, those in which
    it brings or lends something. Its pages show the others for its information, and say so."""
    taught = {pk for competence in content.competences if firm in competence.asked_by for pk in competence.modules}
    taught |= {brought.module or 0 for brought in content.contributions if brought.employer == firm}
    return [m for m in content.modules if m.pk in taught or firm in m.for_employers or firm == m.lender]


def groups_for(content: Content, firm: int) -> list[GroupDays]:
    """The groups of the calendar that an employer (id) follows: all of them unless it is tied to some."""
    own = [group for group in content.calendar_groups if firm in group.employers]
    return own or list(content.calendar_groups)


def calendar_for(content: Content, firm: int) -> str:
    """The words of the calendar as an employer (id) sees it: those of the groups it does not follow are left out."""
    return _words_of(content, {group.pk for group in groups_for(content, firm)})


def _words_of(content: Content, groups: Collection[int]) -> str:
    """The words of the calendar, of its groups those of these ids only."""
    every = ". ".join(group.words for group in content.calendar_groups)
    kept = ". ".join(group.words for group in content.calendar_groups if group.pk in groups)
    return content.calendar.removesuffix(every) + kept if content.calendar.endswith(every) else content.calendar


def read_by(before: Content, after: Content, firm: int) -> tuple[Content, Content]:
    """Two contents as an employer (id) may compare them: without the groups it does not follow now, nor who follows
    any (`own_calendar` says what became of its own)."""
    shown = {group.pk for group in groups_for(after, firm)}

    def narrowed(content: Content) -> Content:
        groups = tuple(replace(group, employers=()) for group in content.calendar_groups if group.pk in shown)
        return replace(content, calendar=_words_of(content, shown), calendar_groups=groups)

    return narrowed(before), narrowed(after)


def own_calendar(before: Content, after: Content, firm: int) -> list[Difference]:
    """« Votre calendrier : tous les groupes → Groupe B » for an employer (id) that follows other groups than before."""
    was, now = (
        ", ".join(group.name for group in content.calendar_groups if firm in group.employers) or _("tous les groupes")
        for content in (before, after)
    )
    return [Difference("plan", _("Votre calendrier"), was, now, "calendar:own")] if was != now else []


def touched(before: Content, after: Content, parties: Iterable[tuple[int, str]]) -> set[int]:
    """The parties (ids, out of pairs id and quality) for whom the plan is no longer the one they saw."""
    return {pk for pk, quality in parties if seen_by(before, quality, pk) != seen_by(after, quality, pk)}
