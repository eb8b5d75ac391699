"""A play file that inherits another: the same story with steps taken away, changed or added (docs/scenario.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from defi.play.world import PlayError

Row = dict[str, Any]
MERGED = ("organisation", "person")


def varied(base: Row, variant: Row) -> Row:
    """The base as the variant tells it: a file as `read` takes it. Steps stay in the order of their days.

    Raises PlayError when a step to take away or to change is not in the base: a variant that changes nothing lies."""
    steps = [dict(step) for step in base.get("step", [])]
    for asked in variant.get("without", []):
        matches = _matching(asked, asked, steps)
        steps = [step for step in steps if not matches(step)]
    for asked in variant.get("instead", []):
        steps = _changed(asked, steps)
    steps += variant.get("step", [])
    told: Row = {name: variant.get(name, base.get(name)) for name in ("title", "about", "region")}
    told |= {name: [*base.get(name, []), *variant.get(name, [])] for name in MERGED}
    told["step"] = sorted(steps, key=_day)
    told["expect"] = variant.get("expect", base.get("expect", {}))
    return {name: value for name, value in told.items() if value is not None}


def _changed(asked: Row, steps: list[Row]) -> list[Row]:
    put = asked.get("put")
    if not isinstance(put, dict):
        raise PlayError(_("« instead » attend « put » : ce que l'étape devient"))
    matches = _matching({name: value for name, value in asked.items() if name != "put"}, asked, steps)
    return [step | put if matches(step) else step for step in steps]


def _matching(wanted: Row, asked: Row, steps: list[Row]) -> Callable[[Row], bool]:
    """Whether a step holds everything `wanted`; one step at least must."""

    def matches(step: Row) -> bool:
        return all(step.get(name) == value for name, value in wanted.items())

    if not wanted or not any(map(matches, steps)):
        raise PlayError(_("aucune étape du fichier hérité ne répond à %(asked)s") % {"asked": asked})
    return matches


def _day(step: Row) -> str:
    # A step without its day is told by the reader, with its number.
    return str(step.get("on", ""))
