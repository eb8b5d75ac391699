"""The sheets follow the group: somebody enters or leaves, their lines come and go; planned periods of a leaver end."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, acting, on
from defi.kernel.models import JournalEntry
from defi.operations.models import Session
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.placements import cancel_placement
from defi.steps.training.models import Placement


@on("candidacy.enter")
@on("candidacy.leave")
@on("candidacy.complete")
def group_changed(outer: Action, entries: list[JournalEntry]) -> None:
    """Open sheets gain the lines of who entered and lose the empty lines of who is gone."""
    with scope(TASK):
        moved = Candidacy.objects.filter(pk__in=_people(entries)).values("session_id")
        sessions = list(Session.objects.filter(pk__in=moved).order_by("pk"))
    for session in sessions:
        with acting(TASK, "sheet.follow_group") as act:
            follow_group(act, session)


@on("candidacy.leave")
@on("candidacy.withdraw")
@on("candidacy.no_show")
def person_gone(outer: Action, entries: list[JournalEntry]) -> None:
    """A period planned for somebody who is gone will not take place."""
    with scope(TASK):
        planned = Placement.objects.filter(candidacy__in=_people(entries), state="planned")
        ids = list(planned.order_by("pk").values_list("pk", flat=True))
    for placement_id in ids:
        cancel_placement(TASK, placement_id, reason=_("La personne a quitté la formation."))


def _people(entries: list[JournalEntry]) -> list[int]:
    return [entry.object_id for entry in entries if entry.object_type == Candidacy._meta.label_lower]
