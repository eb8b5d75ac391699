"""The whole grid of competences and modules, filled in one go."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, Stale
from defi.steps.design.actions import draft, set_modules
from defi.steps.design.changing import content_change
from defi.steps.design.models import Module, PlanCompetence

Grid = Mapping[int, frozenset[int]]


def cover_all(actor: Actor, plan_id: int, wanted: Grid, *, seen: Grid | None = None) -> int:
    """The modules (ids) that teach each competence (id) named in `wanted`; the others are left as they are.

    `seen` is the grid as the page showed it: only what was changed on the page is written, and a row that somebody
    else changed meanwhile raises `Stale` with its name; nothing is then written. Returns how many rows changed."""
    with acting(actor, "plan.cover_all") as act:
        plan = draft(act, plan_id)
        modules = {module.pk: module for module in Module.objects.filter(plan=plan)}
        rows = {c.pk: c for c in PlanCompetence.objects.filter(plan=plan).prefetch_related("modules")}
        if set(wanted) - set(rows) or {pk for taught in wanted.values() for pk in taught} - set(modules):
            raise Invalid(_("Le plan a changé : une compétence ou un module de cette grille n'y est plus. Relisez-la."))
        changes: list[tuple[PlanCompetence, frozenset[int]]] = []
        for pk, taught in wanted.items():
            now = frozenset(module.pk for module in rows[pk].modules.all())
            shown = seen.get(pk, now) if seen is not None else now
            if taught == shown:
                continue
            if now not in (shown, taught):
                raise Stale(
                    _("« %(label)s » a été modifiée pendant que vous remplissiez la grille. Relisez cette ligne.")
                    % {"label": rows[pk].label}
                )
            if taught != now:
                changes.append((rows[pk], taught))
        with content_change(act, plan):
            for competence, taught in changes:
                set_modules(act, competence, [modules[pk] for pk in sorted(taught)])
        return len(changes)
