"""What a module taken from a past plan must say when it is changed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid
from defi.steps.design.models import Module
from defi.steps.design.reuse.rules import Hours, adapts


def check_taken(module: Module, kind: str, hours: Hours) -> None:
    """Raises `Invalid` beside `kind` when a module taken as it was gets other hours and still says so. That an adapted
    module gives its reason is a rule of every module."""
    taken = module.taken_from
    if taken is None or not adapts(kind, hours, module.kind, module.hours, taken.hours):
        return
    raise Invalid.field(
        "kind",
        _(
            "Ce module est repris d'un plan passé, où il compte %(hours)s : avec d'autres heures il est adapté. "
            "Choisissez « adapté » et dites pourquoi."
        )
        % {"hours": taken.hours_words},
    )
