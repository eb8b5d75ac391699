"""One step for several people that somebody ticked: each takes it by the verb of a single one, or says why not.

People choose people: nobody is ticked, ordered or left out by the machine (docs/people-choose-people.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.refusals import Invalid, Refused
from defi.steps.sourcing.actions.candidacies import (
    confirm_candidate,
    invite_candidate,
    meet_candidate,
    miss_meeting,
    put_in_reserve,
    select_candidate,
)
from defi.steps.sourcing.models import Candidacy

STEPS: dict[str, Callable[..., Candidacy]] = {
    "invite": invite_candidate,
    "meet": meet_candidate,
    "select": select_candidate,
    "put_in_reserve": put_in_reserve,
    "confirm": confirm_candidate,
    "miss": miss_meeting,
}
"""What may be noted of several at once. Who said by phone that they come is ticked by who heard them; a reason is
given one by one."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Several:
    """Who took the step, and for each of the others the sentence that says why not, by the id of their candidacy."""

    done: list[Candidacy] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def step_several(actor: Actor, verb: str, people: Mapping[int, int | None], *, on: date | None = None) -> Several:
    """`people`: the candidacies ticked, each with the version that was read. Each is noted by itself: a refusal keeps
    back one person and nobody else. Raises `Invalid` (nobody ticked, no such step), `Unknown` and `NotAllowed`."""
    step = STEPS.get(verb)
    if step is None or not people or len(people) > MOST:
        raise Invalid(_("Cochez d'abord au moins une personne, puis choisissez ce que vous notez."))
    told = Several()
    for candidacy_id, version in people.items():
        try:
            told.done.append(step(actor, candidacy_id, on=on, version=version))
        except Refused as refusal:
            if refusal.status in {403, 404}:
                raise
            told.refused[candidacy_id] = refusal.sentence
    return told
