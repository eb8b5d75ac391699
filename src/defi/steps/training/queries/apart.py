"""Trainees whose group of the calendar is not one that their employer follows: the two do not read the same weeks.

Sources: issue of the plan designed in turns, « company periods per trainee when they differ »; decision 0011."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.operations.models import Operation
from defi.people.models import Organisation
from defi.steps.design.calendar_models import GroupEmployer
from defi.steps.pairing.models import Pairing
from defi.steps.training.queries.timetable import members


def apart(actor: Actor, operation: Operation) -> list[str]:
    """A sentence for each trainee paired with an employer that follows other groups than theirs; one query while no
    employer is tied to a group."""
    ties = GroupEmployer.objects.visible_to(actor).filter(operation=operation).select_related("group").order_by("pk")
    followed: dict[int, dict[int, str]] = defaultdict(dict)
    for tie in ties:
        followed[tie.employer_id][tie.group_id] = tie.group.name
    if not followed:
        return []
    found = members(actor, operation)
    names = {group.pk: group.name for group in found.groups}
    firms = _firms(actor, operation)
    return [
        _(
            "%(person)s suit « %(group)s », mais %(firm)s, son employeur, suit « %(followed)s » : leurs semaines en "
            "entreprise ne sont pas les mêmes."
        )
        % {
            "person": person.person,
            "group": names[group_id],
            "firm": firm,
            "followed": ", ".join(followed[firm.pk].values()),
        }
        for person, group_id in found.people
        for firm in firms.get(person.pk, ())
        if firm.pk in followed and group_id not in followed[firm.pk]
    ]


def _firms(actor: Actor, operation: Operation) -> dict[int, list[Organisation]]:
    """For whom each trainee (id of candidacy) is trained: who signs the contract, where the work is."""
    pairs = Pairing.objects.visible_to(actor).filter(operation=operation, state="active")
    found: dict[int, list[Organisation]] = {}
    for pair in pairs.select_related("post__promise__employer", "post__promise__work_at").order_by("pk"):
        promise = pair.post.promise
        found[pair.candidacy_id] = [firm for firm in (promise.employer, promise.work_at) if firm is not None]
    return found
