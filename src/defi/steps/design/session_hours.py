"""A session whose hours are no longer those of the plan that was read and approved: said, never left to be found."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.operations.models import Operation, Session
from defi.steps.design.models import Module, TrainingPlan


def session_apart(
    state: str, planned: tuple[int, int], session: tuple[int, int] | None, *, started: bool = False
) -> list[str]:
    """Where the hours (in centre, in company) of the session are not those of the plan, and what to do: pure.

    Nothing of a plan in preparation: what misses to submit it says so already (`rules.hours_faults`). Source: decision,
    with process.md, step 2 (what all approved is what is taught)."""
    if state == "draft" or session is None:
        return []
    plan = _("le plan approuvé") if state == "approved" else _("le plan soumis")
    to_do = (
        _("il faut demander une modification du plan")
        if started
        else _("il faut reprendre le plan, ou corriger la session")
    )
    said = _("La session dit %(session)d h %(where)s, %(plan)s %(planned)d h : %(to_do)s.")
    places = (_("en centre"), _("en entreprise"))
    return [
        said % {"session": wanted, "where": where, "plan": plan, "planned": hours, "to_do": to_do}
        for where, hours, wanted in zip(places, planned, session, strict=True)
        if hours != wanted
    ]


def apart_of(plan: TrainingPlan, planned: tuple[int, int], session: Session | None) -> list[str]:
    """The same, for the plan and the session as they are stored."""
    if session is None:
        return []
    wanted = session.hours_centre, session.hours_company
    return session_apart(plan.state, planned, wanted, started=session.started_on is not None)


def told_before(actor: Actor, operation: Operation) -> list[str]:
    """What the form of the session says first: the plan that others read or approved has these hours."""
    plan = TrainingPlan.objects.visible_to(actor).filter(operation=operation).exclude(state="draft").first()
    if plan is None:
        return []
    centre, company = hours_of(Module.objects.visible_to(actor).filter(plan=plan))
    words = {"centre": centre, "company": company}
    if plan.state == "approved":
        return [
            _(
                "Le plan approuvé par tous fait %(centre)d h en centre et %(company)d h en entreprise : avec d'autres "
                "heures, il faudra le reprendre et redemander les accords que cela touche."
            )
            % words
        ]
    return [
        _(
            "Le plan soumis fait %(centre)d h en centre et %(company)d h en entreprise : avec d'autres heures, il "
            "faudra le reprendre avant qu'il soit approuvé."
        )
        % words
    ]


def told_after(actor: Actor, operation: Operation, session: Session) -> list[str]:
    """What is said once the session is written, when its hours are no longer those of the plan."""
    plan = TrainingPlan.objects.visible_to(actor).filter(operation=operation).first()
    if plan is None:
        return []
    return apart_of(plan, hours_of(Module.objects.visible_to(actor).filter(plan=plan)), session)


def hours_of(modules: Iterable[Module]) -> tuple[int, int]:
    """Whole hours in centre and in company of these modules."""
    listed = list(modules)
    return sum(module.counted_centre for module in listed), sum(module.counted_company for module in listed)
