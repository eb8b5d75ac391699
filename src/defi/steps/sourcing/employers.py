"""What the sourcing says when two records become one: a firm is in a team once; a candidate is nobody's duplicate."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.operations.employers import of_own_operations
from defi.people.employers.merging import OWN_MEMORY, Melding, Undoing, refusal, rule, undo_refusal
from defi.people.employers.reach import meets
from defi.people.models import Person
from defi.steps.sourcing.locks import seats_taken
from defi.steps.sourcing.models import Candidacy, TeamMember
from defi.steps.sourcing.rules import seat_fault
from defi.steps.sourcing.states import CANDIDACY, SETTLED

OWN_MEMORY.update({"sourcing.personpair.kept", "sourcing.personpair.other"})


@meets
def named(actor: Actor) -> QuerySet[Any, Any]:
    """Who is in the project team or the steering committee."""
    return TeamMember._base_manager.filter(of_own_operations(actor), person__isnull=False).values("person_id")


@rule("sourcing.teammember")
def same_member(melding: Melding, kept: TeamMember, other: TeamMember) -> None:
    """A firm named twice to a team is named once."""
    melding.change(kept, person_id=kept.person_id or other.person_id)
    melding.drop(other)


@rule("sourcing.candidacy")
def same_candidacy(melding: Melding, kept: Candidacy, other: Candidacy) -> None:
    """Two candidacies of one person in one session: the other ends, and stays where its prescriber finds it."""
    if other.state in SETTLED:
        step = CANDIDACY.take("candidacy.merge", melding.act.actor, other.state)
        melding.change(other, state=step.target, answered_on=melding.today)


@undo_refusal
def entered_as_one(undoing: Undoing) -> str:
    """Who entered a training signs there: what was signed as one person is not given to another."""
    moved = undoing.touched("sourcing.candidacy", column="person_id")
    if Candidacy._base_manager.filter(pk__in=moved, entered_on__isnull=False).exists():
        return _("Cette personne est entrée en formation depuis que ces fiches sont réunies : elles le restent.")
    return ""


@undo_refusal
def seat_given_since(undoing: Undoing) -> str:
    """A seat freed by the merge may have gone to somebody else: nobody takes it back silently."""
    back = [move["pk"] for move in undoing.moves if move.get("before", {}).get("state") == "confirmed"]
    rows = Candidacy._base_manager.filter(pk__in=back, state="merged", funding=Candidacy.Funding.REGION)
    for row in rows.select_related("session").order_by("pk"):
        if fault := seat_fault(row.session.seats, seats_taken(row.session_id, without=row.pk)):
            return fault
    return ""


@refusal
def candidate(model: type[Model], pk: int) -> str:
    """The file of a candidate is never reached by merging contacts of a firm."""
    if model is Person and Candidacy._base_manager.filter(person_id=pk).exists():
        return _("L'une de ces personnes est candidate ou stagiaire : leurs fiches restent séparées.")
    return ""
